"""Rerankers: what reads question and passage together, as a protocol that search depends on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """A model that reads a question beside passages, a cross-encoder for example."""

    @property
    def name(self) -> str:
        """Returns the name that identifies the model to a person."""

    def score(self, question: str, passages: Sequence[str]) -> Sequence[float]:
        """Returns how well each passage answers the question, in [0, 1]; higher is better.

        A score depends on the question and its passage alone, not on the other passages.
        """
