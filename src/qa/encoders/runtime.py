"""Runs a compiled model with OpenVINO on the processor, without telemetry.

OpenVINO installs a package, ``openvino-telemetry``, that reports usage over the network. It is never imported
here: it is hidden from Python while OpenVINO is imported, and OpenVINO then uses its own replacement, which
does nothing.
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
"""OpenVINO's names of precisions."""
LATENCY, THROUGHPUT = "LATENCY", "THROUGHPUT"
"""OpenVINO's names of performance hints."""


def openvino() -> Any:
    """Import OpenVINO without its telemetry.

    Raises:
        ImportError: It is missing or cannot be loaded.
    """
    with _importing, _hidden(_TELEMETRY):
        import openvino

    return openvino


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """Hide a package from imports until the context ends."""
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
    """Return the OpenVINO runtime of this process.

    Raises:
        ImportError: OpenVINO is missing.
    """
    return openvino().Core()


@cache
def has_bfloat16() -> bool:
    """Return whether this machine's processor computes in bfloat16."""
    return "BF16" in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class CompiledModel:
    """A model that is compiled in one precision; safe to use from several threads.

    Its inputs are token ids, the attention mask and, if the model uses them, token types. Its outputs are the
    vector of each text and the vectors of its tokens.
    """

    def __init__(self, path: Path, precision: str, hint: str) -> None:
        """Compile a model.

        Args:
            path: The model's ``.xml`` file.
            precision: `F32` or `BF16`.
            hint: `LATENCY` or `THROUGHPUT`.

        Raises:
            RuntimeError: The file is damaged.
        """
        settings = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": hint}
        self._compiled = core().compile_model(path, "CPU", settings)
        self._inputs = len(self._compiled.inputs)
        # Each stream computes one batch; the other half of the requests is queued.
        streams = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._at_once = 2 * streams if hint == THROUGHPUT else 1
        self._free: list[Any] = []
        self._lock = threading.Lock()

    def run(
        self, batches: Iterator[tuple[Sequence[Sequence[int]], int]]
    ) -> Iterator[tuple[Vectors, Vectors]]:
        """Run batches, several at a time, and yield their results in order.

        Args:
            batches: The token ids of each text of a batch, and the padding token.

        Yields:
            The sentence vectors and the token vectors of a batch.
        """
        requests = self._acquire()
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
        ids[mask] = np.concatenate([np.asarray(tokens, dtype=np.int64) for tokens in texts])
        inputs = {0: ids, 1: mask.astype(np.int64)}
        if self._inputs > 2:
            inputs[2] = np.zeros_like(ids)
        return inputs

    @staticmethod
    def _output(request: Any) -> tuple[Vectors, Vectors]:
        request.wait()
        # Copied, because the next run writes to the same memory.
        sentences, tokens = (np.array(request.get_output_tensor(at).data) for at in (0, 1))
        return sentences, tokens

    def _acquire(self) -> list[Any]:
        """Return requests that no other thread uses until they are back in ``_free``."""
        with self._lock:
            requests = [self._free.pop() for _ in range(min(self._at_once, len(self._free)))]
        missing = self._at_once - len(requests)
        return requests + [self._compiled.create_infer_request() for _ in range(missing)]
