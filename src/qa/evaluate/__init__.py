"""Measure answers on questions with gold answers: figures of retrieval and of abstention, and misses."""

from __future__ import annotations

from qa.evaluate.figures import (
    CalibrationResult,
    Figures,
    Outcome,
    auroc,
    calibration_error,
    figures,
    ndcg,
)
from qa.evaluate.gold import LEAST_SHARE, Gold, folded, gold_of, is_right, is_right_text
from qa.evaluate.judged import Judged, evaluate, judge_answer, outcome
from qa.types import DEPTH

__all__ = [
    "DEPTH",
    "LEAST_SHARE",
    "CalibrationResult",
    "Figures",
    "Gold",
    "Judged",
    "Outcome",
    "auroc",
    "calibration_error",
    "evaluate",
    "figures",
    "folded",
    "gold_of",
    "is_right",
    "is_right_text",
    "judge_answer",
    "ndcg",
    "outcome",
]
