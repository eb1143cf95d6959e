"""A draft whose quotations are checked on the page, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import STICKING_OUT, opened, served
from paper import LEASE, locked, pdf
from waiting import DEADLINE, eventually

from qa import Library
from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

RIGHT = "respecting the sovereignty and territorial integrity of all countries"


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "letter.txt").write_text(
        f"The letter speaks of {RIGHT}. It was sent to all members of the council on Monday."
    )
    index = Index.create(folder / "index", model)
    index.update([str(folder / "letter.txt")], lambda: model)
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def draft(*quotations: str) -> str:
    return " And ".join(f"“{quotation}”." for quotation in quotations)


def paste(page: Page, text: str) -> None:
    page.click("[data-do=check-draft]")
    page.fill("dialog.draft textarea", text)
    page.get_by_role("button", name="Check quotations").click()
    page.wait_for_selector(".turn:last-child .verdicts")


def test_a_pasted_draft_is_checked_opened_filtered_and_saved(page: Page) -> None:
    wrong = "It was sent to all members of the council on Friday"
    paste(page, draft(RIGHT, wrong, "nobody has ever seen <img src=x onerror=window.harmed=1> this text"))
    status = page.locator(".checked .status")
    assert status.inner_text() == "3 quotations: 1 verbatim, 1 altered, 1 not found"
    assert page.locator(".quotations > .fails").count() == 2
    assert page.locator(".quotations del").first.inner_text().strip() == "Monday"
    page.locator(".quotations > .passes [data-do=open]").click()
    page.wait_for_selector("mark.quote")
    assert page.locator("mark.quote").inner_text() == RIGHT
    page.get_by_role("button", name="To correct").click()
    assert page.locator(".quotations > .passes").is_hidden()
    for format in ("html", "json"):
        with page.expect_download() as caught:
            page.click(f".checked [data-format={format}]")
        assert caught.value.suggested_filename == f"Pasted draft-quotations.{format}"
        assert "Friday" in Path(caught.value.path()).read_text()


def test_a_checked_draft_is_there_after_a_reload_and_in_another_language(page: Page) -> None:
    paste(page, draft(RIGHT))
    page.reload()
    page.wait_for_selector(".checked .quotations > .passes")
    page.select_option(".languages", "de")
    page.wait_for_function("document.querySelector('.checked .verdict b').textContent === 'wörtlich'")
    assert page.locator(".checked .status").inner_text() == "1 Zitat: 1 wörtlich"


def test_a_reload_finds_a_check_that_still_runs(
    context: BrowserContext, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not watched, because the reload ends a request.
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".document", state="attached")
    reached, go_on = threading.Event(), threading.Event()
    check = Library.check

    def slow(*arguments: Any, **options: Any) -> Any:
        reached.set()
        assert go_on.wait(DEADLINE)
        return check(*arguments, **options)

    monkeypatch.setattr(Library, "check", slow)
    page.click("[data-do=check-draft]")
    page.fill("dialog.draft textarea", draft(RIGHT))
    page.get_by_role("button", name="Check quotations").click()
    eventually(reached.is_set)
    page.reload()
    page.wait_for_selector(".checked .status")
    assert page.locator(".checked .status").inner_text().startswith("Checking")
    go_on.set()
    page.wait_for_selector(".checked .quotations > .passes")
    assert page.locator(".checked").count() == 1


def test_a_file_is_checked_and_a_broken_one_is_named(page: Page, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text(f"They write:\n\n> {RIGHT}\n")
    (tmp_path / "draft.pdf").write_bytes(b"%PDF-1.7 broken")
    page.set_input_files("input.draft-file", tmp_path / "draft.md")
    page.wait_for_selector(".checked .quotations > .passes")
    page.set_input_files("input.draft-file", tmp_path / "draft.pdf")
    page.wait_for_selector(".checked .failure")
    assert page.locator(".checked .failure p").inner_text().startswith("The draft draft.pdf cannot be read")


def test_an_encrypted_draft_is_checked_with_its_password(page: Page, tmp_path: Path) -> None:
    (tmp_path / "draft.pdf").write_bytes(locked(pdf(LEASE), "open"))
    page.set_input_files("input.draft-file", tmp_path / "draft.pdf")
    for password, sentence in (("wrong", "is encrypted"), ("open", "is wrong")):
        page.get_by_text(sentence).wait_for()
        page.fill(".checked .unlock input", password)
        page.keyboard.press("Enter")
    page.wait_for_selector(".checked .verdicts")


def test_a_long_paste_is_checked_whole(page: Page) -> None:
    filler = "This sentence quotes nothing and only makes the draft longer than a call may be. " * 4_000
    paste(page, filler + draft(RIGHT))
    assert page.locator(".checked .status").inner_text() == "1 quotation: 1 verbatim"


def test_the_dialog_is_used_by_keyboard_and_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.focus("[data-do=check-draft]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('dialog.draft textarea')")
    page.keyboard.type(draft(RIGHT))
    assert page.evaluate(STICKING_OUT) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".checked .quotations > .passes")
    assert page.evaluate(STICKING_OUT) == []
