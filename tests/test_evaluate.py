"""Figures as they are defined, worked out by hand."""

from __future__ import annotations

import math

import pytest
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
from qa.record import Answer, Citation, Context, Quote


def quote(text: str, doc_id: str = "d", rank: int = 1, also: str | None = None) -> Quote:
    def cited(name: str) -> Citation:
        return Citation(
            doc_id=name, title="T", sha256="0" * 64, uri=None, page=None, line=1, start=0, end=len(text),
            prefix="", suffix="",
        )  # fmt: skip

    others = () if also is None else (cited(also),)
    context = Context(start=0, end=len(text), text=text)
    return Quote(
        rank=rank, text=text, score=0.5, matched=(), citation=cited(doc_id), also=others, context=context
    )


def answer(*quotes: Quote, answered: bool = True, confidence: float = 0.75) -> Answer:
    return Answer(
        id="1", question="Q?", answered=answered, confidence=confidence, reason=None if answered else "no",
        quotes=quotes,
    )  # fmt: skip


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
def test_a_quote_is_right_where_it_holds_the_gold_or_is_most_of_it(
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
    found = outcome(given_answer, gold)
    assert (found.gains, found.rank) == ((0, 1, 2), 2)


# Gold as people write it


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
    ],
)
def test_gold_answers_are_read_as_people_write_them(row: dict[str, object], gold: Gold) -> None:
    assert gold_of(row) == gold


def test_questions_without_gold_answers_are_refused_with_what_to_add() -> None:
    with pytest.raises(UsageError, match="no gold answers; add a column answers"):
        gold_of({"id": 1})


# Figures


def test_ndcg_is_that_of_its_definition() -> None:
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
def test_auroc_is_the_share_of_pairs_in_the_right_order(
    positive: list[float], negative: list[float], expected: float | None
) -> None:
    assert auroc(positive, negative) == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
def test_auroc_agrees_with_counting_every_pair(positive: list[int], negative: list[int]) -> None:
    pairs = [1.0 if p > n else 0.5 if p == n else 0.0 for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))


def test_calibration_error_is_the_mean_gap_between_word_and_deed() -> None:
    # One bin: says 0.95 and is right in one of two; another: says 0.0 and never is.
    assert calibration_error([0.95, 0.95, 0.0, 0.0], [True, False, False, False]) == pytest.approx(0.225)
    assert calibration_error([1.0], [True]) == 0
    assert calibration_error([1.0], [False]) == 1


def test_the_figures_of_a_set_are_these() -> None:
    gold, none = Gold(("a",)), Gold(answerable=False)
    outcomes = [
        Outcome(gold, 1, (), 0.9, True, 10),
        Outcome(gold, 4, (), 0.8, True, 20),
        Outcome(gold, None, (), 0.3, False, 0),
        Outcome(none, None, (), 0.6, True, 10),
        Outcome(none, None, (), 0.1, False, 10),
    ]
    found = figures(outcomes)
    assert (found.questions, found.answerable) == (5, 3)
    assert found.hit == pytest.approx({1: 1 / 3, 3: 1 / 3, 10: 2 / 3})
    assert found.mrr == pytest.approx((1 + 1 / 4) / 3)
    assert found.words == 10
    assert found.answered == pytest.approx(2 / 3)
    assert found.answered_wrongly == 0.5
    assert found.right_when_answered == pytest.approx(1 / 3)
    assert found.auroc == pytest.approx(5 / 6)
    assert found.ece == pytest.approx((0.1 + 0.8 + 0.3 + 0.6 + 0.1) / 5)
    assert found.ndcg is None


def test_a_set_without_any_question_of_a_kind_has_no_figure_for_it() -> None:
    found = figures([Outcome(Gold(answerable=False), None, (), 0.1, False, 0)])
    assert (found.hit, found.mrr, found.auroc, found.right_when_answered) == (None, None, None, None)
    assert figures([]).ece is None


def test_every_question_is_asked_once_in_order() -> None:
    asked: list[str] = []

    def ask(name: str) -> Answer:
        asked.append(name)
        return answer(quote(name))

    counts: list[int] = []
    found = evaluate([(Gold(("a",)), lambda: ask("a")), (Gold(("a",)), lambda: ask("b"))], counts.append)
    assert [o.rank for o in found] == [1, None]
    assert (asked, counts) == (["a", "b"], [1, 2])
