"""Encoders: the protocols, models by name, and the reference implementation with sentence-transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.encoders.base import Encoder, ShardEncoder, TokenEncoder, TokenVectors, Vectors, WordwiseEncoder
from qa.encoders.models import DEFAULT_LANGUAGES, DEFAULT_MODEL, DEFAULT_WEIGHTS_SHA256, check, load

if TYPE_CHECKING:
    from qa.encoders.sentence_transformers import SentenceTransformerEncoder

__all__ = [
    "DEFAULT_LANGUAGES",
    "DEFAULT_MODEL",
    "DEFAULT_WEIGHTS_SHA256",
    "Encoder",
    "SentenceTransformerEncoder",
    "ShardEncoder",
    "TokenEncoder",
    "TokenVectors",
    "Vectors",
    "WordwiseEncoder",
    "check",
    "load",
]


def __getattr__(name: str) -> Any:
    # It imports NumPy, which commands that embed nothing do not need.
    if name == "SentenceTransformerEncoder":
        from qa.encoders import sentence_transformers

        return sentence_transformers.SentenceTransformerEncoder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
