"""Presentations: each slide is a page with its title, texts, tables, charts, notes and comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.parsers.archive import Archive, local
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.office import drawing, layout, opc
from qa.parsers.office.layout import Box
from qa.parsers.office.opc import Relation, attribute, child, children, is_on
from qa.types import BlockKind

_TITLES = frozenset(("title", "ctrTitle"))
_RUNNING = frozenset(("ftr", "dt", "hdr"))
_BODY = frozenset(("body", "obj", ""))
_SHAPES = frozenset(("sp", "cxnSp", "pic", "graphicFrame", "grpSp", "contentPart"))
_LONGEST_CELL = 800


def read(data: bytes) -> Extract:
    """Return the text of a presentation, a page for every slide; hidden slides are left out."""
    with Archive(data) as archive:
        main = opc.main_part(archive, "ppt/presentation.xml", "presentation-damaged")
        return _Presentation(archive, main).extract()


@dataclass(frozen=True, slots=True)
class _Slide:
    """A slide's part with what it relates to; ``places`` are those that its layout gives placeholders."""

    number: int
    related: dict[str, Relation]
    places: dict[tuple[str, str], Box]


class _Presentation:
    """Reads the slides one after the other."""

    def __init__(self, archive: Archive, main: str) -> None:
        self._archive = archive
        self._main = archive.xml(main)
        self._related = opc.relations(archive, main)
        self._authors = self._author_names()
        self._running: set[str] = set()
        self._pictures: set[str] = set()
        self._has_titles = False
        self._layouts: dict[str, tuple[dict[tuple[str, str], Box], tuple[str, ...]]] = {}

    def extract(self) -> Extract:
        builder = TextBuilder()
        by_id = {relation.id: relation for relation in self._related}
        first = attribute(self._main, "firstSlideNum") or "1"
        offset = int(first) - 1 if first.isdecimal() and len(first) < 7 else 0
        for number, entry in enumerate(children(self._main, "sldIdLst"), 1):
            builder.begin_page(str(number + offset) if offset else None)
            # Its own number has the same name as that of the relation, but for the namespace.
            relation = by_id.get(next((v for k, v in entry.items() if k.endswith("}id")), ""))
            if relation is None or relation.target not in self._archive:
                builder.omit("missing", page=number)
                continue
            self._slide(builder, number, relation.target)
        return builder.extract(opc.title(self._archive))

    # -- a slide ------------------------------------------------------------------------------------

    def _slide(self, builder: TextBuilder, number: int, part: str) -> None:
        root = self._archive.xml(part)
        related = opc.relations(self._archive, part)
        places, fixed = self._layout(related)
        slide = _Slide(number, {relation.id: relation for relation in related}, places)
        is_hidden = not is_on(attribute(root, "show"), absent=True)
        # What is on a hidden slide is read like any other, and then left out.
        made = TextBuilder()
        running = set(self._running)
        self._shapes(made, slide, child(root, "cSld", "spTree"))
        for text in fixed:
            self._once(made, text, number)
        self._beside(made, slide, related)
        if is_hidden:
            if made.text:
                builder.omit("hidden", made.text, page=number)
            builder.add_omissions(made)
            # What is on a hidden slide only is kept on the next that shows it.
            self._running = running
            return
        if any(block.kind == "heading" for block in made.blocks):
            self._has_titles = True
        elif made.text and self._has_titles:
            # Else its words would be cited under the title of the slide before.
            builder.add(f"Slide {number}", "heading", 1)
        builder.add_all(made)

    def _shapes(self, builder: TextBuilder, slide: _Slide, tree: Element | None) -> None:
        shapes = list(_shapes(tree))
        titles = [shape for shape in shapes if _placeholder(shape)[0] in _TITLES]
        others = [shape for shape in shapes if _placeholder(shape)[0] not in _TITLES]
        boxes = [_box(shape) or slide.places.get(_placeholder(shape)) for shape in others]
        for shape in (*titles, *(others[at] for at in layout.order(boxes))):
            self._shape(builder, slide, shape)

    def _shape(self, builder: TextBuilder, slide: _Slide, shape: Element) -> None:
        kind = local(shape)
        properties = next((one for part in shape for one in part if local(one) == "cNvPr"), None)
        name, words = drawing.picture_text(properties)
        if drawing.is_hidden(properties):
            texts = [drawing.plain(body) for body in drawing.bodies(shape)]
            if any(texts):
                builder.omit("hidden", "\n".join(texts), page=slide.number)
            return
        match kind:
            case "grpSp":
                self._shapes(builder, slide, shape)
            case "sp" | "cxnSp":
                self._text(builder, slide, shape)
            case "graphicFrame":
                self._frame(builder, slide, shape, name)
            case "contentPart":
                builder.omit("drawing", page=slide.number, name=name or None)
            case "pic":
                self._picture(builder, slide, shape, name)
        if words:
            builder.add(words, place=("alternative text", name))

    def _text(self, builder: TextBuilder, slide: _Slide, shape: Element) -> None:
        body = child(shape, "txBody")
        if body is None:
            return
        kind, _ = _placeholder(shape)
        has_placeholder = _placeholder_element(shape) is not None
        if kind == "sldNum":
            if text := drawing.plain(body):
                builder.omit("page number", text, page=slide.number)
            return
        if kind in _RUNNING:
            self._once(builder, drawing.plain(body), slide.number)
            return
        paragraphs = list(drawing.paragraphs(body))
        if kind in _TITLES:
            builder.add(" ".join(drawing.plain(body).split()), "heading", 1)
        else:
            several = sum(bool(paragraph.text.strip()) for paragraph in paragraphs) > 1
            listed = has_placeholder and kind in _BODY and several
            for paragraph in paragraphs:
                block: BlockKind = "item" if paragraph.is_item or listed else "paragraph"
                builder.add(paragraph.text, block)
        for paragraph in paragraphs:
            if paragraph.struck:
                builder.omit("struck", paragraph.struck, page=slide.number)

    def _once(self, builder: TextBuilder, text: str, page: int) -> None:
        """Keep a text that is on many slides where it is first."""
        if not text:
            return
        if text in self._running:
            builder.omit("repeated", text, page=page)
        else:
            self._running.add(text)
            builder.add(text)

    def _picture(self, builder: TextBuilder, slide: _Slide, shape: Element, name: str) -> None:
        media = next((one for one in shape.iter() if local(one) in {"videoFile", "audioFile", "media"}), None)
        if media is not None:
            link = attribute(media, "link") or attribute(media, "embed") or ""
            relation = slide.related.get(link)
            what = relation.target.rpartition("/")[2] if relation is not None else name
            builder.omit("attachment", page=slide.number, name=what)
            return
        picture = next((one for one in shape.iter() if local(one) == "blip"), None)
        link = "" if picture is None else attribute(picture, "embed") or attribute(picture, "link") or ""
        image = slide.related[link].target if link in slide.related else f"{slide.number}/{name}"
        decorative = any(local(one) == "decorative" and is_on(attribute(one, "val")) for one in shape.iter())
        # The same picture on many slides is a sign of their maker.
        if not decorative and image not in self._pictures:
            self._pictures.add(image)
            builder.omit("picture", page=slide.number, name=name or None)

    # -- tables, charts, diagrams -------------------------------------------------------------------

    def _frame(self, builder: TextBuilder, slide: _Slide, frame: Element, name: str) -> None:
        content = child(frame, "graphic", "graphicData")
        stack = list(reversed(content)) if content is not None else []
        while stack:
            node = stack.pop()
            match local(node):
                case "Fallback":
                    continue
                case "tbl":
                    _table(builder, node, slide.number)
                case "chart" | "relIds":
                    link = attribute(node, "id") or attribute(node, "dm") or ""
                    self._drawn(builder, slide, slide.related.get(link), name)
                case "oleObj":
                    what = attribute(node, "progId") or attribute(node, "name") or name
                    builder.omit("attachment", page=slide.number, name=what)
                case "contentPart":
                    builder.omit("drawing", page=slide.number, name=name or None)
                case _:
                    stack.extend(reversed(node))

    def _drawn(self, builder: TextBuilder, slide: _Slide, relation: Relation | None, name: str) -> None:
        if relation is None or relation.target not in self._archive:
            builder.omit("missing", page=slide.number, name=name or None)
            return
        root = self._archive.xml(relation.target)
        if relation.kind.startswith("diagram"):
            for text in drawing.diagram(root):
                builder.add(text, "item")
            return
        chart = drawing.chart(root)
        for title in chart.titles:
            builder.add(title)
        names, *rows = chart.rows or ((),)
        if chart.rows and names[:1] != ("",):
            names, rows = (), list(chart.rows)
        for row in rows:
            cells = [
                f"{names[at]}: {cell}" if at < len(names) and names[at] and cell else cell
                for at, cell in enumerate(row)
            ]
            builder.add("\t".join(cells), "row")

    # -- notes and comments -------------------------------------------------------------------------

    def _beside(self, builder: TextBuilder, slide: _Slide, related: Sequence[Relation]) -> None:
        for relation in related:
            if relation.external or relation.target not in self._archive:
                continue
            if relation.kind == "notesSlide":
                self._notes(builder, slide, relation.target)
            elif relation.kind == "comments":
                for author, text in self._comments(relation.target):
                    builder.add(text, place=("comment", author))

    def _notes(self, builder: TextBuilder, slide: _Slide, part: str) -> None:
        label = f"slide {slide.number}"
        for shape in _shapes(child(self._archive.xml(part), "cSld", "spTree")):
            kind, _ = _placeholder(shape)
            for body in drawing.bodies(shape):
                if kind == "sldNum":
                    continue
                if kind in _RUNNING:
                    self._once(builder, drawing.plain(body), slide.number)
                    continue
                for paragraph in drawing.paragraphs(body):
                    block: BlockKind = "item" if paragraph.is_item else "paragraph"
                    builder.add(paragraph.text, block, place=("speaker notes", label))
                    if paragraph.struck:
                        builder.omit("struck", paragraph.struck, page=slide.number)

    def _comments(self, part: str) -> Iterator[tuple[str, str]]:
        """Comments and the replies to them, of both the kinds that there are."""
        for one in self._archive.xml(part).iter():
            if local(one) not in {"cm", "reply"}:
                continue
            author = self._authors.get(attribute(one, "authorId") or "", "")
            date = (attribute(one, "dt") or attribute(one, "created") or "")[:10]
            body, plain = child(one, "txBody"), child(one, "text")
            text = drawing.plain(body) if body is not None else "" if plain is None else plain.text or ""
            yield ", ".join(filter(None, (author, date))), text

    def _author_names(self) -> dict[str, str]:
        names = {}
        for relation in self._related:
            if relation.kind in {"commentAuthors", "authors"} and relation.target in self._archive:
                for one in self._archive.xml(relation.target):
                    names[attribute(one, "id") or ""] = attribute(one, "name") or ""
        return names

    # -- layouts ------------------------------------------------------------------------------------

    def _layout(self, related: Sequence[Relation]) -> tuple[dict[tuple[str, str], Box], tuple[str, ...]]:
        """Return where a slide's layout puts placeholders, and the texts that it adds to every slide."""
        part = next((one.target for one in related if one.kind in {"slideLayout", "slideMaster"}), "")
        if part not in self._archive:
            return {}, ()
        if part not in self._layouts:
            self._layouts[part] = ({}, ())  # a circle ends
            above, fixed = self._layout(opc.relations(self._archive, part))
            root = self._archive.xml(part)
            places = dict(above)
            texts = list(fixed) if is_on(attribute(root, "showMasterSp"), absent=True) else []
            for shape in _shapes(child(root, "cSld", "spTree")):
                if _placeholder_element(shape) is None:
                    texts += filter(None, map(drawing.plain, drawing.bodies(shape)))
                elif (box := _box(shape)) is not None:
                    kind, index = _placeholder(shape)
                    places[kind, index] = box
            self._layouts[part] = (places, tuple(texts))
        return self._layouts[part]


