"""The answer record: the one JSON form of an answer, described by ``answer.schema.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NotRequired, TypedDict

from qa.types import Answer, Citation, Part, PlaceKind, Quote

NOT_ASKED = "the question could not be asked"
"""The ``reason`` of a record that holds an ``error``."""

_DECIMALS = 6

# Some programs end a line at these, although JSON does not; and a lone surrogate cannot be encoded.
_TO_ESCAPE = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


class SpanRecord(TypedDict):
    """A stretch of the document's text, in code points."""

    start: int
    end: int


class ContextRecord(SpanRecord):
    """The passage around a quote."""

    text: str


class PlaceRecord(TypedDict):
    """Where the file's own terms put a stretch of text: a comment, a form field, cells of a sheet."""

    kind: PlaceKind
    label: str


class CitationRecord(TypedDict):
    """Where a quote is; ``page_label``, ``place`` and ``heading`` only where the document has them."""

    doc_id: str
    title: str
    sha256: str
    uri: str | None
    page: int | None
    page_label: NotRequired[str]
    line: int | None
    place: NotRequired[PlaceRecord]
    heading: NotRequired[list[str]]
    start: int
    end: int
    prefix: str
    suffix: str


class WordPartRecord(SpanRecord):
    """What a word adds to a score."""

    value: float


class PartRecord(TypedDict):
    """What one kind of evidence adds to a score; ``words`` only where it can be told word by word."""

    label: str
    value: float
    words: NotRequired[list[WordPartRecord]]


class QuoteRecord(TypedDict):
    """A quote; ``also`` is there only where the same words stand elsewhere too, ``why`` if asked for."""

    rank: int
    text: str
    score: float
    matched: list[SpanRecord]
    citation: CitationRecord
    also: NotRequired[list[CitationRecord]]
    context: ContextRecord
    why: NotRequired[list[PartRecord]]


class Record(TypedDict):
    """The answer to one question, or the ``error`` that kept it from being asked."""

    id: str
    question: str
    answered: bool
    confidence: float
    reason: str | None
    understood_with: NotRequired[list[str]]
    input: NotRequired[dict[str, Any]]
    error: NotRequired[str]
    quotes: list[QuoteRecord]


def record(answer: Answer, id: str, input: dict[str, Any] | None = None) -> Record:
    """The record of an answer, its keys in a fixed order; ``input`` are the row's other columns."""
    made: Record = {
        "id": id,
        "question": answer.question,
        "answered": answer.answered,
        "confidence": _rounded(answer.confidence),
        "reason": answer.reason,
    }  # type: ignore[typeddict-item]  # ``quotes`` is added last: the order of the keys is part of the form
    if answer.understood_with:
        made["understood_with"] = list(answer.understood_with)
    if input is not None:
        made["input"] = input
    made["quotes"] = [_quote(quote) for quote in answer.quotes]
    return made


def error_record(id: str, question: str, message: str, input: dict[str, Any] | None = None) -> Record:
    """The record of a question that could not be asked, with the sentence that says why."""
    made: Record = {
        "id": id,
        "question": question,
        "answered": False,
        "confidence": 0.0,
        "reason": NOT_ASKED,
    }  # type: ignore[typeddict-item]
    if input is not None:
        made["input"] = input
    made["error"] = message
    made["quotes"] = []
    return made


def to_json_line(record: Record) -> str:
    """The record as one line of JSON without its line end, the same bytes for the same record.

    Raises ``ValueError`` where a number is not finite, because JSON has no word for it.
    """
    line = json.dumps(record, ensure_ascii=False, allow_nan=False)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _rounded(number: float) -> float:
    # The last digits differ between machines; adding zero turns -0.0 into 0.0.
    return round(float(number), _DECIMALS) + 0.0


def _quote(quote: Quote) -> QuoteRecord:
    made: QuoteRecord = {
        "rank": quote.rank,
        "text": quote.text,
        "score": _rounded(quote.score),
        "matched": [{"start": span.start, "end": span.end} for span in quote.matched],
        "citation": citation_record(quote.citation),
    }  # type: ignore[typeddict-item]
    if quote.also:
        made["also"] = [citation_record(citation) for citation in quote.also]
    made["context"] = {"start": quote.context.start, "end": quote.context.end, "text": quote.context.text}
    if quote.why:
        made["why"] = why_records(quote.why)
    return made


def why_records(parts: Iterable[Part]) -> list[PartRecord]:
    """The parts of a score as records, numbers to six decimals like the score itself."""
    return [_part(part) for part in parts]


def _part(part: Part) -> PartRecord:
    made: PartRecord = {"label": part.label, "value": _rounded(part.value)}
    if part.words:
        made["words"] = [
            {"start": word.start, "end": word.end, "value": _rounded(word.value)} for word in part.words
        ]
    return made


def citation_record(citation: Citation) -> CitationRecord:
    """Return a citation as the record has it."""
    made: CitationRecord = {
        "doc_id": citation.doc_id,
        "title": citation.title,
        "sha256": citation.sha256,
        "uri": citation.uri,
        "page": citation.page,
    }  # type: ignore[typeddict-item]
    if citation.page_label is not None:
        made["page_label"] = citation.page_label
    made["line"] = citation.line
    if citation.place is not None:
        made["place"] = {"kind": citation.place.kind, "label": citation.place.label}
    if citation.heading:
        made["heading"] = list(citation.heading)
    made["start"] = citation.start
    made["end"] = citation.end
    made["prefix"] = citation.prefix
    made["suffix"] = citation.suffix
    return made
