"""The documents as HTML: what each is, whether questions are asked of it, and how it is removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from qa import DocumentInfo
from qa.render import single_line
from qa.web.labels import ENGLISH, Labels
from qa.web.markup import attributes, icon, line

SHOWN = 100
"""Rows that are sent at once; a library may hold many thousands."""
LONG = 100
"""Characters of a title that may not all be shown."""


def matching(documents: Sequence[DocumentInfo], search: str) -> list[DocumentInfo]:
    """The documents that have every word of a search in their title or name."""
    words = search.casefold().split()
    return [d for d in documents if all(word in f"{d.title}\n{d.doc_id}".casefold() for word in words)]


def rows(
    documents: Sequence[DocumentInfo], shown: int = SHOWN, labels: Labels = ENGLISH, *, searched: bool = False
) -> str:
    """The first so many documents, and a button for more where there are more.

    That there is none is said where they were ``searched`` for; an empty library says so elsewhere.
    """
    if searched and not documents:
        return f'<li class="nothing">{labels("no-match")}</li>'
    listed = "".join(row(document, labels) for document in documents[:shown])
    if len(documents) <= shown:
        return listed
    left = labels("more-documents", n=len(documents) - shown)
    return (
        f'{listed}<li class="rest"><button type="button" class="more"'
        f"{attributes(do='more-documents', shown=shown + SHOWN)}>{left}</button></li>"
    )


def row(document: DocumentInfo, labels: Labels = ENGLISH) -> str:
    """One document."""
    # A file without a title of its own is called by its name: said once, with what kind of file it is.
    own = ("", single_line(document.doc_id), single_line(PurePosixPath(document.doc_id).stem))
    untitled = single_line(document.title) in own
    title = line(document.doc_id if untitled else document.title)
    hover = f' title="{title}"' if len(title) > LONG else ""
    facts = [labels("sentences", n=document.sentences), _date(document.indexed_at, labels)]
    if document.pages:
        facts.insert(0, labels("pages", n=document.pages))
    if not untitled:
        facts.insert(0, f"<bdi>{line(document.doc_id)}</bdi>")
    return (
        f'<li class="document"{attributes(document=document.doc_id)}>'
        f'<input type="checkbox" aria-label="{labels("ask-only", title=title)}">'
        f'<div class="about"><button type="button" class="title" data-do="read"{hover}>'
        f"<bdi>{title}</bdi></button>"
        f'<p class="facts">{" <i>·</i> ".join(facts)}</p>{_warnings(document.warnings, labels)}</div>'
        f'<button type="button" class="quiet bare" data-do="remove" '
        f'aria-label="{labels("remove-document", title=title)}" '
        f'title="{labels("remove")}">{icon("remove")}</button>'
        f'<div class="confirm" hidden role="group" aria-label="{labels("remove-asked", title=title)}">'
        f"<p>{labels('remove-explained')}</p>"
        f'<button type="button" class="danger" data-do="confirm">{labels("remove")}</button>'
        f'<button type="button" class="plain" data-do="keep">{labels("keep-document")}</button></div></li>'
    )


def made(manifest: Mapping[str, str], labels: Labels = ENGLISH) -> str:
    """When the index was changed last, and the model that it was made with."""
    model = f"<bdi>{line(manifest['model'])}</bdi>"
    return labels("index-made", date=_date(manifest["updated"], labels), model=model)


def _warnings(warnings: Sequence[str], labels: Labels) -> str:
    if not warnings:
        return ""
    listed = "".join(f"<li>{line(labels.say(warning))}</li>" for warning in warnings)
    said = labels("warnings", n=len(warnings))
    return f'<details class="warnings"><summary>{icon("warning")}{said}</summary><ul>{listed}</ul></details>'


def _date(iso: str, labels: Labels) -> str:
    try:
        day = datetime.fromisoformat(iso)
    except ValueError:
        return line(iso)
    return f'<time datetime="{line(iso)}">{labels.date(day)}</time>'
