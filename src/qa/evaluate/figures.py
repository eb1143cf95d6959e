"""Figures of retrieval and of abstention over judged answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from qa.evaluate.gold import Gold
from qa.types import DEPTH, QUOTES

_CUTOFFS = (1, QUOTES, DEPTH)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The judged answer to one question.

    Attributes:
        gold: The gold answer.
        rank: The rank of the first right quote, or None.
        gains: The grade of each distinct document, by rank, if documents are graded.
        confidence: The confidence of the answer; None if only a ranking of documents is known.
        answered: Whether the question was answered; None if only a ranking is known.
        words: The number of words of the first quote; None if only a ranking is known.
    """

    gold: Gold
    rank: int | None
    gains: tuple[float, ...]
    confidence: float | None
    answered: bool | None
    words: int | None


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
    words: float | None
    answered: float | None
    answered_wrongly: float | None
    right_when_answered: float | None
    auroc: float | None
    ece: float | None

    def by_name(self) -> dict[str, float | None]:
        """Return each figure by its name, such as ``hit@1``; None if it has no value."""
        named: dict[str, float | None] = {}
        for name, value in asdict(self).items():
            if name == "hit":
                hits: Mapping[int, float | None] = value or dict.fromkeys(_CUTOFFS)
                named.update({f"hit@{k}": share for k, share in hits.items()})
            else:
                named[name] = value
        return named


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


def figures(outcomes: Sequence[Outcome], shown: int = QUOTES) -> Figures:
    """Compute the figures over judged answers; the first ``shown`` quotes count as the answer."""
    with_answer, without = _answerable(outcomes, True), _answerable(outcomes, False)
    right = _within(outcomes, shown)
    return Figures(
        questions=len(outcomes),
        answerable=len(with_answer),
        hit=_hit_rates(with_answer) if with_answer else None,
        mrr=_mean(reciprocal(outcome.rank) for outcome in with_answer),
        ndcg=_mean(ndcg(each.gains, each.gold.relevant) for each in with_answer if each.gold.relevant),
        words=_mean(outcome.words for outcome in outcomes if outcome.words is not None),
        answered=_answered(with_answer),
        answered_wrongly=_answered(without),
        right_when_answered=_mean(
            is_hit for outcome, is_hit in zip(outcomes, right, strict=True) if outcome.answered
        ),
        auroc=auroc(_confidences(with_answer), _confidences(without)),
        ece=_ece(outcomes, right),
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
    from scipy.stats import mannwhitneyu

    # The rank-sum form, with mean ranks for ties.
    statistic = mannwhitneyu(positive, negative, method="asymptotic").statistic
    return float(statistic) / (len(positive) * len(negative))


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


def _answerable(outcomes: Sequence[Outcome], answerable: bool) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.gold.answerable == answerable]


def _within(outcomes: Sequence[Outcome], k: int) -> list[bool]:
    """Return whether a right quote is among the first k, for each outcome."""
    return [outcome.rank is not None and outcome.rank <= k for outcome in outcomes]


def _hit_rates(outcomes: Sequence[Outcome]) -> dict[int, float]:
    return {k: sum(_within(outcomes, k)) / len(outcomes) for k in _CUTOFFS}


def reciprocal(rank: int | None) -> float:
    """Return 1/rank of the first right quote; 0 if none is right."""
    return 1 / rank if rank else 0.0


def _answered(outcomes: Sequence[Outcome]) -> float | None:
    return _mean(outcome.answered for outcome in outcomes if outcome.answered is not None)


def _ece(outcomes: Sequence[Outcome], right: Sequence[bool]) -> float | None:
    known = [hit for each, hit in zip(outcomes, right, strict=True) if each.confidence is not None]
    return calibration_error(_confidences(outcomes), known) if known else None


def _confidences(outcomes: Sequence[Outcome]) -> list[float]:
    return [outcome.confidence for outcome in outcomes if outcome.confidence is not None]


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else None
