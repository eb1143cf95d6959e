"""Draws how reliable the confidence is: reliability diagrams and risk-coverage curves.

    python benchmarks/quality/plots.py

Reads calibration.csv, written by fit.py: every observation's set, kind, confidence as calibrated on the other
sets, and whether the first quotes contained the answer. As in calibration.md, the misleading questions of
squad20 are excluded.
"""

from __future__ import annotations

import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

HERE = Path(__file__).parent
BINS = 10
INK, GRID = "#1d4f63", "#d8d8d8"


def sets(observations: list[dict]) -> dict[str, list[dict]]:
    observations_by_set: dict[str, list[dict]] = {}
    for observation in observations:
        observations_by_set.setdefault(observation["set"], []).append(observation)
    return observations_by_set


def axes(count: int, title: str):
    figure, grid = plt.subplots(2, (count + 1) // 2, figsize=(3 * ((count + 1) // 2), 6.2), squeeze=False)
    figure.suptitle(title)
    flat = list(grid.flat)
    for left in flat[count:]:
        left.axis("off")
    for axis in flat:
        axis.grid(color=GRID, linewidth=0.6)
        axis.set_axisbelow(True)
    return figure, flat


def reliability(observations: list[dict], path: Path) -> None:
    """Draw the share of right answers for ten bins of confidence; the size of a dot is that of the bin."""
    by_set = sets(observations)
    figure, flat = axes(
        len(by_set), "Predicted confidence and share of right answers (each set calibrated on the others)"
    )
    for observation, (name, rows) in zip(flat, by_set.items(), strict=False):
        p = np.array([row["p"] for row in rows])
        y = np.array([row["y"] for row in rows], dtype=float)
        bins = np.minimum((p * BINS).astype(int), BINS - 1)
        observation.plot([0, 1], [0, 1], color="#888", linewidth=0.8)
        inside = [bins == at for at in range(BINS) if (bins == at).any()]
        x_values = [p[in_bin].mean() for in_bin in inside]
        y_values = [y[in_bin].mean() for in_bin in inside]
        error = sum(in_bin.mean() * abs(p[in_bin].mean() - y[in_bin].mean()) for in_bin in inside)
        observation.plot(x_values, y_values, color=INK, linewidth=1)
        observation.scatter(
            x_values, y_values, s=[10 + 400 * in_bin.mean() for in_bin in inside], color=INK, alpha=0.6
        )
        observation.set(
            title=f"{name}\nECE {error:.3f}",
            xlim=(0, 1),
            ylim=(0, 1),
            xlabel="predicted confidence",
            ylabel="share right",
        )
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def risk_coverage(observations: list[dict], path: Path) -> None:
    """Draw the share of wrong answers among those answered first, by confidence."""
    by_set = sets(observations)
    figure, flat = axes(
        len(by_set),
        "Share of wrong answers by share of questions answered (each set calibrated on the others)",
    )
    for observation, (name, rows) in zip(flat, by_set.items(), strict=False):
        # Answerable questions, and those on unrelated topics.
        usual = sorted((row for row in rows if row["kind"] != "near"), key=lambda row: -row["p"])
        wrong = np.cumsum([not row["y"] for row in usual])
        answered = np.arange(1, len(usual) + 1)
        observation.plot(answered / len(usual), wrong / answered, color=INK, linewidth=1.2)
        observation.axhline(0.05, color="#b3541e", linewidth=0.8, linestyle="--")
        at = sum(row["p"] >= 0.5 for row in usual)
        if at:
            observation.scatter([at / len(usual)], [wrong[at - 1] / at], color="#b3541e", zorder=3)
        observation.set(title=name, xlim=(0, 1), ylim=(0, 0.6), xlabel="share answered", ylabel="share wrong")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    with (HERE / "calibration.csv").open(newline="") as file:
        observations = [
            {"set": row["set"], "kind": row["kind"], "p": float(row["confidence"]), "y": row["right"] == "1"}
            for row in csv.DictReader(file)
            if not ("squad20" in row["set"] and row["kind"] == "near")
        ]
    reliability(observations, HERE / "reliability.png")
    risk_coverage(observations, HERE / "risk_coverage.png")


if __name__ == "__main__":
    main()
