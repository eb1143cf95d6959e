"""Read OpenDocument texts: headings, lists, tables, notes, comments and frames in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from qa.errors import ReadError
from qa.parsers.archive import Archive, local, resolve
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.odf.elements import descend, first, outermost, plain, text_of
from qa.parsers.odf.inline import SHAPES, Inline, Run, Words, formula_line
from qa.parsers.odf.styles import Numbers, Styles, attribute, integer
from qa.types import BlockKind, OmissionReason

_LONGEST_CELL = 800
# Maximum number of words beside a page number: “Page 3 of 9” means no more than its number.
_MOST_BESIDE_NUMBER = 2
_CONTENTS = frozenset(("table-of-content", "illustration-index", "table-index", "object-index", "user-index"))
_FORM_VALUES = ("current-value", "value", "label")
_NO_WORDS = frozenset(
    ("tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls")
)


def read(data: bytes) -> Extract:
    """Return the text of an .odt file, with page headers first and page footers last."""
    with Archive(data) as archive:
        if _is_encrypted(archive):
            raise ReadError("archive-encrypted")
        if "content.xml" not in archive:
            raise ReadError("odt-damaged")
        content = archive.xml("content.xml")
        common = archive.xml("styles.xml") if "styles.xml" in archive else None
        styles = Styles()
        styles.read(root for root in (common, content) if root is not None)
        text = first(content, "body", "text")
        if text is None:
            raise ReadError("odt-no-text")
        builder = TextBuilder()
        walk = _Walk(archive, builder, styles)
        walk.running(common, ("header-first", "header", "header-left"))
        walk.deletions(text)
        walk.blocks(text, _Where())
        walk.running(common, ("footer-first", "footer", "footer-left"))
        return builder.extract(_title(archive))


@dataclass(frozen=True, slots=True)
class _Where:
    """The context of a block: its list, its note, and whether it is left out."""

    listing: str = ""
    depth: int = 0
    number: str = ""
    note: str | None = None
    omission: OmissionReason | None = None


class _Walk:
    """A walk through a text that appends its blocks."""

    def __init__(self, archive: Archive, builder: TextBuilder, styles: Styles) -> None:
        self._archive = archive
        self._builder = builder
        self._styles = styles
        self._numbers = Numbers(styles)
        self._inline = Inline(styles)
        self._objects: set[str] = set()
        self._running: set[str] = set()

    def blocks(self, container: Element, where: _Where) -> None:
        """Append the blocks of a container."""
        for child in container:
            self._block(child, where)

    def running(self, root: Element | None, names: tuple[str, ...]) -> None:
        """Append the headers or footers that pages repeat, each once."""
        if root is None:
            return
        for master in (child for child in root.iter() if local(child) == "master-page"):
            for part in (child for name in names for child in master if local(child) == name):
                if attribute(part, "display") != "false":
                    self._running_part(part)

    def _running_part(self, part: Element) -> None:
        """Append a header or footer, unless it is only a page number or repeats another one."""
        builder = TextBuilder()
        _Walk(self._archive, builder, self._styles).blocks(part, _Where())
        if _is_page_number(builder):
            self._builder.omit("page number", builder.text)
            self._builder.add_omissions(builder)
        elif builder.text in self._running:
            self._builder.omit("repeated", builder.text)
            self._builder.add_omissions(builder)
        else:
            self._running.add(builder.text)
            # A header may be a letterhead, which says whose document it is.
            self._builder.add_all(builder, "running" if local(part).startswith("footer") else None)

    def deletions(self, text: Element) -> None:
        """Account for the text that tracked changes deleted."""
        for region in outermost(text, frozenset(("deletion",))):
            words = plain(child for child in region if local(child) != "change-info")
            if words.strip():
                self._builder.omit("deleted", words)

    # -- blocks -------------------------------------------------------------------------------------

    def _block(self, element: Element, where: _Where) -> None:
        """Append the blocks of an element of the body."""
        name = local(element)
        match name:
            case "p" | "h":
                self._paragraph(element, where)
            case "list":
                self._list(element, where)
            case "table":
                self._table(element, where)
            case "section":
                self.blocks(element, replace(where, omission="hidden") if _is_hidden(element) else where)
            case "forms":
                self._forms(element)
            case _ if name in _CONTENTS:
                self.blocks(element, replace(where, omission=where.omission or "contents"))
            case _ if name.endswith("-source") or name in _NO_WORDS:
                pass
            case _ if name in SHAPES:
                self._aside(element, where)
            case _:
                self.blocks(element, where)

    def _paragraph(self, element: Element, where: _Where) -> None:
        style = self._styles.style("paragraph", attribute(element, "style-name"))
        omission = where.omission or ("hidden" if style.hidden else "struck" if style.struck else None)
        words = Words()
        self._inline.read(element, words, Run(omission, max(style.shift or 0, 0)))
        kind, level, number = self._kind(element, style.level, where)
        number_element = next((child for child in element if local(child) == "number"), None)
        if number_element is None and words.text.strip():
            words.shown.insert(0, number)
        self._add(words.text, kind, level, where.note)
        self._leave_out(words)
        for aside in words.asides:
            self._aside(
                aside,
                replace(where, number="", omission=omission if omission == "hidden" else where.omission),
            )

    def _kind(self, element: Element, style_level: int, where: _Where) -> tuple[BlockKind, int, str]:
        if local(element) == "h":
            level = min(max(1, integer(attribute(element, "outline-level")) or style_level or 1), 10)
            if where.number or attribute(element, "is-list-header") == "true" or where.omission is not None:
                return "heading", level, where.number
            restart = attribute(element, "restart-numbering") == "true"
            start = integer(attribute(element, "start-value")) or 1
            return "heading", level, self._numbers.heading(level, start if restart else None)
        return ("item" if where.depth else "paragraph"), 0, where.number

    def _add(self, text: str, kind: BlockKind, level: int = 0, note: str | None = None) -> None:
        place = None if note is None else ("note", note)
        self._builder.add(text, kind, level, place=place)  # type: ignore[arg-type]

    def _leave_out(self, words: Words) -> None:
        reasons = dict.fromkeys(reason for reason, _ in words.omitted)
        for reason in reasons:
            text = "".join(piece for omission, piece in words.omitted if omission == reason)
            if text.strip():
                self._builder.omit(reason, text)

    def _list(self, element: Element, where: _Where) -> None:
        """Append the items of a list, each with its number."""
        depth = where.depth + 1
        listing = attribute(element, "style-name") or where.listing
        if depth == 1 and not _continues_numbering(element):
            self._numbers.restart(f"list {listing}", 1)
        for item in element:
            if local(item) in {"list-item", "list-header"}:
                number = self._item_number(item, listing, depth, where.omission)
                self._item(item, replace(where, listing=listing, depth=depth, number=number))

    def _item_number(self, item: Element, listing: str, depth: int, omission: OmissionReason | None) -> str:
        """Return the number of an item: as stored in the file, or counted if the item has words."""
        number = ""
        has_words = any(local(child) in {"p", "h"} for child in item)
        if local(item) == "list-item" and has_words and omission is None:
            number = self._numbers.item(listing, depth, integer(attribute(item, "start-value")))
        stored = text_of(item, "number").strip()
        return f"{stored} " if stored else number

    def _item(self, item: Element, where: _Where) -> None:
        """Append the blocks of a list item; only its first paragraph has the number."""
        for child in item:
            name = local(child)
            if name == "number":
                continue
            self._block(child, where)
            if name in {"p", "h"}:
                where = replace(where, number="")

    def _table(self, table: Element, where: _Where) -> None:
        """Append the rows of a table; the cells of a layout table are parts of the body."""
        above: dict[int, tuple[int, str]] = {}
        for row in descend(table, "table-row"):
            inner = replace(where, omission="hidden") if self._is_hidden_row(row) else where
            cells = [child for child in row if local(child) in {"table-cell", "covered-table-cell"}]
            words = [] if inner.omission is not None or _has_tables(cells) else list(map(self._cell, cells))
            texts = [cell_words.text.strip() for cell_words in words]
            if len(texts) < 2 or any(len(text) > _LONGEST_CELL for text in texts):
                for cell in cells:
                    self.blocks(cell, inner)
                continue
            _share_merged(cells, texts, above)
            self._builder.add("\t".join(texts).rstrip("\t"), "row")
            self._beside_row(words, where)

    def _beside_row(self, words: Sequence[Words], where: _Where) -> None:
        """Append the content beside the words of a row, and account for words that are left out."""
        for cell_words in words:
            self._leave_out(cell_words)
            for aside in cell_words.asides:
                self._aside(aside, replace(where, number=""))

    def _is_hidden_row(self, row: Element) -> bool:
        """Return whether a row of a table is hidden, by its style or by a filter."""
        style = self._styles.style("table-row", attribute(row, "style-name"))
        return bool(style.hidden) or attribute(row, "visibility") in {"collapse", "filter"}

    def _cell(self, cell: Element) -> Words:
        """Return the paragraphs of a cell as lines, including numbered list items."""
        words = Words()
        scratch = TextBuilder()
        asides: list[Element] = []
        walk = _CellWalk(self._archive, scratch, self._styles, asides)
        walk._numbers = self._numbers
        walk.blocks(cell, _Where())
        words.shown.append("\n".join(scratch.text.split("\n\n")))
        words.asides = asides
        self._builder.add_omissions(scratch)
        return words

    # -- beside a paragraph -------------------------------------------------------------------------

    def _aside(self, element: Element, where: _Where) -> None:
        match local(element):
            case "note":
                mark = "".join(child.text or "" for child in element if local(child) == "note-citation")
                for body in (child for child in element if local(child) == "note-body"):
                    self.blocks(body, _Where(note=mark, omission=where.omission))
            case "annotation":
                self._annotation(element, where)
            case "frame":
                self._frame(element, where)
            case _:
                self._alternative(element)
                self.blocks(element, _Where(note=where.note, omission=where.omission))

    def _annotation(self, element: Element, where: _Where) -> None:
        """Append a comment with its author and day, or leave it out with the text that it is on."""
        label = ", ".join(filter(None, (text_of(element, "creator"), text_of(element, "date")[:10])))
        for child in element:
            if local(child) in {"p", "list"}:
                text = plain([child])
                if where.omission is not None:
                    self._builder.omit(where.omission, text)
                else:
                    self._builder.add(text, place=("comment", label))

    def _frame(self, frame: Element, where: _Where) -> None:
        kinds = {local(child) for child in frame}
        inner = _Where(note=where.note, omission=where.omission)
        for child in frame:
            match local(child):
                case "text-box":
                    self.blocks(child, inner)
                case "object":
                    self._object(child, inner)
                case "object-ole" | "plugin" | "applet" | "floating-frame":
                    self._builder.omit("attachment", name=attribute(frame, "name"))
                case "image" if not kinds & {"object", "object-ole", "text-box"} and where.omission is None:
                    self._builder.omit("picture", name=attribute(frame, "name"))
                case "table":
                    self._table(child, inner)
        self._alternative(frame)

    def _alternative(self, element: Element) -> None:
        texts = [child.text or "" for child in element if local(child) in {"title", "desc"}]
        words = ". ".join(dict.fromkeys(text.strip() for text in texts if text.strip()))
        self._builder.add(words, place=("alternative text", attribute(element, "name") or ""))

    def _object(self, element: Element, where: _Where) -> None:
        """Append a formula, a chart or another document, stored in a separate part or inline."""
        root: Element | None = element
        if (link := attribute(element, "href")) is not None:
            part = f"{resolve('', link)}/content.xml"
            if part in self._objects or part not in self._archive:
                if part not in self._archive:
                    self._builder.omit("missing", name=link)
                return
            self._objects.add(part)
            root = self._archive.xml(part)
        formula = (
            next((child for child in root.iter() if local(child) == "math"), None)
            if root is not None
            else None
        )
        if formula is not None:
            self._add(formula_line(formula), "paragraph", note=where.note)
        elif root is not None:
            body = first(root, "body")
            self.blocks(root if body is None else body, where)

    def _forms(self, forms: Element) -> None:
        for control in forms.iter():
            texts = dict.fromkeys(filter(None, (attribute(control, name) for name in _FORM_VALUES)))
            name = attribute(control, "name") or ""
            if local(control) not in {"form", "property", "properties", "list-property"}:
                for text in texts:
                    self._builder.add(text, place=("form", name))


class _CellWalk(_Walk):
    """A walk through a table cell; it collects the content beside the words for after the row."""

    def __init__(self, archive: Archive, builder: TextBuilder, styles: Styles, asides: list[Element]) -> None:
        super().__init__(archive, builder, styles)
        self._asides = asides

    def _aside(self, element: Element, where: _Where) -> None:
        self._asides.append(element)


def _is_page_number(builder: TextBuilder) -> bool:
    """Return whether a header or footer has only a page number, and words that mean no more."""
    is_numbered = any(omission.reason == "page number" for omission in builder.extract(None).omissions)
    return is_numbered and len(builder.text.split()) <= _MOST_BESIDE_NUMBER


def _is_hidden(section: Element) -> bool:
    """Return whether a section is hidden, always or at present by its condition."""
    display = attribute(section, "display")
    return display == "none" or (display == "condition" and attribute(section, "is-hidden") == "true")


def _continues_numbering(element: Element) -> bool:
    """Return whether a list continues the numbers of an earlier one."""
    return attribute(element, "continue-numbering") == "true" or bool(attribute(element, "continue-list"))


def _has_tables(cells: Sequence[Element]) -> bool:
    """Return whether cells contain tables, which would be read twice at every depth as parts of a row."""
    return any(next(descend(cell, "table"), None) is not None for cell in cells)


def _share_merged(cells: Sequence[Element], texts: list[str], above: dict[int, tuple[int, str]]) -> None:
    """Copy the text of merged cells to each of their rows.

    Args:
        cells: Cells of a row.
        texts: Their texts, which are completed.
        above: By column, how many rows its last cell still covers, and its text; updated for the next row.
    """
    for column, cell in enumerate(cells):
        rows_left, text = above.get(column, (0, ""))
        if local(cell) == "covered-table-cell" and rows_left > 0:
            texts[column] = texts[column] or text
            above[column] = rows_left - 1, text
        else:
            above[column] = (integer(attribute(cell, "number-rows-spanned")) or 1) - 1, texts[column]


def _is_encrypted(archive: Archive) -> bool:
    if "encrypted-package" in archive:
        return True
    if "META-INF/manifest.xml" not in archive:
        return False
    return any(local(element) == "encryption-data" for element in archive.xml("META-INF/manifest.xml").iter())


def _title(archive: Archive) -> str | None:
    if "meta.xml" in archive:
        return next(
            (element.text for element in archive.xml("meta.xml").iter() if local(element) == "title"), None
        )
    return None
