"""Choose the title of a document: its own title if that makes sense, else the name of its file."""

from __future__ import annotations

import re

from qa import lang
from qa.lang.en import ENGLISH
from qa.parsers.build import Extract, clean
from qa.parsers.chapters import part_level
from qa.text.titles import is_capitals, is_title_case

_LONGEST = 300
_NUMBERED = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,3})*[.)]|\d{1,3}(?:\.\d{1,3})+|[ivxlc]{1,6}[.)]|[a-z][.)])\s", re.IGNORECASE
)
# Titles that programs write if nobody gives one: names of files, of templates, or nothing.
_NO_TITLE = re.compile(
    r"\W*|(?:untitled|unknown|no title|none|null|title|(?:word )?document|slide ?\d+|page ?\d+)\W*\d*"
    r"|microsoft word - .*|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|html?|rtf|odt|ps|fm|eps|txt|ppt[xm]?|xls[xm]?)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 2_000
"""Characters at the beginning of a text among which the name of its kind may stand."""
_PROSE_WORDS = 12
"""Words of a line from which it is no title."""
_KINDS = lang.in_any("document_kinds")
_WORD = re.compile(r"[^\W\d_]+")
# "Exhibit 10.4 CONSULTING AGREEMENT", "Ex 10.3"
_EXHIBIT = re.compile(r"(?:exhibit|ex|annex|appendix|schedule)\b\.?\s*[A-Z]?[\d.\-]*[:.]?\s*", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[].*[)\]]\W*")
# A label with its value, an item, a line of a list of contents, and a title that goes on in the next line.
_NOT_NAMED = re.compile(
    rf"^\W*\d|[:\t]|\d\W*$|^[(\[].*[)\]]\W*$|\b(?:{'|'.join(sorted(ENGLISH.stop_words))})$", re.IGNORECASE
)


def choose(extract: Extract, stem: str) -> str:
    """Return a document's title.

    It is the title that the file declares, else a line above the first sentence that names a kind of
    document, else the first heading, else the name of the file.
    """
    for candidate in (extract.title, _named_kind(extract), _first_heading(extract)):
        if candidate is not None and (title := _tidy(candidate)):
            return title
    return _tidy(stem) or clean(stem) or "untitled"


def _named_kind(extract: Extract) -> str | None:
    """Return the first line that reads like a title with a kind of document: "SERVICE AGREEMENT"."""
    if any(place.kind == "cells" for place in extract.places):
        return None
    for line in extract.text[:_HEAD].splitlines():
        text = line.strip()
        words = _WORD.findall(text)
        if len(words) >= _PROSE_WORDS or (text.endswith((".", ";", ",")) and not is_capitals(text)):
            return None
        name = text[match.end() :] if (match := _EXHIBIT.match(text)) else text
        is_title = (is_capitals(name) or is_title_case(name)) and not _NOT_NAMED.search(name)
        important = {word.casefold() for word in words} - ENGLISH.stop_words
        if is_title and len(important) > 1 and not _KINDS.isdisjoint(important):
            return name
    return None


def _first_heading(extract: Extract) -> str | None:
    # The name of a sheet is not the title of its workbook.
    sheets = {place.start for place in extract.places if place.kind == "cells"}
    leading: list[str] = []
    level = None
    for block in extract.blocks:
        if block.kind == "heading" and block.start not in sheets and level in (None, block.level):
            leading.append(extract.text[block.start : block.end])
            level = block.level
        elif leading:
            break
    # A notice in bold type may precede the title: "Certain portions of this exhibit were omitted".
    heading = next(
        (each for each in leading if is_title_case(each) or is_capitals(each)), next(iter(leading), None)
    )
    # "Chapter I", "1. Rent" and "(Translation)" begin a document, but are not its title.
    is_part = heading is None or part_level(heading) or _NUMBERED.match(heading)
    return None if is_part or _BRACKETED.fullmatch(heading or "") else heading


def _tidy(title: str) -> str:
    title = " ".join(clean(title).split())
    return "" if len(title) > _LONGEST or _NO_TITLE.fullmatch(title) else title
