"""Fits the numbers of the ranking and of the confidence to what `observe.py` kept.

    python benchmarks/quality/fit.py [--work DIR] [--save]

Every figure of a set comes from numbers fitted to the other sets. The numbers that are saved are fitted to all sets
except those in `REPORTED`.

The weights of the score maximise the likelihood of the right sentences in a softmax over the sentences of a question.
The confidence is a logistic regression: a question is right if one of its first three sentences is. Each set counts
the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.optimize import minimize

from qa.answer.calibration import logistic, platt, thresholds
from qa.answer.confidence import ANSWERED_AT, QUOTES, features, weighted
from qa.evaluate import auroc, calibration_error, ndcg
from qa.search.features import MEASURES
from qa.types import Features, Hit, Sentence

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src" / "qa" / "search" / "fitted.json"
COLUMNS = (*MEASURES, "reader", "reader_passage")
READER, WHOLE = COLUMNS.index("reader"), COLUMNS.index("reader_passage")
WEIGHTS: dict[str, tuple[str, ...]] = {
    "words": ("lexical_passage", "coverage_sentence", "coverage_window"),
    "hybrid": MEASURES,
    "reader": (*MEASURES, "reader"),
}
CONFIDENCE: dict[str, tuple[str, ...]] = {
    "words": ("coverage", "coverage_window", "lexical", "unknown"),
    "hybrid": ("dense", "dense_best", "dense_passage", "margin", "coverage_window", "unknown"),
    "reader": ("score", "reader", "reader_passage", "margin", "coverage_window", "unknown"),
}
REPORTED = ("squad11", "source")
"""Sets that nothing is fitted to."""
UNLABELLED = ("cisi", "boolq", "pubmedqa_yesno")
"""Sets whose right sentences are not known, only their texts: no weight is fitted to them."""
UNCERTAIN = ("policyqa_dev", "boolq", "pubmedqa_yesno", "cisi")
"""Sets with right answers besides the gold ones, or where any sentence of the text counts: no confidence is
fitted to their answerable questions."""
RIDGE = 1e-3
SHOWN = 0.25
"""Least probability that a further quote is right too, to count as part of the answer."""

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Observed:
    """A question with the features of its sentences; see `observe.py`.

    Attributes:
        row: The row as it was written.
        values: One row for each sentence, a column for each of `COLUMNS`; NaN where nothing was read.
        right: Whether each sentence is right.
    """

    row: dict[str, Any]
    values: np.ndarray
    right: np.ndarray

    @property
    def kind(self) -> str:
        return str(self.row["kind"])

    def order(self, weights: Weights, unread: Weights | None = None, most: int | None = None) -> np.ndarray:
        """Return the score of each sentence, as `qa.search.rank.rank` does.

        Args:
            weights: The weights of the score.
            unread: The weights for sentences that were not read; None if nothing is read.
            most: Maximum passages that are read.
        """
        partial = self.values[:, : len(MEASURES)] @ np.array([weights.get(name, 0.0) for name in MEASURES])
        if unread is None:
            return partial
        first = self.values[:, : len(MEASURES)] @ np.array([unread.get(name, 0.0) for name in MEASURES])
        is_read = ~np.isnan(self.values[:, READER])
        if most is not None and is_read.any():
            passages = np.array(self.row["passages"])
            best = {key: first[passages == key].max() for key in set(passages[is_read].tolist())}
            chosen = sorted(best, key=lambda key: -best[key])[:most]
            is_read &= np.isin(passages, chosen)
        scores = np.where(is_read, partial + weights["reader"] * np.nan_to_num(self.values[:, READER]), 0.0)
        least = scores[is_read].min() if is_read.any() else 0.0
        scores[~is_read] = least + first[~is_read] - (first.max() if len(first) else 0.0)
        return scores


Sets = dict[str, list[Observed]]


def read(folder: Path) -> Sets:
    """Return the observations of each set."""
    sets: Sets = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            values = np.array(row.pop("features"), dtype=float).reshape(-1, len(COLUMNS))
            right = np.array(row["right"] or [False] * len(values), dtype=bool)
            if len(values):
                sets.setdefault(row["set"], []).append(Observed(row, values, right))
    return sets


# -- the score ------------------------------------------------------------------------------------------


def fit_weights(sets: Sets, names: Sequence[str]) -> dict[str, float]:
    """Return the weights that make right sentences likeliest, each set counting the same."""
    columns = [COLUMNS.index(name) for name in names]
    groups: list[tuple[float, np.ndarray, np.ndarray]] = []
    for name, observations in sets.items():
        if name in (*REPORTED, *UNLABELLED):
            continue
        usable = []
        for each in observations:
            seen = ~np.isnan(each.values[:, columns]).any(axis=1)
            if each.kind == "in" and each.right[seen].any():
                usable.append((each.values[seen][:, columns], each.right[seen]))
        groups += [(1 / len(usable), x, y) for x, y in usable]
    scale = np.concatenate([x for _, x, _ in groups]).std(axis=0) + 1e-9
    total = sum(weight for weight, _, _ in groups)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = 0.0, np.zeros_like(w)
        for weight, x, y in groups:
            logits = (x / scale) @ w
            p = np.exp(logits - logits.max())
            p /= p.sum()
            right = p * y
            value -= weight * np.log(right.sum() + 1e-300)
            gradient += weight * (x / scale).T @ (p - right / (right.sum() + 1e-300))
        return value / total + RIDGE * w @ w, gradient / total + 2 * RIDGE * w

    bounds = [(0.0, None)] * len(columns)
    fitted = minimize(loss, np.ones(len(columns)), jac=True, method="L-BFGS-B", bounds=bounds).x / scale
    return dict(zip(names, map(float, fitted), strict=True))


def scores(each: Observed, stage: str, weights: Mapping[str, Weights], most: int | None = None) -> np.ndarray:
    """Return the score of each sentence in a stage."""
    return each.order(weights[stage], weights["hybrid"] if stage == "reader" else None, most)


def ranks(
    observations: Iterable[Observed], stage: str, weights: Mapping[str, Weights], most: int | None = None
) -> list[int]:
    """Return the rank, from 0, of the first right sentence of each answerable question; 99 without one."""
    result = []
    for each in observations:
        if each.kind == "in":
            right = each.right[np.argsort(-scores(each, stage, weights, most), kind="stable")]
            result.append(int(right.argmax()) if right.any() else 99)
    return result


def hit(found_at: Sequence[int], k: int) -> float:
    """Return the share of ranks below k."""
    return sum(rank < k for rank in found_at) / max(1, len(found_at))


def graded(observations: Iterable[Observed], stage: str, weights: Mapping[str, Weights]) -> float | None:
    """Return the mean nDCG@10 over documents, if they are graded."""
    values = []
    for each in observations:
        if "grades" in each.row and each.kind == "in":
            order = np.argsort(-scores(each, stage, weights), kind="stable")
            documents = list(dict.fromkeys(each.row["documents"][at] for at in order))
            grades = [each.row["grades"][document] for document in documents]
            relevant = {str(at): grade for at, grade in enumerate(each.row["relevant"])}
            values.append(ndcg(grades, relevant))
    return float(np.mean(values)) if values else None


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
            hits = tuple(
                Hit(Sentence("", 0, 1), _features(each.values[at]), float(values[at]), rank)
                for rank, at in enumerate(order, start=1)
            )
            seen: Any = SimpleNamespace(hits=hits, unknown=each.row["unknown"])
            right = each.kind == "in" and bool(each.right[order[:QUOTES]].any())
            result.append(Judged(name, each.kind, features(seen), right))
    return result


def _features(values: np.ndarray) -> Features:
    return Features(*(None if np.isnan(value) else float(value) for value in values))  # type: ignore[arg-type]


def fit_confidence(sample: Sequence[Judged], names: Sequence[str]) -> dict[str, float]:
    """Return the coefficients of the likeliest logistic regression, each set counting the same."""
    usable = [
        each
        for each in sample
        if each.set not in REPORTED and not (each.set in UNCERTAIN and each.kind == "in")
    ]
    x = np.array([[1.0, *(each.x[name] for name in names)] for each in usable])
    y = np.array([each.right for each in usable], dtype=float)
    counts: dict[str, int] = {}
    for each in usable:
        counts[each.set] = counts.get(each.set, 0) + 1
    w = np.array([1 / counts[each.set] for each in usable])
    w /= w.sum()
    scale = x.std(axis=0)
    scale[0] = 1.0
    scale[scale == 0] = 1.0

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        logits = (x / scale) @ b
        p = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
        ridge = RIDGE * b
        ridge[0] = 0
        value = float((w * (np.logaddexp(0, logits) - y * logits)).sum() + ridge @ b)
        return value, (x / scale).T @ (w * (p - y)) + 2 * ridge

    b = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x / scale
    return dict(zip(("intercept", *names), map(float, b), strict=True))


def confidences(sample: Iterable[Judged], coefficients: Weights) -> list[float]:
    """Return the confidence of each question."""
    return [logistic(weighted(each.x, coefficients)) for each in sample]


def limits(sample: Sequence[Judged], values: Sequence[float]) -> dict[str, float]:
    """Return the minimum confidence for each rate of error.

    It is the higher of two: with 95 % confidence, no more wrong answers among all questions
    (`qa.answer.calibration.thresholds`), and on no set more wrong answers than the rate.
    """
    usable = [
        (each, value)
        for each, value in zip(sample, values, strict=True)
        if not (each.set in UNCERTAIN and each.kind == "in")
    ]
    result = thresholds([value for _, value in usable], [each.right for each, _ in usable])
    for name in {each.set for each, _ in usable}:
        of_set = sorted(((value, each.right) for each, value in usable if each.set == name), reverse=True)
        for risk in result:
            wrong, least = 0, 1.0
            for answered, (value, right) in enumerate(of_set, start=1):
                wrong += not right
                if wrong <= float(risk) * max(answered, 20):
                    least = value
            result[risk] = max(result[risk], least)
    return result


def shown_within(sets: Sets, stage: str, weights: Mapping[str, Weights]) -> float:
    """Return the distance from the best score at which one further sentence in four is right.

    It is fitted to the second and third sentences where the first is right.
    """
    gaps: list[float] = []
    right: list[bool] = []
    for name, observations in sets.items():
        for each in observations:
            if each.kind != "in" or name in (*REPORTED, *UNCERTAIN):
                continue
            values = scores(each, stage, weights)
            first, *others = np.argsort(-values, kind="stable")[:QUOTES]
            if each.right[first]:
                gaps += [float(values[first] - values[at]) for at in others]
                right += [bool(each.right[at]) for at in others]
    slope, intercept = platt([-gap for gap in gaps], right)
    return (intercept - math.log(SHOWN / (1 - SHOWN))) / slope


# -- the report -----------------------------------------------------------------------------------------


def at_most(sample: Sequence[Judged], values: Sequence[float], share: float) -> float | None:
    """Return the share of answerable questions answered if this share of the absent ones is."""
    absent = sorted((v for e, v in zip(sample, values, strict=True) if e.kind == "near"), reverse=True)
    inside = [v for e, v in zip(sample, values, strict=True) if e.kind == "in"]
    if not absent or not inside:
        return None
    least = absent[min(len(absent) - 1, int(share * len(absent)))]
    return sum(v > least for v in inside) / len(inside)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
        "confidence": coefficients,
        "shown_within": {stage: shown_within(sets, stage, weights) for stage in WEIGHTS},
        "thresholds": bounds,
    }
    print(json.dumps(numbers, indent=1))
    lines += ablations(sets)
    print("\n".join(lines))
    if options.save:
        TARGET.write_text(json.dumps(rounded(numbers), indent=2) + "\n", encoding="utf-8")
        (HERE / "fit.md").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
        with (HERE / "calibration.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["set", "kind", "confidence", "right"])
            writer.writerows(curves)


HEAD = """# The ranking and the confidence, each set by a fit on the others

