"""Elements that part a page into blocks: headings, lists, tables, terms, preformatted text, frames."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from qa.readers.html import letters, preformatted, tables
from qa.readers.html.page import glimpse, near
from qa.readers.html.state import Attributes, Handler, Leave, State, Step
from qa.readers.html.tables import Spans

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_SECTION_STARTS = frozenset({*_LEVELS, "hr", "details", "dl", "section", "article", "footer"})
_LONGEST_QUESTION = 150
_NEAR = 5
_LARGEST_NUMBER = 1_000_000_000


def block(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a block without a meaning of its own."""
    return node.iter(include_text=True), state.flow.flush if _begin(state) else _end_line(state)


def _begin(state: State) -> bool:
    """End the block before; within a row or code there are only line breaks, and the answer is False."""
    if state.rows:
        state.flow.write("\n")
        return False
    if state.preformatted:
        state.flow.break_line()
        return False
    state.flow.flush()
    return True


def _end_line(state: State) -> Leave:
    flow = state.flow
    return (lambda: flow.write("\n")) if state.rows else flow.break_line


def _kind(state: State, node: LexborNode, kind: str, level: int = 0) -> Step:
    """Enter a block of one kind."""
    if not _begin(state):
        return node.iter(include_text=True), _end_line(state)
    flow = state.flow
    flow.kinds.append((kind, level))  # type: ignore[arg-type]

    def leave() -> None:
        flow.flush()
        flow.kinds.pop()

    return node.iter(include_text=True), leave


