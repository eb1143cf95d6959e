"""Fixed phrases around a quote, and the quote made safe to display; shared by all output for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from qa.render.reading import Line, Mark, edited, edits, lines
from qa.types import Omission, PlaceKind

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Citation, Quote, Scope

NOT_FOUND = "Not in your documents."
NEAREST = "Nearest, not an answer"
CLOSEST = "Closest passages"
LOOKING_IN = "Looking in"
INCOMPLETE = (
    "Incomplete: the documents of {names} could not be asked, because the database cannot be reached."
)
SELECTED = "Selected by you"
PROMISE = (
    "Every quote is verbatim text of the document named with it; only line breaks and hyphens of the printed "
    "page are joined for reading."
)

_OPENED_BY_LINKS = ("http", "https")

# Characters that a terminal or a browser interprets instead of displaying: control characters (escape
# sequences begin with one), overrides and isolates of the writing direction, invisible tags, line separators,
# and unpaired surrogates, which cannot be encoded. The plain direction marks stay: Hebrew and Arabic need
# them, and they affect only their neighbours.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)

# In a name, a line feed or a tab would pretend to be another line or column.
_LINE_SIGNS = str.maketrans("\t\n", "\u2409\u240a")

_LEVELS = (
    (0.9, "very-likely", "very likely an answer"),
    (0.7, "likely", "likely an answer"),
    (0.5, "more-likely", "more likely than not an answer"),
    (0.3, "perhaps", "perhaps an answer"),
    (0.1, "unlikely", "unlikely an answer"),
    (0.0, "very-unlikely", "very unlikely an answer"),
)
"""The minimum confidence of each level, with its code and words."""


# Cells and times need no name of their kind.
_PLACES: dict[PlaceKind, str] = {
    "cells": "",
    "comment": "comment",
    "annotation": "annotation",
    "form": "form field",
    "signature": "signature",
    "note": "note",
    "speaker notes": "speaker notes",
    "alternative text": "description of a picture",
    "time": "",
    "headers": "mail header",
}
_PERHAPS = 0.3
TOO_LOW = "too low for an answer"


def displayable(text: str) -> str:
    """Return the text with every character that could control the display replaced by a visible one.

    The replacement is one character for one, so offsets stay valid. Line feeds and tabs stay; a carriage
    return becomes a line feed, or a space in a Windows line end; a form feed becomes a space.
    """
    return _UNSAFE.sub(_visible, text)


def single_line(text: str) -> str:
    """Return the text, displayable, on one line, with each run of white space as one space."""
    return " ".join(displayable(" ".join(text.split())).split())


def escaped(text: str) -> str:
    """Return the text, displayable, on one line without any other change: different names stay different."""
    return displayable(text).translate(_LINE_SIGNS)


def in_words(confidence: float, answered: bool = True) -> str:
    """Return the confidence as a number, see `in_digits`, and in words.

    If the question is not ``answered``, the words do not suggest that the passages may be an answer.
    """
    confidence = round(confidence, 6)  # as in the record
    words = next(words for least, _, words in _LEVELS if confidence >= least)
    if not answered and confidence >= _PERHAPS:
        words = TOO_LOW
    return f"{in_digits(confidence)}, {words}"


def in_digits(confidence: float) -> str:
    """Return the confidence to two decimals; 0 and 1 appear only if they are exact."""
    bound, number = bounded(confidence)
    return f"{bound} {number:.2f}".lstrip()


def level(confidence: float) -> str:
    """Return the code of the words for a confidence."""
    return next(code for least, code, _ in _LEVELS if confidence >= least)


def bounded(confidence: float) -> tuple[str, float]:
    """Return the confidence to two decimals, with “over” or “under” if rounding would make it 0 or 1."""
    if 0.995 <= confidence < 1:
        return "over", 0.99
    if 0 < confidence < 0.005:
        return "under", 0.01
    return "", confidence


def title_of(citation: Citation) -> str:
    """Return the name of a citation's document for a person."""
    return single_line(citation.name or citation.title) or single_line(citation.doc_id)


def heading_path(citation: Citation) -> str:
    """Return the title of a citation's document and the headings above the place, without repetitions."""
    title = title_of(citation)
    path = [title]
    names = {title.casefold(), single_line(citation.title).casefold()}
    for heading in map(single_line, citation.heading):
        # Books and contracts print their title above the text again, often in capitals.
        if heading and heading.casefold() not in (names if len(path) == 1 else {path[-1].casefold()}):
            path.append(heading)
    return " › ".join(path)


def where(citation: Citation) -> str:
    """Return the citation as a person writes it: title, path of headings, page, place, line.

    A document with pages is cited by its page, because its text has other lines than the page.
    """
    parts = [heading_path(citation)]
    page, line = citation.page, citation.line
    if page is not None:
        label = single_line(citation.page_label or "")
        parts.append(f"page {label} (page {page} of the file)" if label else f"page {page}")
    if citation.place is not None:
        parts.append(named_place(citation))
    elif line is not None and page is None:
        parts.append(f"line {line}")
    return ", ".join(parts)


