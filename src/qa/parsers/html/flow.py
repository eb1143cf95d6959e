"""Gather the inline text of a page into blocks; each block is kept or left out for a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from qa.parsers.build import TextBuilder, clean
from qa.parsers.html import preformatted
from qa.types import BlockKind, OmissionReason, PlaceKind

Kind = BlockKind | Literal["term", "pre"]
Event = tuple[Literal["page", "line"], str | int | None]

# A character that no text has; in a block it marks the start of a page or of a line of the file.
_HERE = "\ufdd0"
_SPACES = re.compile(" +")
_BREAKS = re.compile("\n\n+")
_AROUND_BREAK = re.compile(" *\n *")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_BOXES = "☐☑ \t\n"
_AROUND_HERE = re.compile(rf"[ \n]*{_HERE}[{_HERE} \n]*")
# The zero-width space separates words in scripts without spaces; elsewhere it is inside a word.
_ZERO_WIDTH = re.compile("(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b|\u2060")
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END = re.compile(r"[.!?。！？]['\"”’)\]]*\Z")
_NUMBERED = re.compile(r"\(?[\w]{1,6}[.):]\s")

_FRAME_PROSE, _FRAME_SENTENCE, _ASIDE_WORDS = 12, 6, 4
"""Words outside links that make a block prose: in a page's frame, with a full stop, beside the content."""


