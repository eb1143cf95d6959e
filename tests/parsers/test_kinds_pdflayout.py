"""PDF layout: no text of a page is lost, and letters are read as a person sees them."""

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


def test_a_header_is_kept_once_and_its_copies_are_accounted_for() -> None:
    header = ["Appeals Board of Nordvik", "Decision 4711-B of 3 May 2021"]
    document = _read(*[[*lines(72, 760, header), *_body(n), Words(300, 30, str(n))] for n in (1, 2, 3)])
    assert document.text.startswith("Appeals Board of Nordvik\nDecision 4711-B of 3 May 2021\n\nPage 1 says")
    assert document.text.count("4711-B") == 1
    assert document.blocks[0].kind == "paragraph"
    assert _omitted(document, "repeated") == header * 2
    assert _omitted(document, "page number") == ["1", "2", "3"]
    assert document.warnings == ()


@pytest.mark.parametrize("logo", ["", "Blue Heron"])
def test_slide_titles_next_to_a_logo_are_kept(logo: str) -> None:
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
    document = _read(*pages)
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
    assert _read(*pages).text.count("(a)") == 4
    numbered = [
        [Words(60, 740, f"{n}."), Words(90, 740, word, bold=True), *_body(n)]
        for n, word in enumerate(("Rent", "Term", "Costs", "Law"), 1)
    ]
    text = _read(*numbered).text
    assert [f"{n}. {word}" in text for n, word in enumerate(("Rent", "Term", "Costs", "Law"), 1)] == [
        True
    ] * 4


def test_a_number_that_names_a_paper_is_no_page_number() -> None:
    pages = [[Words(72, 750, f"Invoice {1000 + n}"), *_body(n)] for n in range(6)]
    text = _read(*pages).text
    assert [f"Invoice {1000 + n}" in text for n in range(6)] == [True] * 6


def test_a_header_with_a_page_count_is_cut_if_page_numbers_confirm_it() -> None:
    pages = [
        [Words(72, 750, f"{n} THE BOOK" if n % 2 else f"THE CHAPTER {n}"), *_body(n)] for n in range(10, 20)
    ]
    document = _read(*pages)
    assert document.text.count("THE CHAPTER") == document.text.count("THE BOOK") == 1
    assert "THE CHAPTER 18" in _omitted(document, "repeated")


def test_chapter_headers_are_kept_once_each() -> None:
    heads = ["Cargo"] * 3 + ["Crews"] * 3 + ["Weather"] * 4
    document = _read(*[[Words(72, 750, head), *_body(n)] for n, head in enumerate(heads)])
    assert [document.text.count(head) for head in ("Cargo", "Crews", "Weather")] == [1, 1, 1]
    assert len(_omitted(document, "repeated")) == 7


def test_a_line_on_two_distant_pages_is_no_running_header() -> None:
    pages = [[*([Words(72, 750, "Definitions")] if n in {1, 17} else []), *_body(n)] for n in range(20)]
    assert _read(*pages).text.count("Definitions") == 2


def test_the_first_copy_of_a_header_splits_no_sentence() -> None:
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
    _, second, third = document.pages
    assert "Lease" in document.text[second.start : second.end]
    assert document.text[third.start : third.end] == "end of the next page.\n\nA last one."


def test_the_body_of_two_copies_is_kept() -> None:
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
def test_lines_with_only_page_numbers_are_noted(form: str) -> None:
    document = _read(*[[*_body(n), Words(280, 40, form.format(n))] for n in range(1, 6)])
    assert _omitted(document, "page number") == [form.format(n) for n in range(1, 6)]
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
    document = read_one(pdf(pages), "a.pdf")
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
    document = read_one(pdf(pages), "a.pdf")
    assert [o.text for o in document.omissions if o.reason == "page number"] == ["1", "2", "3", "4", "5"]
    assert all(str(2018 + page) in document.text for page in range(1, 6))


def test_words_beyond_the_page_edge_are_hidden() -> None:
    document = _read([*lines(72, 700, ["Seen."]), Words(700, 700, "Beyond the edge")])
    assert document.text == "Seen."
    assert document.omissions == (Omission("hidden", "Beyond the edge", 1),)


