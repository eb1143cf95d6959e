"""The private folder of a running server: what is sent and what is answered, while it is needed.

Nobody else on the machine can look into it. It takes a limited number of bytes, forgets what is old, and
goes when the server ends. A server that was killed leaves its folder behind; the next one removes it.
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
"""A file that was sent and not used, or answers that nobody looked at, go after so long."""
LOOK_SECONDS = 60.0


class FullError(QaError):
    """There is no room for more."""

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
        """Where the one file lies, in a bin that has one."""
        return self.path / "file"

    def take(self, size: int) -> None:
        """Counts bytes that are about to be written. Raises `FullError`."""
        self._owner.take(self, size)

    def touch(self) -> None:
        """Says that the bin is still needed."""
        self.touched = self._owner.clock()

    def drop(self) -> None:
        """Removes the bin."""
        self._owner.drop(self)


class Scratch:
    """The folder; safe to use from several threads."""

    def __init__(
        self,
        most_bytes: int = MOST_BYTES,
        old_seconds: float = OLD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        remove_left_behind()
        self.clock = clock
        self._most = most_bytes
        self._old = old_seconds
        # Made with the mode 0700.
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._running = FileLock(self.path / LOCK)
        self._running.acquire()
        self._bins: dict[str, Bin] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._forget_again_and_again, name="scratch", daemon=True).start()

    def new(self) -> Bin:
        """Makes a bin. Raises `FullError`."""
        with self._lock:
            if len(self._bins) >= MOST_BINS:
                raise FullError
            made = Bin(self, self.path / secrets.token_urlsafe(24))
            made.path.mkdir(mode=0o700)
            self._bins[made.name] = made
        return made

    def bin(self, name: str) -> Bin | None:
        """Returns the bin of a name, which is needed again."""
        with self._lock:
            found = self._bins.get(name)
        if found is not None:
            found.touch()
        return found

    def take(self, one: Bin, size: int) -> None:
        """Counts bytes of a bin. Raises `FullError`."""
        with self._lock:
            if self._bytes + size > self._most:
                raise FullError
            if one.name in self._bins:
                self._bytes += size
                one.bytes += size

    def drop(self, one: Bin) -> None:
        """Removes a bin."""
        with self._lock:
            if self._bins.pop(one.name, None) is not None:
                self._bytes -= one.bytes
        shutil.rmtree(one.path, ignore_errors=True)

    def forget_old(self) -> None:
        """Removes the bins that nobody has needed for long."""
        now = self.clock()
        with self._lock:
            old = [one for one in self._bins.values() if not one.in_use and now - one.touched > self._old]
        for one in old:
            self.drop(one)

    def close(self) -> None:
        """Removes the folder."""
        self._closed.set()
        with suppress(OSError):
            self._running.release()
        shutil.rmtree(self.path, ignore_errors=True)

    def _forget_again_and_again(self) -> None:
        while not self._closed.wait(LOOK_SECONDS):
            self.forget_old()


def remove_left_behind() -> None:
    """Removes the folders of servers that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):
            # Another user's folder, or a link that another user put there, is none of ours.
            own = not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid()
            # One that is being made at this moment has no lock yet.
            made_now = not (path / LOCK).exists() and time.time() - path.lstat().st_mtime < LOOK_SECONDS
            if not own or path.is_symlink() or made_now:
                continue
            with FileLock(path / LOCK, timeout=0):
                pass
            shutil.rmtree(path, ignore_errors=True)
