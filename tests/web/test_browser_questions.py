"""Questions that are edited, asked of other documents, brought back and deleted, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsing import ask
from waiting import MILLISECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

NATO = "How many rounds of eastward expansion has NATO carried out?"
CHINA = "What does China call for?"
BARN = "What colour is the barn?"


def headings(page: Page, expected: list[str]) -> None:
    from playwright.sync_api import expect

    expect(page.locator(".turn h2")).to_have_text(expected, timeout=MILLISECONDS)


def reload(page: Page) -> None:
    page.reload()
    page.wait_for_selector(".document", state="attached")


def test_arrows_bring_earlier_questions_back_until_the_text_is_changed(page: Page) -> None:
    for question in (NATO, CHINA, CHINA):
        ask(page, question)
    page.focus("#question")
    keys = ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown")
    brought = []
    for key in keys:
        page.keyboard.press(key)
        brought.append(page.input_value("#question"))
    assert brought == [CHINA, NATO, NATO, CHINA, ""]
    page.keyboard.press("ArrowUp")
    page.keyboard.type(" Why?")
    page.keyboard.press("ArrowUp")
    assert page.input_value("#question") == f"{CHINA} Why?"
    page.keyboard.press("Enter")
    headings(page, [NATO, CHINA, CHINA, f"{CHINA} Why?"])


def test_a_question_is_edited_and_asked_again(page: Page) -> None:
    ask(page, NATO)
    ask(page, CHINA)
    page.locator(".turn").first.hover()
    page.locator("[data-do=edit]").first.click()
    assert page.input_value("#question") == NATO
    page.keyboard.type(" Really?")
    page.keyboard.press("Enter")
    headings(page, [NATO, CHINA, f"{NATO} Really?"])


def test_a_question_is_asked_of_other_documents(page: Page) -> None:
    ask(page, BARN)
    page.click("[data-tab=kept]")
    page.locator("[data-do=ask-others]").click()
    page.locator(".document", has_text="barn.txt").locator("input").check()
    page.press("#question", "Enter")
    headings(page, [BARN, BARN])
    assert page.locator(".turn:last-child .limits").inner_text() == "Only in barn.txt"


def test_a_deleted_question_can_be_brought_back_in_every_tab(page: Page, other: Page) -> None:
    for question in (NATO, CHINA):
        ask(page, question)
    headings(other, [NATO, CHINA])
    page.locator(".turn", has_text=NATO).hover()
    page.locator("[data-do=delete-turn]").first.click()
    headings(page, [CHINA])
    headings(other, [CHINA])
    page.click(".toast [data-do=undo]")
    headings(page, [NATO, CHINA])
    headings(other, [NATO, CHINA])
    page.locator("[data-do=delete-turn]").last.click()
    headings(other, [NATO])
    reload(page)
    headings(page, [NATO])
    page.locator("[data-do=delete-turn]").last.click()
    headings(page, [])
    assert page.locator(".welcome").is_visible()
