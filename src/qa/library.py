"""A library of documents: add files, ask questions, check earlier answers.

The command line and the page do everything through `Library`. It prints nothing, and imports and loads
nothing heavy before a call needs it: listing documents loads no model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from qa import arguments
from qa.asking import Asking
from qa.documents import Source
from qa.errors import UsageError
from qa.messages import Message
from qa.rerankers import READER
from qa.types import QUOTES, QuestionProgress

if TYPE_CHECKING:
    from qa.answer.answerer import Answerer
    from qa.check.verify import Checked
    from qa.encoders import Encoder
    from qa.evaluate import CalibrationResult, Figures, Outcome
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


class Library(Asking):
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
        self, answers: Source | Iterable[Answer | str], *, originals: bool = True
    ) -> Iterator[Checked]:
        """Check every citation of earlier answers against the documents, one answer after the other.

        Args:
            answers: A JSON file of `qa batch`, or answers, or their JSON texts.
            originals: Whether to compare the hashes of the original files, too.

        Returns:
            For each answer, the number of its citations and their faults.

        Raises:
            UsageError: The file cannot be read.
        """
        from qa.check.answers import lines_of
        from qa.check.verify import check

        lines = lines_of(answers)
        arguments.flag("originals", originals)
        if not self._is_new():
            self._opened()
        return check(lines, self.get, originals)

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
        from qa.evaluate import figures

        return figures(self._judge(questions, self._answerer, on_progress))

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

        outcomes = self._judge(questions, as_fitted, on_progress, supported_only=True)
        right = [each.rank is not None and each.rank <= QUOTES for each in outcomes]
        odds = [log_odds(outcome.confidence) for outcome in outcomes]
        fitted = calibrate(odds, right, reranker.name if reranker else None)
        result = CalibrationResult(
            questions=len(right),
            right=sum(right) / len(right),
            ece_before=calibration_error([outcome.confidence for outcome in outcomes], right),
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
        """Return a message for each language of added documents that the model does not support."""
        from qa.index.report import Report
        from qa.notes import on_documents

        arguments.instance("report", report, Report, "type-report")
        return on_documents(report.unread, self.model) if report.unread else []

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
    ) -> list[Outcome]:
        """Judge the answers to questions with gold answers, or only to those in supported languages."""
        from qa.batch import rows_of
        from qa.evaluate import DEPTH, evaluate, gold_of

        arguments.functions(on_progress=on_progress)
        valid = [
            row
            for row in rows_of(questions, unique=False)
            if row.error is None and not (supported_only and self._unread(row.question))
        ]
        if not (valid or supported_only):
            raise UsageError("questions-none-valid")
        golds = [(row, gold_of(dict(row.input or {}))) for row in valid]
        self._opened()
        ask = answerer().ask
        asked = (
            (gold, lambda row=row: ask(row.question, k=DEPTH, documents=row.documents)) for row, gold in golds
        )

        def progressed(done: int) -> None:
            if on_progress is not None:
                on_progress(QuestionProgress(done, len(golds)))

        progressed(0)
        return evaluate(asked, progressed)