# -- line numbers ------------------------------------------------------------------------------------

PROSE = [
    "The plaintiff owns a bakery on Mill Street. On the",
    "first of June the defendant closed the water main",
    "without any notice, and the ovens had to be shut",
    "down for nineteen days. The plaintiff lost orders",
    "worth eleven thousand dollars, and two of her men",
    "left for another employer. The defendant answers",
    "that the main had burst and that no notice was to",
    "be given. The court does not accept this, because",
    "the work order is dated three weeks before and no",
    "reason was given for the delay of the notice that",
]


def _numbered(
    texts: Sequence[str], *, first: int = 1, x: float = 64, text_x: float = 100, leading: float = 24
) -> list[Words]:
    words = []
    for at, text in enumerate(texts):
        y = 720 - at * leading
        words += [Words(x - 5.56 * len(str(first + at)), y, str(first + at))]
        words += [Words(text_x, y, text)] if text else []
    return words


def test_line_numbers_of_a_pleading_are_not_in_its_sentences() -> None:
    document = _read(_numbered([*PROSE, "came."] + [""] * 15))
    assert document.text.replace("\n", " ").startswith(" ".join([*PROSE, "came."]))
    assert _omitted(document, "line number") == [" ".join(map(str, range(1, 27)))]


def test_a_sentence_of_a_pleading_continues_over_the_page() -> None:
    document = _read(_numbered([*PROSE, *PROSE[:5]]), _numbered([*PROSE[5:], *PROSE[:5]]))
    assert "two of her men\nleft for another employer." in document.text
    assert len(_omitted(document, "line number")) == 2


def test_a_few_lines_on_the_last_page_have_line_numbers_too() -> None:
    document = _read(_numbered(PROSE), _numbered(["have come late.", "The end."], first=11))
    assert document.text.endswith("have come late.\nThe end.")
    assert _omitted(document, "line number")[1] == "11 12"


def test_line_numbers_on_the_right_or_close_to_the_text_are_recognised() -> None:
    right = _read([*lines(72, 720, PROSE, leading=24), *_numbered([""] * 10, x=520)])
    assert right.text == "\n".join(PROSE)
    close = _read(_numbered(PROSE, text_x=70))
    assert close.text == "\n".join(PROSE)


def test_numbers_of_every_fifth_line_are_recognised() -> None:
    words = [word for at, word in enumerate(_numbered([""] * 30, leading=12)) if at % 5 == 4]
    document = _read([*words, *lines(100, 720, PROSE * 3)])
    assert document.text == "\n".join(PROSE * 3)
    assert _omitted(document, "line number") == ["5 10 15 20 25 30"]


def test_questions_and_answers_of_a_transcript_are_paragraphs() -> None:
    turns = [
        ["Q.", "Did you see the man who closed the main on the"],
        ["", "first of June?"],
        ["A.", "I saw him from the shop."],
        ["Q.", "And what did he --"],
        ["A.", "He had a key."],
        ["", "MR. SMITH: Objection, the witness was not asked"],
        ["", "this."],
        *[["", ""]] * 3,
    ]
    page = [
        word
        for at, (mark, text) in enumerate(turns)
        for word in (
            Words(60, 700 - 24 * at, str(at + 1)),
            *([Words(110, 700 - 24 * at, mark)] if mark else []),
            *([Words(150 if mark else 90, 700 - 24 * at, text)] if text else []),
        )
    ]
    document = _read(page, page)
    assert [text for _, _, text in shown(document)][:5] == [
        "Q. Did you see the man who closed the main on the\nfirst of June?",
        "A. I saw him from the shop.",
        "Q. And what did he --",
        "A. He had a key.",
        "MR. SMITH: Objection, the witness was not asked\nthis.",
    ]


def test_line_numbers_typed_with_spaces_are_recognised() -> None:
    texts = [
        "Q.   Did you see the man who closed the main on",
        "the first of June?",
        "A.   I saw him there.",
        "",
    ]
    page = [
        Words(60, 720 - 26 * at, f"  {at + 1:2d}  {text}", 12) for at, text in enumerate(texts + [""] * 9)
    ]
    assert [text for _, _, text in shown(_read(page, page))][:2] == [
        "Q. Did you see the man who closed the main on\nthe first of June?",
        "A. I saw him there.",
    ]


