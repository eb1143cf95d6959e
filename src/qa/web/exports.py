"""Exports a conversation, or the quotes that a person kept, as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, get_args

from qa.batch.reports import linked_from
from qa.errors import UsageError
from qa.record import Answer, Quote
from qa.render import displayable, docx, docx_quotes, html, markdown
from qa.render.styles import Style
from qa.types import Document

Format = Literal["md", "html", "docx", "json"]
MEDIA = {
    "md": "text/markdown",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
UNCHECKED = "Not checked: the document is not in the library as it was when this was quoted."


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer, or one quote of it, with the person's note."""

    record: Answer
    note: str = ""


def export(
    title: str,
    entries: Sequence[Entry],
    format: str,
    find: Callable[[str], Document | None],
    *,
    is_list: bool = False,
    style: Style = "plain",
) -> bytes:
    """Return the content of the file.

    Each quote is looked up at its place. An entry with a quote that is not there is marked as unchecked.

    Args:
        title: The title of the file.
        entries: The answers or quotes, in order.
        format: One of `Format`.
        find: Returns the document of an id, or None.
        is_list: Whether the entries are quotes that a person chose, and not whole answers: a Word file of
            them has the quotes with footnotes, and no confidences.
        style: The style of the citations, except in JSON.

    Raises:
        UsageError: The format is unknown.
    """
    if format not in get_args(Format):
        raise UsageError("export-format-unknown", format=format, known=", ".join(get_args(Format)))
    documents: dict[str, Document | None] = {}

    def document(name: str) -> Document | None:
        if name not in documents:
            documents[name] = find(name)
        return documents[name]

    # A file is sent to others: it names no folder of this machine.
    checked = [Entry(linked_from(None, entry.record), _notes(entry, document)) for entry in entries]
    if format == "json":
        return _json(checked)
    if format == "docx" and is_list:
        with docx_quotes.file(title, [(entry.record, entry.note) for entry in checked], style) as file:
            return file.read()
    answered = sum(entry.record.answered for entry in entries)
    counts = (answered, len(entries) - answered, 0)
    if format == "docx":
        parts = [docx.header(title, *counts)]
        parts += [docx.item(entry.record, style=style, note=entry.note) for entry in checked]
        links = {id: target for entry in checked for id, target in docx.links(entry.record).items()}
        with docx.file(parts, title, links) as file:
            return file.read()
    return (_markdown if format == "md" else _html)(title, checked, counts, style).encode("utf-8", "replace")


def without_local_addresses(content: bytes) -> bytes:
    """Return a report in JSON without the addresses of files on this machine."""

    def local_as_null(pairs: list[tuple[str, object]]) -> dict[str, object]:
        return {
            key: None if key == "uri" and str(value).startswith("file:") else value for key, value in pairs
        }

    report = json.loads(content, object_pairs_hook=local_as_null)
    return json.dumps(report, ensure_ascii=True, indent=1).encode() + b"\n"


def is_intact(quote: Quote, document: Document | None) -> bool:
    """Return whether a document is unchanged since it was quoted, with the quote at its place."""
    cited = quote.citation
    if document is None or document.sha256 != cited.sha256:
        return False
    return document.text[cited.start : cited.end] == quote.text


def _notes(entry: Entry, document: Callable[[str], Document | None]) -> str:
    intact = all(is_intact(quote, document(quote.citation.doc_id)) for quote in entry.record.quotes)
    return entry.note if intact else "\n".join(filter(None, (entry.note, UNCHECKED)))


def _json(entries: Sequence[Entry]) -> bytes:
    """Return the answer records; a note is a column under ``input``, as in the output of `qa batch`."""
    noted = (
        entry.record.model_copy(update={"input": {"note": entry.note}}) if entry.note else entry.record
        for entry in entries
    )
    records = [record.model_dump() for record in noted]
    # ASCII escapes can also represent half a surrogate pair.
    return json.dumps(records, ensure_ascii=True, indent=1).encode() + b"\n"


def _markdown(title: str, entries: Sequence[Entry], counts: tuple[int, int, int], style: Style) -> str:
    out = [markdown.header(title, *counts)]
    out += [markdown.contents_item(entry.record, number) for number, entry in enumerate(entries, 1)]
    out.append(markdown.contents_end())
    for number, entry in enumerate(entries, 1):
        out.append(markdown.item(entry.record, number, style))
        if entry.note:
            out.append(f"\n**Note**\n\n{markdown.block(entry.note)}\n")
    return "".join([*out, markdown.footer()])


def _html(title: str, entries: Sequence[Entry], counts: tuple[int, int, int], style: Style) -> str:
    out = [html.header(title, *counts)]
    out += [html.contents_item(entry.record, number) for number, entry in enumerate(entries, 1)]
    out.append(html.contents_end())
    for number, entry in enumerate(entries, 1):
        out.append(html.item(entry.record, number, style))
        if entry.note:
            note = escape(displayable(entry.note)).replace("\n", "<br>")
            out.append(f'<p dir="auto"><b>Note:</b> {note}</p>\n')
    return "".join([*out, html.footer()])
