from __future__ import annotations

import io
import stat
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sample_files import Words, lines, pdf, read_one, shown

from qa.errors import ReadError
from qa.parsers import read
from qa.parsers.pdf import boxes, reading
from qa.parsers.pdf.assemble import Assembly
from qa.parsers.pdf.file import Scan
from qa.parsers.sandbox import end_children
from qa.text.sentences import segment
from qa.types import Document, Omission, Page


@pytest.fixture
def _programs_of_this_test() -> Iterator[None]:
    """Restart the process that reads PDFs, which keeps the environment it was started with."""
    yield
    end_children()


LEFT = [
    "The first column begins here and",
    "goes on for several lines of text",
    "so that it is plainly a column of",
    "words and not a cell of a table in",
    "which a few words stand alone.",
]
RIGHT = [
    "The second column stands beside",
    "the first one at the same height",
    "and must be read after it, since",
    "otherwise sentences would be cut",
    "in the middle by another one.",
]


def _read(*pages: list[Words], **options: object) -> Document:
    return read_one(pdf(pages), "a.pdf")


def _page_texts(document: Document) -> list[str]:
    return [document.text[page.start : page.end] for page in document.pages]


def test_lines_of_a_paragraph_are_one_unchanged_block() -> None:
    document = _read(
        [
            *lines(72, 700, ["A paragraph of several lines that", "goes on here and stops."]),
            *lines(72, 660, ["Another paragraph, set apart by a gap."]),
        ]
    )
    assert shown(document) == [
        ("paragraph", 0, "A paragraph of several lines that\ngoes on here and stops."),
        ("paragraph", 0, "Another paragraph, set apart by a gap."),
    ]


def test_an_indented_line_begins_a_paragraph() -> None:
    first = ["The first paragraph has lines of the", "same length up to its last which is", "short."]
    second = ["The next paragraph begins with", "an indented line and no gap at all", "in between."]
    document = _read([*lines(72, 700, first), Words(84, 664, second[0]), *lines(72, 652, second[1:])])
    assert [block[2] for block in shown(document)] == ["\n".join(first), "\n".join(second)]


@pytest.mark.parametrize("by_row", [False, True])
def test_columns_are_read_one_after_the_other_for_any_drawing_order(by_row: bool) -> None:
    left, right = lines(72, 700, LEFT), lines(320, 700, RIGHT)
    title = [Words(72, 740, "A title that runs across both columns of this page", 18)]
    written = [word for pair in zip(left, right, strict=True) for word in pair] if by_row else [*left, *right]
    assert shown(_read([*title, *written])) == [
        ("heading", 1, "A title that runs across both columns of this page"),
        ("paragraph", 0, "\n".join(LEFT)),
        ("paragraph", 0, "\n".join(RIGHT)),
    ]


def test_three_columns_are_read_from_left_to_right() -> None:
    texts = [[f"Column {name} line {n} of words" for n in "abcdef"] for name in ("one", "two", "six")]
    columns = [lines(50 + 180 * place, 700, text) for place, text in enumerate(texts)]
    rows = [word for row in zip(*columns, strict=True) for word in row]
    assert _read(rows).text.replace("\n\n", "\n").split("\n") == [line for text in texts for line in text]


def test_the_cells_of_a_table_stay_in_their_rows() -> None:
    words = [
        Words(x, 700 - 14 * row, f"{name}{row}")
        for row in range(5)
        for x, name in ((72, "cell"), (220, "value"), (400, "sum"))
    ]
    assert shown(_read(words)) == [("row", 0, f"cell{row}\tvalue{row}\tsum{row}") for row in range(5)]


def test_a_sentence_across_pages_is_one_piece_and_each_character_has_its_page() -> None:
    document = _read(
        lines(72, 100, ["The tenant shall pay the rent on the", "first day of every month and shall"]),
        lines(72, 700, ["inform the landlord of any delay."]),
    )
    assert document.text == (
        "The tenant shall pay the rent on the\nfirst day of every month and shall\n"
        "inform the landlord of any delay."
    )
    assert len(document.blocks) == 1
    assert document.pages == (Page(1, 0, 72), Page(2, 72, 105))
    assert document.text[72:] == "inform the landlord of any delay."


