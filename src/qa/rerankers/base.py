"""The protocol of rerankers, models that read a question together with passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOTHING_TO_READ = -1e4
"""Logit of a sentence or passage without a word that the model can read."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as a reranker reads it.

    Attributes:
        text: Its text.
        sentences: Start and end of each sentence in code points of the text, in reading order.
        title: The title of its document.
        headings: The headings above it, the outermost first.
    """

    text: str
    sentences: tuple[tuple[int, int], ...]
    title: str = ""
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The words of a sentence that answer the question.

    Attributes:
        start: Their first code point in the text of the passage.
        end: The code point after the last.
        score: Logit of the start plus logit of the end. It compares spans of one passage.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reranker says about one passage.

    Logits are compared with a null of 0, "not an answer"; higher is better.

    Attributes:
        sentences: The logit of each sentence, `NOTHING_TO_READ` for one without words.
        passage: The logit of the passage as a whole.
        answers: The words of each sentence that answer best; None where the model names none.
    """

    sentences: NDArray[np.float32]
    passage: float
    answers: tuple[AnswerSpan | None, ...]


@runtime_checkable
class Reranker(Protocol):
    """A model that reads a question together with passages."""

    @property
    def name(self) -> str:
        """Name of the model, by which it can be loaded again."""

    @property
    def languages(self) -> frozenset[str] | None:
        """ISO 639-1 codes of the supported languages; None if multilingual or unknown."""

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """Return a reading of each passage.

        A reading depends on the question and its passage alone, not on the other passages or their order.
        """


@runtime_checkable
class BatchReranker(Reranker, Protocol):
    """A reranker that can read the passages of several questions together, which is faster."""

    def read_many(self, requests: Sequence[tuple[str, Sequence[PassageText]]]) -> list[list[Reading]]:
        """Return the readings of each question and its passages, the same as `Reranker.read` returns."""


def read_many(
    reranker: Reranker, requests: Sequence[tuple[str, Sequence[PassageText]]]
) -> list[list[Reading]]:
    """Return the readings of each question and its passages, read together if the reranker can."""
    if isinstance(reranker, BatchReranker):
        return reranker.read_many(requests)
    return [reranker.read(question, passages) for question, passages in requests]
