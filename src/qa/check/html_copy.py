"""Mark the quotations in a copy of an HTML draft."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

from qa.check import phrases
from qa.check.places import MarkupText
from qa.check.record import DraftCheck
from qa.parsers.html import decode

_UNSEEN = frozenset(
    {"script", "style", "title", "template", "noscript", "textarea", "xmp", "iframe", "noembed"}
)
_HEAD_END = re.compile(r"</head\s*>|<body\b", re.IGNORECASE)
_STYLE = """<style>
.qa-check { border-bottom: 2px solid; cursor: help; color: inherit; background: #fff3bf; }
.qa-verbatim, .qa-typographic, .qa-stitched { background: #d8f5e0; }
.qa-altered, .qa-not_found { background: #ffd9d2; }
@media (prefers-color-scheme: dark) { .qa-check { color: #1d1d1f; } }
</style>
"""
_BYTE_ORDER_MARK = "\ufeff"


def html_copy(data: bytes, check: DraftCheck) -> tuple[bytes, int]:
    """Return a copy of an HTML file with its quotations marked, and the number of those not marked.

    Each mark has the verdict as its class and the comment as its title. Nothing else of the file changes but
    its encoding, which is UTF-8.
    """
    markup = _decoded(data).removeprefix(_BYTE_ORDER_MARK)
    reader = _Texts(markup)
    text = MarkupText([sign or markup[start:end] for start, end, sign in reader.texts])
    inserts: list[tuple[int, str]] = []
    missing = 0
    for quotation in check.quotations:
        spans = text.find(quotation.text)
        missing += not spans
        title = escape("\n".join(phrases.comment(quotation)))
        mark = f'<mark class="qa-check qa-{quotation.verdict}" title="{title}">'
        for number, first, last in spans:
            start, end, sign = reader.texts[number]
            inserts.append((start if sign else start + first, mark))
            inserts.append((end if sign else start + last, "</mark>"))
    head = _HEAD_END.search(markup)
    inserts.append((head.start() if head else 0, _STYLE))
    return (_BYTE_ORDER_MARK + _inserted(markup, inserts)).encode("utf-8", "xmlcharrefreplace"), missing


def _decoded(data: bytes) -> str:
    """Return the markup with its own line ends, if it is UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data)


def _inserted(markup: str, inserts: list[tuple[int, str]]) -> str:
    out: list[str] = []
    at = 0
    for place, text in sorted(inserts, key=lambda insert: insert[0]):
        out += [markup[at:place], text]
        at = place
    return "".join([*out, markup[at:]])


class _Texts(HTMLParser):
    """Collects the visible texts of a page with their offsets; a character reference is one text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[tuple[int, int, str]] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", markup))]
        self._hidden: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSEEN:
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]

    def handle_data(self, data: str) -> None:
        self._add(len(data), "")

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name};")

    def _reference(self, reference: str) -> None:
        from html import unescape

        self._add(len(reference), unescape(reference))

    def _add(self, length: int, sign: str) -> None:
        if not self._hidden:
            line, column = self.getpos()
            start = self._lines[line - 1] + column
            self.texts.append((start, start + length, sign))