def test_a_finished_sentence_ends_its_block_at_the_end_of_a_page() -> None:
    document = _read(lines(72, 100, ["It ends here."]), lines(72, 700, ["Another begins."]))
    assert [block[2] for block in shown(document)] == ["It ends here.", "Another begins."]
    assert document.pages == (Page(1, 0, 15), Page(2, 15, 30))


def test_a_footnote_does_not_split_a_sentence_that_continues_on_the_next_page() -> None:
    body = ["These are lines of the body of the text", "which is larger than the notes and goes"]
    document = _read(
        [*lines(72, 300, body), *lines(72, 80, ["1 A note in small letters."], size=7)],
        lines(72, 700, ["on upon the next page."]),
    )
    assert [block[2] for block in shown(document)] == [
        "1 A note in small letters.",
        "\n".join([*body, "on upon the next page."]),
    ]
    assert _page_texts(document)[1] == "on upon the next page."


def test_a_word_split_at_a_line_end_is_unchanged() -> None:
    document = _read(lines(72, 700, ["This is an agree-", "ment on words."]))
    assert document.text == "This is an agree-\nment on words."


def test_running_headers_and_footers_are_kept_once_and_page_numbers_omitted() -> None:
    pages = [
        [
            Words(72, 760, "ANNUAL REPORT 2024"),
            *lines(72, 700, [f"Page {name} begins a sentence that is", "long enough to be two lines"]),
            Words(72, 60, f"Chapter {name}"),
            Words(300, 40, f"- {number} -"),
        ]
        for number, name in enumerate(("alpha", "beta", "gamma", "delta"), 9)
    ]
    document = _read(*pages)
    text = document.text
    assert text.startswith("ANNUAL REPORT 2024\n\nPage alpha begins a sentence")
    assert text.count("ANNUAL") == 1
    assert "- 9 -" not in text
    assert "- 12 -" not in text
    assert "Chapter beta" in text
    assert Omission("repeated", "ANNUAL REPORT 2024", 4) in document.omissions
    assert Omission("page number", "- 12 -", 4) in document.omissions


def test_a_running_foot_is_text_but_no_quote_and_the_head_of_the_first_page_is_one() -> None:
    pages = [
        [
            Words(72, 760, "Decision 4711-B of the board"),
            *lines(72, 700, [f"The board of part {name} hears the", "parties on the first day of May."]),
            Words(72, 40, "Harbor Mills, confidential"),
        ]
        for name in ("alpha", "beta", "gamma", "delta")
    ]
    document = _read(*pages)
    assert ("running", "Harbor Mills, confidential") in [
        (block.kind, document.text[block.start : block.end]) for block in document.blocks
    ]
    quotes = [document.text[s.start : s.end] for passage in segment(document) for s in passage.sentences]
    assert "Harbor Mills, confidential" in document.text
    assert not any("confidential" in quote for quote in quotes)
    assert any("4711-B" in quote for quote in quotes)
    assert sum("hears the\nparties" in quote for quote in quotes) == 4


def test_the_header_of_a_single_chapter_is_kept() -> None:
    pages = [
        [Words(72, 760, f"{name} {number}"), *lines(72, 700, [f"Text number {number * 7} of the book."] * 2)]
        for number, name in enumerate(["BOOK"] * 8 + ["INTRODUCTION"], 1)
    ]
    assert "INTRODUCTION 9" in _read(*pages).text


def test_pages_with_the_same_text_are_not_empty() -> None:
    assert _read(*[lines(72, 750, ["Void."]) for _ in range(4)]).text.count("Void.") == 4


def test_restarted_page_numbers_are_omitted() -> None:
    numbers = ["i", "ii", "iii", "1", "2"]
    pages = [[*lines(72, 500, [f"Words of page {n}."]), Words(300, 40, n)] for n in numbers]
    assert _read(*pages).text.split("\n\n") == [f"Words of page {n}." for n in numbers]


def test_sentences_with_numbers_at_the_top_of_pages_are_text() -> None:
    pages = [lines(72, 720, [f"It was {number * 7} degrees."]) for number in range(6)]
    assert _read(*pages).text.count("degrees") == 6


def test_repeated_words_in_the_middle_of_pages_are_text() -> None:
    pages = [lines(72, 400, ["Sign here."]) for _ in range(5)]
    assert _read(*pages).text.count("Sign here.") == 5


