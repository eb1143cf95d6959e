"""The result of a search: the ranked hits, and facts about the whole result set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.encoders import Vectors, WordwiseEncoder
from qa.index import PassageRow
from qa.search.fitted import Stage
from qa.search.phrases import QuotedPhrases
from qa.search.query import Question
from qa.types import Features, Hit, Sentence

Scored = tuple[Sentence, Features, float, PassageRow]
"""A sentence with its features, its score and its passage."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The ranked hits of a question, and facts about the whole result set.

    Attributes:
        question: The question as analysed.
        hits: Every sentence of the candidate passages, best first.
        rows: The passage of each hit.
        unknown: The share of the question's idf weight in terms that the index does not have.
        phrases_missing: Whether a quoted phrase is not in any of them.
        is_clause: Whether the first hit is the clause or section that the question names.
        quoted: The places of each phrase.
        unread: The language of the question, if the model does not support it.
        query: The query vector.
        wordwise: Embeds single words, to mark similar ones; None if it cannot, or not in this language.
        stage: What the scores are from.
        shift: What the scores of passages that were not read have in addition, see `qa.search.rank`.
    """

    question: Question
    hits: tuple[Hit, ...]
    rows: Sequence[PassageRow]
    unknown: float
    phrases_missing: bool = False
    is_clause: bool = False
    quoted: QuotedPhrases = field(default_factory=QuotedPhrases)
    unread: str | None = None
    query: Vectors | None = field(default=None, compare=False, repr=False)
    wordwise: WordwiseEncoder | None = field(default=None, compare=False, repr=False)
    stage: Stage = "hybrid"
    shift: float = 0.0

    def passage(self, hit: Hit) -> PassageRow:
        """Return the passage of a hit."""
        return self.rows[hit.rank - 1]


@dataclass(frozen=True, slots=True)
class Search:
    """One search of a question, see `qa.search.searcher.Searcher.search`.

    Attributes:
        text: The question.
        documents: Ids or globs of the documents to search; empty for all.
        after: The earlier questions, oldest first, to read the question together with.
        previous: The result of the last of them. Its passages are candidates too, and its first quote ranks
            lower. A reader needs none of this.
    """

    text: str
    documents: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    previous: SearchResult | None = None
