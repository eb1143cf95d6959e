"""The documents as HTML: what each is, whether questions are asked of it, and how it is removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from qa import DocumentInfo
from qa.render import single_line
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import render

SHOWN = 100
"""Rows that are sent at once; a library may hold many thousands."""
LONG = 100
"""Characters of a title that may not all be shown."""


def matching(documents: Sequence[DocumentInfo], search: str) -> list[DocumentInfo]:
    """Returns the documents that have every word of a search in their title or name."""
    words = search.casefold().split()
    return [d for d in documents if all(word in f"{d.title}\n{d.doc_id}".casefold() for word in words)]


def rows(
    documents: Sequence[DocumentInfo], shown: int = SHOWN, labels: Labels = ENGLISH, *, searched: bool = False
) -> str:
    """Returns the first so many documents as HTML, and a button for more where there are more.

    That there is none is only said where they were ``searched`` for; an empty library says so elsewhere.
    """
    return render(
        "parts/documents.html",
        documents=documents,
        shown=shown,
        labels=labels,
        searched=searched,
        is_untitled=is_untitled,
        step=SHOWN,
        long=LONG,
    )


def is_untitled(document: DocumentInfo) -> bool:
    """Whether a document has no title but its file name, which is then shown once."""
    names = ("", single_line(document.doc_id), single_line(PurePosixPath(document.doc_id).stem))
    return single_line(document.title) in names


def made(manifest: Mapping[str, str], labels: Labels = ENGLISH) -> str:
    """Returns as HTML when the index was last changed, and the model that it was made with."""
    return render("parts/made.html", manifest=manifest, labels=labels)