def test_large_letters_are_headings_by_size() -> None:
    document = _read(
        [
            Words(72, 740, "The Title", 24),
            Words(72, 700, "A Chapter", 16),
            *lines(72, 670, ["Body text that is longer than all headings", "together, and small."]),
            Words(72, 600, "A bold line", bold=True),
            *lines(72, 588, ["Body text below the bold heading line."]),
        ]
    )
    assert [block[:2] for block in shown(document)] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 0),
        ("heading", 3),
        ("paragraph", 0),
    ]


def test_list_items_are_items() -> None:
    document = _read(
        [
            *lines(72, 700, ["There are two conditions to fulfil:"]),
            *lines(72, 688, ["\u2022 the first one", "\u2022 the second one"]),
            *lines(72, 664, ["1. a numbered one", "2. another one"]),
        ]
    )
    assert [block[0] for block in shown(document)] == ["paragraph", "item", "item", "item", "item"]


def test_bold_letters_drawn_twice_are_read_once() -> None:
    twice = [Words(72 + offset, 700, "BOLD WORDS") for offset in (0, 0.3)]
    assert _read([*twice, *lines(72, 650, ["Plain words."])]).text == "BOLD WORDS\n\nPlain words."


def test_words_outside_the_visible_page_are_omitted() -> None:
    document = _read([*lines(72, 700, ["Seen."]), Words(700, 700, "Beyond"), Words(72, -20, "Below")])
    assert document.text == "Seen."


def test_words_on_large_pages_of_inherited_size_are_read() -> None:
    data = pdf([[Words(900, 1100, "Far out."), Words(72, 700, "Near.")]], box="0 0 1200 1200")
    assert set(read_one(data, "a.pdf").text.split("\n\n")) == {"Near.", "Far out."}


def test_a_page_without_text_is_reported_and_counted() -> None:
    data = pdf([lines(72, 700, ["First."]), [], lines(72, 700, ["Third."]), [], []], drawing=[2, 4])
    document = read_one(data, "a.pdf")
    assert document.text == "First.\n\nThird."
    assert document.pages == (Page(1, 0, 8), Page(2, 8, 8), Page(3, 8, 14), Page(4, 14, 14), Page(5, 14, 14))
    assert tuple(map(str, document.warnings)) == (
        "Only an image, without text: pages 2, 4; recognise its text with --ocr "
        "(needs tesseract; Debian: apt install tesseract-ocr).",
    )


def test_a_pdf_of_images_is_refused_with_the_remedy() -> None:
    with pytest.raises(ReadError, match=r"images without text; recognise their text with --ocr"):
        read_one(pdf([[], []], drawing=[1, 2]), "a.pdf")


def test_a_pdf_of_empty_pages_contains_no_text() -> None:
    with pytest.raises(ReadError, match="contains no text"):
        read_one(pdf([[], []]), "a.pdf")


def test_a_pdf_without_object_table_and_text_is_damaged() -> None:
    data = pdf([[], []])
    with pytest.raises(ReadError, match="its structure is damaged"):
        read_one(data[: data.rindex(b"startxref")] + b"%%EOF\n", "a.pdf")


@pytest.mark.skipif(sys.platform == "win32", reason="there, a file is read to its end")
def test_reading_stops_on_request(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([lines(72, 700, [f"Line {n} of {at}." for n in range(40)]) for at in range(400)]))
    asked = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(read(path, "a.pdf", stop=lambda: True))
    assert time.monotonic() - asked < 4
    path.write_bytes(pdf([lines(72, 700, ["The cellar is dry."])]))
    assert [item.text for item in read(path, "a.pdf", stop=lambda: False)] == ["The cellar is dry."]


def _install_tesseract(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    end_children()


@pytest.mark.usefixtures("_programs_of_this_test")
def test_the_text_of_images_is_recognised_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        'if [ "$1" = --list-langs ]; then printf "List:\\nosd\\neng\\n"; exit; fi\n'
        'head -c 8 | grep -q "^P5 2550 " && printf "Found words\\non two lines.\\n\\nNext.\\n\\f"'
    )
    _install_tesseract(tmp_path, monkeypatch, script)
    data = pdf([lines(72, 700, ["Printed."]), []], drawing=[2])
    document = read_one(data, "a.pdf", ocr=True)
    assert document.text == "Printed.\n\nFound words\non two lines.\n\nNext."
    assert document.pages == (Page(1, 0, 10), Page(2, 10, 42))
    assert document.warnings == ()


