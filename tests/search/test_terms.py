"""The terms of passages, and how well they match those of a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from readings import passage

from qa.index.search_indexes import passage_terms
from qa.index.stores.rows import DocumentHeader, PassageRow, SentenceRow
from qa.search.query import Question, Term, analyse
from qa.search.terms import (
    ABOVE,
    K1,
    B,
    Occurrences,
    PassageCache,
    PassageTerms,
    bm25,
    coverage,
    term_weights,
)
from qa.types import Sentence


class Frequencies:
    """A lexical index of which only the frequencies are known."""

    def __init__(self, size: int, **frequencies: int) -> None:
        self.size = size
        self.frequencies = frequencies

    def __len__(self) -> int:
        return self.size

    def prepare(self, terms: Iterable[str]) -> None:
        pass

    def frequency(self, term: str) -> int:
        return self.frequencies.get(term, 0)


def covered(idf: Mapping[Term, float], *texts: Iterable[str]) -> list[float]:
    """Return the share of the terms' weight that each text has."""
    own = [set(text) for text in texts]
    present = np.array([[not text.isdisjoint(term) for text in own] for term in idf], dtype=bool)
    return coverage(present.reshape(len(idf), len(own)), idf).tolist()


def scored(text: Mapping[str, int], length: int, mean: float) -> float:
    """Return the BM25 score of a text for the terms of `IDF`."""
    counts = np.array([[max(text.get(form, 0) for form in term)] for term in IDF], dtype=float)
    return float(bm25(counts, np.array([length]), IDF, mean)[0])


def weights_of(question: Question, index: Frequencies) -> dict[str, float]:
    weights = term_weights(question, index)  # type: ignore[arg-type]
    return {term[0]: weight for term, weight in weights.items()}


# Passages


def test_a_passage_counts_the_terms_that_the_index_has() -> None:
    title, headings = "Lease of “Harbor” Mills", ("Part I", "14. Notices")
    whole = passage(
        1,
        "14.2 The notice is in wri-\nting.",
        "“Café” is 10⁹ € to the com-\nmittee.",
        title=title,
        headings=headings,
    )
    # A word between two sentences belongs to none, and counts.
    row = PassageRow(
        1, 1, 0, 29, headings, "One two. (a) Three, four. end", (SentenceRow(1, 0, 8), SentenceRow(2, 13, 25))
    )
    between = PassageTerms(row, DocumentHeader("d1", title, "en"))
    for terms in (whole, between):
        counts = Counter(passage_terms(terms.row, title, "en"))
        assert {term: number for term, (number, *_) in terms.terms.items()} == counts
        assert terms.length == counts.total()


def test_a_passage_has_the_terms_of_each_sentence_and_of_all_that_is_above() -> None:
    terms = passage(
        1, "The cats sleep.", "A cat eats 2 fishes.", title="Animals", headings=("House cats", "2.1 Feeding")
    )
    assert terms.keys == (100, 101)
    assert terms.sentences == (Sentence("d1", 0, 15), Sentence("d1", 16, 36))
    # The number of occurrences in title, headings and text, then where they are.
    assert terms.terms == {
        "anim": (1, ABOVE),
        "hous": (1, ABOVE),
        "cat": (3, ABOVE, 0, 1),
        "2": (2, ABOVE, 1),
        "1": (1, ABOVE),
        "feed": (1, ABOVE),
        "the": (1, 0),
        "sleep": (1, 0),
        "a": (1, 1),
        "eat": (1, 1),
        "fish": (1, 1),
    }
    assert terms.length == 14
    assert terms.read_length == len("Animals" + "House cats" + "2.1 Feeding" + terms.row.text)


def test_each_passage_is_read_once_and_returned_in_the_order_of_the_keys() -> None:
    known = {key: passage(key, f"Sentence {key}.") for key in (1, 2, 3)}
    asked: list[list[int]] = []

    def passages(keys: Iterable[int]) -> list[PassageRow]:
        asked.append(sorted(keys))
        # A store may return them in any order.
        return [known[key].row for key in reversed(asked[-1])]

    def headers(keys: set[int]) -> dict[int, DocumentHeader]:
        return {key: known[key].document for key in keys}

    snapshot: Any = SimpleNamespace(store=SimpleNamespace(passages=passages, headers=headers))
    cache = PassageCache(1, {})
    first = cache.of(snapshot, {3, 1})
    assert [terms.row for terms in first] == [known[1].row, known[3].row]
    assert [terms.document.doc_id for terms in first] == ["d1", "d3"]
    again = cache.of(snapshot, [3, 2, 1])
    assert asked == [[1, 3], [2]]
    assert [terms.row.id for terms in again] == [1, 2, 3]
    assert (again[0], again[2]) == (first[0], first[1])
    assert all(isinstance(terms, PassageTerms) for terms in again)


