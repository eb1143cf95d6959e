"""Metrics by their definitions, checked against manual computation."""

from __future__ import annotations

import math

import pytest
from handmade_answers import answer, quote
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import UsageError
from qa.evaluate import (
    Gold,
    Outcome,
    auroc,
    calibration_error,
    evaluate,
    figures,
    gold_of,
    is_right,
    ndcg,
    outcome,
)
from qa.record import Answer

# What is right


@pytest.mark.parametrize(
    ("text", "gold", "right"),
    [
        ("There were five\n rounds.", Gold(("FIVE rounds",)), True),
        ("There were six rounds.", Gold(("five rounds",)), False),
        ("five rounds of eastward", Gold(("five rounds of eastward expansion in a row",)), True),
        ("five rounds", Gold(("five rounds of eastward expansion in a row",)), False),
        ("five rounds", Gold(("five rounds",), doc_id="d"), True),
        ("five rounds", Gold(("five rounds",), doc_id="other"), False),
        ("five rounds", Gold(("none", "five")), True),
        ("five rounds", Gold(()), False),
    ],
)
def test_a_quote_is_right_if_it_contains_the_gold_or_is_most_of_it(
    text: str, gold: Gold, right: bool
) -> None:
    assert is_right(quote(text), gold) is right


def test_the_same_words_in_the_gold_document_are_right() -> None:
    assert is_right(quote("five", also="gold"), Gold(("five",), doc_id="gold"))


def test_an_outcome_keeps_the_rank_of_the_first_right_quote() -> None:
    given_answer = answer(quote("one two three"), quote("four", rank=2), quote("four", rank=3))
    assert outcome(given_answer, Gold(("four",))) == Outcome(Gold(("four",)), 2, (), 0.75, True, 3)
    assert outcome(answer(answered=False), Gold(("four",))).rank is None


def test_graded_documents_count_once_in_the_order_of_their_first_quote() -> None:
    gold = Gold(relevant={"a": 2, "b": 1})
    given_answer = answer(quote("x", "c"), quote("y", "b", 2), quote("z", "b", 3), quote("w", "a", 4))
    result = outcome(given_answer, gold)
    assert (result.gains, result.rank) == ((0, 1, 2), 2)


# Gold answers in common forms


@pytest.mark.parametrize(
    ("row", "gold"),
    [
        ({"answers": ["a", " ", "b"]}, Gold(("a", "b"))),
        ({"answers": "a; b"}, Gold(("a", "b"))),
        ({"quotes": ["a"], "doc_id": "d"}, Gold(("a",), "d")),
        ({"quotes": [], "answerable": False}, Gold(answerable=False)),
        ({"answers": ""}, Gold(answerable=False)),
        ({"answer": "a", "answerable": "TRUE"}, Gold(("a",))),
        ({"answerable": "no"}, Gold(answerable=False)),
        ({"relevant": {"d": 1}}, Gold(relevant={"d": 1})),
        ({"relevant": "d; e"}, Gold(relevant={"d": 1, "e": 1})),
        ({"relevant": ["d", "e"]}, Gold(relevant={"d": 1, "e": 1})),
        ({"answer": 42}, Gold(("42",))),
    ],
)
def test_gold_answers_are_read_in_common_forms(row: dict[str, object], gold: Gold) -> None:
    assert gold_of(row) == gold


def test_questions_without_gold_answers_are_refused_with_advice() -> None:
    with pytest.raises(UsageError, match="no gold answers; add a column answers"):
        gold_of({"id": 1})


@pytest.mark.parametrize("relevant", [3, {"d": "high"}, {"d": True}, {"d": float("inf")}])
def test_relevant_documents_without_ids_or_grades_are_refused(relevant: object) -> None:
    with pytest.raises(UsageError, match="must have ids of documents, or grades"):
        gold_of({"relevant": relevant})


# Figures


def test_ndcg_matches_its_definition() -> None:
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert ndcg([0, 1, 2], {"a": 2, "b": 1}) == pytest.approx((1 / math.log2(3) + 2 / math.log2(4)) / ideal)
    assert ndcg([2, 1], {"a": 2, "b": 1}) == 1
    assert ndcg([], {"a": 1}) == 0
    assert ndcg([1, 1], {"a": 1, "b": 1}, k=1) == 1
    assert ndcg([0], {"a": 0}) == 0


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([0.9, 0.8], [0.1], 1.0), ([0.1], [0.9], 0.0), ([0.5], [0.5], 0.5), ([0.9, 0.4], [0.5, 0.4], 0.625),
     ([], [0.5], None), ([0.5], [], None)],
)  # fmt: skip
def test_auroc_is_the_share_of_correctly_ordered_pairs(
    positive: list[float], negative: list[float], expected: float | None
) -> None:
    assert auroc(positive, negative) == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
def test_auroc_agrees_with_counting_every_pair(positive: list[int], negative: list[int]) -> None:
    pairs = [1.0 if p > n else 0.5 if p == n else 0.0 for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))


def test_calibration_error_is_the_mean_gap_between_confidence_and_accuracy() -> None:
    # One bin has confidence 0.95 and one right of two; the other has 0.0 and none right.
    assert calibration_error([0.95, 0.95, 0.0, 0.0], [True, False, False, False]) == pytest.approx(0.225)
    assert calibration_error([1.0], [True]) == 0
    assert calibration_error([1.0], [False]) == 1


def test_the_figures_of_a_set() -> None:
    gold, none = Gold(("a",)), Gold(answerable=False)
    outcomes = [
        Outcome(gold, 1, (), 0.9, True, 10),
        Outcome(gold, 4, (), 0.8, True, 20),
        Outcome(gold, None, (), 0.3, False, 0),
        Outcome(none, None, (), 0.6, True, 10),
        Outcome(none, None, (), 0.1, False, 10),
    ]
    result = figures(outcomes)
    assert (result.questions, result.answerable) == (5, 3)
    assert result.hit == pytest.approx({1: 1 / 3, 3: 1 / 3, 10: 2 / 3})
    assert result.mrr == pytest.approx((1 + 1 / 4) / 3)
    assert result.words == 10
    assert result.answered == pytest.approx(2 / 3)
    assert result.answered_wrongly == 0.5
    assert result.right_when_answered == pytest.approx(1 / 3)
    assert result.auroc == pytest.approx(5 / 6)
    assert result.ece == pytest.approx((0.1 + 0.8 + 0.3 + 0.6 + 0.1) / 5)
    assert result.ndcg is None


def test_a_set_without_questions_of_a_kind_has_no_figure_for_it() -> None:
    result = figures([Outcome(Gold(answerable=False), None, (), 0.1, False, 0)])
    assert (result.hit, result.mrr, result.auroc, result.right_when_answered) == (None, None, None, None)
    assert figures([]).ece is None


def test_every_question_is_asked_once_in_order() -> None:
    asked: list[str] = []

    def ask(name: str) -> Answer:
        asked.append(name)
        return answer(quote(name))

    counts: list[int] = []
    result = evaluate([(Gold(("a",)), lambda: ask("a")), (Gold(("a",)), lambda: ask("b"))], counts.append)
    assert [o.rank for o in result] == [1, None]
    assert (asked, counts) == (["a", "b"], [1, 2])
