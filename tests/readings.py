"""Handmade passages, and a reranker whose readings follow from the words of the passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from qa.index.stores.rows import DocumentHeader, PassageRow, SentenceRow
from qa.rerankers import NOTHING_TO_READ, AnswerSpan, PassageText, Reading
from qa.search.terms import PassageTerms


def passage(
    key: int, *sentences: str, start: int = 0, title: str = "", headings: tuple[str, ...] = ()
) -> PassageTerms:
    """Return a passage of sentences with a space between, in a document that is named after its key.

    Args:
        key: The key of the passage and of its document.
        sentences: Its sentences.
        start: Where it begins in the document.
        title: The title of the document.
        headings: The headings above the passage.
    """
    rows, at = [], start
    for number, sentence in enumerate(sentences):
        rows.append(SentenceRow(100 * key + number, at, at + len(sentence)))
        at += len(sentence) + 1
    row = PassageRow(key, key, start, at - 1, headings, " ".join(sentences), tuple(rows))
    return PassageTerms(row, DocumentHeader(f"d{key}", title, "en"))


class WordReranker:
    """Gives a sentence the highest value of its words, and marks that word as the answer.

    Attributes:
        questions: Every question it was asked.
        passages: Every passage it has read.
    """

    name = "word-values"

    def __init__(
        self, values: Mapping[str, float], *, other: float = -4.0, languages: frozenset[str] | None = None
    ) -> None:
        """Create a reranker.

        Args:
            values: The logit of each word.
            other: The logit of a sentence without these words.
            languages: The languages that it supports.
        """
        self.values = values
        self.other = other
        self.languages = languages
        self.questions: list[str] = []
        self.passages: list[PassageText] = []

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """Return a reading of each passage."""
        self.questions.append(question)
        self.passages += passages
        return [self._reading(each) for each in passages]

    def _reading(self, passage: PassageText) -> Reading:
        answers = tuple(self._answer(passage.text, start, end) for start, end in passage.sentences)
        logits = np.array([answer.score if answer else self.other for answer in answers], dtype=np.float32)
        return Reading(logits, float(logits.max(initial=NOTHING_TO_READ)), answers)

    def _answer(self, text: str, start: int, end: int) -> AnswerSpan | None:
        places = [(value, word, text.find(word, start, end)) for word, value in self.values.items()]
        present = [place for place in places if place[2] >= 0]
        if not present:
            return None
        value, word, at = max(present)
        return AnswerSpan(at, at + len(word), value)
