"""The printed page of a PDF in a real browser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ask, opened, served
from paper import LEASE, pdf
from waiting import eventually

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

ROOF = "Who repairs the roof?"
NOTICE = "How is notice of the end of the lease given?"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leases")
    (folder / "lease.pdf").write_bytes(pdf(LEASE))
    return folder


@pytest.fixture(scope="module")
def address(sources: Path, model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index = Index.create(tmp_path_factory.mktemp("index"), model)
    index.update([str(sources)], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def test_a_quote_opens_on_its_printed_page_and_one_click_leads_to_the_text(page: Page) -> None:
    ask(page, NOTICE)
    page.wait_for_selector(".paper img")
    page.wait_for_selector(".paper .mark")
    page.wait_for_function("document.querySelector('.page-number').value === '2'")
    assert page.locator(".sheet-at").inner_text().split() == ["Page", "of", "3"]
    assert page.locator(".paper .mark").count() == 2
    assert (
        page.locator("[data-page='2'] img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        >= 800
    )
    desk, mark = page.locator(".desk").bounding_box(), page.locator(".paper .mark").first.bounding_box()
    assert desk is not None
    assert mark is not None
    assert desk["y"] < mark["y"] < desk["y"] + desk["height"]
    page.click("[data-do=larger]")
    page.wait_for_function("document.querySelector('.papers').style.width === '200%'")
    page.click("[data-do=page-after]")
    page.wait_for_function("document.querySelector('.page-number').value === '3'")
    page.click("[data-do=to-quote]")
    page.wait_for_function("document.querySelector('.page-number').value === '2'")
    page.click("[data-do=text-view]")
    assert page.locator("mark.quote").all_inner_texts() == [
        "Notice of the end of the lease is given in writing,\n",
        "six months before it takes effect.",
    ]
    page.focus(".source .text")
    page.click("[data-do=page-view]")
    page.focus(".desk")
    page.keyboard.press("PageUp")
    page.wait_for_function("document.querySelector('.page-number').value === '1'")


def test_until_its_pages_are_drawn_a_document_has_the_page_of_the_quote(page: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if '"pages"' in (route.request.post_data or ""):
            waiting.append(route)
        else:
            route.fallback()

    page.route("**/component_server/**", hold)
    page.set_viewport_size({"width": 1024, "height": 768})
    ask(page, NOTICE)
    page.wait_for_selector(".turning:not([hidden])")
    assert page.locator(".page-number").input_value() == "2"
    assert page.locator(".to-quote").is_hidden()
    eventually(lambda: page.title() and waiting)[0].continue_()
    page.wait_for_selector(".paper .mark")
    page.click("[data-do=page-after]")
    page.locator(".to-quote").wait_for()
    edges = page.locator(".sheet-bar .quiet:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect())"
        ".map(({ left, right, top }) => [Math.round(top), left, right])"
    )
    content = page.locator(".to-quote").evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert content[0] <= content[1]
    assert all(a[2] <= b[1] + 1 for a, b in itertools.pairwise(sorted(edges)) if a[0] == b[0])


def test_a_changed_file_is_not_drawn_and_its_text_is_shown(page: Page, sources: Path) -> None:
    file = sources / "lease.pdf"
    before = file.read_bytes()
    file.write_bytes(pdf([["Something else."]]))
    try:
        ask(page, ROOF)
        page.wait_for_selector(".toast.shown")
        assert "has changed since it was added" in page.locator(".toast").inner_text()
        assert page.locator("mark.quote").inner_text() == "The landlord repairs the roof."
    finally:
        file.write_bytes(before)
