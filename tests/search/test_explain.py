"""Explanations of a quote: parts that add up to its score, and words that add up to its similarity."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from answering import document, index_of_documents
from readings import WordReranker
from word_encoder import VOCABULARY, WordEncoder

from qa.answer.answerer import Answerer
from qa.encoders import Encoder, SentenceTransformerEncoder, TokenEncoder
from qa.errors import UsageError
from qa.index import Index
from qa.index.update import sentence_input
from qa.search.explain import LABELS, MEANING, explain, hit_in, similar_words
from qa.search.fitted import WEIGHTS, Stage
from qa.search.result import SearchResult
from qa.search.searcher import Searcher
from qa.types import Hit, Sentence

QUESTION = "Which automobile did the committee buy?"
SENTENCES = {
    "plain": "The committee bought a car in 1990.",
    "broken lines": "The commit-\ntee  of the Franco-\nGerman bor\u00adder bought\n an auto-\n  mobile.",
    "accents": "Le comite\u0301 a achete\u0301 une automobile à São Paulo, déjà.",
    "no blanks": "委员会买了一辆汽车。It was a car.",
    "emoji": "The committee 😀 bought 🚗🚗 a car 👩\u200d👧!",
    "far too long": "The committee bought a car. " + "It was red and blue and old. " * 60 + "Automobile",
    "one character": "车",
}
BY_NAME = pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES.keys())


@pytest.fixture(scope="module")
def query(model: Encoder) -> Any:
    return model.encode([QUESTION], query=True)[0]


@BY_NAME
def test_tokens_add_up_to_the_vector_and_its_similarity(
    text: str, model: SentenceTransformerEncoder, query: Any
) -> None:
    embedded = sentence_input(text)
    tokenized = model.tokens(embedded)
    assert tokenized is not None
    assert tokenized.shares.shape == (len(tokenized.spans), model.dimension)
    [vector] = model.encode([embedded])
    np.testing.assert_allclose(tokenized.shares.sum(axis=0), vector, atol=1e-6)
    assert float((tokenized.shares @ query).sum()) == pytest.approx(float(vector @ query), abs=1e-6)
    # The special tokens of the model are at both ends and cover no character.
    assert tokenized.spans[0] == tokenized.spans[-1] == (0, 0)
    assert all(0 <= start < end <= len(embedded) for start, end in tokenized.spans[1:-1])


@BY_NAME
def test_words_are_whole_words_of_the_text_and_the_rest_belongs_to_no_word(
    text: str, model: SentenceTransformerEncoder, query: Any
) -> None:
    words = similar_words(text, query, model)
    tokenized = model.tokens(sentence_input(text))
    assert tokenized is not None
    shares = (tokenized.shares @ query).tolist()
    embedded = sentence_input(text)
    of_words = [
        share
        for (start, end), share in zip(tokenized.spans, shares, strict=True)
        if any(sign.isalnum() for sign in embedded[start:end])
    ]
    assert math.fsum(share for *_, share in words) == pytest.approx(math.fsum(of_words), abs=1e-6)
    for start, end, _ in words:
        assert text[start].isalnum()
        before, after = text[start - 1 : start], text[end : end + 1]
        # Except in scripts without spaces, a word ends where its letters end.
        assert not (text[start].isascii() and before.isascii() and before.isalnum())
        assert not (text[end - 1].isascii() and after.isascii() and after.isalnum())


def test_words_with_the_meaning_of_the_question_have_the_largest_share(model: Encoder, query: Any) -> None:
    text = SENTENCES["plain"]
    most, second = sorted(similar_words(text, query, model), key=lambda word: -word[2])[:2]
    assert {text[start:end] for start, end, _ in (most, second)} == {"car", "committee"}


def test_a_word_split_by_a_line_end_or_soft_hyphen_is_one_word(model: Encoder, query: Any) -> None:
    text = SENTENCES["broken lines"]
    assert [text[start:end] for start, end, _ in similar_words(text, query, model)] == [
        "The", "commit-\ntee", "of", "the", "Franco", "German", "bor\u00adder", "bought", "an",
        "auto-\n  mobile",
    ]  # fmt: skip


def test_text_beyond_the_limit_of_the_model_has_no_share(model: Encoder, query: Any) -> None:
    words = similar_words(SENTENCES["far too long"], query, model)
    assert [share for *_, share in words[300:]] == [0.0] * len(words[300:])
    assert words[1][2] > 0


# Other models


def other_model(plain: SentenceTransformerEncoder, mode: str, **options: Any) -> SentenceTransformerEncoder:
    """The same transformer under another pooling, or with prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling

    include = options.pop("include_prompt", True)
    pooling = Pooling(plain.dimension, pooling_mode=mode, include_prompt=include)
    transformer = SentenceTransformer(modules=[plain.model[0], pooling], device="cpu", **options)
    return SentenceTransformerEncoder(transformer, "other", "other", None)


