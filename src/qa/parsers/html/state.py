"""Keep the state of the walk through a page, shared by the handlers of its elements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from qa.parsers.html.flow import Flow
from qa.parsers.html.page import Options, Page
from qa.parsers.html.tables import Spans
from qa.types import OmissionReason

Leave = Callable[[], None]
Step = tuple[Iterator[LexborNode], Leave | None] | None
"""The children of an entered element, and a function to call at its end; None if the element is skipped."""
Attributes = Mapping[str, str | None]
Handler = Callable[["State", LexborNode, Attributes], Step]

_OWN_REASONS = {"script": "script", "style": "style"}
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "kbd", "mark"),
        *("q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)


@dataclass
class State:
    """The current place in the page."""

    flow: Flow
    page: Page
    options: Options
    content: int = 0
    heading: int = 1
    quotes: int = 0
    block_quotes: int = 0
    preformatted: int = 0
    documents: int = 0
    in_header: bool = False
    noscript: int = 0
    rows: int = 0
    lists: list[list[int | str]] = field(default_factory=list)
    spans: list[Spans] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    term: str = ""
    slots: list[dict[str, list[LexborNode]]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    drawings: int = 0
    shown: set[str] = field(default_factory=set)

    def leave_out(self, node: LexborNode, reason: str | None) -> None:
        """Account for all text below an element; if ``reason`` is None, only for its scripts."""
        texts = {reason: self._texts(node)} if node.tag not in _OWN_REASONS else {node.tag: node.text()}
        for text_reason, text in texts.items():
            if text_reason is not None:
                self.flow.omit(text_reason, text)  # type: ignore[arg-type]

    def _texts(self, node: LexborNode) -> str:
        """Return the text below an element, with line breaks between blocks, and account for its scripts."""
        parts: list[str] = []
        level: list[Iterator[LexborNode]] = [children(node)]
        while level:
            for child in level[-1]:
                if child.is_text_node:
                    parts.append(child.text_content or "")
                    continue
                tag = child.tag or ""
                if tag in _OWN_REASONS:
                    self.flow.omit(_OWN_REASONS[tag], child.text())  # type: ignore[arg-type]
                    continue
                if not child.is_element_node:
                    continue
                if tag not in _INLINE:
                    parts.append("\n")
                level.append(children(child))
                break
            else:
                level.pop()
        return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(parts).split("\n"))))


def children(node: LexborNode) -> Iterator[LexborNode]:
    """Return the children of an element, including the content of a template."""
    if node.tag == "template":
        fragments = node.template_fragments()
        return fragments[0].iter(include_text=True) if fragments else iter(())
    return node.iter(include_text=True)


def both(first: Leave | None, second: Leave | None) -> Leave | None:
    """Return a function that calls two functions in order."""
    if first is None or second is None:
        return first or second

    def leave() -> None:
        first()
        second()

    return leave


def flat(parts: Iterable[str | None]) -> str:
    """Return the first text that is not empty, on one line."""
    return next((" ".join(part.split()) for part in parts if part and part.strip()), "")


def leaving_out(reason: OmissionReason) -> Handler:
    """Return a handler that skips an element and accounts for its text with this reason."""

    def handler(state: State, node: LexborNode, attributes: Attributes) -> Step:
        state.leave_out(node, reason)
        return None

    return handler
