"""Write a table as one HTML page without scripts: a click on a cell shows its source below the table."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import BinaryIO

from qa.batch.reports import linked_from
from qa.record import Answer
from qa.render import html, single_line
from qa.render.phrases import in_digits, shown_pieces
from qa.table.cells import Mark, Table, TableCell, TableDocument
from qa.table.phrases import beside, headers, note, shown_name, shown_title

_STYLE = """
body { max-width: none; }
h2, .note, nav { max-width: 60rem; }
.scroll { overflow: auto; max-height: 85vh; border: 1px solid var(--line); margin: 1rem 0 2rem; }
table { border-collapse: separate; border-spacing: 0; font: .9rem/1.45 system-ui, sans-serif; }
th, td { text-align: start; vertical-align: top; padding: .5rem .7rem; border: 0 solid var(--line);
  border-width: 0 1px 1px 0; min-width: 9rem; max-width: 24rem; background: var(--paper); }
thead th { position: sticky; inset-block-start: 0; z-index: 2; }
tbody th, thead th:first-child { position: sticky; inset-inline-start: 0; z-index: 1; max-width: 14rem; }
thead th:first-child { z-index: 3; }
td a { text-decoration: none; display: block; }
td a:hover .q, td a:focus .q { text-decoration: underline; }
.q { display: -webkit-box; -webkit-line-clamp: 7; -webkit-box-orient: vertical; overflow: hidden;
  font-family: Georgia, "Times New Roman", serif; }