@pytest.mark.usefixtures("_programs_of_this_test")
def test_an_image_without_words_is_reported_after_recognition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install_tesseract(tmp_path, monkeypatch, '[ "$1" != --list-langs ] || printf "List:\\neng\\n"')
    document = read_one(pdf([lines(72, 700, ["Printed."]), []], drawing=[2]), "a.pdf", ocr=True)
    assert tuple(map(str, document.warnings)) == ("OCR found no text on page 2.",)


@pytest.mark.usefixtures("_programs_of_this_test")
def test_recognition_without_tesseract_reports_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    end_children()
    with pytest.raises(ReadError, match="needs the tesseract program; install it"):
        read_one(pdf([[]], drawing=[1]), "a.pdf", ocr=True)


def _encrypted(user: str, owner: str) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([lines(72, 700, ["Secret words."])])))
    writer.encrypt(user, owner, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_encrypted_file_without_an_opening_password_is_read() -> None:
    assert read_one(_encrypted("", "owner"), "a.pdf").text == "Secret words."


def test_a_password_is_requested_and_opens_the_file() -> None:
    data = _encrypted("sesame", "owner")
    with pytest.raises(ReadError, match=r"^it is encrypted; enter .* with --password-file or --password\.$"):
        read_one(data, "a.pdf")
    with pytest.raises(
        ReadError, match="the password is wrong; enter the right one with --password-file or --password"
    ):
        read_one(data, "a.pdf", password="wrong")
    assert read_one(data, "a.pdf", password="sesame").text == "Secret words."


def test_a_broken_file_is_reported() -> None:
    with pytest.raises(ReadError, match="structure is damaged"):
        read_one(b"%PDF-1.4\n1 0 obj garbage", "a.pdf")


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.parsers.pdf import file, reading

    monkeypatch.setattr(file, "PDF_PAGES", 2)
    with pytest.raises(ReadError, match="more than 2 pages; split it"):
        reading.read(pdf([lines(72, 700, ["Words."])] * 3))


def test_reading_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.parsers.pdf import file, reading

    monkeypatch.setattr(file, "PDF_SECONDS", -1)
    with pytest.raises(ReadError, match="takes longer than"):
        reading.read(pdf([lines(72, 700, ["Words."])]))


def test_the_boxes_of_a_quote_are_where_its_words_are() -> None:
    data = pdf([lines(72, 700, ["First page."]), lines(100, 500, ["Some words and", "the quoted words."])])
    document = read_one(data, "a.pdf")
    start = document.text.index("quoted")
    (box,) = boxes(data, start, start + len("quoted"))
    assert box.page == 2
    # The preceding words "the " are about 17 points wide in Helvetica of size 10.
    assert 115 < box.left < 119
    assert 144 < box.right < 149
    assert box.top < 792 - 488 - 5 < box.bottom
    assert len(boxes(data, start - 10, start + 2)) == 2


def test_the_boxes_of_a_rotated_page_are_as_it_is_shown() -> None:
    data = pdf([[Words(72, 700, "Turned.")]], rotate=90)
    (box,) = boxes(data, 0, 7)
    # Shown with its left side up, the page is 792 points wide and words run downwards.
    assert 695 < box.left < 700 < box.right < 712
    assert 71 < box.top < 73
    assert 100 < box.bottom < 115


def test_files_can_be_read_from_several_threads_at_once() -> None:
    datas = [pdf([lines(72, 700, [f"Words of file {n}."])] * 5) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda data: read_one(data, "a.pdf").text, datas))
    assert [text.count(f"Words of file {n}.") for n, text in enumerate(texts)] == [5] * 8


def test_the_second_quote_of_a_book_does_not_repeat_its_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdf([lines(72, 700, ["The first is quoted once and the second is quoted next."])])
    laid_out: list[int] = []
    assemble = reading._assemble

    def counted(scan: Scan) -> Assembly:
        laid_out.append(1)
        return assemble(scan)

    monkeypatch.setattr(reading, "_assemble", counted)
    whole = reading.text(data)
    assert whole == read_one(data, "a.pdf").text
    assert laid_out == [1]
    laid_out.clear()
    (box,) = reading.boxes(data, whole.index("second"), whole.index("second") + 6)
    assert box.page == 1
    assert laid_out == []
