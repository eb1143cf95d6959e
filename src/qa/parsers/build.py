"""Build the text of a document; offsets are recorded while text is appended and never searched for."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers.limits import EXTRACT_CHARACTERS
from qa.types import Block, BlockKind, Line, Omission, OmissionReason, Page, Place, PlaceKind

# Form feed, vertical tab, NEL and the Unicode separators end a line. Other control characters and the byte
# order mark are not text. Half a surrogate pair cannot be stored as UTF-8.
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SEEN = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# A single search shows that most texts need no cleaning.
_UNCLEAN = re.compile("[\r\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a file, under a name that is unique within it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class BlockQuote:
    """A stretch that the source itself sets off as a quotation: one or several neighbouring blocks."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything that a parser extracts from a file.

    Attributes:
        title: Title of the document, None if the file has none.
        text: Text of the document.
        blocks: Paragraphs, headings and other blocks, in order and without overlap.
        pages: Pages without gaps, empty if the format has none.
        warnings: Doubts about the text.
        places: Positions in the file's own terms, such as cells or slides.
        lines: Line numbers in the file for offsets of the text.
        omissions: Words of the file that are not in the text, with reasons.
        attachments: Files in the file that become separate documents if a parser supports them.
        quotes: Block quotes, in order and without overlap.
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
    quotes: tuple[BlockQuote, ...] = ()


def clean(text: str) -> str:
    r"""Return a text with ``\n`` as its only newline, without control characters.

    A half of a surrogate pair, which cannot be stored, becomes U+FFFD.
    """
    if _UNCLEAN.search(text) is None:
        return text
    text = _NEWLINE.sub("\n", text)
    text = _CONTROL.sub("", text)
    return storable(text)


def has_text(text: str) -> bool:
    """Return whether a text has more than white space and control characters."""
    return _SEEN.search(text) is not None


def storable(text: str) -> str:
    """Return a text of the same length in which each half of a surrogate pair is U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


class TextBuilder:
    """A text that grows block by block, with blank lines between blocks and their recorded offsets.

    It also accounts for content that a parser leaves out: see `omit`.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._accounted = 0
        self._blocks: list[Block] = []
        self._places: list[Place] = []
        self._lines: list[Line] = []
        self._omissions: list[Omission] = []
        self._quotes: list[BlockQuote] = []
        self._page_starts: list[tuple[int, int, str | None, int]] = []

    @property
    def length(self) -> int:
        """Length of the text so far, in code points."""
        return self._length

    @property
    def count(self) -> int:
        """Number of blocks so far."""
        return len(self._blocks)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks so far."""
        return tuple(self._blocks)

    @property
    def text(self) -> str:
        """Text so far."""
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
        """Append one block without the white space around it, and return its start.

        Args:
            text: Text of the block; if it is empty, nothing is appended.
            kind: Kind of the block.
            level: Depth of a heading or list item.
            place: Its position in the file's own terms.
            line: Its first line in the file, from 1.

        Returns:
            Offset of the block in code points.

        Raises:
            ReadError: The text exceeds the length of any real document.
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

    def quote(self, first: int, last: int | None = None) -> None:
        """Record blocks as one block quote, from the number ``first`` to ``last``, by default the last."""
        blocks = self._blocks[first : None if last is None else last + 1]
        if blocks:
            self._quotes.append(BlockQuote(blocks[0].start, blocks[-1].end))

    def begin_page(self, label: str | None = None) -> None:
        """Begin the next page, which contains the blocks that follow."""
        self._page_starts.append((len(self._page_starts) + 1, len(self._blocks), label, 0))

    def turn_page(self, start: int, label: str | None = None) -> None:
        """Begin the next page at offset ``start``, which is inside the last block."""
        first = self._blocks[-1].start
        self._page_starts.append((len(self._page_starts) + 1, len(self._blocks) - 1, label, start - first))

    def line_at(self, start: int, number: int) -> None:
        """Record the file's line number, from 1, of the text at ``start`` in the last block."""
        self._lines.append(Line(start, number))

    def omit(
        self, reason: OmissionReason, text: str = "", *, page: int | None = None, name: str | None = None
    ) -> None:
        """Record words that are not in the text, or, without ``text``, content that cannot be read."""
        text = clean(text).strip()
        self._grow(len(text))
        self._omissions.append(Omission(reason, text, page, name))

    def add_all(self, other: TextBuilder, kind: BlockKind | None = None) -> None:
        """Append all blocks of another builder, with its places, lines, pages and omissions.

        Args:
            other: The other builder.
            kind: The kind of all its blocks; None if each keeps its kind.
        """
        text = other.text
        starts = [
            self.add(text[block.start : block.end], kind or block.kind, 0 if kind else block.level)
            for block in other._blocks
        ]
        first = len(self._blocks) - len(starts)

        def moved(offset: int) -> int:
            at = bisect_right(other._blocks, offset, key=lambda block: block.start) - 1
            return starts[at] + offset - other._blocks[at].start

        self._places += [
            Place(moved(place.start), moved(place.end), place.kind, place.label) for place in other._places
        ]
        self._lines += [Line(moved(line.start), line.number) for line in other._lines]
        self._quotes += [BlockQuote(moved(quote.start), moved(quote.end - 1) + 1) for quote in other._quotes]
        self._omissions += other._omissions
        for _, block_number, label, inner in other._page_starts:
            self._page_starts.append((len(self._page_starts) + 1, first + block_number, label, inner))

    def add_extract(self, extract: Extract) -> None:
        """Append the extract of a part of the file from another parser, without its title and lines."""
        other = TextBuilder()
        blocks = extract.blocks or (Block(0, len(extract.text)),)
        moved = [
            (block.start, other.add(extract.text[block.start : block.end], block.kind, block.level))
            for block in blocks
        ]
        for place in extract.places:
            old_start, new_start = moved[
                max(0, bisect_right(moved, place.start, key=lambda pair: pair[0]) - 1)
            ]
            start = place.start - old_start + new_start
            end = min(start + place.end - place.start, other.length)
            other._places.append(Place(start, end, place.kind, place.label))
        other._omissions += extract.omissions
        self.add_all(other)

    def add_omissions(self, other: TextBuilder) -> None:
        """Add the omissions of another builder, but not its text."""
        self._omissions += other._omissions

    def resume(self, text: str) -> int:
        """Append ``text`` to the last block as its next line, and return its offset."""
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
        """Return the finished extract; pass ``pages`` only if they were not begun one by one."""
        return Extract(
            title,
            self.text,
            self.blocks,
            pages or self._pages(),
            warnings,
            tuple(self._places),
            tuple(self._lines),
            tuple(self._omissions),
            quotes=tuple(self._quotes),
        )

    def _pages(self) -> tuple[Page, ...]:
        """Return the pages, each ending where the next begins.

        Text before the first page is on an additional page without a label.
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
