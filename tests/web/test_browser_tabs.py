"""Nothing is lost between two tabs, on a reload or on an accidental click, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ask, stored_turns
from waiting import MILLISECONDS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

NATO = "How many rounds of eastward expansion has NATO carried out?"
CHINA = "What does China call for?"
AUSTRALIA = "What is the capital of Australia?"


@pytest.fixture
def interrupted(context: BrowserContext, barn: str) -> Page:
    """Open a page whose requests a reload may interrupt."""
    page = context.new_page()
    page.goto(barn)
    page.wait_for_selector(".document", state="attached")
    return page


def reload(page: Page) -> None:
    page.reload()
    page.wait_for_selector(".document", state="attached")


def headings(page: Page, expected: list[str]) -> None:
    from playwright.sync_api import expect

    expect(page.locator(".turn h2")).to_have_text(expected, timeout=MILLISECONDS)


def has_kept(page: Page, expected: int) -> None:
    page.wait_for_function(f"document.querySelectorAll('.clipping').length === {expected}")


def test_tabs_share_questions_and_kept_quotes(page: Page, other: Page) -> None:
    ask(page, NATO)
    headings(other, [NATO])
    other.wait_for_selector(".card", state="attached")
    other.locator("[data-do=pin]").nth(0).click()
    has_kept(page, 1)
    assert page.locator("[data-do=pin][aria-pressed=true]").count() == 1
    ask(other, CHINA)
    headings(page, [NATO, CHINA])
    page.locator("[data-do=pin]").nth(1).click()
    has_kept(other, 2)
    other.click("[data-tab=kept]")
    other.locator(".clipping .note").nth(1).fill("of the other tab")
    other.locator(".clipping .note").nth(0).fill("unfinished")
    page.wait_for_function("document.querySelectorAll('.note')[1].value === 'of the other tab'")
    # Leaving an unchanged tab writes nothing.
    page.goto("about:blank")
    other.locator("[data-do=kept-up]").nth(1).click()
    reload(other)
    headings(other, [NATO, CHINA])
    notes = other.locator(".clipping .note").evaluate_all("all => all.map((one) => one.value)")
    assert notes == ["of the other tab", "unfinished"]


def test_a_new_conversation_can_be_undone_and_is_new_in_every_tab(page: Page, other: Page) -> None:
    ask(page, NATO)
    ask(page, AUSTRALIA)
    headings(other, [NATO, AUSTRALIA])
    page.click("[data-do=new]")
    headings(other, [])
    assert page.locator(".welcome").is_visible()
    page.click(".toast [data-do=undo]")
    headings(page, [NATO, AUSTRALIA])
    headings(other, [NATO, AUSTRALIA])
    assert not page.locator(".welcome").is_visible()
    reload(page)
    headings(page, [NATO, AUSTRALIA])
    page.click("[data-do=new]")
    ask(page, CHINA)
    page.click(".toast [data-do=undo]")
    headings(page, [NATO, AUSTRALIA, CHINA])
    page.click("[data-do=new]")
    reload(page)
    assert page.locator(".turn").count() == 0


def test_a_removed_quote_comes_back_with_its_note(page: Page) -> None:
    ask(page, NATO)
    page.locator("[data-do=pin]").nth(0).click()
    page.click("[data-tab=kept]")
    page.fill(".clipping .note", "mine")
    page.click("[data-do=kept-out]")
    has_kept(page, 0)
    assert page.locator("[data-do=pin][aria-pressed=true]").count() == 0
    page.click(".toast [data-do=undo]")
    has_kept(page, 1)
    assert page.input_value(".clipping .note") == "mine"
    assert page.locator("[data-do=pin][aria-pressed=true]").count() == 1


def test_chosen_documents_draft_and_open_question_survive_a_reload(
    interrupted: Page,
) -> None:
    page = interrupted
    page.locator(".document", has_text="source").locator("input").check()
    page.evaluate("localStorage.setItem('verbatim-scope', JSON.stringify(['source.txt', 'gone.txt', 7]))")
    page.route("**/component_server/**", lambda route: '"ask"' in route.request.post_data or route.fallback())
    page.fill("#question", NATO)
    page.press("#question", "Enter")
    page.wait_for_selector(".turn .waiting")
    page.fill("#question", "And what about")
    page.unroute_all(behavior="ignoreErrors")
    reload(page)
    page.wait_for_selector(".turn .card")
    headings(page, [NATO])
    assert page.input_value("#question") == "And what about"
    assert page.locator(".limits").text_content() == "Only in source.txt"
    assert page.locator(".scope").inner_text() == "Asking source.txt"
    assert page.evaluate("localStorage.getItem('verbatim-scope')") == '["source.txt"]'
    page.click(".unscope")
    reload(page)
    headings(page, [NATO])
    page.wait_for_function("document.querySelector('.scope').textContent === 'Asking all 2 documents'")


def test_questions_of_an_earlier_version_move_to_the_database(page: Page) -> None:
    ask(page, AUSTRALIA)
    (turn,) = stored_turns(page)
    page.click("[data-do=new]")
    headings(page, [])
    page.evaluate(
        "(turns) => localStorage.setItem('verbatim-history', JSON.stringify(turns))",
        [{"record": turn["record"], "documents": []}] * 70,
    )
    for _ in range(2):
        reload(page)
        headings(page, [AUSTRALIA] * 70)
        page.wait_for_function("document.querySelectorAll('.turn .calm').length === 70")
        assert page.evaluate("localStorage.getItem('verbatim-history')") is None


def test_a_full_storage_loses_no_question(page: Page) -> None:
    ask(page, AUSTRALIA)
    page.evaluate("""() => {
      for (let size = 5e6; size > 10; size = Math.floor(size / 2))
        for (let at = 0; ; at++)
          try {
            localStorage.setItem("filler" + size + at, "x".repeat(size));
          } catch {
            break;
          }
    }""")
    ask(page, NATO)
    page.locator(".turn:last-child [data-do=pin]").first.click()
    page.wait_for_selector(".toast.shown")
    assert "browser is full" in page.locator(".toast").inner_text()
    reload(page)
    headings(page, [AUSTRALIA, NATO])


def test_a_question_that_cannot_be_stored_stays_on_the_page_with_a_message(page: Page) -> None:
    page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new Error(); }; }")
    ask(page, NATO)
    page.wait_for_selector(".toast.shown")
    assert "browser is full" in page.locator(".toast").inner_text()
    headings(page, [NATO])
    reload(page)
    assert page.locator(".turn").count() == 0


def test_arrow_down_moves_from_the_box_to_the_newest_answer(page: Page) -> None:
    ask(page, CHINA)
    ask(page, NATO)
    page.wait_for_selector("mark.quote")
    page.focus("#question")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelector('.turn:last-child .card')")


def test_a_file_of_questions_continues_after_a_reload(interrupted: Page, tmp_path: Path) -> None:
    page = interrupted
    (tmp_path / "questions.csv").write_text(f"question\n{NATO}\n{AUSTRALIA}\n", encoding="utf-8")
    page.set_input_files("input.questions", tmp_path / "questions.csv")
    page.wait_for_selector(".batch [data-do=stop-grid]", state="attached")
    reload(page)
    page.wait_for_selector(".batch tbody tr:nth-child(2)")
    reload(page)
    page.wait_for_selector(".batch tbody tr:nth-child(2)")
    headings(page, ["questions.csv"])
    page.locator(".batch td > [data-do=open-cell]").last.click()
    page.wait_for_selector("mark.quote")
    assert page.locator(".source .kind").inner_text() == "Closest passage (not an answer)"
    page.locator(".batch td > [data-do=open-cell]").first.click()
    page.wait_for_function("document.querySelector('mark.quote').textContent.includes('NATO')")
    assert not page.locator(".source .kind").is_visible()
    with page.expect_download():
        page.click(".batch [data-format=csv]")
    # The last event before a page is left.
    page.evaluate("""() => document.addEventListener("visibilitychange", () => {
      const left = JSON.parse(sessionStorage.getItem("verbatim-unfinished"));
      left.runs[0].run = "let go";
      sessionStorage.setItem("verbatim-unfinished", JSON.stringify(left));
    })""")
    reload(page)
    page.wait_for_selector(".batch .failure")
    assert "no longer stored" in page.locator(".batch .failure").inner_text()
    reload(page)
    assert page.locator(".batch").count() == 0


def test_a_kept_nearest_passage_keeps_its_label(page: Page) -> None:
    ask(page, AUSTRALIA)
    page.click(".nearest > summary")
    page.locator("[data-do=pin]").first.click()
    page.click("[data-do=new]")
    page.click("[data-tab=kept]")
    page.click("[data-do=open-kept]")
    page.wait_for_selector("mark.quote")
    assert page.locator(".source .kind").inner_text() == "Closest passage (not an answer)"
