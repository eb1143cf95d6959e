"""Locate the program's folders on this machine, and read the user's settings in ``qa.toml``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import UsageError

NAME = "qa"
FILE = "qa.toml"


@dataclass(frozen=True)
class SettingsFile:
    """One ``qa.toml``.

    Attributes:
        path: The file.
        is_personal: Whether it is the user's own file, and not part of a folder of documents.
        values: Its content as TOML: settings for all commands, and a table for each command.
    """

    path: Path
    is_personal: bool
    values: Mapping[str, Any]


def cache_folder() -> Path:
    r"""Return the folder for files that can be recreated at any time; the caller creates it.

    It is ``$XDG_CACHE_HOME/qa`` if that variable is set, on every system. Otherwise it is ``~/.cache/qa``,
    ``~/Library/Caches/qa`` (macOS) or ``%LOCALAPPDATA%\qa\Cache`` (Windows).
    """
    if folder := _absolute("XDG_CACHE_HOME"):
        return folder / NAME
    if sys.platform == "darwin":
        return _home() / "Library" / "Caches" / NAME
    if sys.platform == "win32":
        return (_absolute("LOCALAPPDATA") or _home() / "AppData" / "Local") / NAME / "Cache"
    return _home() / ".cache" / NAME


def config_folder() -> Path:
    r"""Return the folder of the user's own ``qa.toml``.

    It is ``$XDG_CONFIG_HOME/qa`` if that variable is set, on every system. Otherwise it is ``~/.config/qa``,
    ``~/Library/Application Support/qa`` (macOS) or ``%APPDATA%\qa`` (Windows).
    """
    if folder := _absolute("XDG_CONFIG_HOME"):
        return folder / NAME
    if sys.platform == "darwin":
        return _home() / "Library" / "Application Support" / NAME
    if sys.platform == "win32":
        return (_absolute("APPDATA") or _home() / "AppData" / "Roaming") / NAME
    return _home() / ".config" / NAME


def settings_files(folder: Path) -> Iterator[SettingsFile]:
    """Yield the settings files that apply in a folder, highest priority first.

    At most two files apply: the nearest ``qa.toml`` in the folder or above it, then the user's own.

    Raises:
        UsageError: A file cannot be read, or is not TOML.
    """
    personal = config_folder() / FILE
    candidates = (parent / FILE for parent in (folder, *folder.parents))
    project = next(filter(os.path.isfile, candidates), None)
    if project and project != personal:
        yield SettingsFile(project, False, _read(project))
    # False also for a folder of another user, unlike Path.is_file.
    if os.path.isfile(personal):
        yield SettingsFile(personal, True, _read(personal))


def _read(path: Path) -> dict[str, Any]:
    # Imported here: most users have no such file.
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError("settings-unreadable", path=path, cause=error.strerror or error) from error
    except (ValueError, RecursionError) as error:
        raise UsageError("settings-unreadable", path=path, cause=error) from error


def _home() -> Path:
    """Return the user's home folder, or a path under which nothing can exist if the user has none."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.devnull)


def _absolute(variable: str) -> Path | None:
    """Return the folder in an environment variable; the XDG standard ignores relative paths."""
    folder = Path(os.environ.get(variable, ""))
    return folder if folder.is_absolute() else None
