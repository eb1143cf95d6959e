"""An index of a folder that is still empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from updates import Library
from word_encoder import WordEncoder


@pytest.fixture
def library(tmp_path: Path, words: WordEncoder) -> Library:
    return Library(tmp_path, words)
