"""A table of questions and documents on the page, in a real browser."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import STICKING_OUT, new_context, opened, served, settled, watched
from openpyxl import load_workbook

from qa.encoders import Encoder
from qa.index import Index
from qa.rerankers import Reranker

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

PLACES = ("Lisbon", "Vienna", "Turin", "Oslo", "Ghent", "Malmo", "Porto", "Bern", "Lyon", "Graz")
QUESTIONS = "id,question,type\nsigned,When was the lease signed?,\nrent,How much is the monthly rent?,\n"


def lease(number: int, town: str) -> str:
    """Return a lease; every third has no rent."""
    rent = f"The monthly rent is {700 + 10 * number} euros, payable in advance.\n\n" if number % 3 else ""
    return (
        f"This lease of a flat in {town} was signed on {number + 1} March 2021 by both parties.\n\n{rent}"
        "The tenant keeps the flat clean <b>at all times</b>.\n"
    )


@pytest.fixture(scope="module")
def address(model: Encoder, reader: Reranker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("table")
    (folder / "leases").mkdir()
    for number, town in enumerate(PLACES):
        (folder / "leases" / f"{number}-{town}.txt").write_text(lease(number, town))
    index = Index.create(folder / "index", model)
    index.update([str(folder / "leases")], lambda: model)
    with served(index, model, reader) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def cell(page: Page, row: int, column: int) -> Locator:
    """Return a cell of the body, counted from 1; the first column has the documents."""
    return page.locator(f".by-document .grid-box tbody tr:nth-child({row}) > :nth-child({column + 1})")


def start(page: Page, folder: Path, rows: int = 5) -> None:
    """Send the questions, and show their table until its pilot is complete."""
    (folder / "leases.csv").write_text(QUESTIONS, encoding="utf-8")
    page.set_input_files("input.questions", folder / "leases.csv")
    page.click("[data-view=documents]")
    complete(page, 2 * rows)


def complete(page: Page, cells: int) -> None:
    page.wait_for_function(
        "cells => document.querySelector('.by-document .status')?.textContent"
        ".startsWith(`${cells} of ${cells} `)"
        " && document.querySelectorAll('.by-document .grid-box td:not(.empty)').length === cells",
        arg=cells,
    )


def saved(page: Page, format: str) -> bytes:
    with page.expect_download() as caught:
        page.click(f".by-document [data-do=save-grid][data-format={format}]")
    assert caught.value.suggested_filename == f"leases-table.{format}"
    return Path(caught.value.path()).read_bytes()


def test_a_table_fills_is_read_marked_sorted_and_saved(page: Page, tmp_path: Path) -> None:
    start(page, tmp_path)
    grid = page.locator(".by-document .grid-box table")
    assert grid.get_attribute("role") == "grid"
    assert page.locator(".by-document .grid-box tbody tr").count() == 5
    assert (
        page.locator(".by-document .grid-box thead th")
        .all_inner_texts()[1]
        .startswith("When was the lease signed?")
    )
    assert "Not in this document." in cell(page, 1, 2).inner_text()
    assert cell(page, 2, 1).locator(".value").inner_text() == "2 March 2021"
    # After the pilot, all.
    page.click("[data-do=all-documents]")
    complete(page, 20)
    assert page.locator("[data-do=all-documents]").is_hidden()
    # A click opens the source at the quote.
    cell(page, 2, 2).locator("q").first.click()
    page.wait_for_selector("mark.quote")
    assert "710 euros" in page.locator("mark.quote").inner_text()
    # Keys: marks, and moving.
    for key, name in (("r", "right"), ("w", "wrong"), ("c", "check")):
        page.keyboard.press(key)
        page.wait_for_selector(f".by-document .grid-box td.{name}")
        page.keyboard.press("ArrowDown")
    assert cell(page, 5, 2).evaluate("node => node === document.activeElement")
    assert cell(page, 4, 2).locator(".mark").inner_text() == "To check"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('mark.quote')?.textContent.includes('5 March 2021')")
    # Filters.
    page.select_option(".by-document .choice-mark", "wrong")
    page.wait_for_function("document.querySelectorAll('.by-document .grid-box tbody tr').length === 1")
    page.select_option(".by-document .choice-mark", "")
    # Sorting by a value, not by its letters.
    page.select_option(".by-document .choice-sort", "answer")
    header = page.locator(".by-document .grid-box thead th:nth-child(2)")
    for order, first in (("descending", "10 March"), ("ascending", "1 March"), ("none", "1 March")):
        header.locator(".sort").click()
        page.wait_for_selector(f".by-document thead th:nth-child(2)[aria-sort={order}]")
        assert cell(page, 1, 1).locator(".value").inner_text() == f"{first} 2021"
    # The files have the marks.
    sheet = load_workbook(io.BytesIO(saved(page, "xlsx")))["Sources"]
    names = [each.value for each in sheet[1]]
    marks = {
        row[names.index("document")].value: row[names.index("mark")].value
        for row in sheet.iter_rows(min_row=2)
        if row[names.index("mark")].value
    }
    assert (
        marks == {"1-Lisbon.txt": "right", "2-Turin.txt": "wrong", "3-Oslo.txt": "check"} or len(marks) == 3
    )
    table = list(csv.DictReader(io.StringIO(saved(page, "csv").decode("utf-8-sig"))))
    assert len(table) == 10
    assert table[1]["How much is the monthly rent? (value)"] == "710 euros"
    records = [json.loads(line) for line in saved(page, "jsonl").splitlines()]
    assert sorted(record["cell"].get("mark", "") for record in records)[-3:] == ["check", "right", "wrong"]
    assert saved(page, "html").count(b'class="mark"') == 3


def test_columns_are_added_and_removed_and_survive_a_reload(page: Page, tmp_path: Path) -> None:
    start(page, tmp_path)
    page.fill(".add-column input", "Who keeps the <i>flat</i> clean?")
    page.press(".add-column input", "Enter")
    complete(page, 15)
    assert "The tenant" in cell(page, 1, 3).inner_text()
    assert page.locator(".add-column input").input_value() == ""
    page.locator(".by-document .grid-box thead th:nth-child(2)").focus()
    page.keyboard.press("Delete")
    complete(page, 10)
    page.click("[data-do=undo]")
    complete(page, 15)
    assert page.locator(".by-document .grid-box thead .sort").first.inner_text() == (
        "When was the lease signed?"
    )
    page.locator(".by-document .grid-box thead th:nth-child(2)").focus()
    page.keyboard.press("Delete")
    complete(page, 10)
    assert page.locator(".by-document .grid-box thead .sort").all_inner_texts() == [
        "How much is the monthly rent?", "Who keeps the <i>flat</i> clean?",
    ]  # fmt: skip
    page.reload()
    complete(page, 10)
    assert "The tenant" in cell(page, 1, 2).inner_text()
    # The answers by question are still there.
    page.click("[data-view=questions]")
    assert page.locator(".by-question .grid-box table").is_visible()
    assert page.locator(".by-document .grid-box").is_hidden()


def test_the_table_is_in_the_language_of_the_page(page: Page, tmp_path: Path) -> None:
    start(page, tmp_path)
    page.select_option(".languages", "de")
    page.wait_for_function(
        "document.querySelector('.by-document tbody td:nth-child(3)')"
        "?.textContent.includes('Nicht in diesem')"
    )
    assert page.locator(".by-document .marks").inner_text().split() == ["Richtig", "Falsch", "Zu", "prüfen"]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_table_scrolls_inside_its_box(browser: Browser, address: str, tmp_path: Path, width: int) -> None:
    context = new_context(browser, viewport={"width": width, "height": 844})
    page = context.new_page()
    with watched(page, address):
        page.goto(address)
        page.wait_for_selector("#question")
        start(page, tmp_path)
        settled(page)
        out = [
            name
            for name in page.evaluate(STICKING_OUT)
            if not name.startswith(("T", "Q", "B", "SPAN", "SMALL"))
        ]
        assert out == []
        if width == 390:
            # On a phone, each document is a block, whose answers have their questions.
            label = "node => getComputedStyle(node, '::before').content"
            assert cell(page, 1, 1).evaluate(label) == '"When was the lease signed?"'
        else:
            # The documents stay in view.
            left = "document.querySelector('.by-document .grid-box tbody th').getBoundingClientRect().left"
            before = page.evaluate(left)
            page.evaluate("document.querySelector('.by-document .grid-box').scrollLeft = 200")
            assert page.evaluate(left) == pytest.approx(before, abs=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
