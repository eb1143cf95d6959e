"""Rerankers, models that read a question together with passages: the protocol, and models by name."""

from qa.rerankers.base import (
    NOTHING_TO_READ,
    AnswerSpan,
    BatchReranker,
    PassageText,
    Reading,
    Reranker,
    read_many,
)
from qa.rerankers.models import NONE, READER, load

__all__ = [
    "NONE",
    "NOTHING_TO_READ",
    "READER",
    "AnswerSpan",
    "BatchReranker",
    "PassageText",
    "Reading",
    "Reranker",
    "load",
    "read_many",
]
