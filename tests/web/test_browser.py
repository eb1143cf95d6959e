"""The page in a real browser, over a real index, as a person sees and uses it."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import STICKING_OUT, ask, new_context, opened, served, settled
from paper import locked, pdf
from waiting import DEADLINE

from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.index import Index
from qa.web import removals

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SOURCE = Path(__file__).parents[2] / "index" / "source.txt"
NATO = "How many rounds of eastward expansion has NATO carried out?"
GOLD = (
    "Given NATO’s five rounds of eastward expansion in a row, "
    "Russia’s valid security concerns should be treated seriously."
)
HOSTILE_NAME = '<img src=x onerror="window.harmed=1">.txt'
HOSTILE = (
    'The password of the lighthouse is <script>window.harmed=1</script><img src=x onerror="window.harmed=1"> '
    "${window.harmed=1} {{harmed}}.\n\nThe lighthouse was painted \u202ederiw\u202c in spring.\n"
)


@pytest.fixture(scope="module")
def index(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("page")
    sources = folder / "documents"
    sources.mkdir()
    shutil.copy(SOURCE, sources)
    (sources / HOSTILE_NAME).write_text(HOSTILE, encoding="utf-8")
    index = Index.create(folder / "index", model)
    index.update([str(sources)], lambda: model)
    return index


@pytest.fixture(scope="module")
def address(index: Index, model: Encoder) -> Iterator[str]:
    with served(index, model) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    with opened(context, address) as page:
        yield page


def test_a_question_is_answered_and_its_source_is_open_at_the_quote(page: Page) -> None:
    ask(page, NATO)
    card = page.locator(".card").first
    assert card.locator("blockquote").inner_text() == GOLD
    assert card.locator("blockquote mark").all_inner_texts() == ["NATO", "rounds", "eastward", "expansion"]
    assert card.locator("cite bdi").inner_text() == "source, line 5"
    page.wait_for_selector("mark.quote")
    assert page.locator("mark.quote").all_text_contents() == [GOLD]
    mark, text = page.locator("mark.quote").bounding_box(), page.locator(".source .text").bounding_box()
    assert mark is not None
    assert text is not None
    assert text["y"] <= mark["y"] <= mark["y"] + mark["height"] <= text["y"] + text["height"]
    page.click("[data-do=next]")
    second = page.locator(".card").nth(1).locator("blockquote").inner_text()
    page.wait_for_function("quote => document.querySelector('mark.quote').textContent === quote", arg=second)


def test_a_missing_answer_is_reported_calmly(page: Page) -> None:
    ask(page, "What is the capital of Australia?")
    assert page.locator(".calm-title").inner_text() == "Not in your documents."
    assert not page.locator(".card").first.is_visible()
    assert page.locator("mark.quote").count() == 0
    page.click(".nearest > summary")
    page.locator(".card").first.click()
    page.wait_for_selector("mark.quote")
    assert page.locator(".source .kind").inner_text() == "Closest passage (not an answer)"


def test_documents_names_and_questions_are_shown_and_never_executed(page: Page) -> None:
    assert HOSTILE_NAME in page.locator(".rows").inner_text()
    question = (
        "What is the password of the lighthouse? <img src=x onerror=window.harmed=1> ${window.harmed=1}"
    )
    ask(page, question)
    assert page.locator(".turn h2").inner_text() == question
    assert "<script>window.harmed=1</script>" in page.locator(".card blockquote").first.inner_text()
    page.wait_for_selector("mark.quote")
    assert "{{harmed}}" in page.locator("mark.quote").first.inner_text()
    assert "\u202e" not in page.locator(".verbatim").inner_text()
    assert page.locator(".verbatim img").count() == 0


def test_everything_works_with_the_keyboard(page: Page) -> None:
    ask(page, NATO)
    page.wait_for_selector("mark.quote")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "question"
    assert page.input_value("#question") == ""
    page.keyboard.press("ArrowDown")
    focused = "document.activeElement.dataset.rank"
    rank = int(page.evaluate(focused))
    page.keyboard.press("ArrowUp" if rank == 3 else "ArrowDown")
    rank = int(page.evaluate(focused))
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('.source .text')")
    assert page.locator(".steps .at").inner_text() == f"{rank} of 3"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"document.querySelector('.steps .at').textContent === '{rank - 1} of 3'")
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == str(rank - 1)
    page.keyboard.press("c")
    page.wait_for_selector(".toast.shown")
    words = page.locator(".card blockquote").nth(rank - 2).inner_text()
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"“{words}”\n— source, line ")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "question"


def test_the_examples_come_from_the_documents_and_are_answered(page: Page) -> None:
    page.wait_for_selector(".examples button")
    offered = page.locator(".examples button").all_inner_texts()
    assert "What does China call for?" in offered
    page.locator(".examples button", has_text="What does China call for?").click()
    page.wait_for_selector(".card")
    assert page.locator(".card blockquote").first.inner_text() == (
        "China calls for a security system that is shared, broad, inclusive, and long-term."
    )


def test_files_can_be_added_asked_alone_and_removed(
    page: Page, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ferry.txt").write_text(
        "The ferry to the island leaves at noon. It is blue.", encoding="utf-8"
    )
    (tmp_path / "broken.pdf").write_bytes(b"not a pdf")
    page.set_input_files(".files", [tmp_path / "ferry.txt", tmp_path / "broken.pdf"])
    page.wait_for_selector("[data-do=dismiss]:not([hidden])")
    assert page.locator(".uploads .done").inner_text() == "Added ferry.txt"
    assert page.locator(".uploads .failed").inner_text().startswith("Not added broken.pdf ")
    row = page.locator(".document", has_text="ferry.txt")
    row.wait_for()
    (document,) = (d for d in index.documents() if d.doc_id == "ferry.txt")
    assert document.uri == (index.folder / "uploads" / "ferry.txt").as_uri()
    row.locator("input").check()
    ask(page, "When does the ferry leave?")
    assert page.locator(".limits").inner_text() == "Only in ferry.txt"
    assert {card.get_attribute("data-document") for card in page.locator(".card").all()} == {"ferry.txt"}
    page.click("[data-tab=documents]")
    row.locator("[data-do=rename]").click()
    page.keyboard.type("The Boat")
    page.keyboard.press("Enter")
    row.locator(".title", has_text="The Boat").wait_for()
    page.wait_for_selector(".toast.shown")
    page.wait_for_function("document.activeElement.dataset.do === 'rename'")
    row.locator("[data-do=rename]").click()
    page.keyboard.press("Escape")
    assert row.locator(".renaming").count() == 0
    row.locator("[data-do=remove]").click()
    row.locator("[data-do=confirm]").click()
    # For some seconds it stays, and says so.
    page.wait_for_selector(".document.leaving")
    assert page.locator(".toast").inner_text() == "“The Boat” is being removed. Undo"
    page.wait_for_function("document.activeElement.dataset.do === 'undo-remove'")
    page.keyboard.press("Enter")
    row.locator("[data-do=remove]").wait_for()
    assert "ferry.txt" in {d.doc_id for d in index.documents()}
    monkeypatch.setattr(removals, "HOLD_SECONDS", 0.1)
    row.locator("[data-do=remove]").click()
    row.locator("[data-do=confirm]").click()
    page.wait_for_selector(".toast:has-text('Removed.')")
    row.wait_for(state="detached")
    assert "ferry.txt" not in {d.doc_id for d in index.documents()}
    assert not (index.folder / "uploads" / "ferry.txt").exists()
    assert page.locator(".scope").inner_text() == "Asking all 2 documents"


def test_encrypted_files_ask_for_their_passwords_separately(page: Page, index: Index, tmp_path: Path) -> None:
    passwords = {"cellar": "first-key", "attic": "second-key"}
    for name, password in passwords.items():
        (tmp_path / f"{name}.pdf").write_bytes(locked(pdf([[f"The {name} is dry and warm."]]), password))
    page.set_input_files(".files", [tmp_path / f"{name}.pdf" for name in passwords])
    page.wait_for_selector(".unlock input")
    assert page.locator(".unlock input").count() == 2
    cellar, attic = (page.locator(".uploads li", has_text=f"{name}.pdf") for name in passwords)
    attic.locator("input").fill("second-key")
    cellar.locator("input").fill("wrong")
    cellar.locator("[data-do=unlock]").click()
    cellar.locator(".detail", has_text="Wrong password").wait_for()
    # The other locked file keeps its typed password.
    assert attic.locator("input").input_value() == "second-key"
    cellar.locator("input").fill("first-key")
    cellar.locator("input").press("Enter")
    cellar.locator(".state", has_text="Added").wait_for()
    attic.locator("[data-do=unlock]").click()
    attic.locator(".state", has_text="Added").wait_for()
    page.wait_for_selector("[data-do=dismiss]:not([hidden])")
    ask(page, "Is the cellar dry and warm?")
    page.wait_for_selector(".source .text mark.quote", state="attached")
    page.locator(".toast.shown", has_text="password, which is not stored").wait_for()
    assert page.locator("mark.quote").text_content() == "The cellar is dry and warm."
    assert page.evaluate("JSON.stringify(localStorage).includes('first-key')") is False
    for name in passwords:
        index.remove([f"{name}.pdf"])


def test_two_people_see_only_their_own_answers(page: Page, browser: Browser, address: str) -> None:
    other_context = new_context(browser)
    other = other_context.new_page()
    other.goto(address)
    other.wait_for_selector("#question")
    questions = {page: NATO, other: "What does China call for?"}
    for who, question in questions.items():
        who.fill("#question", question)
        who.press("#question", "Enter")
    for who, question in questions.items():
        who.wait_for_selector(".card")
        assert who.locator(".turn h2").all_inner_texts() == [question]
    assert page.locator(".card blockquote").first.inner_text() == GOLD
    assert other.locator(".card blockquote").first.inner_text().startswith("China calls for")
    other_context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_and_nothing_overflows(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    ask(page, "What is the capital of Australia?")
    page.click(".nearest > summary")
    ask(page, NATO)
    page.wait_for_selector("mark.quote")
    for tab in ("documents", "source"):
        page.click(f"[data-tab={tab}]")
        settled(page)
        assert page.evaluate(TOO_FAINT) == []
    for width in (360, 390, 899, 900, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(STICKING_OUT) == []


def test_on_a_phone_the_source_opens_on_request(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, NATO)
    page.wait_for_selector("mark.quote", state="attached")
    page.wait_for_selector("mark.quote", state="hidden")
    page.locator(".card").first.click()
    page.wait_for_selector("mark.quote", state="visible")
    page.click("[data-do=back]")
    page.wait_for_selector("mark.quote", state="hidden")


def test_programs_get_the_record_from_a_stable_endpoint(address: str, index: Index, model: Encoder) -> None:
    with urllib.request.urlopen(f"{address}/gradio_api/info", timeout=DEADLINE) as answer:
        names = {"/ask", "/search", "/show", "/list", "/why", "/verify_quote", "/find"}
        assert set(json.load(answer)["named_endpoints"]) == names
    sent = json.dumps({"data": [NATO, ["source.txt"], 2]}).encode()
    request = urllib.request.Request(
        f"{address}/gradio_api/call/ask", sent, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
        event = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{address}/gradio_api/call/ask/{event}", timeout=DEADLINE) as answer:
        data = next(line for line in answer.read().decode().splitlines() if line.startswith("data: "))
    expected = Answerer(index, model).ask(NATO, k=2, documents=["source.txt"])
    assert json.loads(data.removeprefix("data: ")) == [expected.model_dump(mode="json")]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_other_sites_are_refused(address: str, headers: dict[str, str]) -> None:
    request = urllib.request.Request(f"{address}/config", headers=headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=DEADLINE)
    assert refused.value.code == 403
    with urllib.request.urlopen(address, timeout=DEADLINE) as answer:
        assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]


# Text with less contrast to its background than WCAG AA allows (4.5 : 1).
TOO_FAINT = """() => {
  const channel = (c) => ((c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.querySelector(".verbatim"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || node.closest(":disabled")) continue;
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(node.className + ": " + node.textContent.slice(0, 40));
  }
  return faint;
}"""