def heading(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a heading."""
    level = _LEVELS[node.tag or "h1"]
    if not state.flow.frames:
        state.heading = level
    return _kind(state, node, "heading", level)


def question(state: State, node: LexborNode) -> Step:
    """Enter a heading that is none in the markup: the control of an accordion."""
    return _kind(state, node, "heading", min(6, state.heading + 1))


def summary(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the line that opens further text; a question there is the heading of its answer."""
    return question(state, node) if _is_question(node, node.parent) else block(state, node, attributes)


def has_heading(node: LexborNode) -> bool:
    """Whether an element has a heading in it."""
    return any(each.tag in _LEVELS for each in near(node))


def _is_question(node: LexborNode, container: LexborNode | None) -> bool:
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
    # What follows the answer would come under its question.
    return False


# -- lists ------------------------------------------------------------------------------------------


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
    """Enter a list whose items have none."""
    return _list(state, node, [0, 0, ""])


def _list(state: State, node: LexborNode, numbering: list[int | str]) -> Step:
    entered = _begin(state)
    state.lists.append(numbering)

    def leave() -> None:
        state.lists.pop()
        if entered:
            state.flow.flush()

    return node.iter(include_text=True), leave


def item(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter an item with its number before it, if it has one."""
    flow = state.flow
    mark = _mark(state, attributes)
    step = _kind(state, node, "item")
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
    own = _number(attributes.get("value"))
    number = int(number) if own is None else own
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


_NOTE_ITEM = re.compile(
    r"(?:fn|cite_note|footnote|endnote|ftn|edn|note)[-_:.\d].*|doc-(?:foot|end)note", re.IGNORECASE
)


def _note_place(node: LexborNode, attributes: Attributes, mark: str) -> str:
    """The label of a note in a list of notes, “” for any other item."""
    for name in ("id", "role"):
        if _NOTE_ITEM.fullmatch(attributes.get(name) or ""):
            return mark.rstrip(".")
    return ""


# -- terms ------------------------------------------------------------------------------------------


def definitions(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a list of terms and what they mean."""
    entered = _begin(state)
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
    """Enter a term: it goes before its definition, so that both are one quote."""
    flow = state.flow
    if state.rows or state.preformatted or flow.frames:
        return block(state, node, attributes)
    flow.flush()
    if not flow.terms:
        _end_terms(state)
    if _is_question(node, node.parent):
        return question(state, node)
    return _kind(state, node, "term")


def definition(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a definition; where a term has several, each has the term before it."""
    flow = state.flow
    if not _begin(state):
        return node.iter(include_text=True), _end_line(state)
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


# -- tables -----------------------------------------------------------------------------------------


def table(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a table."""
    entered = _begin(state)
    state.spans.append(Spans())

    def leave() -> None:
        state.spans.pop()
        if entered:
            state.flow.flush()

    return node.iter(include_text=True), leave


def group(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a group of rows."""
    if state.spans and not state.rows:
        state.spans[-1].clear()
    return block(state, node, attributes)


def row(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a row; that of a table which only lays out the page is none."""
    spans = state.spans[-1] if state.spans else Spans()
    if state.rows or state.preformatted or not tables.is_row(node, joined=bool(spans)):
        return block(state, node, attributes)
    flow = state.flow
    flow.flush()
    flow.kinds.append(("row", 0))
    sizes = [tables.size(cell.attributes) for cell in node.iter() if cell.tag in tables.CELLS]
    flow.arrange = lambda cells: spans.row(cells, sizes)
    state.rows += 1

    def leave() -> None:
        flow.flush()
        flow.kinds.pop()
        state.rows -= 1

    return node.iter(include_text=True), leave


def cell(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a cell, which a tab parts from the one before."""
    if not state.rows:
        return block(state, node, attributes)
    state.flow.write("\t")
    return node.iter(include_text=True), None


# -- preformatted text ------------------------------------------------------------------------------


def pre(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter preformatted text: code, or prose with hard line ends."""
    if state.preformatted or state.rows:
        return block(state, node, attributes)
    parent = node.parent
    is_code = "newpage" not in (attributes.get("class") or "").split() and (
        node.css_first("code, samp, kbd") is not None
        or preformatted.is_code_class(attributes.get("class"))
        or (parent is not None and preformatted.is_code_class(parent.attributes.get("class")))
        or not preformatted.is_prose(node.text())
    )
    step = _kind(state, node, "code" if is_code else "pre")
    state.preformatted += 1
    children, end = step or (iter(()), None)

    def leave() -> None:
        if end:
            end()
        state.preformatted -= 1

    return children, leave


# -- the frame of a page ----------------------------------------------------------------------------


def navigation(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter what leads to other places; in a book its lists are the table of contents."""
    if state.options.is_book:
        state.leave_out(node, "contents")
        return None
    return node.iter(include_text=True), frame(state)


def head_or_foot(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the head, foot or side of a page, which frames it, or of its content, which is content."""
    if state.content or state.in_header:
        return block(state, node, attributes)
    if not state.flow.frames and node.css_first("h1") is not None:
        state.in_header = True
        children, end = block(state, node, attributes) or (iter(()), None)

        def leave() -> None:
            if end:
                end()
            state.in_header = False

        return children, leave
    return node.iter(include_text=True), frame(state)


def frame(state: State) -> Leave:
    """Begin a stretch of which only prose is kept, and return what ends it."""
    flow = state.flow
    flow.flush()
    flow.frames += 1

    def leave() -> None:
        flow.flush()
        flow.frames -= 1
        if not flow.frames:
            flow.end_frame()

    return leave


def content(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter what the page names as content, wherever a tag that was never closed has put it."""
    flow = state.flow
    flow.flush()
    state.content += 1
    frames = flow.frames
    if node.tag != "section":
        flow.frames = 0

    def leave() -> None:
        flow.flush()
        state.content -= 1
        flow.frames = frames

    return node.iter(include_text=True), leave


STRUCTURE: dict[str, Handler] = {
    **dict.fromkeys(
        (
            *("html", "body", "address", "blockquote", "center", "details", "dir", "div", "fieldset"),
            *("figcaption", "figure", "form", "hgroup", "hr", "legend", "p", "caption", "optgroup"),
        ),
        block,
    ),
    **dict.fromkeys(_LEVELS, heading),
    "summary": summary,
    "ol": numbered_list,
    "ul": plain_list,
    "menu": plain_list,
    "li": item,
    "dl": definitions,
    "dt": term,
    "dd": definition,
    "table": table,
    **dict.fromkeys(("tbody", "thead", "tfoot"), group),
    "tr": row,
    **dict.fromkeys(tables.CELLS, cell),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), pre),
    "nav": navigation,
    **dict.fromkeys(("header", "footer", "aside"), head_or_foot),
    **dict.fromkeys(("main", "article", "section"), content),
}
