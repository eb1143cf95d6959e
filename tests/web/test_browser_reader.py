"""Long sources in a real browser: the whole document scrolls, as text and as printed pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsing import STICKING_OUT, ask, opened, served, settled
from paper import pdf
from states import axe_script, findings
from word_encoder import WordEncoder

from qa import parsers
from qa.index import Index

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

LINES = 6_000
BOOK = "".join(f"Line {n} is about the {'heron' if n % 500 == 7 else 'sparrow'}.\n" for n in range(LINES))
PAGES = [[f"Page {page} has a line {n} about the rent." for n in range(30)] for page in range(1, 41)]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    (folder / "book.txt").write_text(BOOK)
    guide = "".join(f"## Chapter {n}\n\n" + "Herons stand.\n\n" * 20 for n in range(80))
    (folder / "guide.md").write_text(guide)
    lease = "The rent is {} euros.\n\nThe landlord repairs the roof.\n\n{}The end.\n"
    (folder / "lease 2024.txt").write_text(lease.format(900, "Pets are forbidden.\n\n"))
    (folder / "lease 2025.txt").write_text(lease.format(950, ""))
    (folder / "long.pdf").write_bytes(pdf(PAGES))
    return folder


@pytest.fixture(scope="module")
def address(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    model = WordEncoder()
    index = Index.create(tmp_path_factory.mktemp("index"), model)
    index.update([str(sources)], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def go(page: Page, name: str, start: int | None = None, end: int | None = None) -> None:
    """Open a document, at a quote if there is one."""
    place = "" if start is None else f"&start={start}&end={end}"
    page.evaluate("place => { location.hash = place }", f"doc={quote(name)}{place}")


def in_view(page: Page, text: str) -> None:
    """Wait until a line with this text is in view."""
    page.wait_for_function(
        """text => {
          const view = document.querySelector(".source .text").getBoundingClientRect();
          const lines = [...document.querySelectorAll(".source .line")];
          return lines.some((line) => {
            const { top, bottom } = line.getBoundingClientRect();
            return line.textContent.includes(text) && top < view.bottom && bottom > view.top;
          });
        }""",
        arg=text,
    )


def test_the_whole_text_scrolls_and_only_a_small_part_of_it_is_loaded(page: Page) -> None:
    at = BOOK.index("Line 3000 ")
    go(page, "book.txt", at, at + 30)
    in_view(page, "Line 3000 ")
    assert page.locator("mark.quote").inner_text() == BOOK[at : at + 30]
    text = page.locator(".source .text")
    text.evaluate("node => { node.scrollTop = node.scrollHeight }")
    in_view(page, f"Line {LINES - 1} ")
    assert page.locator(".source .line", has_text=f"Line {LINES - 1} ").get_attribute("data-number") == str(
        LINES
    )
    text.evaluate("node => { node.scrollTop = 0 }")
    in_view(page, "Line 0 ")
    page.wait_for_function("document.querySelectorAll('.source .line').length < 1500")
    assert text.evaluate("node => node.scrollHeight") > LINES * 20


def test_pages_are_drawn_as_they_come_into_view_and_released_when_far_away(page: Page) -> None:
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] img")
    assert page.locator(".paper").count() == len(PAGES)
    page.locator(".desk").evaluate("node => { node.scrollTop = node.scrollHeight }")
    page.wait_for_selector(".papers [data-page='40'] img")
    page.wait_for_function("document.querySelector('.page-number').value === '40'")
    page.wait_for_selector(".papers [data-page='1'] img", state="detached")
    assert page.locator(".paper img").count() < 12


def test_a_quote_over_two_pages_is_marked_on_both(page: Page, sources: Path) -> None:
    (document,) = parsers.read(sources / "long.pdf", "long.pdf")
    text = getattr(document, "text", "")
    start, end = text.index("Page 7 has a line 29"), text.index("Page 8 has a line 1 ") - 1
    go(page, "long.pdf", start, end)
    page.wait_for_selector("[data-page='7'] .mark")
    page.wait_for_selector("[data-page='8'] .mark")
    assert page.locator(".mark").count() == 2


def test_a_page_opens_at_the_width_of_its_text(page: Page) -> None:
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] img")
    page.wait_for_function("parseFloat(document.querySelector('.papers').style.width) > 120")
    page.click("[data-do=fit]")
    page.wait_for_function("document.querySelector('.papers').style.width === '100%'")


def test_words_are_found_in_the_whole_text_and_marked(page: Page) -> None:
    go(page, "book.txt")
    in_view(page, "Line 0 ")
    page.focus(".source .text")
    page.keyboard.press("Control+f")
    page.keyboard.type("the heron")
    count = LINES // 500
    page.wait_for_function(f"document.querySelector('.hits').textContent === '1 of {count}'")
    in_view(page, "Line 7 ")
    page.keyboard.press("Enter")
    in_view(page, "Line 507 ")
    page.wait_for_function("CSS.highlights.get('hit').size === 1")
    assert page.evaluate("[...CSS.highlights.get('hit')].map(String)") == ["the heron"]
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"document.querySelector('.hits').textContent === '{count} of {count}'")
    in_view(page, f"Line {LINES - 493} ")
    assert page.locator(".ruler").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".find-bar").is_hidden()
    assert page.evaluate("!CSS.highlights.get('hit')?.size")


def test_words_are_found_on_the_printed_pages(page: Page) -> None:
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] img")
    page.focus(".desk")
    page.keyboard.press("Control+f")
    page.keyboard.type("page 33 has a line 4 ")
    page.wait_for_function("document.querySelector('.hits').textContent === '1 of 1'")
    page.wait_for_function("CSS.highlights.get('hit')?.size === 1")
    assert page.evaluate("[...CSS.highlights.get('hit')].map(String)") == ["Page 33 has a line 4"]
    mark = page.evaluate("[...CSS.highlights.get('hit')][0].getBoundingClientRect().toJSON()")
    desk = page.locator(".desk").bounding_box()
    assert desk is not None
    assert desk["y"] < mark["top"] < desk["y"] + desk["height"]


@pytest.mark.parametrize("view", ["page", "text"])
def test_a_number_leads_to_its_page(page: Page, view: str) -> None:
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] img")
    page.click(f"[data-do={view}-view]")
    page.fill(".page-number", "25")
    page.press(".page-number", "Enter")
    if view == "page":
        page.wait_for_selector(".papers [data-page='25'] img")
    else:
        in_view(page, "Page 25 has a line 0 ")
    page.wait_for_function("document.querySelector('.page-number').value === '25'")
    page.click("[data-do=page-after]")
    page.wait_for_function("document.querySelector('.page-number').value === '26'")
    page.click("[data-do=text-view]")


def test_headings_lead_to_their_places(page: Page) -> None:
    go(page, "guide.md")
    page.wait_for_selector(".source .line")
    page.click("[data-do=outline]")
    page.wait_for_selector(".outline button")
    assert page.locator(".outline button").count() == 80
    page.locator(".outline button", has_text="Chapter 70").click()
    in_view(page, "Chapter 70")


def test_the_width_of_the_source_is_changed_with_the_keyboard_and_remembered(page: Page) -> None:
    width = page.locator(".pane").evaluate("node => node.offsetWidth")
    page.focus(".split")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    wider = page.locator(".pane").evaluate("node => node.offsetWidth")
    assert wider > width + 80
    page.reload()
    page.wait_for_selector(".document")
    assert page.locator(".pane").evaluate("node => node.offsetWidth") == wider


SELECT = """([first, last]) => {
  const lines = [...document.querySelectorAll("[data-at]")].filter((line) => line.checkVisibility());
  const [a, b] = [first, last].map((words) => {
    const line = lines.find((each) => each.textContent.includes(words));
    return [line.firstChild.firstChild || line.firstChild, line.textContent.indexOf(words), words.length];
  });
  getSelection().setBaseAndExtent(a[0], a[1], b[0], b[1] + b[2]);
}"""


@pytest.mark.parametrize("name", ["book.txt", "long.pdf"])
def test_any_selected_words_are_kept_and_copied_as_an_exact_slice(
    page: Page, sources: Path, name: str
) -> None:
    go(page, name)
    first, last = {
        "book.txt": ("Line 2 is", "Line 3 is about"),
        "long.pdf": ("Page 1 has a line 2", "Page 1 has a line 3"),
    }[name]
    line = ".source .line" if name == "book.txt" else ".ink"
    page.locator(line, has_text=last).first.wait_for(state="attached")
    page.evaluate(SELECT, [first, last])
    page.click("[data-do=copy-selection]")
    page.wait_for_selector(".toast.shown")
    (document,) = parsers.read(sources / name, name)
    text = getattr(document, "text", "")
    slice = text[text.index(first) : text.index(last) + len(last)]
    # A copy is in flowing text, as everywhere on the page; its citation has the offsets of the slice.
    copied = page.evaluate("navigator.clipboard.readText()")
    assert " ".join(slice.split()) in copied
    start = text.index(first)
    assert f"{name}:{start}-{start + len(slice)}" in copied
    page.evaluate(SELECT, [first, last])
    page.click("[data-do=keep-selection]")
    page.wait_for_function("document.querySelector('.kept-count').textContent.trim() === '1'")
    page.click("[data-tab=kept]")
    quote = page.evaluate("JSON.parse(localStorage.getItem('verbatim-kept'))[0].record.quotes[0]")
    assert (quote["text"], quote["citation"]["start"]) == (slice, start)
    assert page.locator(".clipping .about").inner_text().startswith("Selected by you in")


def test_selected_words_become_a_question(page: Page) -> None:
    go(page, "book.txt")
    in_view(page, "Line 3 ")
    page.evaluate(SELECT, ["Line 2 is", "Line 2 is"])
    page.click("[data-do=ask-about]")
    assert page.locator("#question").input_value() == " “Line 2 is”"


def test_small_images_lead_to_their_pages(page: Page) -> None:
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] img")
    page.click("[data-do=thumbnails]")
    page.wait_for_selector(".thumbnails [data-page='2'] img")
    assert page.locator(".thumbnails button").count() == len(PAGES)
    page.locator(".thumbnails").evaluate("node => { node.scrollTop = node.scrollHeight }")
    page.wait_for_selector(".thumbnails [data-page='40'] img")
    page.click(".thumbnails [data-page='39']")
    page.wait_for_function("document.querySelector('.page-number').value === '39'")
    page.wait_for_selector(".thumbnails [data-page='39'][aria-current=page]")
    page.wait_for_selector(".papers [data-page='39'] img")


def test_two_versions_are_compared_side_by_side(page: Page) -> None:
    go(page, "lease 2024.txt")
    in_view(page, "rent")
    page.click("[data-do=compare]")
    page.wait_for_selector(".comparison .row.changed")
    assert page.locator(".comparison .other").input_value() == "lease 2025.txt"
    assert page.locator(".comparison .this").inner_text() == "lease 2024"
    assert page.locator(".comparison .other option:checked").inner_text() == "lease 2025"
    assert page.locator(".comparison .differences").inner_text() == "2 differences"
    assert page.locator(".comparison del").all_inner_texts() == ["900", "Pets are forbidden."]
    assert page.locator(".comparison ins").all_inner_texts() == ["950"]
    page.click("[data-do=difference-after]")
    page.locator(".row.changed .side").nth(1).locator("button").click()
    page.wait_for_function("document.querySelector('.source h2').textContent === 'lease 2025'")
    assert page.locator("mark.quote").inner_text().startswith("The rent is 950 euros")


@pytest.mark.skipif(axe_script() is None, reason="axe-core is not installed")
def test_the_reader_has_no_accessibility_findings(page: Page) -> None:
    go(page, "guide.md")
    page.wait_for_selector(".source .line")
    page.click("[data-do=outline]")
    page.wait_for_selector(".outline button")
    page.click("[data-do=find]")
    page.keyboard.type("herons")
    page.wait_for_function("document.querySelector('.hits').textContent.startsWith('1 of ')")
    assert findings(page) == []
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] .ink", state="attached")
    page.click("[data-do=outline]")
    page.click("[data-do=thumbnails]")
    page.wait_for_selector(".thumbnails img")
    assert findings(page) == []
    page.click("[data-do=compare]")
    page.wait_for_selector(".comparison .row")
    assert findings(page) == []


def test_a_page_stays_in_place_when_the_pane_gets_narrower(page: Page) -> None:
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] img")
    page.fill(".page-number", "20")
    page.press(".page-number", "Enter")
    page.wait_for_selector(".papers [data-page='20'] img")
    width = page.locator(".desk").evaluate("node => node.clientWidth")
    page.click("[data-do=thumbnails]")
    page.wait_for_function("width => document.querySelector('.desk').clientWidth < width", arg=width)
    page.wait_for_selector(".thumbnails [data-page='20'][aria-current=page]")
    assert page.locator(".page-number").input_value() == "20"


def test_the_bar_of_a_source_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    go(page, "long.pdf")
    page.wait_for_selector(".papers [data-page='1'] img")
    settled(page)
    assert page.locator(".sheet-bar").evaluate("node => node.offsetHeight") < 50
    desk = page.locator(".desk").bounding_box()
    assert desk is not None
    assert desk["height"] > 500
    # The pages themselves are wider than the desk, which scrolls.
    page.evaluate("document.querySelector('.papers').replaceChildren()")
    page.evaluate("document.querySelector('.papers').style.width = ''")
    assert page.evaluate(STICKING_OUT) == []


def test_two_sources_of_an_answer_are_shown_side_by_side(page: Page) -> None:
    ask(page, "How many euros is the rent?")
    page.wait_for_selector("mark.quote")
    page.click("[data-do=beside]")
    page.wait_for_function("document.querySelectorAll('.place-beside mark.quote').length === 2")
    names = page.locator(".comparison .names p").all_inner_texts()
    assert len({name.split(" · ")[0] for name in names}) == 2
    page.keyboard.press("Escape")
    assert page.locator("dialog.comparison").is_hidden()
