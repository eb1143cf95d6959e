"""Read pages saved with their parts in one file (MHTML, .mht): the page and the pages in its frames."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message

_HEADERS_WITHIN = 20_000
_HEADERS = re.compile(rb"\s*(?:[A-Za-z][\w-]{0,60}:[^\n]*\n(?:[ \t][^\n]*\n)*+)+\r?\n")
_PAGE = re.compile(
    rb"^Content-Type:\s*(?:multipart/(?:related|mixed|alternative)|text/html|application/xhtml)", re.I | re.M
)
_VERSION = re.compile(rb"^MIME-Version:", re.I | re.M)
_TYPES = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True)
class SavedPage:
    """A saved page.

    Attributes:
        page: Bytes of the main page.
        charset: Encoding that it declares.
        subject: Subject of the file.
        parts: The other pages by each of their addresses.
    """

    page: bytes
    charset: str | None = None
    subject: str | None = None
    parts: Mapping[str, bytes] = field(default_factory=dict)
    texts: tuple[tuple[bytes, str | None], ...] = ()
    """Plain-text parts, with the encoding that they declare."""


def saved_page(data: bytes) -> SavedPage | None:
    """Return the page in a file of MIME parts, None if it is not such a file or has no page."""
    headers = _HEADERS.match(data[:_HEADERS_WITHIN])
    if headers is None or not _VERSION.search(headers[0]) or not _PAGE.search(headers[0]):
        return None
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    pages = [part for part in message.walk() if part.get_content_type() in _TYPES and not part.is_multipart()]
    if not pages:
        return None
    start = message.get_param("start")
    main = next((part for part in pages if start and part.get("Content-ID") == start), pages[0])
    parts = {name: _bytes(part) for part in pages if part is not main for name in _names(part)}
    texts = [part for part in message.walk() if part.get_content_type() == "text/plain" and _is_stated(part)]
    return SavedPage(
        _bytes(main),
        _charset(main),
        _subject(message),
        parts,
        tuple((_bytes(part), _charset(part)) for part in texts),
    )


def _is_stated(part: Message) -> bool:
    """Return whether a part declares its type."""
    # A container without a type counts as plain text, and so does the preamble before the first part.
    return not part.is_multipart() and part.get("Content-Type") is not None


def _names(part: Message) -> Iterator[str]:
    if name := part.get("Content-ID"):
        yield f"cid:{str(name).strip().strip('<>')}"
    if name := part.get("Content-Location"):
        yield str(name).strip()


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str | None:
    charset = part.get_content_charset()
    return charset if isinstance(charset, str) else None


def _subject(message: Message) -> str | None:
    subject = message.get("Subject")
    if not subject:
        return None
    try:
        return " ".join(str(make_header(decode_header(subject))).split())
    except (LookupError, ValueError):
        return " ".join(str(subject).split())
