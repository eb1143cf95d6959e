"""Measure answers on questions with gold answers: figures of retrieval and of abstention."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import UsageError
from qa.record import Answer, Quote

DEPTH = 10
"""Number of quotes judged for each question."""
LEAST_SHARE = 0.5
"""Minimum share of a longer gold answer that a right quote inside it covers."""


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold answer of a question.

    Attributes:
        answers: Texts that a right quote contains.
        doc_id: The document of a right quote, if it must be in this one.
        relevant: Graded documents, if documents are judged instead of quotes.
        answerable: Whether the documents have an answer.
    """

    answers: tuple[str, ...] = ()
    doc_id: str | None = None
    relevant: Mapping[str, float] | None = None
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The judged answer to one question.

    Attributes:
        gold: The gold answer.
        rank: The rank of the first right quote, or None.
        gains: The grade of each distinct document, by rank, if documents are graded.
        confidence: The confidence of the answer.
        answered: Whether the question was answered.
        words: The number of words of the first quote.
    """

    gold: Gold
    rank: int | None
    gains: tuple[float, ...]
    confidence: float
    answered: bool
    words: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures over a set of questions; None if the set has no question that a figure applies to.

    Attributes:
        questions: The number of questions.
        answerable: The number of answerable questions.
        hit: The share of answerable questions with a right quote among the first k, by k.
        mrr: The mean reciprocal rank of the first right quote.
        ndcg: The normalised discounted cumulative gain over graded documents.
        words: The mean number of words of the first quote.
        answered: The share of answerable questions that were answered.
        answered_wrongly: The share of unanswerable questions that were answered.
        right_when_answered: The share of answered questions with a right quote among the first.
        auroc: The probability that an answerable question has more confidence than an unanswerable one.
        ece: The expected calibration error of the confidence.
    """

    questions: int
    answerable: int
    hit: Mapping[int, float] | None
    mrr: float | None
    ndcg: float | None
    words: float
    answered: float
    answered_wrongly: float | None
    right_when_answered: float | None
    auroc: float | None
    ece: float | None


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """The result of fitting the confidence to a library.

    Attributes:
        questions: The number of questions.
        right: The share of questions with a right quote among the first.
        ece_before: The expected calibration error before.
        ece_after: The expected calibration error after, with each question judged by a fit on others.
        thresholds: The minimum confidence of an answer, by accepted share of wrong answers; None if the
            questions are too few to tell.
    """

    questions: int
    right: float
    ece_before: float
    ece_after: float
    thresholds: Mapping[str, float | None]


def gold_of(row: Mapping[str, Any]) -> Gold:
    """Return the gold answer in a row of a question set.

    Args:
        row: Has ``answers`` or ``quotes`` (texts, a list or separated by ``;``), ``doc_id``, ``relevant``
            (document to grade, or ids separated by ``;``) or ``answerable``.

    Raises:
        UsageError: The row has none of these.
    """
    if not {"answers", "quotes", "relevant", "answerable", "answer"} & row.keys():
        raise UsageError("gold-answers-missing")
    answers = row.get("answers") or row.get("quotes") or row.get("answer") or ()
    if isinstance(answers, str):
        answers = [part.strip() for part in answers.split(";")]
    relevant = _relevant(row.get("relevant"))
    doc_id = row.get("doc_id")
    return Gold(
        tuple(str(answer) for answer in answers if str(answer).strip()),
        None if doc_id in (None, "") else str(doc_id),
        relevant,
        _is_answerable(row.get("answerable"), bool(answers or relevant)),
    )


def _relevant(value: Any) -> Mapping[str, float] | None:
    """Return the graded documents of the column ``relevant``, which has only their ids in a table."""
    if isinstance(value, str):
        value = {name.strip(): 1.0 for name in value.split(";") if name.strip()}
    return value or None


def _is_answerable(value: Any, default: bool) -> bool:
    """Return the value of the column ``answerable``, which is text in a table, or else the default."""
    if isinstance(value, str):
        return value.strip().lower() not in ("false", "no", "0", "")
    return default if value is None else bool(value)


def outcome(answer: Answer, gold: Gold) -> Outcome:
    """Judge one answer."""
    if gold.relevant:
        seen: dict[str, float] = {}
        for quote in answer.quotes:
            seen.setdefault(quote.citation.doc_id, float(gold.relevant.get(quote.citation.doc_id, 0)))
        gains = tuple(seen.values())
        rank = next((at for at, gain in enumerate(gains, start=1) if gain > 0), None)
    else:
        gains = ()
        rank = next((quote.rank for quote in answer.quotes if is_right(quote, gold)), None)
    words = len(answer.quotes[0].text.split()) if answer.quotes else 0
    return Outcome(gold, rank, gains, answer.confidence, answer.answered, words)


