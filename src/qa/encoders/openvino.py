"""A sentence-transformers model that is compiled for this machine's processor."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.encoders.base import TokenVectors, Vectors
from qa.encoders.batches import batches_of, even_batches_of, padded
from qa.encoders.compiled import TOKENIZER, WORD_MEAN, WORDS, Settings, cached_files, mark_used
from qa.encoders.pieces import WordTable, token_vectors
from qa.encoders.runtime import F32, LATENCY, THROUGHPUT, stored_model
from qa.errors import ModelError
from qa.lazy import Lazy

BATCH_TOKENS = 1024
"""Maximum tokens of a batch, padding included: more do not fit into the processor's caches."""
QUESTIONS = 8
"""Maximum questions of a batch: more are hardly faster, and each number is another shape to prepare."""
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
        # Each is compiled at its first use, because a question needs one and indexing the other.
        self._exact = Lazy(lambda: stored_model(folder, F32, LATENCY))
        self._bulk = Lazy(lambda: stored_model(folder, settings.precision, THROUGHPUT))
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
        ids = self._ids([prompt + text for text in texts])
        model = (self._exact if query else self._bulk)()
        lengths = [len(each) for each in ids]
        # Padding changes the last digits of a vector, and a question has the same vector in any batch.
        even = even_batches_of(lengths, QUESTIONS)
        batches = list(even if query else batches_of(lengths, BATCH_TOKENS))
        inputs = (self._inputs([ids[at] for at in batch], model.inputs) for batch in batches)
        for batch, (sentences, _) in zip(batches, model.run(inputs), strict=True):
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
        model = self._bulk()
        [(sentences, tokens)] = model.run([self._inputs([encoding.ids], model.inputs)])
        pooled = np.ones(len(encoding.ids), dtype=bool)
        vectors = tokens[0, :, : self.dimension]
        sentence = sentences[0, : self.dimension]
        return token_vectors(vectors, pooled, sentence, encoding.offsets, settings.document_prompt)

    def words(self, words: Sequence[str]) -> Vectors | None:
        """Return a vector for each word without context; see `WordwiseEncoder.words`."""
        return None if self._words is None else self._words.vectors(words, self._tokenizer)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        if len(texts) == 1:
            # A batch would wake threads, which takes longer than to cut a question.
            return [self._tokenizer.encode(texts[0]).ids]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def _inputs(self, texts: Sequence[Sequence[int]], number: int) -> tuple[NDArray[np.int64], ...]:
        """Return token ids and attention mask of a batch, and token types if the model has a third input."""
        ids, mask = padded(texts, self._settings.padding)
        return (ids, mask, np.zeros_like(ids))[:number]

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        with cached_files(self._folder):
            return Tokenizer.from_file(str(self._folder / TOKENIZER))

    @cached_property
    def _words(self) -> WordTable | None:
        if not (self._folder / WORDS).exists():
            return None
        with cached_files(self._folder):
            weights = np.load(self._folder / WORDS, mmap_mode="r", allow_pickle=False)
            mean = np.load(self._folder / WORD_MEAN, allow_pickle=False)
        return WordTable(weights, mean, self._settings.unknown)
