"""Build the paragraphs and rows of a rich text's body, or of content beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.parsers.build import TextBuilder
from qa.parsers.raised import lowered, raised
from qa.parsers.rtf.tokens import join_surrogates
from qa.types import BlockKind, OmissionReason, PlaceKind

_MAX_CELL_CHARACTERS = 800


@dataclass(slots=True)
class Flow:
    """One stream of paragraphs: the body, a note, a comment, a page header, a text box.

    ``place`` applies to all of its words. As in the file, a mark at the end of a block finishes it.
    """

    builder: TextBuilder = field(default_factory=TextBuilder)
    place: tuple[PlaceKind, str] | None = None
    _texts: list[str] = field(default_factory=list)
    _number: list[str] = field(default_factory=list)
    _omitted: list[tuple[OmissionReason, str]] = field(default_factory=list)
    _asides: list[TextBuilder] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _cell: list[str] = field(default_factory=list)
    _inner: list[str] = field(default_factory=list)
    _cells_above: list[str] = field(default_factory=list)

    def put(self, text: str, *, reason: OmissionReason | None, shift: int) -> None:
        """Append raised (1), lowered (-1) or normal (0) words to the paragraph, or to its omissions."""
        if not text:
            return
        if reason is not None:
            self._omitted.append((reason, text))
        elif shift > 0:
            self._texts.append(raised(text, next((p for p in reversed(self._texts) if p), "")))
        elif shift < 0:
            self._texts.append(lowered(text))
        else:
            self._texts.append(text)

    def put_number(self, text: str) -> None:
        """Append to the list number of the paragraph."""
        self._number.append(text)

    def attach(self, aside: TextBuilder) -> None:
        """Attach content beside the paragraph until the paragraph ends."""
        self._asides.append(aside)

    @property
    def is_in_row(self) -> bool:
        """Whether a row has begun."""
        return bool(self._cells or self._cell)

    def end_paragraph(self, level: int, *, in_table: bool) -> None:
        """End a paragraph; in a table, it is a line of its cell."""
        number = " ".join("".join(self._number).split())
        text = join_surrogates("".join(self._texts)).strip()
        self._number.clear()
        self._texts.clear()
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
        """End a row of a table within a cell; the row is a line of that cell."""
        self._cell.append("\t".join(self._inner))
        self._inner.clear()

    def end_row(self, merged: tuple[bool, ...]) -> None:
        """End a row; ``merged`` marks the cells that are merged with the cell above."""
        if self._inner:
            self.end_nested_row()
        if self._cell:
            self._cells.append("\n".join(self._cell))
            self._cell.clear()
        cells = [
            self._cells_above[at]
            if not cell and at < len(merged) and merged[at] and at < len(self._cells_above)
            else cell
            for at, cell in enumerate(self._cells)
        ]
        self._cells_above = cells
        if len(cells) < 2 or any(len(cell) > _MAX_CELL_CHARACTERS for cell in cells):
            for cell in cells:
                self.builder.add(cell, place=self.place)
        else:
            self.builder.add("\t".join(cells).rstrip("\t"), "row", place=self.place)
        self._cells = []
        self._finish()

    def end(self) -> None:
        """End all open blocks."""
        self.end_paragraph(0, in_table=self.is_in_row)
        if self.is_in_row:
            self.end_row(())
        self._finish()

    def _finish(self) -> None:
        for reason in dict.fromkeys(reason for reason, _ in self._omitted):
            text = join_surrogates(
                "".join(text_part for omitted_reason, text_part in self._omitted if omitted_reason == reason)
            )
            if text.strip():
                self.builder.omit(reason, text)
        self._omitted.clear()
        for aside in self._asides:
            self.builder.add_all(aside)
        self._asides.clear()
