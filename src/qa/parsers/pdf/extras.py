"""What a page shows beside its own text: values of form fields, notes, signatures.

A value is put into the line of its label, a note after the paragraph that it is next to. Both are found
again in the text by their numbers, which are beyond those of the page's characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from qa.parsers import account
from qa.parsers.pdf.glyphs import LEAST_SIZE, PageGlyphs, Piece
from qa.parsers.pdf.lines import Line
from qa.parsers.pdf.objects import Edges, Frame
from qa.parsers.pdf.paragraphs import Paragraph, goes_on
from qa.types import Place, PlaceKind

# No page has so many characters.
FIRST = 1 << 24
_USUAL_SIZE = 11.0
# How far a label is from its field, in heights of letters: at its side, close to it, or above it.
_FAR = 25.0
_CLOSE = 3.0
_ABOVE = 1.2
_LONGEST_LABEL = 120
# What a program calls a box with a mark, whatever that means.
_TECHNICAL = frozenset({"on", "off", "true", "checked", "x"})
# A line to write on, which the value is put before.
_BLANK = re.compile(r"_{3,}|\.{4,}|…{2,}|(?:\. ){4,}")


@dataclass(frozen=True, slots=True)
class Extra:
    """A text with its place in the file's own terms, and where on the page it is.

    ``is_value`` is true where it belongs into the line of its label; then it has one line. ``state`` is
    what a box is called while it has a mark, which is its text.
    """

    kind: PlaceKind
    label: str
    lines: tuple[str, ...]
    edges: Edges
    is_value: bool = False
    state: str | None = None


@dataclass(frozen=True, slots=True)
class _Field:
    """A value on the page, in the coordinates of the page's pieces."""

    text: str
    state: str | None
    number: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_mark(self) -> bool:
        return self.state is not None

    @property
    def indices(self) -> tuple[int, ...]:
        return (FIRST + self.number,) * len(self.text)


def upright(frame: Frame, glyphs: PageGlyphs) -> Frame:
    """Return the frame by whose rotation places are turned as the lines of its page are."""
    is_square = abs(frame.width - frame.height) < 1
    runs_across = abs(glyphs.height - frame.height) < 1 and not is_square
    return replace(frame, rotation=0) if glyphs.pieces and runs_across else frame


def with_values(
    glyphs: PageGlyphs, extras: Sequence[Extra], fields: Sequence[Edges], frame: Frame
) -> tuple[PageGlyphs, list[str]]:
    """Put the values of fields into the lines of a page; ``fields`` are the places of all, also the empty.

    The second of the pair are the states of boxes that are not in the page's text.
    """
    values = [(number, extra) for number, extra in enumerate(extras) if extra.is_value]
    if not values:
        return glyphs, []
    pieces = list(glyphs.pieces)
    size = median([piece.size for piece in pieces]) if pieces else _USUAL_SIZE
    places = [_turned(edges, frame) for edges in fields]
    ordered = [_Field(e.lines[0], e.state, n, *_turned(e.edges, frame)) for n, e in values]
    silent = []
    for field in sorted(ordered, key=lambda field: (field.top, field.left)):
        label = _label(field, pieces, places, size)
        stated = _stated(field, label)
        if field.state and stated is field:
            silent.append(field.state)
        if label is None:
            pieces.append(_alone(stated, size))
        else:
            pieces[pieces.index(label)] = _joined(label, stated, size)
    return replace(glyphs, pieces=tuple(pieces)), silent


def _stated(field: _Field, label: Piece | None) -> _Field:
    """Return a box's mark with the box's state, where that says more than its label."""
    if not field.state or _is_technical(field.state) or (label and label.left >= field.right):
        return field
    if label and set(account.words(field.state)) <= set(account.words(label.text)):
        return field
    return replace(field, text=f"{field.text} {field.state}")


def _is_technical(state: str) -> bool:
    return state.casefold().strip() in _TECHNICAL or not any(c.isalpha() for c in state)


