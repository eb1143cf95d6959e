"""Judged answers: what was asked, what was quoted, whether it is right, and how an answer is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.evaluate.figures import Outcome
from qa.evaluate.gold import Gold, is_right
from qa.record import Answer, Citation
from qa.render import trec
from qa.types import QUOTES

Miss = Literal[
    "wrong",  # no right quote is among the first, or no right document if only a ranking is known
    "not_answered",  # the documents have an answer, but the question was not answered
    "answered",  # the documents have no answer, but the question was answered
]

_Probability = Annotated[float, Field(ge=0, le=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class JudgedQuote(_Model):
    """One quote of a judged answer.

    Attributes:
        text: The quote.
        right: Whether it is right.
        citation: Its place.
    """

    text: str
    right: bool
    citation: Citation


class Judged(_Model):
    """The judged answer to one question.

    Attributes:
        id: The id of the question.
        question: The question; empty if only a ranking is known.
        gold: The gold answer.
        rank: The rank of the first right quote, or of the first right document if documents are graded.
        gains: The grade of each distinct document, by rank, if documents are graded.
        ranking: The ids of the distinct documents, by rank.
        confidence: The confidence of the answer; None if only a ranking is known.
        answered: Whether the question was answered; None if only a ranking is known.
        words: The number of words of the first quote; None if only a ranking is known.
        quotes: The first quotes.
    """

    id: str
    question: str
    gold: Gold
    rank: Annotated[int, Field(ge=1)] | None
    gains: tuple[float, ...]
    ranking: tuple[str, ...]
    confidence: _Probability | None
    answered: bool | None
    words: int | None
    quotes: tuple[JudgedQuote, ...]

    @property
    def outcome(self) -> Outcome:
        """What the figures need of it."""
        return Outcome(self.gold, self.rank, self.gains, self.confidence, self.answered, self.words)

    @property
    def miss(self) -> Miss | None:
        """How the answer is missed; None if it is not."""
        if not self.gold.answerable:
            return "answered" if self.answered else None
        if self.answered is False:
            return "not_answered"
        return None if self.rank is not None and self.rank <= QUOTES else "wrong"

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object, with its ``miss``."""
        return {**self.model_dump(mode="json"), "miss": self.miss}


def judge_answer(answer: Answer, gold: Gold) -> Judged:
    """Judge one answer."""
    documents = trec.ranking(answer)
    quotes = tuple(
        JudgedQuote(
            text=quote.text,
            right=gold.grade(quote.citation.doc_id) > 0 if gold.relevant else is_right(quote, gold),
            citation=quote.citation,
        )
        for quote in answer.quotes[:QUOTES]
    )
    if gold.relevant:
        gains = tuple(map(gold.grade, documents))
        rank = first_gain(gains)
    else:
        gains = ()
        rank = next((quote.rank for quote in answer.quotes if is_right(quote, gold)), None)
    return Judged(
        id=answer.id,
        question=answer.question,
        gold=gold,
        rank=rank,
        gains=gains,
        ranking=documents,
        confidence=answer.confidence,
        answered=answer.answered,
        words=len(answer.quotes[0].text.split()) if answer.quotes else 0,
        quotes=quotes,
    )


def judge_ranking(id: str, question: str, ranking: tuple[str, ...], gold: Gold) -> Judged:
    """Judge a ranking of documents, of which nothing else is known."""
    gains = tuple(map(gold.grade, ranking))
    return Judged(
        id=id,
        question=question,
        gold=gold,
        rank=first_gain(gains),
        gains=gains,
        ranking=ranking,
        confidence=None,
        answered=None,
        words=None,
        quotes=(),
    )


def outcome(answer: Answer, gold: Gold) -> Outcome:
    """Judge one answer for the figures."""
    return judge_answer(answer, gold).outcome


def evaluate(
    rows: Iterable[tuple[Gold, Callable[[], Answer]]], progress: Callable[[int], None] | None = None
) -> list[Judged]:
    """Ask and judge one question after another; ``progress`` gets the number of judged questions."""
    judged = []
    for gold, ask in rows:
        judged.append(judge_answer(ask(), gold))
        if progress:
            progress(len(judged))
    return judged


def first_gain(gains: tuple[float, ...]) -> int | None:
    """Return the rank of the first document with a grade above 0."""
    return next((at for at, gain in enumerate(gains, start=1) if gain > 0), None)
