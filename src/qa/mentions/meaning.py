"""Read the passages of an index for a meaning, best first, and bound the number of those that are missed."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from qa.answer.calibration import highest_rate
from qa.encoders import Encoder, Vectors
from qa.errors import ModelError, UsageError
from qa.index import PassageRow, Snapshot
from qa.lang import get
from qa.lang.detect import unread
from qa.mentions.record import CERTAINTY, Completeness
from qa.rerankers import Reading, Reranker
from qa.search.features import measure
from qa.search.query import Question, analyse
from qa.search.rank import passage_text, weighted
from qa.search.terms import PassageCache, term_weights

SEARCHED = 1_000
"""Passages from each index that are put in order; twice as many sentences."""
PATIENCE = 100
"""Passages in a row that are refused before reading ends."""
SAMPLE = 300
"""Passages of the random sample; without an accepted one, 1 % of the unread ones are missed at most."""
BATCH = 20
"""Passages that are read together."""
ACCEPTED = 0.0
"""Logit above which a sentence is accepted: that of the null, "not an answer"."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Neighbouring sentences of a passage that a reader accepts.

    Attributes:
        row: The passage.
        start: The start of the first sentence in code points of the document.
        end: The end of the last.
        score: The highest logit of the sentences.
    """

    row: PassageRow
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """A meaning to look for, with the models that read it.

    Attributes:
        question: The question, or the words that describe the meaning.
        encoder: The encoder of the index.
        reranker: The model that accepts passages.
    """

    question: str
    encoder: Encoder
    reranker: Reranker

    def check_language(self, languages: Collection[str] | None) -> None:
        """Check that the index's model and the reader support the language of the question.

        Args:
            languages: The languages of the index's model; None if it is multilingual.

        Raises:
            UsageError: One of them does not.
        """
        for supported in (languages, self.reranker.languages):
            if language := unread(self.question, supported):
                raise UsageError("find-meaning-language", language=get(language).name)

    def read(
        self,
        snapshot: Snapshot,
        allowed: Collection[int] | None,
        *,
        everything: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> tuple[list[Accepted], Completeness]:
        """Return what the reader accepts, in reading order, and how complete it is.

        Args:
            snapshot: The index to search.
            allowed: The keys of the documents to search; None for all.
            everything: Whether to read every passage.
            progress: Called with the number of passages read so far, and of those to read at most.

        Raises:
            QuestionError: The question has no word, or far too many.
            ModelError: The reader returns numbers that are not finite.
        """
        keys = snapshot.store.passage_keys(allowed)
        question = analyse(self.question, snapshot.store.languages() or ("en",))
        order = _ordered(snapshot, question, self._vector(question), allowed)
        if everything or len(keys) <= len(order) + SAMPLE:
            order += sorted(set(keys).difference(order))
        accepted: list[Accepted] = []
        read, last = 0, 0
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            for rank, result in enumerate(self._accepted(snapshot, question, batch), start=at + 1):
                last = rank if result else last
                accepted += result
            read += len(batch)
            progress(read, len(order))
            if not everything and read - last >= PATIENCE:
                break
        others = sorted(set(keys).difference(order[:read]))
        # Seeded: the same question gets the same answer.
        sample = random.Random(0).sample(others, min(SAMPLE, len(others)))
        results = [
            result
            for at in range(0, len(sample), BATCH)
            for result in self._accepted(snapshot, question, sorted(sample[at : at + BATCH]))
        ]
        in_sample = sum(map(bool, results))
        accepted += [each for result in results for each in result]
        accepted.sort(key=lambda each: (each.row.document, each.start))
        return accepted, Completeness(
            passages=len(keys),
            read=read + len(sample),
            accepted=len({each.row.id for each in accepted}),
            last_accepted=last,
            sample=len(sample),
            sample_accepted=in_sample,
            missed_at_most=missed_at_most(len(others), len(sample), in_sample),
            certainty=CERTAINTY,
        )

    def _vector(self, question: Question) -> Vectors:
        vector: Vectors = self.encoder.encode([question.text], query=True)[0]
        return vector

    def _accepted(
        self, snapshot: Snapshot, question: Question, keys: Sequence[int]
    ) -> Iterator[list[Accepted]]:
        """Yield what is accepted of each passage, in the order of ``keys``."""
        rows = {row.id: row for row in snapshot.store.passages(keys)}
        headers = snapshot.store.headers({row.document for row in rows.values()})
        texts = [passage_text(rows[key], headers[rows[key].document].title) for key in keys]
        readings = self.reranker.read(question.text, texts)
        for key, reading in zip(keys, readings, strict=True):
            if not np.isfinite([reading.passage, *reading.sentences]).all():
                raise ModelError("reranker-not-finite", model=self.reranker.name)
            yield list(_runs(rows[key], reading))


def missed_at_most(unread: int, sample: int, accepted: int) -> int:
    """Return the bound on accepted passages among those that a random sample of them did not have.

    Args:
        unread: The passages from which the sample was drawn.
        sample: The size of the sample.
        accepted: The number of accepted passages in it.
    """
    if sample >= unread:
        return 0
    bound = floor(highest_rate(accepted, sample) * unread)
    return min(unread - sample, max(0, bound - accepted))


def _runs(row: PassageRow, reading: Reading) -> Iterator[Accepted]:
    """Yield the runs of accepted sentences of a passage."""
    run: Accepted | None = None
    for sentence, logit in zip(row.sentences, reading.sentences.tolist(), strict=True):
        if logit > ACCEPTED:
            start, score = (sentence.start, logit) if run is None else (run.start, max(run.score, logit))
            run = Accepted(row, start, sentence.end, score)
        elif run is not None:
            yield run
            run = None
    if run is not None:
        yield run


def _ordered(
    snapshot: Snapshot, question: Question, query: Vectors, allowed: Collection[int] | None
) -> list[int]:
    """Return the passages that the search indexes find, those with the best sentences first."""
    indexes, store = snapshot.indexes, snapshot.store
    stems = sorted(question.stems)
    sentences = [
        *indexes.sentences.search(query, 2 * SEARCHED, allowed),
        *indexes.sentence_terms.search(stems, 2 * SEARCHED, allowed),
    ]
    passages = [
        *indexes.passages.search(query, SEARCHED, allowed),
        *indexes.passage_terms.search(stems, SEARCHED, allowed),
    ]
    keys = store.passages_of(key for key, _ in sentences) | {key for key, _ in passages}
    candidates = PassageCache(indexes.generation, {}).of(snapshot, keys)
    if not candidates:
        return []
    idf = term_weights(question, indexes.sentence_terms)
    measured = measure(question, query, indexes, candidates, idf)
    best = np.maximum.reduceat(weighted(measured.values, "hybrid"), measured.starts)
    return [candidates[int(at)].row.id for at in np.argsort(-best, kind="stable")]
