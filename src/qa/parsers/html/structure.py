"""Handle elements that divide a page into blocks: tables, preformatted text, page frames, and others."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from qa.parsers.html import preformatted, tables
from qa.parsers.html.blocks import LEVELS, begin, block, heading, one_kind, summary
from qa.parsers.html.lists import LISTS
from qa.parsers.html.state import Attributes, Handler, Leave, State, Step, both
from qa.parsers.html.tables import Spans

# -- tables -----------------------------------------------------------------------------------------


def table(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a table."""
    entered = begin(state)
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
    """Enter a row, unless its table only lays out the page."""
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
    """Enter a cell, which a tab separates from the cell before it."""
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
    step = one_kind(state, node, "code" if is_code else "pre")
    state.preformatted += 1
    children, end = step or (iter(()), None)

    def leave() -> None:
        if end:
            end()
        state.preformatted -= 1

    return children, leave


# -- the frame of a page ----------------------------------------------------------------------------


def navigation(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter navigation; in a book it is the table of contents."""
    if state.options.is_book:
        state.leave_out(node, "contents")
        return None
    return node.iter(include_text=True), frame(state)


def head_or_foot(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter the head, foot or side of a page, which is its frame, or of its content, which is content."""
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
    end = frame(state)
    if node.tag != "aside":
        return node.iter(include_text=True), end
    # A short sentence in a box beside the text is prose more often than in a head or foot.
    state.flow.sides += 1

    def leave_side() -> None:
        end()
        state.flow.sides -= 1

    return node.iter(include_text=True), leave_side


def frame(state: State) -> Leave:
    """Begin a stretch of which only prose is kept, and return the function that ends it."""
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
    """Enter the marked content of the page, even if a tag that was never closed has moved it."""
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


def block_quote(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a block quote; the outermost one counts."""
    step = block(state, node, attributes)
    if state.block_quotes or state.rows or state.preformatted or step is None:
        return step
    flow = state.flow
    state.block_quotes += 1
    leave_quote = flow.begin_quote()

    def leave() -> None:
        state.block_quotes -= 1
        leave_quote()

    return step[0], both(step[1], leave)


STRUCTURE: dict[str, Handler] = {
    **dict.fromkeys(
        (
            *("html", "body", "address", "center", "details", "dir", "div", "fieldset"),
            *("figcaption", "figure", "form", "hgroup", "hr", "legend", "p", "caption", "optgroup"),
        ),
        block,
    ),
    **dict.fromkeys(LEVELS, heading),
    "blockquote": block_quote,
    "summary": summary,
    **LISTS,
    "table": table,
    **dict.fromkeys(("tbody", "thead", "tfoot"), group),
    "tr": row,
    **dict.fromkeys(tables.CELLS, cell),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), pre),
    "nav": navigation,
    **dict.fromkeys(("header", "footer", "aside"), head_or_foot),
    **dict.fromkeys(("main", "article", "section"), content),
}
