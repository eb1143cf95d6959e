"""A library of documents: add files, ask questions, check earlier answers.

The command line and the page do everything through `Library`. It prints nothing, and imports and loads
nothing heavy before a call needs it: listing documents loads no model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa import arguments
from qa.errors import UsageError
from qa.messages import Message
from qa.opening import Source
from qa.rerankers import READER
from qa.searching import Searching
from qa.types import DEPTH, QUOTES, QuestionProgress

if TYPE_CHECKING:
    from qa.answer.answerer import Answerer
    from qa.batch import Row
    from qa.check.drafts import Draft
    from qa.check.record import DraftCheck, Quotation
    from qa.check.verify import Checked
    from qa.encoders import Encoder
    from qa.evaluate import CalibrationResult, Figures, Judged
    from qa.evaluate.evaluation import Evaluation
    from qa.evaluate.trec import Qrels
    from qa.index.report import Report
    from qa.record import Answer
    from qa.rerankers import Reranker


def open(
    index: Source = "index",
    *,
    model: Source | Encoder | None = None,
    reranker: Source | Reranker = READER,
    risk: float | None = None,
    create: bool = True,
    read_only: bool = False,
) -> Library:
    """Open the library in a folder.

    An index of an older format is updated in place, unless ``read_only``.

    Args:
        index: The folder of the index. If it has none, the first call that needs an index creates it.
        model: For a new index: a sentence-transformers model (a folder, or a name on a hub, which is then
            downloaded) or an encoder. For an existing index, the model that it was built with. By default the
            index's own model, or the program's default.
        reranker: The model that reads each question with the passages that may answer it: ``reader``,
            ``none``, a cross-encoder of sentence-transformers (a folder, or a name on a hub, which is then
            downloaded), or an object.
        risk: The accepted share of wrong answers, such as 0.05; a question whose answer is less certain has
            no answer. By default a question is answered if an answer is more likely than not.
        create: Whether to create an index if there is none.
        read_only: Whether to refuse every change.

    Returns:
        The library; use it as a context manager, or close it.

    Raises:
        ModelError: The model for a new index does not exist, or is damaged.
        StoreError: There is no index and ``create`` is off, or it is damaged or another program's.
    """
    library = Library(index, model=model, reranker=reranker, risk=risk, create=create, read_only=read_only)
    library._prepare()
    return library


class Library(Searching):
    """A library of documents in a folder; safe to use from several threads.

    One process or thread writes at a time; another writer waits up to 10 seconds and then gets a
    `StoreError`. Reading and asking continue meanwhile, on the documents before the change.

    `qa.open` creates a library and opens its index at once; the class itself does so at the first call.

    Attributes:
        folder: The folder of the index.
        read_only: Whether every change is refused.
    """

    # -- checking and measuring -------------------------------------------------------------------

    def verify(
        self,
        answers: Source | Iterable[Answer | str],
        *,
        originals: bool = True,
        sources: Source | Iterable[Source] | None = None,
    ) -> Iterator[Checked]:
        """Check every citation of earlier answers against the documents, one answer after the other.

        Args:
            answers: A file of `qa batch` or `qa ask` in any format, or answers, or their JSON texts.
            originals: Whether to compare the hashes of the original files, too.
            sources: Files, folders and globs that are read in place of the index, which may be missing.

        Returns:
            For each answer, the number of its citations and their faults.

        Raises:
            UsageError: The file cannot be read or has no answers, or a source does not exist.
            QaError: The file is damaged.
        """
        from qa.check.answers_file import claims_of
        from qa.check.verify import Indexed, check_claims

        arguments.flag("originals", originals)
        if sources is not None:
            from qa.check.source_files import SourceFiles

            each = [sources] if isinstance(sources, str | PathLike) else sources
            named = arguments.iterable("sources", each, "type-path")
            files = SourceFiles([arguments.path("sources", source) for source in named], self.folder)
            return check_claims(claims_of(answers), files.get, False)
        claims = claims_of(answers)
        if not self._is_new():
            self._opened()
        indexed = Indexed(self.get, lambda: (info.doc_id for info in self.documents()))
        return check_claims(claims, indexed.get, originals, self._opened().renamed())

    def check(
        self,
        draft: Source | Draft,
        *,
        documents: str | Iterable[str] | None = None,
        password: str | None = None,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> DraftCheck:
        """Check every quotation of a draft against the documents; this loads no model.

        A document that is the draft itself is not searched.

        Args:
            draft: A file of any format that can be indexed; a question file (.csv .tsv .json .jsonl .xlsx)
                whose questions are passages to check; or a draft from `qa.check.drafts`.
            documents: Ids or globs of the documents to search; by default all.
            password: The password of an encrypted PDF.
            on_progress: Called with the number of quotations checked so far, and of all.

        Returns:
            The quotations with their verdicts.

        Raises:
            UsageError: The draft cannot be read, ``documents`` matches none, or there are no documents.
            StoreError: There is no index, or it cannot be read.
        """
        from qa.check import drafts
        from qa.check.draft_check import check_draft

        names = arguments.texts("documents", documents)
        arguments.functions(on_progress=on_progress)
        secret = None if password is None else arguments.text("password", password)
        if not isinstance(draft, drafts.Draft):
            draft = drafts.read(Path(arguments.path("draft", draft, "type-draft")), password=secret)
        about = draft.document
        own = [
            info.doc_id
            for info in (self.documents() if draft.data else ())
            if about.sha256 == info.sha256 or (about.uri is not None and about.uri == info.uri)
        ]

        def progressed(done: int, total: int) -> None:
            if on_progress is not None:
                on_progress(done, total)

        if self._is_new():
            raise UsageError("check-no-documents")
        with self._opened().snapshot() as snapshot:
            return check_draft(snapshot, draft, names, own, progressed)

    def verify_quote(
        self, text: str, *, documents: str | Iterable[str] | None = None, page: int | None = None
    ) -> Quotation:
        """Check one quotation, as `check` does.

        Args:
            text: The quotation, without the quotation marks around it.
            documents: Ids or globs of the documents to search; by default all.
            page: The page that is claimed for it.

        Raises:
            UsageError: The text is empty, or as in `check`.
            StoreError: As in `check`.
        """
        from qa.check import drafts

        quote = arguments.text("text", text)
        number = None if page is None else arguments.integer("page", page)
        if not quote.strip():
            raise UsageError("quotation-empty")
        return self.check(drafts.of_quote(quote, number), documents=documents).quotations[0]

    def evaluate(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        *,
        on_progress: Callable[[QuestionProgress], object] | None = None,
    ) -> Figures:
        """Measure the answers on questions with gold answers.

        Args:
            questions: As in `batch`, each with ``answers`` (texts that a right quote contains), ``relevant``
                (documents with grades) or ``answerable``, and optionally ``doc_id`` and ``documents``.
            on_progress: Called with a `QuestionProgress` before the first question and after each.

        Returns:
            Shares in [0, 1]: hits among the first quotes, of answered questions, of right answers …

        Raises:
            UsageError: The file cannot be read, or has no gold answers.
        """
        return self.judge(questions, on_progress=on_progress).figures

    def judge(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        *,
        qrels: Source | None = None,
        depth: int = DEPTH,
        measures: Iterable[str] = (),
        on_progress: Callable[[QuestionProgress], object] | None = None,
    ) -> Evaluation:
        """Judge the answers to questions with gold answers: the figures, and each answer with its miss.

        Args:
            questions: As in `evaluate`.
            qrels: A file of graded documents by question (TREC or BEIR), in place of other gold answers.
            depth: The number of quotes judged for each question, at least 10.
            measures: Names of TREC measures, such as ``nDCG@10``; they need the package ir-measures.
            on_progress: As in `evaluate`.

        Raises:
            UsageError: As in `evaluate`; or a measure is unknown.
        """
        from qa.evaluate.evaluation import Evaluation
        from qa.evaluate.trec import check_measures, read_qrels

        names = arguments.texts("measures", measures)
        check_measures(names)
        graded = None if qrels is None else read_qrels(Path(arguments.path("qrels", qrels)))
        number = arguments.integer("depth", depth)
        if number < DEPTH:
            raise UsageError("depth-too-small", n=DEPTH)
        judged = self._judge(questions, self._answerer, on_progress, qrels=graded, depth=number)
        return Evaluation.of(judged, names)

    def calibrate(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        *,
        on_progress: Callable[[QuestionProgress], object] | None = None,
    ) -> CalibrationResult:
        """Fit the confidence, and the thresholds of ``risk``, to this library; the index stores them.

        Questions in a language that the model does not support are skipped.

        Args:
            questions: As in `evaluate`; at least 30, some of which the documents do not answer.
            on_progress: As in `evaluate`.

        Raises:
            UsageError: The questions are too few, all right or all wrong, or the library is read-only.
            StoreError: The index cannot be written, or another process writes to it.
        """
        from qa.answer.answerer import Answerer
        from qa.answer.calibration import NEVER, calibrate, cross_validated, dumps, log_odds
        from qa.evaluate import CalibrationResult, calibration_error

        self._check_writable()
        index = self._opened()

        reranker = self._reranker()

        def as_fitted() -> Answerer:
            return Answerer(index, self._encoder(), calibrated=False, reranker=reranker)

        judged = self._judge(questions, as_fitted, on_progress, supported_only=True)
        outcomes = [each.outcome for each in judged]
        right = [each.rank is not None and each.rank <= QUOTES for each in outcomes]
        confidences = [outcome.confidence or 0.0 for outcome in outcomes]
        odds = [log_odds(confidence) for confidence in confidences]
        fitted = calibrate(odds, right, reranker.name if reranker else None)
        result = CalibrationResult(
            questions=len(right),
            right=sum(right) / len(right),
            ece_before=calibration_error(confidences, right),
            ece_after=calibration_error(cross_validated(odds, right), right),
            thresholds={risk: None if p == NEVER else p for risk, p in fitted.thresholds.items()},
        )
        index.keep_calibration(dumps(fitted))
        return result

    def reset_calibration(self) -> None:
        """Remove the result of `calibrate`: the confidence is the program's default again.

        Raises:
            StoreError: The index cannot be written, or another process writes to it.
            UsageError: The library is read-only.
        """
        self._check_writable()
        self._opened().keep_calibration(None)

    # -- notes for people -------------------------------------------------------------------------

    def notes(self) -> list[Message]:
        """Return what limits the answers: unsupported languages of documents, a missing calibration."""
        from qa.notes import on_index

        return [] if self._is_new() else on_index(self._opened(), self.documents())

    def calibration_note(self) -> Message | None:
        """Return a message if no calibration fits the index's model."""
        from qa.notes import on_calibration

        return None if self._is_new() else on_calibration(self._opened())

    def notes_on_questions(self, questions: Iterable[str]) -> list[Message]:
        """Return a message for each language of the questions that the model does not support."""
        from qa.notes import on_questions

        texts = arguments.texts("questions", questions)
        unread = Counter(language for question in texts if (language := self._unread(question)))
        return on_questions(unread, self.model)

    def notes_on_report(self, report: Report) -> list[Message]:
        """Return a message for each language of added documents that the model does not support.

        Another says if different kinds of devices computed the vectors of the index.
        """
        from qa.index.report import Report
        from qa.notes import on_devices, on_documents

        arguments.instance("report", report, Report, "type-report")
        notes = on_documents(report.unread, self.model) if report.unread else []
        mixed = on_devices(self._opened()) if report.embedded else None
        return [*notes, mixed] if mixed else notes

    # -- internals --------------------------------------------------------------------------------

    def _unread(self, question: str) -> str | None:
        """Return the language of a question (ISO 639-1) if the index's model does not support it."""
        from qa.lang.detect import unread

        return unread(question, self._opened().languages)

    def _judge(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        answerer: Callable[[], Answerer],
        on_progress: Callable[[QuestionProgress], object] | None,
        *,
        supported_only: bool = False,
        qrels: Qrels | None = None,
        depth: int = DEPTH,
    ) -> list[Judged]:
        """Judge the answers to questions with gold answers, or only to those in supported languages."""
        from qa.batch import rows_of
        from qa.evaluate import evaluate
        from qa.evaluate.earlier import gold_for

        arguments.functions(on_progress=on_progress)
        valid = [
            row
            for row in rows_of(questions, unique=False)
            if row.error is None and not (supported_only and self._unread(row.question))
        ]
        if not (valid or supported_only):
            raise UsageError("questions-none-valid")
        golds = [(gold_for(row, qrels), row) for row in valid]
        if qrels is not None and not any(gold.answerable for gold, _ in golds):
            raise UsageError("qrels-other-questions")
        self._opened()
        ask = answerer().ask

        def answer(row: Row) -> Answer:
            return ask(row.question, k=depth, documents=row.documents).model_copy(update={"id": row.id})

        def progressed(done: int) -> None:
            if on_progress is not None:
                on_progress(QuestionProgress(done, len(golds)))

        progressed(0)
        return evaluate([(gold, partial(answer, row)) for gold, row in golds], progressed)
