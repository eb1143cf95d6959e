"""How good the answers are: figures of retrieval and of abstention on questions with gold answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import UsageError
from qa.record import Answer, Quote

DEPTH = 10
"""Quotes that are looked at for each question."""
LEAST_SHARE = 0.5
"""A quote that lies within a longer gold answer is right from this share of it on."""


@dataclass(frozen=True, slots=True)
class Gold:
    """What is known of a question: texts a right quote holds, its document, graded documents, or that
    there is no answer."""

    answers: tuple[str, ...] = ()
    doc_id: str | None = None
    relevant: Mapping[str, float] | None = None
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question: the rank of the first right quote (None where there is none), the
    gain of each rank where documents are graded, and what the answer said of itself."""

    gold: Gold
    rank: int | None
    gains: tuple[float, ...]
    confidence: float
    answered: bool
    words: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures over a set; None where the set has no question that they could speak of.

    ``hit`` is the share of answerable questions with a right quote among the first k; ``auroc`` is the
    probability that an answerable question gets more confidence than an unanswerable one; ``words``
    are those of the first quote on average; ``right_when_answered`` is the share of answered questions
    whose first quotes hold the answer; ``ece`` is the expected calibration error of the confidence.
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
    """What fitting the confidence to a library gave.

    ``right`` is the share of questions whose first quotes hold the answer; ``ece_before`` and ``ece_after``
    are expected calibration errors, the latter with each question judged by a fit on others;
    ``thresholds`` are, by accepted share of wrong answers, the confidence from which a question is answered,
    None where the questions are too few to tell.
    """

    questions: int
    right: float
    ece_before: float
    ece_after: float
    thresholds: Mapping[str, float | None]


def gold_of(row: Mapping[str, Any]) -> Gold:
    """The gold of a question's row, as question sets have it.

    Keys: ``answers`` or ``quotes`` (texts, a list or parted by ``;``), ``doc_id``, ``relevant`` (document
    to grade), ``answerable``. Raises `UsageError` where none of them is there.
    """
    if not {"answers", "quotes", "relevant", "answerable", "answer"} & row.keys():
        raise UsageError("gold-answers-missing")
    answers = row.get("answers") or row.get("quotes") or row.get("answer") or ()
    if isinstance(answers, str):
        answers = [part.strip() for part in answers.split(";")]
    relevant = row.get("relevant") or None
    doc_id = row.get("doc_id")
    return Gold(
        tuple(str(answer) for answer in answers if str(answer).strip()),
        None if doc_id in (None, "") else str(doc_id),
        relevant,
        _is_answerable(row.get("answerable"), bool(answers or relevant)),
    )


def _is_answerable(value: Any, otherwise: bool) -> bool:
    """Returns what the column ``answerable`` says, which a table has as text, or else the other."""
    if isinstance(value, str):
        return value.strip().lower() not in ("false", "no", "0", "")
    return otherwise if value is None else bool(value)


def outcome(answer: Answer, gold: Gold) -> Outcome:
    """Judges one answer."""
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
    """Whether a quote holds a gold answer, or is most of a longer one, folding case and white space.

    It must stand in the gold document where one is named.
    """
    places = {quote.citation.doc_id, *(citation.doc_id for citation in quote.also)}
    if gold.doc_id is not None and gold.doc_id not in places:
        return False
    text = folded(quote.text)
    return any(
        wanted in text or (text in wanted and len(text) >= LEAST_SHARE * len(wanted))
        for wanted in map(folded, gold.answers)
    )


def folded(text: str) -> str:
    """Text as it is compared: lower case, white space as single blanks."""
    return " ".join(text.lower().split())


def figures(outcomes: Sequence[Outcome], shown: int = 3) -> Figures:
    """The figures over judged answers; ``shown`` quotes count as the answer that was given."""
    with_answer, without = _answerable(outcomes, True), _answerable(outcomes, False)
    right = _within(outcomes, shown)
    return Figures(
        questions=len(outcomes),
        answerable=len(with_answer),
        hit=_hit_rates(with_answer) if with_answer else None,
        mrr=_mean(_reciprocal(o.rank) for o in with_answer),
        ndcg=_mean(ndcg(o.gains, o.gold.relevant) for o in with_answer if o.gold.relevant),
        words=_mean(o.words for o in outcomes) or 0.0,
        answered=_answered(with_answer) or 0.0,
        answered_wrongly=_answered(without),
        right_when_answered=_mean(r for o, r in zip(outcomes, right, strict=True) if o.answered),
        auroc=auroc(_confidences(with_answer), _confidences(without)),
        ece=calibration_error(_confidences(outcomes), right) if outcomes else None,
    )


def ndcg(gains: Sequence[float], relevant: Mapping[str, float], k: int = DEPTH) -> float:
    """Normalised discounted cumulative gain at k (Järvelin and Kekäläinen, 2002), in [0, 1]."""

    def discounted(values: Iterable[float]) -> float:
        return sum(gain / math.log2(at + 2) for at, gain in enumerate(values))

    ideal = discounted(sorted(relevant.values(), reverse=True)[:k])
    return discounted(gains[:k]) / ideal if ideal else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The probability that a positive value is above a negative one, ties half; None for an empty side."""
    if not positive or not negative:
        return None
    # The rank-sum form (Mann and Whitney): mean ranks for ties.
    pooled = sorted([*((v, 1) for v in positive), *((v, 0) for v in negative)])
    total, at = 0.0, 0
    while at < len(pooled):
        end = at
        while end < len(pooled) and pooled[end][0] == pooled[at][0]:
            end += 1
        total += sum(label for _, label in pooled[at:end]) * (at + end + 1) / 2
        at = end
    n = len(positive)
    return (total - n * (n + 1) / 2) / (n * len(negative))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins (Guo et al., 2017), in [0, 1]."""
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
    """Asks and judges question after question."""
    outcomes = []
    for gold, ask in rows:
        outcomes.append(outcome(ask(), gold))
        if progress:
            progress(len(outcomes))
    return outcomes


def _answerable(outcomes: Sequence[Outcome], answerable: bool) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.gold.answerable == answerable]


def _within(outcomes: Sequence[Outcome], k: int) -> list[bool]:
    """Returns for each whether a right quote is among the first k."""
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
