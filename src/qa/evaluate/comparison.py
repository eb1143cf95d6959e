"""Compare two evaluations of the same questions: paired differences, with intervals and tests."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from qa import arguments
from qa.check.answers import check_same, name_of
from qa.errors import UsageError
from qa.evaluate import trec
from qa.evaluate.earlier import Earlier, Golds, judged_of
from qa.evaluate.evaluation import VERSION, Evaluation, Format
from qa.evaluate.figures import ndcg, reciprocal
from qa.evaluate.judged import Judged
from qa.types import DEPTH, QUOTES

# Reading results needs no numpy.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVEL = 0.95
"""Confidence level of the intervals."""
RESAMPLES = 9_999
"""Resamples of the bootstrap and of the permutation test."""
SEED = 20_240_101
_VALUES_AT_ONCE = 4_000_000
"""Drawn values in memory at once: 32 MB."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One figure of two evaluations.

    Attributes:
        name: The name of the figure.
        questions: The number of questions that it applies to.
        a: Its value in A.
        b: Its value in B.
        difference: B - A.
        low: The lower end of the interval of the difference, at the level 0.95; None for a single question.
        high: The upper end.
        p: The probability of a difference at least as large if A and B were equally good.
        better: The number of questions with a higher value in B.
        worse: The number of questions with a lower value in B.
    """

    name: str
    questions: int
    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    better: int
    worse: int


class Pair(NamedTuple):
    """The judged answers to one question in A and B."""

    a: Judged
    b: Judged


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two evaluations of the same questions.

    Attributes:
        names: The names of A and B.
        a: The evaluation of A.
        b: The evaluation of B, in the order of A.
        contrasts: Each figure of both, with the difference.
    """

    names: tuple[str, str]
    a: Evaluation
    b: Evaluation
    contrasts: tuple[Contrast, ...]

    @property
    def gained(self) -> tuple[Pair, ...]:
        """Questions that A misses and B does not."""
        return tuple(pair for pair in self._pairs() if pair.a.miss and not pair.b.miss)

    @property
    def lost(self) -> tuple[Pair, ...]:
        """Questions that B misses and A does not."""
        return tuple(pair for pair in self._pairs() if pair.b.miss and not pair.a.miss)

    def _pairs(self) -> list[Pair]:
        return [Pair(a, b) for a, b in zip(self.a.results, self.b.results, strict=True)]

    def report(self, format: Format = "text") -> str:
        """Return the comparison as text, as one JSON object, or as an HTML page."""
        from qa.evaluate import reports

        return self.to_json() if format == "json" else getattr(reports, f"comparison_{format}")(self)

    def to_json(self) -> str:
        """Return one JSON object: the figures of both, and the questions that B gained and lost."""
        values = {
            "version": VERSION,
            "a": self.names[0],
            "b": self.names[1],
            "level": LEVEL,
            "contrasts": [asdict(contrast) for contrast in self.contrasts],
            **{
                name: [{"id": a.id, "a": a.to_json(), "b": b.to_json()} for a, b in pairs]
                for name, pairs in (("gained", self.gained), ("lost", self.lost))
            },
        }
        return json.dumps(values)


def compare(
    a: Earlier,
    b: Earlier,
    questions: str | os.PathLike[str] | Iterable[str | Mapping[str, Any]] | None = None,
    *,
    qrels: str | os.PathLike[str] | None = None,
    measures: Sequence[str] = (),
) -> Comparison:
    """Compare two earlier results of the same questions.

    Args:
        a: The first results, for example of an older version; see `qa.judge`.
        b: The second results.
        questions: As in `qa.judge`.
        qrels: As in `qa.judge`.
        measures: As in `qa.judge`.

    Raises:
        UsageError: The results cannot be read, or are of different questions; or there are no gold answers.
    """
    measures = arguments.texts("measures", measures)
    trec.check_measures(measures)
    golds = Golds.read(questions, qrels)
    names = (name_of(a, "A"), name_of(b, "B"))
    one, two = judged_of(a, golds, "A"), judged_of(b, golds, "B")
    in_b = {each.id: each for each in two}
    check_same({each.id: each.question for each in one}, {each.id: each.question for each in two}, *names)
    pairs = [Pair(each, in_b[each.id]) for each in one]
    for pair in pairs:
        if pair.a.gold.answerable != pair.b.gold.answerable:
            raise UsageError("gold-answers-differ", id=pair.a.id, name=names[0], other=names[1])
    contrasts = [
        contrast(name, *values) for name, values in _values(pairs, measures).items() if len(values[0])
    ]
    one_in_order, two_in_order = (Evaluation.of(side, measures) for side in zip(*pairs, strict=True))
    return Comparison(names, one_in_order, two_in_order, tuple(contrasts))


