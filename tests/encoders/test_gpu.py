"""Documents are embedded on a GPU where there is one; an index records the kinds of devices it has seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from word_encoder import WordEncoder

import qa
from qa import encoders
from qa.encoders import Encoder, SentenceTransformerEncoder, TokenEncoder, WordwiseEncoder, backends, gpu
from qa.encoders.gpu import GpuEncoder
from qa.errors import ModelError, UsageError


@pytest.fixture
def on_gpu(model: Encoder, plain: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch) -> GpuEncoder:
    """An encoder whose GPU is the processor with torch."""
    monkeypatch.setattr(gpu, "has_gpu", lambda: True)
    return GpuEncoder(model, lambda: plain.model)


def test_documents_are_embedded_on_the_gpu_and_questions_on_the_processor(
    on_gpu: GpuEncoder, model: Encoder, plain: SentenceTransformerEncoder
) -> None:
    texts = [f"The tenant of house {n} pays {n} euros. " * (1 + n % 7) for n in range(40)]
    assert np.array_equal(on_gpu.encode(texts, query=True), model.encode(texts, query=True))
    assert np.allclose(on_gpu.encode(texts), plain.encode(texts), atol=1e-5)
    assert on_gpu.encode([]).shape == (0, model.dimension)
    assert (on_gpu.name, on_gpu.fingerprint) == (model.name, model.fingerprint)
    assert on_gpu.device == "cuda"
    assert isinstance(on_gpu, TokenEncoder)
    assert isinstance(on_gpu, WordwiseEncoder)
    assert on_gpu.tokens("The tenant pays.") is not None
    assert on_gpu.words(["tenant"]) is not None


def test_without_a_usable_gpu_the_processor_embeds(model: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "has_gpu", lambda: False)
    encoder = GpuEncoder(model, lambda: pytest.fail("loaded"))
    assert encoder.device == "cpu"
    assert np.array_equal(encoder.encode(["The tenant pays."]), model.encode(["The tenant pays."]))
    monkeypatch.setenv("QA_DEVICE", "cuda")
    with pytest.raises(ModelError) as error:
        encoder.encode(["The tenant pays."])
    assert error.value.code == "model-no-gpu"


@pytest.mark.parametrize(
    ("environment", "has_file", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"QA_DEVICE": "cpu"}, True, False),
        ({"QA_DEVICE": "cuda"}, False, True),
        ({"QA_ENCODER": "openvino"}, True, False),
    ],
)
def test_a_gpu_is_used_where_there_is_one(
    environment: dict[str, str], has_file: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QA_ENCODER", raising=False)
    monkeypatch.delenv("QA_DEVICE", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(backends, "_GPU_FILES", (str(Path(__file__)) if has_file else "/nothing",))
    assert backends.may_use_gpu() == expected
    assert isinstance(encoders.load(), GpuEncoder) == expected


def test_an_unknown_device_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_DEVICE", "abacus")
    with pytest.raises(UsageError, match="abacus") as error:
        encoders.load()
    assert error.value.code == "device-unknown"


class OnDevice(WordEncoder):
    """An encoder that computes on a kind of device."""

    def __init__(self, vocabulary: Sequence[str], device: str) -> None:
        super().__init__(vocabulary)
        self.device = device


def test_an_index_with_vectors_of_different_devices_says_so(tmp_path: Path, words: WordEncoder) -> None:
    def add(device: str, text: str) -> tuple[str, list[Any]]:
        (tmp_path / f"{text}.txt").write_text(f"An {text} in the garden.")
        with qa.open(tmp_path / "index", model=OnDevice(words.vocabulary, device)) as library:
            report = library.add(tmp_path / f"{text}.txt")
            notes = [note.code for note in (*library.notes_on_report(report), *library.notes())]
            return library.manifest()["devices"], [code for code in notes if code == "index-mixed-devices"]

    assert add("cpu", "apple") == ("cpu", [])
    assert add("cpu", "engine") == ("cpu", [])
    assert add("cuda", "island") == ("cpu cuda", ["index-mixed-devices"] * 2)
