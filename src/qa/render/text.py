"""Render an answer for the terminal; document text cannot control the display."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.render import styles
from qa.render.phrases import (
    LOOKING_IN,
    NEAREST,
    NOT_FOUND,
    closest_passages,
    incomplete,
    place,
    reason,
    scope_name,
    shown_pieces,
    single_line,
    sureness,
)
from qa.render.reading import Mark
from qa.render.styles import Style

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Part, Quote

WORDS = 5
"""Maximum words named for a part of a score."""
_LEAST = 0.0005
"""Minimum remainder shown; a smaller one would be displayed as zero."""

_BOLD = "\x1b[1m"
_DIM = "\x1b[2m"
_STYLES: dict[Mark, str] = {"": "", "match": "\x1b[1;33m", "answer": "\x1b[1;4;33m"}
_RESET = "\x1b[0m"


def text(record: Answer, colour: bool = False, style: Style = "plain") -> str:
    """Render the answer as lines for a terminal: quotes with their citations, or a clear no.

    Of the passages that are not part of an answer, only the citations are shown, unless their scores are
    explained.

    Args:
        record: The answer.
        colour: Whether to highlight with ANSI colours, such as the matched words; answer words are
            underlined, too. No character is ever added to a quote: without the colour codes both forms are
            the same.
        style: The style of the citations.
    """
    out = [_painted(single_line(record.question), _BOLD, colour), ""]
    if record.error is not None:
        out += [f"Not asked: {single_line(record.error)}", ""]
        return "\n".join(out)
    for earlier in record.understood_with:
        out += [f"Understood with: {single_line(earlier)}", ""]
    if record.unreachable:
        out += [incomplete(record.unreachable), ""]
    if record.scope is not None:
        out += [f"{LOOKING_IN}: {scope_name(record, record.scope)} (--everywhere asks all documents)", ""]
    if record.answered:
        out += [sureness(record), ""]
    else:
        out.append(_painted(NOT_FOUND, _BOLD, colour))
        if why := reason(record):
            out.append(f"Reason: {why}")
        out += [sureness(record), ""]
    out += _quotes(record, colour, style)
    out += [f"{styles.text(entry)}\n" for entry in styles.entries(record, style)]
    return "\n".join(out)


def _quotes(record: Answer, colour: bool, style: Style) -> Iterator[str]:
    """Yield the quotes that answer, and citations of the closest passages; these in full if none answers."""
    answering, closest = record.answering, record.closest
    if closest and not answering:
        yield from (f"{NEAREST}:", "")
    for quote in answering or closest:
        yield from (*_quote(quote, colour, style), "")
    if answering and closest:
        yield f"{closest_passages(len(closest))}:"
        for quote in closest:
            cited = f"{_title(quote, style)} [{place(quote.citation)}]"
            yield from _quote(quote, colour, style) if quote.why else [cited]
        yield ""


def _quote(quote: Quote, colour: bool, style: Style) -> list[str]:
    citation = quote.citation
    shown = [""]
    for piece, mark in shown_pieces(quote):
        first, *rest = [_painted(line, _STYLES[mark], colour) for line in piece.split("\n")]
        shown[-1] += first
        shown += rest
    out = [_painted(_title(quote, style), _BOLD, colour)]
    out += [f"    {line}" for line in shown]
    out.append(_painted(f"   [{place(citation)}]", _DIM, colour))
    out += [f"   also: {styles.cited(other, style)} [{place(other)}]" for other in quote.also]
    if quote.why:
        out += ["", f"   score {quote.score:.3f}, made of"]
        for part in quote.why:
            out.append(f"   {part.value:>8.3f}  {part.label}{_words(part, quote)}")
    return out


def _title(quote: Quote, style: Style) -> str:
    return f"{quote.rank}. {styles.cited(quote.citation, style)}"


def _words(part: Part, quote: Quote) -> str:
    """Return the words with the greatest shares of a part, and the remainder."""
    words = part.words
    if not words:
        return ""
    origin = quote.citation.start
    shown = sorted(words, key=lambda word: (-word.value, word.start))[:WORDS]
    named = [
        f"{single_line(quote.text[word.start - origin : word.end - origin])} {word.value:.3f}"
        for word in shown
    ]
    rest = part.value - sum(word.value for word in shown)
    if abs(rest) >= _LEAST:
        named.append(f"the other words and the sentence as a whole {rest:.3f}")
    return f": {', '.join(named)}"


def _painted(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_RESET}" if colour and text and style else text
