"""The list of documents as HTML, with the controls to limit questions to a document and to remove it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

from qa import DocumentInfo
from qa.messages import Message
from qa.render import single_line
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import render

SHOWN = 100
"""Rows that are sent at once; a library may have many thousands."""
LONG = 100
"""Characters above which a title may be cut and gets a tooltip."""


def matching(
    documents: Sequence[DocumentInfo], search: str, names: Mapping[str, str] | None = None
) -> list[DocumentInfo]:
    """Return the documents that have every word of a search in their title, id, or one of the ``names``."""
    words, names = search.casefold().split(), names or {}

    def shown(document: DocumentInfo) -> str:
        return f"{document.title}\n{document.doc_id}\n{names.get(document.doc_id, '')}".casefold()

    return [document for document in documents if all(word in shown(document) for word in words)]


def rows(
    documents: Sequence[DocumentInfo],
    shown: int = SHOWN,
    labels: Labels = ENGLISH,
    *,
    searched: bool = False,
    names: Mapping[str, str] | None = None,
    leaving: Collection[str] = (),
    failures: Mapping[str, Message] | None = None,
) -> str:
    """Return the first ``shown`` documents as HTML, and a button if there are more.

    Those with one of the ``names`` by their ids have it in place of their title.

    If there are none and they were ``searched`` for, a row says so; the page itself shows that a library is
    empty. Documents that are ``leaving`` can still be kept; ``failures`` are the reasons why others stayed.
    """
    return render(
        "parts/documents.html",
        documents=documents,
        shown=shown,
        labels=labels,
        searched=searched,
        leaving=leaving,
        failures=failures or {},
        is_untitled=is_untitled,
        names=names or {},
        step=SHOWN,
        long=LONG,
    )


def is_untitled(document: DocumentInfo) -> bool:
    """Return whether a document has no title except its file name, which is then shown once."""
    names = ("", single_line(document.doc_id), single_line(PurePosixPath(document.doc_id).stem))
    return single_line(document.title) in names


def summary(documents: Sequence[DocumentInfo], labels: Labels = ENGLISH) -> str:
    """Return the number of documents."""
    return labels("documents-count", n=len(documents))


def index_info(manifest: Mapping[str, str], labels: Labels = ENGLISH) -> str:
    """Return the date of the index's last change and its model as HTML."""
    return render("parts/index-info.html", manifest=manifest, labels=labels)
