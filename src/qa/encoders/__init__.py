"""Encoders: the protocols, the models by name, and sentence-transformers as the reference."""

from qa.encoders.base import Encoder, TokenEncoder, TokenVectors, Vectors, WordwiseEncoder
from qa.encoders.models import DEFAULT_LANGUAGES, DEFAULT_MODEL, DEFAULT_WEIGHTS_SHA256, load
from qa.encoders.sentence_transformers import SentenceTransformerEncoder

__all__ = [
    "DEFAULT_LANGUAGES",
    "DEFAULT_MODEL",
    "DEFAULT_WEIGHTS_SHA256",
    "Encoder",
    "SentenceTransformerEncoder",
    "TokenEncoder",
    "TokenVectors",
    "Vectors",
    "WordwiseEncoder",
    "load",
]
