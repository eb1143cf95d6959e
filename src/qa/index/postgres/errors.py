"""Turns errors of the driver and of the server into sentences that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from qa.errors import StoreError
from qa.messages import Message

_BY_STATE = {
    "28P01": "database-password",
    "28000": "database-refused",
    "3D000": "database-unknown",
    "42501": "database-permission",
    "55000": "shards-not-prepared",
    "53100": "index-disk-full",
    "53300": "database-full",
    "25006": "database-read-only",
    "55P03": "index-locked",
    "57P03": "database-starting",
}
"""Codes of messages by SQLSTATE."""
_BY_TEXT = {
    "password authentication failed": "database-password",
    "no password supplied": "database-password",
    "no pg_hba.conf entry": "database-refused",
    'role "': "database-refused",
    'database "': "database-unknown",
    "too many clients": "database-full",
    "remaining connection slots": "database-full",
    "starting up": "database-starting",
    "shutting down": "database-starting",
    "recovery mode": "database-starting",
}
"""Codes by a part of the text: while connecting, the driver reports no SQLSTATE."""
_LOST = ("08", "57P")
# The sentence names the server already.
_ADDRESS = re.compile(r"^connection failed: (connection to server [^\n]*? failed: )?(FATAL: +)?")


def is_lost(error: psycopg.Error) -> bool:
    """Return whether an error means that the connection is gone, not that a statement is wrong."""
    state = error.sqlstate or ""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and (
        not state or state.startswith(_LOST)
    )


def as_store_error(
    failure: psycopg.Error, name: str, *, writing: bool = False, otherwise: str | None = None
) -> StoreError:
    """Return the error to raise for one of the driver.

    Args:
        failure: The error.
        name: The database as messages name it.
        writing: Whether a change was being written.
        otherwise: The code of an error that has no sentence.
    """
    text = str(failure).strip()
    cause = _ADDRESS.sub("", text.splitlines()[0]) if text else type(failure).__name__
    code = _BY_STATE.get(failure.sqlstate or "")
    code = code or next((code for part, code in _BY_TEXT.items() if part in text), None) or otherwise
    if code is None and is_lost(failure):
        code = "database-lost-writing" if writing else "database-lost"
    if code is None:
        code = "database-write-failed" if writing else "database-read-failed"
    if code == "index-locked":
        return StoreError(code, folder=name, holder=Message.of("another-process"))
    return StoreError(code, folder=name, cause=cause)


@contextmanager
def translated(name: str, *, writing: bool = False) -> Iterator[None]:
    """Convert errors of the driver to `StoreError`."""
    try:
        yield
    except psycopg.Error as error:
        raise as_store_error(error, name, writing=writing) from error
