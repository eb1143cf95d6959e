"""Embeds documents on a GPU, where there is one. Questions stay on the processor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoders.backends import AUTO, CUDA, device, has_gpu
from qa.encoders.base import TokenEncoder, TokenVectors, Vectors, WordwiseEncoder
from qa.errors import ModelError
from qa.lazy import Lazy

if TYPE_CHECKING:
    from qa.encoders.base import Encoder

BATCH = 512
"""Texts of a batch. They are sorted by length, so little of it is padding."""
CHARACTERS_AT_ONCE = 1_000_000
"""Characters that a GPU embeds in less than a second."""


class GpuEncoder:
    """An encoder of documents with torch on a GPU; everything else is done by another one of the same model.

    The vectors of a GPU differ from those of the processor in the last digits, so the index records who
    computed its vectors.
    """

    characters_at_once = CHARACTERS_AT_ONCE

    def __init__(self, base: Encoder, load: Callable[[], Any]) -> None:
        """Create an encoder.

        Args:
            base: The encoder for questions, and for documents if torch cannot use the GPU.
            load: Returns the sentence-transformers model on the GPU.
        """
        self._base = base
        self._model = Lazy(load)
        self._has_gpu = Lazy(has_gpu)
        self.name = base.name
        self.fingerprint = base.fingerprint
        self.dimension = base.dimension
        self.languages = base.languages

    @property
    def device(self) -> str:
        """The kind of device that embeds documents, ``cuda`` or ``cpu``.

        Raises:
            ModelError: ``$QA_DEVICE`` requires a GPU, which torch cannot use.
        """
        if self._has_gpu():
            return CUDA
        if device() != AUTO:
            raise ModelError("model-no-gpu")
        return "cpu"

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return a unit vector for each text; see `Encoder.encode`."""
        if query or self.device != CUDA:
            return self._base.encode(texts, query=query)
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model().encode_document(
            list(texts),
            batch_size=BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def tokens(self, text: str) -> TokenVectors | None:
        """Return the text's vector split by token; see `TokenEncoder.tokens`."""
        return self._base.tokens(text) if isinstance(self._base, TokenEncoder) else None

    def words(self, words: Sequence[str]) -> Vectors | None:
        """Return a vector for each word without context; see `WordwiseEncoder.words`."""
        return self._base.words(words) if isinstance(self._base, WordwiseEncoder) else None
