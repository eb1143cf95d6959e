"""Add content that a page shows beside its own text: values of form fields, notes, signatures.

A value becomes part of its label's line. A note follows the nearest paragraph. Both have character numbers
above those of the page's characters, which identify them in the final text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from qa.parsers import account
from qa.parsers.pdf.glyphs import MIN_SIZE, PageGlyphs, Piece
from qa.parsers.pdf.lines import Line
from qa.parsers.pdf.objects import Edges, Frame
from qa.parsers.pdf.paragraphs import Paragraph, continues_in
from qa.types import Place, PlaceKind

# First character number of extras; no page has this many characters.
FIRST = 1 << 24
_USUAL_SIZE = 11.0
# Maximum distance of a label from its field, in letter heights: beside it, close to it, above it.
_MAX_SIDE_GAP = 25.0
_MAX_CLOSE_GAP = 3.0
_MAX_ABOVE_GAP = 1.2
_MAX_LABEL_CHARACTERS = 120
# Export values of check boxes that carry no meaning for a person.
_TECHNICAL = frozenset({"on", "off", "true", "checked", "x"})
# A blank to write on, which follows the value.
_BLANK = re.compile(r"_{3,}|\.{4,}|…{2,}|(?:\. ){4,}")


@dataclass(frozen=True, slots=True)
class Extra:
    """A text with the label the file gives it, and its place on the page.

    ``is_value`` is true if the text belongs in the line of its label; it then has one line. ``state`` is
    the export value of a marked box, whose text is the mark.
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
        """Whether the value is the mark of a box."""
        return self.state is not None

    @property
    def indices(self) -> tuple[int, ...]:
        """The character numbers of the value, one for each code point."""
        return (FIRST + self.number,) * len(self.text)


def upright(frame: Frame, glyphs: PageGlyphs) -> Frame:
    """Return the frame whose rotation turns places in the same way as the lines of the page."""
    is_square = abs(frame.width - frame.height) < 1
    runs_across = abs(glyphs.height - frame.height) < 1 and not is_square
    return replace(frame, rotation=0) if glyphs.pieces and runs_across else frame


def with_values(
    glyphs: PageGlyphs, extras: Sequence[Extra], fields: Sequence[Edges], frame: Frame
) -> tuple[PageGlyphs, list[str]]:
    """Put the values of fields into the lines of a page.

    Args:
        glyphs: The page's own text.
        extras: The extras of the page; notes among them are ignored.
        fields: The places of all fields, including empty ones.
        frame: The frame that turns places to the direction of the lines.

    Returns:
        The page with its values, and the box states that do not appear in the page's text.
    """
    values = [(number, extra) for number, extra in enumerate(extras) if extra.is_value]
    if not values:
        return glyphs, []
    pieces = list(glyphs.pieces)
    size = median([piece.size for piece in pieces]) if pieces else _USUAL_SIZE
    places = [_to_piece_coordinates(edges, frame) for edges in fields]
    ordered = [_Field(e.lines[0], e.state, n, *_to_piece_coordinates(e.edges, frame)) for n, e in values]
    unused_states = []
    for field in sorted(ordered, key=lambda field: (field.top, field.left)):
        label = _find_label(field, pieces, places, size)
        value = _add_state(field, label)
        if field.state and value is field:
            unused_states.append(field.state)
        if label is None:
            pieces.append(_unlabelled_piece(value, size))
        else:
            pieces[pieces.index(label)] = _join_label(label, value, size)
    return replace(glyphs, pieces=tuple(pieces)), unused_states


def _add_state(field: _Field, label: Piece | None) -> _Field:
    """Add a box's state to its mark if the state says more than the label."""
    if not field.state or _is_technical(field.state) or (label and label.left >= field.right):
        return field
    if label and set(account.words(field.state)) <= set(account.words(label.text)):
        return field
    return replace(field, text=f"{field.text} {field.state}")


def _is_technical(state: str) -> bool:
    return state.casefold().strip() in _TECHNICAL or not any(c.isalpha() for c in state)


def _join_label(label: Piece, field: _Field, size: float) -> Piece:
    if field.is_mark and label.left >= field.right - size:
        text, indices = f"{field.text} {label.text}", (*field.indices, -1, *label.indices)
    else:
        cut = _value_offset(label, field)
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


def _value_offset(label: Piece, field: _Field) -> int:
    """Return the offset for a value in its label's text: before the blank to write on, or at the end."""
    width = (label.right - label.left) / len(label.text)
    blanks = [
        (abs(label.left + width * (blank.start() + blank.end()) / 2 - (field.left + field.right) / 2), blank)
        for blank in _BLANK.finditer(label.text)
    ]
    return min(blanks, key=lambda candidate: candidate[0])[1].start() if blanks else len(label.text)


def _find_label(field: _Field, pieces: Sequence[Piece], places: Sequence[Edges], size: float) -> Piece | None:
    """Return the piece that labels the field."""
    # A piece that ends in a value already labels that value.
    beside = [piece for piece in pieces if _is_beside(piece, field) and piece.indices[-1] < FIRST]
    line_with_blank = _find_line_with_blank(field, beside, size)
    if line_with_blank:
        return line_with_blank
    left = _find_label_left(field, beside, places, size)
    gap = field.left - left.right if left else 2 * _MAX_SIDE_GAP * size
    if field.is_mark:
        right = _find_label_right(field, beside, min(gap, _MAX_CLOSE_GAP * size), size)
        if right:
            return right
    if gap <= _MAX_CLOSE_GAP * size:
        return left
    above = None if field.is_mark else _find_label_above(field, pieces, places, size)
    return above or (left if gap <= _MAX_SIDE_GAP * size else None)


