"""Explain the score of a hit: its parts by measure, and its similarity by word."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from qa.encoders import Encoder, TokenEncoder, Vectors
from qa.index.update import sentence_input
from qa.record import Citation, Part, WordPart
from qa.search.fitted import WEIGHTS
from qa.search.result import SearchResult
from qa.text.clauses import asked
from qa.text.names import is_name, is_unfinished
from qa.text.tokens import unwrapped_places, whole_words
from qa.types import Hit, Sentence

MEANING = "dense_sentence"
LABELS = {
    MEANING: "meaning of the sentence",
    "dense_passage": "meaning of the passage",
    "lexical_passage": "words in the passage, weighted by rarity",
    "coverage_sentence": "words in the sentence",
    "coverage_window": "words here, just before or in the headings",
    "reader": "score of the trained reader",
    "unread": "not among the passages that were read",
    "clause": "the clause that the question names by number",
    "section": "the section whose title is the question",
    "name": "a title, a name or a label that is not asked for",
    "repeated": "already quoted for the previous question",
}
"""English labels of the features, and of changes of the score by rank and reorder."""
ROUNDING = 1e-9


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
    """
    stage = result.stage
    is_unread = stage == "reader" and hit.features.reader is None
    weights = WEIGHTS["hybrid" if is_unread else stage]
    values = {name: weight * getattr(hit.features, name) for name, weight in weights.items()}
    if is_unread:
        values["unread"] = result.shift
    # `qa.search.reorder` may have put it elsewhere.
    moved = hit.score - sum(values.values())
    row = result.passage(hit)
    text = row.text[hit.sentence.start - row.start : hit.sentence.end - row.start]
    if abs(moved) > ROUNDING:
        values[_reason(moved, result, text)] = moved
    words: tuple[WordPart, ...] = ()
    if values.get(MEANING) and result.query is not None:
        words = tuple(
            WordPart(
                start=hit.sentence.start + start,
                end=hit.sentence.start + end,
                value=weights[MEANING] * share,
            )
            for start, end, share in similar_words(text, result.query, encoder)
        )
    ordered = sorted(values.items(), key=lambda item: -item[1])
    return tuple(
        Part(label=LABELS[name], value=value, words=words if name == MEANING else ())
        for name, value in ordered
        if value
    )


def _reason(moved: float, result: SearchResult, text: str) -> str:
    """Return why `qa.search.reorder` has moved a sentence up or down."""
    if moved > 0:
        return "clause" if asked(result.question.text) else "section"
    return "name" if is_name(text) or is_unfinished(text) else "repeated"


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
