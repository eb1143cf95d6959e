"""A file of questions asked on the page, in a real browser."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import new_context, opened, served, settled, watched

from qa.encoders import Encoder
from qa.index import Index
from qa.turns import TURNS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
QUESTIONS = """question,owner
How many rounds of eastward expansion has NATO carried out?,Ann
What is the capital of Australia?,Ben
What does China call for?,<img src=x onerror=window.harmed=1>
"""


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("batch")
    shutil.copy(SOURCE, folder)
    index = Index.create(folder / "index", model)
    index.update([str(folder / "source.txt")], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def start(page: Page, folder: Path) -> None:
    """Send the questions, and wait for all answers."""
    (folder / "questions.csv").write_text(QUESTIONS, encoding="utf-8")
    page.set_input_files("input.questions", folder / "questions.csv")
    complete(page)


def complete(page: Page) -> None:
    page.wait_for_function(
        "document.querySelector('.by-question .status')?.textContent.startsWith('3 of 3')"
        " && document.querySelectorAll('.by-question td:not(.own, .empty)').length === 3"
    )


def rows(page: Page, count: int) -> Locator:
    """Wait for a number of rows."""
    page.wait_for_function(f"document.querySelectorAll('.by-question tbody tr').length === {count}")
    return page.locator(".by-question tbody tr")


def test_a_file_of_questions_is_asked_filtered_opened_and_saved(page: Page, tmp_path: Path) -> None:
    start(page, tmp_path)
    status = page.locator(".by-question .status")
    assert status.inner_text() == "3 of 3 questions: 2 answered, 1 not in your documents"
    # The user's own column is beside the answers, and harmless.
    assert page.locator(".by-question thead th").all_inner_texts() == ["Question", "Answer", "owner"]
    assert rows(page, 3).nth(2).locator("td.own").inner_text() == "<img src=x onerror=window.harmed=1>"
    page.click("[data-which=unanswered]")
    assert "capital of Australia" in rows(page, 1).inner_text()
    page.click("[data-which=answered]")
    quote = rows(page, 2).nth(1).locator("q").first.inner_text()
    rows(page, 2).nth(1).locator("[data-do=open-cell]").first.click()
    page.wait_for_selector("mark.quote")
    assert page.locator("mark.quote").inner_text() == quote
    for format in ("csv", "xlsx", "jsonl", "md", "html", "tsv"):
        with page.expect_download() as caught:
            page.click(f".batch [data-format={format}]")
        assert caught.value.suggested_filename == f"questions-answers.{format}"
        if format == "jsonl":
            records = [json.loads(line) for line in Path(caught.value.path()).read_text().splitlines()]
            assert [record["answered"] for record in records] == [True, False, True]
            assert records[0]["input"] == {"owner": "Ann"}


def test_answers_are_read_marked_and_sorted_by_keyboard(page: Page, tmp_path: Path) -> None:
    start(page, tmp_path)
    focused = "(document.activeElement.closest('td, th') || {}).textContent || ''"
    page.locator(".by-question .grid-box [tabindex='0']").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.quote")
    row = page.locator(".by-question tr:has([aria-current])")
    assert row.count() == 1
    assert "rounds of eastward expansion" in row.inner_text()
    # The other quotes of the cell.
    page.keyboard.press("m")
    others = page.locator(".by-question td[aria-current] .others .place")
    assert others.first.is_visible()
    page.keyboard.press("2")
    second = others.first.locator("q").inner_text()
    page.wait_for_function(
        "text => text.startsWith(document.querySelector('mark.quote')?.textContent.slice(0, 20))", arg=second
    )
    page.keyboard.press("m")
    assert others.first.is_hidden()
    # Marks; the focus stays in the cell.
    page.keyboard.press("w")
    page.wait_for_selector(".by-question td.wrong")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("r")
    page.wait_for_selector(".by-question td.right")
    page.keyboard.press("r")
    page.wait_for_function("!document.querySelector('.by-question td.right')")
    page.keyboard.press("c")
    page.wait_for_selector(".by-question td.check")
    # The user's own column is sorted from its header.
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "owner"
    for _ in range(2):
        page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.by-question tbody td.own').textContent.startsWith('Ben')"
    )
    assert page.locator(".by-question thead th").nth(2).get_attribute("aria-sort") == "descending"
    page.select_option(".by-question .choice-mark", "wrong")
    assert "rounds of eastward expansion" in rows(page, 1).inner_text()
    page.select_option(".by-question .choice-confidence", "low")
    page.get_by_text("No rows pass the filters.").wait_for()
    # After a reload, all is there again, with the marks.
    page.reload()
    complete(page)
    page.wait_for_selector(".by-question td.wrong")
    with page.expect_download() as caught:
        page.click(".batch [data-format=csv]")
    table = list(csv.DictReader(Path(caught.value.path()).read_text("utf-8-sig").splitlines()))
    assert [each["mark"] for each in table] == ["wrong", "check", ""]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_grid_fits_the_window(browser: Browser, address: str, tmp_path: Path, width: int) -> None:
    context = new_context(browser, viewport={"width": width, "height": 844})
    page = context.new_page()
    with watched(page, address):
        page.goto(address)
        page.wait_for_selector("#question")
        start(page, tmp_path)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        first = page.locator(".by-question tbody tr").first
        place = first.locator("q").first.bounding_box()
        assert place is not None
        assert place["width"] > 200
        assert 0 <= place["x"] <= width - place["width"]
        if width == 390:
            # On a phone, a value has the name of its column, and a header still sorts.
            label = "node => getComputedStyle(node, '::before').content"
            assert first.locator("td.own").evaluate(label) == '"owner"'
            page.click(".by-question [data-do=grid-tools]")
            page.locator(".by-question thead .sort", has_text="owner").click()
            page.wait_for_selector(".by-question thead th[aria-sort=ascending]")
    context.close()


def test_another_file_is_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    (tmp_path / "no.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    page.set_input_files("input.questions", tmp_path / "no.csv")
    page.wait_for_selector(".batch .failure")
    assert page.locator(".batch .failure p").inner_text().startswith("no.csv")


def test_a_stopped_file_goes_on_where_it_ended(page: Page, tmp_path: Path) -> None:
    questions = "".join(f"What does China call for in year {year}?\n" for year in range(150))
    (tmp_path / "long.csv").write_text(f"question\n{questions}", encoding="utf-8")
    # A file of questions gives way to a person's question, so this one cannot be over before it is stopped.
    with TURNS.question():
        page.set_input_files("input.questions", tmp_path / "long.csv")
        page.wait_for_selector(".by-question td.answered, .by-question td.absent")
        page.click(".by-question [data-do=stop-grid]")
        page.wait_for_function(
            "document.querySelector('.by-question .status').textContent.endsWith('Stopped.')"
        )
    first = page.locator(".by-question tbody tr").first.inner_text()
    page.click(".by-question [data-do=continue-grid]")
    page.wait_for_function(
        "document.querySelector('.by-question .status').textContent.startsWith('150 of 150')"
    )
    assert page.locator(".by-question [data-do=continue-grid]").is_hidden()
    assert page.locator(".by-question tbody tr").first.inner_text() == first
    with page.expect_download() as caught:
        page.click(".batch [data-format=jsonl]")
    records = [json.loads(line) for line in Path(caught.value.path()).read_text().splitlines()]
    assert [record["id"] for record in records] == [str(number) for number in range(1, 151)]


def test_rows_are_filtered_by_words_and_own_values(page: Page, tmp_path: Path) -> None:
    start(page, tmp_path)
    page.fill(".by-question .grid-search", "CAPITAL of what")
    assert "capital of Australia" in rows(page, 1).inner_text()
    page.fill(".by-question .grid-search", "")
    rows(page, 3)
    page.get_by_label("Rows by owner").select_option("Ben")
    assert "capital of Australia" in rows(page, 1).inner_text()
    page.select_option(".languages", "de")
    assert page.get_by_label("Zeilen nach owner").input_value() == "Ben"


def test_a_phone_has_two_rows_of_controls_above_the_first_answer(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    context = new_context(browser, viewport={"width": 390, "height": 844})
    page = context.new_page()
    with watched(page, address):
        page.goto(address)
        page.wait_for_selector("#question")
        start(page, tmp_path)
        settled(page)
        controls = ".turn .answer :is(button, select, input)"
        tops = page.locator(controls).evaluate_all(
            """all => {
              const first = document.querySelector(".by-question tbody tr").getBoundingClientRect().top;
              const visible = all.filter((one) => one.checkVisibility());
              const boxes = visible.map((one) => one.getBoundingClientRect());
              const middles = boxes.map((box) => box.top + box.height / 2).filter((at) => at < first);
              return [...new Set(middles.map((at) => Math.round(at / 20)))];
            }"""
        )
        assert len(tops) <= 2
        toggle = page.locator(".by-question [data-do=grid-tools]")
        toggle.click()
        assert toggle.get_attribute("aria-expanded") == "true"
        page.get_by_label("Rows by owner").select_option("Ann")
        rows(page, 1)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        below = page.locator(".under button:visible").evaluate_all(
            "all => all.map((one) => one.getClientRects()[0].height)"
        )
        assert max(below) < 36, "a button wraps"
    context.close()


@pytest.mark.parametrize("width", [1024, 1440])
def test_the_shortcuts_are_below_the_question(browser: Browser, address: str, width: int) -> None:
    context = new_context(browser, viewport={"width": width, "height": 900})
    with opened(context, address) as page:
        page.locator(".under .hint").click()
        assert page.locator("dialog.keys").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
