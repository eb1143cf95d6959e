"""The shipped text: its questions are answered by the first quote, and others are not answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.evaluate import gold_of, is_right
from qa.index import Index

LINES = (Path(__file__).parent / "source_questions.jsonl").read_text().splitlines()
QUESTIONS = [json.loads(line) for line in LINES]
ANSWERABLE = [row for row in QUESTIONS if row["answerable"]]
OTHERS = [row for row in QUESTIONS if not row["answerable"]]


@pytest.fixture(scope="module", params=["reader", "none"])
def answerer(request: pytest.FixtureRequest, model: Encoder, source_folder: Path) -> Answerer:
    """The program with its reader, which is the default, and without."""
    reranker = request.getfixturevalue("reader") if request.param == "reader" else None
    return Answerer(Index(source_folder), model, reranker=reranker)


def test_the_questions_are_those_of_the_file() -> None:
    assert (len(ANSWERABLE), len(OTHERS)) == (16, 8)


@pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: row["question"])
def test_the_first_quote_contains_the_answer(answerer: Answerer, row: dict[str, Any]) -> None:
    assert is_right(answerer.ask(row["question"]).quotes[0], gold_of(row))


@pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: row["question"])
def test_answerable_questions_are_answered(answerer: Answerer, row: dict[str, Any]) -> None:
    answer = answerer.ask(row["question"])
    assert answer.answered, f"confidence {answer.confidence:.3f}"


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row["question"])
def test_unanswerable_questions_are_not_answered(answerer: Answerer, row: dict[str, Any]) -> None:
    answer = answerer.ask(row["question"])
    assert not answer.answered, f"confidence {answer.confidence:.3f}: {answer.quotes[0].text}"
