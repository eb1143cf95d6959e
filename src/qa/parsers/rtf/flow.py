"""Paragraphs and rows of a rich text as they grow, of the body or of what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.parsers.build import TextBuilder
from qa.parsers.raised import lowered, raised
from qa.parsers.rtf.tokens import whole
from qa.types import BlockKind, OmissionReason, PlaceKind

_LONGEST_CELL = 800


@dataclass(slots=True)
class Flow:
    """One stream of paragraphs: the body, a note, a comment, a page header, a text box.

    ``place`` is where all of its words are; a block is finished by a mark at its end, as in the file.
    """

    builder: TextBuilder = field(default_factory=TextBuilder)
    place: tuple[PlaceKind, str] | None = None
    _kept: list[str] = field(default_factory=list)
    _number: list[str] = field(default_factory=list)
    _left: list[tuple[OmissionReason, str]] = field(default_factory=list)
    _asides: list[TextBuilder] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _cell: list[str] = field(default_factory=list)
    _inner: list[str] = field(default_factory=list)
    _above: list[str] = field(default_factory=list)

    def put(self, text: str, *, left: OmissionReason | None, shift: int) -> None:
        """Append words, raised (1) or lowered (-1), to the paragraph or to what is left out of it."""
        if not text:
            return
        if left is not None:
            self._left.append((left, text))
        elif shift > 0:
            self._kept.append(raised(text, next((p for p in reversed(self._kept) if p), "")))
        elif shift < 0:
            self._kept.append(lowered(text))
        else:
            self._kept.append(text)

    def put_number(self, text: str) -> None:
        """Append to the number of the paragraph in its list."""
        self._number.append(text)

    def hang(self, aside: TextBuilder) -> None:
        """Keep what stands beside the paragraph until it ends."""
        self._asides.append(aside)

    @property
    def is_in_row(self) -> bool:
        return bool(self._cells or self._cell)

    def end_paragraph(self, level: int, *, in_table: bool) -> None:
        """End a paragraph; in a table it is a line of its cell."""
        number = " ".join("".join(self._number).split())
        text = whole("".join(self._kept)).strip()
        self._number.clear()
        self._kept.clear()
        if number and text:
            text = f"{number} {text}"
        if in_table:
            if text:
                self._cell.append(text)
            return
        if self.is_in_row:
            self.end_row(())
        kind: BlockKind = "heading" if level else "item" if number else "paragraph"
        self.builder.add(text, kind, level, place=self.place)
        self._finish()

    def end_cell(self, *, nested: bool) -> None:
        """End a cell of a row, or of a row within a cell."""
        self.end_paragraph(0, in_table=True)
        text = "\n".join(self._cell)
        self._cell.clear()
        (self._inner if nested else self._cells).append(text)

    def end_nested_row(self) -> None:
        """End a row of a table within a cell, which is a line of that cell."""
        self._cell.append("\t".join(self._inner))
        self._inner.clear()

    def end_row(self, merged: tuple[bool, ...]) -> None:
        """End a row; ``merged`` says which of its cells are one with that above them."""
        if self._inner:
            self.end_nested_row()
        if self._cell:
            self._cells.append("\n".join(self._cell))
            self._cell.clear()
        cells = [
            self._above[at]
            if not cell and at < len(merged) and merged[at] and at < len(self._above)
            else cell
            for at, cell in enumerate(self._cells)
        ]
        self._above = cells
        if len(cells) < 2 or any(len(cell) > _LONGEST_CELL for cell in cells):
            for cell in cells:
                self.builder.add(cell, place=self.place)
        else:
            self.builder.add("\t".join(cells).rstrip("\t"), "row", place=self.place)
        self._cells = []
        self._finish()

    def end(self) -> None:
        """End whatever is not ended yet."""
        self.end_paragraph(0, in_table=self.is_in_row)
        if self.is_in_row:
            self.end_row(())
        self._finish()

    def _finish(self) -> None:
        for reason in dict.fromkeys(reason for reason, _ in self._left):
            text = whole("".join(piece for why, piece in self._left if why == reason))
            if text.strip():
                self.builder.omit(reason, text)
        self._left.clear()
        for aside in self._asides:
            self.builder.add_all(aside)
        self._asides.clear()
