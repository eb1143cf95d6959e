"""The citation style, chosen once for copies, kept quotes, saved files and print, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ask, opened, served

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
NATO = "How many rounds of eastward expansion has NATO carried out?"


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("citing")
    shutil.copy(SOURCE, folder)
    index = Index.create(folder / "index", model)
    index.update([str(folder / "source.txt")], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def copied(page: Page) -> str:
    page.locator("[data-do=copy]").first.click()
    page.wait_for_selector(".toast.shown")
    return str(page.evaluate("navigator.clipboard.readText()"))


def choose(page: Page, style: str) -> None:
    page.click("[data-tab=kept]")
    page.select_option(".styles", style)


def test_a_style_chosen_once_is_that_of_copies_kept_quotes_files_and_print(page: Page) -> None:
    ask(page, NATO)
    title = page.locator(".card cite .name").first.inner_text().split(" › ")[0]
    assert copied(page).startswith("“")
    page.locator("[data-do=pin]").first.click()
    assert page.locator(".clipping .cited").count() == 0
    choose(page, "oscola")
    page.wait_for_selector(".clipping .cited")
    cited = page.locator(".clipping .cited").inner_text()
    assert cited.startswith(f"‘{title}’")
    assert cited.endswith(".")
    page.wait_for_selector(".card .styled", state="attached")
    assert copied(page).startswith("‘")
    assert copied(page).endswith(f"\n\n{cited}")
    with page.expect_download() as caught:
        page.click("[data-format=html]")
    assert f"<bdi>{cited}</bdi>" in Path(caught.value.path()).read_text()
    page.emulate_media(media="print")
    assert page.locator(".card .styled").first.is_visible()
    assert not page.locator(".card cite .name").first.is_visible()
    page.emulate_media(media="screen")
    assert not page.locator(".card .styled").first.is_visible()
    page.reload()
    page.wait_for_selector(".card .styled", state="attached")
    assert page.locator(".styles").input_value() == "oscola"
    choose(page, "plain")
    page.wait_for_selector(".card .styled", state="detached")
    assert page.locator(".clipping .cited").count() == 0
    assert copied(page).startswith("“")


def test_words_selected_in_the_source_are_copied_in_the_style(page: Page) -> None:
    ask(page, NATO)
    choose(page, "apa")
    page.wait_for_selector(".card .styled", state="attached")
    page.click("[data-tab=source]")
    page.wait_for_selector("mark.quote")
    page.locator("mark.quote").first.select_text()
    page.click("[data-do=copy-selection]")
    page.wait_for_selector(".toast.shown")
    text = page.evaluate("navigator.clipboard.readText()")
    assert ", n.d." in text
    assert text.endswith(". (n.d.).")