class Flow:
    """The text of a page, gathered block by block."""

    LONGEST_TERM = 100
    """Maximum characters of a term; a longer one becomes a paragraph before its definition."""

    def __init__(self, builder: TextBuilder) -> None:
        self._builder = builder
        self._pending: list[str] = []
        self._events: list[Event] = []
        self._linked = 0
        self._omitted: dict[OmissionReason, list[str]] = {}
        self._pending_headings: list[tuple[str, int]] = []
        self._alternatives: list[tuple[str, str]] = []
        self._recent: list[str] = []
        self._plain = 1.0
        self._turned = self._has_head = False
        self._late = ""
        self.kinds: list[tuple[Kind, int]] = [("paragraph", 0)]
        self.places: list[tuple[PlaceKind, str]] = []
        self.fields: list[str] = []
        self.marks: list[str] = []
        self.terms: list[str] = []
        self.arrange: Callable[[list[str]], list[str]] = list
        self.term = ""
        self.initial = ""
        self.links = 0
        self.frames = 0
        self.asides = 0
        self.sides = 0
        self.line: int | None = None

    # -- inline -------------------------------------------------------------------------------------

    @property
    def has_text(self) -> bool:
        """Whether the current block has words."""
        return any(not piece.isspace() for piece in self._pending)

    @property
    def position(self) -> int:
        """Number of pieces in the current block, for `take_back`."""
        return len(self._pending)

    def write(self, text: str) -> None:
        """Append text to the current block."""
        self._pending.append(text)
        if self.links:
            self._linked += len(text)

    def begin_quote(self) -> Callable[[], None]:
        """Begin a block quote at the next block, and return the function that ends it."""
        first = self._builder.count

        def end() -> None:
            self.flush()
            self._builder.quote(first)

        return end

    def break_line(self) -> None:
        """Begin a line in preformatted text, unless one has just begun."""
        if self._pending and not self._pending[-1].endswith("\n"):
            self._pending.append("\n")

    def take_back(self, position: int) -> str:
        """Remove and return the text written since ``position``."""
        text = "".join(self._pending[position:])
        del self._pending[position:]
        return text

    def before(self, position: int) -> str:
        """Return the end of the text written up to ``position``."""
        return "".join(self._pending[max(0, position - 4) : position])

    def mark(self, event: Event) -> None:
        """Record that a page or a line of the file begins here."""
        self._events.append(event)
        self._pending.append(_HERE)

    def omit(self, reason: OmissionReason, text: str) -> None:
        """Leave words out for a reason."""
        if text and not text.isspace():
            self._omitted.setdefault(reason, []).append(text.strip())

    def omitted(self, reason: OmissionReason) -> int:
        """Return the number of characters left out for a reason."""
        return sum(map(len, self._omitted.get(reason, ())))

    def picture(self, text: str, label: str) -> None:
        """Keep the alternative text of a picture, unless the blocks around it repeat it."""
        if self.frames:
            self.omit("hidden", text)
        else:
            self._alternatives.append((text, label))

    # -- blocks -------------------------------------------------------------------------------------

    def flush(self) -> None:
        """End the current block."""
        if not self._pending:
            return
        text = "".join(self._pending) if not self._events else self._with_events()
        self._pending.clear()
        if "\u00ad" in text:
            # Soft hyphens are hints for line breaking, not letters.
            text = text.replace("\u00ad", "")
        if "\u200b" in text or "\u2060" in text:
            text = _ZERO_WIDTH.sub("", text)
        if not text.strip(_HERE + " \n\t"):
            self._pending += [_HERE] * len(self._events)
            return
        self._plain = max(0.0, 1 - self._linked / len(text))
        self._end(text)
        self._linked = 0
        self.fields.clear()

    def _with_events(self) -> str:
        """Join the pending pieces, with a mark for each event and white space only before the marks."""
        text = "".join(self._pending)
        if text.count(_HERE) != len(self._events):
            # The page itself contains this character, which is not a valid one.
            text = _HERE * len(self._events) + text.replace(_HERE, "")
        return _AROUND_HERE.sub(lambda around: "".join(sorted(around[0], key=_HERE.__eq__)), text)

    def _end(self, text: str) -> None:
        kind, level = self.kinds[-1]
        if kind == "row":
            cells = [lines(cell, "\n") for cell in text.split("\t")]
            # Each cell begins with a tab, including the first one.
            beside, *cells = cells
            self._block(beside, "paragraph")
            self._block("\t".join(self.arrange(cells)), kind)
        elif kind == "pre":
            self._preformatted(text)
        elif kind == "code":
            self._block(text.strip("\n"), kind)
        elif kind == "term":
            self.terms.append(lines(text, " "))
        else:
            for part in _BLANK_LINES.split(lines(text, "\n\n")):
                self._block(part, kind, level)

    def _preformatted(self, text: str) -> None:
        for kind, level, part in preformatted.parts(text):
            if preformatted.is_page_foot(part):
                self.omit("page number", part)
                self._turned = True
            elif preformatted.is_page_head(part):
                if self._has_head:
                    self.omit("repeated", part)
                else:
                    self._late = part
                self._turned = self._has_head = True
            else:
                if self._turned and kind == "paragraph" and not self._events and self._goes_on(part):
                    self._builder.resume(part)
                    self._remember(part)
                else:
                    self._block(part, kind, level)
                self._turned = False
                self._block(self._late, "paragraph")
                self._late = ""

    def _goes_on(self, part: str) -> bool:
        """Return whether the sentence at the end of the previous page continues here."""
        return bool(self._recent) and preformatted.goes_on(self._recent[-1], part)

    def _block(self, text: str, kind: BlockKind, level: int = 0) -> None:
        """Add one block with its prefix, or leave it out if it is only part of the page's frame."""
        offsets: list[int] = []
        if self._events:
            text, offsets = _located(clean(text))
        else:
            text = text.strip()
        if not text or not text.strip(_BOXES):
            self._pending += [_HERE] * len(offsets)
            return
        text, before = self._prefixed(text, kind)
        if (self.frames or self.asides) and not self._is_content(text, kind, level):
            self._leave_out(text, kind, level)
            self._pending += [_HERE] * len(offsets)
            return
        for heading, depth in self._pending_headings:
            self._builder.add(heading, "heading", depth)
        self._pending_headings.clear()
        if self._alternatives:
            self._release(text)
        start = self._builder.add(text, kind, level, place=self._place(), line=self.line)
        self._record_events(start, [offset + before if offset else 0 for offset in offsets])
        self._remember(text)

    def _place(self) -> tuple[PlaceKind, str] | None:
        """Return the place of the current block: its form fields, or the innermost part that has one."""
        if self.fields:
            return "form", ", ".join(self.fields)
        return self.places[-1] if self.places else None

    def _leave_out(self, text: str, kind: BlockKind, level: int) -> None:
        """Leave out a block of the page's frame; a heading waits for prose below it."""
        if kind == "heading":
            self._postpone(text, level)
        else:
            self.omit("navigation", text)

    def _record_events(self, start: int, offsets: list[int]) -> None:
        """Record the pages and lines that begin at these offsets of the last block."""
        for offset in offsets:
            event, value = self._events.pop(0)
            if event == "page":
                self._builder.turn_page(start + offset, None if value is None else str(value))
            elif isinstance(value, int):
                self._builder.line_at(start + offset, value)

    def _prefixed(self, text: str, kind: BlockKind) -> tuple[str, int]:
        """Put the item number, the term or the drawn initial before a block; return the added length too."""
        length = len(text)
        if self.initial:
            initial, self.initial = self.initial, ""
            text = f"{initial}{text}" if text[0].isalpha() else f"{initial} {text}"
        if self.term and kind in {"paragraph", "item"}:
            term, self.term = self.term, ""
            text = f"{term} {text}"
        elif self.term:
            self.end_term()
        if self.marks:
            mark = " ".join(self.marks)
            self.marks.clear()
            # Some authors type the number of an item themselves.
            if not (_NUMBERED.match(text) and text.lstrip("(").startswith(mark.rstrip("."))):
                text = f"{mark} {text}"
        return text, len(text) - length

    def _is_content(self, text: str, kind: BlockKind, level: int) -> bool:
        """Return whether a block outside the main content is more than navigation."""
        if kind == "heading":
            return False
        if self._plain < 0.5:
            return False
        words = max(len(text.split()), len(_WIDE.findall(text)) // 2) * self._plain
        if not self.frames:
            return words >= _ASIDE_WORDS or kind in {"row", "code"}
        least = _ASIDE_WORDS if self.sides else _FRAME_SENTENCE
        return words >= _FRAME_PROSE or (words >= least and _SENTENCE_END.search(text) is not None)

    def _postpone(self, heading: str, level: int) -> None:
        """Keep a heading of the frame back until prose follows it."""
        while self._pending_headings and self._pending_headings[-1][1] >= level:
            self.omit("navigation", self._pending_headings.pop()[0])
        self._pending_headings.append((heading, level))

    def end_frame(self) -> None:
        """Leave out the pending headings, which no prose followed."""
        for heading, _ in self._pending_headings:
            self.omit("navigation", heading)
        self._pending_headings.clear()

    def end_term(self) -> None:
        """Add a term without a definition as a paragraph."""
        if self.term:
            term, self.term = self.term, ""
            self.add_paragraph(term.removesuffix(":"))

    def add_paragraph(self, text: str) -> None:
        """Add a paragraph between two blocks."""
        self._block(text, "paragraph")

    def add_heading(self, text: str, level: int) -> None:
        """Add a heading between two blocks."""
        self._block(text, "heading", level)

    def add_row(self, cells: list[str]) -> None:
        """Add a row between two blocks."""
        self._block("\t".join(cells), "row")

    def _release(self, following: str) -> None:
        """Add the alternative texts that precede the next block, except those that it repeats."""
        alternatives, self._alternatives = self._alternatives, []
        nearby = _bare(" ".join((*self._recent, following)))
        for text, label in alternatives:
            if _bare(text) in nearby:
                self.omit("repeated", text)
            else:
                self._builder.add(text, place=("alternative text", label), line=self.line)
                nearby = f"{nearby} {_bare(text)}"

    def _remember(self, text: str) -> None:
        self._recent = [*self._recent[-2:], text]

    def settle(self) -> None:
        """End the flow: add or leave out everything that is pending."""
        self.flush()
        self._block(self._late, "paragraph")
        self.end_term()
        self.end_frame()
        if self.initial:
            self._builder.add(self.initial)
        self._release("")
        for event, label in self._events:
            if event == "page":
                self._builder.begin_page(None if label is None else str(label))
        for reason, texts in self._omitted.items():
            self._builder.omit(reason, "\n".join(texts))


def lines(text: str, gap: str) -> str:
    """Return a text with single spaces, none around line breaks, and ``gap`` for several line breaks."""
    if "  " in text:
        text = _SPACES.sub(" ", text)
    if "\n" in text:
        text = _BREAKS.sub(gap, _AROUND_BREAK.sub("\n", text))
    return text.strip()


def _located(text: str) -> tuple[str, list[int]]:
    """Return a text without its marks and surrounding space, and the offsets of the marks in it."""
    pieces = text.split(_HERE)
    offsets = []
    length = 0
    for piece in pieces[:-1]:
        length += len(piece)
        offsets.append(length)
    text = "".join(pieces)
    before = len(text) - len(text.lstrip())
    text = text.strip()
    return text, [min(max(0, offset - before), len(text)) for offset in offsets]


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .")
