"""Runs the reader's network with OpenVINO, compiled for this machine's processor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.encoders.compiled import mark_used
from qa.encoders.runtime import THROUGHPUT, stored_model
from qa.errors import ModelError
from qa.lazy import Lazy
from qa.rerankers.inputs import Inputs
from qa.rerankers.reader import Logits

CONVERTER = 1
"""Version of `qa.rerankers.convert`. Increase it when the same weights convert to something else."""
BATCH_TOKENS = 512
"""Maximum tokens of a batch, padding included. Small, because each core computes one batch."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a compiled network.

    Attributes:
        precision: The precision in which it is computed, see `qa.encoders.runtime`.
    """

    precision: str


class OpenVinoNetwork:
    """Runs the compiled form of the network; safe to use from several threads."""

    batch_tokens = BATCH_TOKENS
    is_exact_in_batches = True

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._model = Lazy(lambda: stored_model(folder, settings.precision, THROUGHPUT))
        # Compiling takes as long as embedding the question and searching for it.
        self._model.begin()
        self.precision = settings.precision

    def run(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        """Yield the output for each batch in order."""
        with suppress(OSError):
            mark_used(self._folder)
        inputs = ((batch.ids, batch.types, batch.mask, batch.pool) for batch in batches)
        for outputs in self._model().run(inputs):
            if not all(np.isfinite(output).all() for output in outputs):
                raise ModelError("model-cache-changed", folder=self._folder)
            yield Logits(*outputs)
