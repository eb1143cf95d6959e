"""The grid of a file of questions and of a table of documents: its rows are ordered and filtered here.

A row is a question or a document; a cell is an answer, or a value of the user's own columns. The browser gets
only the rows that it shows, and of these only the cells that changed since its last call.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from qa.errors import UsageError
from qa.messages import Message
from qa.programs import inputs
from qa.record import Answer, Quote
from qa.render.phrases import shown_pieces
from qa.table import Mark
from qa.web.cards import confidence, opens
from qa.web.labels import Labels
from qa.web.templates import html_line, render

SHOWN = 50
"""Rows that are shown at once, and that one more click adds."""
MOST_ROWS = 5_000
"""Maximum number of rows that are shown."""
CONFIDENCES = {"high": (0.9, 2.0), "middle": (0.5, 0.9), "low": (0.0, 0.5)}
"""The limits of the confidence by which cells are filtered: from the first, below the second."""

Outcome = Literal["unanswered", "answered", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MARKS: tuple[Mark, ...] = ("wrong", "check", "right")
"""The marks of a cell, in the order in which they are sorted."""
SORTS = ("confidence", "mark", "answer")
SortValue = float | str | None
RowKey = TypeVar("RowKey")
_NUMBER = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a cell is ordered and filtered by."""

    outcome: Outcome
    confidence: float | None
    answer: SortValue
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The order and the filters that a person chose.

    Attributes:
        column: The column that rows are sorted by; None for their own order.
        by: What the answers of a column are sorted by, one of `SORTS`.
        direction: 1 is ascending, -1 descending.
        outcome: The only outcome of cells that are shown; None for all.
        confidence: One of `CONFIDENCES`; None for all.
        mark: The only mark of cells that are shown, ``none`` for cells without one; None for all.
        words: Words that a row must have, in any of its cells.
        own: Values that a row must have in the user's own columns, by the columns.
        shown: Maximum number of rows.
    """

    column: str | None = None
    by: str = "confidence"
    direction: int = 1
    outcome: str | None = None
    confidence: str | None = None
    mark: str | None = None
    words: str = ""
    own: tuple[tuple[str, str], ...] = ()
    shown: int = SHOWN

    @classmethod
    def of(cls, value: Any) -> View:
        """Return the view in a request.

        Raises:
            UsageError: It is not one.
        """
        data = value if isinstance(value, Mapping) else {}
        column = data.get("column")
        own = data.get("own") or {}
        if not isinstance(own, Mapping):
            raise UsageError("request-invalid")
        shown = inputs.number(data.get("shown") or SHOWN)
        return cls(
            None if column is None else inputs.text(column),
            _one_of(data.get("by"), SORTS) or "confidence",
            1 if data.get("direction") == 1 else -1,
            _one_of(data.get("outcome"), OUTCOMES),
            _one_of(data.get("confidence"), CONFIDENCES),
            _one_of(data.get("mark"), (*MARKS, "none")),
            folded(inputs.text(data.get("words") or "")).strip(),
            tuple((inputs.text(key), inputs.text(value)) for key, value in own.items() if value),
            max(1, min(shown, MOST_ROWS)),
        )

    @property
    def filters_cells(self) -> bool:
        """Whether some cells are not shown."""
        return bool(self.outcome or self.confidence or self.mark)

    @property
    def filters(self) -> bool:
        """Whether some rows are not shown."""
        return bool(self.filters_cells or self.words or self.own)

    def names(self, text: str) -> bool:
        """Return whether a text, as `folded` returns it, has all words."""
        return all(word in text for word in self.words.split())

    def passes(self, facts: Facts | None) -> bool:
        """Return whether a cell passes the filters."""
        if not self.filters_cells:
            return True
        if facts is None or (self.outcome and facts.outcome != self.outcome):
            return False
        if self.mark and (facts.mark or "none") != self.mark:
            return False
        if not self.confidence:
            return True
        least, below = CONFIDENCES[self.confidence]
        return facts.confidence is not None and least <= facts.confidence < below


DEFAULT_VIEW = View()
"""All rows in their own order."""


def _one_of(value: Any, known: Iterable[str]) -> str | None:
    if value is None or value == "":
        return None
    if value not in known:
        raise UsageError("request-invalid")
    return str(value)


def mark_of(value: Any) -> Mark | None:
    """Return the mark in a request; None removes the mark.

    Raises:
        UsageError: There is no such mark.
    """
    name = _one_of(value, MARKS)
    return next((mark for mark in MARKS if mark == name), None)


def arranged(
    rows: Sequence[RowKey],
    view: View,
    passing: Callable[[RowKey], bool],
    key: Callable[[RowKey], SortValue],
) -> Sequence[RowKey]:
    """Return the rows that pass, in order; rows without a value come last.

    Args:
        rows: The rows in their own order.
        view: The order and the filters.
        passing: Returns whether a row passes the filters.
        key: Returns what a row is sorted by.
    """
    left = [row for row in rows if passing(row)] if view.filters else rows
    if view.column is None:
        return left
    values = [(_comparable(value), row) for row in left if (value := key(row)) not in (None, "")]
    values.sort(key=lambda pair: pair[0], reverse=view.direction < 0)
    without = [row for row in left if key(row) in (None, "")]
    return [*(row for _, row in values), *without]


def sort_value(facts: Facts | None, by: str) -> SortValue:
    """Return what a cell is sorted by."""
    if facts is None:
        return None
    if by == "mark":
        return None if facts.mark is None else float(MARKS.index(facts.mark))
    return facts.answer if by == "answer" else facts.confidence


def own_value(value: object) -> SortValue:
    """Return what a value of a user's own column is sorted by: a number, or words."""
    if isinstance(value, int | float):
        return float(value)
    text = own_text(value)
    return float(text) if _NUMBER.fullmatch(text) else text


