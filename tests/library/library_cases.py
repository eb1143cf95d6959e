"""A small library, and what its tests compare."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
TEXT = "The garden holds an apple. A silver kettle stands by the river.\n\nThe tower has a lantern.\n"


OLD = Path(__file__).parents[1] / "index" / "data" / "format-1.db"


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file with its content, without SQLite's shared memory, which readers write."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {str(path): path.read_bytes() for path in files}


def refused(kind: type[qa.QaError], match: str) -> pytest.RaisesExc[qa.QaError]:
    return pytest.raises(kind, match=match)
