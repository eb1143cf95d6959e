"""Read presentations: each slide is a page with its title, texts, tables, charts, notes and comments."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.parsers.archive import Archive, local
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.office import drawing, layout, opc
from qa.parsers.office.layout import Box
from qa.parsers.office.opc import Relation, attribute, child, children, is_on
from qa.parsers.office.slidetables import append_chart, append_table
from qa.types import BlockKind, PlaceKind

_TITLES = frozenset(("title", "ctrTitle"))
_RUNNING = frozenset(("ftr", "dt", "hdr"))
_BODY = frozenset(("body", "obj", ""))
_SHAPES = frozenset(("sp", "cxnSp", "pic", "graphicFrame", "grpSp", "contentPart"))
_FRAME_CONTENTS = frozenset(("tbl", "chart", "relIds", "oleObj", "contentPart"))
_MEDIA = frozenset(("videoFile", "audioFile", "media"))
_PICTURE = frozenset(("blip",))


def read(data: bytes) -> Extract:
    """Return the text of a presentation, one page per slide; hidden slides are left out."""
    with Archive(data) as archive:
        main = opc.main_part(archive, "ppt/presentation.xml", "presentation-damaged")
        return _Presentation(archive, main).extract()


@dataclass(frozen=True, slots=True)
class _Slide:
    """A slide and its relations; ``places`` are the positions that its layout assigns to placeholders."""

    number: int
    related: dict[str, Relation]
    places: dict[tuple[str, str], Box]


class _Presentation:
    """A parser of the slides in order."""

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
        """Return the text of all slides."""
        builder = TextBuilder()
        by_id = {relation.id: relation for relation in self._related}
        first = attribute(self._main, "firstSlideNum") or "1"
        offset = int(first) - 1 if first.isdecimal() and len(first) < 7 else 0
        for number, entry in enumerate(children(self._main, "sldIdLst"), 1):
            builder.begin_page(str(number + offset) if offset else None)
            # The slide's own id has the same name as the relation's id, except for the namespace.
            relation = by_id.get(next((value for key, value in entry.items() if key.endswith("}id")), ""))
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
        # A hidden slide is read like any other, and then left out.
        slide_builder = TextBuilder()
        running = set(self._running)
        self._shapes(slide_builder, slide, child(root, "cSld", "spTree"))
        for text in fixed:
            self._once(slide_builder, text, number)
        self._beside(slide_builder, slide, related)
        if is_hidden:
            if slide_builder.text:
                builder.omit("hidden", slide_builder.text, page=number)
            builder.add_omissions(slide_builder)
            # A text that only hidden slides repeat so far is kept on the next visible slide.
            self._running = running
            return
        if any(block.kind == "heading" for block in slide_builder.blocks):
            self._has_titles = True
        elif slide_builder.text and self._has_titles:
            # Without this heading its words would be cited under the title of the previous slide.
            builder.add(f"Slide {number}", "heading", 1)
        builder.add_all(slide_builder)

    def _shapes(self, builder: TextBuilder, slide: _Slide, tree: Element | None) -> None:
        shapes = list(_shapes(tree))
        titles = [shape for shape in shapes if _placeholder(shape)[0] in _TITLES]
        content_shapes = [shape for shape in shapes if _placeholder(shape)[0] not in _TITLES]
        boxes = [_box(shape) or slide.places.get(_placeholder(shape)) for shape in content_shapes]
        for shape in (*titles, *(content_shapes[at] for at in layout.order(boxes))):
            self._shape(builder, slide, shape)

    def _shape(self, builder: TextBuilder, slide: _Slide, shape: Element) -> None:
        """Append the words of one shape; a hidden shape is left out."""
        properties = next((element for part in shape for element in part if local(element) == "cNvPr"), None)
        if drawing.is_hidden(properties):
            _omit_hidden(builder, shape, slide.number)
            return
        name, words = drawing.picture_text(properties)
        match local(shape):
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
        """Append the text of a shape; the slide number is left out, running text is kept once."""
        body = child(shape, "txBody")
        if body is None:
            return
        kind, _ = _placeholder(shape)
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
            _add_paragraphs(builder, paragraphs, are_items=kind in _BODY and several)
        _omit_struck(builder, paragraphs, slide.number)

    def _once(self, builder: TextBuilder, text: str, page: int) -> None:
        """Keep only the first occurrence of a text that several slides repeat."""
        if not text:
            return
        if text in self._running:
            builder.omit("repeated", text, page=page)
        else:
            self._running.add(text)
            builder.add(text)

    def _picture(self, builder: TextBuilder, slide: _Slide, shape: Element, name: str) -> None:
        """Account for a picture, which has no words, or for a film or sound."""
        media = _first(shape, _MEDIA)
        if media is not None:
            relation = slide.related.get(attribute(media, "link") or attribute(media, "embed") or "")
            media_name = relation.target.rpartition("/")[2] if relation is not None else name
            builder.omit("attachment", page=slide.number, name=media_name)
            return
        picture = _first(shape, _PICTURE)
        link = "" if picture is None else attribute(picture, "embed") or attribute(picture, "link") or ""
        image = slide.related[link].target if link in slide.related else f"{slide.number}/{name}"
        # The same picture on many slides is a logo.
        if not _is_decorative(shape) and image not in self._pictures:
            self._pictures.add(image)
            builder.omit("picture", page=slide.number, name=name or None)

    # -- tables, charts, diagrams -------------------------------------------------------------------

    def _frame(self, builder: TextBuilder, slide: _Slide, frame: Element, name: str) -> None:
        """Append the tables, charts and diagrams of a frame."""
        for node in _frame_contents(child(frame, "graphic", "graphicData")):
            match local(node):
                case "tbl":
                    append_table(builder, node, slide.number)
                case "chart" | "relIds":
                    link = attribute(node, "id") or attribute(node, "dm") or ""
                    self._drawn(builder, slide, slide.related.get(link), name)
                case "oleObj":
                    object_name = attribute(node, "progId") or attribute(node, "name") or name
                    builder.omit("attachment", page=slide.number, name=object_name)
                case _:
                    builder.omit("drawing", page=slide.number, name=name or None)

    def _drawn(self, builder: TextBuilder, slide: _Slide, relation: Relation | None, name: str) -> None:
        """Append a chart or a diagram, which is stored in a separate part."""
        if relation is None or relation.target not in self._archive:
            builder.omit("missing", page=slide.number, name=name or None)
            return
        root = self._archive.xml(relation.target)
        if relation.kind.startswith("diagram"):
            for text in drawing.diagram(root):
                builder.add(text, "item")
        else:
            append_chart(builder, drawing.chart(root))

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
        """Append the speaker notes of a slide."""
        place: tuple[PlaceKind, str] = ("speaker notes", f"slide {slide.number}")
        for shape in _shapes(child(self._archive.xml(part), "cSld", "spTree")):
            kind, _ = _placeholder(shape)
            for body in drawing.bodies(shape):
                if kind == "sldNum":
                    continue
                if kind in _RUNNING:
                    self._once(builder, drawing.plain(body), slide.number)
                    continue
                paragraphs = list(drawing.paragraphs(body))
                _add_paragraphs(builder, paragraphs, place=place)
                _omit_struck(builder, paragraphs, slide.number)

    def _comments(self, part: str) -> Iterator[tuple[str, str]]:
        """Yield the comments and replies, in both the old and the new format."""
        for comment in self._archive.xml(part).iter():
            if local(comment) not in {"cm", "reply"}:
                continue
            author = self._authors.get(attribute(comment, "authorId") or "", "")
            date = (attribute(comment, "dt") or attribute(comment, "created") or "")[:10]
            body, plain = child(comment, "txBody"), child(comment, "text")
            text = drawing.plain(body) if body is not None else "" if plain is None else plain.text or ""
            yield ", ".join(filter(None, (author, date))), text

    def _author_names(self) -> dict[str, str]:
        names = {}
        for relation in self._related:
            if relation.kind in {"commentAuthors", "authors"} and relation.target in self._archive:
                for author in self._archive.xml(relation.target):
                    names[attribute(author, "id") or ""] = attribute(author, "name") or ""
        return names

    # -- layouts ------------------------------------------------------------------------------------

    def _layout(self, related: Sequence[Relation]) -> tuple[dict[tuple[str, str], Box], tuple[str, ...]]:
        """Return the positions that a slide's layout assigns to placeholders, and the texts that it adds."""
        part = next(
            (relation.target for relation in related if relation.kind in {"slideLayout", "slideMaster"}), ""
        )
        if part not in self._archive:
            return {}, ()
        if part not in self._layouts:
            self._layouts[part] = ({}, ())  # ends circular references
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
    """Return the shapes of a tree or group in file order; of a drawing with an older copy, only the newer."""
    return _outermost(tree, _SHAPES, lambda name: name in {"AlternateContent", "Choice"})