def named_place(citation: Citation) -> str:
    """Return the place in the file's own terms, such as a comment with its author; empty if there is none."""
    if citation.place is None:
        return ""
    label, kind = single_line(citation.place.label), _PLACES[citation.place.kind]
    return f"{kind} ({label})" if kind and label else kind or label


def place(citation: Citation) -> str:
    """Return the place in the form that ``qa show`` takes."""
    return f"{single_line(citation.doc_id)}:{citation.start}-{citation.end}"


def link_target(citation: Citation) -> str | None:
    """Return the address to link to: the source, at its page if it is a PDF; never a script.

    A path of this machine is no address: it says who uses it, and opens nothing elsewhere.
    """
    uri = citation.uri
    if uri is None:
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    is_relative = not parts.scheme and not parts.netloc and not parts.path.startswith("/")
    if not (is_relative or parts.scheme in _OPENED_BY_LINKS) or displayable(uri) != uri:
        return None
    if citation.page is not None and parts.path.lower().endswith(".pdf") and not parts.fragment:
        return f"{uri}#page={citation.page}"
    return uri


def left_out(omission: Omission) -> str:
    """Return one line for words that a text leaves out: the reason, the page, the part's name, the words."""
    page = f"page {omission.page}" if omission.page is not None else ""
    words = single_line(omission.text) or "(not read)"
    return "\t".join((omission.reason, page, single_line(omission.name or ""), words))


def fingerprints(record: Answer) -> list[str]:
    """Return the SHA-256 of each cited document, once, to identify the files quoted."""
    cited = [c for quote in record.quotes for c in (quote.citation, *quote.also)]
    return list(dict.fromkeys(f"{single_line(c.doc_id)}: SHA-256 {c.sha256}" for c in cited))


def pieces(quote: Quote) -> Iterator[tuple[str, Mark]]:
    """Yield the pieces of a quote between the edges of its marked words, and the mark of each.

    Joined, the pieces are the quote, for any marks.
    """
    text, origin = quote.text, quote.citation.start
    at = 0
    for span in sorted(quote.matched, key=lambda span: (span.start, span.end)):
        start = max(span.start - origin, at)
        end = min(span.end - origin, len(text))
        if start >= end:
            continue
        if start > at:
            yield text[at:start], ""
        yield text[start:end], "answer" if span.kind == "answer" else "match"
        at = end
    if at < len(text):
        yield text[at:], ""


def answer_words(quote: Quote) -> list[str]:
    """Return the texts of the answer words of a quote."""
    return [piece for piece, mark in pieces(quote) if mark == "answer"]


def shown_pieces(quote: Quote) -> Iterator[tuple[str, Mark]]:
    """Yield the pieces of a quote in its reading form, see `qa.render.reading`, and displayable."""
    for piece, mark in edited(pieces(quote), edits(quote.text)):
        yield displayable(piece), mark


def shown_lines(quote: Quote) -> list[Line[Mark]]:
    """Return the lines of a quote in its reading form, displayable."""
    return lines(shown_pieces(quote))


def shown_text(quote: Quote) -> str:
    """Return the reading form of a quote, displayable."""
    return "".join(piece for piece, _ in shown_pieces(quote))


def scope_title(record: Answer, scope: Scope) -> str:
    """Return the title of the documents that a question named; of a contract with its parties."""
    cited = (quote.citation for quote in record.quotes if scope.documents == (quote.citation.doc_id,))
    return single_line(next((each.name for each in cited if each.name), scope.title))


def scope_name(record: Answer, scope: Scope) -> str:
    """Return the name of the documents that a question named, with their number if there are several."""
    title, count = scope_title(record, scope), len(scope.documents)
    return title if count < 2 else f"{title} ({count:,} documents)"


def closest_passages(count: int) -> str:
    """Return the heading above the passages that are not part of an answer."""
    return f"{CLOSEST} ({count:,})"


def sureness(record: Answer) -> str:
    """Return the confidence of an answer; a quote that a person selected has none."""
    return SELECTED if record.selected else f"Confidence: {in_words(record.confidence, record.answered)}"


def outcome(record: Answer) -> str:
    """Return the outcome of the question in a few words, with its confidence, for a list of many."""
    if record.error is not None:
        return "failed"
    if record.selected:
        return SELECTED.lower()
    words = "answered" if record.answered else "not in your documents"
    return f"{words}, confidence {in_digits(record.confidence)}"


def reason(record: Answer) -> str:
    """Return why there is no answer, without a full stop."""
    return single_line(record.reason or "").rstrip(".")


def counts_in_words(answered: int, unanswered: int, failed: int) -> str:
    """Return how many questions there were, with their outcomes, as one line."""
    total = answered + unanswered + failed
    line = f"{total:,} question{'' if total == 1 else 's'}: {answered:,} answered, "
    line += f"{unanswered:,} not in your documents"
    return f"{line}, {failed:,} failed" if failed else line


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] == "\r":
        return " " if match.string.startswith("\n", match.end()) else "\n"
    if match[0] == "\x0c":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def incomplete(names: Iterable[str]) -> str:
    """Return the sentence about databases that could not be reached."""
    return INCOMPLETE.format(names=", ".join(names))