def _joined(label: Piece, field: _Field, size: float) -> Piece:
    if field.is_mark and label.left >= field.right - size:
        text, indices = f"{field.text} {label.text}", (*field.indices, -1, *label.indices)
    else:
        cut = _blank(label, field)
        before, after = label.text[:cut].rstrip(), label.text[cut:].lstrip()
        text = " ".join(part for part in (before, field.text, after) if part)
        indices = (
            *label.indices[: len(before)],
            *((-1,) if before else ()),
            *field.indices,
            *((-1,) if after else ()),
            *label.indices[len(label.indices) - len(after) :],
        )
    return replace(
        label,
        text=text,
        indices=indices,
        left=min(label.left, field.left),
        right=max(label.right, field.right) if _is_beside(label, field) else label.right,
        font="",
        bold=False,
    )


def _blank(label: Piece, field: _Field) -> int:
    """Return where in its label's text a value comes: before the line to write on, or at the end."""
    width = (label.right - label.left) / len(label.text)
    blanks = [
        (abs(label.left + width * (blank.start() + blank.end()) / 2 - (field.left + field.right) / 2), blank)
        for blank in _BLANK.finditer(label.text)
    ]
    return min(blanks, key=lambda pair: pair[0])[1].start() if blanks else len(label.text)


def _label(field: _Field, pieces: Sequence[Piece], places: Sequence[Edges], size: float) -> Piece | None:
    """Return the piece that says what the field is for."""
    # What already ends in a value is the label of that one.
    beside = [piece for piece in pieces if _is_beside(piece, field) and piece.indices[-1] < FIRST]
    over = [piece for piece in beside if piece.left <= field.left and piece.right > field.left + size]
    if over and _BLANK.search(over[-1].text):
        return over[-1]
    left = max(
        (piece for piece in beside if piece.left < field.left and piece.right <= field.left + size),
        key=lambda piece: piece.right,
        default=None,
    )
    gap = field.left - left.right if left else 2 * _FAR * size
    if left and any(
        left.right < place[0] and place[2] < field.left and _overlap(place, field) for place in places
    ):
        # The field between them is the one that it is the label of.
        left, gap = None, 2 * _FAR * size
    if field.is_mark:
        right = min(
            (piece for piece in beside if piece.left >= field.right - size),
            key=lambda piece: piece.left,
            default=None,
        )
        if right and right.left - field.right <= min(gap, _CLOSE * size):
            return right
    if gap <= _CLOSE * size:
        return left
    above = None if field.is_mark else _label_above(field, pieces, places, size)
    return above or (left if gap <= _FAR * size else None)


def _label_above(
    field: _Field, pieces: Sequence[Piece], places: Sequence[Edges], size: float
) -> Piece | None:
    if any(
        abs(place[0] - field.left) < size and field.bottom - size / 2 <= place[1] < field.bottom + size
        for place in places
    ):
        # Fields below fields are a table, and what is above them is its head.
        return None
    for piece in pieces:
        if (
            -0.5 * size < field.top - piece.bottom < _ABOVE * size
            and field.left - size < piece.left < field.right
            and piece.right < field.right + 2 * size
            and len(piece.text) < _LONGEST_LABEL
            and piece.indices[-1] < FIRST
        ):
            return piece
    return None


def _is_beside(piece: Piece, field: _Field) -> bool:
    return field.top - 0.3 * piece.size < piece.middle < field.bottom + 0.3 * piece.size


def _overlap(place: Edges, field: _Field) -> bool:
    return place[1] < field.bottom and place[3] > field.top


def _alone(field: _Field, size: float) -> Piece:
    """Return a value without a label, in the first line of its field."""
    height = field.bottom - field.top
    middle = (field.top + field.bottom) / 2 if height < 2.5 * size else field.top + size
    right = max(field.left + LEAST_SIZE, min(field.right, field.left + len(field.text) * size / 2))
    return Piece(field.text, field.indices, field.left, middle - size / 2, right, middle + size / 2)


def _turned(edges: Edges, frame: Frame) -> Edges:
    """Return left, top, right and bottom as the pieces of a page have them."""
    width, height = frame.width, frame.height
    left, right = edges[0] - frame.left, edges[2] - frame.left
    top, bottom = frame.top - edges[3], frame.top - edges[1]
    match frame.rotation:
        case 90:
            return height - bottom, left, height - top, right
        case 270:
            return top, width - right, bottom, width - left
    return left, top, right, bottom


