"""Runs a compiled model with OpenVINO on the processor, without telemetry.

OpenVINO installs a package, ``openvino-telemetry``, that reports usage over the network. It is never imported
here: it is hidden from Python while OpenVINO is imported, and OpenVINO then uses its own replacement, which
does nothing.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoders.base import Vectors
from qa.encoders.compiled import MODEL, cached_files
from qa.turns import TURNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TELEMETRY = "openvino_telemetry"
_importing = threading.Lock()
# OpenVINO's binding sets up its own statics at first use and lets other threads run meanwhile. Two threads in
# it at once can wait for each other forever, one with the statics and one with the interpreter.
_binding = threading.Lock()

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


def stored_model(folder: Path, precision: str, hint: str) -> CompiledModel:
    """Read a compiled model from its folder in the cache; arguments and result are those of `CompiledModel`.

    Raises:
        ModelError: The folder disappeared or changed after its checksums were compared.
    """
    with cached_files(folder):
        return CompiledModel(folder / MODEL, precision, hint)


class CompiledModel:
    """A model that is compiled in one precision; safe to use from several threads.

    Attributes:
        inputs: Number of the model's inputs.
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
        self.inputs = len(self._compiled.inputs)
        self._outputs = len(self._compiled.outputs)
        # Each stream computes one batch; the other half of the requests is queued.
        streams = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._at_once = 2 * streams if hint == THROUGHPUT else 1
        self._free: list[Any] = []
        self._lock = threading.Lock()

    def run(self, batches: Iterable[Sequence[NDArray[Any]]]) -> Iterator[tuple[Vectors, ...]]:
        """Run batches, several at a time, and yield their results in order.

        Args:
            batches: The inputs of each batch, in the model's order.

        Yields:
            The outputs of a batch, in the model's order.
        """
        requests = self._acquire()
        free, running = deque(requests), deque[Any]()
        try:
            for inputs in batches:
                if not free:
                    yield self._output(running[0])
                    free.append(running.popleft())
                TURNS.step()
                request = free.popleft()
                running.append(request)
                with _binding:
                    request.start_async(dict(enumerate(inputs)))
            while running:
                yield self._output(running[0])
                running.popleft()
        finally:
            for request in running:
                request.wait()
            with self._lock:
                self._free += requests

    def _output(self, request: Any) -> tuple[Vectors, ...]:
        request.wait()
        with _binding:
            # Copied, because the next run writes to the same memory.
            return tuple(np.array(request.get_output_tensor(at).data) for at in range(self._outputs))

    def _acquire(self) -> list[Any]:
        """Return requests that no other thread uses until they are back in ``_free``."""
        with self._lock:
            requests = [self._free.pop() for _ in range(min(self._at_once, len(self._free)))]
        missing = self._at_once - len(requests)
        return requests + [self._compiled.create_infer_request() for _ in range(missing)]
