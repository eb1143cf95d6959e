"""Select the passages whose sentences may answer a question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.encoders import Vectors
from qa.index import Snapshot
from qa.search.query import Question
from qa.search.result import SearchResult
from qa.text.clauses import asked, terms_of

CANDIDATES = 80
"""Number of sentences from each index; half as many passages."""
SCAN = 2_000
"""Maximum passages that are all candidates, without a search, of a question limited to some documents or
to a clause."""
QUOTED = 3
"""Hits of the previous question whose passages, with their neighbours, are candidates of a follow-up."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The keys of the sentences and passages nearest to a question, among all documents."""

    sentences: Sequence[int]
    passages: Sequence[int]


def nearest_many(snapshot: Snapshot, queries: Vectors) -> list[Nearest]:
    """Return the nearest sentences and passages of several questions, from their vectors."""
    return [
        Nearest([key for key, _ in sentences], [key for key, _ in passages])
        for sentences, passages in zip(
            snapshot.indexes.sentences.search_many(queries, CANDIDATES),
            snapshot.indexes.passages.search_many(queries, CANDIDATES // 2),
            strict=True,
        )
    ]


def has_few(snapshot: Snapshot, question: Question) -> bool:
    """Return whether all passages are candidates of a question that is not limited to some documents."""
    # Whether a number names one clause shows only in all of them.
    return len(snapshot.indexes.passages) <= (SCAN if asked(question.text) else CANDIDATES)


def candidates(
    snapshot: Snapshot,
    question: Question,
    query: Vectors,
    allowed: Collection[int] | None,
    nearest: Nearest | None = None,
) -> set[int]:
    """Return the keys of the passages with the best sentences, and of the best passages, of each index.

    Args:
        snapshot: The index to search.
        question: The question, for the lexical indexes.
        query: The question's vector, for the vector indexes.
        allowed: The documents to search; None for all.
        nearest: The result of `nearest_many` for the vector; by default the vector indexes are searched.
    """
    indexes, store = snapshot.indexes, snapshot.store
    if allowed is not None:
        keys = store.passage_keys(allowed)
        if len(keys) <= SCAN:
            return set(keys)
    elif has_few(snapshot, question):
        return set(store.passage_keys())
    if nearest is None or allowed is not None:
        nearest = Nearest(
            [key for key, _ in indexes.sentences.search(query, CANDIDATES, allowed)],
            [key for key, _ in indexes.passages.search(query, CANDIDATES // 2, allowed)],
        )
    # Sorted: the order of a set changes from run to run, and with it the last digit of a sum.
    stems = sorted(question.stems)
    sentences = indexes.sentence_terms.search(stems, CANDIDATES, allowed)
    passages = [
        *indexes.passage_terms.search(stems, CANDIDATES // 2, allowed),
        *indexes.passage_terms.search(terms_of(asked(question.text)), CANDIDATES // 2, allowed),
    ]
    own = store.passages_of([*nearest.sentences, *(key for key, _ in sentences)])
    return own | {*nearest.passages, *(key for key, _ in passages)}


def beside(snapshot: Snapshot, previous: SearchResult) -> set[int]:
    """Return the passages of the first hits of the previous question, with their neighbours."""
    rows = [previous.passages[hit.sentence] for hit in previous.hits[:QUOTED]]
    return snapshot.store.passages_around(row.id for row in rows)