def _shapes(tree: Element | None) -> Iterator[Element]:
    """The shapes of a tree or a group, in the file's order; of a drawing with an older twin the newer."""
    stack = list(reversed(tree)) if tree is not None else []
    while stack:
        node = stack.pop()
        name = local(node)
        if name in _SHAPES:
            yield node
        elif name in {"AlternateContent", "Choice"}:
            stack.extend(reversed(node))


def _placeholder_element(shape: Element) -> Element | None:
    for part in shape:
        if local(part).startswith("nv"):
            return child(part, "nvPr", "ph")
    return None


def _placeholder(shape: Element) -> tuple[str, str]:
    """Return the type and the number of a placeholder, ("-", "") where a shape is none."""
    element = _placeholder_element(shape)
    if element is None:
        return "-", ""
    return attribute(element, "type") or "", attribute(element, "idx") or "0"


def _box(shape: Element) -> Box | None:
    frame = child(shape, "xfrm")
    if frame is None:
        frame = child(shape, "grpSpPr" if local(shape) == "grpSp" else "spPr", "xfrm")
    offset, size = child(frame, "off"), child(frame, "ext")
    if offset is None or size is None:
        return None
    values = [attribute(offset, "x"), attribute(offset, "y"), attribute(size, "cx"), attribute(size, "cy")]
    if not all(value and len(value) < 12 and value.lstrip("-").isdecimal() for value in values):
        return None
    left, top, width, height = (int(value or 0) for value in values)
    return Box(left, top, left + abs(width), top + abs(height))


def _table(builder: TextBuilder, element: Element, page: int) -> None:
    above: list[str] = []
    for row in (one for one in element if local(one) == "tr"):
        cells: list[str] = []
        for at, cell in enumerate(one for one in row if local(one) == "tc"):
            body = child(cell, "txBody")
            text = "" if body is None else drawing.plain(body)
            if body is not None and (gone := drawing.struck(body)):
                builder.omit("struck", gone, page=page)
            # A cell that is merged with that above it is beside this row too.
            is_merged = is_on(attribute(cell, "vMerge")) and not text and at < len(above)
            cells.append(above[at] if is_merged else text)
        above = cells
        while cells and not cells[-1]:
            cells = cells[:-1]
        if any(len(cell) > _LONGEST_CELL for cell in cells) or len(cells) == 1:
            for text in cells:
                builder.add(text)
        else:
            builder.add("\t".join(cells), "row")
