"""Notebooks and the search in all questions, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import ask, function_of, stored_turns
from waiting import MILLISECONDS, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request, Route

NATO = "How many rounds of eastward expansion has NATO carried out?"
CHINA = "What does China call for?"
BARN = "What colour is the barn?"


def has(elements: Locator, texts: list[str]) -> None:
    from playwright.sync_api import expect

    expect(elements).to_have_text(texts, timeout=MILLISECONDS)


def headings(page: Page, expected: list[str]) -> None:
    has(page.locator(".turn h2"), expected)


def listed(page: Page, expected: list[str]) -> None:
    has(page.locator(".past-question .title"), expected)


def add_notebook(page: Page, name: str) -> None:
    page.click("[data-tab=questions]")
    page.click("[data-do=add-notebook]")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    has(page.locator(".notebook-now"), [name])


def reload(page: Page) -> None:
    page.reload()
    page.wait_for_selector(".document", state="attached")


def test_each_notebook_has_its_questions_quotes_notes_and_documents(page: Page, other: Page) -> None:
    ask(page, NATO)
    page.locator("[data-do=pin]").first.click()
    page.click("[data-tab=kept]")
    page.fill(".clipping .note", "of the first")
    page.click("[data-tab=documents]")
    page.locator(".document", has_text="source").locator("input").check()
    add_notebook(page, "The barn <b>")
    headings(page, [])
    assert page.locator(".welcome").is_visible()
    assert page.locator(".clipping").count() == 0
    page.wait_for_function("document.querySelector('.scope').textContent === 'Asking all 2 documents'")
    ask(page, BARN)
    page.locator("[data-do=pin]").first.click()
    reload(page)
    headings(page, [BARN])
    assert page.locator(".clipping").count() == 1
    # The other tab still has the first notebook open, and knows the new one.
    headings(other, [NATO])
    has(other.locator(".notebooks option"), ["My questions", "The barn <b>"])
    page.click("[data-tab=questions]")
    page.select_option(".notebooks", label="My questions")
    headings(page, [NATO])
    assert page.input_value(".clipping .note") == "of the first"
    page.wait_for_function("document.querySelector('.scope').textContent === 'Asking source.txt'")
    page.wait_for_selector(".turn .card")


def test_a_question_is_stored_in_the_notebook_in_which_it_was_asked(page: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if function_of(route.request) == "ask":
            waiting.append(route)
        else:
            route.fallback()

    page.route(lambda url: "component_server" in url, hold)
    page.fill("#question", NATO)
    page.press("#question", "Enter")
    eventually(lambda: page.evaluate("1") and waiting)
    add_notebook(page, "Second")
    headings(page, [])
    waiting[0].fallback()
    eventually(lambda: stored_turns(page))
    assert [turn["notebook"] for turn in stored_turns(page)] == [""]
    headings(page, [])
    page.select_option(".notebooks", label="My questions")
    headings(page, [NATO])
    page.wait_for_selector(".turn .card")


def test_a_notebook_is_renamed_and_its_deletion_can_be_undone(page: Page, other: Page) -> None:
    ask(page, NATO)
    add_notebook(page, "Barns")
    ask(page, BARN)
    page.locator("[data-do=pin]").first.click()
    page.click("[data-tab=questions]")
    page.click("[data-do=rename-notebook]")
    assert page.input_value(".notebook-name input") == "Barns"
    page.keyboard.type("Red barns")
    page.keyboard.press("Enter")
    has(page.locator(".notebooks option"), ["My questions", "Red barns"])
    has(other.locator(".notebooks option"), ["My questions", "Red barns"])
    page.click("[data-do=delete-notebook]")
    headings(page, [NATO])
    has(other.locator(".notebooks option"), ["My questions"])
    assert [turn["record"]["question"] for turn in stored_turns(page)] == [NATO]
    assert not page.locator("[data-do=delete-notebook]").is_visible()
    page.click(".toast [data-do=undo]")
    headings(page, [BARN])
    assert page.locator(".clipping").count() == 1
    has(page.locator(".notebook-now"), ["Red barns"])
    reload(page)
    headings(page, [BARN])


def test_all_questions_are_searched_and_found_again(page: Page) -> None:
    ask(page, NATO)
    ask(page, CHINA)
    add_notebook(page, "Barns")
    ask(page, BARN)
    page.click(".notebook-now")
    listed(page, [BARN])
    page.fill(".find-question", "expansion nato")
    listed(page, [NATO])
    assert page.locator(".past-question .facts").inner_text().endswith("My questions")
    # The word is only in the quote.
    page.fill(".find-question", "GREEN door")
    listed(page, [BARN])
    assert "door is green" in page.locator(".excerpt").inner_text()
    page.fill(".find-question", "lighthouse")
    has(page.locator(".no-past:not([hidden])"), ["No matching questions."])
    page.fill(".find-question", "expansion nato")
    listed(page, [NATO])
    page.locator(".past-question .title").click()
    headings(page, [NATO, CHINA])
    page.wait_for_function("document.activeElement.textContent.startsWith('How many rounds')")
    page.locator("[data-do=delete-turn]").first.click(force=True)
    listed(page, [])


def test_a_long_history_shows_the_newest_answer_first(page: Page) -> None:
    ask(page, NATO)
    ask(page, CHINA)
    eventually(lambda: len(stored_turns(page)) == 2)
    again = "Array.from({ length: 80 }, (_, at) => ({ ...turns[0], key: String(at).padStart(8, '0') }))"
    stored_turns(page, f"(turns) => {again}")
    asked: list[int] = []

    def count(request: Request) -> None:
        if function_of(request) == "again":
            asked.append(len(request.post_data_json["data"]["records"]))

    page.on("request", count)
    reload(page)
    page.wait_for_selector(".turn:last-child .card")
    top = page.evaluate("document.querySelector('.turn:last-child h2').getBoundingClientRect().top")
    assert 0 < top < 300
    page.wait_for_function("document.querySelector('.turn .card')")
    eventually(lambda: page.locator(".turn:has(.card)").count() == 82)
    # The last question did not move while the others were filled in.
    moved = page.evaluate("document.querySelector('.turn:last-child h2').getBoundingClientRect().top")
    assert moved == pytest.approx(top, abs=2)
    assert sum(asked) == 82
    assert len(asked) > 2
