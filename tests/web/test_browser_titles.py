"""New titles, passages like a selected one, own quotes and exact copies, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ask, opened, served
from readings import WordReranker

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

QUESTION = "Who repairs the roof of the barn?"
NAME = "Supply Agreement (Acme Corp. / Beta LLC)"
NEW = "The barn of Acme"
SLICE = "The roofer of Acme repairs\nthe roof of the barn."


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("titles")
    (folder / "documents").mkdir()
    (folder / "documents" / "supply.txt").write_text(
        "SUPPLY AGREEMENT\n\nThis Agreement is made between Acme Corp., a Delaware corporation (“Acme”), and "
        f"Beta LLC (“Beta”).\n\n{SLICE}\n\nThe rent is paid in May.\n",
        encoding="utf-8",
    )
    (folder / "documents" / "burton.txt").write_text(
        "The roofer of Burton repairs the roof of the shed.\n\nThe garden is small.\n", encoding="utf-8"
    )
    index = Index.create(folder / "index", model)
    index.update([str(folder / "documents")], lambda: model)
    with served(index, model, WordReranker({"repairs": 9.0})) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def rename(page: Page, title: str) -> None:
    page.click("[data-tab=documents]")
    row = page.locator(".document[data-document='supply.txt']")
    row.locator("[data-do=rename]").click()
    row.locator(".renaming input").fill(title)
    page.keyboard.press("Enter")


def shows(page: Page, title: str) -> None:
    """Wait until the title is everywhere: cards, kept quotes, places, the list and the source."""
    for place in (
        ".turn .card[data-document='supply.txt'] .name",
        ".clipping .about",
        ".turn.places .spots summary bdi",
        ".document[data-document='supply.txt'] .title",
        ".source h2",
    ):
        page.locator(place, has_text=title).first.wait_for(state="attached")


def test_a_new_title_is_everywhere_without_a_reload_and_can_be_undone(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".card[data-document='supply.txt'] [data-do=pin]").first.click()
    page.fill("#question", "rent")
    page.click("[data-do=find-places]")
    page.wait_for_selector(".spot")
    page.locator(".turn .card[data-document='supply.txt'] [data-do=open]").first.click()
    page.wait_for_selector("mark.quote")
    shows(page, NAME)
    rename(page, NEW)
    shows(page, NEW)
    assert NAME not in page.locator(".verbatim").inner_text()
    assert page.evaluate("document.activeElement.dataset.do") == "rename"
    page.click("[data-do=undo]")
    shows(page, NAME)
    assert NEW not in page.locator(".verbatim").inner_text()
    rename(page, NEW)
    shows(page, NEW)
    page.reload()
    page.wait_for_selector(".turn .card")
    page.locator(".turn .card .name", has_text=NEW).first.wait_for(state="attached")
    rename(page, "")
    page.locator(".clipping .about", has_text=NAME).wait_for(state="attached")
    page.locator(".turn .card .name", has_text=NAME).first.wait_for(state="attached")


SELECT = """(words) => {
  const lines = [...document.querySelectorAll(".source .text [data-at]")];
  const line = lines.find((one) => one.textContent.includes(words));
  getSelection().selectAllChildren(line);
}"""


def test_passages_like_a_selected_one_are_listed_and_counted(page: Page) -> None:
    page.locator(".document[data-document='burton.txt'] .title").click()
    page.locator(".source .text [data-at]", has_text="roofer").wait_for()
    page.evaluate(SELECT, "roofer")
    page.click("[data-do=find-similar]")
    turn = page.locator(".turn.places")
    turn.locator(".spot").first.wait_for()
    assert turn.locator("h2").inner_text().startswith("Passages like “The roofer of Burton")
    assert turn.locator(".status").inner_text() == "2 places in 2 documents"
    assert turn.locator(".spots summary span").all_inner_texts() == ["1 place", "1 place"]
    assert page.locator(".turn .card").count() == 0
    page.reload()
    page.locator(".turn.places .spot").first.wait_for()
    assert page.locator(".turn.places .status").inner_text() == "2 places in 2 documents"


def test_an_own_quote_has_no_confidence_on_the_page_and_in_files(page: Page) -> None:
    page.locator(".document[data-document='burton.txt'] .title").click()
    page.locator(".source .text [data-at]", has_text="garden").wait_for()
    page.evaluate(SELECT, "garden")
    page.click("[data-do=keep-selection]")
    page.click("[data-tab=kept]")
    assert page.locator(".clipping .about").inner_text().startswith("Selected by you in")
    stored = page.evaluate("JSON.parse(localStorage.getItem('verbatim-kept'))[0].record")
    assert "confidence" not in stored
    for format in ("json", "md", "html"):
        with page.expect_download() as caught:
            page.click(f"[data-format={format}]")
        text = Path(caught.value.path()).read_text()
        assert "onfidence" not in text
        if format == "json":
            assert json.loads(text)[0]["selected"] is True
        else:
            assert "Selected by you" in text


def test_an_exact_copy_has_the_line_breaks_that_the_usual_copy_joins(page: Page) -> None:
    ask(page, QUESTION)
    card = page.locator(".card[data-document='supply.txt']").first
    card.locator("[data-do=copy]").click()
    page.wait_for_selector(".toast.shown")
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"“{SLICE.replace(chr(10), ' ')}”")
    page.get_by_role("button", name="Copy exactly").click()
    page.wait_for_function("document.querySelector('.toast').textContent.includes('exactly as in')")
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"“{SLICE}”")
    # The keys do the same.
    for keys, text in (("c", SLICE.replace("\n", " ")), ("Shift+C", SLICE)):
        page.evaluate("navigator.clipboard.writeText('')")
        card.focus()
        page.keyboard.press(keys)
        page.wait_for_function("(async () => (await navigator.clipboard.readText()) !== '')()")
        assert page.evaluate("navigator.clipboard.readText()").startswith(f"“{text}”")
