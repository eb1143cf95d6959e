"""Word documents: paragraphs, headings, lists, tables, notes and text boxes in the order of the body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from qa.errors import ReadError
from qa.readers.archive import Archive, local, resolve
from qa.readers.build import Extract, TextBuilder
from qa.types import BlockKind

_TEXT = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
# Deleted and moved-away words, the older twin of a drawing, properties, instructions of fields, the
# pronunciation beside a word.
_SKIPPED = frozenset(
    (
        *("del", "moveFrom", "Fallback", "instrText", "rt"),
        *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr"),
    )
)
_LONGEST_CELL = 800


def read(data: bytes) -> Extract:
    """The text of a .docx file without its page headers and footers."""
    with Archive(data) as archive:
        main = _main_part(archive)
        related = _related(archive, main)
        styles = _styles(archive, related)
        notes = _notes(archive, related, "footnotes", "footnote") | _notes(
            archive, related, "endnotes", "endnote"
        )
        body = next((child for child in archive.xml(main) if local(child) == "body"), None)
        if body is None:
            raise ReadError("it has no document body; save it again with Word.")
        builder = TextBuilder()
        _Body(builder, styles, notes).blocks(body)
        return builder.extract(_title(archive))


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    parent: str = ""
    level: int | None = None
    item: bool = False


@dataclass(slots=True)
class _Paragraph:
    """A paragraph's words, and what hangs on it but stands outside of its line of text."""

    text: str = ""
    asides: list[Element] = field(default_factory=list)


class _Body:
    """Walks the body and appends its blocks."""

    def __init__(
        self, builder: TextBuilder, styles: Callable[[str], _Style], notes: dict[tuple[str, str], Element]
    ) -> None:
        self._builder = builder
        self._styles = styles
        self._notes = notes

    def blocks(self, container: Element) -> None:
        for child in container:
            match local(child):
                case "p":
                    self._paragraph(child)
                case "tbl":
                    self._table(child)
                case name if name not in _SKIPPED:
                    self.blocks(child)

    def _paragraph(self, element: Element) -> None:
        kind, level = self._kind(element)
        paragraph = self._read(element)
        self._builder.add(paragraph.text, kind, level)
        for aside in paragraph.asides:
            self.blocks(aside)

    def _table(self, table: Element) -> None:
        for row in _descend(table, "tr"):
            cells = list(_descend(row, "tc"))
            asides: list[Element] = []
            texts = []
            for cell in cells:
                paragraphs = [self._read(p) for p in _descend(cell, "p")]
                asides += [aside for paragraph in paragraphs for aside in paragraph.asides]
                texts.append("\n".join(filter(None, (paragraph.text.strip() for paragraph in paragraphs))))
            nested = any(next(_descend(cell, "tbl"), None) is not None for cell in cells)
            if nested or len(cells) < 2 or any(len(text) > _LONGEST_CELL for text in texts):
                # The table lays out the page: its cells are pieces of the body.
                for cell in cells:
                    self.blocks(cell)
                continue
            self._builder.add("\t".join(texts), "row")
            for aside in asides:
                self.blocks(aside)

    def _kind(self, element: Element) -> tuple[BlockKind, int]:
        properties = _child(element, "pPr")
        style = self._styles(_value(properties, "pStyle") or "")
        outline = _value(properties, "outlineLvl")
        level = int(outline) if outline is not None and outline.isdecimal() else style.level
        if level is not None and level < 9:
            return "heading", level + 1
        numbering = _child(properties, "numPr")
        numbered = _value(numbering, "numId") != "0" if numbering is not None else style.item
        return ("item", 0) if numbered else ("paragraph", 0)

    def _read(self, element: Element) -> _Paragraph:
        paragraph = _Paragraph()
        pieces: list[str] = []
        stack = list(reversed(element))
        while stack:
            node = stack.pop()
            name = local(node)
            if name == "t":
                pieces.append(node.text or "")
            elif name == "br" and _attribute(node, "type") in {"page", "column"}:
                pieces.append("\n")
            elif name in _TEXT:
                pieces.append(_TEXT[name])
            elif name == "txbxContent":
                paragraph.asides.append(node)
            elif name in {"footnoteReference", "endnoteReference"}:
                note = self._notes.get((name.removesuffix("Reference"), _attribute(node, "id") or ""))
                if note is not None:
                    paragraph.asides.append(note)
            elif name not in _SKIPPED and not _is_hidden(node):
                stack.extend(reversed(node))
        paragraph.text = "".join(pieces)
        return paragraph


