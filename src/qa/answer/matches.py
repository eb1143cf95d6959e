"""Mark words of quotes: those that answer the question, and those that match it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa.encoders import WordwiseEncoder
from qa.lang.en import ENGLISH
from qa.record import Match, Span
from qa.search.result import SearchResult
from qa.text.tokens import bare, stem, tokens

NEAR = 0.55
"""Minimum similarity of a word of a quote that is marked as matching: bought and purchased match, largest and
smallest do not."""


def matches(
    text: str, span: Span, result: SearchResult, language: str, answers: Iterable[tuple[int, int]] = ()
) -> tuple[Match, ...]:
    """Return the marked words of a quote, in order and without overlap.

    Args:
        text: The text of the document.
        span: The quote.
        result: The search result of the question.
        language: The language of the document.
        answers: The stretches of the document that answer the question, in any order; only their parts inside
            of the quote are marked.
    """
    return with_answers(_matching_words(text, span, result, language), answers, span)


def with_answers(
    words: Iterable[Match], answers: Iterable[tuple[int, int]], quote: Span
) -> tuple[Match, ...]:
    """Add the answer words to matching words, which lose what they share with an answer.

    Args:
        words: The matching words, in order and without overlap.
        answers: The stretches that answer, in any order.
        quote: The quote; the parts of answers outside of it are left out.
    """
    merged = _merged(answers, quote)
    rest = (part for word in words for part in _without(word, merged))
    return tuple(sorted([*merged, *rest], key=lambda match: match.start))


def _matching_words(text: str, span: Span, result: SearchResult, language: str) -> Iterator[Match]:
    """Yield the words of a quote that the question asks for, by stem or by a similar meaning."""
    words = list(tokens(text[span.start : span.end]))
    asked = list(result.question.words.values())
    nearest = _similarities(asked, [word for word, _, _ in words], result.wordwise)
    for (word, start, end), similarity in zip(words, nearest, strict=True):
        if stem(word, language) in result.question.stems:
            yield Match(span.start + start, span.start + end, "lexical")
        # Any two years are similar, and neither replaces the other.
        elif similarity >= NEAR and word.isalpha() and word.lower() not in ENGLISH.stop_words:
            yield Match(span.start + start, span.start + end, "similar")


def _similarities(
    asked: Sequence[str], words: Sequence[str], wordwise: WordwiseEncoder | None
) -> list[float]:
    """Return the cosine similarity of each word with the most similar word of the question."""
    vectors = wordwise.words([bare(word).lower() for word in (*asked, *words)]) if wordwise else None
    if vectors is None or not asked:
        return [0.0] * len(words)
    similarities: list[float] = (vectors[: len(asked)] @ vectors[len(asked) :].T).max(axis=0).tolist()
    return similarities


def _merged(answers: Iterable[tuple[int, int]], quote: Span) -> list[Match]:
    """Return the parts of answers in a quote, in order; parts that touch or overlap become one."""
    merged: list[Match] = []
    for start, end in sorted(answers):
        first, last = max(start, quote.start), min(end, quote.end)
        if first >= last:
            continue
        if merged and first <= merged[-1].end:
            merged[-1] = Match(merged[-1].start, max(merged[-1].end, last), "answer")
        else:
            merged.append(Match(first, last, "answer"))
    return merged


def _without(word: Match, answers: Iterable[Match]) -> Iterator[Match]:
    """Yield the parts of a word that no answer covers."""
    start = word.start
    for answer in answers:
        if answer.start >= word.end:
            break
        if start < answer.start:
            yield Match(start, answer.start, word.kind)
        start = max(start, answer.end)
    if start < word.end:
        yield Match(start, word.end, word.kind)
