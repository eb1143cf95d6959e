"""The page shared by several people: with a login, and without adding or removing documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ask, served

from qa.encoders import Encoder
from qa.index import Index
from qa.web import ServerOptions, auth

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("shared")
    shutil.copy(SOURCE, folder)
    index = Index.create(folder / "index", model)
    index.update([str(folder / "source.txt")], lambda: model)
    (folder / "logins").write_text(auth.line("ann", PASSWORD))
    with served(index, model, options=ServerOptions(logins=folder / "logins", read_only=True)) as url:
        yield url


def test_after_the_login_documents_can_be_asked_but_not_changed(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address)
    name = page.locator("input").first
    name.wait_for()
    assert page.locator(".verbatim").count() == 0
    name.fill("ann")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".document", state="attached")
    ask(page, "What does China call for?")
    page.wait_for_selector("mark.quote")
    page.click("[data-tab=documents]")
    assert page.locator(".document .title").first.is_visible()
    assert not page.locator("[data-do=remove]").first.is_visible()
    assert not page.locator(".documents [data-do=pick]").is_visible()
    assert [url for url in requested if not url.startswith((address, "data:", "blob:"))] == []
