"""Fixed phrases in the cells of a table, and what is shown beside a quote."""

from __future__ import annotations

from collections.abc import Iterator

from qa.record import Answer, Citation, Quote
from qa.render import single_line
from qa.render.phrases import in_digits, where
from qa.table.cells import Table, TableCell, TableDocument
from qa.table.values import Normal

NOT_IN_DOCUMENT = "Not in this document."
SORTABLE = ("date", "amount", "number")
"""Types whose values a spreadsheet can sort by a date or a number."""


def place_in(citation: Citation) -> str:
    """Return the place of a quote within its document: page, place or line, without title and headings."""
    return where(citation.model_copy(update={"title": "\0", "name": None, "doc_id": "\0", "heading": ()}))[3:]


def shown_title(document: TableDocument) -> str:
    """Return the title of a document for a person, or its id without one."""
    return single_line(document.name or document.title) or single_line(document.doc_id)


def shown_name(document: TableDocument) -> str:
    """Return the id of a document if its title does not show it: many documents have the same title."""
    title, name = single_line(document.title), single_line(document.doc_id)
    return name if title and title not in (name, name.rpartition(".")[0]) else ""


def headers(table: Table) -> list[str]:
    """Return a different header for each column: its question, with its id if another one has the same."""
    questions = [single_line(column.question) or "(no question)" for column in table.columns]
    return [
        f"{question} [{column.id}]" if questions.count(question) > 1 else question
        for question, column in zip(questions, table.columns, strict=True)
    ]


def note(answer: Answer) -> str:
    """Return what a cell without a quote shows: the error, or that the document has no answer."""
    return NOT_IN_DOCUMENT if answer.error is None else f"Not asked: {single_line(answer.error)}"


def beside(quote: Quote, answer: Answer) -> str:
    """Return the place of a quote and the confidence of its answer."""
    return f"{place_in(quote.citation)} · {in_digits(answer.confidence)}".removeprefix(" · ")


def normal_text(normal: Normal) -> str:
    """Return a normalised value as text: a date in ISO 8601, a number without separators."""
    if normal is None:
        return ""
    return f"{normal:g}" if isinstance(normal, float) and abs(normal) >= 1e16 else _plain(normal)


def _plain(normal: Normal) -> str:
    if isinstance(normal, float):
        return str(int(normal)) if normal.is_integer() else repr(normal)
    return "" if normal is None else normal.isoformat()


def quotes_shown(cell: TableCell) -> Iterator[tuple[Quote, bool]]:
    """Yield the quotes of a cell with whether they answer; those nearest to the question if none does."""
    for quote in cell.answer.answering:
        yield quote, True
    if not cell.answer.answering:
        for quote in cell.answer.closest[:1]:
            yield quote, False
