"""A sentence-transformers model as an encoder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoders.base import TokenVectors, Vectors
from qa.encoders.pieces import WordTable, token_vectors
from qa.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 64
"""Texts of a batch."""
CHARACTERS_AT_ONCE = 8_000
"""Characters that it embeds in about a second on a slow machine."""


class SentenceTransformerEncoder:
    """An encoder that runs a model with sentence-transformers; the reference implementation."""

    characters_at_once = CHARACTERS_AT_ONCE

    def __init__(
        self, model: SentenceTransformer, name: str, fingerprint: str, languages: frozenset[str] | None
    ) -> None:
        self._model = model
        self.name = name
        self.fingerprint = fingerprint
        self.languages = languages
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise ModelError("model-without-dimension", model=name)
        self.dimension = int(dimension)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return a unit vector for each text; see `Encoder.encode`."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        embed = self._model.encode_query if query else self._model.encode_document
        vectors = embed(
            list(texts),
            # A question has the same vector in any batch; see `Encoder.encode`.
            batch_size=1 if query else BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def tokens(self, text: str) -> TokenVectors | None:
        """Return the text's vector split by token; see `TokenEncoder.tokens`."""
        if self.tokenizer is None:
            return None  # A slow tokenizer has no offsets.
        embed: Any = self._model.encode_document
        [features] = embed([text], show_progress_bar=False, output_value=None)
        if not {"token_embeddings", "attention_mask", "input_ids"} <= features.keys():
            return None
        prompt = self.prompt(query=False)
        encoding = self.tokenizer.encode(prompt + text)
        vectors = features["token_embeddings"].float().cpu().numpy()[:, : self.dimension]
        pooled = features["attention_mask"].cpu().numpy().astype(bool)
        if features["input_ids"].tolist() != encoding.ids or len(vectors) != len(pooled):
            return None
        if not self.includes_prompt:
            pooled[: int(features.get("prompt_length") or 0)] = False
        sentence = features["sentence_embedding"].float().cpu().numpy()
        return token_vectors(vectors, pooled, sentence, encoding.offsets, prompt)

    def words(self, words: Sequence[str]) -> Vectors | None:
        """Return a vector for each word without context; see `WordwiseEncoder.words`."""
        table = self.word_table
        return None if table is None else table.vectors(words, self.tokenizer)

    @cached_property
    def word_table(self) -> WordTable | None:
        """The model's input embeddings; None if it has none."""
        from torch.nn import Embedding

        if self.tokenizer is None:
            return None
        tokenizer: Any = self._model.tokenizer
        for module in self._model.modules():
            if isinstance(module, Embedding) and module.num_embeddings >= len(tokenizer):
                weights = module.weight.detach().float().cpu().numpy()
                return WordTable(weights, weights.mean(axis=0), tokenizer.unk_token_id)
        return None

    @cached_property
    def tokenizer(self) -> Any:
        """A copy of the tokenizer that truncates at the model's maximum length and does not pad.

        None for a tokenizer that is written in Python. The model's own tokenizer is not used, because each
        call changes its settings, and calls of several threads would disturb each other.
        """
        backend = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            return None
        own = type(backend).from_str(backend.to_str())
        own.no_padding()
        own.no_truncation()
        if length := self._model.max_seq_length:
            own.enable_truncation(length)
        return own

    def prompt(self, *, query: bool) -> str:
        """Return the text that the model reads before a text.

        The names of prompts are those that sentence-transformers looks up, in the same order.
        """
        prompts = self._model.prompts
        names = ("query",) if query else ("document", "passage", "corpus")
        candidates = (*names, self._model.default_prompt_name)
        return next((prompts[name] for name in candidates if name in prompts), "") or ""

    @property
    def includes_prompt(self) -> bool:
        """Whether the tokens of the prompt are part of the mean."""
        return len(self._model) < 2 or bool(getattr(self._model[1], "include_prompt", True))

    @property
    def model(self) -> SentenceTransformer:
        """The sentence-transformers model."""
        return self._model


def load_folder(folder: Path, name: str, kind: str = "SentenceTransformer", device: str = "cpu") -> Any:
    """Load a model of sentence-transformers from a folder, without the network.

    Args:
        folder: The folder of the model.
        name: The model's name, for messages.
        kind: The class that loads it, ``SentenceTransformer`` or ``CrossEncoder``.
        device: The device that runs it, ``cpu`` or ``cuda``.

    Raises:
        ModelError: The model cannot be loaded.
    """
    # The weights are on disk, so nothing that the libraries would request from a hub is needed.
    previous = {key: os.environ.get(key) for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")}
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    try:
        import sentence_transformers
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        options: dict[str, Any] = {"device": device, "local_files_only": True, "trust_remote_code": False}
        return getattr(sentence_transformers, kind)(str(folder), **options)
    except Exception as error:
        raise ModelError("model-not-loadable", model=name, cause=error) from error
    finally:
        for key, value in previous.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
