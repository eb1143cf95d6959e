"""Single words are near to words of similar meaning."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from word_encoder import WordEncoder

from qa.encoders import Encoder, SentenceTransformerEncoder, Vectors, WordwiseEncoder
from qa.search.vocabulary import Vocabulary


class Letters(WordEncoder):
    """Knows each word by its first letter; b is half an a, and c is no word."""

    def words(self, words: Sequence[str]) -> Vectors:
        known = {"a": (1, 0), "b": (0.5, 0.75**0.5), "d": (0, 1)}
        return np.array([known.get(word[:1], (0, 0)) for word in words], dtype=np.float32).reshape(-1, 2)


def test_the_nearest_word_of_each_sentence_counts() -> None:
    vocabulary = Vocabulary(Letters())
    sentences = vocabulary.learn([["Dog", "bird"], ["cat"], [], ["cat", "Ant"]])
    near = vocabulary.nearest(["ape", "cow", "dove"], sentences)
    assert near is not None
    expected = [[0.5, 0, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]]
    np.testing.assert_allclose(near, expected, atol=1e-6)
    similar = vocabulary.similar(["ape"], ["bird", "dog", "cat"])
    assert similar is not None
    np.testing.assert_allclose(similar, [[0.5, 0, 0]], atol=1e-6)


def test_without_words_nothing_is_compared(words: WordEncoder) -> None:
    vocabulary = Vocabulary(words)
    assert vocabulary.nearest(["apple"], vocabulary.learn([["apple"]])) is None
    assert vocabulary.similar(["apple"], ["apple"]) is None
    assert Vocabulary(Letters()).nearest(["ape"], []) is None


def test_many_threads_learn_the_same_words() -> None:
    vocabulary = Vocabulary(Letters())
    texts = [[f"{letter}{number}" for letter in "abcd"] for number in range(3_000)]
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda at: vocabulary.learn(texts[at : at + 50] * 2), range(0, 3_000, 25)))
    near = vocabulary.nearest(["a1"], [rows for part in parts for rows in part])
    assert near is not None
    assert near.min() == near.max() == pytest.approx(1)


def test_the_model_recognises_words_of_similar_meaning(model: SentenceTransformerEncoder) -> None:
    assert isinstance(model, WordwiseEncoder)
    vocabulary = Vocabulary(model)
    for word, near, far in (
        ("bought", "purchased", "sold"),
        ("doctor", "physician", "engineer"),
        ("largest", "biggest", "smallest"),
    ):
        similar = vocabulary.similar([word], [word.upper(), near, far])
        assert similar is not None
        same, like, unlike = similar[0].tolist()
        assert same == pytest.approx(1, abs=1e-5)
        assert like > max(unlike, 0.55)


def test_words_in_pieces_and_unknown_signs_have_vectors_too(model: SentenceTransformerEncoder) -> None:
    vectors = model.words(["huguenots", "😀", ""])
    assert vectors is not None
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 0], abs=1e-5)
    nothing = model.words([])
    assert nothing is not None
    assert nothing.shape == (0, model.dimension)


def test_a_model_without_a_fast_tokenizer_has_no_word_vectors(model: Encoder) -> None:
    class Slow:
        tokenizer = object()

        def get_embedding_dimension(self) -> int:
            return 3

    assert SentenceTransformerEncoder(Slow(), "slow", "slow", None).words(["a"]) is None  # type: ignore[arg-type]
