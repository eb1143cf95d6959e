"""Find the tables of questions in a questionnaire, and their columns for answers and sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa import lang
from qa.batch.rows import QUESTION_NAMES, Cell, blank, column_name
from qa.batch.sheetxml import Layout

Values = Mapping[int, Sequence[Cell]]
"""The rows of a sheet by their numbers."""

_ANSWERS = lang.in_any("answer_columns")
_COMMENTS = lang.in_any("comment_columns")
_SOURCES = frozenset(
    column_name(name) for language in lang.LANGUAGES.values() for name in language.source_columns
)
_MOST_WORDS = 5
_SEPARATORS = re.compile(r"[/&,;()（）、]| - ")
# A column with such a name takes no text.
_CLOSED = re.compile(
    r"\b(?:yes|y|ja|j|oui|o|s[íi]|s)\s*[/|]\s*(?:no|n|nein|non)\b|是\s*[/／]\s*否", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of questions; rows and columns are numbers from 1.

    Attributes:
        header: The row of the header.
        question: The column of the questions.
        answers: The columns that may take the answers, the best first.
        source: The column of the sources, if there is one.
        last: The last column of the table.
        rows: The rows with a question.
    """

    header: int
    question: int
    answers: tuple[int, ...]
    source: int | None
    last: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of columns that the user gave, if any."""

    question: str | None = None
    answer: str | None = None
    source: str | None = None


def tables_of(values: Values, names: Names) -> list[Table]:
    """Return the tables of a sheet: rows below a header with a column of questions and one of answers."""
    headers = [table for row in values for table in _headers(row, values[row], names)]
    tables = (_with_rows(table, headers, values) for table in headers)
    return [table for table in tables if table.rows]


def _with_rows(table: Table, headers: Sequence[Table], values: Values) -> Table:
    """Return a table with its rows, which end at the next header in the same columns."""
    below = (other for other in headers if other.header > table.header)
    overlapping = (o for o in below if o.question <= table.last and table.question <= o.last)
    end = min((other.header for other in overlapping), default=max(values) + 1)
    questions = {row: cell_at(values, row, table.question) for row in values if table.header < row < end}
    rows = tuple(row for row, cell in questions.items() if isinstance(cell, str) and cell.strip())
    return replace(table, rows=rows)


def question_columns(values: Values, names: Names) -> bool:
    """Return whether a sheet has any column of questions, with or without one for answers."""
    return any(_is_question(names)(cell) for cells in values.values() for cell in cells)


def new_source_column(table: Table, values: Values, layout: Layout) -> int | None:
    """Return the column to the right of a table if a new column there disturbs nothing."""
    rows = range(table.header, max(table.rows) + 1)
    merged = [area for area in layout.merged if area.top <= rows[-1] and area.bottom >= rows[0]]
    column = 1 + max((area.right for area in merged if area.has_column(table.last)), default=table.last)
    is_used = any(not blank(cell_at(values, row, column)) for row in rows)
    is_crossed = any(area.has_column(column) for area in merged)
    return None if is_used or is_crossed or not layout.takes_column(column) else column


def source_name(answer: Cell) -> str:
    """Return the name of a new column of sources, in the language of the answer column's name."""
    for language in lang.LANGUAGES.values():
        if language.source_columns and _is_named(answer, language.answer_columns | language.comment_columns):
            return language.source_columns[0]
    return lang.get("en").source_columns[0]


def is_closed(cell: Cell) -> bool:
    """Return whether the name of a column says that it takes only yes or no."""
    return isinstance(cell, str) and _CLOSED.search(cell) is not None


def cell_at(values: Values, row: int, column: int) -> Cell:
    """Return the value of a cell."""
    cells = values.get(row, ())
    return cells[column - 1] if column <= len(cells) else None


def _headers(row: int, cells: Sequence[Cell], names: Names) -> Iterator[Table]:
    """Yield the tables whose header is in a row, without their rows; tables may be side by side."""
    is_question = _is_question(names)
    questions = [at for at, cell in enumerate(cells, start=1) if is_question(cell)]
    for question, end in pairwise([*questions, len(cells) + 1]):
        right = range(question + 1, end)
        columns = [*right, *range(1, question)] if len(questions) == 1 else [*right]
        answers = _answers(cells, columns, names)
        if answers:
            sources = (at for at in columns if at not in answers and _is_source(names)(cells[at - 1]))
            last = max((at for at in right if not blank(cells[at - 1])), default=question)
            yield Table(row, question, answers, next(sources, None), last, ())


def _answers(cells: Sequence[Cell], columns: Sequence[int], names: Names) -> tuple[int, ...]:
    if names.answer is not None:
        is_answer = _chosen(names.answer)
        return tuple(at for at in columns if is_answer(cells[at - 1]))[:1]
    ranked = [
        (is_closed(cells[at - 1]), rank, number, at)
        for rank, words in enumerate((_ANSWERS, _COMMENTS))
        for number, at in enumerate(columns)
        if _is_named(cells[at - 1], words)
    ]
    return tuple(dict.fromkeys(at for *_, at in sorted(ranked)))


def _is_question(names: Names) -> Callable[[Cell], bool]:
    if names.question is not None:
        return _chosen(names.question)
    return lambda cell: _is_named(cell, {"question", *QUESTION_NAMES})


def _is_source(names: Names) -> Callable[[Cell], bool]:
    if names.source is not None:
        return _chosen(names.source)
    return lambda cell: _is_named(cell, _SOURCES)


def _chosen(name: str) -> Callable[[Cell], bool]:
    return lambda cell: isinstance(cell, str) and column_name(cell) == column_name(name)


def _is_named(cell: Cell, names: Collection[str]) -> bool:
    """Return whether the name of a column, one of its alternatives, or its last word is among names."""
    if not isinstance(cell, str) or len(cell.split()) > _MOST_WORDS:
        return False
    parts = [column_name(part) for part in (cell, *_SEPARATORS.split(cell))]
    return any(part in names or (part.split() or [""])[-1] in names for part in parts)
