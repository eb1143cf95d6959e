"""Runs a compiled model with OpenVINO, on the processor, without a word to anyone.

OpenVINO reports its use over the network with a package that it installs, ``openvino-telemetry``. It is
never imported here: while OpenVINO is imported, Python is made to find no such package, and OpenVINO then
uses its own replacement, which does nothing.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoders.base import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TELEMETRY = "openvino_telemetry"
_importing = threading.Lock()

F32, BF16 = "f32", "bf16"
LATENCY, THROUGHPUT = "LATENCY", "THROUGHPUT"


def openvino() -> Any:
    """Imports OpenVINO without its telemetry. Raises ImportError where it is missing or cannot be loaded."""
    with _importing, _missing(_TELEMETRY):
        import openvino

    return openvino


@contextmanager
def _missing(package: str) -> Iterator[None]:
    """Lets Python find no package of a name, for as long as the context lasts."""
    previous = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == package}
    for name in previous:
        del sys.modules[name]
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]
        sys.modules.update(previous)


@cache
def core() -> Any:
    """The one OpenVINO runtime of this process. Raises ImportError."""
    return openvino().Core()


@cache
def has_bfloat16() -> bool:
    """Whether this machine's processor computes in bfloat16 itself."""
    return "BF16" in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class CompiledModel:
    """A model compiled in one precision; safe to use from several threads.

    Inputs are token ids, attention mask and, where the model has them, token types; outputs are the
    vector of each text and the vector of each of its tokens.
    """

    def __init__(self, path: Path, precision: str, hint: str) -> None:
        """Compiles the model in an ``.xml`` file. Raises RuntimeError where it is damaged."""
        settings = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": hint}
        self._compiled = core().compile_model(path, "CPU", settings)
        self._inputs = len(self._compiled.inputs)
        # Each stream computes one batch; the other half of the requests waits its turn.
        streams = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._at_once = 2 * streams if hint == THROUGHPUT else 1
        self._free: list[Any] = []
        self._lock = threading.Lock()

    def run(
        self, batches: Iterator[tuple[Sequence[Sequence[int]], int]]
    ) -> Iterator[tuple[Vectors, Vectors]]:
        """Runs batches, several at a time, and yields sentence and token vectors in the batches' order.

        Args:
            batches: The token ids of each text of a batch, and the token that fills the shorter ones up.
        """
        requests = self._taken()
        free, running = deque(requests), deque[Any]()
        try:
            for texts, padding in batches:
                if not free:
                    yield self._output(running[0])
                    free.append(running.popleft())
                request = free.popleft()
                running.append(request)
                request.start_async(self._input(texts, padding))
            while running:
                yield self._output(running[0])
                running.popleft()
        finally:
            for request in running:
                request.wait()
            with self._lock:
                self._free += requests

    def _input(self, texts: Sequence[Sequence[int]], padding: int) -> dict[int, NDArray[np.int64]]:
        lengths = np.array([len(ids) for ids in texts])
        mask = np.arange(lengths.max()) < lengths[:, None]
        ids = np.full(mask.shape, padding, dtype=np.int64)
        ids[mask] = np.concatenate([np.asarray(each, dtype=np.int64) for each in texts])
        inputs = {0: ids, 1: mask.astype(np.int64)}
        if self._inputs > 2:
            inputs[2] = np.zeros_like(ids)
        return inputs

    @staticmethod
    def _output(request: Any) -> tuple[Vectors, Vectors]:
        request.wait()
        # Copied: the next run writes to the same memory.
        sentences, tokens = (np.array(request.get_output_tensor(at).data) for at in (0, 1))
        return sentences, tokens

    def _taken(self) -> list[Any]:
        """Requests that nobody else uses until they are given back."""
        with self._lock:
            requests = [self._free.pop() for _ in range(min(self._at_once, len(self._free)))]
        missing = self._at_once - len(requests)
        return requests + [self._compiled.create_infer_request() for _ in range(missing)]
