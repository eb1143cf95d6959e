"""Parses HTML as a browser does: its elements and their texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "path", "br", "img"}

Attributes = dict[str, str | None]


@dataclass
class Element:
    """An element with its attributes and all its text."""

    tag: str
    attributes: Attributes
    text: str = ""

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()


@dataclass
class Parsed(HTMLParser):
    """The elements of a piece of HTML, in the order of their start tags."""

    html: str
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        assert not self.open, f"never closed: {[element.tag for element in self.open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for element in self.open:
            element.text += data

    def all(self, wanted: str | Callable[[Element], bool]) -> list[Element]:
        """Return the elements of a class, or those that a function accepts."""
        if isinstance(wanted, str):
            return [element for element in self.elements if wanted in element.classes]
        return [element for element in self.elements if wanted(element)]

    def assert_harmless(self) -> None:
        """Check that no element executes, loads or links to anything."""
        allowed = {
            "article", "b", "bdi", "blockquote", "button", "cite", "details", "div", "footer", "i", "input",
            "li", "mark", "ol", "p", "path", "span", "summary", "svg", "time", "ul",
        }  # fmt: skip
        assert {element.tag for element in self.elements} <= allowed
        for element in self.elements:
            for name, value in element.attributes.items():
                assert not name.startswith("on")
                assert name not in ("href", "src", "action", "formaction", "srcdoc")
                if name == "style":
                    assert value is not None
                    assert value.removeprefix("width:").removesuffix("%").isdecimal()
