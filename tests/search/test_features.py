"""The features of every sentence of the candidates, computed alike for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from answering import document, index_of_documents
from readings import passage
from word_encoder import WordEncoder

from qa.index import Snapshot
from qa.search.features import MEASURES, Measured, measure
from qa.search.query import analyse
from qa.search.terms import PassageCache, PassageTerms, term_weights
from qa.types import Features, Sentence

GARDEN = "The garden holds an apple. A silver kettle is by the river. Nobody lives there."
TOWER = "The tower has a lantern.\n\nThe lantern is made of silver. It is old."


@pytest.fixture
def snapshot(
    tmp_path: Path, words: WordEncoder, place_of: Callable[[Path], Path | str]
) -> Iterator[Snapshot]:
    documents = [document("garden", GARDEN), document("tower", TOWER)]
    index = index_of_documents(tmp_path, words, documents, place_of(tmp_path))
    with index.snapshot() as opened:
        yield opened


@pytest.fixture
def candidates(snapshot: Snapshot) -> list[PassageTerms]:
    return PassageCache(-1, {}).of(snapshot, snapshot.store.passage_keys())


def measured(
    snapshot: Snapshot, encoder: WordEncoder, question: str, passages: list[PassageTerms]
) -> Measured:
    asked = analyse(question)
    idf = term_weights(asked, snapshot.indexes.sentence_terms)
    return measure(asked, encoder.encode([question], query=True)[0], snapshot.indexes, passages, idf)


def test_the_measures_are_the_features_of_the_first_stage() -> None:
    assert Features._fields == (*MEASURES, "reader", "reader_passage")


def test_there_is_a_row_for_each_sentence_in_order(
    snapshot: Snapshot, words: WordEncoder, candidates: list[PassageTerms]
) -> None:
    everything = measured(snapshot, words, "Where is the silver kettle?", candidates)
    rows = list(everything.sentences())
    assert everything.values.shape == (len(rows), len(MEASURES)) == (6, 5)
    texts = {"garden": GARDEN, "tower": TOWER}
    assert [texts[sentence.doc_id][sentence.start : sentence.end] for sentence, _ in rows] == [
        "The garden holds an apple.",
        "A silver kettle is by the river.",
        "Nobody lives there.",
        "The tower has a lantern.",
        "The lantern is made of silver.",
        "It is old.",
    ]
    for sentence, row in rows:
        assert row.start <= sentence.start < sentence.end <= row.end
    first_rows = [rows[at][0].start for at in everything.starts.tolist()]
    assert first_rows == [each.row.start for each in candidates]
    assert everything.values.argmax(axis=0).tolist()[0] == 1
    assert everything.values[1, MEASURES.index("coverage_sentence")] == pytest.approx(1)


def test_a_measure_does_not_depend_on_the_other_candidates(
    snapshot: Snapshot, words: WordEncoder, candidates: list[PassageTerms]
) -> None:
    question = "What is made of silver?"
    everything = measured(snapshot, words, question, candidates)
    alone = [measured(snapshot, words, question, [each]).values for each in candidates]
    np.testing.assert_allclose(np.concatenate(alone), everything.values, atol=1e-6)


def test_all_sentences_of_a_passage_have_the_measures_of_the_passage(
    snapshot: Snapshot, words: WordEncoder, candidates: list[PassageTerms]
) -> None:
    everything = measured(snapshot, words, "Where is the silver kettle?", candidates)
    garden = everything.values[:3]
    of_passage = [MEASURES.index(name) for name in ("dense_passage", "lexical_passage")]
    assert (garden[:, of_passage] == garden[0, of_passage]).all()
    assert (garden[0, of_passage] > 0).all()
    query = words.encode(["Where is the silver kettle?"], query=True)[0]
    # The index stores vectors with 16 bits.
    assert garden[0, of_passage[0]] == pytest.approx(
        float(query @ words.encode([f"garden\n{GARDEN}"])[0]), abs=5e-4
    )


def test_the_window_is_the_sentence_with_the_one_before_and_what_is_above(
    snapshot: Snapshot, words: WordEncoder, candidates: list[PassageTerms]
) -> None:
    window = MEASURES.index("coverage_window")
    own = MEASURES.index("coverage_sentence")

    def covered(question: str) -> tuple[list[int], list[int]]:
        values = measured(snapshot, words, question, candidates).values
        return np.flatnonzero(values[:, own]).tolist(), np.flatnonzero(values[:, window]).tolist()

    assert covered("apple") == ([0], [0, 1])
    # A title is above every sentence of its document.
    assert covered("tower") == ([3], [3, 4, 5])


def test_without_candidates_there_is_no_row(snapshot: Snapshot, words: WordEncoder) -> None:
    nothing = measured(snapshot, words, "apple", [])
    assert (nothing.values.shape, list(nothing.sentences())) == ((0, len(MEASURES)), [])
    assert nothing.starts.tolist() == []


def test_the_features_of_a_row_have_the_logits_of_a_reranker_if_it_was_read() -> None:
    values = np.arange(10, dtype=np.float32).reshape(2, 5)
    both = Measured([passage(1, "One.", "Two.", start=7)], values, np.array([0]))
    assert both.features({0: (-2.5, 1.5)}) == [
        Features(0, 1, 2, 3, 4, -2.5, 1.5),
        Features(5, 6, 7, 8, 9, None, None),
    ]
    assert [sentence for sentence, _ in both.sentences()] == [Sentence("d1", 7, 11), Sentence("d1", 12, 16)]
