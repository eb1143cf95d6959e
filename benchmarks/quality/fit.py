"""Fits the numbers of the ranking and of the confidence to what `observe.py` kept.

    python benchmarks/quality/fit.py [--work DIR] [--save]

Every figure of a set comes from numbers fitted to the other sets. The numbers that are saved are fitted to all sets
except those in `REPORTED`.

The weights of the score maximise the likelihood of the right sentences in a softmax over the sentences of a question.
The confidence is a logistic regression: a question is right if one of its first three sentences is. Each set counts
the same.
"""

from __future__ import annotations

import csv
import json
import math
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from observations import COLUMNS, Observed, Sets, Weights, graded, hit, ranks, read, scores
from scipy.optimize import minimize

from qa.answer.calibration import NEVER, logistic, platt, thresholds
from qa.answer.confidence import ANSWERED_AT, FIELD, QUOTES, features, weighted
from qa.evaluate import auroc, calibration_error
from qa.search import fitted
from qa.search.features import MEASURES
from qa.types import Features, Hit, Sentence

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src" / "qa" / "search" / "fitted.json"
WEIGHTS: dict[str, tuple[str, ...]] = {
    "words": ("lexical_passage", "coverage_sentence", "coverage_window"),
    "hybrid": MEASURES,
    "reader": (*MEASURES, "reader"),
}
CONFIDENCE: dict[str, tuple[str, ...]] = {
    "hybrid": ("dense", "dense_best", "dense_passage", "margin", "coverage_window", "unknown"),
    "reader": ("score", "reader_passage", "margin", "dense_best", "unknown"),
}
REPORTED = ("squad11", "source")
"""Sets that nothing is fitted to."""
UNLABELLED = ("cisi", "boolq", "pubmedqa_yesno", "doc2dial")
"""Sets whose right sentences are not known: no weight is fitted to them."""
UNCERTAIN = ("policyqa_dev", *UNLABELLED)
"""Sets with right answers besides the gold ones, or where any sentence of the text counts: no confidence is
fitted to their answerable questions, and their calibration is not measured."""
MISLEADING = 0.12
"""Weight of questions that were written to look answerable (squad20), which are rare among people's questions."""
RIDGE = 1e-3
RISK = "0.1"
FEWEST = 20
"""Minimum answers for which the rate of error of a set is computed."""
SHOWN = 0.2
"""Least probability that a further quote is right too, to count as part of the answer."""

# -- the score ------------------------------------------------------------------------------------------


