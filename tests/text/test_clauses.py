"""A clause is identified by its number, combined from the printed parts."""

from __future__ import annotations

import pytest

from qa.text.clauses import asked, numbers, terms_of


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What does clause 2.2(b) require the tenant to repair?", ("2", "2", "b")),
        ("What does 2.2 (b) say?", ("2", "2", "b")),
        ("Which fee is due under section 3(a)(ii)?", ("3", "a", "ii")),
        ("What does Article IV say?", ("iv",)),
        ("Who pays under § 12?", ("12",)),
        ("Was regelt Ziffer 4.3.1?", ("4", "3", "1")),
        ("¿Qué dice la cláusula 7.1?", ("7", "1")),
        ("Que dit l'article 12 ?", ("12",)),
        ("第3条规定了什么？", ("3",)),
        ("What does paragraph (b) allow?", ("b",)),
        ("What does rule 12A forbid?", ("12a",)),
        ("What does sub-clause 5.1.(c) say?", ("5", "1", "c")),
    ],
)
def test_questions_name_clauses(question: str, number: tuple[str, ...]) -> None:
    assert asked(question) == (number,)


@pytest.mark.parametrize(
    "question",
    [
        "What costs 2.5 million crowns?",
        "What happened on 12.3.2024?",
        "How many ships (and boats) are there?",
        "What did the 3 articles say?",
        "Who wrote in the article in 2001?",
        "Which section is longest?",
        "What does clause mean?",
    ],
)
def test_other_numbers_are_no_clause_numbers(question: str) -> None:
    assert asked(question) == ()


@pytest.mark.parametrize(
    ("headings", "text", "number"),
    [
        (("2. Repairs", "2.2 The tenant repairs:"), "(b) the boiler", ("2", "2", "b")),
        (("2. Repairs",), "2.2 The tenant repairs:", ("2", "2")),
        (("Article IV – Fees",), "4.1 The fee is due.", ("4", "1")),
        (("Article IV – Fees",), "1. The fee is due.", ("iv", "1")),
        (("Part One", "14. Fees"), "(a) is due", ("14", "a")),
        (("3 Terms", "(a) notice:"), "(ii) by post", ("3", "a", "ii")),
        ((), "§ 5 Notice is given.", ("5",)),
        ((), "Clause 7.1 Notice is given.", ("7", "1")),
    ],
)
def test_sentences_have_the_number_of_their_clause(
    headings: tuple[str, ...], text: str, number: tuple[str, ...]
) -> None:
    own, inside = numbers(headings, text)
    assert number in own
    assert number not in inside


def test_a_sentence_is_in_the_clauses_above_it_and_prose_has_no_number() -> None:
    own, inside = numbers(("2. Repairs", "2.2 The tenant repairs:"), "They are due each year.")
    assert own == set()
    assert inside == {("2",), ("2", "2")}
    assert numbers((), "2 cats live here.") == (set(), set())
    assert numbers((), "A tenant pays.") == (set(), set())
    assert numbers((), "Clause 3.1(a) is reviewed each year.") == (set(), set())
    assert numbers(("Chapter of 12 ships",), "I pay.") == (set(), set())


def test_only_numbers_of_several_parts_are_terms_of_the_index() -> None:
    own, _ = numbers(("2. Repairs", "2.2 The tenant repairs:"), "(b) the boiler")
    assert terms_of(own) == ["§2.2.b"]
    assert terms_of(asked("What does clause 2.2 (b) say?")) == ["§2.2.b"]