@pytest.mark.parametrize("include", [True, False])
def test_a_prompt_belongs_to_no_word(plain: SentenceTransformerEncoder, include: bool) -> None:
    prompts = {"query": "query: ", "document": "passage: "}
    encoder = other_model(plain, "mean", prompts=prompts, include_prompt=include)
    text = "The committee bought a passage."
    tokenized = encoder.tokens(text)
    assert tokenized is not None
    np.testing.assert_allclose(tokenized.shares.sum(axis=0), encoder.encode([text])[0], atol=1e-6)
    named = [text[start:end] for start, end in tokenized.spans if start < end]
    assert named == ["The", "committee", "bought", "a", "passage", "."]
    assert tokenized.spans[:3] == ((0, 0),) * 3
    assert bool(tokenized.shares[1].any()) is include


@pytest.mark.parametrize("mode", ["cls", "max", "lasttoken", "weightedmean"])
def test_a_model_without_mean_pooling_has_no_token_shares(
    plain: SentenceTransformerEncoder, query: Any, mode: str
) -> None:
    encoder = other_model(plain, mode)
    assert encoder.tokens(SENTENCES["plain"]) is None
    assert similar_words(SENTENCES["plain"], query, encoder) == []


def test_a_model_with_a_layer_after_the_mean_has_no_token_shares(plain: SentenceTransformerEncoder) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Pooling

    size = plain.dimension
    modules = [plain.model[0], Pooling(size), Dense(size, size)]
    transformer = SentenceTransformer(modules=modules, device="cpu")
    assert SentenceTransformerEncoder(transformer, "dense", "dense", None).tokens(SENTENCES["plain"]) is None


def test_an_encoder_without_tokens_has_no_token_shares(model: Encoder, words: WordEncoder) -> None:
    assert isinstance(model, TokenEncoder)
    assert not isinstance(words, TokenEncoder)
    assert similar_words("An apple.", words.encode(["apple"], query=True)[0], words) == []


# Whole answers


def test_every_part_has_a_description() -> None:
    parts = {name for weights in WEIGHTS.values() for name in weights}
    assert LABELS.keys() == parts | {"unread", "clause", "section", "name", "repeated"}
    assert len(set(LABELS.values())) == len(LABELS)


