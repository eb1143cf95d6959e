"""Read the words within a paragraph of an OpenDocument text, and the formulas among them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from qa.parsers.archive import local
from qa.parsers.odf.styles import Styles, attribute, integer
from qa.parsers.raised import lowered, raised
from qa.types import OmissionReason

SPACE = re.compile(r"[ \t\r\n]+")
# Shapes that contain paragraphs.
SHAPES = frozenset(
    (
        *("custom-shape", "rect", "ellipse", "circle", "line", "connector", "polygon", "polyline", "path"),
        *("caption", "frame", "g", "note", "annotation"),
    )
)
_MOST_SPACES = 100
_LEFT: dict[str, OmissionReason] = {
    "hidden-text": "hidden",
    "hidden-paragraph": "hidden",
    "placeholder": "placeholder",
    "page-number": "page number",
    "page-count": "page number",
    "script": "script",
}
_NO_WORDS = frozenset(("control", "annotation-end", "soft-page-break"))


@dataclass(frozen=True, slots=True)
class Run:
    """Properties of words within a paragraph.

    Attributes:
        left: Reason to leave the words out, if any.
        shift: Above 0 for superscript, below 0 for subscript.
    """

    omission: OmissionReason | None = None
    shift: int = 0


@dataclass(slots=True)
class Words:
    """Words of a paragraph.

    Attributes:
        shown: Words of the text.
        left: Words that are left out, with the reason.
        asides: Elements attached to the paragraph but outside its line.
    """

    shown: list[str] = field(default_factory=list)
    omitted: list[tuple[OmissionReason, str]] = field(default_factory=list)
    asides: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words of the text, joined."""
        return "".join(self.shown)

    def put(self, text: str, run: Run) -> None:
        """Append words with their properties."""
        if run.omission is not None:
            self.omitted.append((run.omission, text))
        elif run.shift > 0:
            before = next((piece for piece in reversed(self.shown) if piece), "")
            self.shown.append(raised(text, before))
        elif run.shift < 0:
            self.shown.append(lowered(text))
        else:
            self.shown.append(text)


class Inline:
    """A parser of the words of paragraphs."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def read(self, element: Element, words: Words, run: Run) -> None:
        """Add the words of an element to the paragraph, and record its asides."""
        if element.text:
            words.put(SPACE.sub(" ", element.text), run)
        for child in element:
            self._child(child, words, run)
            if child.tail:
                words.put(SPACE.sub(" ", child.tail), run)

    def _child(self, child: Element, words: Words, run: Run) -> None:
        """Add the words of an element within a paragraph."""
        name = local(child)
        match name:
            case "s" | "tab" | "line-break" | "number":
                words.put(_signs(child), run)
            case "span":
                self.read(child, words, self._within(run, attribute(child, "style-name")))
            case "ruby":
                self._ruby(child, words, run)
            case "a" if any(local(part) in SHAPES for part in child):
                words.asides.extend(child)
            case _ if name in _LEFT:
                text = attribute(child, "string-value") or "".join(child.itertext())
                words.put(text, Run(run.omission or _LEFT[name]))
            case _ if name in SHAPES:
                words.asides.append(child)
            case _ if name not in _NO_WORDS:
                self.read(child, words, run)

    def _ruby(self, ruby: Element, words: Words, run: Run) -> None:
        """Add the words of an annotated text; the pronunciation above them is left out."""
        for part in ruby:
            omission = "pronunciation" if local(part) == "ruby-text" else run.omission
            self.read(part, words, replace(run, omission=omission))

    def _within(self, run: Run, name: str | None) -> Run:
        """Return the properties within a span, which may show text that is hidden or struck around it."""
        style = self._styles.style("text", name)
        omission = run.omission
        if style.hidden is not None and omission in {None, "hidden", "struck"}:
            omission = "hidden" if style.hidden else None if omission == "hidden" else omission
        if style.struck is not None and omission in {None, "struck"}:
            omission = "struck" if style.struck else None
        return Run(omission, run.shift if style.shift is None else style.shift)


def _signs(element: Element) -> str:
    """Return the signs that an element means: spaces, a tab, a line break, the number of an item."""
    match local(element):
        case "s":
            return " " * min(integer(attribute(element, "c")) or 1, _MOST_SPACES)
        case "tab":
            return "\t"
        case "line-break":
            return "\n"
    return f"{(element.text or '').strip()} "


def formula_line(element: Element) -> str:
    """Return a formula on one line, with marks for superscripts and subscripts."""
    name = local(element)
    if name in {"annotation", "annotation-xml"}:
        return ""
    text = (element.text or "").strip()
    parts = [formula_line(child) for child in element]
    match name, parts:
        case "msup", [base, power]:
            line = f"{base}^{_bracketed(power)}"
        case "msub", [base, index]:
            line = f"{base}_{_bracketed(index)}"
        case "mfrac", [above, below]:
            line = f"{_bracketed(above)}/{_bracketed(below)}"
        case "msqrt", _:
            line = f"√{_bracketed(''.join(parts))}"
        case _:
            line = text + " ".join(part for part in parts if part)
    return line


def _bracketed(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"
