"""The tools for programs and assistants; their names, arguments and descriptions are stable."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qa.programs.calls import PLACES, Calls
from qa.types import QUOTES

PASSAGES = 10
"""Default number of passages of a search."""
_ARGUMENT = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Description:
    """What an assistant reads about a tool, from the documentation of its function.

    Attributes:
        text: What the tool does.
        arguments: What each argument is.
    """

    text: str
    arguments: dict[str, str]


def description(tool: Callable[..., Any]) -> Description:
    """Return the description of a tool."""
    text, _, arguments = (inspect.getdoc(tool) or "").partition("\n\nArgs:\n")
    return Description(
        " ".join(text.split()),
        {match[1]: " ".join(match[2].split()) for match in _ARGUMENT.finditer(arguments)},
    )


def tools(calls: Calls) -> dict[str, Callable[..., Any]]:
    """Return the tools by name; each returns a JSON value, and its documentation is its description."""

    def ask(
        question: str,
        documents: list[str] | None = None,
        k: int = QUOTES,
        after: list[str] | None = None,
        named: bool = True,
    ) -> dict[str, Any]:
        """Answer a question in exact quotes of the user's documents, with their citations.

        Args:
            question: The question, in plain words.
            documents: Ids or globs of the documents to ask; all documents if left out.
            k: Maximum number of quotes.
            after: The earlier questions, oldest first, if the question refers to them ("And why?").
            named: Whether a question that names documents is asked of these alone; false to ask all.
        """
        return calls.answer(question, documents, k, after, named).model_dump(mode="json")

    def search(
        question: str, documents: list[str] | None = None, k: int = PASSAGES, named: bool = True
    ) -> list[dict[str, Any]]:
        """Find the passages nearest to a question, best first, whether they answer it or not.

        Args:
            question: The question, or words to look for.
            documents: Ids or globs of the documents to search; all documents if left out.
            k: Maximum number of passages.
            named: Whether a question that names documents searches these alone; false to search all.
        """
        answer = calls.answer(question, documents, k, named=named)
        return [quote.model_dump(mode="json") for quote in answer.quotes]

    def show(document: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Return a document's text, or the part of it between two offsets in code points.

        Args:
            document: The document's id, as in a citation's doc_id.
            start: The offset of the first character, counted from 0.
            end: The offset after the last character; the end of the document if left out.
        """
        return calls.text(document, start, end)

    def list_documents() -> list[dict[str, Any]]:
        """List the documents of the library, with their ids, titles and sizes."""
        return calls.documents()

    def why(
        question: str,
        document: str,
        start: int,
        end: int,
        documents: list[str] | None = None,
        after: list[str] | None = None,
        named: bool = True,
    ) -> list[dict[str, Any]]:
        """Explain the score of a quote: its parts by kind of evidence and by word.

        Args:
            question: The question that was asked.
            document: The document of the quote, as in its citation's doc_id.
            start: The start of the quote, as in its citation.
            end: The end of the quote, as in its citation.
            documents: Ids or globs, if the question was limited to some documents.
            after: The earlier questions, if the question was understood together with them.
            named: Whether the answer has a scope, the documents that the question itself named.
        """
        parts = calls.parts(question, document, start, end, documents, after, named)
        return [part.model_dump(mode="json") for part in parts]

    def verify_quote(
        text: str, documents: list[str] | None = None, page: int | None = None
    ) -> dict[str, Any]:
        """Check whether a quotation is in the user's documents, word for word.

        The verdict is verbatim, typographic (spaces, marks or letter case differ), stitched (parts around an
        ellipsis, in order), altered (with the difference word by word), or not_found (with the nearest
        passage).

        Args:
            text: The quotation, without the quotation marks around it.
            documents: Ids or globs of the documents to search; all documents if left out.
            page: The page that is claimed for the quotation; the result says whether it is right.
        """
        return calls.verify_quote(text, documents, page).model_dump(mode="json")

    def find(
        query: str,
        regex: bool = False,
        meaning: bool = False,
        documents: list[str] | None = None,
        limit: int = PLACES,
    ) -> dict[str, Any]:
        """List every place of words in the user's documents, counted by document, with citations.

        Use it for all mentions of something, where search returns only the nearest passages. The result says
        whether it is complete.

        Args:
            query: The words, found as whole words in any typography and letter case.
            regex: Whether query is a regular expression, in Python's syntax.
            meaning: Whether query is a question or a subject, to list each passage that answers it.
            documents: Ids or globs of the documents to search; all documents if left out.
            limit: Maximum number of places to list; all are counted.
        """
        return calls.find(query, regex, meaning, documents, limit).model_dump(mode="json")

    # A tool has the name of its function; a function named `list` would hide Python's.
    list_documents.__name__ = "list"
    functions = (ask, search, show, list_documents, why, verify_quote, find)
    return {function.__name__: function for function in functions}
