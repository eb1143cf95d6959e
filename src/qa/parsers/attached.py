"""Address files inside files: ``file:///mail.eml#attachment=offer.eml/contract.pdf``."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote

_MARK = "#attachment="


def uri_of(uri: str, name: str) -> str:
    """Return the address of an attachment of the file or attachment at ``uri``."""
    return f"{uri}{'/' if _MARK in uri else _MARK}{quote(name, safe='')}"


def split(uri: str) -> tuple[str, Sequence[str]]:
    """Return the address of the outer file, and the names of the attachments to follow inside it."""
    file, mark, names = uri.partition(_MARK)
    return file, [unquote(name) for name in names.split("/")] if mark else []


def is_attached(uri: str | None) -> bool:
    """Return whether an address points to a file inside a file."""
    return uri is not None and _MARK in uri
