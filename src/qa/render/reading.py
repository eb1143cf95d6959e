"""The reading form of a quote: without the line ends of the printed page and the hyphens that they caused.

Only white space, hyphens at line ends and invisible characters change; no word is added, lost or moved. The
form depends on the slice alone, so that the quotes of a report can be checked against the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Generic, Literal, TypeVar

Mark = Literal["", "match", "answer"]
"""How a piece of a quote is marked: not, as matching the question, or as answering it."""
Look = TypeVar("Look")
"""How a piece is marked, for any use."""
LineKind = Literal["text", "item", "row"]
"""What a line of a quote is: running text, an item of a list, or a row of cells with tabs between them."""
INVISIBLE = "\u00ad\u200b\u2060\ufeff\ufffe"
"""Characters that are not drawn, and that no script needs."""
_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_GAP = re.compile(rf"[\s{INVISIBLE}]+")
_LINE_END = re.compile(f"\r\n|[{_ENDS}]")
_NOTHING = dict.fromkeys(map(ord, INVISIBLE))
_SPLIT = re.compile(r"[^\W\d_]+(?=[-\u2010]\Z)")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\S+")
_SPACED_OUT = re.compile(r"([-\u2013\u2014_.·])(?: \1){2,}")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
)
_BULLETS = "-*+•●▪■◦‣⁃➢–—·"
_LABEL = re.compile(
    rf"[{re.escape(_BULLETS)}](?=\s)"
    r"|\((?:\d{1,3}|[A-Za-z]{1,2}|[ivxlcIVXLC]{1,6})\)"
    r"|(?:\d{1,3}|[A-Za-z]|[ivxlc]{1,6})[.)](?=\s)"
    r"|(?:\d{1,3}\.){1,5}\d{1,3}\.?(?=\s)"
)
_BEFORE_ITEM = re.compile(r"(?:[.;:,!?)\]”\"]|[;,]\s*(?:and|or|und|oder|et|ou|y|o))\Z")
_SENTENCE_END = re.compile(r"[.:;!?…。：；！？][\"'”’»)\]]*\Z")
_CODE = re.compile(r"\s*(?:#include|//|/\*|\$ |>>> |def |import |return\b|</?[a-z])")

# With one of these words before or after it, a hyphen at a line end was there before the line was broken.
_FIRST_PARTS = frozenset(
    (
        "cross", "eighty", "fifty", "five", "forty", "four", "half", "ninety", "non", "one", "self", "semi",
        "seventy", "sixty", "then", "third", "thirty", "three", "twenty", "two", "well",
    )
)  # fmt: skip
_SECOND_PARTS = frozenset(
    (
        "based", "called", "current", "faith", "free", "how", "inclusive", "known", "off", "owned", "party",
        "related", "specific", "term", "through", "wide", "year",
    )
)  # fmt: skip
_BETWEEN_PARTS = frozenset(("and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o"))
"""Words after a hyphen that waits for its second part: "pre- and post-"."""
_EARLY = 0.6
"""Share of the longest line: a shorter line has ended although the next word had room in it."""
_NARROW = 45
"""Characters of the longest line below which lines that begin with a capital are an address or verses."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a text, and the white space that replaces it."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Line(Generic[Look]):
    """A line of a quote for reading.

    Attributes:
        pieces: Its text in pieces, each with its mark.
        end: The line ends after it: none, one, or two at the end of a paragraph.
        kind: What it is.
        depth: The depth of an item, from 0.
    """

    pieces: tuple[tuple[str, Look], ...]
    end: str
    kind: LineKind
    depth: int

    @property
    def cells(self) -> tuple[tuple[tuple[str, Look], ...], ...]:
        """Return the pieces of each cell of a row, without the tabs."""
        cells: list[list[tuple[str, Look]]] = [[]]
        for text, mark in self.pieces:
            first, *rest = text.split("\t")
            cells[-1].append((first, mark))
            cells += ([(part, mark)] for part in rest)
        return tuple(tuple((text, mark) for text, mark in cell if text) for cell in cells)


def reading(text: str) -> str:
    """Return the reading form of a slice of a document."""
    return "".join(piece for piece, _ in edited([(text, "")], edits(text)))


