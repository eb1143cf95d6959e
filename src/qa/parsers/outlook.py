"""Read mails as Outlook saves them (MS-OXMSG): streams of properties in a compound file."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from itertools import islice

from olefile import OleFileIO  # type: ignore[import-untyped]

from qa.errors import ReadError
from qa.parsers import eml, encoding
from qa.parsers.build import Extract, clean
from qa.parsers.limits import ATTACHMENT_DEPTH, MAIL_ATTACHMENTS, MEGABYTE
from qa.parsers.mail import Body, Mail

# Numbers of properties in MS-OXPROPS.
_CLASS, _SUBJECT, _HEADERS, _BODY, _RTF, _HTML = 0x001A, 0x0037, 0x007D, 0x1000, 0x1009, 0x1013
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_SENDER_NAME, _SENT_BY_NAME = 0x0C1A, 0x0042
_SENDER_MAIL = (0x5D01, 0x5D02, 0x0C1F, 0x0065)
_DISPLAY = {"To": 0x0E04, "Cc": 0x0E03, "Bcc": 0x0E02}
_NAME, _ADDRESSES, _RECIPIENT_KIND = 0x3001, (0x39FE, 0x3003), 0x0C15
_DATA, _FILE_NAMES, _METHOD, _CONTENT_ID, _HIDDEN = 0x3701, (0x3707, 0x3704, 0x3001), 0x3705, 0x3712, 0x7FFE
_CODE_PAGES = (0x3FFD, 0x3FDE)
_EMBEDDED = 5
_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".emz", ".wmz")
_NAMED = {65001: "utf-8", 20127: "ascii", 1200: "utf-16-le", 20866: "koi8_r", 21866: "koi8_u",
          50220: "iso2022_jp", 51932: "euc_jp", 51949: "euc_kr", 936: "gbk", 54936: "gb18030"}  # fmt: skip
_PROPERTY = struct.Struct("<HHIQ")
_MOST_RECIPIENTS = 2_000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def read(data: bytes) -> Extract:
    """Return the text of a mail and its attachments; raise ReadError if the file is damaged."""
    try:
        file = OleFileIO(BytesIO(data))
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise ReadError("outlook-damaged") from error
    with file:
        return _mail(_Storage(_Streams(file, len(data)), (), 32), 0).extract()


class _Streams:
    """Streams of a compound file; the total read is limited to what a file of its size can contain."""

    def __init__(self, file: OleFileIO, size: int) -> None:
        self._file = file
        self._left = 2 * size + MEGABYTE
        self.names: dict[tuple[str, ...], list[str]] = {}
        for path in file.listdir(streams=True, storages=True):
            self.names.setdefault(tuple(path[:-1]), []).append(path[-1])

    def read(self, path: tuple[str, ...]) -> bytes:
        """Return the bytes of a stream, empty if it is missing or damaged."""
        try:
            size = self._file.get_size(list(path))
            self._left -= size
            if self._left < 0:
                raise ReadError("outlook-parts-too-large")
            content: bytes = self._file.openstream(list(path)).read()
        except (OSError, ValueError, IndexError, struct.error):
            # Single streams may be missing or damaged.
            return b""
        return content


class _Storage:
    """Properties of a message, a recipient or an attachment."""

    def __init__(self, streams: _Streams, path: tuple[str, ...], header: int) -> None:
        self._streams = streams
        self._path = path
        self._names = {name.lower(): name for name in streams.names.get(path, ())}
        self._values: dict[int, int] = {}
        fixed = self._read("__properties_version1.0")[header:]
        for at in range(0, len(fixed) - len(fixed) % _PROPERTY.size, _PROPERTY.size):
            _, number, _, value = _PROPERTY.unpack_from(fixed, at)
            self._values.setdefault(number, value)

    def number(self, prop: int) -> int:
        """Return the value of a numeric property, else 0."""
        return self._values.get(prop, 0) & 0xFFFFFFFF

    def time(self, prop: int) -> datetime | None:
        """Return the value of a time property, None if it has none."""
        ticks = self._values.get(prop, 0)
        if not ticks:
            return None
        with suppress(OverflowError):
            return _EPOCH + timedelta(microseconds=ticks // 10)
        return None

    def data(self, prop: int) -> bytes:
        """Return the value of a binary property."""
        return self._read(f"__substg1.0_{prop:04X}0102")

    def text(self, *props: int, charset: str | None = None) -> str:
        """Return the text of the first property that has one."""
        for prop in props:
            if wide := self._read(f"__substg1.0_{prop:04X}001F"):
                return clean(wide.decode("utf-16-le", "replace")).strip("\x00")
            if narrow := self._read(f"__substg1.0_{prop:04X}001E").rstrip(b"\x00"):
                with suppress(ReadError):
                    return encoding.decode(narrow, charset)
        return ""

    def inner(self, prefix: str, header: int = 8) -> Iterator[_Storage]:
        """Yield the inner storages whose names begin with ``prefix``."""
        for folded, name in sorted(self._names.items()):
            if folded.startswith(prefix) and (*self._path, name) in self._streams.names:
                yield _Storage(self._streams, (*self._path, name), header)

    def _read(self, name: str) -> bytes:
        stored = self._names.get(name.lower())
        return self._streams.read((*self._path, stored)) if stored else b""


def _mail(message: _Storage, depth: int) -> Mail:
    """Return the mail in a storage, with its headers, its body and its attachments."""
    mail = Mail()
    pages = (_charset(message.number(prop)) for prop in _CODE_PAGES)
    charset = next((page for page in pages if page), None)
    _add_headers(mail, message, charset)
    _add_body(mail, message, charset)
    for number, attached in enumerate(message.inner("__attach_version1.0_")):
        if number >= MAIL_ATTACHMENTS:
            mail.omit("attachment", "more of them")
            break
        _attach(mail, attached, charset, depth)
    return mail


def _add_body(mail: Mail, message: _Storage, charset: str | None) -> None:
    """Add the body in its two forms if it has both; RTF is read only if it is the only form."""
    plain = message.text(_BODY, charset=charset)
    text = Body("text/plain", plain.encode("utf-8", "replace"), "utf-8") if plain.strip() else None
    rich = _rich_body(message, charset)
    if text and rich:
        mail.alternatives(text, rich)
    elif text or rich:
        mail.bodies += [body for body in (text, rich) if body]
    elif packed := message.data(_RTF):
        _attach_rtf(mail, packed)


def _rich_body(message: _Storage, charset: str | None) -> Body | None:
    """Return the HTML body, which is stored as bytes or as text."""
    if page := message.data(_HTML):
        return Body("text/html", page)
    if markup := message.text(_HTML, charset=charset):
        return Body("text/html", markup.encode("utf-8", "replace"), "utf-8")
    return None


def _add_headers(mail: Mail, message: _Storage, charset: str | None) -> None:
    """Add the headers that came with the mail; take missing ones from its properties."""
    if transport := message.text(_HEADERS, charset=charset):
        eml.add_headers(mail, eml.headers(transport.encode("utf-8", "replace")))
    present = {name for name, _ in mail.headers}
    sender = message.text(_SENDER_NAME, _SENT_BY_NAME, charset=charset)
    fallback = {"From": _address(sender, message.text(*_SENDER_MAIL, charset=charset))}
    if not present & _DISPLAY.keys():
        fallback |= _recipients(message, charset)
    sent = message.time(_SUBMITTED) or message.time(_DELIVERED)
    fallback["Date"] = format_datetime(sent) if sent else ""
    fallback["Subject"] = message.text(_SUBJECT, charset=charset)
    for name, value in fallback.items():
        if name not in present and (value := " ".join(value.split())):
            mail.headers.append((name, value))


def _recipients(message: _Storage, charset: str | None) -> dict[str, str]:
    """Return the recipients of each kind, as in headers."""
    people: dict[str, list[str]] = {}
    for recipient in islice(message.inner("__recip_version1.0_"), _MOST_RECIPIENTS):
        kind = _KINDS.get(recipient.number(_RECIPIENT_KIND) & 0xF, "To")
        name = recipient.text(_NAME, charset=charset)
        people.setdefault(kind, []).append(_address(name, recipient.text(*_ADDRESSES, charset=charset)))
    return {
        kind: ", ".join(people.get(kind, ())) or message.text(prop, charset=charset)
        for kind, prop in _DISPLAY.items()
    }


def _attach(mail: Mail, attached: _Storage, charset: str | None, depth: int) -> None:
    """Add an attachment, or account for it if it has no words."""
    name = attached.text(*_FILE_NAMES, charset=charset)
    if attached.number(_METHOD) == _EMBEDDED:
        _attach_mail(mail, attached, name, depth)
        return
    inline = attached.text(_CONTENT_ID, charset=charset) or attached.number(_HIDDEN) & 1
    data = attached.data(_DATA)
    folded = name.lower()
    if inline and folded.endswith(_PICTURES):
        mail.omit("picture", name)
    elif folded.endswith((".p7m", ".rpmsg")):
        mail.omit("protected", name)
    elif folded.endswith(".p7s"):
        mail.omit("metadata", name)
    elif data:
        mail.attach(name, data)
    else:
        mail.omit("attachment", name)


def _attach_mail(mail: Mail, attached: _Storage, name: str, depth: int) -> None:
    """Add an attached mail as a file; parts that the file cannot contain are accounted for here."""
    inner = next(attached.inner("__substg1.0_3701000d", 24), None)
    if inner is None or depth >= ATTACHMENT_DEPTH:
        mail.omit("attachment", name)
        return
    message = _mail(inner, depth + 1)
    name = name or message.header("Subject") or "message"
    mail.attach(f"{name}.eml", message.as_eml())
    if message.metadata:
        mail.omit("metadata", name, "\n".join(message.metadata))
    for part in message.omitted:
        mail.omit(part.reason, f"{name}: {part.name}" if part.name else name, part.text)


def _address(name: str, mail: str) -> str:
    """Return a name and an address as in a header; addresses that are not mail addresses are dropped."""
    if "@" not in mail:
        return name
    return f"{name} <{mail}>" if name and name != mail else mail


def _charset(page: int) -> str | None:
    name = _NAMED.get(page) or (f"iso8859_{page - 28590}" if 28591 <= page <= 28605 else f"cp{page}")
    with suppress(LookupError):
        return codecs.lookup(name).name
    return None


def _attach_rtf(mail: Mail, packed: bytes) -> None:
    """Attach the RTF body of a mail that has no other form, as a file for the RTF parser."""
    # Imported late: only these few mails need it.
    import compressed_rtf  # type: ignore[import-untyped]

    try:
        mail.attach("body.rtf", compressed_rtf.decompress(packed))
    except Exception:  # the library has no specific error
        mail.omit("damaged", "body.rtf")
