"""The private folder of a running server, for uploaded files and for answers, while they are needed.

Other users of the machine cannot read it. It takes a limited number of bytes, deletes old files, and is
removed when the server ends. A server that was killed leaves its folder behind; the next server removes it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import QaError

PREFIX = "verbatim-serve-"
LOCK = ".running"
MOST_BYTES = 2_000_000_000
MOST_BINS = 2_000
OLD_SECONDS = 3_600.0
"""Seconds after which unused uploads, and answers that nobody looked at, are deleted."""
LOOK_SECONDS = 60.0
"""Seconds between two searches for old files."""


class FullError(QaError):
    """The folder is full."""

    def __init__(self) -> None:
        super().__init__("server-full")


class Bin:
    """A folder in the scratch folder, with a name that nobody can guess."""

    def __init__(self, owner: Scratch, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.bytes = 0
        self.touched = owner.clock()
        self.in_use = False
        self._owner = owner

    @property
    def file(self) -> Path:
        """The path of the file, in a bin that has one file."""
        return self.path / "file"

    def take(self, size: int) -> None:
        """Count bytes that are about to be written.

        Raises:
            FullError: There is no room for them.
        """
        self._owner.take(self, size)

    def touch(self) -> None:
        """Mark the bin as still needed."""
        self.touched = self._owner.clock()

    def drop(self) -> None:
        """Remove the bin."""
        self._owner.drop(self)


class Scratch:
    """The folder; thread-safe."""

    def __init__(
        self,
        most_bytes: int = MOST_BYTES,
        old_seconds: float = OLD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        remove_abandoned()
        self.clock = clock
        self._max_bytes = most_bytes
        self._old = old_seconds
        # Created with the mode 0700.
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._running = FileLock(self.path / LOCK)
        self._running.acquire()
        self._bins: dict[str, Bin] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._remove_old_repeatedly, name="scratch", daemon=True).start()

    def new(self) -> Bin:
        """Create a bin.

        Raises:
            FullError: There are too many bins.
        """
        with self._lock:
            if len(self._bins) >= MOST_BINS:
                raise FullError
            new = Bin(self, self.path / secrets.token_urlsafe(24))
            new.path.mkdir(mode=0o700)
            self._bins[new.name] = new
        return new

    def bin(self, name: str) -> Bin | None:
        """Return the bin of a name, and mark it as still needed; None if there is no such bin."""
        with self._lock:
            existing = self._bins.get(name)
        if existing is not None:
            existing.touch()
        return existing

    def take(self, owner: Bin, size: int) -> None:
        """Count bytes of a bin.

        Raises:
            FullError: There is no room for them.
        """
        with self._lock:
            if self._bytes + size > self._max_bytes:
                raise FullError
            if owner.name in self._bins:
                self._bytes += size
                owner.bytes += size

    def drop(self, unneeded: Bin) -> None:
        """Remove a bin."""
        with self._lock:
            if self._bins.pop(unneeded.name, None) is not None:
                self._bytes -= unneeded.bytes
        shutil.rmtree(unneeded.path, ignore_errors=True)

    def remove_old(self) -> None:
        """Remove the bins that have not been needed for `OLD_SECONDS`."""
        now = self.clock()
        with self._lock:
            old = [bin for bin in self._bins.values() if not bin.in_use and now - bin.touched > self._old]
        for bin in old:
            self.drop(bin)

    def close(self) -> None:
        """Remove the folder."""
        self._closed.set()
        with suppress(OSError):
            self._running.release()
        shutil.rmtree(self.path, ignore_errors=True)

    def _remove_old_repeatedly(self) -> None:
        while not self._closed.wait(LOOK_SECONDS):
            self.remove_old()


def remove_abandoned() -> None:
    """Remove the folders of servers that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):
            # The folder, or a link in its place, may belong to another user.
            is_own = not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()
            # A folder that is being created has no lock yet.
            is_new = not (path / LOCK).exists() and time.time() - path.lstat().st_mtime < LOOK_SECONDS
            if not is_own or path.is_symlink() or is_new:
                continue
            with FileLock(path / LOCK, timeout=0):
                pass
            shutil.rmtree(path, ignore_errors=True)
