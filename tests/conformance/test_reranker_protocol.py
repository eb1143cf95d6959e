"""The contract of every reranker: a score in [0, 1] for each passage that depends on nothing else."""

from __future__ import annotations

import pytest
from toys import ToyReranker

from qa.rerankers import Reranker

QUESTION = "Where is the silver kettle?"
PASSAGES = ["It rained.", "The silver kettle is by the river.", "The kettle is old.", ""]


@pytest.fixture(params=[ToyReranker])
def reranker(request: pytest.FixtureRequest) -> Reranker:
    return request.param()


def test_the_passage_with_the_answer_has_the_highest_score(reranker: Reranker) -> None:
    scores = list(reranker.score(QUESTION, PASSAGES))
    assert len(scores) == len(PASSAGES)
    assert all(0 <= score <= 1 for score in scores)
    assert max(scores) == scores[1]


def test_a_score_does_not_depend_on_the_other_passages(reranker: Reranker) -> None:
    together = list(reranker.score(QUESTION, PASSAGES))
    assert together == pytest.approx([reranker.score(QUESTION, [text])[0] for text in PASSAGES])
    assert list(reranker.score(QUESTION, PASSAGES[::-1])) == pytest.approx(together[::-1])


def test_no_passages_return_no_scores_and_the_reranker_has_a_name(reranker: Reranker) -> None:
    assert list(reranker.score(QUESTION, [])) == []
    assert reranker.name
