"""Handle lists with the numbers of their items, and terms with their definitions."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from qa.parsers.html import letters
from qa.parsers.html.blocks import begin, block, end_line, is_question, one_kind, question
from qa.parsers.html.state import Attributes, Handler, State, Step

_LARGEST_NUMBER = 1_000_000_000
_NOTE_ITEM = re.compile(
    r"(?:fn|cite_note|footnote|endnote|ftn|edn|note)[-_:.\d].*|doc-(?:foot|end)note", re.IGNORECASE
)


def numbered_list(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a list whose items have numbers."""
    style = letters.list_style(attributes.get("type"), attributes.get("style"))
    step = 1
    start = _number(attributes.get("start"))
    if "reversed" in attributes:
        step = -1
        if start is None:
            start = sum(1 for child in node.iter() if child.tag == "li")
    return _list(state, node, [1 if start is None else start, step, style])


def plain_list(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a list whose items have no numbers."""
    return _list(state, node, [0, 0, ""])


def _list(state: State, node: LexborNode, numbering: list[int | str]) -> Step:
    entered = begin(state)
    state.lists.append(numbering)

    def leave() -> None:
        state.lists.pop()
        if entered:
            state.flow.flush()

    return node.iter(include_text=True), leave


def item(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter an item, preceded by its number if it has one."""
    flow = state.flow
    mark = _mark(state, attributes)
    step = one_kind(state, node, "item")
    if not mark:
        return step
    if state.rows or state.preformatted:
        flow.write(f"{mark} ")
        return step
    flow.marks.append(mark)
    place = _note_place(node, attributes, mark)
    if place:
        flow.places.append(("note", place))
    children, end = step or (iter(()), None)

    def leave() -> None:
        if end:
            end()
        if flow.marks and flow.marks[-1] is mark:
            flow.marks.pop()
        if place:
            flow.places.pop()

    return children, leave


def _mark(state: State, attributes: Attributes) -> str:
    if state.options.lines and (written := attributes.get("data-qa-mark")):
        return written
    if not state.lists:
        return ""
    numbering = state.lists[-1]
    number, step, style = numbering
    if not style:
        return ""
    explicit_number = _number(attributes.get("value"))
    number = int(number) if explicit_number is None else explicit_number
    numbering[0] = number + int(step)
    own_style = attributes.get("type") or attributes.get("style")
    if own_style:
        style = letters.list_style(attributes.get("type") or str(style), attributes.get("style"))
    return letters.item_mark(number, str(style)) if style else ""


def _number(value: str | None) -> int | None:
    try:
        number = int((value or "").strip())
    except ValueError:
        return None
    return number if abs(number) < _LARGEST_NUMBER else None


def _note_place(node: LexborNode, attributes: Attributes, mark: str) -> str:
    """Return the label of a note in a list of notes, “” for any other item."""
    for name in ("id", "role"):
        if _NOTE_ITEM.fullmatch(attributes.get(name) or ""):
            return mark.rstrip(".")
    return ""


def definitions(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a list of terms and their definitions."""
    entered = begin(state)
    if entered:
        state.flow.end_term()
    outer, state.term = state.term, ""

    def leave() -> None:
        if entered:
            state.flow.flush()
            _end_terms(state)
        state.term = outer

    return node.iter(include_text=True), leave


def term(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a term, which is placed before its definition to make both one quote."""
    flow = state.flow
    if state.rows or state.preformatted or flow.frames:
        return block(state, node, attributes)
    flow.flush()
    if not flow.terms:
        _end_terms(state)
    if is_question(node, node.parent):
        return question(state, node)
    return one_kind(state, node, "term")


def definition(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a definition; if a term has several, each one is preceded by the term."""
    flow = state.flow
    if not begin(state):
        return node.iter(include_text=True), end_line(state)
    if flow.terms:
        words = ", ".join(flow.terms)
        flow.terms.clear()
        if len(words) > flow.LONGEST_TERM:
            flow.add_paragraph(words)
            state.term = ""
        else:
            state.term = (
                words if words.endswith((":", ".", ";", "?", "!", "=", "-", "–", "—")) else words + ":"
            )
    flow.term = state.term

    def leave() -> None:
        flow.flush()
        flow.end_term()

    return node.iter(include_text=True), leave


def _end_terms(state: State) -> None:
    """Add the terms that no definition followed."""
    for words in state.flow.terms:
        state.flow.add_paragraph(words)
    state.flow.terms.clear()
    state.term = ""


LISTS: dict[str, Handler] = {
    "ol": numbered_list,
    "ul": plain_list,
    "menu": plain_list,
    "li": item,
    "dl": definitions,
    "dt": term,
    "dd": definition,
}
