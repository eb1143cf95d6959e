"""What a search returns: hits in their order, and what the result set says about the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qa.encoders import Vectors
from qa.index import PassageRow
from qa.search.phrases import QuotedPhrases
from qa.search.query import Question, Term
from qa.search.vocabulary import Vocabulary
from qa.types import Features, Hit, Sentence

Scored = tuple[Sentence, Features, float, PassageRow]
"""A sentence with its features, its score and its passage."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of a question in the order of their rank, and what the whole result set says.

    Attributes:
        question: The question as it was understood.
        hits: Every sentence of the candidate passages, best first.
        passages: The passage of each.
        unknown: The share of the question's idf weight in terms that are nowhere in the index.
        sentences: The number of sentences that were searched.
        phrases_missing: Whether a phrase in quotation marks is nowhere in them.
        quoted: Where each phrase is.
        unread: The language of a question that the model does not read.
        query: The vector that all similarities are with.
        shares: The share of each term in the question's idf weight.
        vocabulary: Compares words.
    """

    question: Question
    hits: tuple[Hit, ...]
    passages: Mapping[Sentence, PassageRow]
    unknown: float
    sentences: int
    phrases_missing: bool = False
    quoted: QuotedPhrases = field(default_factory=QuotedPhrases)
    unread: str | None = None
    query: Vectors | None = field(default=None, compare=False, repr=False)
    shares: Mapping[Term, float] = field(default_factory=dict)
    vocabulary: Vocabulary | None = field(default=None, compare=False, repr=False)
