"""A day's work with the keyboard alone, and what a screen reader reads of an answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import opened, served
from paper import LEASE, pdf
from states import ROOT

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

NATO = "How many rounds of eastward expansion has NATO carried out?"
ROOF = "Who repairs the roof?"
MOST_TABS = 80
"""Presses of Tab that a person would bear on the way to a control."""


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sources = tmp_path_factory.mktemp("sources")
    shutil.copy(ROOT / "index" / "source.txt", sources)
    (sources / "lease.pdf").write_bytes(pdf(LEASE))
    index = Index.create(tmp_path_factory.mktemp("index"), model)
    index.update([str(sources)], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until an element that matches the selector has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached")


def to_box(page: Page) -> None:
    """Go to the question with a key, unless the focus is there already."""
    if page.evaluate("document.activeElement.id") != "question":
        page.keyboard.press("/")
    has_focus(page, "#question")


def typed(page: Page, question: str) -> None:
    """Ask a question with the keys alone."""
    before = page.locator(".turn").count()
    to_box(page)
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"document.querySelectorAll('.turn').length === {before + 1}"
        " && !document.querySelector('.turn:last-child .waiting')"
    )


def has_focus(page: Page, selector: str) -> None:
    page.wait_for_function("selector => document.activeElement.matches(selector)", arg=selector)


def test_a_day_of_work_needs_no_mouse(page: Page, tmp_path: Path) -> None:
    has_focus(page, "#question")
    page.keyboard.press("Escape")
    # Ask, read, step through the quotes, copy one and keep one.
    typed(page, NATO)
    page.wait_for_selector("mark.quote")
    page.keyboard.press("ArrowDown")
    has_focus(page, ".card[data-rank='1']")
    page.keyboard.press("c")
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('source.txt'))")
    page.keyboard.press("k")
    page.wait_for_selector(".card[data-rank='1'] [data-do=pin][aria-pressed=true]")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('.source') !== null")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.steps .at').textContent.startsWith('2')")
    page.keyboard.press("Escape")
    has_focus(page, ".card")
    # A second question of one document only.
    page.keyboard.press("Escape")
    tab_to(page, ".under [data-do=documents]")
    page.keyboard.press("Enter")
    tab_to(page, ".document[data-document='lease.pdf'] input")
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.scope').textContent.includes('lease')")
    page.keyboard.press("Escape")
    typed(page, ROOF)
    page.wait_for_selector(".turn:last-child .limits")
    # The note on the kept quote, its removal, and the way back.
    tab_to(page, "[role=tab]")
    while page.evaluate("document.activeElement.dataset.tab") != "kept":
        page.keyboard.press("ArrowRight")
    tab_to(page, ".clipping .note")
    page.keyboard.type("For the report")
    tab_to(page, "[data-do=kept-out]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast [data-do=undo]")
    page.keyboard.press("Escape")
    has_focus(page, "#question, .card")
    to_box(page)
    tab_to(page, "[data-do=undo]", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.clipping .note')?.value === 'For the report'")
    # A draft to check, the keys, and a new conversation.
    tab_to(page, "[data-do=check-draft]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.draft[open]")
    tab_to(page, "dialog.draft textarea")
    page.keyboard.type("“The Tenant shall not paint the roof of the house blue.”")
    tab_to(page, "dialog.draft [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn:last-child .quotations")
    to_box(page)
    page.keyboard.press("?")
    page.wait_for_selector("dialog.keys[open]")
    page.keyboard.press("Escape")
    tab_to(page, "[data-do=new]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".welcome:visible")
    has_focus(page, "#question")


def test_a_screen_reader_reads_an_answer_in_order(page: Page) -> None:
    typed(page, NATO)
    page.wait_for_selector("mark.quote")
    read = page.locator(".turn:last-child").aria_snapshot()
    parts = [
        NATO,
        "Confidence",
        "Quote 1",
        "text: ’s five",
        "Show quote 1 in its source",
        "Copy quote 1",
        "Keep quote 1",
    ]
    places = [read.find(part) for part in parts]
    assert -1 not in places, read
    assert places == sorted(places), read
    # Neither the drawings of the buttons nor a bare number is read.
    assert "img" not in read
    assert "score" not in read.lower()
