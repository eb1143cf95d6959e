"""Handle elements that show other content: form fields, frames, templates, films, drawings."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from selectolax.lexbor import LexborNode

from qa.parsers import encoding
from qa.parsers.html import blocks, choices
from qa.parsers.html.markup import parse
from qa.parsers.html.page import glimpse
from qa.parsers.html.seen import is_consent, is_opened
from qa.parsers.html.state import Attributes, Handler, State, Step, children, flat, leaving_out

_NO_TEXT_INPUTS = frozenset({"hidden", "password", "image", "file", "color", "range"})
_BUTTONS = frozenset({"submit", "button", "reset"})
_BOILERPLATE = re.compile(
    r"\b(?:browser|javascript|plug-?in|flash|support(?:s|ed)?|upgrade|enable)\b", re.IGNORECASE
)
_MACHINERY = re.compile(
    r"(?:menu|toggle\b.*|close|open|share|search|copy|print|×|x|more|next|previous)", re.IGNORECASE
)
_OPENER = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-target", "data-bs-target")
_DATA = re.compile(r"data:text/html(?:;charset=([\w-]+))?(;base64)?,", re.IGNORECASE)
_LONGEST_BOILERPLATE = 300
_MOST_DOCUMENTS = 5
_LABEL_WITHIN = 3
_LEAST_WORDS = 6


# -- forms ------------------------------------------------------------------------------------------


def field(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Write the value of a field as the page shows it."""
    kind = (attributes.get("type") or "text").lower()
    value = flat((attributes.get("value"),))
    if kind in {"checkbox", "radio"}:
        if state.flow.frames == 0:
            state.flow.write("☑ " if "checked" in attributes else "☐ ")
    elif kind in _BUTTONS:
        state.flow.omit("navigation", value)
    elif kind not in _NO_TEXT_INPUTS:
        state.flow.omit("placeholder", attributes.get("placeholder") or "")
        _write_value(state, node, attributes, value)
    return None


