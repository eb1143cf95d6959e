"""Small things that annoy when they are wrong, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ask, new_context, opened, served
from paper import LEASE, pdf
from states import ROOT, states

from qa.encoders import Encoder
from qa.index import Index
from qa.web.labels import ENGLISH

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

ROOF = "Who repairs the roof?"
# The controls that can have the focus but show no ring when a key brings it there.
RINGLESS = """() => [...document.querySelectorAll(".verbatim *")]
  .filter((node) => node.tabIndex >= 0 && !node.disabled)
  .filter((node) => !node.matches(".split, .desk")) // a line, and a frame around the pages
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => {
    node.blur(); // a click may have brought the focus here, without a ring
    node.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement !== node) return false;
    for (let at = node; at && !at.matches(".verbatim"); at = at.parentElement) {
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return false;
    }
    return true;
  })
  .map((node) => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sources = tmp_path_factory.mktemp("sources")
    (sources / "lease.txt").write_text(
        "The Landlord repairs the roof. The Tenant pays the rent each month.\n"
    )
    index = Index.create(tmp_path_factory.mktemp("index"), model)
    index.update([str(sources)], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def test_a_question_mark_in_the_empty_box_shows_the_keys(page: Page) -> None:
    page.press("#question", "?")
    page.wait_for_selector("dialog.keys[open]")
    page.keyboard.press("Escape")
    page.fill("#question", "Who")
    page.press("#question", "?")
    assert page.input_value("#question") == "Who?"
    assert page.locator("dialog.keys[open]").count() == 0


def test_a_paste_that_is_too_long_is_refused_in_a_sentence(page: Page) -> None:
    page.fill("#question", "Who?")
    page.evaluate("navigator.clipboard.writeText('long '.repeat(1000))")
    page.press("#question", "Control+v")
    page.wait_for_selector(".toast.shown")
    assert page.locator(".toast").inner_text() == ENGLISH("too-long", most="2,000")
    assert page.input_value("#question") == "Who?"
    page.evaluate("navigator.clipboard.writeText(' Who repairs the roof?')")
    page.press("#question", "Control+v")
    assert page.input_value("#question") == "Who? Who repairs the roof?"


def test_back_on_a_phone_closes_the_source_and_not_the_page(browser: Browser, address: str) -> None:
    context = new_context(browser, viewport={"width": 390, "height": 844}, has_touch=True)
    with opened(context, address) as page:
        ask(page, ROOF)
        for close in (page.go_back, lambda: page.click("[data-do=back]")):
            page.locator(".card [data-do=open]").first.click()
            page.wait_for_selector(".pane.raised")
            close()
            page.wait_for_selector(".pane:not(.raised)")
            page.wait_for_function("!history.state?.pane")
            assert page.locator(".turn").count() == 1
        # Nothing is left over: one more step back leaves the page.
        assert page.evaluate("history.state?.pane ?? null") is None
    context.close()


def test_the_head_of_the_page_is_its_own(page: Page) -> None:
    assert page.title() == "Verbatim"
    head = page.evaluate("document.head.innerHTML").lower()
    assert 'property="og:' not in head
    assert 'name="twitter:' not in head
    assert "teamgradio" not in head
    assert page.locator("footer:visible", has_text="Gradio").count() == 0


def test_the_typefaces_of_the_package_are_used(page: Page) -> None:
    ask(page, ROOF)
    page.wait_for_function("document.fonts.status === 'loaded'")
    for family, element in (("Verbatim Sans", "#question"), ("Verbatim Serif", ".card blockquote")):
        assert page.evaluate(f"document.fonts.check('16px \"{family}\"')")
        assert family in page.locator(element).first.evaluate("node => getComputedStyle(node).fontFamily")


def test_every_control_shows_that_it_has_the_focus(
    context: BrowserContext, model: Encoder, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "index" / "source.txt", tmp_path)
    (tmp_path / "lease.pdf").write_bytes(pdf(LEASE))
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "source.txt"), str(tmp_path / "lease.pdf")], lambda: model)
    with served(index, model) as url, opened(context, url) as page:
        wrong = {}
        for state in states(page, tmp_path):
            had = page.evaluate_handle("document.activeElement")
            wrong[state] = page.evaluate(RINGLESS)
            had.evaluate("node => node.focus({ preventScroll: true })")
    wrong = {state: nodes for state, nodes in wrong.items() if nodes}
    assert not wrong, wrong


def test_files_can_be_stopped_while_they_are_sent(page: Page, tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.txt").write_text(f"The file {number} is short.")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/upload*", hold)
    page.set_input_files("input.files", sorted(tmp_path.iterdir()))
    stop = page.locator("[data-do=stop-adding]")
    stop.wait_for()
    # The list is longer than its place, and the button still shows.
    box, place = stop.bounding_box(), page.locator(".uploads").bounding_box()
    assert box is not None
    assert place is not None
    assert place["y"] <= box["y"]
    assert box["y"] + box["height"] <= place["y"] + place["height"] + 1
    stop.click()
    held[0].continue_()
    page.wait_for_selector("[data-do=dismiss]:not([hidden])")
    states_shown = set(page.locator(".uploads .state").all_inner_texts())
    assert states_shown == {"Stopped"}
    assert page.locator(".document").count() == 1
