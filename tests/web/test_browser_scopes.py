"""Which documents are asked: found ones, by folder, format, day, tag or saved selection, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import STICKING_OUT, ask, opened, served
from waiting import MILLISECONDS

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

FILES = {
    "leases/barn.txt": "The barn is red. Its door is green.",
    "leases/old/mill.md": "# The mill\n\nThe mill is white.",
    "letters/barn.md": "# A letter\n\nThe letter is about the barn.",
    "note.txt": "The note is short.",
}
AUSTRALIA = "What is the capital of Australia?"


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("scopes")
    for name, text in FILES.items():
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    index = Index.create(folder / "index", model)
    index.update([str(folder / "files")], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        page.wait_for_selector(".filters:not([hidden])")
        yield page


def has(elements: Locator, *texts: str) -> None:
    from playwright.sync_api import expect

    expect(elements).to_have_text(list(texts), timeout=MILLISECONDS)


def rows(page: Page, *names: str) -> None:
    page.wait_for_function(
        "(names) => [...document.querySelectorAll('.document')].map((row) => row.dataset.document).sort()"
        ".join() === names.sort().join()",
        arg=list(names),
    )


def row(page: Page, name: str) -> Locator:
    return page.locator(f".document[data-document='{name}']")


def test_all_documents_that_a_filter_finds_are_asked(page: Page) -> None:
    page.fill(".search", "barn")
    rows(page, "leases/barn.txt", "letters/barn.md")
    has(page.locator(".found .count"), "2 documents found")
    page.click("[data-do=ask-found]")
    has(page.locator(".scope"), "Asking 2 documents")
    ask(page, AUSTRALIA)
    has(page.locator(".calm-title"), "Not in the 2 documents asked.")
    page.reload()
    has(page.locator(".calm-title"), "Not in the 2 documents asked.")
    page.click(".unscope")
    has(page.locator(".scope"), "Asking all 4 documents")


def test_folders_formats_and_days_filter_the_documents(page: Page) -> None:
    has(
        page.locator("[data-filter=folder] option"),
        "All folders",
        "leases (2)",
        "leases/old (1)",
        "letters (1)",
    )
    page.select_option("[data-filter=folder]", "leases")
    rows(page, "leases/barn.txt", "leases/old/mill.md")
    page.select_option("[data-filter=format]", "md")
    rows(page, "leases/old/mill.md")
    page.click("[data-do=clear-filter]")
    rows(page, *FILES)
    assert not page.locator(".found").is_visible()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    page.fill("[data-filter=since]", tomorrow)
    has(page.locator(".rows"), "No matching documents.")
    page.fill("[data-filter=since]", "2000-01-01")
    rows(page, *FILES)
    page.fill("[data-filter=until]", "2000-01-02")
    has(page.locator(".rows"), "No matching documents.")


def test_documents_get_tags_that_filter_them_and_can_be_removed(page: Page) -> None:
    assert not page.locator("[data-do=tag]").is_visible()
    row(page, "note.txt").locator("input").check()
    row(page, "leases/barn.txt").locator("input").check()
    page.click("[data-do=tag]")
    page.keyboard.type("urgent <b>")
    page.keyboard.press("Enter")
    has(page.locator(".tag"), "urgent <b>", "urgent <b>")
    page.click(".unscope")
    page.select_option("[data-filter=tag]", "urgent <b>")
    rows(page, "note.txt", "leases/barn.txt")
    page.click("[data-do=clear-filter]")
    rows(page, *FILES)
    page.reload()
    has(page.locator(".tag"), "urgent <b>", "urgent <b>")
    row(page, "note.txt").locator(".tag").click()
    has(page.locator(".tag"), "urgent <b>")
    page.click(".toast [data-do=undo]")
    has(page.locator(".tag"), "urgent <b>", "urgent <b>")


def test_a_selection_is_saved_chosen_again_and_deleted(page: Page) -> None:
    for name in ("note.txt", "letters/barn.md"):
        row(page, name).locator("input").check()
    page.click("[data-do=save-selection]")
    page.keyboard.type("Papers")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.selections').value === 'Papers'")
    has(page.locator(".selection-kind"), "A list that stays as it is")
    page.click(".unscope")
    page.wait_for_function("document.querySelector('.selections').value === ''")
    page.reload()
    page.wait_for_selector(".document")
    page.select_option(".selections", "Papers")
    has(page.locator(".scope"), "Asking 2 documents")
    assert row(page, "note.txt").locator("input").is_checked()
    page.click("[data-do=delete-selection]")
    page.wait_for_selector(".selections[hidden]", state="attached")
    page.click(".toast [data-do=undo]")
    page.wait_for_function("document.querySelector('.selections').value === 'Papers'")


def test_a_saved_filter_includes_documents_that_are_added_later(
    context: BrowserContext, model: Encoder, tmp_path: Path
) -> None:
    for name in ("barn.txt", "mill.txt", "song.md"):
        (tmp_path / name).write_text(f"The {name} has a red roof.", encoding="utf-8")
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / name) for name in ("barn.txt", "mill.txt", "song.md")], lambda: model)
    with served(index, model) as url, opened(context, url) as page:
        page.select_option("[data-filter=format]", "txt")
        has(page.locator(".found .count"), "2 documents found")
        page.click("[data-do=save-filter]")
        page.keyboard.type("Texts")
        page.keyboard.press("Enter")
        has(page.locator(".scope"), "Asking 2 documents")
        has(page.locator(".selections optgroup option"), "Texts")
        has(page.locator(".selection-kind"), "Includes documents added later")
        (tmp_path / "pond.txt").write_text("The pond is deep.", encoding="utf-8")
        index.update([str(tmp_path / "pond.txt")], lambda: model)
        page.reload()
        has(page.locator(".scope"), "Asking 3 documents")
        # With the page open, the next answer brings the news.
        ask(page, "Is the pond deep?")
        index.remove(["pond.txt"])
        ask(page, "Is the pond deep?")
        has(page.locator(".scope"), "Asking 2 documents")
        # A tick by hand makes it a list.
        page.click("[data-tab=documents]")
        row(page, "song.md").locator("input").check()
        has(page.locator(".scope"), "Asking 3 documents")
        page.wait_for_function("document.querySelector('.selections').value === ''")
        page.select_option(".selections", label="Texts")
        has(page.locator(".scope"), "Asking 2 documents")
        page.click("[data-do=delete-selection]")
        page.wait_for_selector(".selections[hidden]", state="attached")
        page.click(".toast [data-do=undo]")
        has(page.locator(".selections optgroup option"), "Texts")


def test_the_filters_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(".tools [data-do=documents]")
    row(page, "note.txt").locator("input").check()
    page.click("[data-do=tag]")
    assert page.evaluate(STICKING_OUT) == []
