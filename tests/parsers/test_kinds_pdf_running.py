"""Running headers of PDFs: no text of a page is lost."""

from __future__ import annotations

import pytest
from pdf_pages import omitted, read
from sample_files import Words, lines, shown

from qa.types import Omission


def _body(number: int) -> list[Words]:
    return lines(72, 560, [f"Page {number} says something of its own.", f"That is {number * 17} words long."])


# -- running headers ---------------------------------------------------------------------------------


def test_a_header_is_kept_once_and_its_copies_are_accounted_for() -> None:
    header = ["Appeals Board of Nordvik", "Decision 4711-B of 3 May 2021"]
    document = read(*[[*lines(72, 760, header), *_body(n), Words(300, 30, str(n))] for n in (1, 2, 3)])
    assert document.text.startswith("Appeals Board of Nordvik\nDecision 4711-B of 3 May 2021\n\nPage 1 says")
    assert document.text.count("4711-B") == 1
    assert document.blocks[0].kind == "paragraph"
    assert omitted(document, "repeated") == header * 2
    assert omitted(document, "page number") == ["1", "2", "3"]
    assert document.warnings == ()


@pytest.mark.parametrize("logo", ["", "Blue Heron"])
def test_slide_titles_next_to_a_logo_are_kept(logo: str) -> None:
    titles = ["Sales fell by 9 percent", "Rent rises to 6,500", "Two managers leave", "The board meets"]
    document = read(
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
    document = read(
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


def test_a_table_over_many_pages_keeps_every_cell_of_every_row() -> None:
    pages, rows = [], []
    for page in range(5):
        words = [
            Words(x, 770, name) for x, name in ((40, "Date"), (140, "Company"), (330, "No."), (400, "Kind"))
        ]
        for number in range(42 * page, 42 * page + 42):
            name, kind = (
                ("Delta Foods No. 1", "Closure Permanent") if number % 3 else ("Orion Glass", "Layoff")
            )
            cells = [f"02/{1 + number % 28:02d}/2015", name, str(20 + number // 42), kind]
            rows.append("\t".join(cells))
            y = 752 - 17 * (number % 42)
            words += [Words(x, y, cell) for x, cell in zip((40, 140, 330, 400), cells, strict=True)]
        pages.append([*words, Words(300, 25, f"Page {page + 1} of 5")])
    document = read(*pages)
    assert [text for _, _, text in shown(document) if "Date" not in text] == rows
    assert {omission.reason for omission in document.omissions} <= {"page number", "repeated"}


def test_list_marks_and_heading_numbers_are_kept() -> None:
    pages = [
        [
            Words(60, 740, "(a)"),
            Words(90, 740, f"the rent for {month}"),
            *lines(72, 700, ["Then follows more."]),
        ]
        for month in ("May", "June", "July", "August")
    ]
    assert read(*pages).text.count("(a)") == 4
    numbered = [
        [Words(60, 740, f"{n}."), Words(90, 740, word, bold=True), *_body(n)]
        for n, word in enumerate(("Rent", "Term", "Costs", "Law"), 1)
    ]
    text = read(*numbered).text
    assert [f"{n}. {word}" in text for n, word in enumerate(("Rent", "Term", "Costs", "Law"), 1)] == [
        True
    ] * 4


def test_a_number_that_names_a_paper_is_no_page_number() -> None:
    pages = [[Words(72, 750, f"Invoice {1000 + n}"), *_body(n)] for n in range(6)]
    text = read(*pages).text
    assert [f"Invoice {1000 + n}" in text for n in range(6)] == [True] * 6


def test_a_header_with_a_page_count_is_cut_if_page_numbers_confirm_it() -> None:
    pages = [
        [Words(72, 750, f"{n} THE BOOK" if n % 2 else f"THE CHAPTER {n}"), *_body(n)] for n in range(10, 20)
    ]
    document = read(*pages)
    assert document.text.count("THE CHAPTER") == document.text.count("THE BOOK") == 1
    assert "THE CHAPTER 18" in omitted(document, "repeated")


def test_chapter_headers_are_kept_once_each() -> None:
    heads = ["Cargo"] * 3 + ["Crews"] * 3 + ["Weather"] * 4
    document = read(*[[Words(72, 750, head), *_body(n)] for n, head in enumerate(heads)])
    assert [document.text.count(head) for head in ("Cargo", "Crews", "Weather")] == [1, 1, 1]
    assert len(omitted(document, "repeated")) == 7


def test_a_line_on_two_distant_pages_is_no_running_header() -> None:
    pages = [[*([Words(72, 750, "Definitions")] if n in {1, 17} else []), *_body(n)] for n in range(20)]
    assert read(*pages).text.count("Definitions") == 2


def test_the_first_copy_of_a_header_splits_no_sentence() -> None:
    document = read(
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
    _, second, third = document.pages
    assert "Lease" in document.text[second.start : second.end]
    assert document.text[third.start : third.end] == "end of the next page.\n\nA last one."


def test_the_body_of_two_copies_is_kept() -> None:
    document = read(
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
def test_lines_with_only_page_numbers_are_noted(form: str) -> None:
    document = read(*[[*_body(n), Words(280, 40, form.format(n))] for n in range(1, 6)])
    assert omitted(document, "page number") == [form.format(n) for n in range(1, 6)]
    assert form.format(3) not in document.text.split("\n\n")


@pytest.mark.parametrize(
    "edge",
    [
        ["12", "15", "31", "40", "44"],  # votes
        ["1011", "1019", "1020", "1033", "1040"],  # invoices
        ["2019", "2020", "2021", "2022", "2023"],
        ["I", "II", "III", "IV", "V"],
        ["3", "7", "12", "19", "41"],
        ["7", "107", "207", "307", "407"],
        ["4 March", "5 March", "6 March", "7 March", "8 March"],
        ["Annex 2 - Fees", "Annex 3 - Fees", "Annex 4 - Fees", "Annex 5 - Fees", "Annex 6 - Fees"],
        ["Lot 2 | Boat", "Lot 3 | Boat", "Lot 4 | Boat", "Lot 5 | Boat", "Lot 6 | Boat"],
        ["2. Findings", "3. Findings", "4. Findings", "5. Findings", "6. Findings"],
        [f"The fee is on page {n} of the tariff." for n in range(2, 7)],
    ],
    ids=lambda edge: edge[0],
)
@pytest.mark.parametrize("height", [770, 40])
def test_an_unrepeated_line_is_kept_for_any_number_in_it(edge: list[str], height: int) -> None:
    pages = [
        [
            Words(72, height, text, 12),
            *(Words(72, 600 - 14 * n, f"Line {n} of {text} says more.", 12) for n in range(9)),
        ]
        for text in edge
    ]
    document = read(*pages)
    lines_read = document.text.split("\n")
    assert [text for text in edge if text not in lines_read] == []


def test_a_year_above_and_a_page_number_below_are_one_numbering() -> None:
    pages = [
        [
            Words(72, 770, str(2018 + page), 12),
            *(Words(72, 600 - 14 * n, f"Line {n} of page {page} says more.", 12) for n in range(9)),
            Words(300, 40, str(page), 12),
        ]
        for page in range(1, 6)
    ]
    document = read(*pages)
    assert [o.text for o in document.omissions if o.reason == "page number"] == ["1", "2", "3", "4", "5"]
    assert all(str(2018 + page) in document.text for page in range(1, 6))


def test_words_beyond_the_page_edge_are_hidden() -> None:
    document = read([*lines(72, 700, ["Seen."]), Words(700, 700, "Beyond the edge")])
    assert document.text == "Seen."
    assert document.omissions == (Omission("hidden", "Beyond the edge", 1),)
