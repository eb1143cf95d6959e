"""How the files of an index are kept: safe from a power cut, and from other users of the machine."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE = 0o700
"""Mode of the folders that this package creates: documents are nobody else's business."""


def sync(path: Path) -> None:
    """Return once a file's bytes, or a folder's entries, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
