"""Answer words, closest passages and named documents on the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import STICKING_OUT, ask, opened, served, settled
from naming import name_documents
from readings import WordReranker
from states import GRAVE, axe_script, findings

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
NATO = "How many rounds of eastward expansion has NATO carried out?"
LETTER = "A letter counts six rounds of eastward expansion that NATO has carried out.\n"


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("answers")
    (folder / "documents").mkdir()
    shutil.copy(SOURCE, folder / "documents")
    (folder / "documents" / "letter.txt").write_text(LETTER)
    index = Index.create(folder / "index", model)
    index.update([str(folder / "documents")], lambda: model)
    with pytest.MonkeyPatch.context() as patch:
        name_documents(patch, "NATO", "The source", "source.txt")
        with served(index, model, WordReranker({"five": 9.0, "six": 9.0})) as url:
            yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def test_only_the_answer_is_shown_and_the_closest_passages_unfold(page: Page) -> None:
    ask(page, NATO)
    assert page.locator(".answer > .quotes > li").count() == 1
    assert page.locator("mark.answer-word").first.is_visible()
    assert page.locator(".card mark.answer-word").all_inner_texts() == ["five"]
    page.wait_for_selector("mark.quote b.answer-word")
    assert page.locator("mark.quote b.answer-word").all_inner_texts() == ["five"]
    # One quote answers, so there is none to step to.
    assert page.locator(".steps").is_hidden()
    fold = page.locator(".nearest")
    assert fold.locator("summary").inner_text() == "Closest passages (not an answer) 2"
    assert not fold.locator(".card").first.is_visible()
    fold.locator("summary").click()
    fold.locator(".card").first.click()
    page.wait_for_function("document.querySelector('.source .kind').checkVisibility()")
    page.wait_for_function("document.querySelector('.steps .at').textContent === '1 of 2'")
    fold.locator("[data-do=pin]").first.click()
    page.click("[data-tab=kept]")
    assert "(closest passage, not an answer)" in page.locator(".clipping .about").inner_text()


def test_all_documents_are_asked_in_the_same_turn(page: Page) -> None:
    ask(page, NATO)
    line = page.locator(".looking-in")
    assert line.inner_text().strip() == "Looking in: The source"
    assert "letter.txt" not in page.locator(".answer").inner_text()
    page.get_by_role("button", name="Ask all documents").click()
    page.wait_for_function("!document.querySelector('.waiting, .looking-in')")
    assert page.locator(".turn").count() == 1
    documents = page.locator(".card").evaluate_all("cards => cards.map((card) => card.dataset.document)")
    assert set(documents) == {"source.txt", "letter.txt"}
    page.locator("[data-do=why]").first.click()
    page.wait_for_selector(".card .why li")
    page.reload()
    page.wait_for_selector(".card")
    assert page.locator(".looking-in").count() == 0


def test_the_legend_is_shown_once(page: Page) -> None:
    ask(page, NATO)
    ask(page, NATO)
    shown = page.locator(".legend").evaluate_all("all => all.map((legend) => legend.checkVisibility())")
    assert shown == [False, True]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_have_contrast_and_everything_fits(page: Page, theme: str, width: int) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    ask(page, NATO)
    page.click(".nearest > summary")
    settled(page)
    assert page.evaluate(STICKING_OUT) == []
    colours = page.evaluate(
        "[...document.querySelectorAll('.legend mark')].map((mark) => getComputedStyle(mark).backgroundColor)"
    )
    assert len(set(colours)) == 2
    if axe_script():
        assert [finding for finding in findings(page) if finding["impact"] in GRAVE] == []
