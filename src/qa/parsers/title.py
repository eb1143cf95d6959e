"""Choose the title of a document: its own title if that makes sense, else the name of its file."""

from __future__ import annotations

import re

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


def choose(extract: Extract, stem: str) -> str:
    """Return the title that the file declares, else its first heading, else the name of the file."""
    for candidate in (extract.title, _first_heading(extract)):
        if candidate is not None and (title := _tidy(candidate)):
            return title
    return _tidy(stem) or clean(stem) or "untitled"


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
    # "Chapter I" and "1. Rent" begin a document, but are not its title.
    return None if heading is None or part_level(heading) or _NUMBERED.match(heading) else heading


def _tidy(title: str) -> str:
    title = " ".join(clean(title).split())
    return "" if len(title) > _LONGEST or _NO_TITLE.fullmatch(title) else title
