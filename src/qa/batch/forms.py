"""Find the tables of questions in a questionnaire, and their columns for answers and sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
    tables = []
    for table in headers:
        ends = [
            other.header
            for other in headers
            if other.header > table.header and other.question <= table.last and table.question <= other.last
        ]
        end = min(ends, default=max(values) + 1)
        rows = tuple(
            row
            for row in values
            if table.header < row < end and isinstance(cell_at(values, row, table.question), str)
            if not blank(cell_at(values, row, table.question))
        )
        if rows:
            tables.append(Table(table.header, table.question, table.answers, table.source, table.last, rows))
    return tables


def question_columns(values: Values, names: Names) -> bool:
    """Return whether a sheet has any column of questions, with or without one for answers."""
    return any(_is_question(names)(cell) for cells in values.values() for cell in cells)


def new_source_column(table: Table, values: Values, layout: Layout) -> int | None:
    """Return the column to the right of a table if a new column there disturbs nothing."""
    last_row = max(table.rows)
    merged_here = [area for area in layout.merged if area.top <= last_row and area.bottom >= table.header]
    last = table.last
    column = 1 + max([last, *(area.right for area in merged_here if area.left <= last <= area.right)])
    used = any(not blank(cell_at(values, row, column)) for row in values if table.header <= row <= last_row)
    merged = any(area.left <= column <= area.right for area in merged_here)
    hidden = any(first <= column <= last for first, last in layout.hidden_columns)
    limited = any(area.left <= column <= area.right for area in layout.limited)
    return None if used or merged or hidden or limited or layout.protected or column > 16_384 else column


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
    questions = [at for at, cell in enumerate(cells, start=1) if _is_question(names)(cell)]
    for number, question in enumerate(questions):
        end = questions[number + 1] if number + 1 < len(questions) else len(cells) + 1
        columns = list(range(question + 1, end))
        if len(questions) == 1:
            columns += range(1, question)
        answers = _answers(cells, columns, names)
        if not answers:
            continue
        is_source = _chosen(names.source) if names.source else lambda cell: _is_named(cell, _SOURCES)
        sources = [at for at in columns if at not in answers and is_source(cells[at - 1])]
        last = max(at for at in [question, *answers, *columns] if not blank(cells[at - 1]) and at < end)
        yield Table(row, question, answers, sources[0] if sources else None, last, ())


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


def _chosen(name: str) -> Callable[[Cell], bool]:
    return lambda cell: isinstance(cell, str) and column_name(cell) == column_name(name)


def _is_named(cell: Cell, names: Collection[str]) -> bool:
    """Return whether the name of a column, one of its alternatives, or its last word is among names."""
    if not isinstance(cell, str) or len(cell.split()) > _MOST_WORDS:
        return False
    parts = [column_name(part) for part in (cell, *_SEPARATORS.split(cell))]
    return any(part in names or (part.split() or [""])[-1] in names for part in parts)
