"""Answer questions with quotes that are slices, their citations, and a confidence.

An answer contains only slices of documents and the fixed phrases of its reasons.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from qa import lang
from qa.answer.calibration import AS_FITTED, Calibration, loads, log_odds
from qa.answer.confidence import ANSWERED_AT, confidence, threshold
from qa.answer.quotes import quotes_of
from qa.answer.scope import NamedScope, Scopes, is_clearly_elsewhere
from qa.answer.steps import Steps, alone, together
from qa.encoders import Encoder
from qa.errors import QaError, UsageError
from qa.index import CALIBRATION, Index, Snapshot
from qa.lang.detect import unread
from qa.messages import Message
from qa.record import Answer, Citation, Part, Quote, ReasonCode, Scope
from qa.rerankers import Reranker
from qa.search.explain import explain, hit_in
from qa.search.fitted import SHOWN_WITHIN
from qa.search.followups import content, leans_on, sign
from qa.search.result import Search, SearchResult
from qa.search.searcher import Searcher
from qa.text.numbering import without_number
from qa.types import QUOTES, Sentence

PLACES = 100
"""Maximum quotes of an answer that looks up quoted phrases, unless the caller sets another number."""

MISQUOTED = 0.5
"""Factor of the confidence if the documents lack a phrase: it may be misquoted, or from elsewhere."""

TOLERATED = 1.0
"""Maximum loss of confidence, in log-odds, of a clear follow-up that is read with the earlier questions.
Chosen on the part ``dev`` of benchmarks/followups."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the arguments of `Answerer.ask`."""

    question: str
    k: int | None = None
    documents: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    why: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to read a question: its result, the earlier questions read with it, the documents it names."""

    result: SearchResult
    earlier: tuple[str, ...] = ()
    named: NamedScope | None = None


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
        """Create an answerer.

        Args:
            index: The index to answer from.
            encoder: The encoder that the index was built with.
            risk: The accepted share of wrong answers, see `qa.answer.confidence.threshold`.
            calibrated: Whether to use the index's own calibration.
            reranker: Reads every candidate passage, see `qa.search.searcher.Searcher`.

        Raises:
            ModelError: The index was built with another encoder.
        """
        threshold(risk)  # fails now, not at the first question
        self._risk = risk
        self._calibrated = calibrated
        self._index = index
        self._encoder = encoder
        self._reranker = reranker.name if reranker else None
        self._searcher = Searcher(index, encoder, reranker)
        self._scopes = Scopes()

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
        why: bool = False,
        named: bool = True,
    ) -> Answer:
        """Answer a question in quotes of all documents, or of those that ids or globs name.

        Args:
            question: The question.
            k: Maximum quotes; by default `QUOTES`, or every place of quoted phrases that are looked up.
            documents: Ids or globs of the documents to search; empty for all.
            after: The earlier questions of a conversation, oldest first. If the question depends on them, the
                two are read together, and `Answer.understood_with` has the earlier ones.
            why: Whether each quote has the parts of its score, see `qa.search.explain.explain`.
            named: Whether a question that itself names documents is asked of these alone, see `Answer.scope`.

        Raises:
            QuestionError: The question is empty, or far too long.
            UsageError: An id or glob matches no document.
        """
        asked = Asked(question, k, tuple(documents), tuple(after), why, named)
        with self._index.snapshot() as snapshot:
            answer = alone(self._steps(snapshot, asked), partial(self._searcher.search_many, snapshot))
        return _as_partial(answer, snapshot.unreachable)

    def ask_many(self, questions: Sequence[Asked]) -> list[Answer | QaError]:
        """Answer questions together, in one snapshot; each answer is that of `ask`.

        Returns:
            For each question its answer, or why it cannot be asked.
        """
        with self._index.snapshot() as snapshot:
            steps = [self._steps(snapshot, asked) for asked in questions]
            answers = together(steps, partial(self._searcher.search_many, snapshot))
        return [
            _as_partial(answer, snapshot.unreachable) if isinstance(answer, Answer) else answer
            for answer in answers
        ]

    def _steps(self, snapshot: Snapshot, asked: Asked) -> Steps[Answer]:
        """Answer a question, step by step."""
        reading = yield from self._understood(
            snapshot, asked.question, asked.documents, asked.after, asked.named
        )
        result = reading.result
        if not result.hits:
            return _answer(asked.question, 0.0, _nothing(snapshot))
        value, is_answered = self._judged(result)
        is_exact = result.question.looks_up and not result.phrases_missing
        limit = asked.k if asked.k is not None else PLACES if is_exact else QUOTES
        within = math.inf if is_exact else SHOWN_WITHIN[result.stage]
        quotes = tuple(quotes_of(snapshot, result, limit, answered=is_answered, within=within))
        if asked.why:
            quotes = tuple(
                quote.model_copy(update={"why": self._why(result, quote.citation)}) for quote in quotes
            )
        code = None if is_answered else _why_not(result)
        scope = reading.named.scope if reading.named else None
        return _answer(
            asked.question, value, code, quotes, reading.earlier, language=result.unread, scope=scope
        )

    def why(
        self,
        question: str,
        place: Sentence,
        *,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
        named: bool = True,
    ) -> tuple[Part, ...]:
        """Return the parts of the score of a question's quote in a place, see `qa.search.explain.explain`.

        Args are those of `ask`.

        Raises:
            UsageError: The question has no hit in this place.
            QuestionError: As in `ask`.
        """
        with self._index.snapshot() as snapshot:
            steps = self._understood(snapshot, question, documents, after, named)
            reading = alone(steps, partial(self._searcher.search_many, snapshot))
            return self._why(reading.result, place)

    @property
    def model(self) -> str:
        """Name of the index's model."""
        return self._index.model

    def unread(self, question: str) -> str | None:
        """Return the ISO 639-1 code of a question's language if the index's model does not support it."""
        return unread(question, self._index.languages)

    def _understood(
        self, snapshot: Snapshot, question: str, documents: Sequence[str], after: Sequence[str], named: bool
    ) -> Steps[_Reading]:
        """Return the best reading of a question: limited to the documents that it names, or not."""
        question = without_number(question)
        after = [without_number(previous) for previous in after]
        reading = yield from self._read(snapshot, question, documents, after, named)
        if reading.named is None:
            return reading
        inside, is_answered = self._judged(reading.result)
        if is_answered:
            return reading
        everywhere = yield from self._read(snapshot, question, documents, after, named=False)
        elsewhere, is_answered = self._judged(everywhere.result)
        if is_answered and is_clearly_elsewhere(inside, elsewhere, everywhere.result, reading.named):
            return everywhere
        return reading

    def _read(
        self, snapshot: Snapshot, question: str, documents: Sequence[str], after: Sequence[str], named: bool
    ) -> Steps[_Reading]:
        """Return the search result of a question, alone or together with the earlier questions."""

        def scope_of(text: str) -> NamedScope | None:
            return self._scopes.of(snapshot, text, documents) if named else None

        own = scope_of(question)
        text, selected = _limited(question, documents, own)
        own_result = yield Search(text, tuple(selected))
        earlier = leans_on(question, after)
        is_exact = own_result.question.looks_up and not own_result.phrases_missing
        if not earlier or not own_result.hits or is_exact:
            return _Reading(own_result, named=own)
        # "And the notice period?" is about the document that the question before it names.
        scopes = [scope_of(previous) for previous in earlier]
        joint_scope = own or next(filter(None, reversed(scopes)), None)
        texts = [_limited(each, (), scope)[0] for each, scope in zip(earlier, scopes, strict=True)]
        _, selected = _limited(question, documents, joint_scope)
        is_read = own_result.stage == "reader"
        previous = None if is_read else (yield Search(texts[-1], tuple(selected), tuple(texts[:-1])))
        joint = yield Search(text, tuple(selected), tuple(texts), previous)
        if is_joint_better(question, confidence(own_result), confidence(joint)):
            return _Reading(joint, earlier, joint_scope)
        return _Reading(own_result, named=own)

    def _judged(self, result: SearchResult) -> tuple[float, bool]:
        """Return the confidence of a result, and whether it is an answer."""
        if not result.hits:
            return 0.0, False
        calibration = self._calibration(result)
        value = _confidence(result, calibration)
        is_exact = result.question.looks_up and not result.phrases_missing
        is_likely = value >= threshold(self._risk, calibration) and not result.phrases_missing
        return value, is_exact or is_likely

    def _calibration(self, result: SearchResult) -> Calibration:
        # The index's calibration was fitted on questions in supported languages.
        if result.unread or not self._calibrated:
            return AS_FITTED
        stored = loads(self._index.manifest().get(CALIBRATION))
        return stored if stored and stored.reranker == self._reranker else AS_FITTED

    def _why(self, result: SearchResult, place: Sentence | Citation) -> tuple[Part, ...]:
        hit = hit_in(result, place)
        if hit is None:
            raise UsageError("quote-not-among-results")
        return explain(result, hit, self._encoder)


