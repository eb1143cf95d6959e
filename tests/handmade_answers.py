"""Handmade answers and quotes."""

from __future__ import annotations

from typing import Any

from qa.record import Answer, Citation, Context, Quote


def citation(doc_id: str = "d", start: int = 0, end: int = 1, **fields: Any) -> Citation:
    values = {
        "title": "T",
        "sha256": "0" * 64,
        "uri": None,
        "page": None,
        "line": 1,
        "prefix": "",
        "suffix": "",
    }
    return Citation(doc_id=doc_id, start=start, end=end, **{**values, **fields})


def quote(
    text: str, doc_id: str = "d", rank: int = 1, also: str | None = None, start: int = 0, **fields: Any
) -> Quote:
    """Return a quote; ``fields`` are those of its citation."""
    end = start + len(text)
    also_cited = () if also is None else (citation(also, start, end),)
    return Quote(
        rank=rank, text=text, score=0.5, matched=(), citation=citation(doc_id, start, end, **fields),
        also=also_cited, context=Context(start=start, end=end, text=text),
    )  # fmt: skip


def answer(
    *quotes: Quote, id: str = "1", question: str = "Q?", answered: bool = True, confidence: float = 0.75,
    **fields: Any,
) -> Answer:  # fmt: skip
    """Return an answer; a quote of an unanswered question is no answer."""
    return Answer(
        id=id, question=question, answered=answered, confidence=confidence,
        reason=None if answered else "no",
        quotes=tuple(each.model_copy(update={"answers": answered}) for each in quotes), **fields,
    )  # fmt: skip