def edited(pieces: Iterable[tuple[str, Look]], changes: Iterable[Edit]) -> Iterator[tuple[str, Look]]:
    """Yield the pieces of a text after edits; a replacement is in the piece in which its stretch begins."""
    waiting = iter(changes)
    edit = next(waiting, None)
    origin = 0
    for text, mark in pieces:
        out: list[str] = []
        at, end = origin, origin + len(text)
        while edit is not None and edit.start < end:
            if edit.start >= origin:
                out += (text[at - origin : edit.start - origin], edit.replacement)
            at = max(at, min(edit.end, end))
            if edit.end > end:
                break
            edit = next(waiting, None)
        out.append(text[at - origin :])
        origin = end
        if joined := "".join(out):
            yield joined, mark


def edits(text: str) -> list[Edit]:
    """Return the edits that make the reading form of a slice, in order and without overlap."""
    gaps = list(_GAP.finditer(text))
    ends = [gap for gap in gaps if _LINE_END.search(gap[0])]
    edges = [(0, 0), *(gap.span() for gap in ends), (len(text), len(text))]
    lines = [text[before[1] : after[0]] for before, after in pairwise(edges)]
    breaks = _Breaks(text, lines)
    at = {gap.start(): number for number, gap in enumerate(ends)}
    spaced = {place for run in _SPACED_OUT.finditer(text) for place in range(*run.span())}
    out: list[Edit] = []
    for gap in gaps:
        start, end = gap.span()
        if start == 0 or end == len(text):
            new = ""
        elif start in at and not breaks.are_code:
            hyphen, new = breaks.replacement(at[start], gap[0])
            start -= hyphen
        elif start in at:
            new = _LINE_END.sub("\n", gap[0].translate(_NOTHING))
        else:
            new = "" if start in spaced else _blank(gap[0], keep=breaks.are_code)
        if new != text[start:end]:
            out.append(Edit(start, end, new))
    return out


def _blank(gap: str, *, keep: bool) -> str:
    """Return the white space for a gap within a line."""
    drawn = gap.translate(_NOTHING)
    if keep or len(drawn) < 2:
        return drawn
    return "\t" if "\t" in drawn else " "


class _Breaks:
    """The line ends of a slice: which of them only end a line of the page."""

    def __init__(self, text: str, lines: list[str]) -> None:
        self._lines = lines
        self._text = text.casefold()
        self._width = max(map(len, lines))
        starts = [line[0] for line in lines[1:] if line]
        self._is_narrow = len(lines) > 2 and self._width < _NARROW and not any(map(str.islower, starts))
        self.are_code = len(lines) > 1 and 2 * sum(map(_is_code, lines)) >= len(lines)

    def replacement(self, number: int, gap: str) -> tuple[int, str]:
        """Return how many characters before a gap go with it, and what is there instead."""
        before, after = self._lines[number : number + 2]
        if split := self._hyphen(before, after, is_soft="\u00ad" in gap):
            return split
        is_paragraph = len(_LINE_END.findall(gap)) > 1
        is_item = self._is_item(before, after, is_paragraph=is_paragraph)
        if is_item or "\t" in before or "\t" in after:
            return 0, "\n"
        if is_paragraph:
            return 0, _between_paragraphs(before, after)
        if _has_bare_dash(before, after) or (_UNSPACED.match(before[-1]) and _UNSPACED.match(after)):
            return 0, ""
        return 0, "\n" if self._is_narrow or self._ends_early(number) else " "

    def _hyphen(self, before: str, after: str, *, is_soft: bool) -> tuple[int, str] | None:
        """Return the replacement at a hyphen that ends a line; None without one."""
        if is_soft and before[-1].isalpha() and after[0].isalpha():
            return 0, ""
        if before[-1] not in "-\u2010" or not (before[-2:-1].isalnum() and after[0].isalnum()):
            return None
        token = _TOKEN.findall(before)[-1]
        first, second = _SPLIT.search(token), _WORD.match(after)
        if second and second[0].casefold() in _BETWEEN_PARTS:
            return 0, " "
        return int(bool(first and second and self._is_one_word(token, first[0], second[0]))), ""

    def _is_one_word(self, token: str, first: str, second: str) -> bool:
        one, two = first.casefold(), second.casefold()
        if not second[0].islower() and not (first.isupper() and second.isupper() and len(first) > 1):
            return False
        if f"{one}{two}" in self._text:
            return True
        if f"{one}-{two}" in self._text or one == two or len(first) == 1:
            return False
        is_chained = len(token) > len(first) + 1 and token[-len(first) - 2] in "-\u2010"
        return not (is_chained or one in _FIRST_PARTS or two in _SECOND_PARTS)

    def _is_item(self, before: str, after: str, *, is_paragraph: bool) -> bool:
        return _LABEL.match(after) is not None and (is_paragraph or _BEFORE_ITEM.search(before) is not None)

    def _ends_early(self, number: int) -> bool:
        """Return whether a line ends although the next word had room in it, as a heading does."""
        before, after = self._lines[number : number + 2]
        token = _TOKEN.match(after)
        needed = len(before) + 1 + (len(token[0]) if token else 0)
        if needed >= _EARLY * self._width:
            return False
        # The first line may be the end of a longer one.
        return _SENTENCE_END.search(before) is not None or (number > 0 and not after[0].islower())


