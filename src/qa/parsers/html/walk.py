"""Turn the elements of a tree into blocks in one pass, without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from qa.parsers.build import TextBuilder
from qa.parsers.html import blocks, embedded, structure
from qa.parsers.html.embedded import EMBEDDED
from qa.parsers.html.flow import Flow
from qa.parsers.html.inline import INLINE
from qa.parsers.html.page import Options, Page, glimpse, near
from qa.parsers.html.seen import verdict
from qa.parsers.html.state import Attributes, Handler, Leave, State, Step, both, flat
from qa.parsers.html.structure import STRUCTURE

_HANDLERS: dict[str, Handler] = {**STRUCTURE, **INLINE, **EMBEDDED}
_SPACE = re.compile("[ \t\n\r\f]+")
_PAGE = re.compile(r"(?:pagina|página|page|seite|pg?|s)\.?[\s_-]*(?=[\divxlc]+$)", re.IGNORECASE)
_AROUND_LABEL = " .{}[]()\n\t–—-"
_PAGE_CLASSES = frozenset({"pagenum", "pageno", "pagenumber", "page-number", "page_number", "pgnum", "pb"})
_NOTES = frozenset({"footnote", "endnote", "rearnote", "note", "doc-footnote", "doc-endnote"})
_CONTENTS = frozenset({"toc", "landmarks", "page-list", "loi", "lot", "doc-toc", "doc-pagelist"})
_NOTE_START = re.compile(r"\W{0,3}(\d{1,4}|[*†‡§])(?!\w)")
_MOST_SHADOWS = 50


class Walk:
    """A walk through a page that adds its blocks to a builder."""

    def __init__(
        self, page: Page, builder: TextBuilder, options: Options, *, has_shadows: bool = False
    ) -> None:
        self._flow = Flow(builder)
        self._state = State(self._flow, page, options, content=int(options.content))
        self._has_shadows = has_shadows
        self._content_id: int | None = None

    @property
    def noscript(self) -> int:
        """Number of characters left out that the page shows without scripts."""
        return self._state.noscript

    def run(
        self, root: LexborNode, *, head: LexborNode | None = None, content: LexborNode | None = None
    ) -> None:
        """Read everything below ``root``; ``content`` is the main content, and the rest is its frame."""
        if head is not None:
            self._head(head)
        if content is not None:
            self._content_id = content.mem_id
            self._flow.asides += 1
        level: list[tuple[Iterator[LexborNode], Leave | None]] = [(root.iter(include_text=True), None)]
        while level:
            children, leave = level[-1]
            for child in children:
                if child.is_text_node:
                    self._text(child.text_content or "")
                elif child.is_element_node and (step := self._open(child)) is not None:
                    level.append(step)
                    break
            else:
                level.pop()
                if leave is not None:
                    leave()
        self._flow.settle()

    @property
    def pictures(self) -> list[str]:
        """Names of the pictures."""
        return self._state.pictures

    @property
    def missing(self) -> list[str]:
        """Addresses of missing parts of the page."""
        return self._state.missing

    @property
    def shown(self) -> set[str]:
        """Pages that were read in frames of this one."""
        return self._state.shown

    def _head(self, head: LexborNode) -> None:
        # The title of a page is its name.
        title = None if self._state.options.content else head.css_first("title")
        for child in head.iter():
            if title is None or child.mem_id != title.mem_id:
                self._state.leave_out(
                    child, "hidden" if child.tag in {"noscript", "template"} else "metadata"
                )

    def _text(self, text: str) -> None:
        flow = self._flow
        if self._state.preformatted:
            flow.write(text)
        elif text.isspace():
            if flow.position:
                flow.write(" ")
        else:
            if flow.line is not None and not flow.position and text[0] == "\n":
                flow.line += len(text) - len(text.lstrip("\n"))
            flow.write(_SPACE.sub(" ", text))

    def _open(self, node: LexborNode) -> Step:
        """Enter an element, unless it is left out."""
        tag = node.tag or ""
        attributes = node.attributes
        end: Leave | None = None
        if attributes:
            marks = self._attributes(node, tag, attributes)
            if marks is None:
                return None
            for mark in marks:
                end = both(mark, end)
        if node.mem_id == self._content_id:
            end = both(self._the_content(), end)
        step = self._enter(node, tag, attributes)
        if end is None:
            return step
        if step is None:
            end()
            return None
        return step[0], both(step[1], end)

    def _enter(self, node: LexborNode, tag: str, attributes: Attributes) -> Step:
        if self._has_shadows and len(self._state.slots) < _MOST_SHADOWS:
            root = embedded.shadow(node)
            if root is not None:
                return self._component(node, tag, attributes, root)
        handler = _HANDLERS.get(tag)
        return (
            (node.iter(include_text=True), None)
            if handler is None
            else handler(self._state, node, attributes)
        )

    def _attributes(self, node: LexborNode, tag: str, attributes: Attributes) -> list[Leave] | None:
        """Return the functions to call at the end of an element, None if it is left out."""
        state = self._state
        ends: list[Leave] = []
        reason = verdict(node, tag, attributes, state.page)
        kinds = _kinds(attributes)
        if reason == "frame":
            if not (state.content and "complementary" in kinds):
                ends.append(structure.frame(state))
        elif reason is not None and _NOTES.isdisjoint(kinds):
            # A link can show a hidden note.
            state.leave_out(node, reason)
            return None
        for kind in kinds:
            if not self._enter_kind(kind, node, attributes, ends):
                return None
        if self._is_page_start(node, attributes, is_seen=reason is None):
            return None
        if state.options.lines and (line := attributes.get("data-qa-line")):
            self._line(tag, line)
        return ends

    def _is_page_start(self, node: LexborNode, attributes: Attributes, *, is_seen: bool) -> bool:
        """Begin a printed page at an element; return whether the element is no more than its number."""
        options = self._state.options
        label = options.pages.get(attributes.get("id") or "") if options.pages else None
        if label is None:
            if not is_seen or not _is_page_number(node, attributes, options):
                return False
        elif _page_label(glimpse(node)) != _page_label(label):
            self._flow.mark(("page", _page_label(label)))
            return False
        self._page_break(node, attributes)
        return True

    def _enter_kind(self, kind: str, node: LexborNode, attributes: Attributes, ends: list[Leave]) -> bool:
        """Handle an ``epub:type`` or role of an element; return whether the element is to be entered."""
        state = self._state
        if kind in _NOTES:
            ends.append(self._note(node, attributes))
        elif kind in {"pagebreak", "doc-pagebreak"}:
            self._page_break(node, attributes)
            return False
        elif kind == "tab" and state.page.is_tab_of_panel(attributes):
            state.leave_out(node, "repeated")
            return False
        elif kind == "tabpanel" and (tab := state.page.tab_of(attributes)):
            self._flow.flush()
            self._flow.add_heading(tab, min(6, state.heading + 1))
        elif kind in _CONTENTS and state.options.is_book:
            state.leave_out(node, "contents")
            return False
        return True

    def _component(self, node: LexborNode, tag: str, attributes: Attributes, root: LexborNode) -> Step:
        outer = blocks.block(self._state, node, attributes) if tag in STRUCTURE else None
        inner = embedded.component(self._state, node, root)
        assert inner is not None
        return inner[0], both(inner[1], outer[1] if outer else None)

    def _the_content(self) -> Leave:
        """Begin the main content; the rest of the page frames it."""
        flow = self._flow
        flow.flush()
        flow.asides -= 1
        self._state.content += 1

        def leave() -> None:
            flow.flush()
            flow.asides += 1
            self._state.content -= 1

        return leave

    def _note(self, node: LexborNode, attributes: Attributes) -> Leave:
        """Begin a note, whose place is its mark."""
        flow, state = self._flow, self._state
        flow.flush()
        name = attributes.get("id") or ""
        link = state.page.links.get(name)
        label = (state.page.words(link) if link is not None else "").strip("[]() ")
        if not label or len(label) > 10:
            start = _NOTE_START.match(glimpse(node).lstrip())
            label = start[1] if start else attributes.get("data-qa-label") or name[:40]
        flow.places.append(("note", label))

        def leave() -> None:
            flow.flush()
            flow.places.pop()

        return leave

    def _page_break(self, node: LexborNode, attributes: Attributes) -> None:
        """Begin a printed page; its number is its label and not part of a sentence."""
        state = self._state
        text = node.text()
        named = state.options.pages.get(attributes.get("id") or "")
        names = (named, attributes.get("title"), attributes.get("aria-label"), text, attributes.get("id"))
        state.flow.mark(("page", _page_label(flat(names))))
        state.flow.omit("page number", text)

    def _line(self, tag: str, line: str) -> None:
        """Record the source line that an element comes from."""
        number = int(line) if line.isascii() and line.isdigit() and len(line) < 10 else None
        if tag == "qa-line":
            self._flow.mark(("line", number))
        elif tag in STRUCTURE and not self._state.rows:
            self._flow.flush()
            self._flow.line = number


def _kinds(attributes: Attributes) -> list[str]:
    """Return the kinds of an element, which its ``epub:type`` and its role name."""
    return f"{attributes.get('epub:type') or ''} {attributes.get('role') or ''}".split()


def _page_label(text: str) -> str:
    """Return the number of a printed page without the word and the brackets around it."""
    return _PAGE.sub("", text.strip(_AROUND_LABEL), count=1).strip(_AROUND_LABEL)[:40]


def _is_page_number(node: LexborNode, attributes: Attributes, options: Options) -> bool:
    """Return whether an element is the number of a printed page, as books on the web mark it."""
    classes = attributes.get("class")
    if not classes or _PAGE_CLASSES.isdisjoint(classes.lower().split()) or "href" in attributes:
        return False
    return (
        options.is_book
        or "[" in glimpse(node)
        or "id" in attributes
        or any("id" in descendant.attributes for descendant in near(node))
    )