def test_numbers_between_two_columns_are_recognised() -> None:
    words = [*lines(40, 720, PROSE * 3), *lines(340, 720, PROSE * 3)]
    document = _read([*words, *(Words(310, 732 - 12 * line, str(line)) for line in range(5, 31, 5))])
    assert _omitted(document, "line number") == ["5 10 15 20 25 30"]
    assert document.text.replace("\n\n", "\n") == "\n".join(PROSE * 6)


@pytest.mark.parametrize(
    "texts",
    [
        [f"{name} of the harbour" for name in "abcdefghijkl"],
        [f"The {name} clause says what is to be done with it." for name in "abcdefghijkl"],
        [f"payment of the {name} rent by the tenant of the quay;" for name in "abcdefghijkl"],
    ],
)
def test_list_numbers_are_kept(texts: list[str]) -> None:
    document = _read(_numbered(texts))
    assert not document.omissions
    assert "11" in document.text


def test_the_first_column_of_a_table_is_kept() -> None:
    words = _numbered([f"name of row {n}" for n in range(12)], leading=14)
    words += [Words(300, 720 - 14 * n, f"{n * 7} Months") for n in range(12)]
    document = _read(words, words)
    assert [text for kind, _, text in shown(document) if kind == "row"][:2] == [
        "1\tname of row 0\t0 Months",
        "2\tname of row 1\t7 Months",
    ]


def test_paragraph_numbers_are_kept() -> None:
    words = []
    for number in range(12):
        words += [Words(60, 720 - 54 * number, str(number + 1))]
        words += lines(90, 720 - 54 * number, ["The board heard the owner on two days and it", *PROSE[1:3]])
    document = _read(words)
    assert not _omitted(document, "line number")


# -- letters -----------------------------------------------------------------------------------------

# Widths of Helvetica, in thousandths of its size.
WIDTHS = dict(zip("abcdefhilmnoprstuvw .", (
    556, 556, 500, 556, 556, 278, 556, 222, 222, 833, 556, 556, 556, 333, 500, 278, 556, 500, 722, 278, 278,
), strict=True))  # fmt: skip


def _letters(
    x: float, y: float, text: str, size: float, *, copies: int = 1, aside: float = 0.0
) -> list[Words]:
    words = []
    for letter in text:
        words += [Words(x + n * aside, y, letter, size) for n in range(copies) if letter != " "]
        x += WIDTHS[letter] * size / 1000
    return words


@pytest.mark.parametrize("aside", [0.3, 0.9, 1.4])
def test_letters_drawn_twice_with_an_offset_are_read_once(aside: float) -> None:
    sentence = "the valve must be closed before all the boilers will be filled"
    document = _read(_letters(72, 700, sentence, 14, copies=2, aside=aside))
    assert document.text == sentence


@pytest.mark.parametrize(("right", "down"), [(1.0, 0.0), (0.0, 1.0), (1.5, 1.5), (0.5, -2.0)])
@pytest.mark.parametrize("apart", [False, True])
def test_a_line_and_its_shadow_are_read_once(right: float, down: float, apart: bool) -> None:
    line = Words(72, 700, "Emergency valve will be filled", 14)
    shadow = Words(72 + right, 700 - down, line.text, 14)
    between = lines(72, 500, ["Words that are drawn between the two."])
    document = _read([shadow, *(between if apart else ()), line, *(() if apart else between)])
    assert document.text.count("Emergency") == 1
    assert document.text.count("Emergency valve will be filled") == 1


