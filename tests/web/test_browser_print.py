"""What the page prints, as the PDF that the browser makes: conversation, kept quotes, answers to a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from browsing import ask, opened, served

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

QUESTION = "Who repairs the roof of the barn?"
NAMES = ("Ashby", "Burton")
TEXT = "The roofer of {name} repairs the roof of the barn.\n\nThe rent of {name} is paid in May.\n"
NOTE = "\n".join(f"Line {number} of the note." for number in range(1, 13))
CONTROLS = (
    "Ask your documents",
    "Keep",
    "Copy",
    "Source",
    "score",
    "More quotes",
    "Undo",
    "Documents",
    "Word",
)


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("print")
    (folder / "documents").mkdir()
    for name in NAMES:
        (folder / "documents" / f"{name}.txt").write_text(TEXT.format(name=name), encoding="utf-8")
    index = Index.create(folder / "index", model)
    index.update([str(folder / "documents")], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        # Chromium without a window has no dialog for printing.
        page.evaluate("window.print = () => {}")
        yield page


def printed(page: Page, folder: Path, format: str = "A4") -> tuple[str, list[tuple[float, float]]]:
    """Return the text of the printed page, and the width and height of each sheet in points."""
    path = folder / "printed.pdf"
    page.pdf(path=path, format=format, prefer_css_page_size=False)
    return content(path)


def content(path: Path) -> tuple[str, list[tuple[float, float]]]:
    """Return the text of a PDF, and the width and height of each sheet; no text sticks out of its sheet."""
    with pypdfium2.PdfDocument(path) as document:
        sheets = [document[number] for number in range(len(document))]
        for sheet in sheets:
            words = sheet.get_textpage()
            rights = [words.get_rect(at)[2] for at in range(words.count_rects())]
            assert max(rights, default=0) <= sheet.get_width() - 20
        text = "\n".join(sheet.get_textpage().get_text_range() for sheet in sheets)
        return " ".join(text.split()), [sheet.get_size() for sheet in sheets]


@pytest.mark.parametrize(("format", "width"), [("A4", 596), ("Letter", 612)])
def test_the_conversation_is_printed_without_its_controls(
    page: Page, tmp_path: Path, format: str, width: int
) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        ask(page, QUESTION)
    text, sheets = printed(page, tmp_path, format)
    assert [round(size[0]) for size in sheets] == [width] * len(sheets)
    assert text.count(QUESTION) == 2
    for name in NAMES:
        assert text.count(f"The roofer of {name} repairs the roof of the barn.") == 2
        assert f"{name}, line 1" in text
    assert not [words for words in CONTROLS if words in text]
    assert f"1 / {len(sheets)}" in text
    assert page.evaluate("getComputedStyle(document.querySelector('.chat')).display") == "flex"


def test_the_chosen_quotes_are_printed_with_their_whole_notes(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    page.locator("[data-do=pin]").first.click()
    words = page.locator(".card blockquote").all_inner_texts()
    page.click("[data-tab=kept]")
    page.locator(".clipping .note").fill(NOTE)
    page.locator("[data-do=print]").click()
    text, _ = printed(page, tmp_path)
    assert words[0] in text
    assert words[1] not in text
    assert QUESTION in text
    assert " ".join(NOTE.split()) in text
    assert text.count("Line 12 of the note.") == 1
    assert not [label for label in (*CONTROLS, "Remove", "Markdown") if label in text]
    # The next print is that of the conversation again, and the page is as before.
    assert page.locator(".noted").count() == 0
    assert words[1] in printed(page, tmp_path)[0]


def test_without_anything_to_print_the_page_says_so(page: Page) -> None:
    page.click("[data-tab=kept]")
    page.click("[data-do=print]")
    page.wait_for_selector(".toast.shown")
    assert "no kept quotes" in page.locator(".toast").inner_text()


def test_the_answers_to_a_file_of_questions_are_printed(page: Page, tmp_path: Path) -> None:
    questions = ["Who repairs the roof?", "When is the rent paid?", "Who is king?", "What is the roof of?"]
    (tmp_path / "questions.csv").write_text("question\n" + "\n".join(questions) + "\n", encoding="utf-8")
    page.set_input_files("input.questions", tmp_path / "questions.csv")
    page.wait_for_selector(".batch tbody tr:nth-child(4)")
    flat, _ = printed(page, tmp_path)
    assert all(question in flat for question in questions)


def test_every_sheet_of_a_table_has_its_header_and_short_words_are_whole(page: Page, tmp_path: Path) -> None:
    rows = "".join(
        f"Who repairs the roof of the barn in the year {year}?,legal\n" for year in range(1960, 1990)
    )
    (tmp_path / "long.csv").write_text(f"question,group\n{rows}", encoding="utf-8")
    page.set_input_files("input.questions", tmp_path / "long.csv")
    page.wait_for_function("document.querySelector('.batch .status').textContent.startsWith('30 of 30')")
    page.locator(".batch [data-do=print-grid]").first.click()
    path = tmp_path / "table.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    text, sheets = content(path)
    assert len(sheets) > 1
    letters = "".join(text.split())  # some sheets are read letter by letter
    assert letters.count("QuestionAnswergroup") == len(sheets)
    assert letters.count("legal") == 30


def test_a_table_is_printed_whole_on_sheets_that_lie_on_their_side(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    questions = [f"Who repairs the roof of the barn in the year {year}?" for year in range(1990, 1997)]
    (tmp_path / "wide.csv").write_text("question\n" + "\n".join(questions) + "\n", encoding="utf-8")
    page.set_input_files("input.questions", tmp_path / "wide.csv")
    page.wait_for_selector(".batch tbody tr:nth-child(7)")
    page.click("[data-view=documents]")
    page.wait_for_function("document.querySelectorAll('.by-document td:not(.empty)').length === 14")
    page.click(".by-document [data-do=print-grid]")
    path = tmp_path / "table.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    text, sheets = content(path)
    assert all(width > height for width, height in sheets)
    assert all(question in text for question in questions)
    # Only the table; the next print is the conversation, with the table in it.
    assert f"{QUESTION} " not in text
    page.pdf(path=path, prefer_css_page_size=True)
    text, sheets = content(path)
    assert QUESTION in text
    assert all(width > height for width, height in sheets)
    page.click("[data-view=questions]")
    page.pdf(path=path, prefer_css_page_size=True)
    assert all(width < height for width, height in content(path)[1])