def _main_part(archive: Archive) -> str:
    for kind, target in _relations(archive, "_rels/.rels", ""):
        if kind == "officeDocument" and target in archive:
            return target
    if "word/document.xml" in archive:
        return "word/document.xml"
    raise ReadError("it holds no Word document; save it as .docx or .pdf.")


def _related(archive: Archive, part: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    return dict(_relations(archive, f"{folder}/_rels/{name}.rels".lstrip("/"), part))


def _relations(archive: Archive, name: str, base: str) -> Iterator[tuple[str, str]]:
    if name not in archive:
        return
    for relation in archive.xml(name):
        if relation.get("TargetMode") != "External":
            kind = (relation.get("Type") or "").rpartition("/")[2]
            yield kind, resolve(base, relation.get("Target") or "")


def _styles(archive: Archive, related: dict[str, str]) -> Callable[[str], _Style]:
    """A look-up from a style's id to what it, or one that it is based on, says."""
    own: dict[str, _Style] = {}
    part = related.get("styles")
    for element in archive.xml(part) if part is not None and part in archive else ():
        if local(element) != "style" or _attribute(element, "type") != "paragraph":
            continue
        properties = _child(element, "pPr")
        name = (_value(element, "name") or "").lower()
        outline = _value(properties, "outlineLvl")
        level = int(outline) if outline is not None and outline.isdecimal() else None
        if level is None and (number := name.removeprefix("heading ")).isdecimal() and number != name:
            level = int(number) - 1
        elif name == "title":
            level = 0
        own[_attribute(element, "styleId") or ""] = _Style(
            name, _value(element, "basedOn") or "", level, _child(properties, "numPr") is not None
        )

    known: dict[str, _Style] = {}

    def look_up(style_id: str) -> _Style:
        if style_id not in known:
            level, item, name = None, False, style_id
            for _ in own:  # as many steps as there are styles: a circle ends
                style = own.get(name)
                if style is None:
                    break
                level = style.level if level is None else level
                item = item or style.item
                name = style.parent
            known[style_id] = _Style(style_id, "", level, item)
        return known[style_id]

    return look_up


def _notes(archive: Archive, related: dict[str, str], part: str, name: str) -> dict[tuple[str, str], Element]:
    target = related.get(part)
    if target is None or target not in archive:
        return {}
    return {
        (name, _attribute(note, "id") or ""): note
        for note in archive.xml(target)
        if local(note) == name and _attribute(note, "type") in {None, "normal"}
    }


def _title(archive: Archive) -> str | None:
    for kind, target in _relations(archive, "_rels/.rels", ""):
        if kind == "core-properties" and target in archive:
            for child in archive.xml(target):
                if local(child) == "title":
                    return child.text
    return None


def _descend(element: Element, name: str) -> Iterator[Element]:
    """The nearest elements of that name, through content controls and the like but not through tables."""
    for child in element:
        found = local(child)
        if found == name:
            yield child
        elif found not in {"tbl", "tr", "tc", "p"} and found not in _SKIPPED:
            yield from _descend(child, name)


def _is_hidden(run: Element) -> bool:
    vanish = _child(_child(run, "rPr"), "vanish")
    return vanish is not None and (_attribute(vanish, "val") or "1") not in {"0", "false", "off"}


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((child for child in element if local(child) == name), None)


def _value(element: Element | None, name: str) -> str | None:
    child = _child(element, name)
    return None if child is None else _attribute(child, "val")


def _attribute(element: Element, name: str) -> str | None:
    return next((str(value) for key, value in element.items() if key.rpartition("}")[2] == name), None)
