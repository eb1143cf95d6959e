"""Select the passages whose sentences may answer a question."""

from __future__ import annotations

from collections.abc import Collection

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


def has_few(snapshot: Snapshot, question: Question) -> bool:
    """Return whether all passages are candidates of a question that is not limited to some documents."""
    # Whether a number names one clause shows only in all of them.
    return len(snapshot.indexes.passages) <= (SCAN if asked(question.text) else CANDIDATES)


def candidates(
    snapshot: Snapshot,
    question: Question,
    query: Vectors,
    allowed: Collection[int] | None,
) -> set[int]:
    """Return the keys of the passages with the best sentences, and of the best passages, of each index.

    Args:
        snapshot: The index to search.
        question: The question, for the lexical indexes.
        query: The question's vector, for the vector indexes.
        allowed: The documents to search; None for all.
    """
    indexes, store = snapshot.indexes, snapshot.store
    if allowed is not None:
        keys = store.passage_keys(allowed)
        if len(keys) <= SCAN:
            return set(keys)
    elif has_few(snapshot, question):
        return set(store.passage_keys())
    nearest = indexes.sentences.search(query, CANDIDATES, allowed)
    nearest_passages = indexes.passages.search(query, CANDIDATES // 2, allowed)
    # Sorted: the order of a set changes from run to run, and with it the last digit of a sum.
    stems = sorted(question.stems)
    sentences = indexes.sentence_terms.search(stems, CANDIDATES, allowed)
    passages = [
        *indexes.passage_terms.search(stems, CANDIDATES // 2, allowed),
        *indexes.passage_terms.search(terms_of(asked(question.text)), CANDIDATES // 2, allowed),
    ]
    own = store.passages_of(key for key, _ in (*nearest, *sentences))
    return own | {key for key, _ in (*nearest_passages, *passages)}


def beside(snapshot: Snapshot, previous: SearchResult) -> set[int]:
    """Return the passages of the first hits of the previous question, with their neighbours."""
    rows = previous.rows[:QUOTED]
    return snapshot.store.passages_around(row.id for row in rows)
