"""Bytes to a tree: XHTML reads as HTML, and no page makes the parser slow."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import encoding
from qa.parsers.html.choices import without_choices
from qa.parsers.limits import MARKUP_DEPTH, MARKUP_ELEMENTS

_CHARSET = re.compile(
    rb"""(?:<meta\b[^>]{0,300}?\bcharset\s*=\s*|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*)["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_CHARSET_WITHIN = 4096
# In XHTML any element may close itself; read as HTML it would swallow what comes after it.
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)([a-z][\w:.-]*+)"
    r"((?:[^<>\"'/]++|\"[^\"]*+\"|'[^']*+'|/(?!>))*+)/>",
    re.IGNORECASE,
)
_UNQUOTED_END = re.compile(r"=\s*[^\s\"'=<>]+\Z")
# Elements that HTML closes by itself, or that have no content, say nothing about the depth.
_DEEPENING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|option"
    r"|optgroup|tr|td|th|thead|tbody|tfoot|colgroup|rt|rp)\b)[a-z]",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<[a-zA-Z]")
_PREFIX = re.compile(
    r"xmlns:([\w.-]{1,40})\s*=\s*[\"']http://www\.w3\.org/(?:1999/xhtml|1998/Math/MathML|2000/svg)[\"']"
)
_SUBSET = re.compile(r"<!DOCTYPE\s[^\[<>]{0,1000}\[", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_SUBSET_WITHIN = 20_000
_ENTITY = re.compile(r"<!ENTITY\s+([\w.:-]+)\s+(?:\"([^\"]{0,10000})\"|'([^']{0,10000})')\s*>")
_REFERENCE = re.compile(r"&([\w.:-]+);")
_ENTITY_CHARACTERS = 10_000
_SECTION, _SECTION_END = "<![CDATA[", "]]>"


def decode(data: bytes) -> str:
    """Return the markup as text, in the encoding that its bytes prove or that it declares."""
    return decode_with_doubts(data)[0]


def decode_with_doubts(data: bytes, charset: str | None = None) -> tuple[str, tuple[Message, ...]]:
    """Return the markup, and a warning for every reason to doubt its letters."""
    return encoding.decode_with_doubts(data, charset or _declared(data))


def _declared(data: bytes) -> str | None:
    match = _CHARSET.search(data, 0, _CHARSET_WITHIN)
    return match[1].decode("ascii", "replace") if match else None


def parse(markup: str) -> LexborHTMLParser:
    """Parse a page; raises ReadError where it is larger or deeper than the parser can take."""
    markup = _with_entities(markup)
    if _SECTION in markup:
        markup = _with_sections(markup)
    if prefixes := set(_PREFIX.findall(markup)):
        names = "|".join(map(re.escape, prefixes))
        markup = re.sub(rf"<(/?)(?:{names}):(?=[a-zA-Z])", r"<\1", markup)
    markup = without_choices(markup)
    if "/>" in markup:
        markup = _SELF_CLOSED.sub(_closed, markup)
    _check(markup)
    return LexborHTMLParser(markup)


def _check(markup: str) -> None:
    tags = markup.count("<")
    if tags > MARKUP_ELEMENTS and len(_ELEMENT.findall(markup)) > MARKUP_ELEMENTS:
        raise ReadError("markup-too-many-elements", most=MARKUP_ELEMENTS)
    if tags <= MARKUP_DEPTH:
        return
    # The parser takes time in the square of the depth.
    depth = 0
    for close in _DEEPENING.findall(markup):
        depth = max(0, depth - 1) if close else depth + 1
        if depth > MARKUP_DEPTH:
            raise ReadError("markup-nested-too-deep", most=MARKUP_DEPTH)


def _closed(element: re.Match[str]) -> str:
    name, attributes = element.groups()
    # <a href=/path/> does not close itself: the slash belongs to the address.
    return element[0] if _UNQUOTED_END.search(attributes) else f"<{name}{attributes}></{name}>"


def _with_entities(markup: str) -> str:
    """Replace the entities that the page's own document type declares, if they are short texts."""
    start = _SUBSET.search(markup, 0, _SUBSET_WITHIN)
    end = start and _SUBSET_END.search(markup, start.end())
    if not start or not end:
        return markup
    subset = markup[start.end() : end.start()]
    markup = f"{markup[: start.end() - 1]}>{markup[end.end() :]}"
    values: dict[str, str] = {}
    size = 0
    for name, double, single in _ENTITY.findall(subset):
        value = _REFERENCE.sub(lambda known: values.get(known[1], known[0]), double or single)
        size += len(value)
        if size > _ENTITY_CHARACTERS:
            break
        values.setdefault(name, value)
    if not values:
        return markup
    room = max(_ENTITY_CHARACTERS, len(markup))

    def value_of(reference: re.Match[str]) -> str:
        nonlocal room
        value = values.get(reference[1])
        if value is None or len(value) > room:
            return reference[0]
        room -= len(value)
        return value

    return _REFERENCE.sub(value_of, markup)


def _with_sections(markup: str) -> str:
    """Replace CDATA sections by their text; those of scripts are part of the script."""
    parts = []
    at = 0
    while (start := markup.find(_SECTION, at)) >= 0:
        content = start + len(_SECTION)
        end = markup.find(_SECTION_END, content)
        if end < 0:
            break
        parts.append(markup[at:start])
        text = markup[content:end]
        if not markup[max(0, start - 8) : start].rstrip().endswith(("//", "/*")):
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        parts.append(text)
        at = end + len(_SECTION_END)
    parts.append(markup[at:])
    return "".join(parts)