def is_right(quote: Quote, gold: Gold) -> bool:
    """Return whether a quote contains a gold answer, or is most of a longer one.

    Case and white space make no difference. The quote must be in the gold document, if there is one.
    """
    places = {quote.citation.doc_id, *(citation.doc_id for citation in quote.also)}
    if gold.doc_id is not None and gold.doc_id not in places:
        return False
    return is_right_text(quote.text, gold)


def is_right_text(text: str, gold: Gold) -> bool:
    """Return whether a text contains a gold answer, or is most of a longer one."""
    text = folded(text)
    return any(
        wanted in text or (text in wanted and len(text) >= LEAST_SHARE * len(wanted))
        for wanted in map(folded, gold.answers)
    )


def folded(text: str) -> str:
    """Return text for comparison: lower case, each run of white space as one space."""
    return " ".join(text.lower().split())


def figures(outcomes: Sequence[Outcome], shown: int = 3) -> Figures:
    """Compute the figures over judged answers; the first ``shown`` quotes count as the answer."""
    with_answer, without = _answerable(outcomes, True), _answerable(outcomes, False)
    right = _within(outcomes, shown)
    return Figures(
        questions=len(outcomes),
        answerable=len(with_answer),
        hit=_hit_rates(with_answer) if with_answer else None,
        mrr=_mean(_reciprocal(outcome.rank) for outcome in with_answer),
        ndcg=_mean(ndcg(each.gains, each.gold.relevant) for each in with_answer if each.gold.relevant),
        words=_mean(outcome.words for outcome in outcomes) or 0.0,
        answered=_answered(with_answer) or 0.0,
        answered_wrongly=_answered(without),
        right_when_answered=_mean(
            is_hit for outcome, is_hit in zip(outcomes, right, strict=True) if outcome.answered
        ),
        auroc=auroc(_confidences(with_answer), _confidences(without)),
        ece=calibration_error(_confidences(outcomes), right) if outcomes else None,
    )


def ndcg(gains: Sequence[float], relevant: Mapping[str, float], k: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain at k (Järvelin and Kekäläinen, 2002), in [0, 1]."""

    def discounted(values: Iterable[float]) -> float:
        return sum(gain / math.log2(at + 2) for at, gain in enumerate(values))

    ideal = discounted(sorted(relevant.values(), reverse=True)[:k])
    return discounted(gains[:k]) / ideal if ideal else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return the probability that a positive value is above a negative one; a tie counts half.

    Returns None if there are no positive or no negative values.
    """
    if not positive or not negative:
        return None
    # The rank-sum form (Mann and Whitney), with mean ranks for ties.
    pooled = sorted([*((v, 1) for v in positive), *((v, 0) for v in negative)])
    total, at = 0.0, 0
    while at < len(pooled):
        end = at
        while end < len(pooled) and pooled[end][0] == pooled[at][0]:
            end += 1
        total += sum(label for _, label in pooled[at:end]) * (at + end + 1) / 2
        at = end
    positives = len(positive)
    return (total - positives * (positives + 1) / 2) / (positives * len(negative))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error over equal-width bins (Guo et al., 2017), in [0, 1]."""
    total = 0.0
    for at in range(bins):
        inside = [
            (c, r) for c, r in zip(confidences, right, strict=True) if min(bins - 1, int(c * bins)) == at
        ]
        if inside:
            total += abs(sum(c for c, _ in inside) - sum(r for _, r in inside))
    return total / len(confidences)


def evaluate(
    rows: Iterable[tuple[Gold, Callable[[], Answer]]], progress: Callable[[int], None] | None = None
) -> list[Outcome]:
    """Ask and judge one question after another; ``progress`` gets the number of judged questions."""
    outcomes = []
    for gold, ask in rows:
        outcomes.append(outcome(ask(), gold))
        if progress:
            progress(len(outcomes))
    return outcomes


def _answerable(outcomes: Sequence[Outcome], answerable: bool) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.gold.answerable == answerable]


def _within(outcomes: Sequence[Outcome], k: int) -> list[bool]:
    """Return whether a right quote is among the first k, for each outcome."""
    return [outcome.rank is not None and outcome.rank <= k for outcome in outcomes]


def _hit_rates(outcomes: Sequence[Outcome]) -> dict[int, float]:
    return {k: sum(_within(outcomes, k)) / len(outcomes) for k in (1, 3, DEPTH)}


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def _answered(outcomes: Sequence[Outcome]) -> float | None:
    return _mean(outcome.answered for outcome in outcomes)


def _confidences(outcomes: Sequence[Outcome]) -> list[float]:
    return [outcome.confidence for outcome in outcomes]


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