def _frame_contents(content: Element | None) -> Iterator[Element]:
    """Return the tables, charts and other objects of a frame, without the older copies of drawings."""
    return _outermost(content, _FRAME_CONTENTS, lambda name: name != "Fallback")


def _outermost(
    tree: Element | None, wanted: frozenset[str], enters: Callable[[str], bool]
) -> Iterator[Element]:
    """Yield the elements with a wanted name in file order, and look for them only where it ``enters``."""
    stack = list(reversed(tree)) if tree is not None else []
    while stack:
        node = stack.pop()
        name = local(node)
        if name in wanted:
            yield node
        elif enters(name):
            stack.extend(reversed(node))


def _add_paragraphs(
    builder: TextBuilder,
    paragraphs: Iterable[drawing.Paragraph],
    *,
    are_items: bool = False,
    place: tuple[PlaceKind, str] | None = None,
) -> None:
    """Append paragraphs, each as a list item if it is one or if ``are_items``."""
    for paragraph in paragraphs:
        block: BlockKind = "item" if paragraph.is_item or are_items else "paragraph"
        builder.add(paragraph.text, block, place=place)


def _omit_hidden(builder: TextBuilder, shape: Element, page: int) -> None:
    """Account for the words of a hidden shape or group."""
    texts = [drawing.plain(body) for body in drawing.bodies(shape)]
    if any(texts):
        builder.omit("hidden", "\n".join(texts), page=page)


def _omit_struck(builder: TextBuilder, paragraphs: Iterable[drawing.Paragraph], page: int) -> None:
    """Account for the struck-through words of paragraphs."""
    for paragraph in paragraphs:
        if paragraph.struck:
            builder.omit("struck", paragraph.struck, page=page)


def _first(shape: Element, names: Container[str]) -> Element | None:
    """Return the first element of a shape that has one of these names."""
    return next((element for element in shape.iter() if local(element) in names), None)


def _is_decorative(shape: Element) -> bool:
    """Return whether a picture is marked as mere decoration."""
    return any(
        local(element) == "decorative" and is_on(attribute(element, "val")) for element in shape.iter()
    )


def _placeholder_element(shape: Element) -> Element | None:
    for part in shape:
        if local(part).startswith("nv"):
            return child(part, "nvPr", "ph")
    return None


def _placeholder(shape: Element) -> tuple[str, str]:
    """Return the type and number of a placeholder, ("-", "") if a shape is not one."""
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
