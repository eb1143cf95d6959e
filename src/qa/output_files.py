"""Check where an output file goes, and write it as a whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from qa.errors import QaError, UsageError


def check_output(target: Path, *inputs: Path | None, code: str = "output-overwrites-input") -> None:
    """Check that a file can be written to a path.

    Args:
        target: The path.
        inputs: Files that are read, which the output must not replace.
        code: The code of the error if it would.

    Raises:
        UsageError: The path is a folder, its folder does not exist, or it is one of the inputs.
    """
    if target.is_dir():
        raise UsageError("output-is-folder", path=target)
    if not target.parent.is_dir():
        raise UsageError("output-folder-missing", folder=target.parent)
    if any(path is not None and is_same_file(target, path) for path in inputs):
        raise UsageError(code, path=target)


def is_same_file(one: Path, other: Path) -> bool:
    """Return whether two paths are the same existing file."""
    return one.exists() and other.exists() and one.samefile(other)


def write_file(target: Path, content: bytes, code: str = "output-not-writable") -> None:
    """Write a file; if that fails, an earlier file with this name is unchanged.

    Args:
        target: The file, whose permissions are kept.
        content: Its content.
        code: The code of the error.

    Raises:
        QaError: The file cannot be written.
    """
    try:
        if target.exists() and not target.is_file():
            # A device or a pipe, which must not be replaced by a file.
            target.write_bytes(content)
        else:
            _replace(target.resolve(), content)
    except OSError as error:
        raise QaError(code, path=target, cause=error.strerror or error) from error


def _replace(target: Path, content: bytes) -> None:
    # Not the name of a partial file of a batch, which may contain hours of work.
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, partial)
        partial.replace(target)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
