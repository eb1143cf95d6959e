"""Handle blocks, headings, and questions that act as headings without heading markup."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from qa.parsers.html.page import glimpse, near
from qa.parsers.html.state import Attributes, Leave, State, Step

LEVELS = {f"h{level}": level for level in range(1, 7)}
_SECTION_STARTS = frozenset({*LEVELS, "hr", "details", "dl", "section", "article", "footer"})
_LONGEST_QUESTION = 150
_NEAR = 5


def block(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a block without special meaning."""
    return node.iter(include_text=True), state.flow.flush if begin(state) else end_line(state)


def begin(state: State) -> bool:
    """End the previous block, and return whether it ended; rows and code get only line breaks."""
    if state.rows:
        state.flow.write("\n")
        return False
    if state.preformatted:
        state.flow.break_line()
        return False
    state.flow.flush()
    return True


def end_line(state: State) -> Leave:
    """Return the function that ends a line within a row or preformatted text."""
    flow = state.flow
    return (lambda: flow.write("\n")) if state.rows else flow.break_line


def one_kind(state: State, node: LexborNode, kind: str, level: int = 0) -> Step:
    """Enter a block of one kind."""
    if not begin(state):
        return node.iter(include_text=True), end_line(state)
    flow = state.flow
    flow.kinds.append((kind, level))  # type: ignore[arg-type]

    def leave() -> None:
        flow.flush()
        flow.kinds.pop()

    return node.iter(include_text=True), leave


def heading(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a heading."""
    level = LEVELS[node.tag or "h1"]
    if not state.flow.frames:
        state.heading = level
    return one_kind(state, node, "heading", level)


def question(state: State, node: LexborNode) -> Step:
    """Enter a heading without heading markup: the control of an accordion."""
    return one_kind(state, node, "heading", min(6, state.heading + 1))


def summary(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the line that opens further text; a question there is the heading of its answer."""
    return question(state, node) if is_question(node, node.parent) else block(state, node, attributes)


def has_heading(node: LexborNode) -> bool:
    """Return whether an element contains a heading."""
    return any(descendant.tag in LEVELS for descendant in near(node))


def is_question(node: LexborNode, container: LexborNode | None) -> bool:
    """Return whether an element is a question that can be the heading of its answer."""
    text = glimpse(node).strip()
    if len(text) > _LONGEST_QUESTION or not text.endswith(("?", "？", "؟")) or has_heading(node):
        return False
    following = container.next if container is not None else None
    for _ in range(_NEAR):
        if following is None or following.tag in _SECTION_STARTS:
            return True
        if following.is_element_node or (following.is_text_node and (following.text_content or "").strip()):
            break
        following = following.next
    # The text after the answer would also be placed under its question.
    return False
