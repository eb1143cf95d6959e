"""The documents as HTML: what each is, whether questions are asked of it, and how it is removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from qa.index import DocumentInfo
from qa.render import single_line
from qa.web.markup import attributes, counted, icon, line

SHOWN = 100
"""Rows that are sent at once; a library may hold many thousands."""


def matching(documents: Sequence[DocumentInfo], search: str) -> list[DocumentInfo]:
    """The documents that have every word of a search in their title or name."""
    words = search.casefold().split()
    return [d for d in documents if all(word in f"{d.title}\n{d.doc_id}".casefold() for word in words)]


def rows(documents: Sequence[DocumentInfo], shown: int = SHOWN) -> str:
    """The first so many documents, and a button for more where there are more."""
    listed = "".join(row(document) for document in documents[:shown])
    if len(documents) <= shown:
        return listed
    left = counted(len(documents) - shown, "more document")
    return (
        f'{listed}<li class="rest"><button type="button" class="more"'
        f"{attributes(do='more-documents', shown=shown + SHOWN)}>{left}</button></li>"
    )


def row(document: DocumentInfo) -> str:
    """One document."""
    title = line(document.title) or line(document.doc_id)
    facts = [counted(document.sentences, "sentence"), _date(document.indexed_at)]
    if document.pages:
        facts.insert(0, counted(document.pages, "page"))
    if single_line(document.title) != single_line(document.doc_id):
        facts.insert(0, f"<bdi>{line(document.doc_id)}</bdi>")
    return (
        f'<li class="document"{attributes(document=document.doc_id)}>'
        f'<input type="checkbox" aria-label="Ask only this document: {title}">'
        f'<div class="about"><button type="button" class="title" data-do="read"><bdi>{title}</bdi></button>'
        f'<p class="facts">{" <i>·</i> ".join(facts)}</p>{_warnings(document.warnings)}</div>'
        f'<button type="button" class="quiet bare" data-do="remove" aria-label="Remove {title}" '
        f'title="Remove">{icon("remove")}</button>'
        f'<div class="confirm" hidden role="group" aria-label="Remove {title}?">'
        "<p>Remove this document from the library? The file that it was read from stays where it is; "
        "a copy that was added on this page is deleted.</p>"
        '<button type="button" class="danger" data-do="confirm">Remove</button>'
        '<button type="button" class="plain" data-do="keep">Keep</button></div></li>'
    )


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    listed = "".join(f"<li>{line(warning)}</li>" for warning in warnings)
    return (
        f'<details class="warnings"><summary>{icon("warning")}{counted(len(warnings), "warning")}</summary>'
        f"<ul>{listed}</ul></details>"
    )


def _date(iso: str) -> str:
    try:
        day = datetime.fromisoformat(iso)
    except ValueError:
        return line(iso)
    return f'<time datetime="{line(iso)}">{day.day} {day:%b %Y}</time>'
