"""Protects the files of an index from power cuts and from other users of the machine."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE = 0o700
"""Mode of the folders that this package creates: only the owner can read the documents."""


def sync(path: Path) -> None:
    """Write a file's bytes, or a folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