def _find_line_with_blank(field: _Field, beside: Sequence[Piece], size: float) -> Piece | None:
    """Return the piece that the field overlaps if it has a blank to write on."""
    overlapping = [piece for piece in beside if piece.left <= field.left and piece.right > field.left + size]
    return overlapping[-1] if overlapping and _BLANK.search(overlapping[-1].text) else None


def _find_label_left(
    field: _Field, beside: Sequence[Piece], places: Sequence[Edges], size: float
) -> Piece | None:
    """Return the nearest piece left of the field if it does not label another field between them."""
    candidates = [piece for piece in beside if piece.left < field.left and piece.right <= field.left + size]
    left = max(candidates, key=lambda piece: piece.right, default=None)
    if left is None:
        return None
    labels_another = any(
        left.right < place[0] and place[2] < field.left and _overlap(place, field) for place in places
    )
    return None if labels_another else left


def _find_label_right(field: _Field, beside: Sequence[Piece], max_gap: float, size: float) -> Piece | None:
    """Return the nearest piece right of the field within a distance."""
    candidates = [piece for piece in beside if piece.left >= field.right - size]
    right = min(candidates, key=lambda piece: piece.left, default=None)
    return right if right and right.left - field.right <= max_gap else None


def _find_label_above(
    field: _Field, pieces: Sequence[Piece], places: Sequence[Edges], size: float
) -> Piece | None:
    if any(
        abs(place[0] - field.left) < size and field.bottom - size / 2 <= place[1] < field.bottom + size
        for place in places
    ):
        # Fields below fields form a table, and the line above them is its header.
        return None
    for piece in pieces:
        if (
            -0.5 * size < field.top - piece.bottom < _MAX_ABOVE_GAP * size
            and field.left - size < piece.left < field.right
            and piece.right < field.right + 2 * size
            and len(piece.text) < _MAX_LABEL_CHARACTERS
            and piece.indices[-1] < FIRST
        ):
            return piece
    return None


def _is_beside(piece: Piece, field: _Field) -> bool:
    return field.top - 0.3 * piece.size < piece.middle < field.bottom + 0.3 * piece.size


def _overlap(place: Edges, field: _Field) -> bool:
    return place[1] < field.bottom and place[3] > field.top


def _unlabelled_piece(field: _Field, size: float) -> Piece:
    """Return a value without a label, in the first line of its field."""
    height = field.bottom - field.top
    middle = (field.top + field.bottom) / 2 if height < 2.5 * size else field.top + size
    right = max(field.left + MIN_SIZE, min(field.right, field.left + len(field.text) * size / 2))
    return Piece(field.text, field.indices, field.left, middle - size / 2, right, middle + size / 2)


def _to_piece_coordinates(edges: Edges, frame: Frame) -> Edges:
    """Return left, top, right and bottom in the coordinates of a page's pieces."""
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
    """Split a paragraph at the lines that consist of a label and its value."""
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
    """Return the paragraphs of notes: one for each stretch of lines without an empty line."""
    paragraphs = []
    for number, extra in enumerate(extras):
        if extra.is_value:
            continue
        left, top, right, bottom = _to_piece_coordinates(extra.edges, frame)
        for is_text, group in groupby(extra.lines, key=lambda line: bool(line.strip())):
            if is_text:
                lines = tuple(
                    Line(text, (FIRST + number,) * len(text), left, top, right, bottom) for text in group
                )
                paragraphs.append(Paragraph(lines, "paragraph", _USUAL_SIZE, bold=False, is_apart=True))
    return paragraphs


def insert(
    contents: Sequence[Sequence[Paragraph]], apart: Sequence[Sequence[Paragraph]]
) -> list[list[Paragraph]]:
    """Insert notes after the nearest paragraphs, but never into a sentence that continues."""
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
    """Return the number of paragraphs before a note."""
    if not content:
        return 0
    place = min(range(len(content)), key=lambda place: _distance(note, content[place]))
    end = place
    while end + 1 < len(content) and continues_in(content[end], content[end + 1]):
        end += 1
    if end + 1 < len(content) or following is None or not continues_in(content[end], following):
        return end + 1
    # The next page continues the sentence, so the note precedes it if it begins on this page.
    while place > 0 and continues_in(content[place - 1], content[place]):
        place -= 1
    continues_previous = before is not None and continues_in(before, content[0])
    return end + 1 if place == 0 and continues_previous else place


def _distance(note: Paragraph, paragraph: Paragraph) -> tuple[float, float]:
    middle = (note.lines[0].top + note.lines[0].bottom) / 2
    top = min(line.top for line in paragraph.lines)
    bottom = max(line.bottom for line in paragraph.lines)
    left = min(line.left for line in paragraph.lines)
    return max(0.0, top - middle, middle - bottom), abs(left - note.lines[0].left)


def places(lines: Sequence[tuple[int, Line]], extras: Sequence[Extra]) -> Iterator[Place]:
    """Yield the places of one page's extras in the text, given the offsets of its lines."""
    runs: list[list[int]] = []
    for start, line in lines:
        at = start
        for index, group in groupby(line.indices):
            end = at + len(list(group))
            if index >= FIRST:
                # A note of several lines is one place if nothing is between them.
                if runs and runs[-1][0] == index and at - runs[-1][2] <= 1:
                    runs[-1][2] = end
                else:
                    runs.append([index, at, end])
            at = end
    for index, begin, end in runs:
        extra = extras[index - FIRST]
        yield Place(begin, end, extra.kind, extra.label)
