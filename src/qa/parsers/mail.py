"""A mail as its readers get it out of a file: headers, bodies and files, and the one text made of them."""

from __future__ import annotations

import base64
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from urllib.parse import quote

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import account, encoding, html
from qa.parsers.build import Attachment, Extract, TextBuilder, clean
from qa.parsers.limits import MAIL_ATTACHMENTS
from qa.types import OmissionReason

SHOWN = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject")
"""The headers that a person reads; all others are left out as metadata."""
_MOST_METADATA = 50_000
# The plain form of a mail is read if it has nearly all the words of the other one.
_LACKS_AT_MOST = 0.1
_QUOTED = re.compile(r"(?:[ \t]{0,3}>)+ ?")
_ARMOUR = re.compile(r"-----BEGIN PGP (?P<kind>[A-Z ]{1,40})-----")
_CALENDAR = frozenset(("SUMMARY", "DESCRIPTION", "LOCATION", "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE"))
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029/\\:*?"<>|]+')
_LINE_LENGTH = 76
_SENTENCES_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
_ADDRESS = re.compile(r"[<(\[]?\b(?:https?://|mailto:)[^\s<>]+[>)\]]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """Text of a mail in the bytes that it came in; ``kind`` is its MIME type."""

    kind: str
    data: bytes
    charset: str | None = None

    def show(self, builder: TextBuilder) -> tuple[Message, ...]:
        """Append the text; return what to doubt of its letters."""
        if self.kind == "text/html":
            return _add_html(builder, self.data, self.charset)
        if not self.data.strip():
            return ()
        text, doubts = encoding.decode_with_doubts(self.data, self.charset)
        if self.kind == "text/calendar":
            _add_calendar(builder, text)
        else:
            _add_plain(builder, text)
        return doubts


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a mail that is not in its text."""

    reason: OmissionReason
    name: str | None = None
    text: str = ""


@dataclass(slots=True)
class Mail:
    """The parts of a mail in their order, whatever format they came in."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    metadata: list[str] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    omitted: list[Part] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _numbers: Counter[str] = field(default_factory=Counter)

    def header(self, name: str) -> str:
        """Return the value of the first header of a name, nothing where there is none."""
        return next((value for known, value in self.headers if known == name), "")

    def alternatives(self, plain: Body, rich: Body) -> None:
        """Add the one of two forms that has the words, and the sentences that only the other one has."""
        plain_builder, rich_builder = TextBuilder(), TextBuilder()
        plain.show(plain_builder)
        rich.show(rich_builder)
        wanted = Counter(account.words(rich_builder.text))
        lacking = (wanted - Counter(account.words(plain_builder.text))).total()
        if plain_builder.length and lacking <= _LACKS_AT_MOST * wanted.total():
            self._choose(plain, plain_builder, rich_builder)
        else:
            self._choose(rich, rich_builder, plain_builder)

    def attach(self, name: str, data: bytes) -> None:
        """Add a file under a name that is safe and that no other one has."""
        name = self._free_name(name)
        if len(self.attachments) < MAIL_ATTACHMENTS:
            self.attachments.append(Attachment(name, data))
        else:
            self.omit("attachment", name)

    def omit(self, reason: OmissionReason, name: str | None = None, text: str = "") -> None:
        """Note something that is not in the text."""
        self.omitted.append(Part(reason, name or None, text))

    def extract(self) -> Extract:
        """Return the mail as one text: its headers, then its bodies."""
        builder = TextBuilder()
        for name, value in sorted(self.headers, key=lambda header: SHOWN.index(header[0])):
            if value:
                builder.add(f"{name}: {value}", "row", place=("headers", name))
        doubts = tuple(dict.fromkeys(doubt for body in self.bodies for doubt in body.show(builder)))
        if self.metadata:
            builder.omit("metadata", "\n".join(self.metadata)[:_MOST_METADATA])
        for part in self.omitted:
            builder.omit(part.reason, part.text, name=part.name)
        made = builder.extract(self.header("Subject") or None, warnings=doubts)
        return replace(made, attachments=tuple(self.attachments))

    def as_eml(self) -> bytes:
        """Return the mail as a file, the same bytes for the same mail."""
        parts = [
            _part(
                f"Content-Type: {body.kind}{f'; charset={body.charset}' if body.charset else ''}", body.data
            )
            for body in self.bodies
        ]
        for attachment in self.attachments:
            name = quote(attachment.name, safe="")
            disposition = f"Content-Disposition: attachment; filename*=utf-8''{name}"
            parts.append(_part(f"Content-Type: application/octet-stream\r\n{disposition}", attachment.data))
        boundary = f"=_{sha256(b''.join(parts)).hexdigest()}"
        lines = [f"{name}: {value}" for name, value in self.headers]
        lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"', "", ""]
        mark = f"--{boundary}"
        body = b"".join(mark.encode() + b"\r\n" + part + b"\r\n" for part in parts)
        return "\r\n".join(lines).encode("utf-8", "replace") + body + f"{mark}--\r\n".encode()

    def _choose(self, body: Body, chosen: TextBuilder, other: TextBuilder) -> None:
        own, copied = _compared(chosen.text, other)
        self.bodies.append(body)
        if own:
            self.bodies.append(Body("text/plain", "\n\n".join(own).encode(), "utf-8"))
        if copied:
            self.omit("repeated", text="\n".join(copied))

    def _free_name(self, name: str) -> str:
        name = " ".join(_UNSAFE.sub(" ", clean(name)).split()).strip(". ")[-150:] or "attachment"
        stem, dot, extension = name.rpartition(".")
        if not dot:
            stem, extension = name, ""
        while name.casefold() in self._names:
            self._numbers[stem.casefold()] += 1
            name = f"{stem} ({1 + self._numbers[stem.casefold()]}){dot}{extension}"
        self._names.add(name.casefold())
        return name


def _compared(chosen: str, other: TextBuilder) -> tuple[list[str], list[str]]:
    """Return the stretches of a body that the chosen one lacks, and those that it has too."""
    there = _words_in_row(chosen)
    own: list[str] = []
    copied: list[str] = []
    text = other.text
    for block in other.blocks:
        paragraph = text[block.start : block.end]
        if _is_in(paragraph, there):
            copied.append(paragraph)
            continue
        lacking: list[str] = []
        for sentence in _SENTENCES_END.split(paragraph):
            # A sentence goes over several lines, but a list or an address has none.
            if _is_in(sentence, there) or all(_is_in(line, there) for line in sentence.split("\n")):
                copied.append(sentence)
            else:
                lacking.append(sentence)
        if lacking:
            own.append("\n".join(lacking))
    return own, copied


def _is_in(text: str, there: str) -> bool:
    return _words_in_row(text) in there


def _words_in_row(text: str) -> str:
    # The plain form writes out the address of a link, which the other one has behind its words.
    words = account.words(_ADDRESS.sub(" ", text))
    return f" {' '.join(words)} " if words else " "


def _part(headers: str, data: bytes) -> bytes:
    text = base64.b64encode(data).decode("ascii")
    lines = [text[at : at + _LINE_LENGTH] for at in range(0, len(text), _LINE_LENGTH)]
    return "\r\n".join([headers, "Content-Transfer-Encoding: base64", "", *lines]).encode()


def _add_html(builder: TextBuilder, data: bytes, charset: str | None) -> tuple[Message, ...]:
    doubts: tuple[Message, ...] = ()
    if charset:
        # In UTF-8, whatever it declares itself, the page is read as what it is.
        markup, doubts = encoding.decode_with_doubts(data, charset)
        data = markup.encode()
    try:
        page = html.read(data)
    except ReadError:
        return doubts
    builder.add_extract(page)
    if page.title:
        builder.omit("metadata", page.title)
    return (*doubts, *page.warnings)


def _add_plain(builder: TextBuilder, text: str) -> None:
    """Paragraph by paragraph; the marks of quoted lines are no words, and part paragraphs."""
    lines: list[str] = []
    depth = 0
    armour = ""
    hidden: list[str] = []

    def flush() -> None:
        if lines:
            builder.add("\n".join(lines))
            lines.clear()

    def hide() -> None:
        reason: OmissionReason = "metadata" if armour == "SIGNATURE" else "protected"
        builder.omit(reason, "\n".join(hidden), name=f"PGP {armour.lower()}")
        hidden.clear()

    for line in text.split("\n"):
        mark = _QUOTED.match(line)
        words = line[mark.end() :] if mark else line
        marks = mark[0].count(">") if mark else 0
        if armour:
            hidden.append(line)
            if line.startswith("-----END PGP"):
                hide()
                armour = ""
        elif (begun := _ARMOUR.match(line)) and begun["kind"] != "SIGNED MESSAGE":
            armour = begun["kind"]
            hidden.append(line)
        elif not words.strip():
            flush()
        else:
            if marks != depth:
                flush()
            depth = marks
            lines.append(words.rstrip())
    flush()
    if hidden:
        hide()


def _add_calendar(builder: TextBuilder, text: str) -> None:
    """What, when, where and with whom, as the invitation has it."""
    rest = []
    for line in re.sub(r"\n[ \t]", "", text).split("\n"):
        name = re.split("[:;]", line[:99], maxsplit=1)[0].upper()
        if name in _CALENDAR:
            words = line.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
            builder.add(words, "row", place=("headers", name.capitalize()))
        else:
            rest.append(line)
    builder.omit("metadata", "\n".join(rest))
