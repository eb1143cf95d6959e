from __future__ import annotations

import pytest
from answer_strategies import answers
from hypothesis import given

from qa.programs.calls import MOST_QUOTES
from qa.record import Answer, Citation, Context, Quote
from qa.types import QUOTES
from qa.web.groups import by_document, is_grouped, may_have_more, next_count


def quote(rank: int, name: str) -> Quote:
    cited = Citation(
        doc_id=name, title=name.upper(), sha256="0" * 64, uri=None, page=None, line=rank, start=rank,
        end=rank + 1, prefix="", suffix="",
    )  # fmt: skip
    return Quote(
        rank=rank, text="x", score=1.0, matched=(), citation=cited, context=Context(start=0, end=1, text="x")
    )


def record(count: int) -> Answer:
    quotes = tuple(quote(rank, "a") for rank in range(1, count + 1))
    return Answer(id="1", question="?", answered=True, confidence=0.9, reason=None, quotes=quotes)


def test_quotes_are_grouped_by_document_in_the_order_of_the_best() -> None:
    groups = by_document([quote(1, "b"), quote(2, "a"), quote(3, "b"), quote(4, "c")])
    assert [(group.name, [q.rank for q in group.quotes]) for group in groups] == [
        ("B", [1, 3]), ("A", [2]), ("C", [4])
    ]  # fmt: skip


@given(answers())
def test_no_quote_is_lost_in_a_group(answer: Answer) -> None:
    groups = by_document(answer.quotes)
    assert sorted(q.rank for group in groups for q in group.quotes) == sorted(q.rank for q in answer.quotes)


@pytest.mark.parametrize(
    ("count", "more"), [(0, False), (2, False), (3, True), (4, False), (13, True), (43, True), (50, False)]
)
def test_more_are_offered_while_as_many_came_as_were_requested(count: int, more: bool) -> None:
    assert may_have_more(record(count)) is more
    assert is_grouped(record(count)) is (count > QUOTES)


def test_each_request_adds_some_up_to_a_limit() -> None:
    counts = [QUOTES]
    while counts[-1] < MOST_QUOTES:
        counts.append(next_count(counts[-1]))
    assert counts == [3, 13, 23, 33, 43, 50]
    assert next_count(-1) == 13
