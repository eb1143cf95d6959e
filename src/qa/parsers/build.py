"""The growing text of a document: offsets are noted as the text is appended and never looked for again."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers.limits import EXTRACT_CHARACTERS
from qa.types import Block, BlockKind, Line, Omission, OmissionReason, Page, Place, PlaceKind

# Form feed, vertical tab, NEL and the Unicode separators end a line; the other control characters,
# and the byte order mark, are no text at all; half a surrogate pair cannot be stored as UTF-8.
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SEEN = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# One look says that most texts need no cleaning.
_UNCLEAN = re.compile("[\r\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a file, under a name that no other one in it has."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Extract:
    """What a format's reader gets out of a file; ``title`` is None where the file does not say one.

    ``attachments`` are files in it that become documents of their own, if there is a reader for them.
    """

    title: str | None
    text: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[Page, ...] = ()
    warnings: tuple[Message, ...] = ()
    places: tuple[Place, ...] = ()
    lines: tuple[Line, ...] = ()
    omissions: tuple[Omission, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def clean(text: str) -> str:
    """The same text with ``\\n`` as its only newline and without what is neither text nor storable."""
    if _UNCLEAN.search(text) is None:
        return text
    text = _NEWLINE.sub("\n", text)
    text = _CONTROL.sub("", text)
    return storable(text)


def has_text(text: str) -> bool:
    """Return whether there is more in a text than white space and control characters."""
    return _SEEN.search(text) is not None


def storable(text: str) -> str:
    """The same text, of the same length, with U+FFFD for each half of a surrogate pair."""
    return _SURROGATE.sub("\ufffd", text)


class TextBuilder:
    """Appends blocks with a blank line between them, and keeps the offsets of each.

    It also accounts for what a reader leaves out: see `omit`.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._accounted = 0
        self._blocks: list[Block] = []
        self._places: list[Place] = []
        self._lines: list[Line] = []
        self._omissions: list[Omission] = []
        self._page_starts: list[tuple[int, int, str | None, int]] = []

    @property
    def length(self) -> int:
        """Code points so far."""
        return self._length

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(
        self,
        text: str,
        kind: BlockKind = "paragraph",
        level: int = 0,
        *,
        place: tuple[PlaceKind, str] | None = None,
        line: int | None = None,
    ) -> int:
        """Append one block without the white space around it, and return where it begins.

        ``place`` is where it is in the file's own terms, ``line`` its first line in the file, from 1.
        An empty block leaves no trace. Raises ReadError where the text grows beyond any real document.
        """
        text = clean(text).strip()
        if not text:
            return self._length
        if self._blocks:
            self._append("\n\n")
        start = self._length
        self._append(text)
        self._blocks.append(Block(start, self._length, kind, level))
        if place is not None:
            self._places.append(Place(start, self._length, place[0], clean(place[1])))
        if line is not None:
            self._lines.append(Line(start, line))
        return start

    def begin_page(self, label: str | None = None) -> None:
        """Begin the next page: the blocks that follow are on it."""
        self._page_starts.append((len(self._page_starts) + 1, len(self._blocks), label, 0))

    def turn_page(self, start: int, label: str | None = None) -> None:
        """Begin the next page at ``start``, which is in the last block."""
        first = self._blocks[-1].start
        self._page_starts.append((len(self._page_starts) + 1, len(self._blocks) - 1, label, start - first))

    def line_at(self, start: int, number: int) -> None:
        """Note that the text at ``start``, in the last block, comes from this line of the file, from 1."""
        self._lines.append(Line(start, number))

    def omit(
        self, reason: OmissionReason, text: str = "", *, page: int | None = None, name: str | None = None
    ) -> None:
        """Note words that are not in the text, or with no ``text`` something that cannot be read."""
        text = clean(text).strip()
        self._grow(len(text))
        self._omissions.append(Omission(reason, text, page, name))

    def add_all(self, other: TextBuilder) -> None:
        """Append every block of another builder, with its places, lines, pages and omissions."""
        text = other.text
        starts = [self.add(text[block.start : block.end], block.kind, block.level) for block in other._blocks]
        first = len(self._blocks) - len(starts)

        def moved(offset: int) -> int:
            at = bisect_right(other._blocks, offset, key=lambda block: block.start) - 1
            return starts[at] + offset - other._blocks[at].start

        self._places += [Place(moved(p.start), moved(p.end), p.kind, p.label) for p in other._places]
        self._lines += [Line(moved(line.start), line.number) for line in other._lines]
        self._omissions += other._omissions
        for _, block_number, label, inner in other._page_starts:
            self._page_starts.append((len(self._page_starts) + 1, first + block_number, label, inner))

    def add_extract(self, extract: Extract) -> None:
        """Append what another reader got out of a part of the file; its title and lines are not kept."""
        other = TextBuilder()
        blocks = extract.blocks or (Block(0, len(extract.text)),)
        moved = [
            (block.start, other.add(extract.text[block.start : block.end], block.kind, block.level))
            for block in blocks
        ]
        for place in extract.places:
            was, now = moved[max(0, bisect_right(moved, place.start, key=lambda pair: pair[0]) - 1)]
            start = place.start - was + now
            end = min(start + place.end - place.start, other.length)
            other._places.append(Place(start, end, place.kind, place.label))
        other._omissions += extract.omissions
        self.add_all(other)

    def add_omissions(self, other: TextBuilder) -> None:
        """Take over what another builder left out, but not its text."""
        self._omissions += other._omissions

    def resume(self, text: str) -> int:
        """Append ``text`` to the last block as its next line, and return where it begins."""
        last = self._blocks.pop()
        self._append("\n")
        start = self._length
        self._append(clean(text).strip())
        self._blocks.append(Block(last.start, self._length, last.kind, last.level))
        return start

    def extract(
        self,
        title: str | None,
        pages: tuple[Page, ...] = (),
        warnings: tuple[Message, ...] = (),
    ) -> Extract:
        """The text with all that is known of it; ``pages`` where they were not begun one by one."""
        return Extract(
            title,
            self.text,
            self.blocks,
            pages or self._pages(),
            warnings,
            tuple(self._places),
            tuple(self._lines),
            tuple(self._omissions),
        )

    def _pages(self) -> tuple[Page, ...]:
        """The pages that were begun, without gaps: one ends where the next begins.

        Text before the first of them is on a page of its own, which has no label.
        """
        starts = [
            (self._blocks[block].start + inner if block < len(self._blocks) else self._length, label)
            for _, block, label, inner in self._page_starts
        ]
        if not starts:
            return ()
        if starts[0][0] > 0:
            starts.insert(0, (0, None))
        ends = [start for start, _ in starts[1:]] + [self._length]
        return tuple(
            Page(number, start, end, label)
            for number, ((start, label), end) in enumerate(zip(starts, ends, strict=True), 1)
        )

    def _append(self, text: str) -> None:
        self._grow(len(text))
        self._length += len(text)
        self._parts.append(text)

    def _grow(self, length: int) -> None:
        self._accounted += length
        if self._accounted > EXTRACT_CHARACTERS:
            raise ReadError("text-too-long", most=EXTRACT_CHARACTERS)
