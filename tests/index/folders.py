"""Folders without write access."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder read-only; the superuser, who may always write, becomes an ordinary user."""
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    above = [path for path in folder.parents if not path.stat().st_mode & 0o001]
    for path in above:
        path.chmod(path.stat().st_mode | 0o055)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in paths:
            if path.exists():
                path.chmod(0o755 if path.is_dir() else 0o644)
