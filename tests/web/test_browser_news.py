"""A stored question shows what is new when the documents have changed, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from browsing import ask, function_of, opened, served, stored_turns
from waiting import MILLISECONDS, eventually

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

ROOF = "Who repairs the roof of the mill?"


def has(elements: Locator, *texts: str) -> None:
    from playwright.sync_api import expect

    expect(elements).to_have_text(list(texts), timeout=MILLISECONDS)


def renewed(page: Page) -> None:
    """Reload the page, and wait until its question was asked again."""
    before = stored_turns(page)[0]["generation"]
    page.reload()
    eventually(lambda: stored_turns(page)[0]["generation"] != before)


def test_a_stored_question_shows_new_changed_and_gone_quotes(
    context: BrowserContext, model: Encoder, tmp_path: Path
) -> None:
    lease, deed = tmp_path / "lease.txt", tmp_path / "deed.txt"
    lease.write_text("The tenant repairs the roof of the mill every year.", encoding="utf-8")
    index = Index.create(tmp_path / "index", model)
    index.update([str(lease)], lambda: model)
    with served(index, model) as url, opened(context, url) as page:
        ask(page, ROOF)
        lease.write_text("The landlord repairs the roof of the mill every year.", encoding="utf-8")
        deed.write_text("The deed says: a builder repairs the roof of the mill.", encoding="utf-8")
        index.update([str(lease), str(deed)], lambda: model)
        renewed(page)
        page.wait_for_selector(".news")
        assert page.locator(".news > p").inner_text().endswith(": 1 new quote, 1 changed quote.")
        marked = page.locator(".card").evaluate_all(
            "all => all.map((card) => [card.dataset.document, card.querySelector('.news-mark').textContent])"
        )
        assert sorted(marked) == [["deed.txt", "New"], ["lease.txt", "Changed"]]
        # The news stay until they were read, in every language.
        page.reload()
        has(page.locator(".news > p"), page.locator(".news > p").inner_text())
        page.select_option(".languages", "de")
        has(page.locator(".news-mark").first, "Neu" if marked[0][1] == "New" else "Geändert")
        page.select_option(".languages", "en")
        page.click("[data-do=news-read]")
        assert page.locator(".news, .news-mark").count() == 0
        deed.unlink()
        index.remove(["deed.txt"])
        renewed(page)
        page.click(".news summary")
        has(page.locator(".news > p"), page.locator(".news > p").inner_text())
        assert "1 quote no longer found" in page.locator(".news > p").inner_text()
        assert "a builder repairs the roof" in page.locator(".news blockquote").inner_text()


def test_a_change_elsewhere_is_no_news(context: BrowserContext, model: Encoder, tmp_path: Path) -> None:
    (tmp_path / "lease.txt").write_text("The tenant repairs the roof of the mill.", encoding="utf-8")
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "lease.txt")], lambda: model)
    with served(index, model) as url, opened(context, url) as page:
        ask(page, ROOF)
        # Only a question of some documents has the same answer for certain.
        page.click("[data-tab=documents]")
        page.locator(".document input").check()
        ask(page, ROOF)
        page.locator("[data-do=delete-turn]").first.click(force=True)
        (tmp_path / "song.txt").write_text("A song about the sea and the wind.", encoding="utf-8")
        index.update([str(tmp_path / "song.txt")], lambda: model)
        renewed(page)
        page.wait_for_selector(".card")
        assert page.locator(".news").count() == 0


def test_answers_are_marked_when_the_documents_change_while_the_page_is_open(
    context: BrowserContext, model: Encoder, tmp_path: Path
) -> None:
    lease, deed = tmp_path / "lease.txt", tmp_path / "deed.txt"
    lease.write_text("The tenant repairs the roof of the mill every year.", encoding="utf-8")
    index = Index.create(tmp_path / "index", model)
    index.update([str(lease)], lambda: model)
    with served(index, model) as url, opened(context, url) as page:
        calls: list[str | None] = []
        page.on("request", lambda request: calls.append(function_of(request)))
        back = "window.dispatchEvent(new Event('focus'))"
        ask(page, ROOF)
        page.wait_for_selector(".card")
        assert page.locator(".outdated").count() == 0
        deed.write_text("The deed says: a builder repairs the roof of the mill.", encoding="utf-8")
        index.update([str(deed)], lambda: model)
        page.evaluate(back)
        page.wait_for_selector(".outdated")
        assert page.locator(".card").count() == 1
        # Coming back often does not ask often.
        for _ in range(5):
            page.evaluate(back)
        assert calls.count("state") == 1
        page.click("[data-do=check-again]")
        page.wait_for_selector(".news")
        assert page.locator(".outdated").count() == 0
        assert page.locator(".news > p").inner_text().endswith(": 1 new quote.")
        # A question that is asked now brings the state too, and has no mark.
        index.remove(["deed.txt"])
        ask(page, "What does the tenant repair?")
        page.wait_for_selector(".turn:first-child .outdated")
        assert page.locator(".turn:last-child .outdated").count() == 0