def own_text(value: object) -> str:
    """Return a value of a user's own column as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _comparable(value: SortValue) -> tuple[bool, float, str]:
    """Return a key that sorts numbers before words, and words without regard to case and accents."""
    if isinstance(value, float):
        return False, value, ""
    return True, 0.0, folded(str(value))


def folded(text: str) -> str:
    """Return a text without the difference of capital letters and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def answer_cell(
    row: str,
    column: str,
    answer: Answer,
    facts: Facts,
    labels: Labels,
    *,
    place: Callable[..., str],
    value: str = "",
    error: Message | None = None,
    absent: str = "table-absent",
    out: bool = False,
) -> dict[str, object]:
    """Return the cell of an answer: its place in the grid, its HTML and its mark.

    Args:
        row: The row.
        column: The column.
        answer: The answer.
        facts: What the cell is sorted and filtered by.
        labels: The language of the page.
        place: Returns the place of a citation in words.
        value: The typed value of the answer.
        error: Why the question was not asked, if that can be said in the language of the page.
        absent: The label of a cell without an answer.
        out: Whether the cell does not pass the filters, but another one of its row does.
    """
    shown = answer.quotes[:1] if not answer.answering else answer.answering[:1]
    others = [quote for quote in answer.quotes if quote not in shown]
    html = render(
        "parts/cell.html",
        answer=answer,
        first=shown[0] if shown else None,
        others=[(quote, _is_nearest(quote, answer)) for quote in others],
        error=error,
        absent=absent,
        value=value,
        labels=labels,
        sure=confidence(answer.confidence, labels).number,
        opens=opens,
        place=place,
        pieces=shown_pieces,
    )
    state = "absent" if facts.outcome == "unanswered" else facts.outcome
    return {"row": row, "column": column, "html": html, "state": state, "mark": facts.mark, "out": out}


def _is_nearest(quote: Quote, answer: Answer) -> bool:
    return not (answer.answered and quote.answers)


def own_cell(row: str, column: str, value: object) -> dict[str, object]:
    """Return the cell of a user's own column."""
    html = html_line(own_text(value))
    return {"row": row, "column": column, "html": html, "state": "own", "mark": None, "out": False}


def facts_of(answer: Answer, value: SortValue, mark: Mark | None = None) -> Facts:
    """Return what the cell of an answer is sorted and filtered by."""
    if answer.error is not None:
        return Facts("failed", None, None, mark)
    return Facts("answered" if answer.answering else "unanswered", answer.confidence, value, mark)


def answer_text(answer: Answer) -> str:
    """Return the words of an answer; empty if there is none."""
    return " ".join(quote.text for quote in answer.answering)
