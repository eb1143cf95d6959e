"""Ask questions of the documents of a library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qa import arguments
from qa.documents import Documents
from qa.errors import QaError, UsageError
from qa.lazy import Lazy
from qa.opening import Source
from qa.rerankers import READER
from qa.turns import TURNS
from qa.types import QUOTES, QuestionProgress, Sentence

if TYPE_CHECKING:
    from qa.answer.answerer import Answerer
    from qa.batch import EarlierAnswers, Questions, Row
    from qa.encoders import Encoder
    from qa.index import DocumentInfo
    from qa.record import Answer, Part, Quote
    from qa.rerankers import Reranker
    from qa.table import Column, Table, TableCell, TableDocument

WORKERS = 2
"""Threads of `Asking.ask_many`: while one question is read, another is searched for."""


class Asking(Documents):
    """The questions of a library; see `qa.Library`."""

    def __init__(
        self,
        index: Source = "index",
        *,
        model: Source | Encoder | None = None,
        reranker: Source | Reranker = READER,
        risk: float | None = None,
        create: bool = True,
        read_only: bool = False,
    ) -> None:
        """Take the arguments of `qa.open`; open nothing yet."""
        super().__init__(index, model=model, create=create, read_only=read_only)
        self._risk = None if risk is None else arguments.number("risk", risk)
        self._reranker_named = arguments.model("reranker", reranker, "qa.rerankers:Reranker", "type-reranker")
        self._reranker = Lazy(self._load_reranker)
        self._answerer = Lazy(self._make_answerer)

    def load(self) -> None:
        """Load the models now, and not at the first question.

        Raises:
            ModelError: The model is missing, damaged, or not the index's.
            StoreError: There is no index, or it cannot be read.
        """
        self._answerer()

    @staticmethod
    def check_question(question: str) -> None:
        """Check that a question can be asked, without an index or a model.

        Raises:
            QuestionError: The question is empty, or far too long.
        """
        from qa.search.query import check

        check(arguments.text("question", question))

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: str | Iterable[str] | None = None,
        after: str | Iterable[str] | None = None,
        why: bool = False,
        named: bool = True,
    ) -> Answer:
        """Answer a question with quotes of the documents.

        Args:
            question: The question. A quote must contain phrases in quotation marks, and must not contain a
                ``-word``.
            k: Maximum quotes; by default 3, or every place of quoted phrases that are looked up.
            documents: Ids or globs of the documents to search; by default all.
            after: Earlier questions, oldest first, which this one may refer to ("And why?").
            why: Whether each quote has the parts of its score.
            named: Whether a question that itself names documents is asked of these alone; the answer's
                ``scope`` has them.

        Returns:
            The answer. If it is not ``answered``, its ``reason`` says why, and its quotes are the nearest
            passages and not an answer.

        Raises:
            QuestionError: The question is empty, or far too long.
            UsageError: ``documents`` matches none, or ``k`` is less than 1.
            ModelError: The model is missing, damaged, or not the index's.
            StoreError: There is no index, or it cannot be read.
        """
        from qa.lang.detect import prepare

        arguments.text("question", question)
        arguments.flag("why", why)
        arguments.flag("named", named)
        names, earlier = arguments.texts("documents", documents), arguments.texts("after", after)
        k = None if k is None else arguments.integer("k", k)
        if not self._answerer.ready:
            # An empty question fails before the model loads.
            self.check_question(question)
            # Runs while the encoder loads, which takes as long.
            prepare(question)
        if k is not None and k < 1:
            raise UsageError("number-of-quotes", k=k)
        self._opened()
        with TURNS.question():
            return self._answerer().ask(question, k=k, documents=names, after=earlier, why=why, named=named)

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        documents: str | Iterable[str] | None = None,
        named: bool = True,
    ) -> tuple[Quote, ...]:
        """Return the passages nearest to a question, best first, whether they answer it or not.

        Args and errors are those of `ask`.
        """
        return self.ask(question, k=k, documents=documents, named=named).quotes

    def why(
        self,
        question: str,
        doc_id: str,
        start: int,
        end: int,
        *,
        documents: str | Iterable[str] | None = None,
        after: str | Iterable[str] | None = None,
        named: bool = True,
    ) -> tuple[Part, ...]:
        """Return the parts of the score of one quote of an answer, which add up to the score.

        Args:
            question: The question.
            doc_id: The document of the quote's citation.
            start: The start of its citation, in code points.
            end: The end of its citation.
            documents: As in `ask`.
            after: As in `ask`.
            named: As in `ask`.

        Raises:
            UsageError: The question has no such quote.
        """
        arguments.text("question", question)
        arguments.flag("named", named)
        place = Sentence(
            arguments.text("doc_id", doc_id),
            arguments.integer("start", start),
            arguments.integer("end", end),
        )
        names, earlier = arguments.texts("documents", documents), arguments.texts("after", after)
        self._opened()
        return self._answerer().why(question, place, documents=names, after=earlier, named=named)

    def batch(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        *,
        k: int = QUOTES,
        documents: str | Iterable[str] | None = None,
        named: bool = True,
        on_progress: Callable[[QuestionProgress], object] | None = None,
    ) -> Iterator[Answer]:
        """Answer many questions lazily, one after the other.

        A question that cannot be asked does not stop the others: its answer has an ``error``.

        Args:
            questions: A question file (.txt .csv .tsv .jsonl .json .xlsx) or the questions themselves. A file
                is checked at once, from beginning to end.
            k: Maximum quotes of an answer, unless a question has its own.
            documents: Ids or globs of the documents to search, unless a question has its own.
            named: As in `ask`.
            on_progress: Called with a `QuestionProgress` after each question, for example ``print``.

        Raises:
            UsageError: The file cannot be read, or has no question.
        """
        from qa.batch import rows_of

        arguments.functions(on_progress=on_progress)
        rows = rows_of(questions)
        answers = self.ask_many(rows, k=k, documents=documents, named=named)

        def reported() -> Iterator[Answer]:
            for asked, answer in enumerate(answers, start=1):
                yield answer
                if on_progress is not None:
                    on_progress(QuestionProgress(asked, len(rows)))

        return reported()

    def ask_many(
        self,
        questions: Iterable[str | Mapping[str, Any] | Row],
        *,
        k: int = QUOTES,
        documents: str | Iterable[str] | None = None,
        named: bool = True,
        earlier: EarlierAnswers | None = None,
        workers: int | None = None,
        together: int | None = None,
        give_way: bool = False,
    ) -> Iterator[Answer]:
        """Answer questions together, which is faster than one by one; the answers are the same.

        Questions are read some ahead of the answers, and never all of them, so they may be endless. A
        question that cannot be asked does not stop the others: its answer has an ``error``.

        Args:
            questions: The questions: texts, mappings with the keys of a question file, or rows of one.
            k: As in `batch`.
            documents: As in `batch`.
            named: As in `ask`.
            earlier: Answers to use again.
            workers: The number of threads, by default 2; the answers are the same for any number.
            together: The number of questions that a thread answers together, by default 16; with fewer, the
                answers come in smaller steps.
            give_way: Whether to wait, step by step, while another thread is in `ask`: for long work beside
                people who ask.

        Returns:
            The answers in the order of the questions.

        Raises:
            UsageError: An argument is not valid.
        """
        from qa.batch import TOGETHER, EarlierAnswers, Row, answered, json_row

        number = arguments.integer("k", k)
        threads = WORKERS if workers is None else arguments.integer("workers", workers)
        if number < 1:
            raise UsageError("number-of-quotes", k=number)
        size = TOGETHER if together is None else max(1, arguments.integer("together", together))
        if threads < 1:
            raise UsageError("number-of-workers", n=threads)
        if earlier is not None:
            arguments.instance("earlier", earlier, EarlierAnswers, "type-earlier")
        names = arguments.texts("documents", documents)
        arguments.flag("named", named)
        work = TURNS.long_work if arguments.flag("give_way", give_way) else nullcontext
        rows = (
            question if isinstance(question, Row) else json_row(place, question, ())
            for place, question in enumerate(arguments.iterable("questions", questions, "type-questions"), 1)
        )

        def ask(rows: Sequence[Row]) -> list[Answer | QaError]:
            from qa.answer.answerer import Asked

            asked = [
                Asked(row.question, row.k or number, row.documents or names, named=named) for row in rows
            ]
            with work():
                TURNS.step()
                return self._answerer().ask_many(asked)

        return answered(rows, ask, earlier, threads, size)

    def table(
        self,
        questions: Source | Questions | Iterable[str | Mapping[str, Any]],
        *,
        documents: str | Iterable[str] | None = None,
        k: int = 1,
        pilot: int | None = None,
        named: bool = True,
        on_cell: Callable[[TableCell], object] | None = None,
    ) -> Table:
        """Ask every question of every document alone; a cell is the answer of one document.

        Args:
            questions: As in `batch`; a question may have a ``type``, one of `qa.table.TYPES`, and its own
                ``documents``, the only ones that it is asked of.
            documents: Ids or globs of the documents; by default all.
            k: Maximum quotes of a cell, unless a question has its own.
            pilot: The number of documents to ask, the first ones; by default all. With 0, nothing is asked,
                and the table has only its questions and documents.
            named: As in `ask`.
            on_cell: Called with each cell, document by document.

        Raises:
            UsageError: The file cannot be read, or has no question; ``documents`` matches none; or there are
                no documents.
        """
        from qa.batch import Questions, rows_of
        from qa.table import Table, cell_of, cell_rows, unknown_types

        names, number = arguments.texts("documents", documents), arguments.integer("k", k)
        first = None if pilot is None else arguments.integer("pilot", pilot)
        arguments.flag("named", named)
        arguments.functions(on_cell=on_cell)
        if number < 1:
            raise UsageError("number-of-quotes", k=number)
        if first is not None and first < 0:
            raise UsageError("table-pilot", n=first)
        columns, every = self._plan(
            questions if isinstance(questions, Questions) else rows_of(questions), names
        )
        rows = list(cell_rows(columns, every[:first]))
        cells = {}
        for row, answer in zip(rows, self.ask_many(rows, k=number, named=named), strict=True):
            cell = cell_of(row, answer)
            cells[cell.key] = cell
            if on_cell is not None:
                on_cell(cell)
        left = () if first is None else every[first:]
        return Table(columns, every[:first], cells, left, unknown_types(column.row for column in columns))

    def _plan(
        self, rows: Iterable[Row], names: Sequence[str]
    ) -> tuple[tuple[Column, ...], tuple[TableDocument, ...]]:
        """Return the columns and the documents of a table."""
        from qa.search.scope import resolve
        from qa.table import TableDocument, columns_of

        infos = [] if self._is_new() else self.documents()
        if not infos:
            raise UsageError("table-no-documents")
        ids = {info.key: info.doc_id for info in infos}
        with self._opened().snapshot() as snapshot:

            def selected(patterns: Sequence[str]) -> frozenset[str]:
                return frozenset(ids[key] for key in resolve(snapshot, patterns) if key in ids)

            chosen = selected(names) if names else frozenset(ids.values())
            columns = columns_of(rows, selected)
        documents = (
            TableDocument(d.doc_id, d.title, d.language, self._name(d)) for d in infos if d.doc_id in chosen
        )
        return columns, tuple(documents)

    def _name(self, info: DocumentInfo) -> str | None:
        """Return the title of a contract with its parties, as in citations."""
        from qa.answer.citations import name_of
        from qa.text.parties import is_contract

        document = self.get(info.doc_id) if is_contract(info.title) else None
        return None if document is None else name_of(document)

    def _make_answerer(self) -> Answerer:
        from qa.answer.answerer import Answerer

        reranker = self._reranker()  # first: it is compiled while the encoder loads
        return Answerer(self._opened(), self._encoder(), self._risk, reranker=reranker)

    def _load_reranker(self) -> Reranker | None:
        from qa import rerankers

        reranker = self._reranker_named
        # The name is the caller's own, so it may open a connection.
        return rerankers.load(reranker, fetch=True) if isinstance(reranker, str) else reranker
