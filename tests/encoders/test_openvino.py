"""The compiled model returns the vectors of the original, needs neither torch nor the network, and falls
back.

Where no compiled model can be used, sentence-transformers runs the model.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from cached import entries
from tiny_models import bert, distilbert

from qa import encoders
from qa.encoders import SentenceTransformerEncoder, compiled, convert, runtime
from qa.encoders.batches import batches_of
from qa.encoders.openvino import OpenVinoEncoder
from qa.encoders.runtime import CompiledModel
from qa.errors import ModelError, UsageError

pytest.importorskip("openvino", reason="without OpenVINO there is no compiled form")

TEXTS = [
    "The Supplier shall deliver the Goods within thirty days of the Order.",
    "Who bought it?",
    "",
    "Der Garten liegt hinter dem Haus; im Sommer blüht er.",
    "NATO has carried out eight rounds of eastward expansion since 1949.",
    "\tTabs, \u00a0and spaces   \n",
    "A long text. " * 300,
]


@pytest.fixture
def fast(model: encoders.Encoder) -> OpenVinoEncoder:
    """The packaged model, compiled."""
    assert isinstance(model, OpenVinoEncoder)
    return model


# The same vectors


def test_questions_and_documents_have_the_vectors_of_the_model(
    fast: OpenVinoEncoder, plain: SentenceTransformerEncoder
) -> None:
    assert (fast.name, fast.fingerprint, fast.dimension) == (plain.name, plain.fingerprint, plain.dimension)
    assert fast.languages == plain.languages
    for query, least in ((True, 0.9999), (False, 0.9999 if fast.precision == runtime.F32 else 0.9995)):
        compiled, original = fast.encode(TEXTS, query=query), plain.encode(TEXTS, query=query)
        assert (compiled.shape, compiled.dtype) == (original.shape, np.float32)
        np.testing.assert_allclose(np.linalg.norm(compiled, axis=1), 1, atol=1e-5)
        assert (compiled * original).sum(axis=1).min() >= least
    assert fast.encode([]).shape == (0, 384)


def test_tokens_and_words_are_those_of_the_model(
    fast: OpenVinoEncoder, plain: SentenceTransformerEncoder
) -> None:
    for text in TEXTS:
        compiled, original = fast.tokens(text), plain.tokens(text)
        assert compiled is not None
        assert original is not None
        assert compiled.spans == original.spans
        np.testing.assert_allclose(compiled.shares.sum(axis=0), fast.encode([text])[0], atol=1e-6)
        # Numbers in bfloat16 have three digits.
        near = 1e-4 if fast.precision == runtime.F32 else 2e-2 * np.abs(original.shares).max()
        np.testing.assert_allclose(compiled.shares, original.shares, atol=near)
    words = ["garden", "unbelievable", "\N{GRINNING FACE}", "", "naïve"]
    compiled, original = fast.words(words), plain.words(words)
    assert compiled is not None
    np.testing.assert_allclose(compiled, original, atol=1e-6)
    assert fast.words([]).shape == (0, 384)  # type: ignore[union-attr]


def test_the_same_texts_have_the_same_vectors_bit_by_bit(fast: OpenVinoEncoder) -> None:
    texts = [f"{text} {n}" for n in range(40) for text in TEXTS[:6]]
    first = fast.encode(texts)
    for _ in range(3):
        assert fast.encode(texts).tobytes() == first.tobytes()


def test_batches_contain_texts_of_similar_length_and_every_text_once() -> None:
    lengths = [3, 250, 7, 7, 9, 250, 1, 40] * 20
    batches = list(batches_of(lengths, 1024))
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[at] for at in batch)
        assert len(batch) == 1 or longest * len(batch) <= 1024
        assert lengths[batch[0]] == longest


def test_threads_do_not_disturb_each_other(fast: OpenVinoEncoder) -> None:
    def documents() -> np.ndarray:
        return fast.encode(TEXTS)

    def questions() -> np.ndarray:
        return fast.encode(TEXTS[:2], query=True)

    def shares() -> np.ndarray:
        tokens = fast.tokens(TEXTS[0])
        assert tokens is not None
        return tokens.shares

    alone = [documents(), questions(), shares()]
    with ThreadPoolExecutor(6) as pool:
        runs = [[pool.submit(task) for task in (documents, questions, shares)] for _ in range(10)]
        for run in runs:
            for before, after in zip(alone, run, strict=True):
                np.testing.assert_array_equal(after.result(), before)


def test_one_thread_at_a_time_hands_its_inputs_to_openvino(
    fast: OpenVinoEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At their first use, OpenVINO's statics made two threads wait for each other forever."""
    request = runtime.openvino().InferRequest
    started, inside, most = request.start_async, 0, 0

    def counted(*arguments: object) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.01)  # lets another thread in, if it can come in
        started(*arguments)
        inside -= 1

    monkeypatch.setattr(request, "start_async", counted)
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(fast.encode, [TEXTS] * 4))
    assert most == 1
    assert all(np.array_equal(each, vectors[0]) for each in vectors)


