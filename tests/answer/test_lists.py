"""A lead-in is quoted with its list, an incomplete item with its lead-in, a label with its value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from answering import IndexBuilder, ask, check_citations, document, index_of_documents
from readings import WordReranker
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.answer.lists import LIST_WORDS
from qa.types import Block, Document

BEFORE = "The contract with the bakery is from the first of May and has no end."
AFTER = "The bakery is closed on holidays and on the first Monday of each month."


@pytest.fixture
def build_index(tmp_path: Path, words: WordEncoder, place_of: Callable[[Path], Path | str]) -> IndexBuilder:
    return lambda *documents: index_of_documents(tmp_path, words, documents, place_of(tmp_path))


def texts(
    build_index: IndexBuilder, words: WordEncoder, source: Document, word: str, k: int = 1
) -> list[str]:
    """Return the quotes of a question whose answer is the sentence with a word."""
    index = build_index(source)
    answer = Answerer(index, words, reranker=WordReranker({word: 9.0})).ask("What is due to the bakery?", k=k)
    check_citations(answer, index)
    return [quote.text for quote in answer.quotes]


LISTS = [
    "(a) deliver flour on each day;\n\n(b) keep the scales clean; and\n\n(c) pay the carrier in time.",
    "• deliver flour on each day\n\n• keep the scales of the shop clean\n\n• pay the carrier in time",
    "1. deliver flour on each day;\n\n2. keep the scales clean;\n\n3. pay the carrier in time.",
    "deliver flour on each day;\n\nkeep the scales of the shop clean; and\n\npay the carrier in time.",
]


@pytest.mark.parametrize("items", LISTS)
def test_a_lead_in_is_quoted_with_its_list(items: str, build_index: IndexBuilder, words: WordEncoder) -> None:
    lead = "The supplier of the shop undertakes:"
    source = document("a", f"{BEFORE}\n\n{lead}\n\n{items}\n\n{AFTER}")
    assert texts(build_index, words, source, "undertakes") == [f"{lead}\n\n{items}"]


def test_a_list_ends_at_the_next_clause(build_index: IndexBuilder, words: WordEncoder) -> None:
    clause = "4.1 The shop undertakes:\n\n(a) to deliver flour;\n\n(b) to keep the scales clean."
    source = document("a", f"{BEFORE}\n\n{clause}\n\n4.2 The shop pays for the flour within ten days.")
    assert texts(build_index, words, source, "undertakes") == [clause]


def test_a_long_list_is_quoted_up_to_a_sensible_size(build_index: IndexBuilder, words: WordEncoder) -> None:
    items = [f"({letter}) to deliver {'good ' * 30}flour;" for letter in "abcdefgh"]
    source = document("a", "\n\n".join([BEFORE, "The supplier of the shop undertakes:", *items]))
    [quote] = texts(build_index, words, source, "undertakes")
    assert quote.startswith("The supplier of the shop undertakes:\n\n(a)")
    assert LIST_WORDS / 2 < len(quote.split()) <= LIST_WORDS
    assert quote.endswith("flour;")


def test_an_incomplete_item_is_quoted_with_its_lead_in(build_index: IndexBuilder, words: WordEncoder) -> None:
    listed = "The supplier of the shop shall:\n\n(a) deliver flour;\n\n(b) keep the scales clean;"
    source = document("a", f"{BEFORE}\n\n{listed}\n\n(c) pay the carrier in time.\n\n{AFTER}")
    assert texts(build_index, words, source, "scales") == [listed]


def test_an_item_that_is_a_sentence_is_quoted_alone(build_index: IndexBuilder, words: WordEncoder) -> None:
    item = "(b) The shop keeps the scales clean."
    source = document("a", f"{BEFORE}\n\nDuties are:\n\n(a) The shop pays flour.\n\n{item}\n\n{AFTER}")
    assert texts(build_index, words, source, "scales") == [item]


def test_a_salutation_is_not_quoted_without_its_letter(build_index: IndexBuilder, words: WordEncoder) -> None:
    source = document("a", f"{BEFORE}\n\nGentlemen:\n\n{AFTER} It is not far.")
    assert texts(build_index, words, source, "Gentlemen") == [f"Gentlemen:\n\n{AFTER}"]


def test_a_label_is_quoted_with_the_address_below_it(build_index: IndexBuilder, words: WordEncoder) -> None:
    address = "Anna Baker\n12 Mill Street\nHarbour 12345\nTel: 555-123-4567"
    source = document("a", f"{BEFORE}\n\nIf to the owner of the bakery:\n\n{address}\n\n{AFTER}")
    assert texts(build_index, words, source, "owner") == [f"If to the owner of the bakery:\n\n{address}"]


def test_a_lead_in_without_a_list_is_no_quote(build_index: IndexBuilder, words: WordEncoder) -> None:
    text = f"{BEFORE}\n\nThe parties of this contract agree on the following:\n\nTerm\n\n{AFTER}"
    blocks = []
    for piece in text.split("\n\n"):
        start = text.index(piece)
        is_heading = piece == "Term"
        kind = "heading" if is_heading else "paragraph"
        blocks.append(Block(start, start + len(piece), kind, level=int(is_heading)))  # type: ignore[arg-type]
    source = Document("a", "A", text, "0" * 64, blocks=tuple(blocks))
    assert set(texts(build_index, words, source, "agree", k=5)) == {BEFORE, AFTER}


def test_a_lead_in_alone_is_a_quote(build_index: IndexBuilder, words: WordEncoder) -> None:
    lead = "The parties of this contract agree on the following:"
    assert texts(build_index, words, document("a", lead), "agree") == [lead]


def test_an_item_named_by_its_number_is_quoted_alone(build_index: IndexBuilder, words: WordEncoder) -> None:
    text = f"{BEFORE}\n\n4.1 The supplier shall:\n\n(a) deliver flour; and\n\n(b) keep the scales clean."
    index = build_index(document("a", text))
    [quote] = ask(index, words, "What does clause 4.1(b) say?", k=1).quotes
    assert quote.text == "(b) keep the scales clean."
