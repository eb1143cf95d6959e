"""The parts of a table as the page gets them: its columns, its documents, and its cells as HTML."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from qa.table import Column, TableCell, TableDocument
from qa.table.phrases import shown_name, shown_title
from qa.web.cards import located
from qa.web.grids import Facts, answer_cell, answer_text, facts_of, folded
from qa.web.labels import Labels
from qa.web.templates import html_line

_TYPES = {
    "date": "answer-type-date",
    "amount": "answer-type-amount",
    "number": "answer-type-number",
    "yes/no": "answer-type-yes-no",
    "name": "answer-type-name",
}
"""The labels of the types of answers."""


def column_json(column: Column, labels: Labels) -> dict[str, object]:
    """Return the question of a column, with the name of the type of its answers."""
    question = html_line(column.question) or labels("no-question")
    type = _TYPES.get(column.type)
    return {"id": column.id, "title": question, "type": labels(type) if type else "", "removable": True}


def document_json(document: TableDocument) -> dict[str, object]:
    """Return the document of a row, with its id as the name if the title does not show it."""
    names = {"title": html_line(shown_title(document)), "name": html_line(shown_name(document))}
    return {"id": document.doc_id, "document": document.doc_id, **names}


def cell_json(cell: TableCell, labels: Labels, *, out: bool = False) -> dict[str, object]:
    """Return a cell: its place in the table, its HTML and its mark; ``out`` dims it."""
    return answer_cell(
        cell.document.doc_id,
        cell.column.id,
        cell.answer,
        cell_facts(cell),
        labels,
        place=located,
        value=cell.value.text if cell.value else "",
        out=out,
    )


def cell_facts(cell: TableCell) -> Facts:
    """Return what a cell is sorted and filtered by."""
    return facts_of(cell.answer, _sort_value(cell), cell.mark)


def _sort_value(cell: TableCell) -> float | str:
    """Return what an answer is sorted by: a number, also for a date, or its words."""
    if cell.value is None:
        return str(cell.answer) if cell.answer.answering else ""
    normal = cell.value.normal
    if isinstance(normal, datetime.date):
        return float(normal.toordinal())
    return cell.value.text if normal is None else normal


def row_text(document: TableDocument, cells: Sequence[TableCell]) -> str:
    """Return the words of a row that are searched: those of its document's name and of its answers."""
    answers = (answer_text(cell.answer) for cell in cells)
    return folded(" ".join([shown_title(document), document.doc_id, *answers]))
