"""The reader: reads a question with each passage, and scores every sentence and its answer in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from qa.encoders.base import Vectors
from qa.rerankers.base import NOTHING_TO_READ, AnswerSpan, PassageText, Reading
from qa.rerankers.inputs import ANSWER_TOKENS, Inputs, Tokenized, Window, collate, in_batches, windows_of
from qa.rerankers.spans import best_spans


class Logits(NamedTuple):
    """The output of the network for a batch.

    Attributes:
        sentences: The logit of each sentence, shape ``(windows, sentences)``.
        spans: The logits of start and end of an answer, shape ``(windows, tokens, 2)``.
        passages: The logit that a passage answers, shape ``(windows,)``.
    """

    sentences: Vectors
    spans: Vectors
    passages: Vectors


class Network(Protocol):
    """Runs the network, for example with torch."""

    batch_tokens: int
    """Maximum tokens of a batch, padding included."""

    def run(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        """Yield the output for each batch in order."""


class Reader:
    """A reranker that scores every sentence of a passage with the whole passage in view.

    A passage that is too long for the network is read in several windows. A sentence in two of them has the
    higher of its logits, and a passage the highest of its windows.
    """

    def __init__(
        self, network: Network, tokenized: Tokenized, name: str, languages: frozenset[str] | None
    ) -> None:
        self._network = network
        self._tokenized = tokenized
        self.name = name
        self.languages = languages

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """Return a reading of each passage; see `Reranker.read`."""
        drafts = [_Draft(len(passage.sentences)) for passage in passages]
        batches = in_batches(windows_of(question, passages, self._tokenized), self._network.batch_tokens)
        inputs = (collate([window for _, window in batch]) for batch in batches)
        for batch, logits in zip(batches, self._network.run(inputs), strict=True):
            for at, (passage, window) in enumerate(batch):
                drafts[passage].add(window, Logits(*(output[at] for output in logits)))
        return [draft.reading() for draft in drafts]


class _Draft:
    """The reading of one passage, window by window."""

    def __init__(self, sentences: int) -> None:
        self._sentences = np.full(sentences, NOTHING_TO_READ, dtype=np.float32)
        self._answers: list[AnswerSpan | None] = [None] * sentences
        self._passage = NOTHING_TO_READ

    def add(self, window: Window, logits: Logits) -> None:
        """Add the network's output for a window of the passage."""
        read, positions = window.sentences()
        spans = logits.spans[window.head : window.head + len(positions)]
        first, last, scores = best_spans(spans[:, 0], spans[:, 1], positions, ANSWER_TOKENS)
        starts, ends = window.tokens.spans[first, 0].tolist(), window.tokens.spans[last, 1].tolist()
        for at, sentence in enumerate(read.tolist()):
            if logits.sentences[at] > self._sentences[sentence]:
                self._sentences[sentence] = logits.sentences[at]
                self._answers[sentence] = AnswerSpan(starts[at], ends[at], float(scores[at]))
        self._passage = max(self._passage, float(logits.passages))

    def reading(self) -> Reading:
        """Return the reading."""
        return Reading(self._sentences, self._passage, tuple(self._answers))
