"""Letters and tables of PDFs are read as a person sees them."""

from __future__ import annotations

import pytest
from pdf_pages import PROSE, read
from sample_files import Words, lines, shown

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
    document = read(_letters(72, 700, sentence, 14, copies=2, aside=aside))
    assert document.text == sentence


@pytest.mark.parametrize(("right", "down"), [(1.0, 0.0), (0.0, 1.0), (1.5, 1.5), (0.5, -2.0)])
@pytest.mark.parametrize("apart", [False, True])
def test_a_line_and_its_shadow_are_read_once(right: float, down: float, apart: bool) -> None:
    line = Words(72, 700, "Emergency valve will be filled", 14)
    shadow = Words(72 + right, 700 - down, line.text, 14)
    between = lines(72, 500, ["Words that are drawn between the two."])
    document = read([shadow, *(between if apart else ()), line, *(() if apart else between)])
    assert document.text.count("Emergency") == 1
    assert document.text.count("Emergency valve will be filled") == 1


def test_repeated_words_are_kept() -> None:
    document = read(
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
    assert read([*page, *lines(72, 600, PROSE)]).text.split("\n\n")[0] == text


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
    text = read(page).text
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
    assert read([*page, *lines(72, 600, PROSE)]).text.startswith("CONTRACT FOR DEED\n\n")


@pytest.mark.parametrize("text", ["A B C D E F G", "Y N Y Y N N Y", "U S A", "x y z", "I a m B o b I"])
def test_single_letters_stay_single(text: str) -> None:
    assert read([Words(72, 700, text, 12)]).text == text


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
    document = read([Words(60, 740, "Duties of the tenant", 14), *_table(gap, by_column=by_column)])
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
    assert [text for _, _, text in shown(read(words))] == rows


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
    assert [text for _, _, text in shown(read(words))] == rows


def test_rows_that_omit_repeated_cells_stay_rows() -> None:
    words = []
    for at, (land, city, sum_) in enumerate(
        [("Germany", "Berlin", "3"), ("", "Hamburg", "2"), ("France", "Paris", "9"), ("", "Lyon", "1")]
    ):
        words += [Words(60, 700 - 14 * at, land)] if land else []
        words += [Words(200, 700 - 14 * at, city), Words(400, 700 - 14 * at, sum_)]
    assert [text for _, _, text in shown(read(words))] == [
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
    document = read(words)
    assert not [text for kind, _, text in shown(document) if kind == "row"]
    assert "2.1.3 the rent of the quay for the first month of the\nyear;" in document.text


def test_two_columns_of_prose_next_to_a_heading_stay_columns() -> None:
    left, right = PROSE[:5], PROSE[5:]
    document = read([Words(72, 740, "A heading", 16), *lines(60, 700, left), *lines(330, 700, right)])
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
    assert [text for _, _, text in shown(read(words))] == [
        f"{n}.\tname {n}\t{n * 7} Months" for n in range(9)
    ]
