"""Where the program keeps things on this machine: caches, and the user's settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "qa"


def cache_folder() -> Path:
    """Returns the folder for what can be made again at any time; the caller creates it.

    It is ``$XDG_CACHE_HOME/qa`` where that variable is set, on every system. Otherwise it is
    ``~/.cache/qa``, ``~/Library/Caches/qa`` (macOS) or ``%LOCALAPPDATA%\\qa\\Cache`` (Windows).
    """
    if folder := _absolute("XDG_CACHE_HOME"):
        return folder / NAME
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / NAME
    if sys.platform == "win32":
        return (_absolute("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / NAME / "Cache"
    return Path.home() / ".cache" / NAME


def _absolute(variable: str) -> Path | None:
    """Returns the folder in an environment variable; the XDG standard ignores relative paths."""
    folder = Path(os.environ.get(variable, ""))
    return folder if folder.is_absolute() else None
