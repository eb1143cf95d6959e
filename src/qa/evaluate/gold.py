"""Gold answers of questions, and whether a quote is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from reprlib import repr as shortened
from typing import Any

from qa.errors import UsageError
from qa.record import Quote
from qa.render.trec import trec_id

LEAST_SHARE = 0.5
"""Minimum share of a longer gold answer that a right quote inside it covers."""


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold answer of a question.

    Attributes:
        answers: Texts that a right quote contains.
        doc_id: The document of a right quote, if it must be in this one.
        relevant: Graded documents, if documents are judged instead of quotes.
        answerable: Whether the documents have an answer.
    """

    answers: tuple[str, ...] = ()
    doc_id: str | None = None
    relevant: Mapping[str, float] | None = None
    answerable: bool = True

    def grade(self, doc_id: str) -> float:
        """Return the grade of a document; 0 if it has none."""
        grades = self.relevant or {}
        return float(grades.get(doc_id, grades.get(trec_id(doc_id), 0.0)))


def has_gold(row: Mapping[str, Any]) -> bool:
    """Return whether a row of a question set has a gold answer."""
    return not {"answers", "quotes", "relevant", "answerable", "answer"}.isdisjoint(row)


def gold_of(row: Mapping[str, Any]) -> Gold:
    """Return the gold answer in a row of a question set.

    Args:
        row: Has ``answers`` or ``quotes`` (texts, a list or separated by ``;``), ``doc_id``, ``relevant``
            (document to grade, or ids separated by ``;``) or ``answerable``.

    Raises:
        UsageError: The row has none of these, or its ``relevant`` has no ids and grades.
    """
    if not has_gold(row):
        raise UsageError("gold-answers-missing")
    answers = row.get("answers") or row.get("quotes") or row.get("answer") or ()
    if isinstance(answers, str):
        answers = [part.strip() for part in answers.split(";")]
    elif not isinstance(answers, list | tuple):
        answers = [answers]
    relevant = _relevant(row.get("relevant"))
    doc_id = row.get("doc_id")
    return Gold(
        tuple(str(answer) for answer in answers if str(answer).strip()),
        None if doc_id in (None, "") else str(doc_id),
        relevant,
        _is_answerable(row.get("answerable"), bool(answers or relevant)),
    )


def _relevant(value: Any) -> Mapping[str, float] | None:
    """Return the graded documents of the column ``relevant``, which has only their ids in a table."""
    if isinstance(value, str):
        value = [name.strip() for name in value.split(";")]
    if isinstance(value, list | tuple):
        value = {str(name): 1.0 for name in value if str(name).strip()}
    if value and not (isinstance(value, Mapping) and all(map(_is_grade, value.values()))):
        raise UsageError("gold-relevant-invalid", value=shortened(value))
    return value or None


def _is_grade(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_answerable(value: Any, default: bool) -> bool:
    """Return the value of the column ``answerable``, which is text in a table, or else the default."""
    if isinstance(value, str):
        return value.strip().lower() not in ("false", "no", "0", "")
    return default if value is None else bool(value)


def is_right(quote: Quote, gold: Gold) -> bool:
    """Return whether a quote contains a gold answer, or is most of a longer one.

    Case and white space make no difference. The quote must be in the gold document, if there is one.
    """
    places = {quote.citation.doc_id, *(citation.doc_id for citation in quote.also)}
    if gold.doc_id is not None and gold.doc_id not in places:
        return False
    return is_right_text(quote.text, gold)


def is_right_text(text: str, gold: Gold) -> bool:
    """Return whether a text contains a gold answer, or is most of a longer one."""
    text = folded(text)
    return any(
        wanted in text or (text in wanted and len(text) >= LEAST_SHARE * len(wanted))
        for wanted in map(folded, gold.answers)
    )


def folded(text: str) -> str:
    """Return text for comparison: lower case, each run of white space as one space."""
    return " ".join(text.lower().split())