@pytest.mark.parametrize("make", [bert, distilbert])
def test_a_folder_with_prompts_is_compiled_with_them(
    make: Callable[..., Path], tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = {"query": "q : ", "document": "d : "}
    folder = str(make(tmp_path / "model", prompts=prompts))
    fast = encoders.load(folder)
    monkeypatch.setenv("QA_ENCODER", "sentence-transformers")
    plain = encoders.load(folder)
    assert isinstance(fast, OpenVinoEncoder)
    assert isinstance(plain, SentenceTransformerEncoder)
    assert (plain.prompt(query=True), plain.prompt(query=False)) == ("q : ", "d : ")
    texts = ["the apple", "the garden is in the garden . " * 20]
    for query in (True, False):
        compiled, original = fast.encode(texts, query=query), plain.encode(texts, query=query)
        assert (compiled * original).sum(axis=1).min() > 0.9995
    # The prompts must change the vectors, or the test would not notice a missing prompt.
    assert float(fast.encode(texts[:1], query=True)[0] @ fast.encode(texts[:1])[0]) < 0.9995


# Light, and silent

HEAVY = ("torch", "transformers", "sentence_transformers", "pandas", "huggingface_hub", "scipy")
CACHED = f"""
import sys
from qa import encoders
encoder = encoders.load(on_prepare=lambda: sys.exit("it was compiled again"))
print(encoder.encode(["A cat sleeps."], query=True).shape, encoder.encode(["A cat.", "A dog."]).shape)
print(encoder.tokens("A cat.") is not None, encoder.words(["cat"]) is not None)
print([name for name in {HEAVY} if name in sys.modules])
"""


def run(program: str, *arguments: str, **environment: str) -> str:
    """Run a program that must succeed, and return its output."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_compiled_model_runs_without_torch_and_ends_cleanly(fast: OpenVinoEncoder) -> None:
    for _ in range(3):
        assert run(CACHED) == "(1, 384) (2, 384)\nTrue True\n[]\n"


SILENT = """
import socket, sys
from importlib.abc import MetaPathFinder
tried = []
class Watching(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("openvino_telemetry"):
            tried.append(name)
sys.meta_path.insert(0, Watching())
def refuse(*arguments, **options):
    tried.append(arguments)
    raise OSError("no network in this test")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse
from qa import encoders
encoder = encoders.load(sys.argv[1])
encoder.encode(["the apple"])
assert type(encoder).__name__ == "OpenVinoEncoder"
import openvino
assert callable(openvino.convert_model)
print(tried, [name for name in sys.modules if name.startswith("openvino_telemetry")])
"""


def test_compiling_and_running_a_model_reports_to_no_server(tmp_path: Path, cache: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    folder = str(bert(tmp_path / "model"))
    environment = {"HOME": str(home), "USERPROFILE": str(home), "CI": ""}
    assert run(SILENT, folder, **environment) == "[] []\n"
    assert entries(cache)
    assert run(SILENT, folder, **environment) == "[] []\n"
    # Neither consent, nor an identifier of the user or the machine.
    assert list(home.iterdir()) == []


def test_a_program_that_uses_openvino_itself_keeps_its_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    own = type(sys)("openvino_telemetry")
    monkeypatch.setitem(sys.modules, "openvino_telemetry", own)
    runtime.openvino()
    assert sys.modules["openvino_telemetry"] is own
    monkeypatch.delitem(sys.modules, "openvino_telemetry")
    runtime.openvino()
    assert "openvino_telemetry" not in sys.modules


# Without a compiled model


def test_without_openvino_sentence_transformers_runs_the_model(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(bert(tmp_path / "model"))
    runtime.core.cache_clear()
    runtime.has_bfloat16.cache_clear()
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert isinstance(encoders.load(folder), SentenceTransformerEncoder)
    monkeypatch.setenv("QA_ENCODER", "openvino")
    with pytest.raises(ModelError, match=r"cannot be compiled with OpenVINO .*; unset QA_ENCODER"):
        encoders.load(folder)


def test_an_unknown_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_ENCODER", "fast")
    with pytest.raises(UsageError, match="unknown value fast; set it to one of auto, openvino, sentence"):
        encoders.load()
    with pytest.raises(UsageError, match="variable QA_ENCODER"):
        encoders.check(encoders.DEFAULT_MODEL)


def test_different_vectors_are_never_used_and_not_tried_again(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(bert(tmp_path / "model"))
    prepared: list[int] = []
    with monkeypatch.context() as patch:
        patch.setitem(convert.MIN_COSINE, runtime.F32, 1.1)
        assert isinstance(
            encoders.load(folder, on_prepare=lambda: prepared.append(1)), SentenceTransformerEncoder
        )
    assert isinstance(
        encoders.load(folder, on_prepare=lambda: prepared.append(2)), SentenceTransformerEncoder
    )
    assert prepared == [1]
    [refusal] = entries(cache)
    assert "differ (cosine similarity" in refusal.read_text()


def test_documents_are_embedded_in_float32_if_bfloat16_is_too_inexact(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(convert.MIN_COSINE, runtime.BF16, 1.1)
    encoder = encoders.load(str(bert(tmp_path / "model")))
    assert isinstance(encoder, OpenVinoEncoder)
    assert encoder.precision == runtime.F32
    [entry] = entries(cache)
    measured = json.loads((entry / compiled.CHECK).read_text())["least_cosine"]
    assert 0.9999 <= measured["f32"] <= 1.0001
    assert ("bf16" in measured) == runtime.has_bfloat16()


def test_vectors_that_are_not_numbers_are_never_returned(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = encoders.load(str(bert(tmp_path / "model")))
    nothing = np.full((1, encoder.dimension), np.nan, dtype=np.float32)
    monkeypatch.setattr(CompiledModel, "run", lambda *_: iter([(nothing, nothing)]))
    with pytest.raises(ModelError, match="removed or changed"):
        encoder.encode(["the apple"])
