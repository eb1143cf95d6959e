"""A sentence-transformers model as an encoder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoders.base import TokenVectors, Vectors
from qa.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 64


@dataclass(frozen=True, slots=True)
class _Table:
    weights: Vectors
    mean: Vectors
    unknown: int | None


class SentenceTransformerEncoder:
    """A sentence-transformers model behind the protocol."""

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
        """Unit vectors, one row a text; see `Encoder.encode`."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        embed = self._model.encode_query if query else self._model.encode_document
        vectors = embed(
            list(texts),
            batch_size=BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def tokens(self, text: str) -> TokenVectors | None:
        """The text's vector token by token; see `TokenEncoder.tokens`.

        What a model makes of its tokens is not read off its configuration but tried: where their mean has
        not the direction of the text's vector (first token, last token, a layer on top), there is None.
        """
        if self._tokenizer is None:
            return None  # it cannot tell where its tokens stand
        embed: Any = self._model.encode_document
        [made] = embed([text], show_progress_bar=False, output_value=None)
        if not {"token_embeddings", "attention_mask", "input_ids"} <= made.keys():
            return None
        prompt = self._document_prompt()
        read = self._tokenizer.encode(prompt + text)
        vectors = made["token_embeddings"].float().cpu().numpy()[:, : self.dimension]
        pooled = made["attention_mask"].cpu().numpy().astype(bool)
        if made["input_ids"].tolist() != read.ids or len(vectors) != len(pooled):
            return None
        if not getattr(self._model[1], "include_prompt", True):
            pooled[: int(made.get("prompt_length") or 0)] = False
        shares = np.where(pooled[:, None], vectors, 0)
        shares /= np.linalg.norm(shares.sum(axis=0))
        whole = made["sentence_embedding"].float().cpu().numpy()
        if not np.allclose(shares.sum(axis=0), whole / np.linalg.norm(whole), atol=1e-4):
            return None
        before = len(prompt)
        spans = tuple((max(0, a - before), max(0, b - before)) for a, b in read.offsets)
        return TokenVectors(spans, shares)

    def words(self, words: Sequence[str]) -> Vectors | None:
        """A vector for each word by itself; see `WordwiseEncoder.words`.

        It is the mean of its pieces in the table that the model reads its input with, each less the mean of
        all and brought to length 1: what all pieces share says nothing of any.
        """
        table = self._table
        if table is None or self._tokenizer is None:
            return None
        made = np.zeros((len(words), table.weights.shape[1]), dtype=np.float32)
        if not words:
            return made
        read = [word.ids for word in self._tokenizer.encode_batch(list(words), add_special_tokens=False)]
        lengths = [len(pieces) for pieces in read]
        pieces = np.array([piece for word in read for piece in word], dtype=np.int64)
        vectors = table.weights[pieces] - table.mean
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        vectors[pieces == table.unknown] = 0
        np.add.at(made, np.repeat(np.arange(len(words)), lengths), vectors)
        made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12)
        return made

    @cached_property
    def _table(self) -> _Table | None:
        """The vectors of the pieces of words, and their mean."""
        from torch.nn import Embedding

        if self._tokenizer is None:
            return None
        tokenizer: Any = self._model.tokenizer
        for module in self._model.modules():
            if isinstance(module, Embedding) and module.num_embeddings >= len(tokenizer):
                weights = module.weight.detach().float().cpu().numpy()
                return _Table(weights, weights.mean(axis=0), tokenizer.unk_token_id)
        return None

    @cached_property
    def _tokenizer(self) -> Any:
        """A tokenizer of our own, which cuts at the model's length and fills nothing up; None for a slow one.

        The model's own changes its settings with every text it is given, and one thread's would reach the
        other's.
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

    def _document_prompt(self) -> str:
        """What the model reads before a text, by the names under which sentence-transformers looks for it."""
        prompts = self._model.prompts
        names = ("document", "passage", "corpus", self._model.default_prompt_name)
        return next((prompts[name] for name in names if name in prompts), "") or ""


def load_folder(folder: Path, name: str) -> SentenceTransformer:
    # The weights are on disk by now: whatever the libraries would still ask a hub for is not needed.
    before = {key: os.environ.get(key) for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")}
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        options: dict[str, Any] = {"device": "cpu", "local_files_only": True, "trust_remote_code": False}
        return SentenceTransformer(str(folder), **options)
    except Exception as error:
        raise ModelError("model-not-loadable", model=name, cause=error) from error
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
