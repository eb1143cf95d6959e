"""A sentence-transformers model that is compiled for this machine's processor."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from qa.encoders.base import TokenVectors, Vectors
from qa.encoders.compiled import MODEL, TOKENIZER, WORD_MEAN, WORDS, Settings, mark_used
from qa.encoders.pieces import WordTable, token_vectors
from qa.encoders.runtime import F32, LATENCY, THROUGHPUT, CompiledModel
from qa.errors import ModelError

BATCH_TOKENS = 1024
"""Maximum tokens of a batch, padding included: more do not fit into the processor's caches."""
CHARACTERS_AT_ONCE = 100_000
"""Characters that it embeds in about a second."""


class OpenVinoEncoder:
    """An encoder that runs the compiled form of a model; safe to use from several threads.

    It has the name and the fingerprint of the original model. Questions are embedded in float32, documents in
    the precision of the settings.
    """

    characters_at_once = CHARACTERS_AT_ONCE

    def __init__(
        self, folder: Path, settings: Settings, name: str, fingerprint: str, languages: frozenset[str] | None
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._compiling = threading.Lock()
        self.name = name
        self.fingerprint = fingerprint
        self.languages = languages
        self.dimension = settings.dimension
        self.precision = settings.precision

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return a unit vector for each text; see `Encoder.encode`."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        with suppress(OSError):
            mark_used(self._folder)
        prompt = self._settings.query_prompt if query else self._settings.document_prompt
        encodings = self._tokenizer.encode_batch_fast([prompt + text for text in texts])
        ids = [encoding.ids for encoding in encodings]
        batches = list(_batches(list(map(len, ids))))
        padded = (([ids[at] for at in batch], self._settings.padding) for batch in batches)
        model = self._exact if query else self._bulk
        for batch, (sentences, _) in zip(batches, model.run(padded), strict=True):
            vectors[batch] = sentences[:, : self.dimension]
        if not np.isfinite(vectors).all():
            raise ModelError("model-cache-changed", folder=self._folder)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def tokens(self, text: str) -> TokenVectors | None:
        """Return the text's vector split by token; see `TokenEncoder.tokens`.

        It uses the precision of documents, so the shares add up to the vector that `encode` returns.
        """
        settings = self._settings
        encoding = self._tokenizer.encode(settings.document_prompt + text)
        [(sentences, tokens)] = self._bulk.run(iter([([encoding.ids], settings.padding)]))
        pooled = np.ones(len(encoding.ids), dtype=bool)
        vectors = tokens[0, :, : self.dimension]
        sentence = sentences[0, : self.dimension]
        return token_vectors(vectors, pooled, sentence, encoding.offsets, settings.document_prompt)

    def words(self, words: Sequence[str]) -> Vectors | None:
        """Return a vector for each word without context; see `WordwiseEncoder.words`."""
        return None if self._words is None else self._words.vectors(words, self._tokenizer)

    # Each is compiled at its first use, because a question needs one and indexing the other.

    @property
    def _exact(self) -> CompiledModel:
        with self._compiling, self._files():
            return self._compiled_exact

    @property
    def _bulk(self) -> CompiledModel:
        with self._compiling, self._files():
            return self._compiled_bulk

    @contextmanager
    def _files(self) -> Iterator[None]:
        """Report files that disappeared or changed after the checksums were compared."""
        try:
            yield
        except Exception as error:  # The libraries have no specific errors.
            raise ModelError("model-cache-changed", folder=self._folder) from error

    @cached_property
    def _compiled_exact(self) -> CompiledModel:
        return CompiledModel(self._folder / MODEL, F32, LATENCY)

    @cached_property
    def _compiled_bulk(self) -> CompiledModel:
        return CompiledModel(self._folder / MODEL, self.precision, THROUGHPUT)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        with self._files():
            return Tokenizer.from_file(str(self._folder / TOKENIZER))

    @cached_property
    def _words(self) -> WordTable | None:
        if not (self._folder / WORDS).exists():
            return None
        with self._files():
            weights = np.load(self._folder / WORDS, mmap_mode="r", allow_pickle=False)
            mean = np.load(self._folder / WORD_MEAN, allow_pickle=False)
        return WordTable(weights, mean, self._settings.unknown)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield batches of texts of similar length, the longest first. They depend on the lengths alone.

    Args:
        lengths: Number of tokens of each text.

    Yields:
        The positions of the texts of a batch.
    """
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
