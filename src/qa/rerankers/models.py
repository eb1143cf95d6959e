"""Finds the reranker that a name refers to, and loads it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.encoders import compiled
from qa.encoders.backends import backend, compiled_or_original
from qa.encoders.models import locate, packaged
from qa.errors import ModelError
from qa.rerankers import weights

if TYPE_CHECKING:
    from qa.rerankers.base import Reranker
    from qa.rerankers.openvino import OpenVinoNetwork, Settings
    from qa.rerankers.reader import Network

NONE, READER = "none", "reader"
"""Names of rerankers besides those of models."""


def _announce() -> None:
    logging.getLogger(__name__).info("Preparing the reader for this machine, once ...")


def load(
    name: str = READER, *, fetch: bool = False, on_prepare: Callable[[], None] = _announce
) -> Reranker | None:
    """Load a reranker by name.

    Args:
        name: ``reader`` for the packaged one, ``none``, or a cross-encoder of sentence-transformers: a folder
            or a name on a hub. A folder may also have the weights of a reader.
        fetch: Whether to download a model that is not on this machine. Set it only for a name that the user
            entered.
        on_prepare: Called before a reader is compiled, which takes some seconds, once on each machine. The
            default writes a log message.

    Returns:
        The reranker, or None for ``none``.

    Raises:
        ModelError: The model is missing, damaged, or contains code; the message says what to do.
        UsageError: ``$QA_ENCODER`` is not the name of a backend.
    """
    if name == NONE:
        return None
    if not name.strip():
        # As a path, an empty name would be the working directory.
        raise ModelError("reranker-unnamed")
    if name == READER:
        return _reader(weights.FOLDER, name, on_prepare)
    if (Path(name) / weights.CARD).is_file():
        return _reader(Path(name).resolve(), str(Path(name).resolve()), on_prepare)
    return _cross_encoder(name, fetch)


def _reader(folder: Path, name: str, on_prepare: Callable[[], None]) -> Reranker:
    backend()  # fails before a model is read
    card = weights.read_card(folder)
    from tokenizers import Tokenizer

    from qa.rerankers.inputs import Tokenized
    from qa.rerankers.reader import Reader

    tokenizer = packaged()[0] / compiled.TOKENIZER

    def original() -> Network:
        from qa.rerankers.network import TorchNetwork

        return TorchNetwork(weights.load_network(folder))

    network = compiled_or_original(name, lambda: _compiled(folder, card, tokenizer, on_prepare), original)
    tokenized = Tokenized(Tokenizer.from_file(str(tokenizer)))
    return Reader(network, tokenized, name, frozenset(card.languages) or None)


def _compiled(
    folder: Path, card: weights.Card, tokenizer: Path, on_prepare: Callable[[], None]
) -> OpenVinoNetwork:
    """Load the compiled form of a reader, and make it if it is missing or damaged.

    Raises:
        ImportError: OpenVINO is missing.
        ConversionError: The network cannot be compiled.
        OSError: The compiled form cannot be stored.
    """
    from qa.encoders.runtime import has_bfloat16
    from qa.rerankers.openvino import CONVERTER, OpenVinoNetwork, Settings

    def make(target: Path) -> Settings:
        from qa.rerankers.convert import convert

        on_prepare()
        return convert(weights.load_network(folder), tokenizer, target)

    fingerprint = f"reader {CONVERTER} {card.sha256} {card.encoder_sha256}"
    key = compiled.key(fingerprint, bfloat16=has_bfloat16())
    size = sum(path.stat().st_size for path in (folder / weights.WEIGHTS, packaged()[0] / weights.ENCODER))
    settings = compiled.load_or_make(key, Settings, size, make)
    return OpenVinoNetwork(compiled.folder(key), settings)


def _cross_encoder(name: str, fetch: bool) -> Reranker:
    from qa.encoders.sentence_transformers import load_folder
    from qa.rerankers.cross_encoder import CrossEncoderReranker

    try:
        source = locate(name, fetch)
    except ModelError as error:
        if error.code in ("model-unknown", "model-not-local"):
            raise ModelError("reranker-unknown", model=name) from error
        raise
    model: Any = load_folder(source.folder, source.name, "CrossEncoder")
    return CrossEncoderReranker(model, source.name, source.languages)