@pytest.mark.parametrize(
    "question",
    [
        "How many rounds of eastward expansion has NATO carried out?",
        "Who did the Chinese Foreign Minister speak with on the phone?",
        "When did the war begin?",
        'What is said of "Cold War mentality"?',
        "Wie heißt der Minister?",
    ],
)
def test_the_parts_of_every_quote_add_up_to_its_score(
    source_folder: Path, model: Encoder, question: str
) -> None:
    index = Index(source_folder)
    answer = Answerer(index, model).ask(question, k=8, why=True)
    document = index.document("source.txt")
    assert document is not None
    assert len(answer.quotes) == 8
    for quote in answer.quotes:
        assert math.fsum(part.value for part in quote.why) == pytest.approx(quote.score, abs=1e-9)
        assert [part.value for part in quote.why] == sorted((p.value for p in quote.why), reverse=True)
        meanings = [part for part in quote.why if part.label == LABELS[MEANING]]
        # If the model does not support the language of the question, its meaning adds nothing.
        assert len(meanings) == (0 if question.startswith("Wie") else 1)
        if not meanings:
            continue
        meaning = meanings[0]
        assert meaning.words
        for word in meaning.words:
            assert quote.citation.start <= word.start < word.end <= quote.citation.end
            assert document.text[word.start : word.end].isalnum()
        # Special tokens and punctuation have the rest of the similarity.
        assert abs(math.fsum(word.value for word in meaning.words)) <= WEIGHTS["hybrid"][MEANING]
        assert all(not part.words for part in quote.why if part is not meaning)


# The parts of each stage, with an encoder whose vectors can be computed by hand

CLAUSES = [
    f"2.{number} The {word} is kept by the clerk{word}, who was chosen by the whole council in the spring of "
    "that year. Nobody else may ever keep it."
    for number, word in enumerate(VOCABULARY[:18], start=1)
]
READ = 14
"""Number of passages that a reranker reads in these tests."""
KETTLE = "Who keeps the kettle of the clerkkettle?"


@pytest.fixture
def english() -> WordEncoder:
    return WordEncoder(languages=frozenset({"en"}))


@pytest.fixture
def contract(
    tmp_path: Path,
    english: WordEncoder,
    monkeypatch: pytest.MonkeyPatch,
    place_of: Callable[[Path], Path | str],
) -> Index:
    """An index of a document with more passages than a reranker reads."""
    monkeypatch.setattr("qa.search.rank.MOST", READ)
    clauses = [document("contract", "\n\n".join(CLAUSES))]
    index = index_of_documents(tmp_path, english, clauses, place_of(tmp_path))
    with index.snapshot() as snapshot:
        assert len(snapshot.store.passage_keys()) == len(CLAUSES) > READ
    return index


def labelled(result: SearchResult, hit: Hit, encoder: Encoder) -> dict[str, float]:
    """Return the parts of a hit's score by the names of their labels, and check that they are complete."""
    parts = explain(result, hit, encoder)
    assert math.fsum(part.value for part in parts) == pytest.approx(hit.score, abs=1e-9)
    values = [part.value for part in parts]
    assert values == sorted(values, reverse=True)
    assert all(values)
    names = {label: name for name, label in LABELS.items()}
    return {names[part.label]: part.value for part in parts}


def searched(
    index: Index, encoder: WordEncoder, question: str, reranker: WordReranker | None, *after: str
) -> SearchResult:
    searcher = Searcher(index, encoder, reranker)
    with index.snapshot() as snapshot:
        previous = searcher.search(snapshot, after[-1]) if after else None
        return searcher.search(snapshot, question, (), after, previous)


@pytest.mark.parametrize("stage", list(WEIGHTS))
def test_the_parts_are_those_of_the_stage(contract: Index, english: WordEncoder, stage: Stage) -> None:
    question = "Wo ist der kettle in dem Garten?" if stage == "words" else KETTLE
    reranker = WordReranker({"kept": 0.7}) if stage == "reader" else None
    result = searched(contract, english, question, reranker)
    assert result.stage == stage
    assert labelled(result, result.hits[0], english)
    for hit in result.hits:
        parts = labelled(result, hit, english)
        is_unread = stage == "reader" and hit.features.reader is None
        weights = WEIGHTS["hybrid" if is_unread else stage]
        expected = {name: weight * getattr(hit.features, name) for name, weight in weights.items()}
        if is_unread:
            expected["unread"] = result.shift
        assert parts == pytest.approx({name: value for name, value in expected.items() if value})
    assert len({hit.features.reader for hit in result.hits}) == (3 if stage == "reader" else 1)


