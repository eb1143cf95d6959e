"""One writer at a time: a lock on the folder that says who holds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import StoreError
from qa.index.files import PRIVATE
from qa.messages import Message

FILE_NAME = "write.lock"
WAIT = 10.0
"""Seconds that a second writer waits before it says who is in the way."""


@contextmanager
def writer(folder: Path, wait: float = WAIT) -> Iterator[None]:
    """Holds the folder for writing. Raises `StoreError` where another does, or it is not writable."""
    # The operating system frees the lock with the process, however it ends; the note may be stale.
    note = folder / "write.holder"
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        lock = FileLock(folder / FILE_NAME, timeout=wait)
        lock.acquire()
    except Timeout as error:
        raise StoreError("index-locked", folder=folder, holder=_holder(note)) from error
    except (OSError, NotImplementedError) as error:
        # NotImplementedError: the disk is one that knows no locks.
        raise StoreError(
            "folder-not-writable", folder=folder, cause=getattr(error, "strerror", None) or error
        ) from error
    try:
        # Without room for a note the change itself may still succeed: removing needs hardly any.
        with suppress(OSError):
            note.write_text(f"process {os.getpid()} ({' '.join(Path(a).name for a in sys.argv[:2])})")
        yield
    except OSError as error:
        raise StoreError("folder-write-failed", folder=folder, cause=error.strerror or error) from error
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> str | Message:
    try:
        return note.read_text()
    except OSError:
        return Message.of("another-process")
