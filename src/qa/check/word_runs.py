"""Locate the runs of text of a Word part in its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

_MAIN = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main",
         "http://purl.oclc.org/ooxml/wordprocessingml/main")  # fmt: skip
_UNSEEN = frozenset({"txbxContent", "Fallback", "del", "moveFrom"})
_DECLARED = re.compile(rb"""\bencoding\s*=\s*["']([\w-]+)""")


@dataclass(slots=True)
class Text:
    """The text of one element of a run, with the places of its bytes.

    Attributes:
        text: The text.
        run_start: The first byte of the run's tag.
        run_tag: The run's tag.
        properties: The formatting of the run, as bytes.
        tag_end: The byte at which an attribute may be added to the text's tag.
        preserves: Whether the tag says that white space counts.
        note: The id of the note that has the run.
        chunks: For each stretch of the text, its start in it, its first byte, and whether it is a reference.
        is_first: Whether the run has nothing before this text.
        is_last: Whether the run has nothing behind it.
        run_end: The byte behind the run.
    """

    text: str
    run_start: int
    run_tag: bytes
    properties: bytes
    tag_end: int
    preserves: bool
    note: str
    chunks: list[tuple[int, int, bool]] = field(default_factory=list)
    is_first: bool = True
    is_last: bool = True
    run_end: int = 0
    end: int = 0

    def byte(self, at: int) -> int:
        """Return the byte at an offset of the text."""
        if at >= len(self.text):
            return self.end
        start, first, is_reference = next(c for c in reversed(self.chunks) if c[0] <= at)
        return first if is_reference else first + len(self.text[start:at].encode("utf-8"))


@dataclass(slots=True)
class Runs:
    """The texts of a part.

    Attributes:
        prefix: The prefix of its main namespace, with a colon.
        texts: Its texts in order.
        references: The runs with the marks of notes, as first byte and byte behind, by kind and id.
        first_run: The first run, as first byte and byte behind.
    """

    prefix: str = "w:"
    texts: list[Text] = field(default_factory=list)
    references: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    first_run: tuple[int, int] | None = None


def runs_of(part: bytes) -> Runs:
    """Return the texts of a part.

    Raises:
        ValueError: The part is no XML in UTF-8, or declares entities.
    """
    declared = _DECLARED.search(part[:200])
    if b"<!DOCTYPE" in part or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        raise ValueError("not plain XML in UTF-8")
    reader = _Reader(part)
    try:
        reader.parser.Parse(part, True)
    except expat.ExpatError as error:
        raise ValueError("damaged XML") from error
    return reader.runs


class _Reader:
    """Collects the texts of a part while expat reads it."""

    def __init__(self, part: bytes) -> None:
        self.runs = Runs()
        self._part = part
        self._stack: list[str] = []
        self._unseen = 0
        self._note = ""
        # The runs that are open: first byte, tag, properties, texts, number of other elements so far.
        self._open: list[_Run] = []
        self._text: Text | None = None
        parser = self.parser = expat.ParserCreate()
        parser.buffer_text = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        self._stack.append(name)
        at = self.parser.CurrentByteIndex
        for key, value in attributes.items():
            if value in _MAIN and key.startswith("xmlns"):
                self.runs.prefix = f"{key[6:]}:" if key.startswith("xmlns:") else ""
        self._unseen += name in _UNSEEN
        if name in ("footnote", "endnote"):
            self._note = attributes.get(f"{prefix}:id" if prefix else "id", "")
        elif name == "r" and self._is_main(prefix):
            self._open.append(_Run(at, self._part[at : self._tag_end(at)]))
        elif self._open and self._stack[-2:-1] == ["r"]:
            self._in_run(self._open[-1], name, prefix, attributes, at)

    def _in_run(self, run: _Run, name: str, prefix: str, attributes: dict[str, str], at: int) -> None:
        """Handle an element directly in a run."""
        if name == "rPr":
            run.properties_start = at
            return
        if name in ("footnoteReference", "endnoteReference"):
            run.reference = (
                name.removesuffix("Reference"),
                attributes.get(f"{prefix}:id" if prefix else "id", ""),
            )
        for text in run.texts:
            text.is_last = False
        if name == "t" and not self._unseen and self._is_main(prefix):
            end = self._tag_end(at)
            preserves = attributes.get("xml:space") == "preserve"
            if self._part[end - 2 : end] != b"/>":
                self._text = Text("", run.start, run.tag, run.properties, end - 1, preserves, self._note)
                self._text.is_first = run.children == 0
                run.texts.append(self._text)
        run.children += 1

    def _data(self, data: str) -> None:
        if self._text is not None and self._stack[-1] == "t":
            at = self.parser.CurrentByteIndex
            self._text.chunks.append((len(self._text.text), at, self._part[at : at + 1] == b"&"))
            self._text.text += data

    def _end(self, tag: str) -> None:
        name = self._stack.pop()
        at = self.parser.CurrentByteIndex
        self._unseen -= name in _UNSEEN
        if name == "t" and self._text is not None:
            self._text.end = at
            self._text = None
        elif name == "rPr" and self._open and self._stack[-1:] == ["r"]:
            run = self._open[-1]
            run.properties = self._part[run.properties_start : self._tag_end(at)]
        elif name == "r" and self._open and self._is_main(tag.rpartition(":")[0]):
            self._end_run(self._open.pop(), self._tag_end(at))

    def _end_run(self, run: _Run, end: int) -> None:
        for text in run.texts:
            text.run_end = end
        self.runs.texts += [text for text in run.texts if text.text]
        if not self._unseen and not self._open:
            if run.reference is not None:
                self.runs.references.setdefault(run.reference, (run.start, end))
            self.runs.first_run = self.runs.first_run or (run.start, end)

    def _is_main(self, prefix: str) -> bool:
        return (f"{prefix}:" if prefix else "") == self.runs.prefix

    def _tag_end(self, at: int) -> int:
        """Return the byte behind a tag; ``>`` may occur in the values of attributes."""
        quote = 0
        for place in range(at, len(self._part)):
            sign = self._part[place]
            if quote:
                quote = 0 if sign == quote else quote
            elif sign in b"\"'":
                quote = sign
            elif sign == 0x3E:
                return place + 1
        return len(self._part)


@dataclass(slots=True)
class _Run:
    """A run while it is read."""

    start: int
    tag: bytes
    properties: bytes = b""
    properties_start: int = 0
    texts: list[Text] = field(default_factory=list)
    children: int = 0
    reference: tuple[str, str] | None = None