def cut_at_values(paragraph: Paragraph) -> list[Paragraph]:
    """Return a paragraph cut at the lines that are a label and its value."""
    groups: list[list[Line]] = [[]]
    for line in paragraph.lines:
        is_field = line.indices[-1] >= FIRST or line.indices[0] >= FIRST
        if is_field and groups[-1]:
            groups.append([])
        groups[-1].append(line)
        if is_field:
            groups.append([])
    groups = [group for group in groups if group]
    return [replace(paragraph, lines=tuple(group)) for group in groups] if len(groups) > 1 else [paragraph]


def notes(extras: Sequence[Extra], frame: Frame) -> list[Paragraph]:
    """Return the paragraphs of what is no value: one for each stretch without an empty line."""
    found = []
    for number, extra in enumerate(extras):
        if extra.is_value:
            continue
        left, top, right, bottom = _turned(extra.edges, frame)
        for is_text, group in groupby(extra.lines, key=lambda line: bool(line.strip())):
            if is_text:
                lines = tuple(
                    Line(text, (FIRST + number,) * len(text), left, top, right, bottom) for text in group
                )
                found.append(Paragraph(lines, "paragraph", _USUAL_SIZE, bold=False, is_apart=True))
    return found


def insert(
    contents: Sequence[Sequence[Paragraph]], apart: Sequence[Sequence[Paragraph]]
) -> list[list[Paragraph]]:
    """Put notes after the paragraphs that they are next to, but into no sentence that goes on."""
    pages = []
    for number, (content, added) in enumerate(zip(contents, apart, strict=True)):
        places: dict[int, list[Paragraph]] = {}
        if added:
            before = next((page[-1] for page in reversed(contents[:number]) if page), None)
            following = next((page[0] for page in contents[number + 1 :] if page), None)
        for note in added:
            places.setdefault(_after(note, content, before, following), []).append(note)
        page = list(places.get(0, []))
        for place, paragraph in enumerate(content, 1):
            page += [paragraph, *places.get(place, [])]
        pages.append(page)
    return pages


def _after(
    note: Paragraph, content: Sequence[Paragraph], before: Paragraph | None, following: Paragraph | None
) -> int:
    """Return how many paragraphs come before a note."""
    if not content:
        return 0
    place = min(range(len(content)), key=lambda place: _distance(note, content[place]))
    end = place
    while end + 1 < len(content) and goes_on(content[end], content[end + 1]):
        end += 1
    if end + 1 < len(content) or following is None or not goes_on(content[end], following):
        return end + 1
    # The sentence goes on on the next page, so the note comes before it, if it has begun on this one.
    while place > 0 and goes_on(content[place - 1], content[place]):
        place -= 1
    comes_over = before is not None and goes_on(before, content[0])
    return end + 1 if place == 0 and comes_over else place


def _distance(note: Paragraph, paragraph: Paragraph) -> tuple[float, float]:
    middle = (note.lines[0].top + note.lines[0].bottom) / 2
    top = min(line.top for line in paragraph.lines)
    bottom = max(line.bottom for line in paragraph.lines)
    left = min(line.left for line in paragraph.lines)
    return max(0.0, top - middle, middle - bottom), abs(left - note.lines[0].left)


def places(lines: Sequence[tuple[int, Line]], extras: Sequence[Extra]) -> Iterator[Place]:
    """Yield where the extras of one page are in the text, from the starts of its lines."""
    runs: list[list[int]] = []
    for start, line in lines:
        at = start
        for index, group in groupby(line.indices):
            end = at + len(list(group))
            if index >= FIRST:
                # A note of several lines is one place, if nothing is between them.
                if runs and runs[-1][0] == index and at - runs[-1][2] <= 1:
                    runs[-1][2] = end
                else:
                    runs.append([index, at, end])
            at = end
    for index, begin, end in runs:
        extra = extras[index - FIRST]
        yield Place(begin, end, extra.kind, extra.label)
