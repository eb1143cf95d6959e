"""The passages whose sentences may answer a question."""

from __future__ import annotations

from collections.abc import Collection

from qa.encoders import Vectors
from qa.index import Snapshot
from qa.search.query import Question
from qa.search.result import SearchResult
from qa.text.clauses import asked, terms_of

CANDIDATES = 80
"""Sentences taken from each list; passages half as many."""
SCAN = 2_000
"""Passages up to which a limited question looks at every one of them instead of searching."""
QUOTED = 3
"""Hits of the question before whose passages, and those beside them, are candidates of a follow-up."""


def candidates(
    snapshot: Snapshot, question: Question, query: Vectors, allowed: Collection[int] | None
) -> set[int]:
    """Returns the keys of the passages with the best sentences, and of the best passages, of each index.

    Args:
        snapshot: What is searched.
        question: The question, for the lexical indexes.
        query: Its vector, for the vector indexes.
        allowed: Only passages of these documents; None for all.
    """
    indexes, store = snapshot.indexes, snapshot.store
    if allowed is not None:
        keys = store.passage_keys(allowed)
        if len(keys) <= SCAN:
            return set(keys)
    elif len(indexes.passages) <= CANDIDATES:
        return set(store.passage_keys())
    # Sorted: the order of a set changes from run to run, and with it the last digit of a sum.
    stems = sorted(question.stems)
    sentences = [
        *indexes.sentences.search(query, CANDIDATES, allowed),
        *indexes.sentence_terms.search(stems, CANDIDATES, allowed),
    ]
    passages = [
        *indexes.passages.search(query, CANDIDATES // 2, allowed),
        *indexes.passage_terms.search(stems, CANDIDATES // 2, allowed),
        *indexes.passage_terms.search(terms_of(asked(question.text)), CANDIDATES // 2, allowed),
    ]
    return store.passages_of(key for key, _ in sentences) | {key for key, _ in passages}


def beside(snapshot: Snapshot, previous: SearchResult) -> set[int]:
    """Returns the passages of the first hits of the question before, with their neighbours."""
    rows = [previous.passages[hit.sentence] for hit in previous.hits[:QUOTED]]
    return snapshot.store.passages_around(row.id for row in rows)
