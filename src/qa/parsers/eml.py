"""Read mails as they are sent (RFC 5322, MIME): headers, the body that a person reads, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32, compat32
from mimetypes import guess_extension

from qa.errors import ReadError
from qa.parsers import encoding
from qa.parsers.build import Extract, clean
from qa.parsers.limits import MAIL_DEPTH, MAIL_PARTS
from qa.parsers.mail import SHOWN, Body, Mail
from qa.types import OmissionReason

# Types of parts without words, and the reason to leave each out.
_UNREAD: dict[str, OmissionReason] = {
    **dict.fromkeys(
        ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"),
        "metadata",
    ),
    "application/applefile": "metadata",
    **dict.fromkeys(
        ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"), "protected"
    ),
}
_FILES = frozenset(("text/rtf", "text/richtext", "text/csv"))
_AS_IT_IS = compat32.clone(max_line_length=0, mangle_from_=False)
_HEADERS_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_LONGEST_HEADERS = 2_000_000
_LONGEST_HEADER = 100_000
_LONGEST_PARAMETERS = 2_000
_MOST_HEADERS = 50
_MOST_ENCODED_WORDS = 2_000
_MOST_BOUNDARIES = 100_000
_APPLE = re.compile(rb"\s{0,9}(\d{1,12})[ \t]{0,9}\r?\n")
_TYPICAL = ("From", "To", "Date", "Subject", "Message-ID", "Received", "MIME-Version")


def read(data: bytes) -> Extract:
    """Return the text of a mail and its attachments; raise ReadError if it is not a mail."""
    if apple := _APPLE.match(data):
        # Apple Mail writes the length before the mail, and its own notes after it.
        data = data[apple.end() : apple.end() + int(apple[1])]
    if data.count(b"\n--") + data.count(b"\r--") > _MOST_BOUNDARIES:
        raise ReadError("mail-too-many-parts")
    end = _HEADERS_END.search(data)
    if (end.start() if end else len(data)) > _LONGEST_HEADERS:
        raise ReadError("mail-headers-too-long")
    message = message_from_bytes(data, policy=_Bounded())
    if not any(message[name] for name in _TYPICAL):
        raise ReadError("mail-no-headers")
    mail = Mail()
    add_headers(mail, message)
    _Walk(mail).part(message, 0)
    return mail.extract()


def headers(data: bytes) -> Message:
    """Return a message that has only the headers."""
    return message_from_bytes(data[:_LONGEST_HEADERS], policy=_Bounded())


def add_headers(mail: Mail, message: Message) -> None:
    """Add the headers that a person reads, decoded; the others become metadata."""
    for name, value in message.items():
        shown = next((label for label in SHOWN if label.lower() == name.lower()), None)
        if shown and len(mail.headers) < _MOST_HEADERS:
            mail.headers.append((shown, header_text(value)))
        else:
            mail.metadata.append(f"{name}: {value}")


def header_text(value: str) -> str:
    """Return a decoded header value on one line."""
    raw = value[:_LONGEST_HEADER]
    pieces: list[tuple[bytes | str, str | None]] = [(raw, None)]
    # The library's time grows with the square of their number.
    if raw.count("=?") <= _MOST_ENCODED_WORDS:
        with suppress(HeaderParseError, ValueError):
            pieces = decode_header(raw)
    decoded = []
    for piece, charset in pieces:
        data = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
        try:
            decoded.append(encoding.decode(data, charset) if data else "")
        except ReadError:
            decoded.append(data.decode("ascii", "replace"))
    return " ".join(clean("".join(decoded)).split())


class _Bounded(Compat32):
    """Policy that keeps a message unchanged, with headers cut to a realistic length.

    The library's time grows with the square of the length of a header with parameters.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return the name and value of a header, cut to a realistic length."""
        name, value = super().header_source_parse(sourcelines)
        limit = _LONGEST_PARAMETERS if name.lower().startswith("content-") else _LONGEST_HEADER
        return name, value[:limit]

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return a header's value unchanged."""
        # Non-ASCII bytes stay as they are: `header_text` decodes them.
        return value


