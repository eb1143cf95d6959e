"""Answers questions: quotes that are slices, their citations, and a confidence.

Nothing is written here but slices of documents and the fixed phrases of its reasons.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa import lang
from qa.answer.calibration import AS_FITTED, Calibration, loads
from qa.answer.confidence import ANSWERED_AT, confidence, threshold
from qa.answer.quotes import quotes_of
from qa.encoders import Encoder
from qa.errors import UsageError
from qa.index import CALIBRATION, Index, Snapshot
from qa.lang.detect import unread
from qa.messages import Message
from qa.record import Answer, Citation, Part, Quote, ReasonCode
from qa.rerankers import Reranker
from qa.search.explain import explain, hit_in
from qa.search.followups import is_better, leans_on
from qa.search.result import SearchResult
from qa.search.searcher import Searcher
from qa.text.numbering import without_number
from qa.types import QUOTES, Sentence

PLACES = 100
"""Quotes of an answer to words in quotation marks that are looked up, unless fewer are asked for."""

MISQUOTED = 0.5
"""What is left of the confidence where a phrase is not in the documents: it may be misquoted, or another."""


class Answerer:
    """Answers questions from one index; safe to use from several threads."""

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        risk: float | None = None,
        *,
        calibrated: bool = True,
        reranker: Reranker | None = None,
    ) -> None:
        """Makes an answerer.

        Args:
            index: What it answers from.
            encoder: The encoder that the index was made with.
            risk: The share of wrong answers that is accepted, see `qa.answer.confidence.threshold`.
            calibrated: Whether to use the index's own calibration.
            reranker: Reads every candidate passage, see `qa.search.searcher.Searcher`.

        Raises:
            ModelError: The index was made with another encoder.
        """
        threshold(risk)  # refused now, not at the first question
        self._risk = risk
        self._calibrated = calibrated
        self._index = index
        self._encoder = encoder
        self._searcher = Searcher(index, encoder, reranker)

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
        why: bool = False,
    ) -> Answer:
        """The answer in at most ``k`` quotes, of all documents or of those that ids or globs name.

        Without ``k`` these are `QUOTES`; of words in quotation marks that are looked up, every place.

        ``after`` are the earlier questions of a conversation, oldest first: a question that leans on them
        is understood together with them, which `Answer.understood_with` then says. With ``why``, each quote
        says what its score is made of, see `qa.search.explain.explain`.

        Raises `QuestionError` for an empty or endless question, `UsageError` for unknown documents.
        """
        with self._index.snapshot() as snapshot:
            result, earlier = self._understood(snapshot, question, documents, after)
            if not result.hits:
                return _answer(question, 0.0, _nothing(snapshot))
            calibration = self._calibration(result)
            value = _confidence(result, calibration)
            exact = result.question.looks_up and not result.phrases_missing
            answered = exact or (value >= threshold(self._risk, calibration) and not result.phrases_missing)
            most = k if k is not None else PLACES if exact else QUOTES
            quotes = tuple(quotes_of(snapshot, result, most))
            if why:
                quotes = tuple(
                    quote.model_copy(update={"why": self._why(result, quote.citation)}) for quote in quotes
                )
        code = None if answered else _why_not(result)
        return _answer(question, value, code, quotes, earlier, language=result.unread)

    def why(
        self,
        question: str,
        place: Sentence,
        *,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
    ) -> tuple[Part, ...]:
        """What the score of a question's quote in this place is made of, see `qa.search.explain.explain`.

        Raises what `ask` does, and `UsageError` where nothing in this place was found for the question.
        """
        with self._index.snapshot() as snapshot:
            result, _ = self._understood(snapshot, question, documents, after)
            return self._why(result, place)

    @property
    def model(self) -> str:
        """The name of the index's model."""
        return self._index.model

    def unread(self, question: str) -> str | None:
        """The ISO 639-1 code of a question's language where the index's model does not read it."""
        return unread(question, self._index.languages)

    def _understood(
        self, snapshot: Snapshot, question: str, documents: Sequence[str], after: Sequence[str]
    ) -> tuple[SearchResult, tuple[str, ...]]:
        """What was found for a question, and the earlier ones that it was understood together with."""
        question = without_number(question)
        after = [without_number(one) for one in after]
        alone = self._searcher.search(snapshot, question, documents)
        earlier = leans_on(question, after)
        exact = alone.question.looks_up and not alone.phrases_missing
        if not earlier or not alone.hits or exact:
            return alone, ()
        previous = self._searcher.search(snapshot, earlier[-1], documents, earlier[:-1])
        joint = self._searcher.search(snapshot, question, documents, earlier, previous)
        if is_better(question, confidence(alone), confidence(joint)):
            return joint, earlier
        return alone, ()

    def _calibration(self, result: SearchResult) -> Calibration:
        # What was fitted to the index is about questions that its model reads.
        if result.unread or not self._calibrated:
            return AS_FITTED
        return loads(self._index.manifest().get(CALIBRATION)) or AS_FITTED

    def _why(self, result: SearchResult, place: Sentence | Citation) -> tuple[Part, ...]:
        hit = hit_in(result, place)
        if hit is None:
            raise UsageError("quote-not-among-results")
        return explain(result, hit, self._encoder)


def _answer(
    question: str,
    value: float,
    code: ReasonCode | None,
    quotes: tuple[Quote, ...] = (),
    earlier: tuple[str, ...] = (),
    *,
    language: str | None = None,
) -> Answer:
    """An answer where there is no reason against it, else the nearest quotes with the reason."""
    return Answer(
        id="1",
        question=question,
        answered=code is None,
        confidence=value,
        reason=None if code is None else str(Message.of(code, language=lang.get(language or "").name)),
        reason_code=code,
        understood_with=earlier,
        quotes=quotes,
    )


def _nothing(snapshot: Snapshot) -> ReasonCode:
    return "no_sentences" if snapshot.store.languages() else "no_documents"


def _why_not(result: SearchResult) -> ReasonCode:
    if result.phrases_missing:
        return "phrase_not_found"
    return "language_not_supported" if result.unread else "no_answer"


def _confidence(result: SearchResult, calibration: Calibration) -> float:
    """The probability that the quotes answer: certain where words that were looked up are there."""
    if result.phrases_missing:
        return MISQUOTED * confidence(result, calibration)
    if result.question.looks_up:
        return 1.0
    value = confidence(result, calibration)
    # The words are there, and nothing else was asked about.
    return max(value, ANSWERED_AT) if result.question.only_phrases else value
