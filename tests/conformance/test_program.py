"""The program runs on a second implementation of each protocol and returns the same answers."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from toys import ToyCatalogue, ToyEncoder, ToyLexical, ToyReranker, ToyStore, ToyVectors
from word_encoder import WordEncoder

import qa
from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.errors import StoreError
from qa.index import Index, backends, doctor
from qa.index.stores.sqlite import SqliteStore
from qa.record import Answer
from qa.rerankers import PassageText
from qa.search.searcher import Searcher

GARDEN = """# Garden

The garden holds an apple. It is under the oldest tree.

A silver kettle is by the river. Nobody lives in the 3 houses there.
"""
TOWER = "The tower has a lantern. The lantern is made of silver, and the mirror of glass.\n"
QUESTIONS = (
    "Where is the silver kettle?",
    "What is the lantern made of?",
    "How many houses are there?",
    '"silver kettle"',
    "Who ate the pepper in the quarry?",
)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setitem(backends.VECTORS, "toy", lambda: ToyVectors)
    monkeypatch.setitem(backends.LEXICAL, "toy", lambda: ToyLexical)
    return {"vectors": "toy", "lexical": "toy"}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "garden.md").write_text(GARDEN)
    (folder / "tower.txt").write_text(TOWER)
    return folder


def create_index(folder: Path, docs: Path, encoder: Encoder, **kinds: str) -> Index:
    index = Index.create(folder, encoder, {**backends.DEFAULT, **kinds})
    assert index.update([str(docs)], lambda: encoder).failed == []
    return index


def answers(index: Index, encoder: Encoder) -> list[Answer]:
    answerer = Answerer(index, encoder)
    return [answerer.ask(question, k=9) for question in QUESTIONS] + [
        answerer.ask("And how old is it?", after=[QUESTIONS[0]])
    ]


def assert_alike(answers_of_one: list[Answer], answers_of_other: list[Answer]) -> None:
    for expected, actual in zip(answers_of_one, answers_of_other, strict=True):
        assert expected.answered == actual.answered, expected.question
        assert expected.confidence == pytest.approx(actual.confidence, abs=1e-5)
        assert expected.understood_with == actual.understood_with
        assert [q.citation for q in expected.quotes] == [q.citation for q in actual.quotes], expected.question
        assert [q.score for q in expected.quotes] == pytest.approx([q.score for q in actual.quotes], abs=1e-5)


@pytest.mark.parametrize(
    "toy",
    [ToyVectors, ToyLexical, ToyStore, ToyCatalogue, ToyEncoder, ToyReranker],
    ids=lambda toy: toy.__name__,
)
def test_each_second_implementation_has_fewer_than_sixty_lines(toy: type) -> None:
    assert len(inspect.getsource(toy).splitlines()) < 60


@pytest.mark.parametrize("kind", ["vectors", "lexical"])
def test_second_search_indexes_return_the_same_answers(
    tmp_path: Path, docs: Path, words: WordEncoder, toys: dict[str, str], kind: str
) -> None:
    reference = create_index(tmp_path / "reference", docs, words)
    index = create_index(tmp_path / "toy", docs, words, **{kind: toys[kind]})
    assert_alike(answers(index, words), answers(reference, words))


def test_an_index_with_second_search_indexes_grows_shrinks_and_is_sound(
    tmp_path: Path, docs: Path, words: WordEncoder, toys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small limits, which make the program search every index.
    monkeypatch.setattr("qa.search.candidates.CANDIDATES", 2)
    index = create_index(tmp_path / "toy", docs, words, **toys)
    (docs / "forest.txt").write_text("The forest is full of pepper. A dragon sleeps in it.")
    index.update([str(docs)], lambda: words)
    answer = Answerer(index, words).ask("Where does the dragon sleep?")
    assert answer.quotes[0].citation.doc_id == "forest.txt"
    index.remove(["forest.txt"])
    assert doctor.check(tmp_path / "toy") == []
    # Another process reads these files from the disk.
    answer_of_reopened = Answerer(Index(tmp_path / "toy"), words).ask("Where does the dragon sleep?")
    assert "forest.txt" not in {quote.citation.doc_id for quote in answer_of_reopened.quotes}
    files = [path.read_bytes() for path in (tmp_path / "toy" / "derived").rglob("*") if path.is_file()]
    assert not any(b"dragon" in data for data in files)


def test_the_library_runs_on_a_second_encoder_and_second_search_indexes(
    tmp_path: Path, docs: Path, toys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, kind in toys.items():
        monkeypatch.setitem(backends.DEFAULT, key, kind)
    with qa.open(tmp_path / "library", model=ToyEncoder(), reranker="none") as library:
        library.add(docs)
        answer = library.ask("Where is the silver kettle?")
        assert answer.answered
        assert answer.quotes[0].text == "A silver kettle is by the river."
        library.remove("garden.md")
        assert {q.citation.doc_id for q in library.ask("Where is the kettle?").quotes} == {"tower.txt"}
        assert library.manifest()["vectors"] == "toy"


def test_an_index_names_the_search_indexes_it_needs(
    tmp_path: Path, docs: Path, words: WordEncoder, toys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    create_index(tmp_path / "toy", docs, words, **toys)
    monkeypatch.delitem(backends.VECTORS, "toy")
    with (
        pytest.raises(StoreError, match=r"needs the vector index toy .* has faiss, postings"),
        Index(tmp_path / "toy").snapshot(),
    ):
        pass


def test_a_second_store_returns_the_same_answers_under_different_keys(
    tmp_path: Path, docs: Path, words: WordEncoder
) -> None:
    reference = create_index(tmp_path / "index", docs, words)
    store = ToyCatalogue(SqliteStore(tmp_path / "index", writable=False))
    index = Index(tmp_path / "index", store)
    assert_alike(answers(index, words), answers(reference, words))
    assert [info.doc_id for info in index.documents()] == ["garden.md", "tower.txt"]
    assert index.document("tower.txt") == reference.document("tower.txt")
    with index.snapshot() as snapshot, reference.snapshot() as actual:
        assert snapshot.store.passage_keys() != actual.store.passage_keys()


def test_a_second_encoder_answers(tmp_path: Path, docs: Path) -> None:
    encoder = ToyEncoder()
    index = create_index(tmp_path / "index", docs, encoder)
    answer = Answerer(index, encoder).ask("Where is the silver kettle?")
    assert answer.quotes[0].text == "A silver kettle is by the river."
    assert answer.answered


def test_a_second_reranker_scores_and_marks_each_sentence(
    tmp_path: Path, docs: Path, words: WordEncoder
) -> None:
    index, reranker = create_index(tmp_path / "index", docs, words), ToyReranker()
    question = "Where is the silver kettle?"
    with index.snapshot() as snapshot:
        plain = Searcher(index, words).search(snapshot, question)
        read = Searcher(index, words, reranker).search(snapshot, question)
    assert {hit.features.reader for hit in plain.hits} == {None}
    for hit in read.hits:
        row = read.passage(hit)
        spans = tuple((sentence.start - row.start, sentence.end - row.start) for sentence in row.sentences)
        [reading] = reranker.read(question, [PassageText(row.text, spans)])
        at = [sentence.start for sentence in row.sentences].index(hit.sentence.start)
        assert hit.features.reader == pytest.approx(float(reading.sentences[at]))
        assert hit.features.reader_passage == pytest.approx(reading.passage)
        span = reading.answers[at]
        assert span is not None
        assert hit.answers == ((row.start + span.start, row.start + span.end),)
    best, *_ = Answerer(index, words, reranker=reranker).ask(question).quotes
    assert best.text == "A silver kettle is by the river."
    start = best.citation.start
    assert [best.text[m.start - start : m.end - start] for m in best.matched if m.kind == "answer"] == [
        "silver"
    ]
