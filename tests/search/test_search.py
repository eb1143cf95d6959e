"""Every candidate has the same features from every list, and the order is stable."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from readings import WordReranker
from word_encoder import WordEncoder

from qa.errors import ModelError, UsageError
from qa.index import Index
from qa.search.result import SearchResult
from qa.search.searcher import Searcher
from qa.types import Features, Hit


def index_of(
    folder: Path, encoder: WordEncoder, texts: Mapping[str, str], place: Path | str | None = None
) -> Index:
    """Return an index of texts by their ids, with the ids as titles."""
    corpus = folder / "corpus.jsonl"
    corpus.write_text(
        "".join(json.dumps({"_id": name, "title": name, "text": text}) + "\n" for name, text in texts.items())
    )
    index = Index.create(place or folder / "index", encoder)
    assert index.update([str(corpus)], lambda: encoder).failed == []
    return index


def search(index: Index, encoder: WordEncoder, question: str, *documents: str) -> SearchResult:
    with index.snapshot() as snapshot:
        return Searcher(index, encoder).search(snapshot, question, documents)


def text_of(index: Index, hit: Hit) -> str:
    document = index.document(hit.sentence.doc_id)
    assert document is not None
    return document.text[hit.sentence.start : hit.sentence.end]


GARDEN = "The garden holds an apple. A silver kettle stands by the river. Nobody lives in 3 houses there."
TOWER = "The tower has a lantern. The lantern is made of silver."


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder, place_of: Callable[[Path], Path | str]) -> Index:
    return index_of(tmp_path, words, {"garden": GARDEN, "tower": TOWER}, place_of(tmp_path))


def test_every_sentence_of_a_small_index_is_a_hit_and_the_best_comes_first(
    index: Index, words: WordEncoder
) -> None:
    result = search(index, words, "Where is the silver kettle?")
    assert [hit.rank for hit in result.hits] == [1, 2, 3, 4, 5]
    assert text_of(index, result.hits[0]) == "A silver kettle stands by the river."
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)


def test_the_features_of_a_sentence_match_a_manual_computation(index: Index, words: WordEncoder) -> None:
    result = search(index, words, "silver kettle unicorn")
    hit = result.hits[0]
    passage = result.passage(hit)
    assert passage.text == GARDEN
    query, sentence, whole = words.encode(
        ["silver kettle unicorn", "A silver kettle stands by the river.", f"garden\n{GARDEN}"]
    )
    # Five sentences, two passages: silver is in two sentences, kettle in one, unicorn in none.
    idf = {n: math.log(1 + (5 - n + 0.5) / (n + 0.5)) for n in (0, 1, 2)}
    total = sum(idf.values())
    passage_idf = {n: math.log(1 + (2 - n + 0.5) / (n + 0.5)) for n in (0, 1, 2)}
    counts = [19, 12]
    passage_norm = 1.2 * (0.25 + 0.75 * counts[0] / (sum(counts) / 2))
    expected = Features(
        dense_sentence=float(query @ sentence),
        dense_passage=float(query @ whole),
        lexical_passage=(passage_idf[2] + passage_idf[1]) / (1 + passage_norm) / sum(passage_idf.values()),
        coverage_sentence=(idf[2] + idf[1]) / total,
        coverage_window=(idf[2] + idf[1]) / total,
    )
    for name in Features.__slots__:
        want = getattr(expected, name)
        assert getattr(hit.features, name) == (None if want is None else pytest.approx(want, abs=1e-5)), name
    assert result.unknown == pytest.approx(idf[0] / total)


def test_the_window_and_the_sentence_are_separate_features(index: Index, words: WordEncoder) -> None:
    hits = {text_of(index, hit): hit.features for hit in search(index, words, "How many towers?").hits}
    opening, second = hits["The tower has a lantern."], hits["The lantern is made of silver."]
    # "many" occurs nowhere: the rest of the weight is that of the tower.
    assert 1 > opening.coverage_window == opening.coverage_sentence > 0
    assert (second.coverage_sentence, second.coverage_window) == (0, opening.coverage_window)
    assert hits["Nobody lives in 3 houses there."].coverage_window == 0


def test_equal_scores_are_in_the_order_of_document_and_place(tmp_path: Path, words: WordEncoder) -> None:
    index = index_of(tmp_path, words, {"b": "An apple.", "c": "An apple. An apple.", "a": "An apple."})
    result = search(index, words, "pear")
    places = [(hit.sentence.doc_id, hit.sentence.start) for hit in result.hits]
    assert sorted(places[:2]) == places[:2] == [("a", 0), ("b", 0)]
    assert places[2:] == [("c", 0), ("c", 10)]
    scores = [hit.score for hit in result.hits]
    assert (scores[0], scores[2]) == (scores[1], scores[3])


# A reader


def test_a_reader_reads_in_the_languages_that_it_supports(index: Index, words: WordEncoder) -> None:
    reranker = WordReranker({"Nobody": 1000.0}, languages=frozenset({"en"}))
    searcher = Searcher(index, words, reranker)
    with index.snapshot() as snapshot:
        read = searcher.search(snapshot, "Where is the silver kettle?")
        german = searcher.search(snapshot, "Wo ist der silberne Kessel in dem Garten?")
    assert (read.stage, german.stage, german.unread) == ("reader", "hybrid", None)
    assert reranker.questions == ["Where is the silver kettle?"]
    best = read.hits[0]
    assert text_of(index, best) == "Nobody lives in 3 houses there."
    assert (best.features.reader, best.features.reader_passage) == (1000, 1000)
    assert best.answers == ((best.sentence.start, best.sentence.start + len("Nobody")),)
    assert all(hit.features.reader == -4 and hit.answers == () for hit in read.hits[1:])
    assert {hit.features.reader_passage for hit in read.hits} == {1000, -4}
    assert all(hit.features.reader is None for hit in german.hits)


def test_the_features_without_a_reader_do_not_depend_on_it(index: Index, words: WordEncoder) -> None:
    question = "Where is the silver kettle?"
    with index.snapshot() as snapshot:
        plain = Searcher(index, words).search(snapshot, question)
        read = Searcher(index, words, WordReranker({"apple": 9.0})).search(snapshot, question)
    assert plain.stage == "hybrid"
    features = {hit.sentence: hit.features for hit in plain.hits}
    assert features == {
        hit.sentence: hit.features._replace(reader=None, reader_passage=None) for hit in read.hits
    }


def test_a_question_in_a_language_that_the_encoder_does_not_support_is_not_read(tmp_path: Path) -> None:
    encoder = WordEncoder(languages=frozenset({"en"}))
    index = index_of(tmp_path, encoder, {"garden": GARDEN})
    reranker = WordReranker({"Nobody": 1000.0})
    with index.snapshot() as snapshot:
        result = Searcher(index, encoder, reranker).search(
            snapshot, "Wo ist der silberne Kessel in dem Garten?"
        )
    assert (result.stage, result.unread, reranker.questions) == ("words", "de", [])


def test_a_follow_up_is_read_together_with_the_earlier_questions(index: Index, words: WordEncoder) -> None:
    reranker = WordReranker({})
    with index.snapshot() as snapshot:
        Searcher(index, words, reranker).search(snapshot, "And why?", after=["Who met the dragon?", "When?"])
    assert reranker.questions == ["And why? When? Who met the dragon?"]


# Selected documents

SPECIAL = ("plan [1].txt", "plan 1.txt", "sub/plan.txt", "sub/*.txt")


@pytest.fixture
def special(tmp_path: Path, words: WordEncoder, place_of: Callable[[Path], Path | str]) -> Index:
    texts = {name: f"An apple number {at}." for at, name in enumerate(SPECIAL)}
    return index_of(tmp_path, words, texts, place_of(tmp_path))


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["plan [1].txt"], {"plan [1].txt"}),
        (["plan [[]1].txt"], {"plan [1].txt"}),
        (["plan [0-9].txt"], {"plan 1.txt"}),
        (["sub/*.txt"], {"sub/*.txt"}),
        (["sub/*"], {"sub/plan.txt", "sub/*.txt"}),
        (["*"], set(SPECIAL)),
        (["plan 1.txt", "sub/p*"], {"plan 1.txt", "sub/plan.txt"}),
    ],
)
def test_document_patterns_match_ids_before_globs(
    special: Index, words: WordEncoder, patterns: list[str], expected: set[str]
) -> None:
    result = search(special, words, "apple", *patterns)
    assert {hit.sentence.doc_id for hit in result.hits} == expected


@pytest.mark.parametrize("pattern", ["PLAN 1.txt", "nothing*", ""])
def test_an_unknown_document_is_refused_with_advice(special: Index, words: WordEncoder, pattern: str) -> None:
    with pytest.raises(UsageError, match=r"No document matches .*; see: qa list"):
        search(special, words, "apple", pattern)


def test_another_model_is_refused(index: Index) -> None:
    with pytest.raises(ModelError, match="was built with the model"):
        Searcher(index, WordEncoder(("pear",), "others"))


# A larger index: candidates come from four lists, which do not change the features


def test_the_lists_return_the_same_best_hits_as_an_exhaustive_search(
    tmp_path: Path, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    vocabulary = words.vocabulary
    texts = {
        f"d{n}": f"The {vocabulary[n % 20]} met the {vocabulary[(7 * n + 3) % 20]} on day {n}. It was late."
        for n in range(60)
    }
    index = index_of(tmp_path, words, texts)
    everything = search(index, words, "When did the dragon meet the tower on day 17?")
    monkeypatch.setattr("qa.search.candidates.CANDIDATES", 12)
    listed = search(index, words, "When did the dragon meet the tower on day 17?")
    assert 12 <= len(listed.hits) < len(everything.hits) == 120
    assert [(h.sentence, h.score) for h in listed.hits[:5]] == [
        (h.sentence, pytest.approx(h.score)) for h in everything.hits[:5]
    ]
    monkeypatch.setattr("qa.search.candidates.SCAN", 0)
    limited = search(index, words, "When did the dragon meet the tower on day 17?", "d1*")
    assert {h.sentence.doc_id for h in limited.hits} <= {name for name in texts if name.startswith("d1")}
    assert limited.hits[0].sentence == next(
        h.sentence for h in everything.hits if h.sentence.doc_id.startswith("d1")
    )


def test_analysed_passages_are_dropped_with_their_generation(tmp_path: Path, words: WordEncoder) -> None:
    index = index_of(tmp_path, words, {"a": "An apple."})
    searcher = Searcher(index, words)
    with index.snapshot() as snapshot:
        assert len(searcher.search(snapshot, "apple").hits) == 1
    (tmp_path / "b.txt").write_text("A dragon. An apple.")
    index.update([str(tmp_path / "b.txt")], lambda: words)
    index.remove(["a"])
    with index.snapshot() as snapshot:
        result = searcher.search(snapshot, "apple")
    assert {hit.sentence.doc_id for hit in result.hits} == {"b.txt"}
    assert np.isfinite([hit.score for hit in result.hits]).all()
