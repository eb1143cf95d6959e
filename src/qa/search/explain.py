"""Why a sentence was found: its score taken apart by measure, its similarity by word."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from qa.encoders import Encoder, TokenEncoder, Vectors
from qa.index.update import sentence_input
from qa.record import Citation, Part, WordPart
from qa.search.result import SearchResult
from qa.search.score import parts, weights
from qa.text.tokens import tokens, unwrapped_places, whole_words
from qa.types import Hit, Sentence

MEANING, WORDS = "dense_sentence", "nearest_words"
LABELS = {
    MEANING: "meaning of the sentence",
    "dense_passage": "meaning of the passage",
    WORDS: "words near in meaning, rare ones counting more",
    "lexical_sentence": "words in the sentence, rare ones counting more",
    "lexical_passage": "words in the passage, rare ones counting more",
    "coverage_sentence": "words in the sentence",
    "coverage_passage": "words in the passage",
    "coverage_window": "words here, just before or in the headings",
    "coverage_title": "words in title and headings",
    "coverage_plain": "words that are no names",
    "bigram_overlap": "words side by side",
    "first_in_passage": "first in its passage",
    "reader": "what a trained reader says",
    "number": "a number, as asked",
    "date": "a date or time, as asked",
    "name": "a name, as asked",
    "place": "a place, as asked",
    "clause": "the clause of the number that is asked for",
    "repeated": "quoted to the question before",
}
"""What people read for each measure, each kind of thing that is asked for, and what moves a score."""
ROUNDING = 1e-12


def hit_in(found: SearchResult, place: Sentence | Citation) -> Hit | None:
    """The hit that a quote in this place was made of: the best one in it, or None."""
    for hit in found.hits:
        here = hit.sentence
        if here.doc_id == place.doc_id and place.start <= here.start and here.end <= place.end:
            return hit
    return None


def explain(found: SearchResult, hit: Hit, encoder: Encoder) -> tuple[Part, ...]:
    """The parts of a hit's score, greatest first; their values add up to it.

    The part of the sentence's meaning is told word by word where the encoder can: the cosine similarity
    with the mean of token vectors is the sum of the similarities with each of them, so nothing is
    estimated. So is that of the words near in meaning, each of which stands for words of the question.
    """
    question, read = found.question, found.unread is None
    weighed = weights(question.kind, len(question.terms), found.sentences, read=read)
    values = parts(hit.features, weighed)
    # Another may have gone before what its own score says, see `qa.search.reorder`.
    moved = hit.score - sum(values.values())
    if abs(moved) > ROUNDING:
        values["clause" if moved > 0 else "repeated"] = moved
    row = found.passages[hit.sentence]
    text = row.text[hit.sentence.start - row.start : hit.sentence.end - row.start]
    told = {WORDS: near_words(text, found)}
    if values.get(MEANING) and found.query is not None:
        told[MEANING] = similar_words(text, found.query, encoder)
    words = {
        name: tuple(
            WordPart(
                start=hit.sentence.start + start,
                end=hit.sentence.start + end,
                value=weighed[name] * share,
            )
            for start, end, share in shares
        )
        for name, shares in told.items()
        if name in weighed
    }
    ordered = sorted(values.items(), key=lambda item: -item[1])
    return tuple(
        Part(label=LABELS[name], value=value, words=words.get(name, ())) for name, value in ordered if value
    )


def near_words(text: str, found: SearchResult) -> list[tuple[int, int, float]]:
    """Start, end and share of the words of a sentence that are the nearest to a word of the question.

    The shares add up to `Features.nearest_words`. Empty where words are not compared.
    """
    words = list(tokens(text))
    asked = [found.question.words[term] for term in found.shares]
    near = found.vocabulary.similar(asked, [word for word, _, _ in words]) if found.vocabulary else None
    if near is None or not words:
        return []
    shares = [0.0] * len(words)
    for weight, similar in zip(found.shares.values(), near, strict=True):
        shares[int(similar.argmax())] += weight * float(similar.max())
    return [(start, end, share) for (_, start, end), share in zip(words, shares, strict=True) if share]


def similar_words(text: str, query: Vectors, encoder: Encoder) -> list[tuple[int, int, float]]:
    """Start, end and share of the cosine similarity of each word of a sentence as it stands in its document.

    Words beyond what the model reads have share 0; words of which the model makes one token are one.
    Empty where the encoder cannot tell its tokens.
    """
    made = encoder.tokens(sentence_input(text)) if isinstance(encoder, TokenEncoder) else None
    if made is None:
        return []
    places = unwrapped_places(text)
    spans = whole_words(text)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    shares = [0.0] * len(spans)
    goes_on = [False] * len(spans)
    for (a, b), share in zip(made.spans, (made.shares @ query).tolist(), strict=True):
        if a == b:
            continue
        first, last = bisect_right(ends, places[a]), bisect_left(starts, places[b - 1] + 1)
        if first < last:
            shares[first] += share
            goes_on[first + 1 : last] = [True] * (last - first - 1)
    words: list[tuple[int, int, float]] = []
    for start, end, share, more in zip(starts, ends, shares, goes_on, strict=True):
        if more:
            first_start, _, so_far = words.pop()
            words.append((first_start, end, so_far + share))
        else:
            words.append((start, end, share))
    return words
