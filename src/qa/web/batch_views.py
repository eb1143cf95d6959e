"""The grid of a file of questions as the page gets it: columns, rows in order, and cells as HTML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from qa.errors import UsageError
from qa.record import Answer
from qa.web import grids
from qa.web.batch_runs import Run
from qa.web.cards import where
from qa.web.grids import Facts, SortValue, View
from qa.web.labels import Labels
from qa.web.templates import html_line

COLUMN = "answer"
"""The column with the answers; the user's own ones have numbers."""


def columns_json(batch: Run, labels: Labels) -> list[dict[str, object]]:
    """Return the column of the answers and the user's own ones, with their values if they are few."""
    own = [
        {"id": str(n), "title": html_line(name), "own": True, "values": batch.choices.get(name, ())}
        for n, name in enumerate(batch.own)
    ]
    return [{"id": COLUMN, "title": labels("column-answer")}, *own]


def arranged_rows(batch: Run, facts: Sequence[Facts], view: View) -> Sequence[int]:
    """Return the positions of the questions of a view in order.

    Raises:
        UsageError: The view names a column that the file does not have, or that has too many values.
    """
    column = view.column
    own = {str(number): name for number, name in enumerate(batch.own)}
    if column not in (None, COLUMN, *own) or any(own.get(key) not in batch.choices for key, _ in view.own):
        raise UsageError("request-invalid")
    wanted = [(batch.values(key), value) for key, value in view.own]

    def passing(at: int) -> bool:
        return (
            view.passes(facts[at])
            and all(values[at] == value for values, value in wanted)
            and view.names(batch.texts[at])
        )

    def key(at: int) -> SortValue:
        if column is None or column == COLUMN:
            return grids.sort_value(facts[at], view.by)
        return batch.value(column, at)

    return grids.arranged(range(len(facts)), view, passing, key)


def rows_json(
    batch: Run, facts: Sequence[Facts], positions: Iterable[int], labels: Labels
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the headers and the cells of some questions."""
    rows: list[dict[str, object]] = []
    cells: list[dict[str, object]] = []
    with batch.records.open("rb") as file:
        for at in positions:
            record, row = _record_at(file, batch.offsets[at]), str(at)
            question = html_line(record.question) or labels("no-question")
            rows.append({"id": row, "title": question, "name": html_line(record.id)})
            cells.append(
                grids.answer_cell(
                    row, COLUMN, record, facts[at], labels,
                    place=where, error=batch.errors.get(at), absent="not-found",
                )
            )  # fmt: skip
            values = record.input or {}
            cells += [
                grids.own_cell(row, str(number), values.get(name)) for number, name in enumerate(batch.own)
            ]
    return rows, cells


def changed_rows(shown: Sequence[int], changed: Iterable[int]) -> list[int]:
    """Return the rows that are shown and have changed."""
    news = set(changed)
    return [at for at in shown if at in news]


def _record_at(file: BinaryIO, offset: int) -> Answer:
    file.seek(offset)
    return Answer.model_validate(json.loads(file.readline()))
