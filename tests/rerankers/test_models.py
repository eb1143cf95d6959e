"""Rerankers by name, their weights, and what runs them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_models import cross_encoder, random_network, reader

from qa import rerankers
from qa.encoders import compiled, runtime
from qa.errors import ModelError, UsageError
from qa.lazy import Lazy
from qa.rerankers import NOTHING_TO_READ, PassageText, convert, weights
from qa.rerankers.cross_encoder import CrossEncoderReranker
from qa.rerankers.network import TorchNetwork
from qa.rerankers.openvino import OpenVinoNetwork
from qa.rerankers.reader import Reader

PASSAGES = [
    PassageText("The apple is red. It is in the garden.", ((0, 17), (18, 38)), "A tale", ("Fruit",)),
    PassageText("The Supplier shall deliver within thirty days.", ((0, 46),)),
    PassageText("A sentence. " * 90, tuple((at * 12, at * 12 + 11) for at in range(90))),
]
QUESTION = "Where is the apple?"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reader(tmp_path_factory.mktemp("reader"))


@pytest.fixture
def folder(shared: Path, tmp_path: Path) -> Path:
    """A reader that a test may damage."""
    return Path(shutil.copytree(shared, tmp_path / "reader"))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("QA_ENCODER", raising=False)
    return tmp_path / "cache" / "qa" / compiled.FOLDER


def network_of(folder: Path) -> object:
    loaded = rerankers.load(str(folder))
    assert isinstance(loaded, Reader)
    return loaded._network


# Weights


def test_weights_are_half_precision_without_the_embeddings(shared: Path) -> None:
    from safetensors.torch import load_file

    state = load_file(shared / weights.WEIGHTS)
    assert weights.EMBEDDINGS not in state
    assert {str(value.dtype) for value in state.values()} == {"torch.float16"}
    network = weights.load_network(shared)
    assert network.word.weight.equal(weights.embeddings())
    assert network.span.weight.equal(state["span.weight"].float())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_reader_can_be_read_by_all_users(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        reader(tmp_path / "reader", layers=1)
    finally:
        os.umask(before)
    for name in (weights.WEIGHTS, weights.CARD):
        assert (tmp_path / "reader" / name).stat().st_mode & 0o777 == 0o644


def test_a_reader_of_full_size_fits_the_package(tmp_path: Path) -> None:
    from training.export import LARGEST

    reader(tmp_path, layers=6)
    assert (tmp_path / weights.WEIGHTS).stat().st_size <= LARGEST


@pytest.mark.parametrize("number", [1, 3])
def test_the_mean_of_checkpoints_is_exported_and_read_again(tmp_path: Path, number: int) -> None:
    import torch

    from training.export import export

    networks = [random_network(1) for _ in range(number)]
    paths = [tmp_path / f"{at}.pt" for at in range(number)]
    for path, network in zip(paths, networks, strict=True):
        torch.save({"step": 1, "reader": network.state_dict(), "optimizer": {}}, path)
    card = export(paths, tmp_path / "weights", "7")
    assert weights.read_card(tmp_path / "weights") == card
    assert (card.name, card.version, card.languages) == ("reader", "7", ("en",))
    loaded = weights.load_network(tmp_path / "weights")
    for name, value in loaded.state_dict().items():
        mean = sum(network.state_dict()[name] for network in networks) / number
        assert torch.allclose(value, mean, rtol=1e-3, atol=1e-6), name


def test_embeddings_that_were_trained_are_refused(tmp_path: Path) -> None:
    network = random_network(1)
    network.word.weight.data[7] += 1
    with pytest.raises(ValueError, match="embeddings"):
        weights.save(network.state_dict(), tmp_path, name="a", version="1", languages=())


def test_a_missing_reader_has_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    with pytest.raises(ModelError, match="no weights of a reader") as caught:
        rerankers.load("reader")
    assert caught.value.code == "reader-missing"


def test_the_packaged_reader_has_its_own_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FOLDER", folder)
    loaded = rerankers.load("reader")
    assert isinstance(loaded, Reader)
    assert (loaded.name, loaded.languages) == ("reader", {"en"})


@pytest.mark.parametrize("how", ["weights", "torn", "gone", "card", "keys", "languages", "text", "network"])
def test_damaged_weights_are_one_clear_sentence(folder: Path, how: str) -> None:
    file, card = folder / weights.WEIGHTS, folder / weights.CARD
    data = file.read_bytes()
    match how:
        case "weights":
            file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        case "torn":
            file.write_bytes(data[: len(data) // 2])
        case "gone":
            file.unlink()
        case "card":
            card.write_text("{")
        case "keys":
            card.write_text("{}")
        case "languages":
            card.write_text(json.dumps(json.loads(card.read_text()) | {"languages": [["en"]]}))
        case "text":
            file.write_bytes(b"not weights at all")
            values = json.loads(card.read_text())
            card.write_text(json.dumps(values | {"sha256": weights.sha256(file)}))
        case "network":
            from safetensors.torch import load_file, save_file

            state = load_file(file)
            del state["span.bias"]
            save_file(state, file)
            values = json.loads(card.read_text())
            card.write_text(json.dumps(values | {"sha256": weights.sha256(file)}))
    with pytest.raises(ModelError) as caught:
        rerankers.load(str(folder))
    assert caught.value.code == "reader-damaged"


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_not_the_working_directory(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(ModelError, match="is empty") as caught:
        rerankers.load(name)
    assert caught.value.code == "reranker-unnamed"


def test_a_reader_of_another_encoder_is_refused(folder: Path) -> None:
    card = folder / weights.CARD
    card.write_text(json.dumps(json.loads(card.read_text()) | {"encoder_sha256": "0" * 64}))
    with pytest.raises(ModelError, match="another version of the default model") as caught:
        rerankers.load(str(folder))
    assert caught.value.code == "reader-other-encoder"


# What runs the reader


def test_the_compiled_reader_has_the_readings_of_torch(
    shared: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    fast = rerankers.load(str(shared))
    assert isinstance(network_of(shared), OpenVinoNetwork)
    monkeypatch.setenv("QA_ENCODER", "sentence-transformers")
    plain = rerankers.load(str(shared))
    assert isinstance(network_of(shared), TorchNetwork)
    assert fast is not None
    assert plain is not None
    for one, other in zip(fast.read(QUESTION, PASSAGES), plain.read(QUESTION, PASSAGES), strict=True):
        np.testing.assert_allclose(one.sentences, other.sentences, atol=0.1)
        assert one.passage == pytest.approx(other.passage, abs=0.1)


def test_a_reader_is_compiled_once(shared: Path, cache: Path) -> None:
    pytest.importorskip("openvino")
    prepared: list[int] = []
    for number in (1, 2):
        rerankers.load(str(shared), on_prepare=lambda number=number: prepared.append(number))  # type: ignore[misc]
    assert prepared == [1]
    [entry] = cache.iterdir()
    assert {compiled.MODEL, compiled.WEIGHTS, compiled.CHECK} <= {path.name for path in entry.iterdir()}


def test_other_logits_are_never_used_and_not_tried_again(
    shared: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    prepared: list[int] = []
    with monkeypatch.context() as patch:
        patch.setitem(convert.MAX_DIFFERENCE, runtime.F32, -1)
        rerankers.load(str(shared), on_prepare=lambda: prepared.append(1))
    assert isinstance(network_of(shared), TorchNetwork)
    assert prepared == [1]
    [refusal] = cache.iterdir()
    assert "logits differ" in refusal.read_text()
    monkeypatch.setenv("QA_ENCODER", "openvino")
    with pytest.raises(ModelError, match="cannot be compiled with OpenVINO"):
        rerankers.load(str(shared))


def test_float32_is_used_if_bfloat16_is_too_inexact(
    shared: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    monkeypatch.setitem(convert.MAX_DIFFERENCE, runtime.BF16, -1)
    network = network_of(shared)
    assert isinstance(network, OpenVinoNetwork)
    assert network.precision == runtime.F32


def test_without_openvino_torch_runs_the_reader(
    shared: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.core.cache_clear()
    runtime.has_bfloat16.cache_clear()
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert isinstance(network_of(shared), TorchNetwork)


def test_a_cache_removed_while_in_use_is_one_clear_sentence(
    shared: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    # The cache is removed before the model is read from it.
    monkeypatch.setattr(Lazy, "begin", lambda self: None)
    loaded = rerankers.load(str(shared))
    assert loaded is not None
    shutil.rmtree(cache)
    with pytest.raises(ModelError, match="removed or changed while it was in use"):
        loaded.read(QUESTION, PASSAGES)


def test_logits_that_are_not_numbers_are_never_returned(
    shared: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    loaded = rerankers.load(str(shared))
    assert loaded is not None
    nothing = np.full((1, 1), np.nan, dtype=np.float32)
    monkeypatch.setattr(runtime.CompiledModel, "run", lambda *_: iter([(nothing, nothing, nothing)]))
    with pytest.raises(ModelError, match="removed or changed"):
        loaded.read(QUESTION, PASSAGES[:1])


def test_an_unknown_backend_is_refused(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ENCODER", "fast")
    with pytest.raises(UsageError, match="unknown value fast"):
        rerankers.load(str(shared))


# Cross-encoders


def test_the_name_none_loads_no_reranker() -> None:
    assert rerankers.load("none") is None


def test_a_cross_encoder_reads_sentences_below_their_headings(tmp_path: Path) -> None:
    loaded = rerankers.load(str(cross_encoder(tmp_path / "model")))
    assert isinstance(loaded, CrossEncoderReranker)
    text = "the apple . a garden"
    plain, below = loaded.read("apple", [
        PassageText(text, ((0, 11), (12, 20))), PassageText(text, ((0, 11), (12, 20)), "", ("the garden",))
    ])  # fmt: skip
    direct = loaded._model.predict(
        [("apple", "the apple ."), ("apple", "a garden"), ("apple", "the garden\nthe apple .")]
    )
    # Raw logits, not probabilities.
    logits = np.log(direct / (1 - direct))
    np.testing.assert_allclose(plain.sentences, logits[:2], atol=1e-3)
    assert below.sentences[0] == pytest.approx(logits[2], abs=1e-3)
    assert plain.passage == plain.sentences.max()
    assert plain.answers == (None, None)


def test_a_model_with_several_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="returns 3 numbers") as caught:
        rerankers.load(str(cross_encoder(tmp_path / "model", classes=3)))
    assert caught.value.code == "reranker-with-classes"


def test_an_unknown_name_is_not_downloaded_unless_the_user_named_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import huggingface_hub

    asked: list[bool] = []

    def download(name: str, local_files_only: bool = False) -> str:
        asked.append(local_files_only)
        raise OSError("no network in this test")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    for fetch, expected in ((False, [True]), (True, [True, False])):
        asked.clear()
        with pytest.raises(ModelError, match="There is no folder someone/some-model") as caught:
            rerankers.load("someone/some-model", fetch=fetch)
        assert caught.value.code == "reranker-unknown"
        assert asked == expected


@pytest.mark.parametrize("key", ["activation_fn", "sbert_ce_default_activation_function"])
def test_a_cross_encoder_that_names_code_is_refused(tmp_path: Path, key: str) -> None:
    config = cross_encoder(tmp_path / "model") / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {key: "os.system"}))
    with pytest.raises(ModelError, match=r"names the class os\.system"):
        rerankers.load(str(tmp_path / "model"))


def test_empty_sentences_have_nothing_to_read(tmp_path: Path) -> None:
    loaded = rerankers.load(str(cross_encoder(tmp_path / "model")))
    assert loaded is not None
    [reading] = loaded.read("apple", [PassageText("the  apple", ((0, 3), (3, 5), (5, 10)))])
    assert reading.sentences[1] == NOTHING_TO_READ
