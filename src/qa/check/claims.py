"""What an answers file claims: its quotes, each with the places that it cites."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError

from qa.check.answers import malformed
from qa.messages import Message
from qa.record import Answer, Citation, Context, Quote, Span
from qa.render import single_line
from qa.render.reading import reading

Kind = Literal[
    "record", "document", "hash", "quote", "moved", "changed", "gone", "matched", "context", "surroundings",
    "page", "place", "line", "title", "original missing", "original changed",
]  # fmt: skip
Fault: TypeAlias = tuple[Kind, Message]


def same_text(text: str) -> str:
    """Return a text as a format shows it that shows every character."""
    return text


@dataclass(frozen=True, slots=True)
class Cited:
    """A place that a quote cites, with what the format says of it.

    Attributes:
        doc_id: The document, as the file names it.
        start: The offset of the first character.
        end: The offset after the last character.
        sha256: The hash of the document; None if the format has none.
        uri: The address of the original file.
        prefix: The characters just before.
        suffix: The characters just after.
        details: The title, page and so on by the names of the fields of `qa.Citation`.
        shown: The citation as a person reads it, see `qa.render.where`.
    """

    doc_id: str
    start: int
    end: int
    sha256: str | None
    uri: str | None = None
    prefix: str = ""
    suffix: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A quote of an answers file.

    Attributes:
        rank: Its rank, or its position in the record.
        text: Its text, as the file shows it.
        cited: The places of the text, the first one first.
        matched: The marked words.
        context: The passage around the quote.
        passage: The text of that passage, in a format that has no offsets of it.
    """

    rank: int | None
    text: str
    cited: tuple[Cited, ...]
    matched: tuple[Span, ...] = ()
    context: Context | None = None
    passage: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The quotes of one answer.

    Attributes:
        name: The id of the answer, or its place in the file.
        claims: Its quotes.
        faults: What could not be read, each with the rank of the quote, if it is about one.
        citations: The number of citations, those that could not be read included.
    """

    name: str
    claims: tuple[Claim, ...] = ()
    faults: tuple[tuple[int | None, Fault], ...] = ()
    citations: int = 0


@dataclass(frozen=True, slots=True)
class Claims:
    """The records of an answers file.

    Attributes:
        records: The records, in order.
        shown: Returns a text of a document as the format shows it, one character for one.
        compared: The same for a quote, without what the format cannot show.
        is_for_reading: Whether the format shows quotes in their reading form, see `qa.render.reading`.
    """

    records: Iterator[Record]
    shown: Callable[[str], str] = same_text
    compared: Callable[[str], str] = same_text
    is_for_reading: bool = False

    def shows(self, text: str, quote: str) -> bool:
        """Return whether a quote, as the file has it, is a text of a document."""
        if self.compared(text) == quote:
            return True
        return self.is_for_reading and single_line(self.shown(reading(text))) == single_line(quote)


def record_of(name: str, value: Any) -> Record:
    """Return the claims of an answer record in JSON."""
    quotes = value.get("quotes") if isinstance(value, dict) else None
    try:
        # Each quote is validated separately: a fault in one does not hide those of the next.
        answer = Answer.model_validate({**value, "quotes": []} if isinstance(quotes, list) else value)
    except ValidationError as error:
        return Record(_name(value, name), faults=((None, ("record", malformed(error))),))
    claims: list[Claim] = []
    faults: list[tuple[int | None, Fault]] = []
    for rank, item in enumerate(quotes or [], start=1):
        try:
            claims.append(_claim(Quote.model_validate(item)))
        except ValidationError as error:
            faults.append((rank, ("record", malformed(error))))
    citations = len(faults) + sum(len(claim.cited) for claim in claims)
    return Record(answer.id, tuple(claims), tuple(faults), citations)


def _claim(quote: Quote) -> Claim:
    cited = tuple(map(_cited, (quote.citation, *quote.also)))
    return Claim(quote.rank, quote.text, cited, tuple(quote.matched), quote.context)


def _cited(citation: Citation) -> Cited:
    c = citation
    details = {"title": c.title, "page": c.page, "page_label": c.page_label, "place": c.place}
    if c.line is not None:
        details["line"] = c.line
    return Cited(c.doc_id, c.start, c.end, c.sha256, c.uri, c.prefix, c.suffix, details)


def _name(value: Any, name: str) -> str:
    id = value.get("id") if isinstance(value, dict) else None
    return id if isinstance(id, str) else name
