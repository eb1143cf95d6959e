"""Marked words of quotes: in order, without overlap, and an answer wins over a matching word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from answering import ask, check_citations, document, index_of_documents
from hypothesis import given
from hypothesis import strategies as st
from readings import WordReranker
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.answer.matches import NEAR, matches, with_answers
from qa.encoders import Encoder, WordwiseEncoder
from qa.record import Match, Span
from qa.text.tokens import stem, tokens

TEXT = "Intro. The buyer purchased 300 red boats in 1900. End."
QUOTE = Span(TEXT.index("The"), TEXT.index(" End"))


class Similar:
    """Embeds words: the cosine similarity of some pairs is `NEAR`, that of others is 0."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def words(self, words: Sequence[str]) -> Any:
        names = list(dict.fromkeys(words))
        vectors = np.eye(len(names))
        for one, other in self.pairs:
            if one in names and other in names:
                rest = math.sqrt(1 - NEAR**2)
                vectors[names.index(other)] = NEAR * np.eye(len(names))[names.index(one)]
                vectors[names.index(other), names.index(other)] = rest
        return vectors[[names.index(word) for word in words]]


def result(question: str, *pairs: tuple[str, str]) -> Any:
    words = {word: word for word, _, _ in tokens(question)}
    stems = {stem(word, "en") for word in words}
    return SimpleNamespace(question=SimpleNamespace(words=words, stems=stems), wordwise=Similar(*pairs))


def shown(marks: tuple[Match, ...]) -> list[tuple[str, str | None]]:
    return [(TEXT[mark.start : mark.end], mark.kind) for mark in marks]


def test_words_match_by_stem_or_by_meaning() -> None:
    similar = (("bought", "purchased"), ("bought", "the"), ("boat", "boats"), ("1901", "1900"))
    asked = result("bought boat 1901", *similar)
    assert shown(matches(TEXT, QUOTE, asked, "en")) == [("purchased", "similar"), ("boats", "lexical")]


def test_an_answer_replaces_the_words_that_it_covers_and_is_cut_to_the_quote() -> None:
    asked = result("buyer boats intro")
    boats = (TEXT.index("300"), TEXT.index("boats") + 3)
    year = (TEXT.index("1900"), len(TEXT))
    assert shown(matches(TEXT, QUOTE, asked, "en", [year, boats, (0, 5)])) == [
        ("buyer", "lexical"),
        ("300 red boa", "answer"),
        ("ts", "lexical"),
        ("1900.", "answer"),
    ]


spans = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))
WORDS = [Match(at, at + 4, kind) for at, kind in ((5, "lexical"), (10, "similar"), (15, "lexical"))]


@given(st.lists(spans, max_size=4), spans.filter(lambda span: span[0] < span[1]))
def test_marks_are_in_order_without_overlap_and_lose_no_character(
    answers: list[tuple[int, int]], quote: tuple[int, int]
) -> None:
    inside = [word for word in WORDS if quote[0] <= word.start and word.end <= quote[1]]
    marks = with_answers(inside, answers, Span(*quote))
    kinds: dict[int, str | None] = {}
    for mark in marks:
        assert mark.start < mark.end
        for at in range(mark.start, mark.end):
            assert at not in kinds
            kinds[at] = mark.kind
    assert list(marks) == sorted(marks, key=lambda mark: mark.start)
    expected = {at: word.kind for word in inside for at in range(word.start, word.end)}
    expected |= {
        at: "answer" for start, end in answers for at in range(max(start, quote[0]), min(end, quote[1]))
    }
    assert kinds == expected


def test_without_word_vectors_only_stems_match() -> None:
    asked = result("bought boat 1901", ("bought", "purchased"))
    asked.wordwise = None
    assert shown(matches(TEXT, QUOTE, asked, "en")) == [("boats", "lexical")]
    asked.wordwise = SimpleNamespace(words=lambda words: None)
    assert shown(matches(TEXT, QUOTE, asked, "en")) == [("boats", "lexical")]


def test_answer_words_of_a_reader_are_marked_in_its_quote(tmp_path: Any, words: WordEncoder) -> None:
    # The quote does not begin with the document, nor with the passage.
    text = "A candle burns.\n\nThe dragon is green. It sleeps in the tower of silver.\n\nA kettle sings."
    index = index_of_documents(tmp_path, words, [document("a.txt", text)])
    reranker = WordReranker({"tower of silver": 9.0, "green": 1.0})
    question = "Where does the dragon of the tower sleep?"
    answer = Answerer(index, words, reranker=reranker).ask(question)
    check_citations(answer, index)
    best = answer.quotes[0]
    assert best.text == "The dragon is green. It sleeps in the tower of silver."
    marks = [(text[mark.start : mark.end], mark.kind) for mark in best.matched]
    # Only the answer of the sentence that was ranked first, and no word of it twice.
    assert marks == [("dragon", "lexical"), ("sleeps", "lexical"), ("tower of silver", "answer")]
    plain = ask(index, words, question)
    assert {mark.kind for quote in plain.quotes for mark in quote.matched} == {"lexical"}


def test_a_reader_that_marks_nothing_leaves_the_matching_words(tmp_path: Any, words: WordEncoder) -> None:
    index = index_of_documents(tmp_path, words, [document("a.txt", "The dragon sleeps in the tower.")])
    [quote] = Answerer(index, words, reranker=WordReranker({})).ask("Where does the dragon sleep?").quotes
    assert [(quote.text[m.start : m.end], m.kind) for m in quote.matched] == [
        ("dragon", "lexical"),
        ("sleeps", "lexical"),
    ]


def test_the_model_marks_words_of_similar_meaning(model: Encoder) -> None:
    assert isinstance(model, WordwiseEncoder)
    text = "A physician purchased the biggest in 1900."
    asked = result("bought doctor largest 1901")
    asked.wordwise = model
    marks = matches(text, Span(0, len(text)), asked, "en")
    assert [(text[mark.start : mark.end], mark.kind) for mark in marks] == [
        ("physician", "similar"),
        ("purchased", "similar"),
        ("biggest", "similar"),
    ]
