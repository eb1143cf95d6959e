"""The contract of every encoder: unit vectors that depend on the text alone."""

from __future__ import annotations

import numpy as np
import pytest
from toys import ToyEncoder
from word_encoder import WordEncoder

from qa.encoders import Encoder

TEXTS = ["The apple is red.", "", "A much longer sentence, with several clauses, that is padded differently."]


@pytest.fixture(params=["model", ToyEncoder, WordEncoder], ids=["the model", "ToyEncoder", "WordEncoder"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return request.getfixturevalue("model") if request.param == "model" else request.param()


@pytest.mark.parametrize("query", [False, True])
def test_vectors_are_float32_of_length_one(encoder: Encoder, query: bool) -> None:
    vectors = encoder.encode(TEXTS, query=query)
    assert (vectors.shape, vectors.dtype) == ((3, encoder.dimension), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_the_other_texts(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(encoder.encode(TEXTS[::-1]), together[::-1], atol=1e-5)


def test_no_texts_return_no_rows_of_the_right_length(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_different_texts_have_different_vectors(encoder: Encoder) -> None:
    first, second = encoder.encode(["The apple is red.", "A dragon lives in the tower."])
    assert float(first @ second) < 0.9


def test_an_encoder_describes_itself(encoder: Encoder) -> None:
    assert encoder.name
    assert encoder.fingerprint
    assert encoder.languages is None or all(len(code) == 2 for code in encoder.languages)
