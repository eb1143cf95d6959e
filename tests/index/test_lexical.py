"""Texts by their words: BM25 as it is written down, in a stable order, within a filter."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from qa.index.lexical.bm25 import Entry, Lexical

ENTRIES = [
    Entry(3, 1, ["appl", "bread"]),
    Entry(4, 1, ["bread", "bread", "candl"]),
    Entry(7, 2, ["bread", "appl"]),
    Entry(9, 3, ["dragon"]),
]


@pytest.fixture
def lexical() -> Lexical:
    made = Lexical.new(None)
    made.add(ENTRIES, None)
    return made


def test_scores_are_those_of_bm25(lexical: Lexical) -> None:
    [(key, score)] = lexical.search(["candl"], 10)
    idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    # tantivy's form: (k1 + 1) in the numerator; lengths of 3 against a mean of 2.
    assert (key, score) == (4, pytest.approx(idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / 2)), rel=1e-3))


def test_equals_stand_in_the_order_of_their_keys(lexical: Lexical) -> None:
    found = lexical.search(["appl"], 10)
    assert [key for key, _ in found] == [3, 7]
    assert found[0][1] == found[1][1]
    assert [key for key, _ in lexical.search(["bread"], 10)] == [4, 3, 7]


def test_a_word_asked_for_twice_counts_once(lexical: Lexical) -> None:
    assert lexical.search(["appl", "appl"], 10) == lexical.search(["appl"], 10)


def test_a_text_without_any_of_the_words_is_not_found(lexical: Lexical) -> None:
    assert lexical.search(["unicorn"], 10) == []
    assert lexical.search([], 10) == []
    assert Lexical.new(None).search(["appl"], 10) == []


def test_only_documents_that_are_allowed_with_the_score_that_they_have_anyway(lexical: Lexical) -> None:
    everywhere = dict(lexical.search(["appl", "bread"], 10))
    assert lexical.search(["appl", "bread"], 10, {2}) == [(7, everywhere[7])]
    assert lexical.search(["appl"], 10, {3}) == []
    assert lexical.search(["appl"], 10, set()) == []


def test_no_more_than_were_asked_for_and_no_failure_where_there_are_fewer(lexical: Lexical) -> None:
    assert [key for key, _ in lexical.search(["bread"], 1)] == [4]
    assert len(lexical.search(["bread"], 1000)) == 3


def test_frequencies_and_lengths_are_those_of_the_texts(lexical: Lexical) -> None:
    assert [lexical.frequency(term) for term in ("bread", "appl", "unicorn")] == [3, 2, 0]
    assert (len(lexical), lexical.last, lexical.mean_length) == (4, 9, 2.0)


def test_what_was_added_to_a_copy_is_not_in_the_original(tmp_path: Path) -> None:
    first = Lexical.new(tmp_path / "a")
    first.add(ENTRIES[:2], tmp_path / "a")
    Lexical.copy(tmp_path / "a", tmp_path / "b")
    Lexical.load(tmp_path / "b").add(ENTRIES[2:], tmp_path / "b")
    assert [key for key, _ in Lexical.load(tmp_path / "a").search(["appl", "dragon"], 9)] == [3]
    assert {key for key, _ in Lexical.load(tmp_path / "b").search(["appl", "dragon"], 9)} == {3, 7, 9}


def test_without_a_removed_document_the_others_are_found_as_before(tmp_path: Path) -> None:
    Lexical.new(tmp_path / "a").add(ENTRIES, tmp_path / "a")
    Lexical.purge(tmp_path / "a", tmp_path / "b", {1, 3})
    found = Lexical.load(tmp_path / "b")
    assert [key for key, _ in found.search(["appl", "dragon"], 9)] == [9, 3]
    assert found.frequency("bread") == 2