# Weights


def test_a_rare_term_weighs_more_and_an_unknown_term_most() -> None:
    weights = weights_of(analyse("silver kettle unicorn"), Frequencies(10, silver=6, kettl=2))
    assert weights["silver"] == pytest.approx(math.log(1 + 4.5 / 6.5))
    assert weights["kettl"] == pytest.approx(math.log(1 + 8.5 / 2.5))
    assert 0 < weights["silver"] < weights["kettl"] < weights["unicorn"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_weight_is_negative_or_zero(size: int, frequency: int) -> None:
    # A term may be in more texts than there are, while another process removes documents.
    [weight] = weights_of(analyse("kettle"), Frequencies(size, kettl=frequency)).values()
    assert weight > 0


def test_the_most_frequent_form_of_a_word_counts() -> None:
    index = Frequencies(10, haus=1, hauser=7)
    [weight] = weights_of(analyse("Häuser", ("de", "en")), index).values()
    assert weight == pytest.approx(math.log(1 + 3.5 / 7.5))


def test_a_term_of_an_earlier_question_weighs_less() -> None:
    question = analyse("kettle")
    index = Frequencies(10, kettl=2)
    lighter = Question(question.text, question.terms, lighter={("kettl",): 0.25})
    assert weights_of(lighter, index)["kettl"] == pytest.approx(weights_of(question, index)["kettl"] / 4)


# Matches

IDF = {("silver",): 1.0, ("haus", "hauser"): 3.0}
words = st.sampled_from(["silver", "haus", "hauser", "other"])
texts = st.lists(words, max_size=30)


def test_the_terms_of_a_question_are_located_in_any_form() -> None:
    passages = [
        passage(1, "Das Haus ist alt.", "Häuser und Haus.", title="Silver"),
        passage(2, "Nothing here.", "A silver house.", headings=("Haus",)),
    ]
    located = Occurrences.of([("silver",), ("haus", "häuser", "hous"), ("unicorn",)], passages)
    # The most frequent form counts.
    assert located.counts.tolist() == [[1, 1], [2, 1], [0, 0]]
    assert located.above.tolist() == [[True, False], [False, True], [False, False]]
    assert located.sentences.tolist() == [
        [False, False, False, True],
        [True, True, False, True],
        [False] * 4,
    ]
    assert Occurrences.of([], passages).sentences.shape == (0, 4)
    assert Occurrences.of([("silver",)], []).counts.shape == (1, 0)


def test_a_form_of_two_terms_is_located_for_both() -> None:
    located = Occurrences.of([("silver", "gold"), ("gold",)], [passage(1, "Gold and gold and silver.")])
    assert located.counts.tolist() == [[2], [2]]
    assert located.sentences.tolist() == [[True], [True]]


def test_bm25_is_a_share_of_its_bound() -> None:
    norm = K1 * (1 - B + B * 8 / 4)
    expected = (1.0 * 2 / (2 + norm) + 3.0 * 1 / (1 + norm)) / 4.0
    assert scored({"silver": 2, "hauser": 1, "other": 5}, 8, 4.0) == pytest.approx(expected)
    assert scored({"other": 3}, 3, 4.0) == 0


@given(texts, st.floats(0.1, 1000))
def test_bm25_is_between_0_and_1_and_grows_with_each_occurrence(text: list[str], mean: float) -> None:
    counts = Counter(text)
    score = scored(counts, 40, mean)
    assert 0 <= score < 1
    assert scored(counts | Counter({"silver": counts["silver"] + 1}), 40, mean) > score
    assert scored(counts, 80, mean) <= score


def test_coverage_is_the_share_of_the_weight() -> None:
    assert covered(IDF, {"silver"}, {"hauser"}, {"haus"}, {"haus", "hauser"}, {"other"}, ()) == [
        0.25,
        0.75,
        0.75,
        0.75,
        0,
        0,
    ]
    assert covered(IDF, {"silver", "other", "haus"}) == [1]
    assert covered({}, {"silver"}) == [1]


def test_the_coverage_of_many_terms_is_that_of_each() -> None:
    idf = {(f"word{at}",): 1.0 + at for at in range(300)}
    shares = covered(idf, *({f"word{at}", f"word{at + 1}"} for at in range(299)))
    assert shares == pytest.approx([(2 * at + 3) / sum(idf.values()) for at in range(299)])


@given(texts, texts)
def test_another_text_never_lowers_the_coverage(text: list[str], other: list[str]) -> None:
    one, two, both = covered(IDF, text, other, [*text, *other])
    assert max(one, two) <= both <= 1
