"""Explanations of a quote: parts that add up to its score, and words that add up to its similarity."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.encoders import Encoder, SentenceTransformerEncoder, TokenEncoder
from qa.errors import UsageError
from qa.index import Index
from qa.index.update import sentence_input
from qa.search.explain import LABELS, MEANING, WORDS, similar_words
from qa.search.fitted import WEIGHTS
from qa.types import Sentence

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


def test_every_feature_and_kind_has_a_description() -> None:
    assert WEIGHTS.keys() <= LABELS.keys()
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
        assert abs(sum(word.value for word in meaning.words)) <= 1
        near = next(part for part in quote.why if part.label == LABELS[WORDS])
        assert math.fsum(word.value for word in near.words) == pytest.approx(near.value, abs=1e-6)
        assert all(not part.words for part in quote.why if part not in (meaning, near))


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