def test_repeated_words_are_kept() -> None:
    document = _read(
        [
            Words(72, 700, "Page 11 of the Mississippi book, all full of balls: 1000 00"),
            Words(72, 688, "Yes"),
            Words(200, 688, "Yes"),
            Words(72, 676, "Yes"),
            Words(72, 664, "Yes"),
        ]
    )
    assert "Page 11 of the Mississippi book, all full of balls: 1000 00" in document.text
    assert document.text.count("Yes") == 4
    assert not document.omissions


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([("10", 10, 0), ("9", 6, 4)], "10⁹"),
        ([("5 m", 10, 0), ("2", 6, 4)], "5 m²"),
        ([("H", 10, 0), ("2", 6, -2), ("O", 10, 0)], "H₂O"),
        ([("It is large.", 10, 0), ("12", 6, 4), (" It goes on.", 10, 0)], "It is large.¹² It goes on."),
        ([("10", 10, 0), ("-6", 6, 4), (" m", 10, 0)], "10⁻⁶ m"),
        ([("2", 10, 0), ("n", 6, 4)], "2ⁿ"),
        ([("12", 6, 4), (" See the book of 1868.", 10, 0)], "¹² See the book of 1868."),
        ([("the 2", 10, 0), ("nd", 6, 4), (" of May", 10, 0)], "the 2nd of May"),
        ([("C", 10, 0), ("HAPTER", 7, 0)], "CHAPTER"),
    ],
)
def test_superscript_and_subscript_numbers_are_distinguished(
    words: list[tuple[str, float, float]], text: str
) -> None:
    x = 72.0
    page = []
    for word, size, up in words:
        page.append(Words(x, 700 + up, word, size))
        x += sum(_width(letter) for letter in word) * size / 1000
    assert _read([*page, *lines(72, 600, PROSE)]).text.split("\n\n")[0] == text


def _width(letter: str) -> int:
    wide = {
        "H": 722,
        "O": 778,
        "C": 722,
        "I": 278,
        "g": 556,
        "S": 667,
        "k": 500,
        "M": 833,
        "y": 500,
        "-": 333,
    }
    wide |= {"A": 667, "P": 667, "T": 611, "E": 667, "R": 722}
    return WIDTHS.get(letter, wide.get(letter, 556))


def test_separate_accents_are_combined_with_their_letters() -> None:
    page = [
        *_letters(72, 700, "schr", 12),
        Words(72 + 12 * 1.945, 700, "¨", 12),
        *_letters(72 + 12 * 1.945, 700, "odin", 12),
        *_letters(72, 650, "poincar", 12),
        *_letters(72 + 12 * 3.221, 650, "e", 12),
        Words(72 + 12 * 3.3, 650, "´", 12),
        Words(72, 600, "5 ° and `quoted' ~ 7 ^ 8", 12),
    ]
    text = _read(page).text
    assert "schrödin" in text
    assert "poincaré" in text
    assert "5 ° and `quoted' ~ 7 ^ 8" in text


@pytest.mark.parametrize("typed", [True, False])
def test_spaced_out_words_are_words(typed: bool) -> None:
    if typed:
        page = [Words(72, 700, "C O N T R A C T   F O R   D E E D", 12)]
    else:
        page = []
        x = 72.0
        for letter in "CONTRACT FOR DEED":
            page += [Words(x, 700, letter, 12)] if letter != " " else []
            x += 12 if letter == " " else 14
    assert _read([*page, *lines(72, 600, PROSE)]).text.startswith("CONTRACT FOR DEED\n\n")


@pytest.mark.parametrize("text", ["A B C D E F G", "Y N Y Y N N Y", "U S A", "x y z", "I a m B o b I"])
def test_single_letters_stay_single(text: str) -> None:
    assert _read([Words(72, 700, text, 12)]).text == text


# -- tables ------------------------------------------------------------------------------------------

CRANE = [
    (
        "Breakdown of the crane",
        ["The tenant calls the harbour office at once", "and keeps the quay clear."],
        "Office",
    ),
    ("Oil on the water", ["The tenant lays out the boom and calls the", "fire brigade."], "Fire brigade"),
    (
        "Loss of power",
        ["The tenant starts the generator within five", "minutes and logs the", "time."],
        "Smith",
    ),
]
CRANE_ROWS = ["\t".join((event, " ".join(duty), whom)) for event, duty, whom in CRANE]


