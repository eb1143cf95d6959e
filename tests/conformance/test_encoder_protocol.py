"""The contract of every encoder: unit vectors that depend on the text alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from toys import ToyEncoder
from word_encoder import WordEncoder

import qa
from qa.encoders import Encoder, Vectors

TEXTS = ["The apple is red.", "", "A much longer sentence, with several clauses, that is padded differently."]


@pytest.fixture(
    params=["model", "plain", ToyEncoder, WordEncoder],
    ids=["the model", "SentenceTransformerEncoder", "ToyEncoder", "WordEncoder"],
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return request.getfixturevalue(request.param) if isinstance(request.param, str) else request.param()


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
    assert isinstance(encoder, Encoder)
    assert encoder.name
    assert encoder.fingerprint
    assert encoder.languages is None or all(len(code) == 2 for code in encoder.languages)
    assert encoder.characters_at_once > 0


def test_indexing_embeds_no_more_at_once_than_the_encoder_wants(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[int]] = []
    encode = encoder.encode

    def recorded(texts: Sequence[str], *, query: bool = False) -> Vectors:
        calls.append([len(text) for text in texts])
        return encode(texts, query=query)

    (tmp_path / "a.txt").write_text("\n\n".join(f"Number {n} is red." for n in range(9)))
    monkeypatch.setattr(encoder, "characters_at_once", 40)
    monkeypatch.setattr(encoder, "encode", recorded)
    with qa.open(tmp_path / "index", model=encoder) as library:
        library.add(tmp_path / "a.txt")
    assert len(calls) > 2
    # The last text of a call begins below the limit.
    assert all(sum(lengths[:-1]) < 40 for lengths in calls)
