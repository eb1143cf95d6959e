"""Explain the score of a hit: its parts by measure, and its similarity by word."""

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
    WORDS: "words with a similar meaning, weighted by rarity",
    "lexical_sentence": "words in the sentence, weighted by rarity",
    "lexical_passage": "words in the passage, weighted by rarity",
    "coverage_sentence": "words in the sentence",
    "coverage_passage": "words in the passage",
    "coverage_window": "words here, just before or in the headings",
    "coverage_title": "words in title and headings",
    "coverage_plain": "words that are not names",
    "bigram_overlap": "pairs of neighbouring words",
    "first_in_passage": "first sentence of its passage",
    "reader": "score of the trained reader",
    "number": "a number, as the question asks",
    "date": "a date or time, as the question asks",
    "name": "a name, as the question asks",
    "place": "a place, as the question asks",
    "clause": "the clause that the question names by number",
    "repeated": "already quoted for the previous question",
}
"""English labels of the measures, of the kinds of expected answers, and of changes by reordering."""
ROUNDING = 1e-12


def hit_in(result: SearchResult, place: Sentence | Citation) -> Hit | None:
    """Return the best hit inside a quote's place, or None if there is none."""
    for hit in result.hits:
        sentence = hit.sentence
        if sentence.doc_id == place.doc_id and place.start <= sentence.start and sentence.end <= place.end:
            return hit
    return None


def explain(result: SearchResult, hit: Hit, encoder: Encoder) -> tuple[Part, ...]:
    """Return the parts of a hit's score, greatest first; their values add up to it.

    If the encoder supports it, the similarity of the sentence has a part for each word: the cosine similarity
    with the mean of token vectors is the sum of the similarities with each of them, so nothing is estimated.
    The similarity of single words (`Features.nearest_words`) is divided in the same way among the words that
    are the nearest.
    """
    question, is_read = result.question, result.unread is None
    weights_of = weights(question.kind, len(question.terms), result.sentences, read=is_read)
    values = parts(hit.features, weights_of)
    # `qa.search.reorder` may have changed the score of the features.
    moved = hit.score - sum(values.values())
    if abs(moved) > ROUNDING:
        values["clause" if moved > 0 else "repeated"] = moved
    row = result.passages[hit.sentence]
    text = row.text[hit.sentence.start - row.start : hit.sentence.end - row.start]
    shares_of = {WORDS: near_words(text, result)}
    if values.get(MEANING) and result.query is not None:
        shares_of[MEANING] = similar_words(text, result.query, encoder)
    words = {
        name: tuple(
            WordPart(
                start=hit.sentence.start + start,
                end=hit.sentence.start + end,
                value=weights_of[name] * share,
            )
            for start, end, share in shares
        )
        for name, shares in shares_of.items()
        if name in weights_of
    }
    ordered = sorted(values.items(), key=lambda item: -item[1])
    return tuple(
        Part(label=LABELS[name], value=value, words=words.get(name, ())) for name, value in ordered if value
    )


def near_words(text: str, result: SearchResult) -> list[tuple[int, int, float]]:
    """Return start, end and share of the words of a sentence that are nearest to a word of the question.

    The shares add up to `Features.nearest_words`. The list is empty if words are not compared.
    """
    words = list(tokens(text))
    asked = [result.question.words[term] for term in result.shares]
    similarities = (
        result.vocabulary.similar(asked, [word for word, _, _ in words]) if result.vocabulary else None
    )
    if similarities is None or not words:
        return []
    shares = [0.0] * len(words)
    for weight, row in zip(result.shares.values(), similarities, strict=True):
        shares[int(row.argmax())] += weight * float(row.max())
    return [(start, end, share) for (_, start, end), share in zip(words, shares, strict=True) if share]


def similar_words(text: str, query: Vectors, encoder: Encoder) -> list[tuple[int, int, float]]:
    """Return start, end and share of the cosine similarity of each word of a sentence.

    The sentence is the document's own text. Words beyond the model's maximum length have share 0; words that
    the model merges into one token are one entry. The list is empty if the encoder does not expose its
    tokens.
    """
    encoded = encoder.tokens(sentence_input(text)) if isinstance(encoder, TokenEncoder) else None
    if encoded is None:
        return []
    places = unwrapped_places(text)
    spans = whole_words(text)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    shares = [0.0] * len(spans)
    continued = [False] * len(spans)
    for (start, end), share in zip(encoded.spans, (encoded.shares @ query).tolist(), strict=True):
        if start == end:
            continue
        first, last = bisect_right(ends, places[start]), bisect_left(starts, places[end - 1] + 1)
        if first < last:
            shares[first] += share
            continued[first + 1 : last] = [True] * (last - first - 1)
    words: list[tuple[int, int, float]] = []
    for start, end, share, is_continued in zip(starts, ends, shares, continued, strict=True):
        if is_continued:
            first_start, _, sum_of_shares = words.pop()
            words.append((first_start, end, sum_of_shares + share))
        else:
            words.append((start, end, share))
    return words