def _table(gap: float, *, by_column: bool = False) -> list[Words]:
    columns: list[list[Words]] = [[], [], []]
    y = 700.0
    for event, duty, whom in CRANE:
        columns[0].append(Words(60, y, event))
        columns[1] += lines(190, y, duty)
        columns[2].append(Words(440, y, whom))
        y -= 12 * len(duty) + gap
    words = [word for column in columns for word in column]
    return words if by_column else sorted(words, key=lambda word: (-word.y, word.x))


@pytest.mark.parametrize("by_column", [False, True])
@pytest.mark.parametrize("gap", [0, 2, 14])
def test_a_wrapped_cell_is_complete_in_its_row(gap: float, by_column: bool) -> None:
    document = _read([Words(60, 740, "Duties of the tenant", 14), *_table(gap, by_column=by_column)])
    assert [text for kind, _, text in shown(document) if kind == "row"] == CRANE_ROWS


def test_rows_with_a_wrapped_first_cell_are_complete() -> None:
    words = []
    for row in range(4):
        words += lines(60, 700 - 40 * row, ["Plans and", "specifications:"])
        words += lines(
            200, 700 - 40 * row, [f"The plan {row} of the quay is due on the", "first of May of", "the year."]
        )
    rows = [
        f"Plans and specifications:\tThe plan {row} of the quay is due on the first of May of the year."
        for row in range(4)
    ]
    assert [text for _, _, text in shown(_read(words))] == rows


def test_labels_and_their_values_are_rows() -> None:
    labels = [
        "Construction Work Completion Date:",
        "Renovation Commencement Date:",
        "Expiration Date:",
        "Monthly Fee:",
    ]
    values = [
        ["n/a"],
        ["The Effective Date"],
        ["at midnight on the last day of the month that is fifteen", "years from it"],
        [
            "Four percent of the revenue of the calendar month before;",
            "any change may be made by the standards that are in",
            "force.",
        ],
    ]
    words = [Words(60, 700 - 50 * at, label) for at, label in enumerate(labels)]
    words += [word for at, value in enumerate(values) for word in lines(290, 700 - 50 * at, value)]
    rows = [f"{label}\t{' '.join(value)}" for label, value in zip(labels, values, strict=True)]
    assert [text for _, _, text in shown(_read(words))] == rows


def test_rows_that_omit_repeated_cells_stay_rows() -> None:
    words = []
    for at, (land, city, sum_) in enumerate(
        [("Germany", "Berlin", "3"), ("", "Hamburg", "2"), ("France", "Paris", "9"), ("", "Lyon", "1")]
    ):
        words += [Words(60, 700 - 14 * at, land)] if land else []
        words += [Words(200, 700 - 14 * at, city), Words(400, 700 - 14 * at, sum_)]
    assert [text for _, _, text in shown(_read(words))] == [
        "Germany\tBerlin\t3",
        "Hamburg\t2",
        "France\tParis\t9",
        "Lyon\t1",
    ]


def test_the_lines_of_a_list_item_are_no_cells() -> None:
    words = []
    for at, mark in enumerate(["(a)", "(b)", "2.1.3", "\u2022"]):
        words += [Words(60, 700 - 24 * at, mark)]
        words += lines(110, 700 - 24 * at, ["the rent of the quay for the first month of the", "year;"])
    document = _read(words)
    assert not [text for kind, _, text in shown(document) if kind == "row"]
    assert "2.1.3 the rent of the quay for the first month of the\nyear;" in document.text


def test_two_columns_of_prose_next_to_a_heading_stay_columns() -> None:
    left, right = PROSE[:5], PROSE[5:]
    document = _read([Words(72, 740, "A heading", 16), *lines(60, 700, left), *lines(330, 700, right)])
    assert document.text == "\n\n".join(
        ["A heading", "\n".join(left), "\n".join(right)]
    ) or document.text.endswith("\n".join(left + right))


def test_lines_that_the_library_joins_are_separated() -> None:
    words = [
        word
        for n in range(9)
        for word in (Words(60, 700 - 14 * n, f"{n}."), Words(100, 700 - 14 * n, f"name {n}"))
    ]
    words += [Words(300, 700 - 14 * n, f"{n * 7} Months") for n in range(9)]
    assert [text for _, _, text in shown(_read(words))] == [
        f"{n}.\tname {n}\t{n * 7} Months" for n in range(9)
    ]
