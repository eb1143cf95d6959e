"""Questions about documents that another program removed, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import ask, opened, served

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

RED = "Is the barn red?"


@pytest.fixture
def index(model: Encoder, tmp_path: Path) -> Index:
    for name, text in (("barn", "The barn is red."), ("door", "The door of the barn is green.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / f"{name}.txt") for name in ("barn", "door")], lambda: model)
    return index


@pytest.fixture
def page(context: BrowserContext, index: Index, model: Encoder) -> Iterator[Page]:
    with served(index, model) as url, opened(context, url) as page:
        yield page


def select(page: Page, *names: str) -> None:
    for name in names:
        page.locator(f".document[data-document='{name}'] input").check()


def failed(page: Page) -> str:
    return page.locator(".turn:last-child .failure p").inner_text()


def test_a_question_about_a_removed_document_is_asked_again_of_the_others(page: Page, index: Index) -> None:
    select(page, "barn.txt", "door.txt")
    index.remove(["barn.txt"])
    ask(page, RED)
    assert "barn.txt" in failed(page)
    page.click(".failure button")
    page.locator(".turn .card[data-document='door.txt']").first.wait_for(state="attached")
    assert page.locator(".turn .limits").inner_text() == "Only in door.txt"
    assert page.locator(".turn").count() == 1


def test_without_any_of_its_documents_a_question_is_asked_of_all(page: Page, index: Index) -> None:
    select(page, "barn.txt")
    index.remove(["barn.txt"])
    ask(page, RED)
    page.click(".failure button")
    page.locator(".turn .card[data-document='door.txt']").first.wait_for(state="attached")
    assert page.locator(".turn .limits").count() == 0


def test_an_answer_about_a_removed_document_is_checked_again_with_the_others(
    page: Page, index: Index
) -> None:
    select(page, "barn.txt")
    ask(page, RED)
    index.remove(["barn.txt"])
    page.click(".unscope")
    page.click("[data-do=check-again]")
    page.locator(".turn .card[data-document='door.txt']").first.wait_for(state="attached")
    page.locator(".turn .outdated").wait_for(state="detached")


def test_without_a_reader_the_page_says_why_it_finds_no_similar_passages(page: Page) -> None:
    page.locator(".document[data-document='barn.txt'] .title").click()
    page.locator(".source .text [data-at]", has_text="red").wait_for()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.source .text [data-at]'))")
    page.click("[data-do=find-similar]")
    assert "without the model that reads them" in failed(page)
    assert page.locator(".failure button").count() == 0


def test_words_of_a_removed_document_are_looked_for_in_the_others(page: Page, index: Index) -> None:
    select(page, "barn.txt", "door.txt")
    index.remove(["barn.txt"])
    page.fill("#question", "barn")
    page.click("[data-do=find-places]")
    assert "barn.txt" in failed(page)
    page.click(".failure button")
    page.locator(".turn.places .spot").first.wait_for()
    assert page.locator(".turn .limits").inner_text() == "Only in door.txt"
