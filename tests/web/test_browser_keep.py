"""Kept quotes with notes, the conversation, links and saved files, in a real browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ask, opened, served

from qa import parsers
from qa.encoders import Encoder
from qa.index import Index
from qa.types import Document

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
NATO = "How many rounds of eastward expansion has NATO carried out?"
NOTE = "Compare <img src=x onerror=window.harmed=1> & the treaty."


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("keep")
    shutil.copy(SOURCE, folder)
    index = Index.create(folder / "index", model)
    index.update([str(folder / "source.txt")], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def saved(page: Page, format: str) -> Path:
    with page.expect_download() as caught:
        page.click(f"[data-format={format}]")
    assert caught.value.suggested_filename.endswith(f".{format}")
    return Path(caught.value.path())


def test_kept_quotes_have_notes_can_be_reordered_and_survive_a_reload(page: Page, tmp_path: Path) -> None:
    ask(page, NATO)
    words = page.locator(".card blockquote").all_inner_texts()
    page.locator("[data-do=pin]").nth(0).click()
    page.locator(".card").nth(1).focus()
    page.keyboard.press("k")
    assert page.locator("[data-do=pin][aria-pressed=true]").count() == 2
    page.click("[data-tab=kept]")
    page.locator(".clipping .note").nth(0).fill(NOTE)
    page.locator("[data-do=kept-down]").nth(0).click()
    assert page.locator(".clipping blockquote").all_inner_texts() == [words[1], words[0]]
    word = shutil.copy(saved(page, "docx"), tmp_path / "kept.docx")
    (document,) = parsers.read(Path(word), "kept.docx")
    assert isinstance(document, Document)
    assert document.text.index(words[1]) < document.text.index(words[0]) < document.text.index(NOTE)
    records = json.loads(saved(page, "json").read_text())
    assert [record["quotes"][0]["text"] for record in records] == [words[1], words[0]]
    page.select_option(".what", "all")
    (whole,) = json.loads(saved(page, "json").read_text())
    assert [quote["text"] for quote in whole["quotes"]] == words
    page.reload()
    page.wait_for_selector(".turn .card")
    assert page.locator(".turn h2").all_inner_texts() == [NATO]
    assert page.locator(".turn blockquote").all_inner_texts() == words
    page.click("[data-tab=kept]")
    assert page.locator(".clipping blockquote").all_inner_texts() == [words[1], words[0]]
    assert page.locator(".clipping .note").nth(1).input_value() == NOTE
    page.locator("[data-do=open-kept]").nth(1).click()
    page.wait_for_selector("mark.quote")
    assert page.locator("mark.quote").inner_text() == words[0]
    page.click("[data-tab=kept]")
    page.locator("[data-do=kept-out]").nth(0).click()
    assert page.locator(".clipping").count() == 1
    page.click("[data-do=new]")
    page.reload()
    page.wait_for_selector(".document", state="attached")
    assert page.locator(".turn").count() == 0


def test_a_link_opens_the_same_document_at_the_same_quote(page: Page, context: BrowserContext) -> None:
    ask(page, NATO)
    page.wait_for_selector("mark.quote")
    quote = page.locator("mark.quote").inner_text()
    page.click("[data-do=link]")
    page.wait_for_selector(".toast.shown")
    link = page.evaluate("navigator.clipboard.readText()")
    other = context.new_page()
    other.goto(link)
    other.wait_for_selector("mark.quote")
    assert other.locator("mark.quote").inner_text() == quote
    other.goto(link.replace("sha=", "sha=0"))
    other.wait_for_selector(".toast.shown")
    assert "has changed" in other.locator(".toast").inner_text()
