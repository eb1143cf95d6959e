"""Decide which elements a person sees, at once or after a click, and why others are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Literal

from selectolax.lexbor import LexborNode

from qa.parsers.html.page import Page, glimpse
from qa.types import OmissionReason

Attributes = Mapping[str, str | None]
Verdict = OmissionReason | Literal["frame"] | None

_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?P<struck>text-decoration[a-z-]*\s*:[^;]*line-through)",
    re.IGNORECASE,
)
_FRAME_ROLES = frozenset(
    ("navigation", "search", "menu", "menubar", "banner", "contentinfo", "toolbar", "complementary")
)
_REASONS: dict[str, Verdict] = {
    **dict.fromkeys(("sr-only", "visually-hidden", "screen-reader-text"), "hidden"),
    **dict.fromkeys(("navbox", "noprint"), "frame"),
    **dict.fromkeys(("mw-editsection", "mw-jump-link", "skip-link", "interlanguage-link"), "navigation"),
    **dict.fromkeys(("line-through", "strikethrough", "struck"), "struck"),
    **dict.fromkeys(
        ("linenos", "lineno", "linenodiv", "line-numbers-rows", "lnum", "linenum", "line-number"),
        "line number",
    ),
    **dict.fromkeys(
        ("katex-html", "MathJax_Display", "MathJax", "MathJax_Preview", "MJX_Assistive_MathML"), "repeated"
    ),
}
_OPENED = re.compile(
    r"(?:^|[\s_-])(?:panel|accordion|collaps\w*|tab-?pane|tab-?(?:content|panel)|faq|answer|toggle\w*|expand\w*"
    r"|spoiler|reveal|slide|details?|drawer|more)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CONTROL_TAGS = frozenset({"button", "summary", "dt", "label"})
_INLINE = frozenset({"span", "sup", "sub", "small", "a", "i", "b", "em"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PANELS = frozenset({"div", "section", "article", "ul", "ol", "dl", "table"})
_CONTROL_ATTRIBUTES = ("aria-expanded", "aria-controls", "onclick", "data-toggle", "data-bs-toggle")
_ICON_TAGS = frozenset({"i", "svg", "img", "a", "button"})
_CONSENT = re.compile(r"cookie|consent|gdpr", re.IGNORECASE)
_NEAR = 5
_LEAST_WORDS = 3


def verdict(node: LexborNode, tag: str, attributes: Attributes, page: Page) -> Verdict:
    """Return why an element is left out, “frame” if it may frame the page, None if it is seen."""
    style = attributes.get("style")
    drawn = _STYLE.search(style) if style else None
    if drawn and drawn["struck"]:
        return "struck"
    if ("hidden" in attributes or drawn) and not _opens(node, attributes, page):
        return "hidden"
    if attributes.get("aria-hidden") == "true" and not _shows(node, tag, attributes, page):
        return "hidden"
    role, classes = attributes.get("role"), attributes.get("class")
    reason = _of_role(role, attributes) if role else None
    return _of_classes(classes, node) if classes and reason is None else reason


def _of_role(role: str, attributes: Attributes) -> Verdict:
    if role in _FRAME_ROLES:
        return "frame"
    return "navigation" if role in {"dialog", "alertdialog"} and is_consent(attributes) else None


def _of_classes(classes: str, node: LexborNode) -> Verdict:
    return next((_of_class(name, node) for name in classes.split() if name in _REASONS), None)


def _of_class(name: str, node: LexborNode) -> Verdict:
    reason = _REASONS[name]
    if name == "noprint" and node.tag in _INLINE:
        return "navigation"
    if reason == "line number" and re.sub(r"[\d\s]+", "", glimpse(node)):
        return None
    if reason == "repeated" and not any(
        _is_formula(neighbour) for neighbour in (_before(node), _after(node)) if neighbour
    ):
        return None
    return reason


def _is_formula(node: LexborNode) -> bool:
    return node.tag in {"math", "script"} or any(child.tag == "math" for child in _first(node))


def is_consent(attributes: Attributes) -> bool:
    """Return whether an element asks for consent to store cookies."""
    return any(_CONSENT.search(attributes.get(name) or "") for name in ("id", "class", "aria-label"))


def is_opened(classes: str | None) -> bool:
    """Return whether the classes of an element show that a click shows or hides it."""
    return bool(classes) and _OPENED.search(classes or "") is not None


def _opens(node: LexborNode, attributes: Attributes, page: Page) -> bool:
    """Return whether hidden content can be shown: by a search, a control, a tab, or the element before it."""
    if (attributes.get("hidden") or "").lower() == "until-found" or _is_revealed(attributes, page):
        return True
    first = next(node.iter(), None)
    if first is not None and first.tag == "math":
        # Its picture is beside it and visible.
        return True
    before = _before(node)
    if before is None:
        return False
    if before.tag in _HEADINGS and node.tag in _PANELS and page.has_scripts:
        return True
    return _has_control(before)


def _is_revealed(attributes: Attributes, page: Page) -> bool:
    """Return whether a link, a tab or a click on the page shows an element."""
    return (
        page.is_revealed(attributes.get("id"))
        or attributes.get("role") == "tabpanel"
        or is_opened(attributes.get("class"))
    )


def _has_control(node: LexborNode) -> bool:
    """Return whether an element is a control or contains one near its start."""
    return _is_control(node) or any(
        _is_control(child) or any(map(_is_control, _first(child))) for child in _first(node)
    )


def _first(node: LexborNode) -> Iterator[LexborNode]:
    return islice(node.iter(), _NEAR)


def _is_control(node: LexborNode) -> bool:
    tag = node.tag
    if tag in _CONTROL_TAGS:
        return True
    attributes = node.attributes
    if tag == "a" and (attributes.get("href") or "#").startswith(("#", "javascript:")):
        return True
    if tag == "input":
        return attributes.get("type") in {"checkbox", "radio", "button"}
    return (
        attributes.get("role") in {"button", "tab"}
        or any(name in attributes for name in _CONTROL_ATTRIBUTES)
        or (tag in _HEADINGS and is_opened(attributes.get("class")))
    )


def _before(node: LexborNode) -> LexborNode | None:
    before = node.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    return before


def _after(node: LexborNode) -> LexborNode | None:
    after = node.next
    while after is not None and not after.is_element_node:
        after = after.next
    return after


def _shows(node: LexborNode, tag: str, attributes: Attributes, page: Page) -> bool:
    """Return whether content hidden from screen readers is text on the page, not an icon."""
    if "hidden" in attributes or _is_revealed(attributes, page):
        return True
    return tag not in _ICON_TAGS and len(glimpse(node).split()) >= _LEAST_WORDS
