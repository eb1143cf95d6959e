"""SHA-256 of files, cached until a file changes.

Hashing 90 MB of weights would take a tenth of a second at every start. The cache is in the user's own cache
folder. Anyone who can write there can change the program's other caches too.
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
"""Age in nanoseconds below which a file may change again without a change of its times: no hash is cached."""
_MAX_ENTRIES = 256
_FILE_NAME = "checksums.json"


def sha256(path: Path) -> str:
    """Read a file and return its SHA-256.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, without reading the file if it has not changed since the last time.

    Raises:
        OSError: The file cannot be read.
    """
    path = path.resolve()
    identity = _identity(path)
    entry = _load().get(str(path))
    if isinstance(entry, list) and entry[:-1] == identity and isinstance(entry[-1], str):
        return entry[-1]
    checksum = sha256(path)
    if _identity(path) == identity and time.time_ns() - max(identity[1], identity[2]) > SETTLED_NS:
        _save({str(path): [*identity, checksum]})
    return checksum


def _identity(path: Path) -> list[int]:
    """Return the values that change when a file is written to or replaced."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev]


def _load() -> dict[str, list[int | str]]:
    try:
        entries = json.loads((cache_folder() / _FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _save(new: dict[str, list[int | str]]) -> None:
    """Add entries to the cache. If it cannot be written, the next start hashes again."""
    folder = cache_folder()
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        entries = {path: entry for path, entry in _load().items() if path not in new} | new
        handle, name = tempfile.mkstemp(prefix=_FILE_NAME, dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(dict(list(entries.items())[-_MAX_ENTRIES:]), file)
            Path(name).replace(folder / _FILE_NAME)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
