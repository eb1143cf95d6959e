"""Answer records as a browser sends them back: what it kept of earlier answers, trusted in nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_args

from qa.errors import UsageError
from qa.render import CitationRecord, PartRecord, QuoteRecord, Record, SpanRecord
from qa.types import PlaceKind

MOST_RECORDS = 20_000
"""More than a browser has room for."""
MOST_QUOTES = 50
MOST_CHARACTERS = 100_000
"""Of any one text in a record."""

T = TypeVar("T")


def records(value: Any) -> list[Record]:
    """The records in what a browser sent. Raises `UsageError` where they are none."""
    return [record(one) for one in _listed(value, MOST_RECORDS)]


def record(value: Any) -> Record:
    """One record, made anew of the fields that a record has and of no others."""
    made: Record = {
        "id": _text(value, "id"),
        "question": _text(value, "question"),
        "answered": _of(value, "answered", bool),
        "confidence": _number(value, "confidence"),
        "reason": _text_or_none(value, "reason"),
    }  # type: ignore[typeddict-item]  # ``quotes`` is the last key of a record
    if _has(value, "understood_with"):
        made["understood_with"] = [_string(one) for one in _listed(value["understood_with"], MOST_QUOTES)]
    made["quotes"] = [_quote(one) for one in _listed(_of(value, "quotes", list), MOST_QUOTES)]
    return made


def _quote(value: Any) -> QuoteRecord:
    made: QuoteRecord = {
        "rank": _of(value, "rank", int),
        "text": _text(value, "text"),
        "score": _number(value, "score"),
        "matched": [_span(one) for one in _listed(_of(value, "matched", list), 10_000)],
        "citation": _citation(_of(value, "citation", dict)),
    }  # type: ignore[typeddict-item]
    if _has(value, "also"):
        made["also"] = [_citation(one) for one in _listed(value["also"], 10_000)]
    context = _of(value, "context", dict)
    made["context"] = {**_span(context), "text": _text(context, "text")}
    if _has(value, "why"):
        made["why"] = [_part(one) for one in _listed(value["why"], 100)]
    return made


def _part(value: Any) -> PartRecord:
    made: PartRecord = {"label": _text(value, "label"), "value": _number(value, "value")}
    if _has(value, "words"):
        words = _listed(value["words"], 10_000)
        made["words"] = [{**_span(word), "value": _number(word, "value")} for word in words]
    return made


def _citation(value: Any) -> CitationRecord:
    made: CitationRecord = {
        "doc_id": _text(value, "doc_id"),
        "title": _text(value, "title"),
        "sha256": _text(value, "sha256"),
        "uri": _text_or_none(value, "uri"),
        "page": _of(value, "page", int) if _has(value, "page") else None,
    }  # type: ignore[typeddict-item]
    if _has(value, "page_label"):
        made["page_label"] = _text(value, "page_label")
    made["line"] = _of(value, "line", int) if _has(value, "line") else None
    if _has(value, "place"):
        kind = _text(value["place"], "kind")
        if kind not in get_args(PlaceKind):
            raise UsageError("kept-form-unknown")
        made["place"] = {"kind": cast("PlaceKind", kind), "label": _text(value["place"], "label")}
    if _has(value, "heading"):
        made["heading"] = [_string(one) for one in _listed(value["heading"], 100)]
    made["start"], made["end"] = _of(value, "start", int), _of(value, "end", int)
    made["prefix"], made["suffix"] = _text(value, "prefix"), _text(value, "suffix")
    return made


def _span(value: Any) -> SpanRecord:
    return {"start": _of(value, "start", int), "end": _of(value, "end", int)}


def _listed(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise UsageError("kept-form-unknown")
    return value


def _has(value: Any, key: str) -> bool:
    return isinstance(value, Mapping) and value.get(key) is not None


def _of(value: Any, key: str, kind: type[T]) -> T:
    found = value.get(key) if isinstance(value, Mapping) else None
    # Python takes true for a whole number.
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise UsageError("kept-form-unknown")
    return found


def _number(value: Any, key: str) -> float:
    found = value.get(key) if isinstance(value, Mapping) else None
    # Also keeps out what is no number at all, which compares as false with everything.
    if isinstance(found, bool) or not isinstance(found, int | float) or not -1e6 < found < 1e6:
        raise UsageError("kept-form-unknown")
    return cast("float", found)


def _text(value: Any, key: str) -> str:
    return _string(value.get(key) if isinstance(value, Mapping) else None)


def _text_or_none(value: Any, key: str) -> str | None:
    return _text(value, key) if _has(value, key) else None


def _string(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise UsageError("kept-form-unknown")
    return value