def is_joint_better(question: str, alone: float, joint: float) -> bool:
    """Return whether to read a question that may be a follow-up together with the earlier ones.

    A question without content words always is. After a weak sign, it is if only both together have an answer.

    Args:
        question: The question.
        alone: The confidence, in [0, 1], of the question alone.
        joint: The confidence, in [0, 1], of both together.
    """
    if sign(question) != "strong":
        return alone < ANSWERED_AT <= joint
    return not content(question) or log_odds(joint) - log_odds(alone) > -TOLERATED


def _limited(question: str, documents: Sequence[str], named: NamedScope | None) -> tuple[str, Sequence[str]]:
    """Return a question without the name of its documents, and the documents to search."""
    return (named.question, named.scope.documents) if named else (question, documents)


def _answer(
    question: str,
    value: float,
    code: ReasonCode | None,
    quotes: tuple[Quote, ...] = (),
    earlier: tuple[str, ...] = (),
    *,
    language: str | None = None,
    scope: Scope | None = None,
) -> Answer:
    """Return an answer if there is no reason code, else the nearest quotes with the reason."""
    return Answer(
        id="1",
        question=question,
        answered=code is None,
        confidence=value,
        reason=None if code is None else str(Message.of(code, language=lang.get(language or "").name)),
        reason_code=code,
        scope=scope,
        understood_with=earlier,
        quotes=quotes,
    )


def _as_partial(answer: Answer, unreachable: tuple[str, ...]) -> Answer:
    """Return the answer, which says which databases could not be reached."""
    return answer.model_copy(update={"unreachable": unreachable}) if unreachable else answer


def _nothing(snapshot: Snapshot) -> ReasonCode:
    return "no_sentences" if snapshot.store.languages() else "no_documents"


def _why_not(result: SearchResult) -> ReasonCode:
    if result.phrases_missing:
        return "phrase_not_found"
    return "language_not_supported" if result.unread else "no_answer"


def _confidence(result: SearchResult, calibration: Calibration) -> float:
    """Return the probability that the quotes answer; 1 if phrases that are looked up are there."""
    if result.phrases_missing:
        return MISQUOTED * confidence(result, calibration)
    if result.question.looks_up:
        return 1.0
    value = confidence(result, calibration)
    # The phrases or the clause are there, and the question asks about nothing else.
    return max(value, ANSWERED_AT) if result.question.only_phrases or result.is_clause else value
