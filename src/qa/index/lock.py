"""The lock on an index folder that admits one writer at a time, and names it."""

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
"""Seconds that a second writer waits before it fails with the name of the first."""


@contextmanager
def writer(folder: Path, wait: float = WAIT) -> Iterator[None]:
    """Lock a folder for writing until the context ends.

    Args:
        folder: The folder of the index.
        wait: Maximum seconds to wait for another writer.

    Raises:
        StoreError: Another process has the lock, or the folder is not writable.
    """
    # The operating system releases the lock when the process ends, however it ends. The note may be outdated.
    note = folder / "write.holder"
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        lock = FileLock(folder / FILE_NAME, timeout=wait)
        lock.acquire()
    except Timeout as error:
        raise StoreError("index-locked", folder=folder, holder=_holder(note)) from error
    except (OSError, NotImplementedError) as error:
        # NotImplementedError: the file system has no locks.
        raise StoreError(
            "folder-not-writable", folder=folder, cause=getattr(error, "strerror", None) or error
        ) from error
    try:
        # On a full disk the note fails, but the change may still succeed: removing needs hardly any space.
        with suppress(OSError):
            command = " ".join(Path(argument).name for argument in sys.argv[:2])
            note.write_text(f"process {os.getpid()} ({command})")
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
