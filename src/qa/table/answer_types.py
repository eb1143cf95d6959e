"""The types of answers of a table: a date, an amount, a number, yes or no, a name, or any text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal, get_args

from qa import lang
from qa.batch.rows import Row, column_name
from qa.messages import Message

AnswerType = Literal["text", "date", "amount", "number", "yes/no", "name"]
TYPES: tuple[AnswerType, ...] = get_args(AnswerType)
COLUMN = "type"
"""Name of the column of a question file with the type."""

_FIELDS: tuple[tuple[AnswerType, str], ...] = (
    ("yes/no", "yes_no"),
    ("date", "date"),
    ("amount", "amount"),
    ("number", "number"),
    ("name", "name"),
)
"""The types in the order in which a question is compared with them."""
_MARKS = " \t\n?？¿!.:;*"


def type_of(row: Row) -> AnswerType:
    """Return the type of the answers to a question: that of its column ``type``, else the recognised one."""
    return named_type(row) or recognised(row.question)


def named_type(row: Row) -> AnswerType | None:
    """Return the type that the column ``type`` of the question's row names; None without a known name."""
    name = _name(row).casefold()
    return next((each for each in TYPES if each == name), None)


def unknown_types(rows: Iterable[Row]) -> tuple[Message, ...]:
    """Return a warning for each unknown name in the column ``type``, with the first question that has it."""
    first: dict[str, Row] = {}
    for row in rows:
        if (name := _name(row)) and named_type(row) is None:
            first.setdefault(name, row)
    known = ", ".join(TYPES)
    return tuple(
        Message.of("table-type-unknown", id=row.id, type=name, known=known) for name, row in first.items()
    )


def _name(row: Row) -> str:
    """Return what the column ``type`` of a question's row has; empty without one."""
    values = (value for key, value in row.input.items() if column_name(key) == COLUMN)
    return next((value.strip() for value in values if isinstance(value, str)), "")


def recognised(question: str) -> AnswerType:
    """Return the type that the words of a question show, such as a date for "When"; else ``text``."""
    folded = " ".join(question.split()).strip(_MARKS).casefold()
    for name, field in _FIELDS:
        if _pattern(field).match(folded):
            return name
    return "text"


@cache
def _pattern(field: str) -> re.Pattern[str]:
    signs = (language.answer_signs for language in lang.LANGUAGES.values())
    return re.compile("|".join(f"(?:{getattr(each, field)})" for each in signs if each is not None))