@cache
def usable(each: Observed, names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the features and labels of a question's sentences, if a right one of them has all features."""
    columns = [COLUMNS.index(name) for name in names]
    seen = ~np.isnan(each.values[:, columns]).any(axis=1)
    if each.kind != "in" or not each.right[seen].any():
        return None
    return each.values[seen][:, columns], each.right[seen]


def fit_weights(sets: Sets, names: Sequence[str]) -> dict[str, float]:
    """Return the weights that make right sentences likeliest, each set counting the same."""
    groups: list[tuple[float, np.ndarray, np.ndarray]] = []
    for name, observations in sets.items():
        if name not in (*REPORTED, *UNLABELLED):
            of_set = [pair for each in observations if (pair := usable(each, tuple(names)))]
            groups += [(1 / len(of_set), x, y) for x, y in of_set]
    x = np.concatenate([x for _, x, _ in groups])
    y = np.concatenate([y for _, _, y in groups])
    weight = np.array([weight for weight, _, _ in groups])
    weight /= weight.sum()
    sizes = np.array([len(y) for _, _, y in groups])
    starts = np.cumsum(sizes) - sizes
    scale = x.std(axis=0) + 1e-9
    x = x / scale

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        logits = x @ w
        logits -= np.repeat(np.maximum.reduceat(logits, starts), sizes)
        p = np.exp(logits)
        p /= np.repeat(np.add.reduceat(p, starts), sizes)
        right = p * y
        of_right = np.add.reduceat(right, starts) + 1e-300
        slope = np.repeat(weight, sizes) * (p - right / np.repeat(of_right, sizes))
        return float(-(weight * np.log(of_right)).sum() + RIDGE * w @ w), x.T @ slope + 2 * RIDGE * w

    bounds = [(0.0, None)] * len(names)
    fitted = minimize(loss, np.ones(len(names)), jac=True, method="L-BFGS-B", bounds=bounds).x / scale
    return {name: float(value) for name, value in zip(names, fitted, strict=True) if value > 0}


# -- the confidence -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """What the confidence of a question is fitted to."""

    set: str
    kind: str
    x: Weights
    right: bool


def judged(sets: Sets, stage: str, weights: Mapping[str, Weights]) -> list[Judged]:
    """Return every question with the features of its result and whether it is right."""
    result = []
    for name, observations in sets.items():
        for each in observations:
            values = scores(each, stage, weights)
            order = np.argsort(-values, kind="stable")
            # The features of a result are of its first hits, and of the nearest one.
            needed = dict.fromkeys([*order[:FIELD].tolist(), int(each.values[:, 0].argmax())])
            hits = tuple(
                Hit(Sentence("", 0, 1), _features(each.values[at]), float(values[at]), rank)
                for rank, at in enumerate(needed, start=1)
            )
            seen: Any = SimpleNamespace(hits=hits, unknown=each.row["unknown"])
            right = each.kind == "in" and bool(each.right[order[:QUOTES]].any())
            result.append(Judged(name, each.kind, features(seen), right))
    return result


def _features(values: np.ndarray) -> Features:
    return Features(*(None if np.isnan(value) else float(value) for value in values))  # type: ignore[arg-type]


def is_misleading(each: Judged) -> bool:
    """Return whether a question was written to look answerable."""
    return each.set == "squad20" and each.kind == "near"


def is_certain(each: Judged) -> bool:
    """Return whether it is known if the first sentences are right."""
    return not (each.set in UNCERTAIN and each.kind == "in")


def fit_confidence(sample: Sequence[Judged], names: Sequence[str]) -> dict[str, float]:
    """Return the coefficients of the likeliest logistic regression, each set counting the same."""
    used = [each for each in sample if each.set not in REPORTED and is_certain(each)]
    x = np.array([[1.0, *(each.x[name] for name in names)] for each in used])
    y = np.array([each.right for each in used], dtype=float)
    w = np.array([MISLEADING if is_misleading(each) else 1.0 for each in used])
    members = np.array([each.set for each in used])
    for name in set(members.tolist()):
        w[members == name] /= w[members == name].sum()
    w /= w.sum()
    scale = x.std(axis=0)
    scale[scale == 0] = 1.0
    x = x / scale

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        logits = x @ b
        p = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
        ridge = RIDGE * b
        ridge[0] = 0
        value = float((w * (np.logaddexp(0, logits) - y * logits)).sum() + ridge @ b)
        return value, x.T @ (w * (p - y)) + 2 * ridge

    b = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x / scale
    return dict(zip(("intercept", *names), map(float, b), strict=True))


def confidences(sample: Iterable[Judged], coefficients: Weights) -> list[float]:
    """Return the confidence of each question."""
    return [logistic(weighted(each.x, coefficients)) for each in sample]


def limits(sample: Sequence[Judged], values: Sequence[float]) -> dict[str, float]:
    """Return the minimum confidence for each rate of error, the higher of two.

    Over all sets it is proven (`qa.answer.calibration.thresholds`), and on each set no more answers were wrong.
    """
    pairs = [
        (value, each.right, each.set)
        for each, value in zip(sample, values, strict=True)
        if is_certain(each) and not is_misleading(each)
    ]
    result = thresholds([value for value, *_ in pairs], [right for _, right, _ in pairs])
    for name in {name for *_, name in pairs}:
        ordered = sorted(((value, right) for value, right, of in pairs if of == name), reverse=True)
        for risk in result:
            wrong, least = 0, NEVER
            for answered, (value, right) in enumerate(ordered, start=1):
                wrong += not right
                if wrong <= float(risk) * max(answered, FEWEST):
                    least = value
            result[risk] = max(result[risk], least)
    return result


def shown_within(sets: Sets, stage: str, weights: Mapping[str, Weights]) -> float:
    """Return the distance from the best score at which one further sentence in five is right.

    It is fitted to the second and third sentences of answerable questions.
    """
    gaps: list[float] = []
    right: list[bool] = []
    for name, observations in sets.items():
        for each in observations:
            if each.kind != "in" or name in (*REPORTED, *UNCERTAIN):
                continue
            values = scores(each, stage, weights)
            first, *others = np.argsort(-values, kind="stable")[:QUOTES]
            gaps += [float(values[first] - values[at]) for at in others]
            right += [bool(each.right[at]) for at in others]
    slope, intercept = platt([-gap for gap in gaps], right)
    return max(0.0, (intercept - math.log(SHOWN / (1 - SHOWN))) / slope)


# -- the report -----------------------------------------------------------------------------------------


def _error(sample: Sequence[Judged], values: Sequence[float]) -> float | None:
    """Return the calibration error over ordinary questions, if it is known which answers are right."""
    if not all(map(is_certain, sample)):
        return None
    pairs = [(v, e.right) for e, v in zip(sample, values, strict=True) if not is_misleading(e)]
    return calibration_error([value for value, _ in pairs], [right for _, right in pairs])


def wrong_at(sample: Sequence[Judged], values: Sequence[float], least: float) -> str:
    """Return the share of answerable questions answered at a threshold, and the share of wrong answers."""
    pairs = [(v, e) for e, v in zip(sample, values, strict=True) if is_certain(e) and not is_misleading(e)]
    answered = [each for value, each in pairs if value >= least]
    inside = sum(each.kind == "in" for _, each in pairs)
    if not answered or not inside:
        return "- | -"
    share = sum(each.kind == "in" for each in answered) / inside
    return f"{share:.3f} | {sum(not each.right for each in answered) / len(answered):.3f}"


def at_most(sample: Sequence[Judged], values: Sequence[float], share: float) -> float | None:
    """Return the share of answerable questions answered if this share of the absent ones is."""
    absent = sorted((v for e, v in zip(sample, values, strict=True) if e.kind == "near"), reverse=True)
    inside = [v for e, v in zip(sample, values, strict=True) if e.kind == "in"]
    if not absent or not inside:
        return None
    least = absent[min(len(absent) - 1, int(share * len(absent)))]
    return sum(v > least for v in inside) / len(inside)


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-quality")
    parser.add_argument("--save", action="store_true", help="write fitted.json, fit.md and calibration.csv")
    options = parser.parse_args()
    sets = read(options.work / "observations")
    weights = {stage: fit_weights(sets, names) for stage, names in WEIGHTS.items()}
    lines, curves, bounds = report(sets)
    coefficients = {}
    for stage, names in CONFIDENCE.items():
        coefficients[stage] = fit_confidence(judged(sets, stage, weights), names)
    numbers = {
        "weights": weights,
        # benchmarks/languages/run.py fits the confidence of words to questions in other languages.
        "confidence": {"words": fitted.CONFIDENCE["words"], **coefficients},
        "shown_within": {stage: shown_within(sets, stage, weights) for stage in WEIGHTS},
        "thresholds": bounds,
    }
    print(json.dumps(rounded(numbers), indent=1))
    lines += ablations(sets)
    print("\n".join(lines))
    if options.save:
        TARGET.write_text(json.dumps(rounded(numbers), indent=2) + "\n", encoding="utf-8")
        (HERE / "fit.md").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
        with (HERE / "calibration.csv").open("w", newline="") as file:
            header = ("set", "kind", "confidence", "right")
            csv.writer(file, lineterminator="\n").writerows([header, *curves])


HEAD = """# The ranking and the confidence, each set by a fit on the others

Written by `python benchmarks/quality/observe.py DATA SOURCE` and `python benchmarks/quality/fit.py --save`. hit@k: one
of the first k sentences is right; for cisi nDCG@10 over documents. *hybrid*: without the reader; *reader*: with it.
AUROC: an answerable question has more confidence than one without an answer (*near*: about the same documents; *far*:
on another topic). *Answered* and *wrongly* are shares of the answerable and of the absent questions at a confidence of
0.5; *at 5 %*: answered if 5 % of the absent questions are.
"""


def report(sets: Sets) -> tuple[list[str], list[tuple[str, str, str, int]], dict[str, float]]:
    """Return the table, the confidences of every question, and the thresholds, each set by a fit on the others."""
    rows: dict[str, list[str]] = {}
    judged_of: dict[str, tuple[list[Judged], list[float]]] = {}
    for name in sets:
        others = {other: each for other, each in sets.items() if other != name}
        weights = {stage: fit_weights(others, names) for stage, names in WEIGHTS.items()}
        cells = rows[name] = [name, str(len(sets[name]))]
        for stage in ("hybrid", "reader"):
            value = graded(sets[name], stage, weights)
            at = ranks(sets[name], stage, weights)
            hits = [f"{hit(at, k):.3f}" for k in (1, 3, 10)]
            cells += hits if value is None else [f"nDCG {value:.3f}", "", ""]
        for stage in ("reader", "hybrid"):
            coefficients = fit_confidence(judged(others, stage, weights), CONFIDENCE[stage])
            own = judged({name: sets[name]}, stage, weights)
            values = confidences(own, coefficients)
            cells += _confidence_cells(own, values)[: 6 if stage == "reader" else 3]
            if stage == "reader":
                judged_of[name] = own, values
    bounds = limits(
        [each for own, _ in judged_of.values() for each in own],
        [value for _, values in judged_of.values() for value in values],
    )
    lines = [
        "| set | questions | hybrid hit@1 | @3 | @10 | reader hit@1 | @3 | @10 | AUROC near | far | ECE"
        " | answered | wrongly | at 5 % | without the reader: near | far | ECE"
        " | answered at risk 0.1 | wrong |",
        "|---" * 19 + "|",
    ]
    curves: list[tuple[str, str, str, int]] = []
    for name, (own, values) in judged_of.items():
        lines.append("| " + " | ".join(rows[name]) + f" | {wrong_at(own, values, bounds[RISK])} |")
        curves += [
            (each.set, each.kind, f"{value:.4f}", int(each.right))
            for each, value in zip(own, values, strict=True)
            if is_certain(each) and not is_misleading(each)
        ]
    return lines, curves, bounds


def _confidence_cells(sample: Sequence[Judged], values: Sequence[float]) -> list[str]:
    def of(kind: str) -> list[float]:
        return [value for each, value in zip(sample, values, strict=True) if each.kind == kind]

    def share(kind: str) -> float | None:
        of_kind = of(kind)
        return sum(value >= ANSWERED_AT for value in of_kind) / len(of_kind) if of_kind else None

    cells = [
        auroc(of("in"), of("near")),
        auroc(of("in"), of("far")),
        _error(sample, values),
        share("in"),
        share("near"),
        at_most(sample, values, 0.05),
    ]
    return ["-" if cell is None else f"{cell:.3f}" for cell in cells]


def ablations(sets: Sets) -> list[str]:
    """Return what each feature adds, and how many passages are worth reading: means over the labelled sets."""
    lines = ["", "| without | hybrid hit@1 | reader hit@1 |", "|---|---|---|"]
    labelled = [name for name in sets if name not in UNLABELLED]
    weights_of: dict[str, dict[str, dict[str, float]]] = {}
    for left_out in ("nothing", *WEIGHTS["reader"]):
        cells = []
        for stage in ("hybrid", "reader"):
            if left_out == "reader" and stage == "hybrid":
                cells.append("-")
                continue
            values = []
            for name in labelled:
                others = {other: each for other, each in sets.items() if other != name}
                names = [each for each in WEIGHTS[stage] if each != left_out]
                hybrid = weights_of.get(name, {}).get("hybrid") or fit_weights(others, WEIGHTS["hybrid"])
                weights = {"hybrid": hybrid, stage: fit_weights(others, names)}
                weights["reader"] = {"reader": 0.0, **weights.get("reader", {})}
                if left_out == "nothing":
                    weights_of.setdefault(name, {}).update(weights)
                values.append(hit(ranks(sets[name], stage, weights), 1))
            cells.append(f"{np.mean(values):.4f}")
        lines.append(f"| {left_out} | {' | '.join(cells)} |")
    lines += ["", "| passages read | hit@1 | @3 |", "|---|---|---|"]
    for most in (4, 8, 12, 16, 24, 32):
        at = {name: ranks(sets[name], "reader", weights_of[name], most) for name in labelled}
        means = [f"{np.mean([hit(each, k) for each in at.values()]):.4f}" for k in (1, 3)]
        lines.append(f"| {most} | {' | '.join(means)} |")
    return lines


def rounded(value: Any) -> Any:
    """Round numbers to four digits, at any depth."""
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    return float(f"{value:.4g}")


if __name__ == "__main__":
    main()
