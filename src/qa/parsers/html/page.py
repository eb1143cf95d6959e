"""Describe a page as a whole: its content, and the targets of its controls and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

_POINTING = (
    "[aria-controls], [href*='#'], [data-target], [data-bs-target], [popovertarget], [commandfor], [onclick]"
)
_QUOTED_ID = re.compile(r"['\"]#?([\w:.-]{1,100})['\"]")
_SCRIPTED_ID = re.compile(
    r"(?:getElementById|querySelector(?:All)?|\$|jQuery)\(\s*['\"]#?([\w:.-]{1,100})['\"]"
)
_PROGRAMS = (
    "button, [onclick], [role=button], input[type=button], input[type=checkbox], input[type=radio], select"
)
_UNWEIGHED = frozenset(
    (
        *("script", "style", "template", "noscript", "iframe", "svg", "head", "title"),
        *("nav", "header", "footer", "aside", "menu", "button", "a"),
    )
)
_GLIMPSE = 200
_LEAST_CONTENT = 500
_PROSE_CHARACTERS = 40
"""Minimum characters of a text between two tags that is prose, not a label."""


@dataclass(frozen=True)
class Options:
    """The context of a page, and how to read it.

    Attributes:
        content: Whether the whole page is content, as in a book.
        is_book: Whether it is part of a book.
        is_saved: Whether it was saved together with its frames.
        lines: Whether the markup contains line numbers of the source that it was written from.
        noscript: Whether to read the content for browsers without scripts.
        pages: Labels of printed pages by the id of the element where each begins.
        parts: Pages in frames of this page by their address.
    """

    content: bool = False
    is_book: bool = False
    is_saved: bool = False
    lines: bool = False
    noscript: bool = False
    pages: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)


def glimpse(node: LexborNode) -> str:
    """Return the text of the first nodes below a node: on a hostile page all of it would take too long."""
    return " ".join(descendant.text_content or "" for descendant in near(node) if descendant.is_text_node)


def near(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the first nodes below a node, in order."""
    return islice(node.traverse(include_text=True), _GLIMPSE)


class Page:
    """A parsed page that answers how its elements relate to each other."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._words: dict[int, str] = {}

    def words(self, node: LexborNode) -> str:
        """Return the first words of an element, cached because many others may need them."""
        if node.mem_id not in self._words:
            self._words[node.mem_id] = " ".join(glimpse(node).split())[:100]
        return self._words[node.mem_id]

    @cached_property
    def links(self) -> dict[str, LexborNode]:
        """The first control or link that points to each id."""
        first: dict[str, LexborNode] = {}
        for node in self._tree.css(_POINTING):
            for target in _targets(node.attributes):
                first.setdefault(target, node)
        return first

    @cached_property
    def scripted(self) -> frozenset[str]:
        """Ids that scripts show or hide, if the page has something to click."""
        if self._tree.css_first(_PROGRAMS) is None:
            return frozenset()
        return frozenset(
            name for script in self._tree.css("script") for name in _SCRIPTED_ID.findall(script.text())
        )

    @cached_property
    def tabs(self) -> dict[str, str]:
        """The words of each tab, by the id of the tab and of its panel."""
        words: dict[str, str] = {}
        for node in self._tree.css("[role=tab]"):
            text = self.words(node)
            for name in (node.attributes.get("id"), *_targets(node.attributes)):
                if name:
                    words.setdefault(name, text)
        return words

    @cached_property
    def panels(self) -> frozenset[str]:
        """Ids of panels, and of the tabs that name them."""
        return frozenset(
            name
            for node in self._tree.css("[role=tabpanel]")
            for name in (node.attributes.get("id"), *(node.attributes.get("aria-labelledby") or "").split())
            if name
        )

    def is_tab_of_panel(self, attributes: Mapping[str, str | None]) -> bool:
        """Return whether a tab has a panel on the page; the panel then has the tab's words as its heading."""
        return not self.panels.isdisjoint((attributes.get("id") or "", *_targets(attributes)))

    def tab_of(self, attributes: Mapping[str, str | None]) -> str:
        """Return the words of the tab that a panel belongs to."""
        names = (attributes.get("id"), *(attributes.get("aria-labelledby") or "").split())
        return next((self.tabs[name] for name in names if name and name in self.tabs), "")

    @cached_property
    def has_scripts(self) -> bool:
        """Whether the page has scripts that may change its display."""
        return self._tree.css_first("script") is not None

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels of form fields by the id of the field."""
        return {node.attributes.get("for") or "": self.words(node) for node in self._tree.css("label[for]")}

    def is_revealed(self, name: str | None) -> bool:
        """Return whether something on the page shows the element with this id."""
        return bool(name) and (name in self.links or name in self.scripted)

    def content(self) -> LexborNode | None:
        """Return the element that the page marks as its content, unless most of its prose is elsewhere."""
        body = self._tree.body
        for selector in ("main", "[role=main]", "article"):
            nodes = self._tree.css(selector)
            if len(nodes) == 1 and body is not None:
                return nodes[0] if _is_the_page(nodes[0], body) else None
        return None


def _targets(attributes: Mapping[str, str | None]) -> Iterator[str]:
    for name in ("aria-controls", "popovertarget", "commandfor"):
        if value := attributes.get(name):
            yield from value.split()
    for name in ("href", "data-target", "data-bs-target"):
        value = attributes.get(name)
        if value and (fragment := value.partition("#")[2]):
            yield fragment
    if script := attributes.get("onclick"):
        yield from _QUOTED_ID.findall(script)


def _is_the_page(content: LexborNode, body: LexborNode) -> bool:
    inside = len(content.text()) - sum(len(node.text()) for node in content.css("script, style"))
    prose = total = 0
    for text in _texts(body, content.mem_id):
        total += len(text)
        prose += len(text) if len(text) >= _PROSE_CHARACTERS else 0
    return prose <= inside / 2 and (inside >= _LEAST_CONTENT or total <= 2 * inside)


def _texts(root: LexborNode, left_out: int) -> Iterator[str]:
    """Yield the texts below ``root``, without links, frames and the element ``left_out``."""
    level = [root.iter(include_text=True)]
    while level:
        for child in level[-1]:
            if child.is_text_node:
                if text := (child.text_content or "").strip():
                    yield text
            elif child.is_element_node and child.tag not in _UNWEIGHED and child.mem_id != left_out:
                level.append(child.iter(include_text=True))
                break
        else:
            level.pop()
