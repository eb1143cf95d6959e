"""Names that are not asked for come last; a section comes first if its title is the question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from answering import IndexBuilder, check_citations, document, index_of_documents
from readings import WordReranker
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.index import Index

PROSE = "The tenant pays the rent on the first day of each month to the account of the landlord."
MORE = "The landlord repairs the roof and the windows within thirty days after a written notice."
END = "Each party may end this lease by a letter of three months before the end of a quarter."
LEASE = f"{PROSE}\n\n13. Repairs\n\n{MORE}\n\n14. Termination\n\n{END} A letter by mail is enough.\n\n{PROSE}"
SILENT = WordReranker({})


@pytest.fixture
def build_index(tmp_path: Path, words: WordEncoder, place_of: Callable[[Path], Path | str]) -> IndexBuilder:
    return lambda *documents: index_of_documents(tmp_path, words, documents, place_of(tmp_path))


@pytest.fixture
def lease(build_index: IndexBuilder) -> Index:
    return build_index(document("lease.txt", LEASE))


@pytest.mark.parametrize(
    "question", ["termination", "Termination", "14. Termination ............ 12", "Termination . . . . 12"]
)
@pytest.mark.parametrize("reranker", [None, SILENT], ids=["words", "silent"])
def test_a_title_leads_to_the_first_sentence_of_its_section(
    question: str, reranker: WordReranker | None, lease: Index, words: WordEncoder
) -> None:
    answer = Answerer(lease, words, reranker=reranker).ask(question, why=True)
    check_citations(answer, lease)
    assert answer.quotes[0].text == END
    assert answer.answered


def test_a_title_that_leads_its_clause_is_a_section_too(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    clause = "27. Governing Law. This lease is governed by the law of the Free State."
    index = build_index(document("a", f"{PROSE} {MORE}\n\n{clause} It ends here.\n\n28. Notice. {END}"))
    assert Answerer(index, words, reranker=SILENT).ask("governing law").quotes[0].text == clause


def test_a_sentence_that_answers_comes_before_the_first_of_a_section(
    lease: Index, words: WordEncoder
) -> None:
    answer = Answerer(lease, words, reranker=WordReranker({"mail": 5.0})).ask("termination")
    assert answer.quotes[0].text == "A letter by mail is enough."


def test_a_line_that_is_no_heading_leads_to_the_sentence_below_it(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    # The line before it has no end, as in verse, so it is not taken for a title.
    index = build_index(document("a", f"{PROSE}\n\nA photo of Iwan and\n\nMedia Work\n\n{MORE}\n\n{END}"))
    answer = Answerer(index, words, reranker=WordReranker({"rent": 2.0, "Media": 3.0})).ask("media work", k=9)
    check_citations(answer, index)
    texts = [quote.text for quote in answer.quotes]
    assert "Media Work" in texts
    assert texts[0] == MORE


@pytest.mark.parametrize(
    "name",
    [
        "Toggle the table of contents",
        "Harbor Mills Limited\n12 Mill Street\nDenver 80216\nTel: 555-123-4567",
        "Termination Letter",
    ],
)
def test_a_name_that_is_not_asked_for_comes_last(
    name: str, build_index: IndexBuilder, words: WordEncoder
) -> None:
    index = build_index(document("a", f"{PROSE}\n\n{MORE}\n\n{END}\n\n{name}"))
    for question in (name.split("\n", maxsplit=1)[0], "Who mends it?"):
        quotes = Answerer(index, words, reranker=WordReranker({"tenant": -3.0})).ask(question, k=9).quotes
        texts = [quote.text for quote in quotes]
        assert texts[0] in (PROSE, MORE, END)
        assert name == texts[-1] or name not in texts


def test_a_name_that_answers_is_quoted(build_index: IndexBuilder, words: WordEncoder) -> None:
    name = "Harbor Mills Limited\n12 Mill Street\nDenver 80216\nTel: 555-123-4567"
    index = build_index(document("a", f"{PROSE}\n\n{MORE}\n\n{name}"))
    answer = Answerer(index, words, reranker=WordReranker({"Street": 6.0})).ask("Where is the mill?")
    assert answer.quotes[0].text == name


@pytest.mark.parametrize("question", ["clause 14", "What does section 14 say?"])
@pytest.mark.parametrize("reranker", [None, SILENT], ids=["words", "silent"])
def test_a_number_of_one_part_is_answered_by_its_clause(
    question: str, reranker: WordReranker | None, lease: Index, words: WordEncoder
) -> None:
    answer = Answerer(lease, words, reranker=reranker).ask(question)
    assert answer.answered
    assert answer.quotes[0].text == END


def test_a_number_that_two_clauses_have_is_no_exact_look_up(
    build_index: IndexBuilder, words: WordEncoder
) -> None:
    twice = f"{LEASE}\n\nANNEX\n\n14. Garden\n\nThe garden is open to all tenants of the house on each day."
    index = build_index(document("a", twice))
    assert not Answerer(index, words, reranker=SILENT).ask("clause 14").answered
    assert not Answerer(index, words, reranker=SILENT).ask("clause 15").answered
