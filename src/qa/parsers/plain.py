"""Read plain text, kept code point for code point: a quote is a slice of the decoded file."""

from __future__ import annotations

import re

from qa.parsers import encoding, subtitles
from qa.parsers.build import Extract, storable
from qa.parsers.chapters import chapters
from qa.parsers.limits import PDF_PAGES
from qa.text.lines import with_uniform_lines
from qa.types import Page

_PAGE_END = re.compile("\x0c")


def read(data: bytes) -> Extract:
    """Return the text of a file in any encoding; raise ReadError if it is not text.

    Form feeds begin pages. A transcript with time codes is parsed as a transcript (`subtitles.transcript`).
    """
    text, doubts = encoding.decode_exactly(data)
    text = storable(text)
    if (spoken := subtitles.transcript(text, doubts)) is not None:
        return spoken
    return Extract(None, text, chapters(with_uniform_lines(text)), _pages(text), warnings=doubts)


def _pages(text: str) -> tuple[Page, ...]:
    """Return the pages between form feeds; none if there is only one, or more than any print has."""
    # Many files for printers end with a form feed; the page after it is empty.
    if text.count("\x0c") > PDF_PAGES:
        return ()
    starts = [0, *(feed.end() for feed in _PAGE_END.finditer(text, 0, len(text.rstrip())))]
    if len(starts) == 1:
        return ()
    ends = [*starts[1:], len(text)]
    return tuple(Page(number, *span) for number, span in enumerate(zip(starts, ends, strict=True), 1))