def contrast(name: str, a: Sequence[float], b: Sequence[float]) -> Contrast:
    """Compare the values of one figure, question by question.

    The interval is that of the paired bootstrap (percentiles). The test is the exact one of McNemar if every
    value is 0 or 1, otherwise a permutation test of the mean difference (random signs).

    Args:
        name: The name of the figure.
        a: Its values in A.
        b: Its values in B, in the same order.
    """
    import numpy as np

    one, two = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    differences = two - one
    better, worse = int((differences > 0).sum()), int((differences < 0).sum())
    low, high = _interval(differences)
    is_binary = bool(np.isin(np.concatenate([one, two]), (0.0, 1.0)).all())
    return Contrast(
        name=name,
        questions=len(one),
        a=float(one.mean()),
        b=float(two.mean()),
        difference=float(differences.mean()),
        low=low,
        high=high,
        p=_mcnemar(better, worse) if is_binary else _permutation(differences),
        better=better,
        worse=worse,
    )


def _interval(differences: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Return the percentiles of the mean of resampled differences."""
    import numpy as np

    if len(differences) < 2:
        return None, None
    values, counts = np.unique(differences, return_counts=True)
    n = len(differences)
    # How often each value is drawn is multinomial: no single question needs to be drawn.
    means = [draw @ values / n for draw in _draws(values, lambda rng, k: rng.multinomial(n, counts / n, k))]
    low, high = np.quantile(np.concatenate(means), ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)


def _mcnemar(better: int, worse: int) -> float:
    from scipy.stats import binomtest

    discordant = better + worse
    return float(binomtest(better, discordant, 0.5).pvalue) if discordant else 1.0


def _permutation(differences: NDArray[np.float64]) -> float:
    """Return the share of random signs with a mean difference at least as large, in either direction."""
    import numpy as np

    values, counts = np.unique(np.abs(differences[differences != 0]), return_counts=True)
    if not len(values):
        return 1.0
    observed = abs(float(differences.sum())) * (1 - 1e-12)
    # How many differences of a size are positive is binomial.
    extreme = sum(
        int((np.abs((2 * draw - counts) @ values) >= observed).sum())
        for draw in _draws(values, lambda rng, k: rng.binomial(counts, 0.5, (k, len(counts))))
    )
    return (extreme + 1) / (RESAMPLES + 1)


def _draws(
    values: NDArray[np.float64], draw: Callable[[np.random.Generator, int], NDArray[np.int64]]
) -> Iterator[NDArray[np.int64]]:
    """Yield `RESAMPLES` draws of counts of values, some at once."""
    import numpy as np

    generator = np.random.default_rng(SEED)
    at_once = max(1, _VALUES_AT_ONCE // len(values))
    for start in range(0, RESAMPLES, at_once):
        yield draw(generator, min(at_once, RESAMPLES - start))


def _values(
    pairs: Sequence[Pair], measures: Sequence[str]
) -> Mapping[str, tuple[Sequence[float], Sequence[float]]]:
    """Return the values of each figure in A and B, for the questions that it applies to in both."""
    values = {name: _known([(of(a), of(b)) for a, b in pairs]) for name, of in _PER_QUESTION.items()}
    one, two = (trec.measures([pair[side] for pair in pairs], measures) for side in (0, 1))
    for name in measures:
        values[name] = _known([(value, two[name].get(id)) for id, value in one[name].items()])
    return values


def _known(
    both: Sequence[tuple[float | None, float | None]],
) -> tuple[Sequence[float], Sequence[float]]:
    """Return the values of A and B where both are known."""
    known = [(one, two) for one, two in both if one is not None and two is not None]
    return [one for one, _ in known], [two for _, two in known]


def _hit(k: int) -> Callable[[Judged], float | None]:
    def hit(each: Judged) -> float | None:
        return float(each.rank is not None and each.rank <= k) if each.gold.answerable else None

    return hit


def _mrr(each: Judged) -> float | None:
    return reciprocal(each.rank) if each.gold.answerable else None


def _ndcg(each: Judged) -> float | None:
    return ndcg(each.gains, each.gold.relevant) if each.gold.answerable and each.gold.relevant else None


def _answered(each: Judged) -> float | None:
    return float(each.answered) if each.gold.answerable and each.answered is not None else None


def _answered_wrongly(each: Judged) -> float | None:
    return None if each.gold.answerable or each.answered is None else float(each.answered)


_PER_QUESTION: Mapping[str, Callable[[Judged], float | None]] = {
    **{f"hit@{k}": _hit(k) for k in (1, QUOTES, DEPTH)},
    "mrr": _mrr,
    "ndcg": _ndcg,
    "answered": _answered,
    "answered_wrongly": _answered_wrongly,
}
