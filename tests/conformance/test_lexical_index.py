"""The contract of every lexical index: BM25 as published, in a stable order, with a filter, saved on disk."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from postgres_indexes import PostgresTerms
from toys import ToyLexical

from qa.index.backends import DAMAGED
from qa.index.lexical.base import Entry, LexicalIndex, LexicalIndexes
from qa.index.lexical.postings import PostingsIndex

ENTRIES = [
    Entry(3, 1, ["appl", "bread"]),
    Entry(4, 1, ["bread", "bread", "candl"]),
    Entry(7, 2, ["bread", "appl"]),
    Entry(9, 3, ["dragon"]),
]


@pytest.fixture(params=[PostingsIndex, ToyLexical, PostgresTerms])
def kind(request: pytest.FixtureRequest) -> LexicalIndexes:
    if request.param is PostgresTerms:
        request.getfixturevalue("server")
    return request.param


@pytest.fixture
def index(kind: LexicalIndexes) -> LexicalIndex:
    index = kind.create(None)
    index.add(ENTRIES)
    return index


def keys(hits: list[tuple[int, float]]) -> list[int]:
    return [key for key, _ in hits]


def bm25(number: int, count: int, length: int) -> float:
    """Return the score of one term that occurs in that many of the four texts of mean length 2."""
    idf = math.log(1 + (4 - number + 0.5) / (number + 0.5))
    return idf * count / (count + 1.2 * (0.25 + 0.75 * length / 2))


def test_scores_are_bm25_up_to_a_constant_factor(index: LexicalIndex) -> None:
    [(key, candle)] = index.search(["candl"], 10)
    assert key == 4
    bread, both = dict(index.search(["bread"], 10)), dict(index.search(["bread", "appl"], 10))
    assert bread[3] / candle == pytest.approx(bm25(3, 1, 2) / bm25(1, 1, 3), rel=1e-3)
    assert bread[4] / candle == pytest.approx(bm25(3, 2, 3) / bm25(1, 1, 3), rel=1e-3)
    assert both[3] / candle == pytest.approx((bm25(3, 1, 2) + bm25(2, 1, 2)) / bm25(1, 1, 3), rel=1e-3)


def test_the_documents_with_a_term_are_found_once_each(index: LexicalIndex) -> None:
    assert index.documents_with(["bread"], 5) == {1, 2}
    assert index.documents_with(["candl", "dragon"], 5) == {1, 3}
    assert index.documents_with(["bread"], 5, documents=[2, 3]) == {2}
    assert index.documents_with(["river"], 5) == index.documents_with([], 5) == set()


def test_a_search_for_documents_may_stop_only_beyond_its_limit(kind: LexicalIndexes) -> None:
    index = kind.create(None)
    # Document 1 has more texts than one round of a search returns, and all of them are the best ones.
    texts = [Entry(key, 1, ["bread"]) for key in range(1, 400)]
    index.add([*texts, *(Entry(400 + at, 2 + at, ["bread", "and", "more", "words"]) for at in range(4))])
    assert index.documents_with(["bread"], 5) == {1, 2, 3, 4, 5}
    assert index.documents_with(["bread"], 4, documents=[1, 5]) == {1, 5}
    assert len(index.documents_with(["bread"], 2)) > 2


def test_equal_scores_are_in_the_order_of_their_keys(index: LexicalIndex) -> None:
    hits = index.search(["appl"], 10)
    assert keys(hits) == [3, 7]
    assert hits[0][1] == hits[1][1]
    assert keys(index.search(["bread"], 10)) == [4, 3, 7]


def test_a_repeated_query_word_counts_once(index: LexicalIndex) -> None:
    assert index.search(["appl", "appl"], 10) == index.search(["appl"], 10)


def test_a_text_without_query_words_is_no_hit(kind: LexicalIndexes, index: LexicalIndex) -> None:
    assert index.search(["unicorn"], 10) == []
    assert index.search([], 10) == []
    assert kind.create(None).search(["appl"], 10) == []


def test_a_filter_selects_documents_without_changing_their_scores(index: LexicalIndex) -> None:
    everywhere = dict(index.search(["appl", "bread"], 10))
    assert index.search(["appl", "bread"], 10, {2}) == [(7, pytest.approx(everywhere[7]))]
    assert index.search(["appl"], 10, {3}) == []
    assert index.search(["appl"], 10, set()) == []


def test_at_most_k_hits_are_returned(index: LexicalIndex) -> None:
    assert keys(index.search(["bread"], 1)) == [4]
    assert len(index.search(["bread"], 1000)) == 3


def test_matching_texts_have_one_term_of_each_group(kind: LexicalIndexes, index: LexicalIndex) -> None:
    assert index.having([["bread"]], 10) == [3, 4, 7]
    assert index.having([["bread"], ["appl", "candl"]], 10) == [3, 4, 7]
    assert index.having([["bread"], ["candl"]], 10) == [4]
    assert index.having([["bread"], ["dragon"]], 10) == []
    assert index.having([["bread"]], 10, {2, 3}) == [7]
    assert index.having([["bread"]], 10, set()) == []
    assert len(index.having([["bread"]], 2)) == 2
    assert index.having([], 10) == kind.create(None).having([["bread"]], 10) == []


def test_frequencies_and_lengths_are_those_of_the_texts(kind: LexicalIndexes, index: LexicalIndex) -> None:
    index.prepare(["bread", "unicorn"])
    assert [index.frequency(term) for term in ("bread", "appl", "unicorn")] == [3, 2, 0]
    assert (len(index), index.last, index.mean_length) == (4, 9, 2.0)
    assert list(index.entries()) == [(3, 1, 2), (4, 1, 3), (7, 2, 2), (9, 3, 1)]
    empty = kind.create(None)
    assert (len(empty), empty.last, empty.mean_length, list(empty.entries())) == (0, 0, 1.0, [])


def test_entries_are_added_after_the_last_key(index: LexicalIndex) -> None:
    index.add([Entry(12, 4, ["appl"]), Entry(13, 4, [])])
    assert keys(index.search(["appl"], 10)) == [12, 3, 7]
    assert (len(index), index.last, index.frequency("appl")) == (6, 13, 3)


def test_added_entries_are_on_disk(kind: LexicalIndexes, tmp_path: Path) -> None:
    index = kind.create(tmp_path / "a")
    index.add(ENTRIES[:2])
    index.add(ENTRIES[2:])
    loaded = kind.load(tmp_path / "a")
    assert list(loaded.entries()) == list(index.entries())
    assert loaded.search(["appl", "bread"], 9) == index.search(["appl", "bread"], 9)


def test_additions_to_a_derived_index_do_not_change_its_source(kind: LexicalIndexes, tmp_path: Path) -> None:
    kind.create(tmp_path / "a").add(ENTRIES[:2])
    kind.derive(tmp_path / "a", tmp_path / "b", None).add(ENTRIES[2:])
    assert keys(kind.load(tmp_path / "a").search(["appl", "dragon"], 9)) == [3]
    assert set(keys(kind.load(tmp_path / "b").search(["appl", "dragon"], 9))) == {3, 7, 9}


def test_removing_a_document_does_not_change_the_others(kind: LexicalIndexes, tmp_path: Path) -> None:
    kind.create(tmp_path / "a").add(ENTRIES)
    derived = kind.derive(tmp_path / "a", tmp_path / "b", {1, 3})
    derived.add([Entry(12, 4, ["bread"])])
    for index in (derived, kind.load(tmp_path / "b")):
        assert keys(index.search(["appl", "dragon"], 9)) == [9, 3]
        assert (index.frequency("bread"), index.last) == (3, 12)
    assert kind.load(tmp_path / "a").frequency("bread") == 3


def test_a_missing_index_raises_a_damage_error(kind: LexicalIndexes, tmp_path: Path) -> None:
    with pytest.raises(DAMAGED):
        kind.load(tmp_path / "gone")
    with pytest.raises(DAMAGED):
        kind.derive(tmp_path / "gone", tmp_path / "b", None)
