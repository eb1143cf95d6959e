"""PDF: nothing of a page is lost, and letters are the letters that a person sees."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sample_files import Words, lines, pdf, read_one, shown

from qa.types import Document, Omission


def _read(*pages: Sequence[Words]) -> Document:
    return read_one(pdf(pages), "a.pdf")


def _omitted(document: Document, reason: str) -> list[str]:
    return [omission.text for omission in document.omissions if omission.reason == reason]


def _body(number: int) -> list[Words]:
    return lines(72, 560, [f"Page {number} says something of its own.", f"That is {number * 17} words long."])


# -- running headers ---------------------------------------------------------------------------------


def test_a_header_is_kept_where_it_first_is_and_its_copies_are_accounted_for() -> None:
    header = ["Appeals Board of Nordvik", "Decision 4711-B of 3 May 2021"]
    document = _read(*[[*lines(72, 760, header), *_body(n), Words(300, 30, str(n))] for n in (1, 2, 3)])
    assert document.text.startswith("Appeals Board of Nordvik\nDecision 4711-B of 3 May 2021\n\nPage 1 says")
    assert document.text.count("4711-B") == 1
    assert document.blocks[0].kind == "paragraph"
    assert _omitted(document, "repeated") == header * 2
    assert _omitted(document, "page number") == ["1", "2", "3"]
    assert document.warnings == ()


@pytest.mark.parametrize("logo", ["", "Blue Heron"])
def test_slide_titles_stay_beside_a_logo(logo: str) -> None:
    titles = ["Sales fell by 9 percent", "Rent rises to 6,500", "Two managers leave", "The board meets"]
    document = _read(
        *[
            [Words(40, 740, title, 24, bold=True), Words(520, 745, logo or " ", 9), *_body(number)]
            for number, title in enumerate(titles)
        ]
    )
    headings = [text for kind, _, text in shown(document) if kind == "heading"]
    assert headings == titles
    assert document.text.count("Blue Heron") == bool(logo)


@pytest.mark.parametrize("y", [740, 40])
def test_rows_at_the_edge_keep_every_cell(y: float) -> None:
    names = ["Harbor Mills", "Delta Foods", "Orion Glass"]
    document = _read(
        *[
            [
                Words(60, y, name),
                Words(260, y, str(41 + number)),
                Words(400, y, "Closure Permanent"),
                *[
                    Words(x, 600 - 30 * row, f"{row * 3 + number}{word}")
                    for row in range(4)
                    for x, word in ((60, " Ltd"), (260, "00"), (400, " Layoff"))
                ],
            ]
            for number, name in enumerate(names)
        ]
    )
    rows = [text for _, _, text in shown(document)]
    assert [f"{name}\t{41 + number}\tClosure Permanent" in rows for number, name in enumerate(names)] == [
        True
    ] * 3
    assert not document.omissions


def test_the_marks_of_list_items_and_the_numbers_of_headings_stay() -> None:
    pages = [
        [
            Words(60, 740, "(a)"),
            Words(90, 740, f"the rent for {month}"),
            *lines(72, 700, ["Then follows more."]),
        ]
        for month in ("May", "June", "July", "August")
    ]
    assert _read(*pages).text.count("(a)") == 4
    numbered = [
        [Words(60, 740, f"{n}."), Words(90, 740, word, bold=True), *_body(n)]
        for n, word in enumerate(("Rent", "Term", "Costs", "Law"), 1)
    ]
    text = _read(*numbered).text
    assert [f"{n}. {word}" in text for n, word in enumerate(("Rent", "Term", "Costs", "Law"), 1)] == [
        True
    ] * 4


def test_a_number_that_names_one_of_many_papers_is_no_page_number() -> None:
    pages = [[Words(72, 750, f"Invoice {1000 + n}"), *_body(n)] for n in range(6)]
    text = _read(*pages).text
    assert [f"Invoice {1000 + n}" in text for n in range(6)] == [True] * 6


def test_a_header_that_counts_pages_after_words_is_cut_where_page_numbers_say_so() -> None:
    pages = [
        [Words(72, 750, f"{n} THE BOOK" if n % 2 else f"THE CHAPTER {n}"), *_body(n)] for n in range(10, 20)
    ]
    document = _read(*pages)
    assert document.text.count("THE CHAPTER") == document.text.count("THE BOOK") == 1
    assert "THE CHAPTER 18" in _omitted(document, "repeated")


def test_the_heads_of_chapters_are_kept_once_each() -> None:
    heads = ["Cargo"] * 3 + ["Crews"] * 3 + ["Weather"] * 4
    document = _read(*[[Words(72, 750, head), *_body(n)] for n, head in enumerate(heads)])
    assert [document.text.count(head) for head in ("Cargo", "Crews", "Weather")] == [1, 1, 1]
    assert len(_omitted(document, "repeated")) == 7


def test_a_line_on_two_distant_pages_runs_along_none() -> None:
    pages = [[*([Words(72, 750, "Definitions")] if n in {1, 17} else []), *_body(n)] for n in range(20)]
    assert _read(*pages).text.count("Definitions") == 2


def test_the_first_copy_of_a_header_parts_no_sentence() -> None:
    document = _read(
        [*lines(72, 700, ["A first paragraph."]), *lines(72, 120, ["The tenant shall pay the rent on the"])],
        [
            Words(72, 760, "Lease of the quay"),
            *lines(72, 700, ["first day of every month."]),
            *lines(72, 600, ["Another paragraph begins here and it", "goes on to the"]),
            Words(72, 30, "Confidential"),
        ],
        [
            Words(72, 760, "Lease of the quay"),
            *lines(72, 700, ["end of the next page."]),
            *lines(72, 600, ["A last one."]),
            Words(72, 30, "Confidential"),
        ],
    )
    assert [text for _, _, text in shown(document)] == [
        "A first paragraph.",
        "The tenant shall pay the rent on the\nfirst day of every month.",
        "Lease of the quay",
        "Confidential",
        "Another paragraph begins here and it\ngoes on to the\nend of the next page.",
        "A last one.",
    ]
    first, second, third = document.pages
    assert "Lease" in document.text[second.start : second.end]
    assert document.text[third.start : third.end] == "end of the next page.\n\nA last one."


def test_the_body_of_two_copies_stays() -> None:
    document = _read(
        *[
            [
                *lines(60, 760, ["Invoice INV-77", "Date of issue: 26 April 2021"]),
                *lines(60, 700, [f"{copy}: ten coils of rope.", "Pay within two weeks."]),
                *lines(60, 660, ["Pay to the harbour bank."]),
            ]
            for copy in ("Original", "Copy")
        ]
    )
    assert document.text.count("Pay within two weeks.") == 2
    assert document.text.count("Pay to the harbour bank.") == 2
    assert document.text.count("INV-77") + len([o for o in document.omissions if "INV-77" in o.text]) == 2


@pytest.mark.parametrize("form", ["Page {} of 5", "- {} -", "{}", "Seite {} von 5", "[{}]", "{} / 5", "3-{}"])
def test_lines_that_only_number_pages_are_noted(form: str) -> None:
    document = _read(*[[*_body(n), Words(280, 40, form.format(n))] for n in range(1, 6)])
    assert _omitted(document, "page number") == [form.format(n) for n in range(1, 6)]
    assert form.format(3) not in document.text.split("\n\n")


def test_page_numbers_of_an_excerpt_only_grow() -> None:
    document = _read(*[[*_body(n), Words(280, 40, str(n))] for n in (3, 9, 10, 41, 77)])
    assert _omitted(document, "page number") == ["3", "9", "10", "41", "77"]


def test_words_beyond_the_edge_of_the_page_are_hidden() -> None:
    document = _read([*lines(72, 700, ["Seen."]), Words(700, 700, "Beyond the edge")])
    assert document.text == "Seen."
    assert document.omissions == (Omission("hidden", "Beyond the edge", 1),)