class _Walk:
    """A collector of the parts of a message."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._parts = 0

    def part(self, part: Message, depth: int) -> None:
        """Add a part at a nesting depth; raise ReadError if there are too many or it is too deep."""
        self._parts += 1
        if self._parts > MAIL_PARTS or depth > MAIL_DEPTH:
            raise ReadError("mail-nested-too-deep")
        kind = part.get_content_type()
        if kind == "message/rfc822":
            self._message(part)
        elif part.is_multipart():
            self._multipart(part, kind, depth)
        elif reason := _UNREAD.get(kind):
            self._mail.omit(reason, _filename(part) or kind)
        elif _is_body(part, kind):
            self._mail.bodies.append(_body(part, kind))
        elif kind.startswith("message/"):
            self._mail.omit("attachment", _filename(part) or kind)
        else:
            self._file(part, kind)

    def _multipart(self, part: Message, kind: str, depth: int) -> None:
        parts = _inner(part)
        if kind == "multipart/encrypted":
            self._mail.omit("protected", kind)
        elif kind == "multipart/alternative":
            self._alternative(parts, depth)
        elif kind == "message/delivery-status":
            text = "\n\n".join(
                "\n".join(f"{name}: {header_text(value)}" for name, value in inner.items()) for inner in parts
            )
            self._mail.bodies.append(Body("text/plain", text.encode("utf-8", "replace"), "utf-8"))
        else:
            for inner in parts:
                self.part(inner, depth + 1)

    def _alternative(self, parts: list[Message], depth: int) -> None:
        """Add one of several forms of the same text, and the other parts beside them."""
        forms = [leaf for part in parts for leaf in _texts(part, 0)]
        plain = next((part for part, kind in forms if kind == "text/plain"), None)
        rich = next((part for part, kind in forms if kind == "text/html"), None)
        chosen: set[int] = set()
        if plain is not None and rich is not None:
            self._mail.alternatives(_body(plain, "text/plain"), _body(rich, "text/html"))
            chosen = {id(plain), id(rich)}
        for part in parts:
            self._rest(part, chosen, depth + 1)

    def _rest(self, part: Message, chosen: set[int], depth: int) -> None:
        if id(part) in chosen:
            return
        if chosen and _is_container(part) and depth <= MAIL_DEPTH:
            for inner in _inner(part):
                self._rest(inner, chosen, depth + 1)
        else:
            self.part(part, depth)

    def _message(self, part: Message) -> None:
        inner = next(iter(_inner(part)), None)
        if inner is None:
            self._mail.omit("attachment", _filename(part) or "message/rfc822")
            return
        name = _filename(part) or header_text(inner.get("Subject", "")) or "message"
        if not name.lower().endswith(".eml"):
            name += ".eml"
        self._mail.attach(name, inner.as_bytes(policy=_AS_IT_IS))

    def _file(self, part: Message, kind: str) -> None:
        name = _filename(part)
        inline = part.get("Content-ID") is not None or part.get_content_disposition() == "inline"
        if kind.startswith("image/") and inline:
            self._mail.omit("picture", name or kind)
        elif name.lower().endswith((".p7m", ".rpmsg")):
            self._mail.omit("protected", name)
        else:
            self._mail.attach(name or "attachment" + (guess_extension(kind) or ""), _bytes(part))


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _is_container(part: Message) -> bool:
    return part.is_multipart() and part.get_content_type() in ("multipart/related", "multipart/mixed")


def _texts(part: Message, depth: int) -> Iterator[tuple[Message, str]]:
    """Yield the text parts of an alternative: the part itself, or those inside it."""
    kind = part.get_content_type()
    if _is_container(part) and depth < MAIL_DEPTH:
        for inner in _inner(part):
            yield from _texts(inner, depth + 1)
    elif kind in ("text/plain", "text/html") and _is_body(part, kind):
        yield part, kind


def _is_body(part: Message, kind: str) -> bool:
    if not kind.startswith("text/") or kind in _FILES or part.is_multipart():
        return False
    if kind == "text/calendar":
        return True
    return part.get_content_disposition() != "attachment" and not part.get_filename()


def _body(part: Message, kind: str) -> Body:
    return Body(kind, _bytes(part), part.get_content_charset())


def _filename(part: Message) -> str:
    name = part.get_filename()
    return header_text(name) if name else ""


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
