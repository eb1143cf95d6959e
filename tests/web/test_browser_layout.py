"""The layout of the page in windows of all sizes: nothing useful is cut off or covered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import STICKING_OUT, ask, new_context, opened, served, settled
from paper import LEASE, pdf
from states import ROOT

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NATO = "How many rounds of eastward expansion has NATO carried out?"
NOTICE = "How is notice of the end of the lease given?"
LONG = "Overview of the leases of the old harbour and its lighthouses, their origins and future directions"
LOW = [(844, 390), (720, 450), (360, 640)]
# Whether all of an element's text is visible.
WHOLE = (
    "node => node.clientWidth > 0 && node.scrollWidth <= node.clientWidth + 1"
    " && node.scrollHeight <= node.clientHeight + 1"
)
# Number of lines of an element's text.
LINES = """node => {
  const range = document.createRange();
  range.selectNodeContents(node);
  const seen = [...range.getClientRects()].filter((at) => at.width);
  return new Set(seen.map((at) => Math.round(at.bottom / 8))).size;
}"""


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("layout")
    sources = folder / "documents"
    sources.mkdir()
    shutil.copy(ROOT / "index" / "source.txt", sources)
    (sources / f"{LONG}.pdf").write_bytes(pdf(LEASE))
    for name, text in (
        ("stadt", "Die Stadt liegt an einem Fluss, der von den Bergen kommt und nicht breit ist. "),
        # Its note names another model.
        ("ketema", "ከተማው በወንዝ አጠገብ ይገኛል፣ ወንዙም ከተራሮች ይፈስሳል። "),
    ):
        (sources / f"{name}.txt").write_text(text * 5, encoding="utf-8")
    index = Index.create(folder / "index", model)
    index.update([str(sources)], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def size(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize(("width", "height"), [(1440, 900), *LOW])
def test_page_and_line_are_shown_in_full_under_a_long_title(page: Page, width: int, height: int) -> None:
    size(page, width, height)
    ask(page, NOTICE)
    card = page.locator(".turn:last-child .card").first
    assert card.locator("cite .place").evaluate(WHOLE)
    assert card.locator("cite .name").evaluate("node => node.clientHeight") < 50
    card.locator("[data-do=open]").click()
    place = page.locator(".source .place")
    place.wait_for()
    assert place.inner_text() == "page 2"
    assert place.evaluate(WHOLE)
    assert page.locator(".source h2").get_attribute("title") == LONG
    assert page.locator(".source h2").evaluate("node => node.clientHeight") < 50


@pytest.mark.parametrize(("width", "height"), LOW)
def test_a_low_window_gives_its_height_to_the_source(page: Page, width: int, height: int) -> None:
    size(page, width, height)
    ask(page, NATO)
    page.locator(".card").first.click()
    page.wait_for_selector("mark.quote")
    assert page.locator(".source .text").evaluate("node => node.clientHeight") > 0.5 * height
    assert page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_on_a_phone_no_name_is_broken_or_cut_off(
    context: BrowserContext, address: str, language: str
) -> None:
    with opened(context, address, f"/?lang={language}") as page:
        size(page, 360, 740)
        ask(page, NATO)
        for name in (".library-count", ".scope"):
            assert page.locator(name).evaluate(WHOLE), name
        page.locator(".tools [data-do=documents]").click()
        settled(page)
        for tab in page.locator("[role=tab]").all():
            assert tab.evaluate(LINES) == 1
        last, back = page.locator("#tab-kept").bounding_box(), page.locator(".back").bounding_box()
        assert last is not None
        assert back is not None
        assert last["x"] + last["width"] <= back["x"]
        assert page.locator(".documents .foot").evaluate(WHOLE)
        assert page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("width", [360, 1440, 2560])
def test_many_notes_are_folded_and_aligned_with_the_column(page: Page, width: int) -> None:
    size(page, width, 900)
    page.locator(".tools [data-do=documents]").click()
    summary = page.locator(".notes summary")
    summary.wait_for()
    assert summary.inner_text() == "2 notes about this library"
    assert not page.locator(".notes li").first.is_visible()
    summary.click()
    assert page.locator(".notes li").count() == 2
    search, notes = page.locator(".search").bounding_box(), page.locator(".notes ul").bounding_box()
    assert search is not None
    assert notes is not None
    assert abs(search["x"] - notes["x"]) <= 1
    assert abs(search["x"] + search["width"] - notes["x"] - notes["width"]) <= 1


def test_a_search_without_matches_shows_a_message(page: Page) -> None:
    page.fill(".search", "unheard of")
    page.locator(".rows", has_text="No matching documents.").wait_for()
    page.fill(".search", "")
    page.wait_for_selector(".document")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844), (844, 390)])
def test_the_newest_question_scrolls_to_the_top(page: Page, width: int, height: int) -> None:
    page.emulate_media(reduced_motion="reduce")
    size(page, width, height)
    for question in (NATO, "What is the capital of Australia?"):
        ask(page, question)
    page.wait_for_function(
        """() => {
          const top = (selector) => document.querySelector(selector).getBoundingClientRect().top;
          const gap = top(".turn:last-child h2") - top(".log");
          return 20 <= gap && gap <= 50;
        }"""
    )


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_toast_covers_no_controls(page: Page, width: int, height: int) -> None:
    size(page, width, height)
    ask(page, NATO)
    # The hidden toast is where its movement starts and ends.
    hidden, form = page.locator(".toast").bounding_box(), page.locator("form.ask").bounding_box()
    assert hidden is not None
    assert form is not None
    assert hidden["y"] + hidden["height"] <= form["y"]
    page.locator(".card [data-do=copy]").first.click()
    page.wait_for_selector(".toast.shown")
    settled(page)
    toast = page.locator(".toast").bounding_box()
    assert toast is not None
    assert toast["y"] >= 52
    assert toast["x"] >= 0
    assert toast["x"] + toast["width"] <= width
    for name in ("form.ask", ".tabs", ".top"):
        box = page.locator(name).bounding_box()
        # On a phone, the pane is below the window.
        assert box is not None
        assert box["y"] >= toast["y"] + toast["height"] or box["y"] + box["height"] <= toast["y"]
    assert page.evaluate(
        "([x, y]) => !document.elementFromPoint(x, y).closest('.toast')",
        [toast["x"] + toast["width"] / 2, toast["y"] + toast["height"] / 2],
    )


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_quote_stays_in_view_while_its_page_is_zoomed(page: Page, width: int, height: int) -> None:
    size(page, width, height)
    ask(page, NOTICE)
    page.locator(".turn:last-child .card").first.click()
    page.wait_for_selector(".paper .mark")
    for button in ["larger"] * 5 + ["smaller"] * 7 + ["fit"]:
        if page.locator(f"[data-do={button}]").is_disabled():
            continue  # the largest or smallest size
        before = page.locator(".papers").evaluate("node => node.style.width")
        page.click(f"[data-do={button}]")
        page.wait_for_function("was => document.querySelector('.papers').style.width !== was", arg=before)
        page.wait_for_selector(".paper .mark", state="attached")
        mark, desk = page.locator(".paper .mark").first.bounding_box(), page.locator(".desk").bounding_box()
        assert mark is not None
        assert desk is not None
        assert desk["x"] <= mark["x"] + 1 < desk["x"] + desk["width"]
        assert desk["y"] <= mark["y"] + 1 < desk["y"] + desk["height"]


def test_a_very_long_question_is_cut_short_until_it_is_expanded(page: Page) -> None:
    ask(page, NATO)
    assert page.locator("[data-do=whole]").count() == 0
    ask(page, "What is the capital of Australia? " * 58)
    heading, button = page.locator(".turn:last-child h2"), page.locator("[data-do=whole]")
    button.wait_for()
    low = heading.evaluate("node => node.clientHeight")
    assert low < 200
    button.click()
    assert button.inner_text() == "Show less"
    assert heading.evaluate("node => node.clientHeight") > 2 * low
    button.click()
    assert heading.evaluate("node => node.clientHeight") == low


def test_a_link_to_a_removed_document_shows_a_message_without_an_empty_bar(
    browser: Browser, address: str
) -> None:
    context = new_context(browser)
    with opened(context, address, "/#doc=gone.txt&start=0&end=5") as page:
        message = page.locator(".source .nothing", has_text="This document is no longer in the library.")
        message.wait_for()
        for name in ("header", ".foot"):
            assert not page.locator(f".source > {name}").is_visible()
        ask(page, NATO)
        page.wait_for_selector("mark.quote")
        assert page.locator(".source h2").inner_text() == "source"
    context.close()
