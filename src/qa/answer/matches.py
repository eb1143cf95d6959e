"""Mark words of quotes: those that answer the question, and those that match it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

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
    stems = result.question.stems
    words = list(tokens(text[span.start : span.end]))
    is_asked = [stem(word, language) in stems for word, _, _ in words]
    # Any two years are similar, and neither replaces the other.
    others = {
        word
        for (word, _, _), lexical in zip(words, is_asked, strict=True)
        if not lexical and word.isalpha() and word.lower() not in ENGLISH.stop_words
    }
    similar = _similar(others, list(result.question.words.values()), result.wordwise)
    for (word, start, end), lexical in zip(words, is_asked, strict=True):
        if lexical or word in similar:
            yield Match(span.start + start, span.start + end, "lexical" if lexical else "similar")


def _similar(
    words: Collection[str], asked: Sequence[str], wordwise: WordwiseEncoder | None
) -> Collection[str]:
    """Return the words whose meaning is similar to that of a word of the question."""
    every = sorted(words)
    vectors = wordwise.words([bare(word).lower() for word in (*asked, *every)]) if wordwise else None
    if vectors is None or not asked or not every:
        return ()
    nearest = (vectors[: len(asked)] @ vectors[len(asked) :].T).max(axis=0)
    return {word for word, similarity in zip(every, nearest.tolist(), strict=True) if similarity >= NEAR}


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
