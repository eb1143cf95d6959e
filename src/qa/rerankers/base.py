"""The protocol of rerankers, models that read a question together with passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """A model that reads a question together with passages, for example a cross-encoder."""

    @property
    def name(self) -> str:
        """Name that identifies the model to a person."""

    def score(self, question: str, passages: Sequence[str]) -> Sequence[float]:
        """Return how well each passage answers the question, in [0, 1]; higher is better.

        A score depends on the question and its passage alone, not on the other passages.
        """