.q .answer-word { background: none; color: inherit; font-weight: bold; text-decoration: none; }
td b { display: block; }
th small { font-weight: normal; overflow-wrap: anywhere; }
td small, th small, td .none { color: var(--soft); }
td .none { font-style: italic; }
td.right { background: #1b7f3b22; } td.wrong { background: #c0392b26; } td.check { background: #e0a80033; }
td .mark { font-weight: bold; }
.source { scroll-margin: 1rem; }
.source .back { float: right; margin: 1.2rem 0 0 1rem; font-size: .9rem; }
.source:target { position: fixed; inset: auto 0 0 0; z-index: 9; max-height: 55vh; overflow: auto;
  background: var(--paper); border-top: 3px solid var(--answer); box-shadow: 0 -6px 30px #0005;
  padding: 0 max(1rem, calc(50vw - 30rem)); }
.source section { content-visibility: visible; border-top-width: 1px; }
.source:target section { border: 0; }
@media (max-width: 600px) { th, td { min-width: 11rem; max-width: 16rem; }
  tbody th, thead th:first-child { min-width: 7rem; max-width: 8rem; overflow-wrap: anywhere; } }
@media print { .scroll { overflow: visible; max-height: none; border: 0; } .source .back { display: none; }
  thead th, tbody th { position: static; }
  .source:target { position: static; box-shadow: none; max-height: none; } }
"""
_MARKS: dict[Mark, str] = {"right": "✓ right", "wrong": "✗ wrong", "check": "? to check"}


class HtmlTable:
    """The table as a page; a report is sent to others, so it links only to files beside it."""

    def __init__(
        self, stream: BinaryIO, table: Table, folder: Path | None, name: str, *, long: bool = False
    ) -> None:
        self._stream = stream
        self._table = table
        self._folder = folder
        self._title = f"{name}: each document"
        self._long = long
        self._cells: dict[tuple[str, str], TableCell] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def add(self, cell: TableCell) -> None:
        """Add one cell."""
        self._cells[cell.key] = cell
        self._numbers[cell.key] = len(self._cells)

    def finish(self) -> None:
        """Write the page."""
        for piece in self._pieces():
            self._stream.write(piece.encode())

    def _pieces(self) -> Iterator[str]:
        table = self._table
        answers = [cell.answer for cell in self._cells.values()]
        documents = len({cell.document.doc_id for cell in self._cells.values()})
        yield html.page_start(self._title, _STYLE)
        yield (
            f"<p>{len(table.columns):,} questions, {documents:,} documents: "
            f"{sum(a.answered for a in answers):,} answered, "
            f"{sum(not a.answered and a.error is None for a in answers):,} not in the document asked.</p>\n"
            '<p class="note">Every quote is verbatim text of the document of its row. '
            "Choose a quote to see its source.</p>\n"
        )
        yield '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>\n'
        yield from self._long_rows() if self._long else self._wide_rows()
        yield "</table></div>\n<h2>Sources</h2>\n"
        for key, cell in self._cells.items():
            yield self._source(self._numbers[key], cell)
        yield html.footer()

    def _wide_rows(self) -> Iterator[str]:
        yield '<thead><tr><th scope="col">Document</th>'
        yield from (f'<th scope="col"><bdi>{escape(header)}</bdi></th>' for header in headers(self._table))
        yield "</tr></thead>\n<tbody>\n"
        for document in self._table.documents:
            keys = [(document.doc_id, column.id) for column in self._table.columns]
            if any(key in self._cells for key in keys):
                yield f"<tr>{_document(document)}"
                yield from map(self._cell, keys)
                yield "</tr>\n"
        yield "</tbody>\n"

    def _long_rows(self) -> Iterator[str]:
        names = "".join(f'<th scope="col">{name}</th>' for name in ("Document", "Question", "Answer"))
        yield f"<thead><tr>{names}</tr></thead>\n<tbody>\n"
        for key, cell in self._cells.items():
            question = escape(single_line(cell.column.question))
            yield f"<tr>{_document(cell.document)}<td><bdi>{question}</bdi></td>{self._cell(key)}</tr>\n"
        yield "</tbody>\n"

    def _cell(self, key: tuple[str, str]) -> str:
        cell = self._cells.get(key)
        if cell is None:
            return "<td></td>"
        number = self._numbers[key]
        mark = "" if cell.mark is None else f' <span class="mark">{_MARKS[cell.mark]}</span>'
        start = f'<td id="c{number}"{f" class={chr(34)}{cell.mark}{chr(34)}" if cell.mark else ""}>'
        return f'{start}<a href="#s{number}">{_content(cell)}{mark}</small></a></td>'

    def _source(self, number: int, cell: TableCell) -> str:
        record = linked_from(self._folder, cell.answer)
        return (
            f'<div class="source" id="s{number}"><a class="back" href="#c{number}">Back to the table</a>'
            f"{html.item(_named(record, cell))}</div>\n"
        )


def _document(document: TableDocument) -> str:
    """Return the header of a row."""
    name = shown_name(document)
    small = f"<br><small><bdi>{escape(name)}</bdi></small>" if name else ""
    return f'<th scope="row"><bdi>{escape(shown_title(document))}</bdi>{small}</th>'


def _named(record: Answer, cell: TableCell) -> Answer:
    """Return the record with the document's title in front of its question, for the list of the sources."""
    return record.model_copy(update={"question": f"{shown_title(cell.document)}: {cell.column.question}"})


def _content(cell: TableCell) -> str:
    """Return what a cell shows; the caller closes its last element."""
    answer = cell.answer
    if not answer.answering:
        sure = "" if answer.error is not None else in_digits(answer.confidence)
        return f'<span class="none">{escape(note(answer))}</span> <small>{sure}'
    quote = answer.answering[0]
    value = "" if cell.value is None else f"<b><bdi>{escape(single_line(cell.value.text))}</bdi></b>"
    body = "".join(
        f'<span class="answer-word">{escape(piece)}</span>' if mark == "answer" else escape(piece)
        for piece, mark in shown_pieces(quote)
    )
    more = len(answer.answering) - 1
    return (
        f'{value}<span class="q" dir="auto">{body}</span>'
        f"<small>{escape(beside(quote, answer))}{f' (+{more})' if more else ''}"
    )
