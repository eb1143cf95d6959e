"""What `observe.py` kept: the features of the sentences of each question, and how the ranking orders them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.evaluate import ndcg
from qa.search.features import MEASURES

COLUMNS = (*MEASURES, "reader", "reader_passage")
READER = COLUMNS.index("reader")

Weights = Mapping[str, float]


@dataclass(frozen=True, eq=False)
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
        scores = np.where(
            is_read, partial + weights.get("reader", 0.0) * np.nan_to_num(self.values[:, READER]), 0.0
        )
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


def hit(places: Sequence[int], k: int) -> float:
    """Return the share of ranks below k."""
    return sum(rank < k for rank in places) / max(1, len(places))


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
