"""Quoted phrases of a question are located in all documents, in every place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from answering import IndexBuilder, ask, check_citations, document, index_of_documents
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.index import Index
from qa.record import Answer
from qa.search.phrases import AROUND
from qa.types import Document

FILLER = "The orchard has a silver kettle and the river has an island. " * 8


@pytest.fixture
def build_index(tmp_path: Path, words: WordEncoder, place_of: Callable[[Path], Path | str]) -> IndexBuilder:
    return lambda *documents: index_of_documents(tmp_path, words, documents, place_of(tmp_path))


def quotes(answer: Answer) -> list[str]:
    return [quote.text for quote in answer.quotes]


def library(*texts: str, between: int = 0) -> list[Document]:
    """Return documents of these texts, and others between them that are nearer to any question about a
    kettle."""
    fillers = [
        document(f"o{at}", f"{FILLER}\n\nPaper {at} is about the kettle. {FILLER}") for at in range(between)
    ]
    return [*fillers, *(document(f"d{at}", text) for at, text in enumerate(texts))]


@pytest.mark.parametrize(
    "question",
    [
        '"notwithstanding clause nine"',
        'Where is "notwithstanding clause nine"?',
        'Where does the contract say "notwithstanding clause nine"?',
        "Which document mentions the words “notwithstanding clause nine”?",
        "Find „notwithstanding clause nine“",
        "«Notwithstanding  Clause Nine»",
        '3. "notwithstanding clause nine,"',
        'Wo steht "notwithstanding clause nine"?',
    ],
)
def test_a_phrase_is_located_even_if_its_sentence_is_far_from_the_question(
    build_index: IndexBuilder, words: WordEncoder, question: str
) -> None:
    index = build_index(*library("The bread is paid notwithstanding\nclause nine. It is late.", between=120))
    answer = ask(index, words, question)
    assert (answer.answered, answer.confidence, answer.reason) == (True, 1.0, None)
    assert quotes(answer) == ["The bread is paid notwithstanding\nclause nine."]
    check_citations(answer, index)


def test_every_place_is_listed_once(build_index: IndexBuilder, words: WordEncoder) -> None:
    texts = [f"Part {at} of the engine is free on board." for at in range(12)]
    same = "The engine is free on board."
    index = build_index(*library(*texts, same, f"{same} {same} Good.", between=3))
    answer = ask(index, words, '"free on board"')
    assert sorted(quotes(answer)) == sorted([*texts, same])
    places = [c for quote in answer.quotes for c in (quote.citation, *quote.also)]
    assert len({(c.doc_id, c.start) for c in places}) == len(places) == 15
    check_citations(answer, index)
    assert len(ask(index, words, '"free on board"', k=2).quotes) == 2
    # A question with more words in it has the usual few quotes.
    assert len(ask(index, words, 'Which engine is "free on board" in the harbour?').quotes) == 3


def test_a_phrase_can_cross_sentences_and_passages(build_index: IndexBuilder, words: WordEncoder) -> None:
    crossing = "The apple fell. It was red. Nobody saw it. The tower has a lantern."
    two = f"{FILLER}\n\nThe last page ends with a candle\n\nand a mirror. {FILLER}"
    index = build_index(*library(crossing, two, between=90))
    answer = ask(index, words, '"fell. It was red. Nobody saw"')
    assert quotes(answer) == ["The apple fell. It was red. Nobody saw it."]
    check_citations(answer, index)
    answer = ask(index, words, '"ends with a candle and a mirror"')
    assert answer.answered
    assert quotes(answer)[0].replace("\n\n", " ") == "The last page ends with a candle and a mirror."
    check_citations(answer, index)


def test_a_phrase_in_a_heading_leads_to_the_text_below(tmp_path: Path, words: WordEncoder) -> None:
    (tmp_path / "a.md").write_text(
        f"# Terms\n\n{FILLER}\n\n## Force majeure events\n\n### Storms\n\nThe harbour is closed. It rains.\n"
    )
    index = Index.create(tmp_path / "index", words)
    index.update([str(tmp_path / "a.md")], lambda: words)
    answer = ask(index, words, '"force majeure events"')
    assert answer.answered
    assert "The harbour is closed." in " ".join(quotes(answer))
    assert answer.quotes[0].citation.heading[-2:] == ("Force majeure events", "Storms")
    assert ask(index, words, '"Terms"').answered


def test_an_existing_phrase_is_never_reported_missing(build_index: IndexBuilder, words: WordEncoder) -> None:
    index = build_index(*library("The candle is wax.", "The mirror is glass.", between=5))
    both = ask(index, words, 'Where are "candle is wax" and "mirror is glass"?')
    assert both.answered
    assert set(quotes(both)) == {"The candle is wax.", "The mirror is glass."}
    # The phrase exists, but nothing answers the rest.
    second = ask(index, words, 'Why did the "candle is wax" parliament of Denmark vote in 1849?')
    assert second.reason_code in (None, "no_answer")
    assert "The candle is wax." in quotes(second)


@pytest.mark.parametrize(
    "question", ['"candle is tin"', 'Is there a "candle is tin" or a "mirror is glass"?']
)
def test_a_missing_phrase_is_reported_and_never_confident(
    build_index: IndexBuilder, words: WordEncoder, question: str
) -> None:
    index = build_index(*library("The candle is wax.", "The mirror is glass. A candlestick is tin."))
    answer = ask(index, words, question)
    assert (answer.answered, answer.reason_code) == (False, "phrase_not_found")
    assert answer.confidence <= 0.5
    assert answer.quotes


def test_a_phrase_next_to_an_excluded_word_does_not_count(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    index = build_index(*library("The candle is wax in Paris.", "The mirror is glass."))
    assert ask(index, words, '"candle is wax"').answered
    assert ask(index, words, '"candle is wax" -Paris').reason_code == "phrase_not_found"


def test_only_the_named_documents_count(build_index: IndexBuilder, words: WordEncoder) -> None:
    index = build_index(*library("The candle is wax.", "The mirror is glass.", between=60))
    assert ask(index, words, '"candle is wax"', documents=["d0"]).answered
    assert ask(index, words, '"candle is wax"', documents=["d1"]).reason_code == "phrase_not_found"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("The under\u00adwriter pays.", "underwriter"),
        ("The ware\u200bhouse\u200bman pays.", "warehouseman"),
        ("The under-\nwriter pays.", "underwriter pays"),
        ("港务局通知船\n长必须在进港前两小时。", "船长"),
        ("港务局通知船长必须在进港前两小时。", "船"),
        ("계약은 내일 끝난다.", "계약은"),
        ("Der o\ufb03zielle Preis gilt – heute.", "offizielle Preis gilt - heute"),
    ],
)
def test_typography_hides_no_phrase(
    build_index: IndexBuilder, words: WordEncoder, text: str, phrase: str
) -> None:
    index = build_index(*library(text, between=30))
    answer = ask(index, words, f'"{phrase}"')
    assert (answer.answered, quotes(answer)) == (True, [text])


def test_a_question_with_only_a_phrase_is_answered_by_its_places(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    index = build_index(*library("The candle is wax.", between=5))
    answer = ask(index, words, 'What is "candle is wax"?')
    assert answer.answered
    assert 0.5 <= answer.confidence < 1
    assert len(answer.quotes) <= 3


def test_a_phrase_in_a_conversation_is_looked_up_by_itself(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    index = build_index(*library("The candle is wax.", between=5))
    answer = Answerer(index, words).ask('"candle is wax"', after=["Who has the kettle?"])
    assert (answer.answered, answer.understood_with) == (True, ())


def test_common_words_and_long_phrases_are_located(build_index: IndexBuilder, words: WordEncoder) -> None:
    long = " ".join(f"word{at} of the" for at in range(2 * AROUND))[:3_000].rsplit(" ", 1)[0]
    index = build_index(*library(f"It says {long}.", "To be or not to be.", between=30))
    assert ask(index, words, '"to be or not to be"').answered
    assert ask(index, words, f'"{long}"').answered
