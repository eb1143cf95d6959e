"""A file of questions asked on the page, in a real browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import opened, served

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

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


def test_a_file_of_questions_is_asked_filtered_opened_and_saved(page: Page, tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text(QUESTIONS, encoding="utf-8")
    page.set_input_files("input.questions", tmp_path / "questions.csv")
    page.wait_for_function("(document.querySelector('.status') || {}).textContent?.startsWith('3 of 3')")
    page.wait_for_selector(".batch tbody tr:nth-child(3)")
    assert page.locator(".status").inner_text() == "3 of 3 questions: 2 answered, 1 not in your documents"
    page.click("[data-which=unanswered]")
    page.wait_for_function("document.querySelectorAll('.batch tbody tr').length === 1")
    assert "capital of Australia" in page.locator(".batch tbody tr").inner_text()
    page.click("[data-which=answered]")
    page.wait_for_function("document.querySelectorAll('.batch tbody tr').length === 2")
    quote = page.locator(".batch tbody q").nth(1).inner_text()
    page.locator(".batch [data-do=open]").nth(1).click()
    page.wait_for_selector("mark.quote")
    assert page.locator("mark.quote").inner_text() == quote
    assert page.locator("[data-which=answered]").is_visible()
    for format in ("csv", "xlsx", "jsonl", "md", "html", "tsv"):
        with page.expect_download() as caught:
            page.click(f".batch [data-format={format}]")
        assert caught.value.suggested_filename == f"questions-answers.{format}"
        if format == "jsonl":
            records = [json.loads(line) for line in Path(caught.value.path()).read_text().splitlines()]
            assert [record["answered"] for record in records] == [True, False, True]
            assert records[0]["input"] == {"owner": "Ann"}


def test_another_file_is_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    (tmp_path / "no.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    page.set_input_files("input.questions", tmp_path / "no.csv")
    page.wait_for_selector(".batch .failure")
    assert page.locator(".batch .failure p").inner_text().startswith("no.csv")
