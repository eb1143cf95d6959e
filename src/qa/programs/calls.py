"""The functions that programs call. They check every argument and have limits: anyone may call them."""

from __future__ import annotations

import threading
from typing import Any

from qa import Library, Mentions, Quotation
from qa.errors import UsageError
from qa.messages import visible
from qa.programs import inputs
from qa.record import Answer, Part
from qa.search.globs import is_glob
from qa.types import QUOTES, Document

AT_ONCE = 2
"""Questions answered at the same time; more would only compete for the interpreter."""
MOST_QUOTES = 50
"""Maximum number of quotes that a program gets for one question."""
PLACES = 100
"""Default number of places that a program gets of what it finds."""
MOST_PLACES = 1_000
"""Maximum number of these places."""
FIND_SECONDS = 20.0
"""Maximum seconds of one search for words or a regular expression."""

Json = dict[str, Any]


class Calls:
    """The functions for programs, over one library; safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._slots = threading.Semaphore(AT_ONCE)

    def answer(
        self, question: Any, documents: Any = None, k: Any = QUOTES, after: Any = None, named: Any = True
    ) -> Answer:
        """Return the answer record of a question; ``after`` are the earlier questions, oldest first."""
        question, earlier = inputs.question(question), inputs.earlier(after)
        names, k, named = self._names(documents), inputs.quotes(k, MOST_QUOTES), inputs.flag(named)
        self._library.load()
        with self._slots:
            return self._library.ask(question, k=k, documents=names, after=earlier, named=named)

    def documents(self) -> list[Json]:
        """Return the entries of `qa list`."""
        return [document.as_json() for document in self._library.documents()]

    def text(self, name: Any, start: Any = 0, end: Any = None) -> Json:
        """Return a document's text between two offsets, with the hash of the document's version."""
        name, start = inputs.text(name, inputs.MOST_NAME), inputs.number(start)
        end = None if end is None else inputs.number(end)
        document = self._library.get(name)
        if document is None:
            raise UsageError("unknown-document", name=visible(name))
        return _part(document, start, end)

    def verify_quote(self, text: Any, documents: Any = None, page: Any = None) -> Quotation:
        """Return the verdict on a quotation, which may claim to be on a page."""
        text, names = inputs.quotation(text), self._names(documents)
        page = None if page is None else inputs.number(page)
        with self._slots:
            return self._library.verify_quote(text, documents=names, page=page)

    def find(
        self,
        query: Any,
        regex: Any = False,
        meaning: Any = False,
        documents: Any = None,
        limit: Any = PLACES,
    ) -> Mentions:
        """Return every place of words, of a regular expression or of a meaning; all are counted."""
        query, names = inputs.question(query), self._names(documents)
        most = inputs.quotes(limit, MOST_PLACES)
        is_regex, is_meaning = inputs.flag(regex), inputs.flag(meaning)
        with self._slots:
            return self._library.find(
                query,
                regex=is_regex,
                meaning=is_meaning,
                documents=names,
                limit=most,
                timeout=None if is_meaning else FIND_SECONDS,
            )

    def parts(
        self,
        question: Any,
        name: Any,
        start: Any,
        end: Any,
        documents: Any = None,
        after: Any = None,
        named: Any = True,
    ) -> tuple[Part, ...]:
        """Return the parts of the score of the quote at a place, as ``why`` in the record."""
        question, earlier = inputs.question(question), inputs.earlier(after)
        place = (inputs.text(name, inputs.MOST_NAME), inputs.number(start), inputs.number(end))
        names, named = self._names(documents), inputs.flag(named)
        with self._slots:
            return self._library.why(question, *place, documents=names, after=earlier, named=named)

    def _names(self, documents: Any) -> tuple[str, ...]:
        names = inputs.documents(documents)
        globs = [name for name in names if is_glob(name)]
        if len(globs) > inputs.MOST_GLOBS or any(len(name) > inputs.MOST_GLOB for name in globs):
            # An id may itself contain the characters of a glob.
            inputs.check_globs(globs, {document.doc_id for document in self._library.documents()})
        return names


def _part(document: Document, start: int, end: int | None) -> Json:
    """Return a document's text between two offsets, with the hash of the document's version.

    Raises:
        UsageError: The document has no such stretch.
    """
    last = len(document.text)
    end = last if end is None else end
    if not 0 <= start <= end <= last:
        raise UsageError("outside-document", name=document.doc_id, last=last, start=start, end=end)
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "sha256": document.sha256,
        "uri": document.uri,
        "start": start,
        "end": end,
        "length": last,
        "text": document.text[start:end].encode("utf-8", "replace").decode(),
    }
