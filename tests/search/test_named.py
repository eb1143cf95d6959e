"""A question names a document by its title, its file or its parties, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answering import document, index_of_documents
from word_encoder import WordEncoder

from qa.search.named import FEW, named
from qa.search.names import IndexedNames, TitleIndex, file_words, parties

DOCUMENTS = [
    document(
        "contracts/lease_2021.pdf",
        "LEASE AGREEMENT\n\nThis lease is made between Jane Roe, residing at 5 Elm Road (the “Tenant”), and "
        "Brackwater Holdings, Inc. (“Brackwater”).\n\nThe law of Oregon governs the lease. The rent is due "
        "on Monday.\n\nBrackwater repairs the roof.",
        title="Lease Agreement",
    ),
    document(
        "contracts/supply.pdf",
        "Exhibit 4\n\nSUPPLY AGREEMENT\n\nThis agreement is made by Norvane GmbH (“Norvane”) and Tillcot "
        "Limited, hereinafter referred to as the “Buyer”.\n\nThe law of Ohio governs this agreement. Norvane "
        "delivers on Friday. A company such as Brackwater is no party.",
        title="Exhibit 4 Supply Agreement",
    ),
    document(
        "contracts/supply_two.pdf",
        "SUPPLY AGREEMENT\n\nNorvane GmbH (“Norvane”) sells apples to Pellworth Ltd.\n\nThe law of Utah "
        "governs this agreement.",
        title="Second Supply Agreement",
    ),
    document(
        "handbook-2023.md", "The notice period is a week. An employee may work at home.", title="Welcome"
    ),
    document("handbook-2024.md", "The notice period is a month. Employees travel by train.", title="Welcome"),
    document("birds.txt", "Penguins swim. Penguins do not fly. The notice says so.", title="Life at Sea"),
    document("trees.txt", "An oak grows in the garden. The law of nature.", title="All About Trees"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[IndexedNames, dict[int, str]]]:
    index = index_of_documents(tmp_path_factory.mktemp("named"), WordEncoder(), DOCUMENTS)
    with index.snapshot() as snapshot:
        titles = TitleIndex(snapshot)
        keys = snapshot.store.document_keys()
        yield IndexedNames(snapshot, titles), {key: doc_id for doc_id, key in keys.items()}


def names_in(library: tuple[IndexedNames, dict[int, str]], question: str) -> tuple[set[str], str, str] | None:
    names, ids = library
    result = named(question, ["en"], names)
    return result and ({ids[key] for key in result.documents}, result.name, result.question)


LEASE, SUPPLY, SECOND = (each.doc_id for each in DOCUMENTS[:3])


@pytest.mark.parametrize(
    ("question", "documents", "name", "rest"),
    [
        (
            "Which law governs the contract with Brackwater?",
            {LEASE},
            "Brackwater",
            "Which law governs the contract with?",
        ),
        ("What is Jane Roe's rent?", {LEASE}, "Jane Roe", "What is rent?"),
        ("tillcot: which law governs", {SUPPLY}, "tillcot", ": which law governs"),
        ("Which law governs the agreement with Tillcot Limited?", {SUPPLY}, "Tillcot Limited", None),
        # Two documents have the name.
        ("Which law governs the agreements with Norvane?", {SUPPLY, SECOND}, "Norvane", None),
        # Both names are of one of them.
        ("Which law did Norvane and Pellworth choose?", {SECOND}, "Norvane Pellworth", None),
        # Two names of different documents.
        ("Do Tillcot and Brackwater have the same law?", {SUPPLY, LEASE}, "Tillcot Brackwater", None),
        ("notice period in handbook-2024.md", {"handbook-2024.md"}, "handbook 2024", None),
        (
            "What is the notice period in the handbook?",
            {"handbook-2023.md", "handbook-2024.md"},
            "handbook",
            "What is the notice period in the?",
        ),
        # The end of a title is enough, for words that many documents have.
        ("What is the law in the Supply Agreement?", {SUPPLY, SECOND}, "Supply Agreement", None),
        ("What does Life at Sea say about fish?", {"birds.txt"}, "Life at Sea", None),
        # A word in lower case may be what the question is about, too.
        ("What does the book on trees say?", {"trees.txt"}, "trees", None),
    ],
)
def test_a_question_names_documents(
    library: tuple[IndexedNames, dict[int, str]],
    question: str,
    documents: set[str],
    name: str,
    rest: str | None,
) -> None:
    result = names_in(library, question)
    assert result is not None
    assert result[:2] == (documents, name)
    assert rest is None or result[2] == rest


@pytest.mark.parametrize(
    "question",
    [
        "Which law governs the agreement?",
        # A subject of one document is not its name.
        "Do penguins fly?",
        "Does the oak grow?",
        # A place in one document's text, and a word in lower case that another document mentions.
        "Which contract has the law of Utah?",
        "what does brackwater repair",
        # A kind of document.
        "How high is the rent in the lease?",
        # In quotation marks, or excluded.
        'Where does it say "Tillcot"?',
        "Which law governs -Tillcot?",
        "When is payday at Unheard Corp?",
        "?",
    ],
)
def test_a_question_names_no_document(library: tuple[IndexedNames, dict[int, str]], question: str) -> None:
    assert names_in(library, question) is None


def test_a_question_that_is_only_a_name_stays_whole(library: tuple[IndexedNames, dict[int, str]]) -> None:
    result = names_in(library, "Who is Tillcot?")
    assert result == ({SUPPLY}, "Tillcot", "Who is Tillcot?")


def test_only_the_documents_that_may_be_asked_are_named(
    library: tuple[IndexedNames, dict[int, str]],
) -> None:
    names, ids = library
    keys = {doc_id: key for key, doc_id in ids.items()}

    def among(*doc_ids: str) -> set[str] | None:
        allowed = IndexedNames(names.snapshot, names.titles, {keys[doc_id] for doc_id in doc_ids})
        result = named("Which law governs the agreement with Norvane?", ["en"], allowed)
        return result and {ids[key] for key in result.documents}

    assert among(LEASE, SUPPLY, "birds.txt") == {SUPPLY}
    assert among("trees.txt", "birds.txt") is None
    # One document is no choice, and a name of half of them is none.
    assert among(SUPPLY) is None
    assert among(SUPPLY, SECOND, "trees.txt", "birds.txt") is None


def test_a_name_of_many_documents_is_none(tmp_path: Path, words: WordEncoder) -> None:
    for number, is_named in ((FEW, True), (FEW + 1, False)):
        folder = tmp_path / str(number)
        folder.mkdir()
        own = [document(f"norvane_{at}.txt", f"An apple {at}.") for at in range(number)]
        others = [document(f"other_{at}.txt", f"A river {at}.") for at in range(3 * FEW)]
        index = index_of_documents(folder, words, [*own, *others])
        with index.snapshot() as snapshot:
            result = named("What did Norvane pay?", ["en"], IndexedNames(snapshot, TitleIndex(snapshot)))
        assert (result is not None) == is_named
        assert result is None or len(result.documents) == number


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is the use of storm warning?", set()),
        ("How are storm warning systems evaluated?", set()),
        ("What does Storm Warning Systems say about costs?", {"whole.txt"}),
        ("What does the Atoll Storm Warning report?", {"end.txt"}),
        ("How does atoll storm warning work?", {"end.txt"}),
        ("What does Harbour Service say?", {"exhibit.txt"}),
    ],
)
def test_common_words_of_a_title_are_a_subject(
    tmp_path: Path, words: WordEncoder, question: str, names: set[str]
) -> None:
    texts = [f"Storm warning systems of harbour service number {n} cost money." for n in range(20)]
    many = [document(f"{n}.txt", text, title=f"Paper {chr(97 + n)}") for n, text in enumerate(texts)]
    titles = {
        "whole": "Storm Warning Systems",
        "end": "A History of Atoll Storm Warning",
        "other": "Costs of Storm Warning",
        "exhibit": "Exhibit 7 Harbour Service",
    }
    named_by = [document(f"{name}.txt", f"{title}.", title=title) for name, title in titles.items()]
    index = index_of_documents(tmp_path, words, [*many, *named_by])
    with index.snapshot() as snapshot:
        result = named(question, ["en"], IndexedNames(snapshot, TitleIndex(snapshot)))
        keys = {key: doc_id for doc_id, key in snapshot.store.document_keys().items()}
        assert {keys[key] for key in (result.documents if result else ())} == names


def test_an_index_of_one_document_is_never_narrowed(tmp_path: Path, words: WordEncoder) -> None:
    index = index_of_documents(tmp_path, words, DOCUMENTS[:1])
    with index.snapshot() as snapshot:
        names = IndexedNames(snapshot, TitleIndex(snapshot))
        assert named("Which law governs the lease with Brackwater?", ["en"], names) is None


@pytest.mark.parametrize(
    ("opening", "expected", "not_expected"),
    [
        ('between Ova Ltd. ("Ova") and B', {"ova"}, {"between", "b"}),
        # A role is no name, but what is right before it is.
        ("We, Rosalind Meer (the “Seller”), agree", {"rosalind", "meer"}, {"seller", "agre"}),
        ("Kantor Verlag GmbH, nachfolgend „Kantor“ genannt,", {"kantor", "verlag"}, {"nachfolgend"}),
        ("the Data Protection Unit (“DPU”) of the city", {"dpu", "data"}, {"citi"}),
        ("A plain sentence about Rome (in Italy) and Pisa.", set(), {"rome", "pisa", "itali"}),
    ],
)
def test_parties_are_found_in_an_opening(opening: str, expected: set[str], not_expected: set[str]) -> None:
    names = parties(opening, "en").names
    assert expected <= names
    assert not_expected.isdisjoint(names)


def test_a_title_block_has_capitalised_words_only() -> None:
    result = parties(
        "HARBOUR FERRY LINES\nRules for passengers\n\nThe ferry leaves Dover at noon every day.", "en"
    )
    assert {"harbour", "ferri", "line"} <= result.others
    assert {"dover", "passeng", "rule"}.isdisjoint(result.others | result.names)


def test_the_words_of_a_file_name_are_split_where_capitals_begin() -> None:
    assert file_words("a b/NorvaneHoldings_2024-EX.pdf") == [
        "a", "b", "NorvaneHoldings", "Norvane", "Holdings", "2024", "EX",
    ]  # fmt: skip
