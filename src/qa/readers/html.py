"""HTML: the words that a reader of the page sees, block by block, without its navigation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qa.errors import ReadError
from qa.readers import encoding
from qa.readers.build import Extract, TextBuilder
from qa.readers.limits import MARKUP_DEPTH, MARKUP_ELEMENTS
from qa.types import BlockKind

_CHARSET = re.compile(
    rb"""(?:<meta\b[^>]{0,300}?\bcharset\s*=\s*|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*)["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_CHARSET_WITHIN = 4096
# In XHTML an empty element may close itself; read as HTML it would swallow what comes after it.
_SELF_CLOSED = re.compile(
    r"<(title|script|style|textarea|iframe|noscript|template|a|span|div|p|em|i|b|td|li)((?:\s[^<>]*)?)/>",
    re.IGNORECASE,
)
# The parser takes time in the square of the number of choices in a list, which nobody reads as text.
_CHOICE = re.compile(r"</?opt(?:ion|group)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SPACE = re.compile("[ \t\n\r\f]+")
_SPACES = re.compile(" +")
_BREAKS = re.compile("\n\n+")
_AROUND_BREAK = re.compile(" *\n *")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_UNSEEN = frozenset(
    (
        *("head", "script", "style", "template", "noscript", "iframe", "object", "embed", "svg"),
        *("canvas", "audio", "video", "map", "select", "datalist", "button", "input", "textarea"),
        *("nav", "menu", "dialog", "rt", "rp", "rtc", "annotation", "annotation-xml"),
    )
)
_UNSEEN_ROLES = frozenset(
    (
        *("navigation", "search", "menu", "menubar", "banner", "contentinfo", "dialog"),
        *("toolbar", "doc-pagebreak"),
    )
)
_UNSEEN_CLASSES = frozenset(
    (
        *("noprint", "mw-editsection", "mw-jump-link", "navbox", "sr-only", "visually-hidden"),
        *("screen-reader-text", "skip-link", "interlanguage-link"),
    )
)
# What frames the page where it stands outside of the content proper.
_FRAME = frozenset({"header", "footer", "aside"})
_CONTENT = frozenset({"main", "article", "section"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset({"td", "th"})
_BLOCKS = frozenset(
    (
        *("html", "body", "address", "article", "aside", "blockquote", "center", "dd", "details"),
        *("dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("header", "hgroup", "hr", "legend", "li", "main", "ol", "p", "pre", "section"),
        *("summary", "table", "caption", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
) | frozenset(_HEADINGS)
_NOT_IN_ROWS = "table, h1, h2, h3, h4, h5, h6, pre, blockquote, p + p, p + ul, ul + p"
# Elements that HTML closes by itself, or that hold nothing, say nothing about the depth.
_SHALLOW = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td"),
        *("th", "thead", "tbody", "tfoot", "colgroup", "rt", "rp"),
    )
)
_LONGEST_CELL = 800
_LEAST_CONTENT = 500


def read(data: bytes) -> Extract:
    """The content of a page and its title."""
    markup, doubts = encoding.decode_with_doubts(data, _declared(data))
    page = _parse(markup)
    builder = TextBuilder()
    if (content := _content(page)) is not None:
        _Walk(builder, in_content=True).run(content)
    if builder.length < _LEAST_CONTENT and page.body is not None:
        whole = TextBuilder()
        _Walk(whole).run(page.body)
        if whole.length > 2 * builder.length:
            builder = whole
    title = page.css_first("head > title")
    name = _SPACE.sub(" ", title.text()).strip() if title else None
    return builder.extract(name, warnings=doubts)


def decode(data: bytes) -> str:
    """The markup as text, in the encoding that its bytes prove or that it declares."""
    return encoding.decode(data, _declared(data))


def _declared(data: bytes) -> str | None:
    found = _CHARSET.search(data, 0, _CHARSET_WITHIN)
    return found[1].decode("ascii", "replace") if found else None


def append(markup: str, builder: TextBuilder) -> None:
    """Append the blocks of a piece of HTML or XHTML that is content through and through."""
    page = _parse(markup)
    if page.body is not None:
        _Walk(builder, in_content=True).run(page.body)


def links(markup: str) -> list[tuple[str, str]]:
    """The target and the words of every link."""
    return [
        (node.attributes.get("href") or "", _SPACE.sub(" ", node.text()).strip())
        for node in _parse(markup).css("a[href]")
    ]


def _parse(markup: str) -> LexborHTMLParser:
    # The parser takes time in the square of the depth.
    depth = elements = 0
    for found in _TAG.finditer(markup):
        close, tag = found.groups()
        elements += not close
        if elements > MARKUP_ELEMENTS:
            raise ReadError(f"it has more than {MARKUP_ELEMENTS:,} elements; split it, or save it as .txt.")
        if tag.lower() not in _SHALLOW:
            depth = max(0, depth - 1) if close else depth + 1
            if depth > MARKUP_DEPTH:
                raise ReadError(
                    f"its elements are nested more than {MARKUP_DEPTH} deep, which no real page is; "
                    "save its text as .txt."
                )
    return LexborHTMLParser(_SELF_CLOSED.sub(r"<\1\2></\1>", _CHOICE.sub("", markup)))


def _content(page: LexborHTMLParser) -> LexborNode | None:
    """The element that the page itself names as its content."""
    for selector in ("main", "[role=main]", "article"):
        found = page.css(selector)
        if len(found) == 1:
            return found[0]
    return None


class _Walk:
    """One pass over a tree, without recursion, that turns elements into blocks."""

    def __init__(self, builder: TextBuilder, *, in_content: bool = False) -> None:
        self._builder = builder
        self._pending: list[str] = []
        self._kinds: list[tuple[BlockKind, int]] = [("paragraph", 0)]
        self._content = 1 if in_content else 0
        self._pre = 0
        self._row = 0

    def run(self, root: LexborNode) -> None:
        for node, entering in _steps(root, self._is_seen):
            if node.is_text_node:
                self._text(node.text_content or "")
            elif entering:
                self._enter(node)
            else:
                self._leave(node)
        self._flush()

    def _is_seen(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag in _UNSEEN or (tag in _FRAME and not self._content and node.css_first("h1") is None):
            return False
        attributes = node.attributes
        if not attributes:
            return True
        return not (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or (attributes.get("role") or "").lower() in _UNSEEN_ROLES
            or attributes.get("epub:type") == "pagebreak"
            or _HIDING.search(attributes.get("style") or "")
            or not _UNSEEN_CLASSES.isdisjoint((attributes.get("class") or "").split())
        )

    def _text(self, text: str) -> None:
        self._pending.append(text if self._pre else _SPACE.sub(" ", text))

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "br":
            self._pending.append("\n")
            return
        if tag in _CONTENT:
            self._content += 1
        if tag not in _BLOCKS:
            return
        if self._row:
            # Within a row cells are parted by a tab, and what is in a cell by line breaks.
            self._pending.append("\t" if tag in _CELLS else "\n")
            return
        self._flush()
        if tag in _HEADINGS:
            self._kinds.append(("heading", _HEADINGS[tag]))
        elif tag == "li":
            self._kinds.append(("item", 0))
        elif tag == "pre":
            self._kinds.append(("code", 0) if _is_code(node) else ("paragraph", 0))
            self._pre += 1
        elif tag == "tr" and _is_row(node):
            self._kinds.append(("row", 0))
            self._row += 1

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _CONTENT:
            self._content -= 1
        if tag not in _BLOCKS:
            return
        if self._row and tag != "tr":
            if tag not in _CELLS:
                self._pending.append("\n")
            return
        self._flush()
        if tag == "pre":
            self._pre -= 1
        if tag == "tr":
            if not self._row:
                return
            self._row = 0
        if tag in _HEADINGS or tag in {"li", "pre", "tr"}:
            self._kinds.pop()

    def _flush(self) -> None:
        if not self._pending:
            return
        # Soft hyphens are hints for the line breaker, not letters.
        text = "".join(self._pending).replace("\u00ad", "")
        self._pending.clear()
        kind, level = self._kinds[-1]
        if kind == "row":
            cells = (_lines(cell, "\n") for cell in text.split("\t"))
            self._builder.add("\t".join(cells), kind)
        elif self._pre and kind == "code":
            self._builder.add(text.strip("\n"), kind)
        else:
            for part in _BLANK_LINES.split(text if self._pre else _lines(text, "\n\n")):
                self._builder.add(part, kind, level)


def _lines(text: str, gap: str) -> str:
    """The text with single spaces, no white space around line breaks and ``gap`` for several of them."""
    if "  " in text:
        text = _SPACES.sub(" ", text)
    if "\n" in text:
        text = _BREAKS.sub(gap, _AROUND_BREAK.sub("\n", text))
    return text.strip()


def _steps(root: LexborNode, is_seen: Callable[[LexborNode], bool]) -> Iterator[tuple[LexborNode, bool]]:
    """Every text and element below ``root`` in order, an element when it begins (True) and ends."""
    node = root.first_child
    while node is not None:
        below = None
        if node.is_text_node:
            yield node, True
        elif node.is_element_node and is_seen(node):
            yield node, True
            below = node.first_child
            if below is None:
                yield node, False
        if below is not None:
            node = below
            continue
        while node.next is None:
            parent = node.parent
            if parent is None or parent.mem_id == root.mem_id:
                return
            node = parent
            yield node, False
        node = node.next


def _is_code(pre: LexborNode) -> bool:
    """Whether preformatted text is code; else it is prose with hard line ends, as in old archives."""
    if pre.css_first("code, samp, kbd, span") is not None or pre.attributes.get("class"):
        return True
    return "\n\n" not in (pre.text() or "").replace("\r", "")


def _is_row(row: LexborNode) -> bool:
    """Whether a table row holds data; else the table only lays out the page."""
    cells = [cell for cell in _children(row) if cell.tag in _CELLS]
    return (
        len(cells) > 1
        and row.css_first(_NOT_IN_ROWS) is None
        and all(len(cell.text()) <= _LONGEST_CELL for cell in cells)
    )


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
