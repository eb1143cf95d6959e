"""SHA-256 of files, remembered for as long as a file does not change.

Hashing 90 MB of weights takes a tenth of a second, at every start. The list of what was hashed is in the
user's own cache folder; who can write there can change the program's other caches, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from qa.settings import cache_folder

SETTLED_NS = 2_000_000_000
"""A younger file may change again without its times changing: its hash is not remembered."""
_MOST = 256
_NAME = "checksums.json"


def sha256(path: Path) -> str:
    """Reads a file and returns its SHA-256. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path) -> str:
    """Returns the SHA-256 of a file, without reading it if it is as it was the last time. Raises OSError."""
    path = path.resolve()
    identity = _identity(path)
    known = _load()
    entry = known.get(str(path))
    if isinstance(entry, list) and entry[:-1] == identity and isinstance(entry[-1], str):
        return entry[-1]
    checksum = sha256(path)
    if _identity(path) == identity and time.time_ns() - max(identity[1], identity[2]) > SETTLED_NS:
        _save({str(path): [*identity, checksum]})
    return checksum


def _identity(path: Path) -> list[int]:
    """Returns what changes when a file is written to or replaced."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev]


def _load() -> dict[str, list[int | str]]:
    try:
        known = json.loads((cache_folder() / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _save(new: dict[str, list[int | str]]) -> None:
    """Adds entries to the list; without a place to write to, the next start hashes again."""
    folder = cache_folder()
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = {path: entry for path, entry in _load().items() if path not in new} | new
        handle, name = tempfile.mkstemp(prefix=_NAME, dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(dict(list(known.items())[-_MOST:]), file)
            Path(name).replace(folder / _NAME)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
