"""OpenDocument texts: headings, lists, tables, notes, comments and frames in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from qa.errors import ReadError
from qa.parsers.archive import Archive, local, resolve
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.odf.inline import SHAPES, SPACE, Inline, Run, Words, formula_line
from qa.parsers.odf.styles import Numbers, Styles, attribute, integer
from qa.types import BlockKind, OmissionReason

_LONGEST_CELL = 800
# “Page 3 of 9” says nothing but the number.
_MOST_BESIDE_NUMBER = 2
_MOSTSPACES = 100
_CONTENTS = frozenset(("table-of-content", "illustration-index", "table-index", "object-index", "user-index"))
_FORM_VALUES = ("current-value", "value", "label")
_NO_WORDS = frozenset(
    ("tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls")
)


def read(data: bytes) -> Extract:
    """Return the text of an .odt file; page headers come first, and page footers last."""
    with Archive(data) as archive:
        if _is_encrypted(archive):
            raise ReadError("archive-encrypted")
        if "content.xml" not in archive:
            raise ReadError("odt-damaged")
        content = archive.xml("content.xml")
        common = archive.xml("styles.xml") if "styles.xml" in archive else None
        styles = Styles()
        styles.read(root for root in (common, content) if root is not None)
        text = _first(content, "body", "text")
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
    """What holds for a block: the list that it is in, and whether it is shown."""

    listing: str = ""
    depth: int = 0
    number: str = ""
    note: str | None = None
    left: OmissionReason | None = None


class _Walk:
    """Walks a text and appends its blocks."""

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
        """Append what the pages repeat, once."""
        if root is None:
            return
        for master in (one for one in root.iter() if local(one) == "master-page"):
            for part in (one for name in names for one in master if local(one) == name):
                if attribute(part, "display") == "false":
                    continue
                made = TextBuilder()
                walk = _Walk(self._archive, made, self._styles)
                walk.blocks(part, _Where())
                numbered = any(one.reason == "page number" for one in made.extract(None).omissions)
                if numbered and len(made.text.split()) <= _MOST_BESIDE_NUMBER:
                    self._builder.omit("page number", made.text)
                    self._builder.add_omissions(made)
                elif made.text in self._running:
                    self._builder.omit("repeated", made.text)
                    self._builder.add_omissions(made)
                else:
                    self._running.add(made.text)
                    self._builder.add_all(made)

    def deletions(self, text: Element) -> None:
        """Account for what tracked revisions have deleted."""
        for region in _outermost(text, frozenset(("deletion",))):
            words = _plain(one for one in region if local(one) != "change-info")
            if words.strip():
                self._builder.omit("deleted", words)

    # -- blocks -------------------------------------------------------------------------------------

    def _block(self, element: Element, where: _Where) -> None:
        name = local(element)
        match name:
            case "p" | "h":
                self._paragraph(element, where)
            case "list":
                self._list(element, where)
            case "table":
                self._table(element, where)
            case "section":
                hidden = attribute(element, "display") in {"none", "condition"} and self._is_hidden(element)
                self.blocks(element, replace(where, left="hidden") if hidden else where)
            case "forms":
                self._forms(element)
            case _ if name in _CONTENTS:
                self.blocks(element, replace(where, left=where.left or "contents"))
            case "index-source" | "table-of-content-source":
                pass
            case _ if name.endswith("-source") or name in _NO_WORDS:
                pass
            case _ if name in SHAPES:
                self._aside(element, where)
            case _:
                self.blocks(element, where)

    def _is_hidden(self, section: Element) -> bool:
        return attribute(section, "display") == "none" or attribute(section, "is-hidden") == "true"

    def _paragraph(self, element: Element, where: _Where) -> None:
        style = self._styles.style("paragraph", attribute(element, "style-name"))
        left = where.left or ("hidden" if style.hidden else "struck" if style.struck else None)
        words = Words()
        self._inline.read(element, words, Run(left, max(style.shift or 0, 0)))
        kind, level, number = self._kind(element, style.level, where)
        stated = next((one for one in element if local(one) == "number"), None)
        if stated is None and words.text.strip():
            words.kept.insert(0, number)
        self._add(words.text, kind, level, where.note)
        self._leave_out(words)
        for aside in words.asides:
            self._aside(aside, replace(where, number="", left=left if left == "hidden" else where.left))

    def _kind(self, element: Element, style_level: int, where: _Where) -> tuple[BlockKind, int, str]:
        if local(element) == "h":
            level = min(max(1, integer(attribute(element, "outline-level")) or style_level or 1), 10)
            if where.number or attribute(element, "is-list-header") == "true" or where.left is not None:
                return "heading", level, where.number
            restart = attribute(element, "restart-numbering") == "true"
            start = integer(attribute(element, "start-value")) or 1
            return "heading", level, self._numbers.heading(level, start if restart else None)
        return ("item" if where.depth else "paragraph"), 0, where.number

    def _add(self, text: str, kind: BlockKind, level: int = 0, note: str | None = None) -> None:
        place = None if note is None else ("note", note)
        self._builder.add(text, kind, level, place=place)  # type: ignore[arg-type]

    def _leave_out(self, words: Words) -> None:
        reasons = dict.fromkeys(reason for reason, _ in words.left)
        for reason in reasons:
            text = "".join(piece for why, piece in words.left if why == reason)
            if text.strip():
                self._builder.omit(reason, text)

    def _list(self, element: Element, where: _Where) -> None:
        depth = where.depth + 1
        listing = attribute(element, "style-name") or where.listing
        if depth == 1:
            continued = attribute(element, "continue-numbering") == "true" or attribute(
                element, "continue-list"
            )
            if not continued:
                self._numbers.restart(f"list {listing}", 1)
        for item in element:
            if local(item) not in {"list-item", "list-header"}:
                continue
            number = ""
            stated = next((one for one in item if local(one) == "number"), None)
            holds_words = any(local(one) in {"p", "h"} for one in item)
            if local(item) == "list-item" and holds_words and where.left is None:
                number = self._numbers.item(listing, depth, integer(attribute(item, "start-value")))
            if stated is not None and (stated.text or "").strip():
                number = f"{(stated.text or '').strip()} "
            inner = replace(where, listing=listing, depth=depth, number=number)
            for child in item:
                if local(child) == "number":
                    continue
                self._block(child, inner)
                if local(child) in {"p", "h"}:
                    # The paragraphs that follow within the item have no number.
                    inner = replace(inner, number="")

    def _table(self, table: Element, where: _Where) -> None:
        above: dict[int, tuple[int, str]] = {}
        for row in _descend(table, "table-row"):
            style = self._styles.style("table-row", attribute(row, "style-name"))
            hidden = style.hidden or attribute(row, "visibility") in {"collapse", "filter"}
            inner = replace(where, left="hidden") if hidden else where
            cells = [one for one in row if local(one) in {"table-cell", "covered-table-cell"}]
            nested = any(next(_descend(cell, "table"), None) is not None for cell in cells)
            # A cell that is read here and again as pieces of the body would be read twice at every depth.
            words = [self._cell(cell) for cell in cells] if inner.left is None and not nested else []
            texts = [one.text.strip() for one in words]
            if (
                inner.left is not None
                or nested
                or len(cells) < 2
                or any(len(t) > _LONGEST_CELL for t in texts)
            ):
                # The table lays out the page: its cells are pieces of the body.
                for cell in cells:
                    self.blocks(cell, inner)
                continue
            for column, cell in enumerate(cells):
                rows_left, text = above.get(column, (0, ""))
                if local(cell) == "covered-table-cell" and rows_left > 0:
                    # A cell that is merged with that above it is beside this row too.
                    texts[column] = texts[column] or text
                    above[column] = rows_left - 1, text
                else:
                    above[column] = (integer(attribute(cell, "number-rows-spanned")) or 1) - 1, texts[column]
            while texts and not texts[-1]:
                texts.pop()
            self._builder.add("\t".join(texts), "row")
            for one in words:
                self._leave_out(one)
                for aside in one.asides:
                    self._aside(aside, replace(where, number=""))

    def _cell(self, cell: Element) -> Words:
        """The paragraphs of a cell as lines, those of its lists with their numbers."""
        made = Words()
        scratch = TextBuilder()
        asides: list[Element] = []
        walk = _CellWalk(self._archive, scratch, self._styles, asides)
        walk._numbers = self._numbers
        walk.blocks(cell, _Where())
        made.kept.append("\n".join(scratch.text.split("\n\n")))
        made.asides = asides
        self._builder.add_omissions(scratch)
        return made

    # -- beside a paragraph -------------------------------------------------------------------------

    def _aside(self, element: Element, where: _Where) -> None:
        match local(element):
            case "note":
                mark = "".join(one.text or "" for one in element if local(one) == "note-citation")
                for body in (one for one in element if local(one) == "note-body"):
                    self.blocks(body, _Where(note=mark, left=where.left))
            case "annotation":
                self._annotation(element, where)
            case "frame":
                self._frame(element, where)
            case _:
                self._alternative(element)
                self.blocks(element, _Where(note=where.note, left=where.left))

    def _annotation(self, element: Element, where: _Where) -> None:
        author = next((one.text or "" for one in element if local(one) == "creator"), "")
        date = next((one.text or "" for one in element if local(one) == "date"), "")[:10]
        label = ", ".join(filter(None, (author, date)))
        for child in element:
            if local(child) in {"p", "list"}:
                text = _plain([child])
                if where.left is not None:
                    self._builder.omit(where.left, text)
                else:
                    self._builder.add(text, place=("comment", label))

    def _frame(self, frame: Element, where: _Where) -> None:
        kinds = {local(child) for child in frame}
        inner = _Where(note=where.note, left=where.left)
        for child in frame:
            match local(child):
                case "text-box":
                    self.blocks(child, inner)
                case "object":
                    self._object(child, inner)
                case "object-ole" | "plugin" | "applet" | "floating-frame":
                    self._builder.omit("attachment", name=attribute(frame, "name"))
                case "image" if not kinds & {"object", "object-ole", "text-box"} and where.left is None:
                    self._builder.omit("picture", name=attribute(frame, "name"))
                case "table":
                    self._table(child, inner)
        self._alternative(frame)

    def _alternative(self, element: Element) -> None:
        texts = [one.text or "" for one in element if local(one) in {"title", "desc"}]
        words = ". ".join(dict.fromkeys(text.strip() for text in texts if text.strip()))
        self._builder.add(words, place=("alternative text", attribute(element, "name") or ""))

    def _object(self, element: Element, where: _Where) -> None:
        """A formula, a chart or another document that lies in a part of its own, or here."""
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
            next((one for one in root.iter() if local(one) == "math"), None) if root is not None else None
        )
        if formula is not None:
            self._add(formula_line(formula), "paragraph", note=where.note)
        elif root is not None:
            body = _first(root, "body")
            self.blocks(root if body is None else body, where)

    def _forms(self, forms: Element) -> None:
        for control in forms.iter():
            texts = dict.fromkeys(filter(None, (attribute(control, name) for name in _FORM_VALUES)))
            name = attribute(control, "name") or ""
            if local(control) not in {"form", "property", "properties", "list-property"}:
                for text in texts:
                    self._builder.add(text, place=("form", name))


class _CellWalk(_Walk):
    """Walks a cell of a table; what is beside its words is kept for after the row."""

    def __init__(self, archive: Archive, builder: TextBuilder, styles: Styles, asides: list[Element]) -> None:
        super().__init__(archive, builder, styles)
        self._asides = asides

    def _aside(self, element: Element, where: _Where) -> None:
        self._asides.append(element)


def _plain(elements: Iterator[Element] | list[Element]) -> str:
    """The words of elements, a line for each paragraph."""
    lines = []
    for element in elements:
        inner = list(_outermost(element, frozenset(("p", "h"))))
        lines += [SPACE.sub(" ", "".join(one.itertext())) for one in inner or [element]]
    return "\n".join(lines)


def _outermost(element: Element, names: frozenset[str]) -> Iterator[Element]:
    """The elements of these names, but those within another of them."""
    stack = [element]
    while stack:
        node = stack.pop()
        if local(node) in names:
            yield node
        else:
            stack.extend(reversed(node))


def _descend(element: Element, name: str) -> Iterator[Element]:
    """The nearest elements of a name, but not those of a table within."""
    for child in element:
        found = local(child)
        if found == name:
            yield child
        elif found not in {"table", "table-row", "table-cell", "p", "h"}:
            yield from _descend(child, name)


def _first(element: Element | None, *path: str) -> Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if local(child) == name), None)
    return element


def _is_encrypted(archive: Archive) -> bool:
    if "encrypted-package" in archive:
        return True
    if "META-INF/manifest.xml" not in archive:
        return False
    return any(local(one) == "encryption-data" for one in archive.xml("META-INF/manifest.xml").iter())


def _title(archive: Archive) -> str | None:
    if "meta.xml" in archive:
        return next((one.text for one in archive.xml("meta.xml").iter() if local(one) == "title"), None)
    return None
