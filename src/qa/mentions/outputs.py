"""Write a list of mentions in any format: text, JSON, a table, a report."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from qa.batch.tables import CELL_LIMIT, guarded, in_xml
from qa.errors import UsageError
from qa.mentions import phrases
from qa.mentions.record import Mention, Mentions, to_json
from qa.messages import visible
from qa.output_files import check_output
from qa.record import rounded
from qa.render import markdown, references, single_line, where
from qa.render.html import cited, page_start
from qa.render.phrases import place

FORMATS = ("text", "json", "csv", "tsv", "xlsx", "md", "html", *references.FORMATS)
"""Formats of a list of mentions."""
_EXTENSIONS = {
    ".txt": "text",
    ".htm": "html",
    **{f".{name}": name for name in ("json", "csv", "tsv", "xlsx", "md", "html")},
    **{f".{extension}": name for extension, name in references.EXTENSIONS.items()},
}
_COLUMNS = {
    "document": 24, "title": 24, "page": 8, "line": 8, "start": 10, "end": 10, "text": 50, "context": 70,
    "citation": 36, "score": 8,
}  # fmt: skip
"""The columns of a table, with their widths in characters in a workbook."""
_BOLD, _DIM, _MATCH, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m"
_STYLE = "h2 { font-size: 1rem; margin: 1.5rem 0 0; } td:last-child { text-align: right; }"

Cell = str | int | float | None


def format_of(format: str | None, target: Path | None) -> str:
    """Return the format of an output, and check that it is possible.

    Args:
        format: The format, or None for that of the target's extension, else text.
        target: The file to write; None for standard output.

    Raises:
        UsageError: The extension has no format, or the target cannot be written.
    """
    if target is not None:
        check_output(target)
    chosen = format
    if chosen is None:
        extension = ".txt" if target is None else target.suffix.lower()
        chosen = _EXTENSIONS.get(extension)
        if chosen is None:
            raise UsageError("find-format-unknown", format=visible(extension), known=" ".join(FORMATS))
    if chosen == "xlsx" and target is None:
        raise UsageError("output-workbook-to-terminal")
    return chosen


def render(mentions: Mentions, format: str, *, colour: bool = False) -> bytes:
    """Return a list of mentions in a format.

    Args:
        mentions: The list.
        format: One of `FORMATS`.
        colour: Whether text has ANSI colours; without them, the text is the same.
    """
    if format == "json":
        return f"{to_json(mentions)}\n".encode("utf-8", "backslashreplace")
    if format == "xlsx":
        return _workbook(mentions)
    if format in references.FORMATS:
        texts = (references.CitedText(each.text, each.citation, mentions.query) for each in mentions.mentions)
        return references.written(texts, format).encode("utf-8", "replace")
    if format in ("csv", "tsv"):
        return b"\xef\xbb\xbf" + _table(mentions, "," if format == "csv" else "\t").encode("utf-8", "replace")
    lines = {"html": _html, "md": _markdown}.get(format, lambda each: _text(each, colour))(mentions)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def summary(mentions: Mentions) -> str:
    """Return the number of places and of documents, as one line."""
    return phrases.counts(mentions)


def notes(mentions: Mentions) -> Iterator[str]:
    """Yield a sentence for each limit of the list: documents that were skipped, passages not read."""
    return phrases.notes(mentions)


def _by_document(mentions: Mentions) -> Iterator[tuple[str, int, list[Mention]]]:
    """Yield each document that has listed places, with its number of places."""
    numbers = {each.doc_id: each.mentions for each in mentions.documents}
    for doc_id, group in groupby(mentions.mentions, key=lambda mention: mention.citation.doc_id):
        yield doc_id, numbers[doc_id], list(group)


def _text(mentions: Mentions, colour: bool) -> Iterator[str]:
    def painted(text: str, style: str) -> str:
        return f"{style}{text}{_RESET}" if colour and text else text

    yield painted(phrases.counts(mentions), _BOLD)
    for doc_id, number, group in _by_document(mentions):
        yield ""
        yield painted(f"{single_line(doc_id)}: {number:,}", _BOLD)
        for mention in group:
            before, text, after = phrases.line_pieces(mention)
            yield f"  {before}{painted(text, _MATCH)}{after}"
            yield painted(f"  {where(mention.citation)} [{place(mention.citation)}]", _DIM)
    if notes := list(phrases.notes(mentions)):
        yield ""
        yield from notes


def _markdown(mentions: Mentions) -> Iterator[str]:
    yield f"# {markdown.escaped(phrases.title(mentions))}"
    yield f"\n{phrases.counts(mentions)}."
    for note in phrases.notes(mentions):
        yield f"\n{markdown.escaped(note)}"
    for doc_id, number, group in _by_document(mentions):
        yield f"\n## {markdown.escaped(doc_id)} ({number:,})"
        for mention in group:
            yield f"\n{markdown.block(mention.context.text)}"
            citation = mention.citation
            yield f"\n{markdown.escaped(where(citation))} ({markdown.escaped(place(citation))})"


def _html(mentions: Mentions) -> Iterator[str]:
    yield f"{page_start(phrases.title(mentions), _STYLE)}<p>{escape(phrases.counts(mentions))}.</p>"
    for note in phrases.notes(mentions):
        yield f'<p class="note">{escape(note)}</p>'
    numbers = {doc_id: number for number, (doc_id, _, _) in enumerate(_by_document(mentions), start=1)}
    yield "<table><thead><tr><th>Document</th><th>Places</th></tr></thead><tbody>"
    for document in mentions.documents:
        name = escape(single_line(document.doc_id))
        linked = f'<a href="#d{numbers[document.doc_id]}">{name}</a>' if document.doc_id in numbers else name
        yield f"<tr><td>{linked}</td><td>{document.mentions:,}</td></tr>"
    yield "</tbody></table>"
    for doc_id, number, group in _by_document(mentions):
        yield f'<section id="d{numbers[doc_id]}"><h2>{escape(single_line(doc_id))} ({number:,})</h2>'
        for mention in group:
            before, text, after = (escape(piece) for piece in phrases.pieces(mention))
            yield f'<blockquote dir="auto">{before}<mark>{text}</mark>{after}</blockquote>'
            yield f"<p><cite>{cited(mention.citation)}</cite></p>"
        yield "</section>"
    yield "</body>\n</html>"


def _cells(mention: Mention) -> tuple[Cell, ...]:
    cited = mention.citation
    score = None if mention.score is None else rounded(mention.score)
    places = (cited.page, cited.line, cited.start, cited.end)
    return (cited.doc_id, cited.title, *places, mention.text, mention.context.text, where(cited), score)


def _table(mentions: Mentions, delimiter: str) -> str:
    stream = io.StringIO()
    table = csv.writer(stream, delimiter=delimiter)
    table.writerow(_COLUMNS)
    for mention in mentions.mentions:
        cells = ("" if cell is None else str(cell) for cell in _cells(mention))
        table.writerow([guarded(cell) for cell in cells])
    return stream.getvalue()


def _workbook(mentions: Mentions) -> bytes:
    """Return a workbook of the places and of their number by document; every text has the type text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    alignment, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    counts = ((each.doc_id, each.title, each.mentions) for each in mentions.documents)
    sheets: list[tuple[str, dict[str, int], list[tuple[Cell, ...]]]] = [
        ("Places", _COLUMNS, [_cells(mention) for mention in mentions.mentions]),
        ("Documents", {"document": 40, "title": 40, "places": 10}, list(counts)),
        ("About", {"about": 100}, [(line,) for line in (phrases.title(mentions), phrases.counts(mentions),
                                                         *phrases.notes(mentions))]),
    ]  # fmt: skip
    for name, widths, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, width in enumerate(widths.values(), start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for at, row in enumerate([tuple(widths), *rows]):
            cells = []
            for value in row:
                text = in_xml(value)[:CELL_LIMIT] if isinstance(value, str) else value
                cell = WriteOnlyCell(sheet, text)
                cell.alignment = alignment
                if isinstance(value, str):
                    cell.data_type = "s"
                    # Otherwise Excel would make the text a formula as soon as somebody edits the cell.
                    cell.quotePrefix = guarded(value) != value
                if at == 0:
                    cell.font = bold
                cells.append(cell)
            sheet.append(cells)
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{len(rows) + 1}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
