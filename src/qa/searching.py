"""Find every place in the documents of a library; resize quotes; highlight places in copies of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from qa import arguments
from qa.asking import Asking
from qa.errors import UsageError
from qa.opening import Source

if TYPE_CHECKING:
    from qa.answer.resize import Resized
    from qa.highlights import Highlighted
    from qa.mentions.meaning import Meaning
    from qa.mentions.record import Mentions
    from qa.record import Citation


class Searching(Asking):
    """The places in the documents of a library; see `qa.Library`."""

    def find(
        self,
        query: str,
        *,
        regex: bool = False,
        meaning: bool = False,
        documents: str | Iterable[str] | None = None,
        limit: int | None = None,
        everything: bool = False,
        timeout: float | None = None,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> Mentions:
        """List every place of words, of a regular expression, or of a meaning; only the last needs a model.

        Args:
            query: The words, which are found as whole words, in any typography and letter case; or the
                expression; or a question or words that describe the meaning.
            regex: Whether it is a regular expression, in the syntax of Python and of the package ``regex``.
            meaning: Whether every passage is listed that the reader accepts as an answer.
            documents: Ids or globs of the documents to search; by default all.
            limit: Maximum places to list; all are counted.
            everything: With ``meaning``, whether to read every passage, which takes a second for each
                hundred or so.
            timeout: Maximum seconds for words and expressions in all documents; the rest is ``skipped``.
            on_progress: Called with the number of documents (of passages with ``meaning``) searched so far,
                and of all.

        Raises:
            UsageError: The words are empty, the expression is not valid, ``documents`` matches none, or there
                is no reader for the meaning.
            StoreError: There is no index, or it cannot be read.
            ModelError: As in `ask`; only with ``meaning``.
        """
        from qa.mentions import patterns, search

        arguments.text("query", query)
        names = arguments.texts("documents", documents)
        most = None if limit is None else arguments.integer("limit", limit)
        arguments.functions(on_progress=on_progress)
        arguments.flag("regex", regex)
        if arguments.flag("meaning", meaning) and regex:
            raise UsageError("find-regex-or-meaning")
        arguments.flag("everything", everything)

        def progressed(done: int, total: int) -> None:
            if on_progress is not None:
                on_progress(done, total)

        if meaning:
            self.check_question(query)
            models = self._meaning(query)
            with self._opened().snapshot() as snapshot:
                return search.find_meaning(
                    snapshot, models, names, limit=most, everything=everything, progress=progressed
                )
        texts = patterns.pattern(query) if regex else patterns.words(query)
        seconds = None if timeout is None else arguments.number("timeout", timeout)
        with self._opened().snapshot() as snapshot:
            return search.find_in_texts(
                snapshot,
                query,
                "regex" if regex else "exact",
                texts,
                names,
                limit=most,
                timeout=seconds,
                progress=progressed,
            )

    def resize(self, doc_id: str, start: int, end: int, *, before: int = 0, after: int = 0) -> Resized:
        """Make a quote longer or shorter by whole sentences; this loads no model.

        Args:
            doc_id: The document of the quote's citation.
            start: The start of its citation, in code points.
            end: The end of its citation.
            before: Sentences to add before it; if negative, its first sentences are cut.
            after: Sentences to add after it; if negative, its last sentences are cut.

        Returns:
            The new slice, from the start of a sentence to the end of one, with its own citation. At least one
            sentence stays, and it gets no longer than about a page.

        Raises:
            UsageError: There is no such document, or it has no such stretch.
            StoreError: There is no index, or it cannot be read.
        """
        from qa.answer.resize import resize

        name = arguments.text("doc_id", doc_id)
        place = (arguments.integer("start", start), arguments.integer("end", end))
        counts = {"before": arguments.integer("before", before), "after": arguments.integer("after", after)}
        with self._opened().snapshot() as snapshot:
            return resize(snapshot, name, *place, **counts)

    def highlight(self, citations: Iterable[Citation], folder: Source) -> list[Highlighted]:
        """Write copies of the cited PDF files with the cited places highlighted.

        Args:
            citations: The places, such as the citations of quotes or of mentions.
            folder: The folder of the copies, which is created; copies of an earlier run are replaced.

        Returns:
            For each cited document its copy, or the reason why there is none.

        Raises:
            QaError: The folder cannot be written.
        """
        from qa.highlights import highlight
        from qa.record import Citation

        places = [
            arguments.instance("citations", citation, Citation, "type-citations")
            for citation in arguments.iterable("citations", citations, "type-citations")
        ]
        return highlight(places, Path(arguments.path("folder", folder)), self.get)

    def _meaning(self, query: str) -> Meaning:
        from qa.mentions.meaning import Meaning

        reranker = self._reranker()
        if reranker is None:
            raise UsageError("find-meaning-no-reader")
        index, encoder = self._opened(), self._encoder()
        index.check(encoder)
        meaning = Meaning(query, encoder, reranker)
        meaning.check_language(index.languages)
        return meaning
