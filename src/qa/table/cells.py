"""Tables: every question asked of every document alone, a column for each question, a row for each document.

A cell is the answer to the question of its column from the document of its row, and from no other document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from qa.batch import Counts, Row, answer_of
from qa.messages import Message
from qa.record import Answer
from qa.table.answer_types import AnswerType, type_of
from qa.table.values import Value, value_of

Mark = Literal["right", "wrong", "check"]
"""A person's verdict on a cell; ``check`` is still to be checked."""


@dataclass(frozen=True, slots=True)
class TableDocument:
    """The document of a row: its id, its title and its language (ISO 639-1).

    A contract has a ``name``: the title with its parties.
    """

    doc_id: str
    title: str
    language: str = "en"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The question of a column.

    Attributes:
        row: The question as in the question file.
        type: The type of its answers.
        documents: Ids of the only documents that it is asked of; None for all.
    """

    row: Row
    type: AnswerType = "text"
    documents: frozenset[str] | None = None

    @property
    def id(self) -> str:
        """The id of the question, different for each column."""
        return self.row.id

    @property
    def question(self) -> str:
        """The question."""
        return self.row.question

    def asks(self, document: TableDocument) -> bool:
        """Return whether the question is asked of a document."""
        return self.documents is None or document.doc_id in self.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow(Row):
    """The question of a cell as a row of a batch: limited to its document, with the id of both."""

    column: Column
    document: TableDocument


@dataclass(frozen=True, slots=True)
class TableCell:
    """The answer to one question from one document.

    Attributes:
        column: The question.
        document: The document.
        answer: The answer; its id is ``QUESTION@DOCUMENT``.
        value: The typed value in the first quote, if there is one.
        mark: A person's verdict on the cell.
    """

    column: Column
    document: TableDocument
    answer: Answer
    value: Value | None = None
    mark: Mark | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The ids of the document and of the question."""
        return self.document.doc_id, self.column.id


@dataclass(frozen=True, slots=True)
class Table:
    """Questions and documents, and the cells that have been asked.

    Attributes:
        columns: The questions.
        documents: The documents that were asked, in order.
        cells: The cells by the ids of document and question. A question that is limited to some documents has
            no cell for the others.
        left: The documents that have not been asked, because of ``pilot``.
        warnings: What may have been misread.
    """

    columns: tuple[Column, ...]
    documents: tuple[TableDocument, ...]
    cells: Mapping[tuple[str, str], TableCell] = field(default_factory=dict)
    left: tuple[TableDocument, ...] = ()
    warnings: tuple[Message, ...] = ()

    def __getitem__(self, key: tuple[str, str]) -> TableCell:
        """Return the cell of a document's and a question's id."""
        return self.cells[key]

    def __iter__(self) -> Iterator[TableCell]:
        """Iterate over the cells, document by document."""
        for document in self.documents:
            for column in self.columns:
                cell = self.cell(document, column)
                if cell is not None:
                    yield cell

    def __len__(self) -> int:
        return len(self.cells)

    def cell(self, document: TableDocument, column: Column) -> TableCell | None:
        """Return a cell; None if it has not been asked."""
        return self.cells.get((document.doc_id, column.id))

    @property
    def counts(self) -> Counts:
        """The numbers of cells that are answered, are not, and could not be asked."""
        answers = [cell.answer for cell in self.cells.values()]
        failed = sum(answer.error is not None for answer in answers)
        answered = sum(answer.answered for answer in answers)
        return Counts(answered, len(answers) - answered - failed, failed)


def columns_of(
    rows: Iterable[Row], selected: Callable[[Sequence[str]], frozenset[str]]
) -> tuple[Column, ...]:
    """Return the columns of the questions of a file.

    Args:
        rows: The questions.
        selected: Returns the ids of the documents that patterns match.
    """
    columns: dict[str, Column] = {}
    for row in rows:
        id, number = row.id, 2
        # A second row with an id is an error, which the table shows.
        while id in columns:
            id, number = f"{row.id} ({number})", number + 1
        documents = selected(row.documents) if row.documents and row.error is None else None
        columns[id] = Column(replace(row, id=id), type_of(row), documents)
    return tuple(columns.values())


def cell_rows(columns: Iterable[Column], documents: Iterable[TableDocument]) -> Iterator[CellRow]:
    """Yield what there is to ask, document by document."""
    return (cell_row(column, document) for column, document in places(columns, documents))


def places(
    columns: Iterable[Column], documents: Iterable[TableDocument]
) -> Iterator[tuple[Column, TableDocument]]:
    """Yield the question and the document of each cell, document by document."""
    questions = tuple(columns)
    for document in documents:
        yield from ((column, document) for column in questions if column.asks(document))


def cell_row(column: Column, document: TableDocument) -> CellRow:
    """Return the question of a column, limited to a document."""
    row = column.row
    return CellRow(
        id=f"{row.id}@{document.doc_id}",
        question=row.question,
        documents=(document.doc_id,),
        input=row.input,
        error=row.error,
        cells=row.cells,
        k=row.k,
        place=row.place,
        column=column,
        document=document,
    )


def cell_of(row: CellRow, answer: Answer) -> TableCell:
    """Return the cell with the answer to its question."""
    quotes = answer.answering
    value = value_of(quotes[0], row.column.type, row.document.language) if quotes else None
    return TableCell(row.column, row.document, answer, value)


def ask_cell(row: CellRow, ask: Callable[[Row], Answer]) -> TableCell:
    """Ask the question of a cell."""
    return cell_of(row, answer_of(row, ask))