def text_area(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Write the text in a large field."""
    state.flow.omit("placeholder", attributes.get("placeholder") or "")
    _write_value(state, node, attributes, (node.text() or "").strip())
    return None


def choice(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Write the choice that a list shows; the others are visible only after a click."""
    state.flow.omit("hidden", attributes.get(choices.OTHERS) or "")
    _write_value(state, node, attributes, attributes.get(choices.SHOWN) or "")
    return None


def _write_value(state: State, node: LexborNode, attributes: Attributes, value: str) -> None:
    if value:
        state.flow.fields.append(_label(state, node, attributes))
        state.flow.write(f" {value} ")


def _label(state: State, node: LexborNode, attributes: Attributes) -> str:
    """Return the label of a field."""
    if (name := attributes.get("id")) and (label := state.page.labels.get(name)):
        return label[:100]
    above = node.parent
    for _ in range(_LABEL_WITHIN):
        if above is not None and above.tag == "label":
            return state.page.words(above)
        above = above.parent if above is not None else None
    names = ("aria-label", "placeholder", "title", "name", "id")
    return flat(attributes.get(attribute) for attribute in names)[:100] or "field"


def button(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a button that is a heading or a word of a sentence; leave out other buttons."""
    flow = state.flow
    if flow.frames:
        flow.links += 1

        def leave() -> None:
            flow.links -= 1

        return node.iter(include_text=True), leave
    text = flat((glimpse(node),))
    kind = flow.kinds[-1][0]
    if kind in {"heading", "term"} or blocks.has_heading(node):
        return node.iter(include_text=True), None
    if text and not _MACHINERY.fullmatch(text) and not state.preformatted:
        if _is_opener(node, attributes) or text.endswith("?"):
            return blocks.question(state, node)
        if len(text.split()) >= _LEAST_WORDS or (
            kind in {"paragraph", "item"} and _is_in_sentence(state, node)
        ):
            return node.iter(include_text=True), None
    state.leave_out(node, "navigation")
    return None


def _is_opener(node: LexborNode, attributes: Attributes) -> bool:
    if any(name in attributes for name in _OPENER) or is_opened(attributes.get("class")):
        return True
    following = node.next
    while following is not None and following.is_text_node and not (following.text_content or "").strip():
        following = following.next
    return (
        following is not None and following.is_element_node and is_opened(following.attributes.get("class"))
    )


def _is_in_sentence(state: State, node: LexborNode) -> bool:
    following = node.next
    after = following.text_content if following is not None and following.is_text_node else None
    return state.flow.has_text and bool((after or "").strip())


# -- documents in the page --------------------------------------------------------------------------


def frame(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the page in a frame, if this file contains it."""
    state.leave_out(node, "hidden")
    source = attributes.get("src") or ""
    part = state.options.parts.get(source)
    if part in state.shown:
        # Frames that contain their own page would never end.
        return None
    markup = attributes.get("srcdoc") or part or _in_address(source)
    if markup and state.documents < _MOST_DOCUMENTS:
        return _document(state, markup)
    if markup:
        state.flow.omit("hidden", re.sub(r"<[^<>]*>", " ", markup))
    elif _is_part(state, node) and not re.match(r"[a-z][\w+.-]*:|//|#|$", source, re.IGNORECASE):
        # A missing part of a saved page; a frame from another site is a different page.
        state.missing.append(source)
    return None


def _is_part(state: State, node: LexborNode) -> bool:
    """Return whether a frame belongs to the page; a page saved as one file may embed other pages."""
    return not state.options.is_book and (node.tag == "frame" or state.options.is_saved)


def _in_address(address: str) -> str:
    match = _DATA.match(address)
    if match is None:
        return ""
    data = unquote_to_bytes(address[match.end() :])
    try:
        if match[2]:
            data = base64.b64decode(data)
        return encoding.decode(data, match[1])
    except (ValueError, binascii.Error):
        return ""


def _document(state: State, markup: str) -> Step:
    tree = parse(markup)
    flow = state.flow
    state.shown.add(markup)
    flow.flush()
    state.documents += 1
    if tree.head is not None:
        state.leave_out(tree.head, "metadata")
    body = tree.body
    outer, state.page = state.page, type(state.page)(tree)

    def leave() -> None:
        flow.flush()
        state.documents -= 1
        state.page = outer

    return (body.iter(include_text=True) if body is not None else iter(())), leave


def no_frames(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the content that a page of frames shows to browsers without frames."""
    markup = node.text()
    if state.options.noscript and state.documents < _MOST_DOCUMENTS:
        return _document(state, markup)
    text = " ".join(re.sub(r"<[^<>]*>", " ", markup).split())
    state.noscript += len(text)
    state.flow.omit("hidden", text)
    return None


def no_script(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the content that a page shows without scripts, if it has little else."""
    if state.options.noscript:
        return blocks.block(state, node, attributes)
    text = " ".join(node.text().split())
    if len(text) > _LONGEST_BOILERPLATE or not _BOILERPLATE.search(text):
        state.noscript += len(text)
    state.leave_out(node, "hidden")
    return None


def dialog(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a dialog that is open, or that something on the page opens."""
    if is_consent(attributes):
        state.leave_out(node, "navigation")
    elif "open" in attributes or state.page.is_revealed(attributes.get("id")):
        return blocks.block(state, node, attributes)
    else:
        state.leave_out(node, "hidden")
    return None


# -- parts of components ----------------------------------------------------------------------------


def shadow(node: LexborNode) -> LexborNode | None:
    """Return the template that is the shadow tree of an element, if it has one."""
    for child in node.iter():
        if child.tag == "template" and not child.attributes.keys().isdisjoint(
            ("shadowrootmode", "shadowroot")
        ):
            return child
    return None


def component(state: State, host: LexborNode, root: LexborNode) -> Step:
    """Enter the shadow tree of a component, with the children of the component in its slots."""
    slots: dict[str, list[LexborNode]] = {}
    for child in host.iter(include_text=True):
        if child.mem_id != root.mem_id and (child.is_text_node or child.is_element_node):
            name = (child.attributes.get("slot") if child.is_element_node else None) or ""
            slots.setdefault(name, []).append(child)
    state.slots.append(slots)

    def leave() -> None:
        for unassigned in state.slots.pop().values():
            for node in unassigned:
                if node.is_text_node:
                    state.flow.omit("hidden", node.text_content or "")
                else:
                    state.leave_out(node, "hidden")

    return children(root), leave


def slot(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the content of a slot, or its default content if it is empty."""
    assigned = state.slots[-1].pop(attributes.get("name") or "", None) if state.slots else None
    if not assigned or not any(
        child.is_element_node or (child.text_content or "").strip() for child in assigned
    ):
        return node.iter(include_text=True), None
    state.leave_out(node, "hidden")
    inner = state.slots.pop()

    def leave() -> None:
        state.slots.append(inner)

    return iter(assigned), leave


# -- films and drawings -----------------------------------------------------------------------------


def fallback(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the replacement of a film, a sound or a program, unless it only asks for another browser."""
    text = glimpse(node)
    if not text.strip():
        return node.iter(include_text=True), None
    if len(text) < _LONGEST_BOILERPLATE and _BOILERPLATE.search(text):
        state.leave_out(node, "hidden")
        return None
    source = attributes.get("data") or attributes.get("src") or ""
    step = blocks.block(state, node, attributes)
    state.flow.places.append(("alternative text", source.rpartition("/")[2][:100] or (node.tag or "")))
    inner, end = step or (iter(()), None)

    def leave() -> None:
        if end:
            end()
        state.flow.places.pop()

    return inner, leave


def drawing(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a drawing; its words are added after the text around it."""
    outer, state.drawn = state.drawn, []
    state.drawings += 1

    def leave() -> None:
        drawn, state.drawn = state.drawn, outer
        state.drawings -= 1
        if drawn:
            state.flow.flush()
            sentences = [text for text in drawn if len(text.split()) > _LEAST_WORDS - 3]
            for text in sentences:
                state.flow.add_paragraph(text)
            if labels := [text for text in drawn if len(text.split()) <= _LEAST_WORDS - 3]:
                state.flow.add_row(labels)

    return node.iter(include_text=True), leave


def drawn_text(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Collect the words of a drawing."""
    if not state.drawings:
        return node.iter(include_text=True), None
    lines = ("".join(_pieces(node))).split("\n")
    if text := " ".join(" ".join(lines).split()):
        state.drawn.append(text)
    return None


def _pieces(node: LexborNode) -> Iterator[str]:
    """Yield the pieces of a drawn text; a piece with a separate position begins a word."""
    level = [node.iter(include_text=True)]
    while level:
        for child in level[-1]:
            if child.is_text_node:
                yield child.text_content or ""
            elif child.is_element_node:
                if not child.attributes.keys().isdisjoint(("x", "y", "dx", "dy")):
                    yield " "
                level.append(child.iter(include_text=True))
                break
        else:
            level.pop()


def drawn_title(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Collect the description of a drawing; outside a drawing it is the title of the page."""
    text = flat((node.text(),))
    if state.drawings and len(text.split()) > 2 and not state.flow.frames:
        state.flow.picture(text, "drawing")
    else:
        state.flow.omit("hidden" if state.drawings else "metadata", text)
    return None


EMBEDDED: dict[str, Handler] = {
    "input": field,
    "textarea": text_area,
    choices.ELEMENT: choice,
    "button": button,
    **dict.fromkeys(("iframe", "frame"), frame),
    "noframes": no_frames,
    "noscript": no_script,
    "template": leaving_out("hidden"),
    "dialog": dialog,
    "slot": slot,
    **dict.fromkeys(("video", "audio", "object", "canvas", "applet"), fallback),
    "svg": drawing,
    "text": drawn_text,
    **dict.fromkeys(("title", "desc"), drawn_title),
    **dict.fromkeys(("metadata", "head"), leaving_out("metadata")),
}
