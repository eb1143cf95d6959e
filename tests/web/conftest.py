"""Fixtures of the browser that all tests of the page share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import new_context, opened, served

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright

        if not Path(CHROMIUM).exists():
            raise FileNotFoundError(f"there is no {CHROMIUM}")
    except (ImportError, FileNotFoundError) as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"The page needs a browser to be tested: {missing}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    page_context = new_context(
        browser,
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield page_context
    page_context.close()


@pytest.fixture(scope="session")
def barn_index(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index of the shipped text and of a barn."""
    folder = tmp_path_factory.mktemp("barn")
    shutil.copy(SOURCE, folder)
    (folder / "barn.txt").write_text("The barn is red. Its door is green.", encoding="utf-8")
    index = Index.create(folder / "index", model)
    index.update([str(folder / name) for name in ("source.txt", "barn.txt")], lambda: model)
    return index


@pytest.fixture(scope="module")
def barn(barn_index: Index, model: Encoder) -> Iterator[str]:
    """Serve that index to the tests of a module."""
    with served(barn_index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, barn: str) -> Iterator[Page]:
    """Open the page; modules with other documents have a fixture of the same name."""
    with opened(context, barn) as page:
        yield page


@pytest.fixture
def other(context: BrowserContext, barn: str) -> Iterator[Page]:
    """Open the page in another tab."""
    with opened(context, barn) as page:
        yield page