def _between_paragraphs(before: str, after: str) -> str:
    """Return a space if a sentence goes on over the edge of a page, and else the line ends."""
    if after[0].islower() and not _SENTENCE_END.search(before):
        return " "
    # The number of a page is no paragraph.
    return "\n" if before.isdigit() or after.isdigit() else "\n\n"


def _is_code(line: str) -> bool:
    return _CODE.match(line) is not None or line.rstrip().endswith(("{", "}"))


def _has_bare_dash(before: str, after: str) -> bool:
    """Return whether a dash without a space on its other side is at a line end."""
    dashes = "\u2013\u2014"
    return (before[-1] in dashes and before[-2:-1].strip() != "") or (
        after[0] in dashes and after[1:2].strip() != ""
    )


def lines(pieces: Iterable[tuple[str, Look]]) -> list[Line[Look]]:
    """Return the lines of a text in its reading form; joined with their ends, they are the text."""
    out: list[Line[Look]] = []
    outline = _Outline()
    current: list[tuple[str, Look]] = []

    def close(end: str) -> None:
        kind, depth = outline.kind("".join(text for text, _ in current))
        out.append(Line(tuple(current), end, kind, depth))
        current.clear()

    for text, mark in pieces:
        for part in re.split(r"(\n+)", text):
            if part[:1] == "\n" and not current and out:
                last = out[-1]
                out[-1] = replace(last, end=last.end + part)
            elif part[:1] == "\n":
                close(part)
            elif part:
                current.append((part, mark))
    if current:
        close("")
    # A label alone, such as the number of a clause, makes no list.
    if len(out) == 1 and out[0].kind == "item":
        return [replace(out[0], kind="text")]
    return out


@dataclass(slots=True)
class _Outline:
    """The forms of the labels of a list, outermost first, and the last label of each."""

    forms: list[str] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)

    def kind(self, line: str) -> tuple[LineKind, int]:
        """Return the kind and depth of the next line."""
        label = _LABEL.match(line)
        if "\t" in (line[label.end() :].lstrip() if label else line):
            return "row", 0
        if label is None:
            return "text", 0
        form = self._form(label[0])
        if form in self.forms:
            del self.forms[self.forms.index(form) + 1 :]
        else:
            self.forms.append(form)
        return "item", len(self.forms) - 1

    def _form(self, label: str) -> str:
        """Return the form of a label, the same for all items of a list."""
        if label in _BULLETS:
            return label
        sign = label.strip("(.)")
        if sign[0].isdigit():
            return label.replace(sign, f"1{'.1' * sign.count('.')}")
        form = label.replace(sign, "a" if sign.islower() else "A")
        # "(i)" is a numeral unless the list has come to it from "(h)".
        if set(sign.lower()) <= set("ivxlc") and self.last.get(form) != chr(ord(sign[0]) - 1):
            return label.replace(sign, "i" if sign.islower() else "I")
        self.last[form] = sign
        return form
