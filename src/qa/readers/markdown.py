"""Markdown: its words without the markup, code as it stands."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from qa.readers import encoding, html
from qa.readers.build import Extract

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
# The parser recurses per level of quotes and lists; what lies deeper is hostile.
_MAX_NESTING = 100
# The parser takes time in the square of a paragraph's brackets and stars: where there are more of them
# between two blank lines than any list or table has, the text is left as it stands.
_MARKS = re.compile(r"[\[\]*_`<~!&\\]")
_MOST_MARKS = 10_000


def read(data: bytes) -> Extract:
    """The text of a Markdown file; front matter gives the title and is no text."""
    text, doubts = encoding.decode_with_doubts(data)
    title = None
    if front := _FRONT_MATTER.match(text):
        text = text[front.end() :]
        if found := _TITLE.search(front[1]):
            title = found[1].strip("'\"") or None
    if any(_has_too_many_marks(part) for part in text.split("\n\n")):
        return Extract(title, text, warnings=doubts)
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    builder, _ = html.read_part(parser.render(text), html.Options(content=True))
    return builder.extract(title, warnings=doubts)


def _has_too_many_marks(part: str) -> bool:
    return len(part) > _MOST_MARKS and len(_MARKS.findall(part)) > _MOST_MARKS
