"""Classify the control words of rich text that affect the text."""

from __future__ import annotations

import re

from qa.types import OmissionReason

CHARACTERS = {
    **{"tab": "\t", "line": "\n", "lbr": "\n", "column": "\n", "emdash": "—", "endash": "–", "bullet": "•"},
    **{"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": "\u2003"},
    **{"enspace": "\u2002", "qmspace": "\u2005", "zwj": "\u200d", "zwnj": "\u200c", "zwbo": "\u200b"},
    **{"zwnbo": "\u2060", "ltrmark": "\u200e", "rtlmark": "\u200f"},
}
SYMBOLS = {"~": "\u00a0", "-": "\u00ad", "_": "\u2011", "\t": "\t", "\\": "\\", "{": "{", "}": "}"}
BLOCKS = frozenset(("par", "sect", "page", "cell", "nestcell", "row", "nestrow"))
# Streams of paragraphs beside the body.
FLOWS = frozenset(
    (
        *("footnote", "annotation", "shptxt", "dptxbxtext"),
        *(f"{what}{pages}" for what in ("header", "footer") for pages in ("", "l", "r", "f")),
    )
)
# Groups with visible words, although programs that do not know them may skip them.
SHOWN = frozenset(("shpinst", "shppict", "nesttableprops", "do", "mmath", "moMath", "moMathPara", "picprop"))
_SKIPPED = (
    *("colortbl", "filetbl", "revtbl", "listtable", "listoverridetable", "rsidtbl", "xmlnstbl", "keycode"),
    *("nonshppict", "shprslt", "nonesttables", "background", "template", "private1", "generator", "docvar"),
    *("objdata", "objclass", "objname", "objalias", "objsect", "bkmkstart", "bkmkend", "xe", "rxe", "tc"),
    *("tcn", "pn", "pntxta", "pntxtb", "pnseclvl", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc"),
    *("aftncn", "themedata", "colorschememapping", "datastore", "latentstyles", "userprops", "datafield"),
    *("fname", "falt", "panose", "formfield", "ffdeftext", "ffl", "mhtmltag", "htmltag", "atnid", "atnref"),
    *("atrfstart", "atrfend", "mathPr", "mmathPr", "mmathPict", "mctrlPr", "mrPr", "mfPr", "msSupPr"),
    *("msSubPr", "mdPr", "mradPr", "mnaryPr"),
)
# Destination of the words of a group, by the group's first control word.
DESTINATIONS = {
    **dict.fromkeys(_SKIPPED, "skip"),
    **dict.fromkeys(FLOWS, "flow"),
    **dict.fromkeys(("fldinst", "title", "atnauthor", "atndate", "sn", "sv"), "collect"),
    **dict.fromkeys(("listtext", "pntext"), "number"),
    **{"fonttbl": "fonttbl", "stylesheet": "stylesheet", "info": "info", "pict": "pict", "object": "body"},
    # Both groups have the same words; one is for programs without Unicode.
    "upr": "upr",
    "ud": "as around",
}
_PAGE_NUMBER = re.compile(r"(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_CONTENTS = re.compile(r"TOC\b", re.IGNORECASE)
_SIGN = re.compile(r"SYMBOL\s+(\d{1,5})\b", re.IGNORECASE)
_HEADING = re.compile(r"\s*heading ([1-9])\b", re.IGNORECASE)


def field_reason(instruction: str) -> OmissionReason | None:
    """Return why the result of a field is left out, or None if it is text."""
    if _PAGE_NUMBER.match(instruction):
        return "page number"
    return "contents" if _CONTENTS.match(instruction) else None


def sign_of_field(instruction: str) -> str | None:
    """Return the sign of a SYMBOL field, which has no result, or None."""
    match = _SIGN.match(instruction)
    return chr(int(match[1])) if match is not None and 31 < int(match[1]) < 0xD800 else None


def level_of_style(name: str) -> int:
    """Return the heading level of a style, or 0 if it is not for headings."""
    match = _HEADING.match(name)
    return int(match[1]) if match is not None else 0
