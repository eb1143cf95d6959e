"""Read the password of encrypted files from a place that other users cannot see."""

from __future__ import annotations

import argparse
import os
import sys
from getpass import getpass
from pathlib import Path

from qa.errors import UsageError
from qa.messages import Message

VARIABLE = "QA_PASSWORD"
_LONGEST = 4_096


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for the password of encrypted files."""
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument(
        "--password",
        metavar="WORD",
        help="password of encrypted PDF files; other users can see it in the list of processes",
    )
    secret.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="read the password from the first line of FILE, or ask if FILE is - (default: $QA_PASSWORD)",
    )


def opening_password(word: str | None, file: Path | None) -> str | None:
    """Return the password of encrypted files, or None if there is none.

    Args:
        word: The password itself, as typed after ``--password``.
        file: A file whose first line is the password; ``-`` asks at the terminal, or reads standard input.

    Raises:
        UsageError: The file cannot be read, or its first line is empty.
    """
    if word is not None:
        return word
    if file is None:
        return os.environ.get(VARIABLE) or None
    if str(file) != "-":
        password = _first_line(file)
    elif sys.stdin.isatty():
        password = getpass("Password: ")
    else:
        password = sys.stdin.readline(_LONGEST).rstrip("\r\n")
    if not password:
        raise UsageError("password-file-empty", path=file)
    return password


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            return lines.readline(_LONGEST).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or Message.of("not-utf8")
        raise UsageError("password-file-unreadable", path=file, cause=why) from error
