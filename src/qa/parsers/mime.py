"""Read pages saved with their parts in one file (MHTML, .mht): the page and the pages in its frames."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Mapping, Sequence
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
    if not _is_saved(data):
        return None
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    parts = [part for part in message.walk() if not part.is_multipart()]
    pages = [part for part in parts if part.get_content_type() in _TYPES]
    if not pages:
        return None
    main = _main_page(message, pages)
    return SavedPage(
        _bytes(main),
        _charset(main),
        _subject(message),
        {name: _bytes(part) for part in pages if part is not main for name in _names(part)},
        tuple((_bytes(part), _charset(part)) for part in parts if _is_text(part)),
    )


def _is_saved(data: bytes) -> bool:
    """Return whether a file begins with the headers of a saved page."""
    headers = _HEADERS.match(data[:_HEADERS_WITHIN])
    return headers is not None and all(pattern.search(headers[0]) for pattern in (_VERSION, _PAGE))


def _main_page(message: Message, pages: Sequence[Message]) -> Message:
    """Return the page that the file names as its start, else the first one."""
    start = message.get_param("start")
    return next((part for part in pages if start and part.get("Content-ID") == start), pages[0])


def _is_text(part: Message) -> bool:
    """Return whether a part declares that it is plain text; the preamble declares no type."""
    return part.get("Content-Type") is not None and part.get_content_type() == "text/plain"


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
