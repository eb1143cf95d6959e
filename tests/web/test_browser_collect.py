"""More quotes of an answer, longer and shorter ones, and every place of words, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import STICKING_OUT, ask, opened, served, settled, stored_turns
from readings import WordReranker
from states import axe_script, findings
from waiting import eventually

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

NAMES = ("Ashby", "Burton", "Corby", "Derby", "Exeter")
ANSWERS = 9
QUESTION = "Who repairs the roof of the barn?"


def contract(name: str) -> str:
    """Return a contract with two quotes that answer the question (one in the last), and passages near it."""
    second = "" if name == NAMES[-1] else f"\nIn winter the keeper of {name} repairs the barn.\n"
    return (
        f"The roofer of {name} repairs the roof of the barn.\n{second}"
        f"\nThe barn of {name} has a roof of slate.\n\nThe rent of the barn of {name} is paid in May.\n"
    )


@pytest.fixture(scope="module")
def address(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("collect")
    (folder / "documents").mkdir()
    for name in NAMES:
        (folder / "documents" / f"{name}.txt").write_text(contract(name), encoding="utf-8")
    index = Index.create(folder / "index", model)
    index.update([str(folder / "documents")], lambda: model)
    with served(index, model, WordReranker({"repairs": 9.0})) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def test_more_quotes_are_grouped_by_document_and_only_those_that_answer_are_quotes(page: Page) -> None:
    ask(page, QUESTION)
    assert page.locator(".turn .card").count() == 3
    first = page.locator(".turn .card blockquote").all_inner_texts()
    page.locator("[data-do=pin]").first.click()
    page.wait_for_selector(".card[aria-current]")
    page.get_by_role("button", name="More quotes").click()
    page.wait_for_function("document.querySelectorAll('.turn .card').length === 13")
    groups = page.locator(".answer > .groups > .group")
    assert sorted(groups.locator("h3 bdi").all_inner_texts()) == sorted(NAMES)
    assert sorted(groups.locator("h3 span").all_inner_texts()) == ["1 quote", *["2 quotes"] * 4]
    quotes = groups.locator("blockquote").all_inner_texts()
    assert len(quotes) == ANSWERS
    assert all("repairs" in quote for quote in quotes)
    assert not any("repairs" in quote for quote in page.locator(".nearest blockquote").all_inner_texts())
    assert page.locator(".nearest summary").inner_text() == f"Closest passages (not an answer) {13 - ANSWERS}"
    # The cards that were there stay as they were, and the first new one has the focus.
    assert [page.locator(f".turn .card[data-rank='{n}'] blockquote").inner_text() for n in (1, 2, 3)] == first
    assert page.locator(".card[data-rank='1'] [data-do=pin]").get_attribute("aria-pressed") == "true"
    assert page.locator(".card[aria-current]").get_attribute("data-rank") == "1"
    assert page.evaluate("Number(document.activeElement.dataset.rank)") > 3
    # Every quote of the answer is one step further in the source, in any document.
    assert page.locator(".steps .at").inner_text() == f"1 of {ANSWERS}"
    page.locator(".answer > .groups .card").nth(4).click()
    page.wait_for_function(f"document.querySelector('.steps .at').textContent === '5 of {ANSWERS}'")
    page.reload()
    page.wait_for_selector(".turn .group")
    assert page.locator(".turn .card").count() == 13
    page.get_by_role("button", name="More quotes").click()
    page.wait_for_function("document.querySelectorAll('.turn .card').length > 13")
    assert page.get_by_role("button", name="More quotes").count() == 0
    shown = page.locator(".turn .card").count()
    eventually(lambda: len(stored_turns(page)[-1]["record"]["quotes"]) == shown)


def test_if_nothing_is_left_the_page_says_so(page: Page) -> None:
    page.click("[data-do=documents]")
    page.locator(".document", has_text="Ashby").locator("input").check()
    ask(page, QUESTION)
    page.get_by_role("button", name="More quotes").click()
    page.wait_for_function("document.querySelectorAll('.turn .card').length === 4")
    assert page.get_by_role("button", name="More quotes").count() == 0


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_more_quotes_fit_and_have_no_finding(page: Page, width: int, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 844})
    ask(page, QUESTION)
    page.get_by_role("button", name="More quotes").click()
    page.wait_for_function("document.querySelectorAll('.turn .card').length === 13")
    page.evaluate("document.querySelector('.nearest').open = true")
    settled(page)
    assert page.evaluate(STICKING_OUT) == []
    if axe_script():
        assert findings(page) == []


def test_passages_near_a_question_without_an_answer_are_never_called_quotes(page: Page) -> None:
    ask(page, "What is the capital of Australia?")
    page.click(".nearest > summary")
    page.get_by_role("button", name="More passages").click()
    page.wait_for_function("document.querySelectorAll('.turn .card').length === 13")
    assert page.locator(".nearest").evaluate("node => node.open")
    assert page.locator(".answer > .groups").count() == 0
    assert "quote" not in " ".join(page.locator(".nearest .group h3").all_inner_texts())


def test_saved_conversations_have_the_further_quotes(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    page.get_by_role("button", name="More quotes").click()
    page.wait_for_function("document.querySelectorAll('.turn .card').length === 13")
    page.click("[data-tab=kept]")
    page.select_option(".what", "all")
    with page.expect_download() as caught:
        page.click("[data-format=md]")
    text = Path(caught.value.path()).read_text(encoding="utf-8")
    assert all(f"The roofer of {name}" in text for name in NAMES)


def limits(page: Page) -> list[str]:
    """Return the names of the buttons that can be pressed."""
    return page.locator(".resize button:enabled").evaluate_all("all => all.map((one) => one.dataset.do)")


def words(place: Locator) -> str:
    """Return the words of an element, with one space between them."""
    return " ".join(place.inner_text().split())


def test_a_quote_gets_longer_and_shorter_before_it_is_copied_and_saved(page: Page) -> None:
    ask(page, QUESTION)
    page.wait_for_selector("mark.quote")
    card = page.locator(".turn .card").first
    original = words(card.locator("blockquote"))
    name = next(name for name in NAMES if name in original)
    text = " ".join(contract(name).split())
    cited = card.locator("cite").inner_text()
    card.locator("[data-do=resize]").click()
    page.wait_for_selector(".resize")
    assert limits(page) == ["add-after"]
    card.locator("[data-do=add-after]").click()
    page.wait_for_selector(".resize [data-do=cut-first]:enabled")
    longer = words(card.locator("blockquote"))
    assert longer.startswith(original)
    assert longer != original
    assert longer in text
    assert card.locator(".resize .count").inner_text() == "2 sentences"
    # The source shows the longer quote, and the marks of the answer stay.
    page.wait_for_function(
        "words => document.querySelector('mark.quote').textContent.includes(words)", arg=name
    )
    page.wait_for_function("document.querySelectorAll('mark.quote').length > 1")
    assert card.locator("mark.answer-word").all_inner_texts() == ["repairs"]
    card.locator("[data-do=copy]").click()
    page.wait_for_selector(".toast.shown")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert " ".join(copied.split()).startswith(f"“{longer}”")
    card.locator("[data-do=pin]").click()
    assert card.locator("[data-do=pin]").get_attribute("aria-pressed") == "true"
    (saved,) = json.loads(page.evaluate("localStorage.getItem('verbatim-kept')"))
    (quote,) = saved["record"]["quotes"]
    assert quote["text"] == contract(name)[quote["citation"]["start"] : quote["citation"]["end"]]
    assert " ".join(quote["text"].split()) == longer
    # Cut to the second sentence: other words, and another place.
    card.locator("[data-do=cut-first]").click()
    page.wait_for_selector(".resize [data-do=cut-first]:disabled")
    second = words(card.locator("blockquote"))
    assert longer.endswith(second)
    assert card.locator("cite").inner_text() != cited
    assert card.locator("[data-do=pin]").get_attribute("aria-pressed") == "false"
    assert page.evaluate("document.activeElement.closest('.resize') !== null")
    # Each step can be undone, and the stored conversation has the quote as it was.
    card.locator("[data-do=undo-resize]").click()
    assert words(card.locator("blockquote")) == longer
    card.locator("[data-do=undo-resize]").click()
    assert words(card.locator("blockquote")) == original
    assert card.locator("cite").inner_text() == cited
    assert limits(page) == ["add-after"]
    card.locator("[data-do=resize]").click()
    assert page.locator(".resize").count() == 0
    page.reload()
    page.wait_for_selector(".turn .card")
    assert words(page.locator(".turn .card blockquote").first) == original
    page.click("[data-tab=kept]")
    assert words(page.locator(".clipping blockquote")) == longer


def test_a_longer_quote_stays_when_more_are_shown(page: Page) -> None:
    ask(page, QUESTION)
    card = page.locator(".turn .card[data-rank='1']")
    card.locator("[data-do=resize]").click()
    card.locator("[data-do=add-after]").click()
    page.wait_for_selector(".resize [data-do=cut-first]:enabled")
    longer = words(card.locator("blockquote"))
    page.get_by_role("button", name="More quotes").click()
    page.wait_for_function("document.querySelectorAll('.turn .card').length === 13")
    assert words(card.locator("blockquote")) == longer


@pytest.mark.parametrize("width", [1440, 390])
def test_the_buttons_for_sentences_fit_and_have_no_finding(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    ask(page, QUESTION)
    page.locator("[data-do=resize]").first.click()
    page.locator("[data-do=add-after]").click()
    page.wait_for_selector(".resize [data-do=undo-resize]:enabled")
    settled(page)
    assert page.evaluate(STICKING_OUT) == []
    if axe_script():
        assert findings(page) == []


def test_every_place_of_words_is_listed_by_document_and_opens_in_the_source(page: Page) -> None:
    page.click("[data-do=find-places]")
    page.wait_for_selector(".toast.shown")
    assert page.locator(".turn").count() == 0
    page.fill("#question", '"the barn"')
    page.click("[data-do=find-places]")
    page.wait_for_selector(".places .spot")
    turn = page.locator(".turn.places")
    assert turn.locator("h2").inner_text() == "“the barn”"
    whole = sum(contract(name).lower().count("the barn") for name in NAMES)
    assert turn.locator(".status").inner_text() == f"{whole} places in {len(NAMES)} documents"
    counts = [f"{contract(name).lower().count('the barn')} places" for name in NAMES]
    assert turn.locator("summary span").all_inner_texts() == counts
    assert page.input_value("#question") == ""
    spot = turn.locator(".spot").nth(1)
    spot.click()
    page.wait_for_selector("mark.quote")
    assert page.locator("mark.quote").inner_text().lower() == "the barn"
    assert spot.get_attribute("aria-current") == "true"
    assert page.locator(".steps .at").inner_text() == f"2 of {whole}"
    page.click("[data-do=next]")
    page.wait_for_function("document.querySelector('.steps .at').textContent.startsWith('3 of')")
    with page.expect_download() as caught:
        page.click("[data-do=save-places][data-format=csv]")
    assert len(Path(caught.value.path()).read_text(encoding="utf-8").splitlines()) == 1 + whole
    page.reload()
    page.wait_for_selector(".places .spot")
    assert page.locator(".places .spot").count() == whole


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_places_fit_and_have_no_finding(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.fill("#question", "barn")
    page.click("[data-do=find-places]")
    page.wait_for_selector(".places .spot")
    settled(page)
    assert page.evaluate(STICKING_OUT) == []
    if axe_script():
        assert findings(page) == []
