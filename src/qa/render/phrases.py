"""The fixed words around a quote, and the quote made safe to show: shared by all faces for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.types import Omission, PlaceKind

if TYPE_CHECKING:  # it would load pydantic, which listing and showing documents need not
    from qa.record import Answer, Citation, Quote

NOT_FOUND = "Not in your documents."
NEAREST = "Nearest, not an answer"

# What a terminal or a browser would obey instead of showing: control characters (the escape sequences
# begin with one), overrides and isolates of the writing direction, invisible tags, line separators,
# and halves of surrogate pairs, which cannot be encoded. The plain direction marks stay: Hebrew and
# Arabic need them and they move nothing but their neighbours.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)

_LEVELS = (
    (0.9, "very-likely", "very likely an answer"),
    (0.7, "likely", "likely an answer"),
    (0.5, "more-likely", "more likely than not an answer"),
    (0.3, "perhaps", "perhaps an answer"),
    (0.1, "unlikely", "unlikely an answer"),
    (0.0, "very-unlikely", "very unlikely an answer"),
)
"""The least confidence of each level, with its code and words."""


# Cells and times say themselves what they are.
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
    """The text with every character that could steer the display replaced by a visible one.

    One character stands for one, so offsets stay true; line feeds and tabs are kept, a carriage return
    becomes a line feed, or a space in a Windows line end, and a form feed becomes a space.
    """
    return _UNSAFE.sub(_visible, text)


def single_line(text: str) -> str:
    """The text made displayable on one line, each run of white space a space."""
    return " ".join(displayable(" ".join(text.split())).split())


def lines(text: str) -> list[str]:
    """The lines of a text, made displayable."""
    return displayable(text).split("\n")


def in_words(confidence: float, answered: bool = True) -> str:
    """The confidence as a number and in words; 0 and 1 are said only where they are meant.

    Where nothing is ``answered``, no words say that the passages may be an answer.
    """
    confidence = round(confidence, 6)  # as the record has it
    words = next(words for least, _, words in _LEVELS if confidence >= least)
    if not answered and confidence >= _PERHAPS:
        words = TOO_LOW
    bound, number = bounded(confidence)
    return f"{bound} {number:.2f}, {words}" if bound else f"{number:.2f}, {words}"


def level(confidence: float) -> str:
    """The code of the words for a confidence."""
    return next(code for least, code, _ in _LEVELS if confidence >= least)


def bounded(confidence: float) -> tuple[str, float]:
    """The confidence to two decimals, “over” or “under” it where they would be 0 or 1 and are not meant."""
    if 0.995 <= confidence < 1:
        return "over", 0.99
    if 0 < confidence < 0.005:
        return "under", 0.01
    return "", confidence


def heading_path(citation: Citation) -> str:
    """The title of a citation's document and the headings above the place."""
    title = single_line(citation.title) or single_line(citation.doc_id)
    path = [single_line(heading) for heading in citation.heading]
    if path and path[0] == title:
        path = path[1:]
    return " › ".join([title, *(heading for heading in path if heading)])


def where(citation: Citation) -> str:
    """The citation as a person writes it: title, path of headings, page, place, line."""
    parts = [heading_path(citation)]
    page, line = citation.page, citation.line
    if page is not None:
        label = single_line(citation.page_label or "")
        parts.append(f"page {label} (page {page} of the file)" if label else f"page {page}")
    if citation.place is not None:
        label = single_line(citation.place.label)
        kind = _PLACES[citation.place.kind]
        parts.append(f"{kind} ({label})" if kind and label else kind or label)
    elif line is not None:
        # Lines are counted through the whole text, so beside a page number that has to be said.
        parts.append(f"line {line}" if page is None else f"line {line} of the text")
    return ", ".join(parts)


def place(citation: Citation) -> str:
    """The place in the form that ``qa show`` takes."""
    return f"{single_line(citation.doc_id)}:{citation.start}-{citation.end}"


def left_out(omission: Omission) -> str:
    """Return one line for words that are not in a text: the reason, the page, the part's name, the words."""
    page = f"page {omission.page}" if omission.page is not None else ""
    words = single_line(omission.text) or "(not read)"
    return "\t".join((omission.reason, page, single_line(omission.name or ""), words))


def fingerprints(record: Answer) -> list[str]:
    """The SHA-256 of each document that is cited, once, so that anyone can tell the file that was quoted."""
    cited = [c for quote in record.quotes for c in (quote.citation, *quote.also)]
    return list(dict.fromkeys(f"{single_line(c.doc_id)}: SHA-256 {c.sha256}" for c in cited))


def pieces(quote: Quote) -> Iterator[tuple[str, bool]]:
    """The quote cut at the edges of its matched spans: each piece, and whether it matched.

    Joined, the pieces are the quote, whatever the spans are.
    """
    text, origin = quote.text, quote.citation.start
    done = 0
    for span in sorted(quote.matched, key=lambda span: (span.start, span.end)):
        start = max(span.start - origin, done)
        end = min(span.end - origin, len(text))
        if start >= end:
            continue
        if start > done:
            yield text[done:start], False
        yield text[start:end], True
        done = end
    if done < len(text):
        yield text[done:], False


def shown_pieces(quote: Quote) -> Iterator[tuple[str, bool]]:
    """The pieces of the quote made displayable before it is cut, lest a cut parts a line end in two."""
    return pieces(quote.model_copy(update={"text": displayable(quote.text)}))


def outcome(record: Answer) -> str:
    """What became of the question, in one word for a list of many."""
    if record.error is not None:
        return "failed"
    return "answered" if record.answered else "not in your documents"


def reason(record: Answer) -> str:
    """Why there is no answer, without a full stop."""
    return single_line(record.reason or "").rstrip(".")


def counts_in_words(answered: int, unanswered: int, failed: int) -> str:
    """How many questions there were and what became of them, as one line."""
    total = answered + unanswered + failed
    said = f"{total:,} question{'' if total == 1 else 's'}: {answered:,} answered, "
    said += f"{unanswered:,} not in your documents"
    return f"{said}, {failed:,} failed" if failed else said


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if found[0] == "\r":
        return " " if found.string.startswith("\n", found.end()) else "\n"
    if found[0] == "\x0c":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
