"""Files with any content."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_cases import FileWriter


@pytest.fixture
def write_file(tmp_path: Path) -> FileWriter:
    def file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return file
