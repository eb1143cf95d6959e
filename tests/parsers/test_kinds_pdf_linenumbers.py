"""Line numbers of PDFs are in no sentence, and other numbers are kept."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pdf_pages import PROSE, omitted, read
from sample_files import Words, lines, shown

# -- line numbers ------------------------------------------------------------------------------------


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
    document = read(_numbered([*PROSE, "came."] + [""] * 15))
    assert document.text.replace("\n", " ").startswith(" ".join([*PROSE, "came."]))
    assert omitted(document, "line number") == [" ".join(map(str, range(1, 27)))]


def test_a_sentence_of_a_pleading_continues_over_the_page() -> None:
    document = read(_numbered([*PROSE, *PROSE[:5]]), _numbered([*PROSE[5:], *PROSE[:5]]))
    assert "two of her men\nleft for another employer." in document.text
    assert len(omitted(document, "line number")) == 2


def test_a_few_lines_on_the_last_page_have_line_numbers_too() -> None:
    document = read(_numbered(PROSE), _numbered(["have come late.", "The end."], first=11))
    assert document.text.endswith("have come late.\nThe end.")
    assert omitted(document, "line number")[1] == "11 12"


def test_line_numbers_on_the_right_or_close_to_the_text_are_recognised() -> None:
    right = read([*lines(72, 720, PROSE, leading=24), *_numbered([""] * 10, x=520)])
    assert right.text == "\n".join(PROSE)
    close = read(_numbered(PROSE, text_x=70))
    assert close.text == "\n".join(PROSE)


def test_numbers_of_every_fifth_line_are_recognised() -> None:
    words = [word for at, word in enumerate(_numbered([""] * 30, leading=12)) if at % 5 == 4]
    document = read([*words, *lines(100, 720, PROSE * 3)])
    assert document.text == "\n".join(PROSE * 3)
    assert omitted(document, "line number") == ["5 10 15 20 25 30"]


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
    document = read(page, page)
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
    assert [text for _, _, text in shown(read(page, page))][:2] == [
        "Q. Did you see the man who closed the main on\nthe first of June?",
        "A. I saw him there.",
    ]


def test_numbers_between_two_columns_are_recognised() -> None:
    words = [*lines(40, 720, PROSE * 3), *lines(340, 720, PROSE * 3)]
    document = read([*words, *(Words(310, 732 - 12 * line, str(line)) for line in range(5, 31, 5))])
    assert omitted(document, "line number") == ["5 10 15 20 25 30"]
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
    document = read(_numbered(texts))
    assert not document.omissions
    assert "11" in document.text


def test_the_first_column_of_a_table_is_kept() -> None:
    words = _numbered([f"name of row {n}" for n in range(12)], leading=14)
    words += [Words(300, 720 - 14 * n, f"{n * 7} Months") for n in range(12)]
    document = read(words, words)
    assert [text for kind, _, text in shown(document) if kind == "row"][:2] == [
        "1\tname of row 0\t0 Months",
        "2\tname of row 1\t7 Months",
    ]


def test_paragraph_numbers_are_kept() -> None:
    words = []
    for number in range(12):
        words += [Words(60, 720 - 54 * number, str(number + 1))]
        words += lines(90, 720 - 54 * number, ["The board heard the owner on two days and it", *PROSE[1:3]])
    document = read(words)
    assert not omitted(document, "line number")
