"""Two results of the same questions: differences, intervals, tests, and the questions gained and lost."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from handmade_answers import answer, quote
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap

import qa
from qa.evaluate.comparison import Contrast, contrast
from qa.record import Answer, to_json_line

ROWS = [{"id": str(number), "question": "Q?", "answers": ["five"]} for number in range(6)]
RIGHT, WRONG = quote("five"), quote("six")


def answers(*right: bool) -> list[Answer]:
    return [answer(RIGHT if hit else WRONG, id=str(number)) for number, hit in enumerate(right)]


def refused(match: str) -> pytest.RaisesExc[qa.UsageError]:
    return pytest.raises(qa.UsageError, match=match)


def named(comparison: qa.Comparison) -> dict[str, Contrast]:
    return {each.name: each for each in comparison.contrasts}


def test_shares_are_compared_by_the_exact_test_of_mcnemar() -> None:
    result = contrast("hit@1", [1, 1, 0, 0, 0, 0, 0, 1], [1, 0, 1, 1, 1, 1, 1, 1])
    assert (result.questions, result.a, result.b, result.difference) == (8, 0.375, 0.875, 0.5)
    assert (result.better, result.worse) == (5, 1)
    # Six discordant pairs, of which at most one is against B: 2 * (1 + 6) / 2**6.
    assert result.p == pytest.approx(2 * 7 / 64)


def test_means_are_compared_by_random_signs() -> None:
    a, b = [0.5, 0.25, 1.0, 0.2, 0.0, 1.0], [1.0, 0.5, 0.5, 1.0, 0.1, 1.0]
    differences = np.subtract(b, a)
    signs = list(product((1, -1), repeat=6))
    extreme = sum(abs((differences * s).sum()) >= abs(differences.sum()) - 1e-9 for s in signs)
    assert contrast("mrr", a, b).p == pytest.approx(extreme / len(signs), abs=0.02)


def test_the_interval_is_that_of_the_paired_bootstrap() -> None:
    generator = np.random.default_rng(1)
    a = generator.choice([0.0, 0.2, 0.25, 0.5, 1.0], 80)
    b = np.where(generator.random(80) < 0.3, generator.choice([0.2, 1.0], 80), a)
    result = contrast("mrr", a.tolist(), b.tolist())
    reference = bootstrap((b - a,), np.mean, method="percentile", random_state=2).confidence_interval
    assert (result.low, result.high) == pytest.approx((reference.low, reference.high), abs=0.01)
    assert result == contrast("mrr", a.tolist(), b.tolist())


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.1, 0.5, 1.0])] * 2), min_size=1, max_size=30))
def test_a_contrast_is_antisymmetric_and_in_bounds(pairs: list[tuple[float, float]]) -> None:
    a, b = zip(*pairs, strict=True)
    forward, back = contrast("x", a, b), contrast("x", b, a)
    assert forward.difference == pytest.approx(-back.difference)
    assert (forward.better, forward.worse) == (back.worse, back.better)
    assert 0 < forward.p <= 1
    assert forward.p == pytest.approx(back.p, abs=0.03)
    if forward.low is not None and forward.high is not None:
        assert -1 <= forward.low <= forward.high <= 1


def test_equal_results_have_no_difference() -> None:
    result = contrast("mrr", [0.5, 0.2], [0.5, 0.2])
    assert (result.difference, result.low, result.high, result.p) == (0, 0, 0, 1)
    assert contrast("mrr", [0.5], [0.2]).low is None


def test_many_different_values_need_little_memory() -> None:
    values = np.linspace(0, 1, 5_000)
    result = contrast("ndcg", values.tolist(), (values**1.01).tolist())
    assert result.low is not None
    assert result.low < result.difference < (result.high or -math.inf)


def test_the_questions_gained_and_lost_are_listed() -> None:
    a, b = answers(True, True, False, False, True, True), answers(True, False, True, True, True, True)
    comparison = qa.compare(a, list(reversed(b)), ROWS)
    assert [pair.a.id for pair in comparison.gained] == ["2", "3"]
    assert [(pair.a.id, pair.b.miss) for pair in comparison.lost] == [("1", "wrong")]
    hit = named(comparison)["hit@1"]
    assert (hit.a, hit.b, hit.better, hit.worse) == (pytest.approx(4 / 6), pytest.approx(5 / 6), 2, 1)
    assert "ndcg" not in named(comparison)
    report = comparison.report()
    assert "2 of 6 questions gained: missed by A, not by B\n\n2: Q?\n    wanted: five\n    A: wrong" in report
    assert "hit@1                 0.667   0.833   +0.167" in report
    value = json.loads(comparison.report("json"))
    assert (value["version"], value["a"], value["b"], value["level"]) == (1, "A", "B", 0.95)
    assert [each["id"] for each in value["gained"]] == ["2", "3"]
    assert value["lost"][0]["b"]["quotes"][0]["text"] == "six"
    page = comparison.report("html")
    assert page.count("<blockquote") == 6
    assert "1 of 6 questions lost" in page


def test_files_of_all_kinds_are_compared(tmp_path: Path) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.json"
    a.write_text("".join(to_json_line(each) + "\n" for each in answers(True, False)))
    b.write_text(qa.judge(answers(True, True), ROWS[:2]).report("json"))
    run, qrels = tmp_path / "run.txt", tmp_path / "qrels.txt"
    qrels.write_text("0 0 d 1\n1 0 d 1\n")
    run.write_text("0 Q0 x 1 2 r\n0 Q0 d 2 1 r\n1 Q0 d 1 1 r\n")
    comparison = qa.compare(a, b, ROWS[:2])
    assert comparison.names == (str(a), str(b))
    assert named(comparison)["hit@1"].difference == 0.5
    ranked = named(qa.compare(a, run, qrels=qrels))
    assert (ranked["mrr"].a, ranked["mrr"].b) == (1.0, 0.75)
    assert "answered" not in ranked


def test_different_questions_or_gold_answers_are_refused() -> None:
    with refused(r"^4 questions of A are not in B \(the first has the id 2\)"):
        qa.compare(qa.judge(answers(*[True] * 6), ROWS), qa.judge(answers(True, True), ROWS[:2]))
    other = [{**ROWS[0], "answers": [], "answerable": False}]
    with refused("^The question 0 has an answer in A or B, but not in both"):
        qa.compare(qa.judge(answers(True), ROWS[:1]), qa.judge(answers(True), other))
