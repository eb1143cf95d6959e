"""Read drawings: text boxes, alternative texts, charts and diagrams are text; other pictures are reported."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from qa.parsers.docx import charts
from qa.parsers.docx.nodes import attribute, child, descendants, is_on, local_name, parse_integer
from qa.parsers.docx.package import Package
from qa.parsers.docx.pieces import Aside
from qa.types import Omission, OmissionReason

_FILE_NAME = re.compile(r"\S*\.(?:png|jpe?g|gif|[ew]mf|bmp|tiff?|svg|eps|webp)|[A-Za-z]:\\.*", re.IGNORECASE)
# About 5 mm in drawing units; smaller pictures contain no readable words.
_MIN_SIZE = 180_000


@dataclass(slots=True)
class _Drawing:
    """The drawing being read."""

    part: str
    reason: OmissionReason | None
    asides: list[Aside] = field(default_factory=list)
    described: bool = False
    small: bool = False
    texts: set[str] = field(default_factory=set)


class Drawings:
    """A parser of drawings that collects the omissions of the document."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._reported: set[tuple[OmissionReason, str]] = set()
        self._read: set[str] = set()
        self.omissions: list[Omission] = []
        self._handlers: dict[str, Callable[[Element, _Drawing], None]] = {
            "inline": self._frame,
            "anchor": self._frame,
            "pic": self._picture,
            "wsp": self._shape,
            "wgp": self._shape,
            "graphicFrame": self._shape,
            "txbxContent": self._text_box,
            "txBody": self._text_body,
            "chart": self._chart,
            "relIds": self._diagram,
            "shape": self._vml,
            "rect": self._vml,
            "oval": self._vml,
            "roundrect": self._vml,
            "imagedata": self._vml_picture,
            "textpath": self._word_art,
            "OLEObject": self._object,
            "control": self._active_control,
            "contentPart": self._ink,
            "model3d": self._model,
            "signatureline": self._signature,
        }

    def omit(self, reason: OmissionReason, text: str, *, name: str | None = None) -> None:
        """Report omitted text."""
        if text.strip() or name is not None or reason == "unknown letters":
            self.omissions.append(Omission(reason, text, name=name))

    def report(self, reason: OmissionReason, name: str) -> None:
        """Report unreadable content once."""
        if (reason, name) not in self._reported:
            self._reported.add((reason, name))
            self.omissions.append(Omission(reason, name=name))

    def read(self, node: Element, part: str, reason: OmissionReason | None) -> list[Aside]:
        """Return the text of a drawing; ``reason`` says why it is left out."""
        drawing = _Drawing(part, reason)
        # The picture of an embedded file is only a symbol for it.
        drawing.described = local_name(node.tag) == "object"
        self._walk(node, drawing)
        return drawing.asides

    def _walk(self, node: Element, drawing: _Drawing) -> None:
        for element in node:
            kind = local_name(element.tag)
            if kind == "AlternateContent":
                versions = [version for version in element if len(version)]
                self._walk(versions[0] if versions else element, drawing)
            elif handler := self._handlers.get(kind):
                handler(element, drawing)
            else:
                self._walk(element, drawing)

    def _frame(self, node: Element, drawing: _Drawing) -> None:
        extent = child(node, "extent")
        sizes = [parse_integer(attribute(extent, side)) for side in ("cx", "cy")]
        drawing.small = any(size is not None and size < _MIN_SIZE for size in sizes)
        drawing.described = self._describe(child(node, "docPr"), drawing)
        self._walk(node, drawing)

    def _shape(self, node: Element, drawing: _Drawing) -> None:
        described = drawing.described
        drawing.described |= self._describe(child(node, "cNvPr"), drawing)
        self._walk(node, drawing)
        drawing.described = described

    def _picture(self, node: Element, drawing: _Drawing) -> None:
        own = next(descendants(node, "cNvPr"), None)
        described = self._describe(own, drawing)
        if described or drawing.described or drawing.small or drawing.reason is not None:
            return
        blip = next(descendants(node, "blip"), None)
        self._unread(drawing.part, attribute(blip, "embed") or attribute(blip, "link"))

    def _unread(self, part: str, key: str | None) -> None:
        relation = self._package.relation(part, key)
        if relation is not None:
            self.report("picture", posixpath.basename(relation.target))

    def _describe(self, properties: Element | None, drawing: _Drawing) -> bool:
        """Add an alternative text; return whether there is one, or none is needed."""
        if properties is None:
            return False
        texts = [text for key in ("title", "descr") if (text := (attribute(properties, key) or "").strip())]
        is_described = False
        for text in dict.fromkeys(texts):
            is_described |= self._add_alternative_text(text, attribute(properties, "name") or "", drawing)
        return is_described or any(map(is_on, descendants(properties, "decorative")))

    def _add_alternative_text(self, text: str, name: str, drawing: _Drawing) -> bool:
        if text in drawing.texts:
            self.omit("repeated", text)
            return True
        drawing.texts.add(text)
        if _FILE_NAME.fullmatch(text):
            # Older programs stored the file name as alternative text.
            self.omit("metadata", text)
            return False
        drawing.asides.append(Aside(text=text, place=("alternative text", name), reason=drawing.reason))
        return True

    def _text_box(self, node: Element, drawing: _Drawing) -> None:
        drawing.asides.append(Aside(drawing.part, node, reason=drawing.reason))

    def _text_body(self, node: Element, drawing: _Drawing) -> None:
        for paragraph in descendants(node, "p"):
            if text := charts.text_of(paragraph):
                drawing.asides.append(Aside(text=text, reason=drawing.reason))

    def _chart(self, node: Element, drawing: _Drawing) -> None:
        root = self._root(drawing.part, attribute(node, "id"))
        if root is not None:
            drawing.asides += self._lines(charts.read_chart(root), drawing)

    def _diagram(self, node: Element, drawing: _Drawing) -> None:
        root = self._root(drawing.part, attribute(node, "dm"))
        if root is not None:
            drawing.asides += self._lines(charts.read_diagram(root), drawing)

    def _root(self, part: str, key: str | None) -> Element | None:
        """Return the tree of a drawing's part once; report a missing part."""
        relation = self._package.relation(part, key)
        if relation is None or relation.external or relation.target not in self._package.archive:
            self.report("missing", posixpath.basename(relation.target) if relation else "drawing")
            return None
        if relation.target in self._read:
            return None
        self._read.add(relation.target)
        return self._package.xml(relation.target)

    def _lines(self, lines: Iterator[charts.Line], drawing: _Drawing) -> Iterator[Aside]:
        for text, kind in lines:
            yield Aside(text=text, kind=kind, reason=drawing.reason)

    def _vml(self, node: Element, drawing: _Drawing) -> None:
        described = drawing.described
        text = (attribute(node, "alt") or "").strip()
        if text:
            drawing.described |= self._add_alternative_text(text, attribute(node, "id") or "", drawing)
        self._walk(node, drawing)
        drawing.described = described

    def _vml_picture(self, node: Element, drawing: _Drawing) -> None:
        if not drawing.described and drawing.reason is None:
            self._unread(drawing.part, attribute(node, "id") or attribute(node, "href"))

    def _word_art(self, node: Element, drawing: _Drawing) -> None:
        text = (attribute(node, "string") or "").strip()
        if text:
            drawing.asides.append(Aside(text=text, reason=drawing.reason))

    def _object(self, node: Element, drawing: _Drawing) -> None:
        if drawing.reason is not None:
            return
        program = attribute(node, "ProgID") or ""
        relation = self._package.relation(drawing.part, attribute(node, "id"))
        name = posixpath.basename(relation.target) if relation else ""
        if program.startswith(("Equation", "MathType")):
            self.report("drawing", program)
        else:
            self.report("attachment", name or program or "object")

    def _active_control(self, node: Element, drawing: _Drawing) -> None:
        self.report("program form", attribute(node, "name") or "control")

    def _model(self, node: Element, drawing: _Drawing) -> None:
        if not drawing.described:
            self.report("drawing", "3D model")

    def _signature(self, node: Element, drawing: _Drawing) -> None:
        for key in ("signinginstructions", "suggestedsigner", "suggestedsigner2", "suggestedsigneremail"):
            if text := (attribute(node, key) or "").strip():
                drawing.asides.append(Aside(text=text, place=("signature", ""), reason=drawing.reason))
        # The picture of the signature line repeats these texts.
        drawing.described = True

    def _ink(self, node: Element, drawing: _Drawing) -> None:
        self.report("drawing", "ink")
