"""A library of documents: add files, ask questions, check what was answered.

Everything that the command line and the page do, they do with `Library`. Nothing is printed, and nothing
heavy is imported or loaded before a call needs it: listing documents loads no model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from qa.documents import Documents, Source
from qa.errors import UsageError
from qa.lazy import Lazy
from qa.messages import Message
from qa.types import QUOTES, QuestionProgress, Sentence

if TYPE_CHECKING:
    from qa.answer.answerer import Answerer
    from qa.batch import Row
    from qa.check.verify import Checked
    from qa.encoders import Encoder
    from qa.evaluate import CalibrationResult, Figures, Outcome
    from qa.index.report import Report
    from qa.record import Answer, Part, Quote


def open(
    index: Source = "index",
    *,
    model: Source | Encoder | None = None,
    risk: float | None = None,
    create: bool = True,
    read_only: bool = False,
) -> Library:
    """Opens the library in a folder.

    An index of an older format is brought up to date in place, unless ``read_only``.

    Args:
        index: The folder of the index. If it has none, the first call that needs one makes it.
        model: For a new index: a sentence-transformers model (a folder, or a name on a hub, which is then
            fetched) or an encoder. For an existing index, the model that it was made with. By default the
            index's own model, or the one that the program comes with.
        risk: The share of wrong answers to accept, such as 0.05; a question whose answer is less certain has
            no answer. By default a question is answered if an answer is more likely than not.
        create: Whether to make an index if there is none.
        read_only: Whether to refuse every change.

    Returns:
        The library; use it as a context manager, or close it.

    Raises:
        StoreError: There is no index and none is to be made, or it is damaged or another program's.
    """
    library = Library(index, model=model, risk=risk, create=create, read_only=read_only)
    if not read_only:
        library.migrate()
    if library.exists or not create or read_only:
        library.manifest()
    return library


class Library(Documents):
    """A library of documents in a folder; safe to use from several threads.

    One process or thread writes at a time; another that wants to write waits up to 10 seconds and then gets
    a `StoreError`. Reading and asking go on meanwhile, on the documents as they were.

    `qa.open` makes one and checks the index at once; the class itself opens it at the first call.

    Attributes:
        folder: The folder of the index.
        read_only: Whether every change is refused.
    """

    def __init__(
        self,
        index: Source = "index",
        *,
        model: Source | Encoder | None = None,
        risk: float | None = None,
        create: bool = True,
        read_only: bool = False,
    ) -> None:
        """Takes what `qa.open` takes; opens nothing yet."""
        super().__init__(index, model=model, create=create, read_only=read_only)
        self._risk = risk
        self._answerer = Lazy(self._make_answerer)

    def load(self) -> None:
        """Loads the model, which the first question would otherwise wait for.

        Raises:
            ModelError: The model is missing, damaged, or not the index's.
            StoreError: There is no index, or it cannot be read.
        """
        self._answerer()

    # -- questions --------------------------------------------------------------------------------

    @staticmethod
    def check_question(question: str) -> None:
        """Checks that a question can be asked, without an index or a model.

        Raises:
            QuestionError: It is empty, or far too long.
        """
        from qa.search.query import check

        check(question)

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: str | Iterable[str] = (),
        after: str | Iterable[str] = (),
        why: bool = False,
    ) -> Answer:
        """Answers a question in quotes of the documents.

        Args:
            question: The question. Words in quotation marks must be in the quotes, a ``-word`` must not.
            k: Quotes at most; by default 3, and every place of words in quotation marks that are looked up.
            documents: Ids or globs of the documents to ask; by default all.
            after: Questions asked before, oldest first, which this one may refer to ("And why?").
            why: Whether each quote says what its score is made of.

        Returns:
            The answer. If it is not ``answered``, its ``reason`` says why, and its quotes are the nearest
            passages and not an answer.

        Raises:
            QuestionError: The question is empty, or far too long.
            UsageError: ``documents`` names none, or ``k`` is less than 1.
            ModelError: The model is missing, damaged, or not the index's.
            StoreError: There is no index, or it cannot be read.
        """
        from qa.lang.detect import prepare

        if not self._answerer.ready:
            # Nobody should wait for a model to learn that a question is empty.
            self.check_question(question)
            # While the encoder loads, which takes as long.
            prepare(question)
        if k is not None and k < 1:
            raise UsageError("number-of-quotes", k=k)
        self._opened()
        return self._answerer().ask(
            question, k=k, documents=_listed(documents), after=_listed(after), why=why
        )

    def search(self, question: str, *, k: int = 10, documents: str | Iterable[str] = ()) -> tuple[Quote, ...]:
        """Returns the passages nearest to a question, best first, whether they answer it or not.

        Takes and raises what `ask` does.
        """
        return self.ask(question, k=k, documents=documents).quotes

    def why(
        self,
        question: str,
        doc_id: str,
        start: int,
        end: int,
        *,
        documents: str | Iterable[str] = (),
        after: str | Iterable[str] = (),
    ) -> tuple[Part, ...]:
        """Returns what the score of one quote of an answer is made of; the parts add up to the score.

        Args:
            question: The question.
            doc_id: The document of the quote's citation.
            start: The start of its citation, in code points.
            end: The end of its citation.
            documents: As in `ask`.
            after: As in `ask`.

        Raises:
            UsageError: The question has no such quote.
        """
        place = Sentence(doc_id, start, end)
        self._opened()
        return self._answerer().why(question, place, documents=_listed(documents), after=_listed(after))

    def batch(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        *,
        k: int = QUOTES,
        documents: str | Iterable[str] = (),
        on_progress: Callable[[QuestionProgress], object] | None = None,
    ) -> Iterator[Answer]:
        """Answers many questions, one after the other, as they are asked for.

        A question that cannot be asked ends nothing: its answer has an ``error``.

        Args:
            questions: A question file (.txt .csv .tsv .jsonl .json .xlsx) or the questions themselves. A file
                is checked at once, from end to end.
            k: Quotes of an answer at most.
            documents: Ids or globs of the documents to ask, unless a question names its own.
            on_progress: Is called with an `QuestionProgress` after each question; ``print`` will do.

        Raises:
            UsageError: The file cannot be read, or has no question.
        """
        from qa.batch import answer_of, rows_of

        rows = rows_of(questions)

        def ask(row: Row) -> Answer:
            return self.ask(row.question, k=k, documents=row.documents or documents)

        def answers() -> Iterator[Answer]:
            for asked, row in enumerate(rows, start=1):
                yield answer_of(row, ask)
                if on_progress is not None:
                    on_progress(QuestionProgress(asked, len(rows)))

        return answers()

    # -- checking and measuring -------------------------------------------------------------------

    def verify(
        self, answers: Source | Iterable[Answer | str], *, originals: bool = True
    ) -> Iterator[Checked]:
        """Checks every citation of earlier answers against the documents, one answer after the other.

        Args:
            answers: A file that `qa batch` wrote as JSON, or answers, or their JSON texts.
            originals: Whether to compare the original files with the hashes, too.

        Returns:
            For each answer, how many citations it has and what is wrong with them.

        Raises:
            UsageError: The file cannot be read.
        """
        from qa.check.answers import lines_of
        from qa.check.verify import check

        if not self._is_new():
            self._opened()
        return check(lines_of(answers), self.get, originals)

    def evaluate(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        *,
        on_progress: Callable[[QuestionProgress], object] | None = None,
    ) -> Figures:
        """Measures the answers on questions with gold answers.

        Args:
            questions: As in `batch`, each with ``answers`` (texts that a right quote has), ``relevant``
                (documents with grades) or ``answerable``, and optionally ``doc_id`` and ``documents``.
            on_progress: Is called with an `QuestionProgress` before the first question and after each.

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
        """Fits the confidence, and the thresholds of ``risk``, to this library; the index keeps them.

        Questions in a language that the model does not read are left out.

        Args:
            questions: As in `evaluate`; at least 30, and some that the documents do not answer.
            on_progress: As in `evaluate`.

        Raises:
            UsageError: The questions are too few, all right or all wrong, or the library is read-only.
            StoreError: The index cannot be written, or another writes to it.
        """
        from qa.answer.answerer import Answerer
        from qa.answer.calibration import NEVER, calibrate, cross_validated, dumps, log_odds
        from qa.evaluate import CalibrationResult, calibration_error

        self._check_writable()
        index = self._opened()

        def as_fitted() -> Answerer:
            return Answerer(index, self._encoder(), calibrated=False)

        outcomes = self._judge(questions, as_fitted, on_progress, read=True)
        right = [o.rank is not None and o.rank <= QUOTES for o in outcomes]
        odds = [log_odds(o.confidence) for o in outcomes]
        fitted = calibrate(odds, right)
        result = CalibrationResult(
            questions=len(right),
            right=sum(right) / len(right),
            ece_before=calibration_error([o.confidence for o in outcomes], right),
            ece_after=calibration_error(cross_validated(odds, right), right),
            thresholds={risk: None if p == NEVER else p for risk, p in fitted.thresholds.items()},
        )
        index.keep_calibration(dumps(fitted))
        return result

    def reset_calibration(self) -> None:
        """Forgets what `calibrate` fitted: the confidence is again the one that the program comes with.

        Raises:
            StoreError: The index cannot be written, or another writes to it.
            UsageError: The library is read-only.
        """
        self._check_writable()
        self._opened().keep_calibration(None)

    # -- what a person should know ----------------------------------------------------------------

    def notes(self) -> list[Message]:
        """Returns what limits the answers: languages that the model does not read, a missing calibration."""
        from qa.notes import on_index

        return [] if self._is_new() else on_index(self._opened(), self.documents())

    def calibration_note(self) -> Message | None:
        """Returns a message if no calibration fits the index's model."""
        from qa.notes import on_calibration

        return None if self._is_new() else on_calibration(self._opened())

    def notes_on_questions(self, questions: Iterable[str]) -> list[Message]:
        """Returns a message for each language of the questions that the model does not read."""
        from qa.notes import on_questions

        unread = Counter(language for question in questions if (language := self._unread(question)))
        return on_questions(unread, self.model)

    def notes_on_report(self, report: Report) -> list[Message]:
        """Returns a message for each language of added documents that the model does not read."""
        from qa.notes import on_documents

        return on_documents(report.unread, self.model) if report.unread else []

    # -- their parts ------------------------------------------------------------------------------

    def _make_answerer(self) -> Answerer:
        from qa.answer.answerer import Answerer

        return Answerer(self._opened(), self._encoder(), self._risk)

    def _unread(self, question: str) -> str | None:
        """The language of a question (ISO 639-1) that the index's model does not read."""
        from qa.lang.detect import unread

        return unread(question, self._opened().languages)

    def _judge(
        self,
        questions: Source | Iterable[str | Mapping[str, Any]],
        answerer: Callable[[], Answerer],
        on_progress: Callable[[QuestionProgress], object] | None,
        *,
        read: bool = False,
    ) -> list[Outcome]:
        """What became of each question with a gold answer; with ``read``, of those that the model reads."""
        from qa.batch import rows_of
        from qa.evaluate import DEPTH, evaluate, gold_of

        sound = [
            row
            for row in rows_of(questions)
            if row.error is None and not (read and self._unread(row.question))
        ]
        golds = [(row, gold_of(dict(row.input or {}))) for row in sound]
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


def _listed(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
