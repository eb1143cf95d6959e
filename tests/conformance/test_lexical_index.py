"""What every lexical index does: BM25 as it is written down, in a stable order, within a filter, on disk."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from toys import ToyLexical

from qa.index.backends import DAMAGED
from qa.index.lexical.base import Entry, LexicalIndex, LexicalIndexes
from qa.index.lexical.tantivy import TantivyIndex

ENTRIES = [
    Entry(3, 1, ["appl", "bread"]),
    Entry(4, 1, ["bread", "bread", "candl"]),
    Entry(7, 2, ["bread", "appl"]),
    Entry(9, 3, ["dragon"]),
]


@pytest.fixture(params=[TantivyIndex, ToyLexical])
def kind(request: pytest.FixtureRequest) -> LexicalIndexes:
    return request.param


@pytest.fixture
def index(kind: LexicalIndexes) -> LexicalIndex:
    index = kind.create(None)
    index.add(ENTRIES)
    return index


def keys(hits: list[tuple[int, float]]) -> list[int]:
    return [key for key, _ in hits]


def bm25(number: int, count: int, length: int) -> float:
    """The score of one term, which is in so many of the four texts; their mean length is 2."""
    idf = math.log(1 + (4 - number + 0.5) / (number + 0.5))
    return idf * count / (count + 1.2 * (0.25 + 0.75 * length / 2))


def test_scores_are_those_of_bm25_but_for_a_constant(index: LexicalIndex) -> None:
    [(key, candle)] = index.search(["candl"], 10)
    assert key == 4
    bread, both = dict(index.search(["bread"], 10)), dict(index.search(["bread", "appl"], 10))
    assert bread[3] / candle == pytest.approx(bm25(3, 1, 2) / bm25(1, 1, 3), rel=1e-3)
    assert bread[4] / candle == pytest.approx(bm25(3, 2, 3) / bm25(1, 1, 3), rel=1e-3)
    assert both[3] / candle == pytest.approx((bm25(3, 1, 2) + bm25(2, 1, 2)) / bm25(1, 1, 3), rel=1e-3)


def test_equals_are_in_the_order_of_their_keys(index: LexicalIndex) -> None:
    hits = index.search(["appl"], 10)
    assert keys(hits) == [3, 7]
    assert hits[0][1] == hits[1][1]
    assert keys(index.search(["bread"], 10)) == [4, 3, 7]


def test_a_word_asked_for_twice_counts_once(index: LexicalIndex) -> None:
    assert index.search(["appl", "appl"], 10) == index.search(["appl"], 10)


def test_a_text_without_any_of_the_words_is_no_hit(kind: LexicalIndexes, index: LexicalIndex) -> None:
    assert index.search(["unicorn"], 10) == []
    assert index.search([], 10) == []
    assert kind.create(None).search(["appl"], 10) == []


def test_only_documents_that_are_allowed_with_the_score_that_they_have_anyway(index: LexicalIndex) -> None:
    everywhere = dict(index.search(["appl", "bread"], 10))
    assert index.search(["appl", "bread"], 10, {2}) == [(7, pytest.approx(everywhere[7]))]
    assert index.search(["appl"], 10, {3}) == []
    assert index.search(["appl"], 10, set()) == []


def test_no_more_than_were_asked_for_and_no_failure_where_there_are_fewer(index: LexicalIndex) -> None:
    assert keys(index.search(["bread"], 1)) == [4]
    assert len(index.search(["bread"], 1000)) == 3


def test_a_text_has_one_term_of_each_group(kind: LexicalIndexes, index: LexicalIndex) -> None:
    assert index.having([["bread"]], 10) == [3, 4, 7]
    assert index.having([["bread"], ["appl", "candl"]], 10) == [3, 4, 7]
    assert index.having([["bread"], ["candl"]], 10) == [4]
    assert index.having([["bread"], ["dragon"]], 10) == []
    assert index.having([["bread"]], 10, {2, 3}) == [7]
    assert index.having([["bread"]], 10, set()) == []
    assert len(index.having([["bread"]], 2)) == 2
    assert index.having([], 10) == kind.create(None).having([["bread"]], 10) == []


def test_frequencies_and_lengths_are_those_of_the_texts(kind: LexicalIndexes, index: LexicalIndex) -> None:
    assert [index.frequency(term) for term in ("bread", "appl", "unicorn")] == [3, 2, 0]
    assert (len(index), index.last, index.mean_length) == (4, 9, 2.0)
    assert list(index.entries()) == [(3, 1, 2), (4, 1, 3), (7, 2, 2), (9, 3, 1)]
    empty = kind.create(None)
    assert (len(empty), empty.last, empty.mean_length, list(empty.entries())) == (0, 0, 1.0, [])


def test_more_is_added_after_the_last_key(index: LexicalIndex) -> None:
    index.add([Entry(12, 4, ["appl"]), Entry(13, 4, [])])
    assert keys(index.search(["appl"], 10)) == [12, 3, 7]
    assert (len(index), index.last, index.frequency("appl")) == (6, 13, 3)


def test_what_was_added_is_on_disk(kind: LexicalIndexes, tmp_path: Path) -> None:
    index = kind.create(tmp_path / "a")
    index.add(ENTRIES[:2])
    index.add(ENTRIES[2:])
    loaded = kind.load(tmp_path / "a")
    assert list(loaded.entries()) == list(index.entries())
    assert loaded.search(["appl", "bread"], 9) == index.search(["appl", "bread"], 9)


def test_what_is_added_to_a_derived_index_is_not_in_its_source(kind: LexicalIndexes, tmp_path: Path) -> None:
    kind.create(tmp_path / "a").add(ENTRIES[:2])
    kind.derive(tmp_path / "a", tmp_path / "b", None).add(ENTRIES[2:])
    assert keys(kind.load(tmp_path / "a").search(["appl", "dragon"], 9)) == [3]
    assert set(keys(kind.load(tmp_path / "b").search(["appl", "dragon"], 9))) == {3, 7, 9}


def test_without_a_removed_document_the_others_are_as_before(kind: LexicalIndexes, tmp_path: Path) -> None:
    kind.create(tmp_path / "a").add(ENTRIES)
    derived = kind.derive(tmp_path / "a", tmp_path / "b", {1, 3})
    derived.add([Entry(12, 4, ["bread"])])
    for index in (derived, kind.load(tmp_path / "b")):
        assert keys(index.search(["appl", "dragon"], 9)) == [9, 3]
        assert (index.frequency("bread"), index.last) == (3, 12)
    assert kind.load(tmp_path / "a").frequency("bread") == 3


def test_what_is_not_there_raises_one_of_the_errors_of_damage(kind: LexicalIndexes, tmp_path: Path) -> None:
    with pytest.raises(DAMAGED):
        kind.load(tmp_path / "gone")
    with pytest.raises(DAMAGED):
        kind.derive(tmp_path / "gone", tmp_path / "b", None)
