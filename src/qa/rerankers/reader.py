"""The reader: reads a question with each passage, and scores every sentence and its answer in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
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
    is_exact_in_batches: bool
    """Whether a window has the same output, to the last bit, in any batch."""

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
        return self._read([(question, passages)])[0]

    def read_many(self, requests: Sequence[tuple[str, Sequence[PassageText]]]) -> list[list[Reading]]:
        """Return the readings of each question and its passages; see `BatchReranker.read_many`."""
        if not self._network.is_exact_in_batches:
            return [self.read(question, passages) for question, passages in requests]
        return self._read(requests)

    def _read(self, requests: Sequence[tuple[str, Sequence[PassageText]]]) -> list[list[Reading]]:
        """Return the readings of each question and its passages, in batches of windows of similar length."""
        drafts = [[_Draft(len(passage.sentences)) for passage in passages] for _, passages in requests]
        flat = [draft for each in drafts for draft in each]
        first, windows = 0, list[tuple[int, Window]]()
        for question, passages in requests:
            own = windows_of(question, passages, self._tokenized)
            windows += [(first + passage, window) for passage, window in own]
            first += len(passages)
        batches = in_batches(windows, self._network.batch_tokens)
        inputs = (collate([window for _, window in batch]) for batch in batches)
        outputs = [
            Logits(*(output[at] for output in logits))
            for batch, logits in zip(batches, self._network.run(inputs), strict=True)
            for at in range(len(batch))
        ]
        placed = [each for batch in batches for each in batch]
        answers = _answers([window for _, window in placed], outputs)
        for (passage, window), logits, spans in zip(placed, outputs, answers, strict=True):
            flat[passage].add(window, logits, spans)
        return [[draft.reading() for draft in each] for each in drafts]


def _answers(windows: Sequence[Window], outputs: Sequence[Logits]) -> Iterator[list[AnswerSpan]]:
    """Yield the best span of each sentence of each window."""
    if not windows:
        return
    # All windows at once, which is much faster than one by one.
    read = [window.sentences() for window in windows]
    counts = np.array([len(sentences) for sentences, _ in read])
    owners = [places + first for (_, places), first in zip(read, np.cumsum(counts) - counts, strict=True)]
    logits = np.concatenate(
        [
            output.spans[window.head : window.head + len(window.tokens)]
            for window, output in zip(windows, outputs, strict=True)
        ]
    )
    offsets = np.concatenate([window.tokens.spans for window in windows])
    first, last, scores = best_spans(logits[:, 0], logits[:, 1], np.concatenate(owners), ANSWER_TOKENS)
    spans = map(AnswerSpan, offsets[first, 0].tolist(), offsets[last, 1].tolist(), scores.tolist())
    for count in counts.tolist():
        yield [*islice(spans, count)]


class _Draft:
    """The reading of one passage, window by window."""

    def __init__(self, sentences: int) -> None:
        self._sentences = np.full(sentences, NOTHING_TO_READ, dtype=np.float32)
        self._answers: list[AnswerSpan | None] = [None] * sentences
        self._passage = NOTHING_TO_READ

    def add(self, window: Window, logits: Logits, answers: Sequence[AnswerSpan]) -> None:
        """Add the network's output for a window of the passage, and the best span of each sentence."""
        for at, sentence in enumerate(window.sentences()[0].tolist()):
            if logits.sentences[at] > self._sentences[sentence]:
                self._sentences[sentence] = logits.sentences[at]
                self._answers[sentence] = answers[at]
        self._passage = max(self._passage, float(logits.passages))

    def reading(self) -> Reading:
        """Return the reading."""
        return Reading(self._sentences, self._passage, tuple(self._answers))
