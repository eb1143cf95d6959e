"""A conversation, or the quotes that a person kept, as a file to take along."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, get_args

from qa.errors import UsageError
from qa.record import Answer, Quote
from qa.render import displayable, html, markdown
from qa.types import Document
from qa.web import word

Format = Literal["md", "html", "docx", "json"]
MEDIA = {
    "md": "text/markdown",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
UNCHECKED = "Not checked: the document is not in the library as it was when this was quoted."


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, or one quote of it, with what the person wrote beside it."""

    record: Answer
    note: str = ""


def export(title: str, kept: Sequence[Kept], format: str, find: Callable[[str], Document | None]) -> bytes:
    """The file. Each quote is looked up where it stands, and one that is not there any more is marked."""
    if format not in get_args(Format):
        raise UsageError("export-format-unknown", format=format, known=", ".join(get_args(Format)))
    documents: dict[str, Document | None] = {}

    def document(name: str) -> Document | None:
        if name not in documents:
            documents[name] = find(name)
        return documents[name]

    checked = [Kept(one.record, _notes(one, document)) for one in kept]
    if format == "json":
        return _json(checked)
    answered = sum(one.record.answered for one in kept)
    counts = (answered, len(kept) - answered, 0)
    if format == "docx":
        parts = [word.header(title, *counts)]
        for one in checked:
            parts.append(word.item(one.record))
            parts += [word.note(one.note)] if one.note else []
        return word.file("".join(parts))
    return (_markdown if format == "md" else _html)(title, checked, counts).encode("utf-8", "replace")


def stands(quote: Quote, document: Document | None) -> bool:
    """Whether a document still is the one that was quoted, and the quote stands in it."""
    cited = quote.citation
    if document is None or document.sha256 != cited.sha256:
        return False
    return document.text[cited.start : cited.end] == quote.text


def _notes(one: Kept, document: Callable[[str], Document | None]) -> str:
    sound = all(stands(quote, document(quote.citation.doc_id)) for quote in one.record.quotes)
    return one.note if sound else "\n".join(filter(None, (one.note, UNCHECKED)))


def _json(kept: Sequence[Kept]) -> bytes:
    """The answer records, a note as a column of the question's own, as in the answers to a file."""
    noted = (
        one.record.model_copy(update={"input": {"note": one.note}}) if one.note else one.record
        for one in kept
    )
    records = [record.model_dump() for record in noted]
    # Escaped, half a surrogate pair can be written as well.
    return json.dumps(records, ensure_ascii=True, indent=1).encode() + b"\n"


def _markdown(title: str, kept: Sequence[Kept], counts: tuple[int, int, int]) -> str:
    out = [markdown.header(title, *counts)]
    out += [markdown.contents_item(one.record, number) for number, one in enumerate(kept, 1)]
    out.append(markdown.contents_end())
    for number, one in enumerate(kept, 1):
        out.append(markdown.item(one.record, number))
        if one.note:
            out.append(f"\n**Note**\n\n{markdown.block(one.note)}\n")
    return "".join([*out, markdown.footer()])


def _html(title: str, kept: Sequence[Kept], counts: tuple[int, int, int]) -> str:
    out = [html.header(title, *counts)]
    out += [html.contents_item(one.record, number) for number, one in enumerate(kept, 1)]
    out.append(html.contents_end())
    for number, one in enumerate(kept, 1):
        out.append(html.item(one.record, number))
        if one.note:
            said = escape(displayable(one.note)).replace("\n", "<br>")
            out.append(f'<p dir="auto"><b>Note:</b> {said}</p>\n')
    return "".join([*out, html.footer()])
