"""Read the blocks of a story (the body, a note, a header): paragraphs, tables and attached content."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby
from xml.etree.ElementTree import Element

from qa.parsers.docx.chunks import Chunks
from qa.parsers.docx.drawings import Drawings
from qa.parsers.docx.fields import Fields, is_contents_gallery
from qa.parsers.docx.nodes import attribute, by_name, child, is_on, local_name, value
from qa.parsers.docx.notes import Comments, Notes
from qa.parsers.docx.numbering import Label, Numbering
from qa.parsers.docx.package import Package
from qa.parsers.docx.pieces import PAGE, Aside, DraftBlock, Inline, Piece, PlaceLabel, assemble
from qa.parsers.docx.runs import Runs, choose_version, control_reason
from qa.parsers.docx.styles import Style, Styles, numbered_of, outline_level
from qa.types import BlockKind, OmissionReason

_SKIPPED = frozenset(
    (
        *("pPr", "rPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr"),
        *("customXmlPr", "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd"),
        *("commentRangeStart", "commentRangeEnd"),
    )
)
_MAX_CELL_CHARACTERS = 800
_MAX_TITLE_CHARACTERS = 100


class Body:
    """A parser of stories that collects their blocks in ``out``, and omissions in the drawings object."""

    def __init__(
        self,
        package: Package,
        styles: Styles,
        numbering: Numbering,
        notes: Notes,
        comments: Comments,
        drawings: Drawings,
        chunks: Chunks,
    ) -> None:
        self._package = package
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._drawings = drawings
        self._chunks = chunks
        self._runs = Runs(styles, notes, comments, drawings)
        self._place: PlaceLabel | None = None
        self._is_aside = False
        self._contents_depth = 0
        self._table_count = 0
        # If the end of a paragraph is deleted, the next paragraph continues it.
        self._carried: tuple[Element, Inline] | None = None
        self._handlers: dict[str, Callable[[Element, OmissionReason | None], None]] = {
            "p": self._paragraph,
            "tbl": self._table,
            "sdt": self._control,
            "altChunk": self._chunk,
            "AlternateContent": self._versions,
            "oMath": self._formula,
            "oMathPara": self._formula,
            "sectPr": self._section,
            "subDoc": self._sub_document,
        }
        self.out: list[DraftBlock] = []

    def story(
        self,
        blocks: Iterable[Element],
        part: str,
        *,
        place: PlaceLabel | None = None,
        reason: OmissionReason | None = None,
        mark: str = "",
        is_aside: bool = False,
    ) -> None:
        """Read the blocks of a separate story; ``reason`` says why all of it is left out."""
        runs = self._runs
        previous = (runs.fields, runs.part, runs.mark, self._place, self._is_aside, self._carried)
        runs.fields, runs.part, runs.mark = Fields(), part, mark
        self._place, self._carried = place or self._place, None
        self._is_aside = is_aside or self._is_aside
        self._blocks(blocks, reason)
        self._finish_carried(reason)
        runs.fields, runs.part, runs.mark, self._place, self._is_aside, self._carried = previous

    def add_asides(self, asides: Iterable[Aside]) -> None:
        """Add the content attached to a paragraph after it."""
        for aside in asides:
            place = aside.place or self._place
            if aside.element is not None:
                self.story(
                    aside.element,
                    aside.part,
                    place=place,
                    reason=aside.reason,
                    mark=aside.mark,
                    is_aside=True,
                )
            elif aside.reason is not None:
                self._drawings.omit(aside.reason, aside.text)
            else:
                self.out.append(DraftBlock(aside.text, aside.kind, place=place, is_aside=True))

    def _blocks(self, container: Iterable[Element], reason: OmissionReason | None) -> None:
        for node in container:
            kind = local_name(node.tag)
            if handler := self._handlers.get(kind):
                handler(node, reason)
            elif kind not in _SKIPPED:
                self._blocks(node, reason or ("deleted" if kind in {"del", "moveFrom"} else None))

    def _versions(self, node: Element, reason: OmissionReason | None) -> None:
        """Read the newest version of alternative content."""
        self._blocks(choose_version(node), reason)

    def _formula(self, node: Element, reason: OmissionReason | None) -> None:
        """Add a formula between paragraphs as a paragraph."""
        self._add(self._runs.read((node,), Style(), reason), {}, Style(), reason)

    def _section(self, node: Element, reason: OmissionReason | None) -> None:
        """Begin a section, whose notes may be numbered again."""
        self._notes.begin_section(node)

    def _paragraph(self, node: Element, reason: OmissionReason | None) -> None:
        properties = by_name(child(node, "pPr"))
        style = self._styles.paragraph(attribute(properties.get("pStyle"), "val"))
        inline = self._runs.read(node, style, reason)
        if self._carried is not None:
            carried = self._carried[1]
            self._carried = None
            carried.pieces += inline.pieces
            carried.asides += inline.asides
            carried.has_fields |= inline.has_fields
            inline = carried
        if self._continues(properties, style) and reason is None:
            self._carried = (node, inline)
        else:
            self._add(inline, properties, style, reason)
        if "sectPr" in properties:
            self._notes.begin_section(properties["sectPr"])

    def _continues(self, properties: dict[str, Element], style: Style) -> bool:
        """Check whether the visible text of a paragraph continues in the next one."""
        frame = attribute(properties.get("framePr"), "dropCap")
        if frame in {"drop", "margin"}:
            return True
        hidden = None
        for node in properties.get("rPr", ()):
            kind = local_name(node.tag)
            if kind in {"del", "moveFrom"}:
                return True
            if kind == "vanish":
                hidden = is_on(node)
        if hidden is None:
            hidden = self._styles.base.hidden if style.look.hidden is None else style.look.hidden
        return bool(hidden) and _heading(properties, style) is None

    def _finish_carried(self, reason: OmissionReason | None) -> None:
        if self._carried is not None:
            node, inline = self._carried
            self._carried = None
            properties = by_name(child(node, "pPr"))
            style = self._styles.paragraph(attribute(properties.get("pStyle"), "val"))
            # A paragraph with omitted text only has no line, and therefore no number.
            counts = any(piece.reason is None and piece.text.strip() for piece in inline.pieces)
            self._add(inline, properties, style, reason, counts=counts)

    def _add(
        self,
        inline: Inline,
        properties: dict[str, Element],
        style: Style,
        reason: OmissionReason | None,
        *,
        counts: bool = True,
    ) -> None:
        """Add a paragraph with the content attached to it; ``counts`` is false if it gets no number."""
        label = self._label(properties, style) if reason is None and counts else None
        text, omitted = assemble(inline.pieces)
        for omission_reason, omitted_text in omitted:
            self._drawings.omit(omission_reason, omitted_text)
        text = text.strip()
        if text:
            kind, level = self._kind(properties, style)
            block = DraftBlock(text, kind, level, self._place, self._is_aside)
            if label is not None and label.text:
                emphatic = len(text) <= _MAX_TITLE_CHARACTERS and _is_emphatic(inline, properties, style)
                _set_label(block, label, emphatic=emphatic)
            block.quote = style.quote
            block.contents = self._contents_depth > 0 or style.contents
            if inline.has_fields:
                _set_fields(block, inline.pieces)
            self.out.append(block)
        self.add_asides(inline.asides)

    def _label(self, properties: dict[str, Element], style: Style) -> Label | None:
        """Count a paragraph and return its printed number, or None if it has no number."""
        numbered = numbered_of(properties.get("numPr"))
        if numbered is None and style.numbered is None:
            return None
        return self._numbering.label(numbered, style)

    def _kind(self, properties: dict[str, Element], style: Style) -> tuple[BlockKind, int]:
        level = _heading(properties, style)
        if level is not None:
            return "heading", level + 1
        own = properties.get("numPr")
        if own is not None and (key := value(own, "numId")) is not None:
            return ("item" if key != "0" else "paragraph"), 0
        return ("item" if style.numbered is not None or own is not None else "paragraph"), 0

    def _control(self, node: Element, reason: OmissionReason | None) -> None:
        parts = by_name(node)
        properties = parts.get("sdtPr")
        contents = is_contents_gallery(properties)
        self._contents_depth += contents
        self._blocks(parts.get("sdtContent", ()), reason or control_reason(properties))
        self._contents_depth -= contents

    def _table(self, table: Element, reason: OmissionReason | None) -> None:
        self._finish_carried(reason)
        self._table_count += 1
        about = child(table, "tblPr")
        for key in ("tblCaption", "tblDescription"):
            if text := (value(about, key) or "").strip():
                self.add_asides([Aside(text=text, place=("alternative text", "table"), reason=reason)])
        for row, row_reason in _descend(table, "tr", reason):
            table_count = self._table_count
            cells = self._cells(row, row_reason or _row_reason(child(row, "trPr")))
            self._add_row(cells, has_table=self._table_count > table_count)

    def _add_row(self, cells: Sequence[Sequence[DraftBlock]], *, has_table: bool) -> None:
        """Add a row as one block, or its cells as parts of the body if the table lays out the page."""
        texts = [self._cell_text(blocks) for blocks in cells]
        if has_table or len(cells) < 2 or any(len(text) > _MAX_CELL_CHARACTERS for text in texts):
            self.out += chain.from_iterable(cells)
            return
        if any(texts):
            self.out.append(DraftBlock("\t".join(texts), "row", place=self._place, is_aside=self._is_aside))
        if not self._is_aside:
            self.out += (block for block in chain.from_iterable(cells) if block.is_aside)

    def _cell_text(self, blocks: Iterable[DraftBlock]) -> str:
        """Return the lines of a cell, without notes and other attached content."""
        return "\n".join(block.text for block in blocks if not block.is_aside or self._is_aside)

    def _cells(self, row: Element, reason: OmissionReason | None) -> list[list[DraftBlock]]:
        """Return the blocks of each cell of a row."""
        out = self.out
        cells: list[list[DraftBlock]] = []
        for cell, cell_reason in _descend(row, "tc", reason):
            self.out = []
            why = cell_reason or _cell_reason(by_name(child(cell, "tcPr")))
            self._blocks(cell, why)
            self._finish_carried(why)
            cells.append(self.out)
        self.out = out
        return cells

    def _chunk(self, node: Element, reason: OmissionReason | None) -> None:
        self._finish_carried(reason)
        relation = self._package.relation(self._runs.part, attribute(node, "id"))
        extract = None if relation is None else self._chunks.read(relation)
        if relation is None or extract is None:
            name = posixpath.basename(relation.target) if relation else "chunk"
            self._drawings.report("attachment", name)
            return
        places = {place.start: (place.kind, place.label) for place in extract.places}
        for block in extract.blocks:
            text = extract.text[block.start : block.end]
            if reason is None:
                place = places.get(block.start, self._place)
                self.out.append(DraftBlock(text, block.kind, block.level, place, self._is_aside))
            else:
                self._drawings.omit(reason, text)
        self._drawings.omissions += extract.omissions

    def _sub_document(self, node: Element, reason: OmissionReason | None) -> None:
        relation = self._package.relation(self._runs.part, attribute(node, "id"))
        self._drawings.report(
            "attachment", posixpath.basename(relation.target) if relation else "subdocument"
        )


def _heading(properties: dict[str, Element], style: Style) -> int | None:
    level = outline_level(properties["outlineLvl"]) if "outlineLvl" in properties else None
    level = style.level if level is None else level
    return level if level is not None and level < 9 else None


def _set_label(block: DraftBlock, label: Label, *, emphatic: bool) -> None:
    """Add the printed number of a paragraph to its block."""
    block.text = _add_label(label, block.text)
    block.label, block.is_bullet = label.text, label.is_bullet
    block.list_id, block.depth = label.list_id, label.depth
    block.emphatic = emphatic


def _set_fields(block: DraftBlock, pieces: Iterable[Piece]) -> None:
    """Add the page numbers of a paragraph to its block, and whether it is a line of a table of contents."""
    shown = [piece for piece in pieces if piece.reason is None]
    block.contents |= next(piece for piece in shown if piece.text.strip()).source == "contents"
    parts = [
        ("".join(piece.text for piece in group), is_page)
        for is_page, group in groupby(shown, lambda piece: piece.source == "page")
    ]
    block.pages = tuple(part for part, is_page in parts if is_page)
    block.framed = "".join(PAGE if is_page else part for part, is_page in parts)


def _add_label(label: Label, text: str) -> str:
    ends = (label.text[-1:], text[:1])
    # Printed without a space, "Part 2" and "Fees" would be one word.
    glued = not label.suffix and all(end.isascii() and end.isalnum() for end in ends)
    return f"{label.text}{' ' if glued else label.suffix}{text}"


def _is_emphatic(inline: Inline, properties: dict[str, Element], style: Style) -> bool:
    """Check whether a short numbered paragraph looks like a title of the text after it."""
    if is_on(properties.get("keepNext")) or style.look.bold:
        return True
    shown = [piece for piece in inline.pieces if piece.reason is None and piece.text.strip()]
    return all(map(_is_bold, shown))


def _is_bold(piece: Piece) -> bool:
    return piece.bold or piece.text.upper() == piece.text


def _row_reason(properties: Element | None) -> OmissionReason | None:
    for node in properties if properties is not None else ():
        match local_name(node.tag):
            case "del":
                return "deleted"
            case "hidden" if is_on(node):
                return "hidden"
    return None


def _cell_reason(properties: dict[str, Element]) -> OmissionReason | None:
    if "cellDel" in properties:
        return "deleted"
    merged = properties.get("vMerge")
    # A cell that continues the cell above it shows no content.
    return "hidden" if merged is not None and (attribute(merged, "val") or "continue") == "continue" else None


def _descend(
    element: Element, wanted: str, reason: OmissionReason | None
) -> Iterator[tuple[Element, OmissionReason | None]]:
    """Yield the nearest elements with a name, inside content controls and the like but not inside tables."""
    for node in element:
        kind = local_name(node.tag)
        if kind == wanted:
            yield node, reason
        elif kind == "sdt":
            parts = by_name(node)
            if "sdtContent" in parts:
                yield from _descend(parts["sdtContent"], wanted, reason or control_reason(parts.get("sdtPr")))
        elif kind not in {"tbl", "tr", "tc", "p"} and kind not in _SKIPPED:
            yield from _descend(node, wanted, reason or ("deleted" if kind in {"del", "moveFrom"} else None))