Written by `python benchmarks/quality/observe.py DATA SOURCE` and `python benchmarks/quality/fit.py --save`. hit@k: one
of the first k sentences is right; for cisi nDCG@10 over documents. *hybrid*: without the reader; *reader*: with it.
AUROC: an answerable question has more confidence than one without an answer (*near*: about the same documents; *far*:
on another topic). *Answered* and *wrongly* are shares of the answerable and of the absent questions at a confidence of
0.5; *at 5 %*: answered if 5 % of the absent questions are.
"""


def report(sets: Sets) -> tuple[list[str], list[tuple[str, str, str, int]], dict[str, float]]:
    """Return the table, the confidences of every question, and the thresholds, each set by a fit on the others."""
    lines = [
        "| set | questions | hybrid hit@1 | @3 | @10 | reader hit@1 | @3 | @10 | AUROC near | far | ECE"
        " | answered | wrongly | at 5 % | without the reader: near | far | ECE |",
        "|---" * 17 + "|",
    ]
    curves: list[tuple[str, str, str, int]] = []
    everything: list[Judged] = []
    every_value: list[float] = []
    for name in sets:
        others = {other: each for other, each in sets.items() if other != name}
        weights = {stage: fit_weights(others, names) for stage, names in WEIGHTS.items()}
        cells = [name, str(len(sets[name]))]
        for stage in ("hybrid", "reader"):
            value = graded(sets[name], stage, weights)
            at = ranks(sets[name], stage, weights)
            cells += (
                [f"nDCG {value:.3f}", "", ""]
                if value is not None
                else [f"{hit(at, k):.3f}" for k in (1, 3, 10)]
            )
        for stage in ("reader", "hybrid"):
            coefficients = fit_confidence(judged(others, stage, weights), CONFIDENCE[stage])
            own = judged({name: sets[name]}, stage, weights)
            values = confidences(own, coefficients)
            cells += _confidence_cells(own, values)[: 6 if stage == "reader" else 3]
            if stage == "reader":
                everything += own
                every_value += values
                curves += [
                    (e.set, e.kind, f"{v:.4f}", int(e.right)) for e, v in zip(own, values, strict=True)
                ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines, curves, limits(everything, every_value)


def _confidence_cells(sample: Sequence[Judged], values: Sequence[float]) -> list[str]:
    def of(kind: str) -> list[float]:
        return [value for each, value in zip(sample, values, strict=True) if each.kind == kind]

    def share(kind: str) -> float | None:
        of_kind = of(kind)
        return sum(value >= ANSWERED_AT for value in of_kind) / len(of_kind) if of_kind else None

    cells = [
        auroc(of("in"), of("near")),
        auroc(of("in"), of("far")),
        calibration_error(values, [each.right for each in sample]),
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