def test_inexact_weights_leave_no_part_that_is_only_rounding(
    contract: Index, english: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = {**WEIGHTS, "reader": {**WEIGHTS["reader"], "reader": 0.8731}}
    for module in ("rank", "explain"):
        monkeypatch.setattr(f"qa.search.{module}.WEIGHTS", weights)
    result = searched(contract, english, KETTLE, WordReranker({"kept": 7.123456}))
    for hit in result.hits:
        assert not labelled(result, hit, english).keys() & {"clause", "section", "name", "repeated"}


def test_a_clause_named_by_number_has_a_part_even_if_it_was_not_read(
    contract: Index, english: WordEncoder
) -> None:
    # The first clauses have more of these words than clause 2.18 has.
    listed = [name for word in VOCABULARY[:READ] for name in (word, f"clerk{word}")]
    for number, is_read in (("2.18", False), ("2.3", True)):
        question = f"What does clause {number} say of {', '.join(listed)}?"
        result = searched(contract, english, question, WordReranker({"kept": 2.0}))
        best, *others = result.hits
        assert best.features.reader == (2 if is_read else None)
        row = result.passage(best)
        assert row.text.startswith(f"{number} The ")
        parts = labelled(result, best, english)
        assert parts["clause"] > 0
        assert parts.get("unread") == (None if is_read else pytest.approx(result.shift))
        assert all("clause" not in labelled(result, hit, english) for hit in others)


@pytest.mark.parametrize("reranker", [None, WordReranker({"kettle": 50.0})], ids=["hybrid", "reader"])
def test_a_sentence_quoted_just_before_has_a_part(
    contract: Index, english: WordEncoder, reranker: WordReranker | None
) -> None:
    first = searched(contract, english, KETTLE, reranker).hits[0]
    result = searched(contract, english, "And why?", reranker, KETTLE)
    repeated = hit_in(result, first.sentence)
    assert repeated is not None
    assert repeated.rank == 2
    assert labelled(result, repeated, english)["repeated"] < 0
    assert "repeated" not in labelled(result, result.hits[0], english)


def test_the_answer_does_not_depend_on_the_explanation(source_folder: Path, model: Encoder) -> None:
    answerer = Answerer(Index(source_folder), model)
    plain = answerer.ask("Who spoke on the phone?")
    explained = answerer.ask("Who spoke on the phone?", why=True)
    assert all(quote.why == () for quote in plain.quotes)
    assert [(q.text, q.score, q.matched) for q in plain.quotes] == [
        (q.text, q.score, q.matched) for q in explained.quotes
    ]
    for quote in explained.quotes:
        place = Sentence(quote.citation.doc_id, quote.citation.start, quote.citation.end)
        assert answerer.why("Who spoke on the phone?", place) == quote.why


def test_the_matching_sentence_of_a_longer_quote_is_explained(tmp_path: Path, model: Encoder) -> None:
    (tmp_path / "a.txt").write_text("Ada Lovelace was a countess. She wrote the first published algorithm.")
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "a.txt")], lambda: model)
    [quote] = Answerer(index, model).ask("Who wrote the first algorithm?", k=1, why=True).quotes
    assert (quote.citation.start, quote.text[:12]) == (0, "Ada Lovelace")
    words = next(part.words for part in quote.why if part.words)
    assert [quote.text[word.start : word.end] for word in words] == [
        "She", "wrote", "the", "first", "published", "algorithm",
    ]  # fmt: skip


def test_a_place_that_was_no_candidate_is_a_sentence_with_a_remedy(
    source_folder: Path, model: Encoder
) -> None:
    answerer = Answerer(Index(source_folder), model)
    with pytest.raises(UsageError, match="The question has no quote in this place; ask"):
        answerer.why("Who spoke?", Sentence("source.txt", 3, 5))
    with pytest.raises(UsageError, match="The question has no quote in this place"):
        answerer.why("Who spoke?", Sentence("gone.txt", 0, 500))
