"""The page in other languages, in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import STICKING_OUT, ask, new_context, opened, served, stored_turns
from paper import LEASE, pdf
from states import ROOT, states

from qa import messages
from qa.encoders import Encoder
from qa.index import Index
from qa.messages import Template
from qa.web import labels

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

NATO = "How many rounds of eastward expansion has NATO carried out?"

# Texts and spoken attributes with their places, except those of documents, persons and names of formats.
SAID = """() => {
  const theirs = "[lang=''], bdi, h1, kbd, time, .details, .languages, [data-format], .note, script, " +
    "style, .styles option:not([data-say])";
  const found = [];
  const walker = document.createTreeWalker(document.querySelector(".verbatim"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(theirs)) found.push([parent.className, walker.currentNode.textContent]);
  }
  for (const node of document.querySelectorAll(".verbatim *"))
    for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "alt"])
      if (node.getAttribute(name) && !node.closest("bdi")) found.push([name, node.getAttribute(name)]);
  return found;
}"""
CONTENT = (
    r"(?:PDF|TXT) \(\d+\)|\d{1,2} [A-Z][a-z]{2} \d{4}|source|lease|\.(txt|pdf|csv)|questions|"
    r"What is the capital of Australia\?|Who repairs the roof\?|" + (re.escape(NATO))
)


@pytest.fixture(scope="module")
def index(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("labels")
    shutil.copy(ROOT / "index" / "source.txt", folder)
    (folder / "lease.pdf").write_bytes(pdf(LEASE))
    index = Index.create(folder / "index", model)
    index.update([str(folder / "source.txt"), str(folder / "lease.pdf")], lambda: model)
    return index


@pytest.fixture(scope="module")
def address(index: Index, model: Encoder) -> Iterator[str]:
    with served(index, model) as url:
        yield url


def marked(text: Template) -> Template:
    """Return a label with its pieces in brackets, which reveals text that is not a label."""
    if isinstance(text, dict):
        return {form: str(marked(label)) for form, label in text.items()}
    if isinstance(text, list):
        return [str(marked(clause)) for clause in text]
    return "".join(
        piece if at % 2 else re.sub(r"\S(.*\S)?", r"⟦\g<0>⟧", piece, flags=re.DOTALL)
        for at, piece in enumerate(re.split(r"(\{\w+(?::d)?\})", text))
    )


def test_every_word_of_the_page_is_a_label(
    context: BrowserContext, index: Index, model: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = labels.texts("en")
    pseudo = {key: marked(text) for key, text in english.items()}
    monkeypatch.setitem(labels.LANGUAGES, "qps", "Pseudo")
    monkeypatch.setattr(
        labels, "texts", lambda language: pseudo if language == "qps" else labels_of(language)
    )
    catalogue = messages.catalogue
    pseudo_messages = {code: marked(template) for code, template in catalogue("en").items()}
    monkeypatch.setattr(
        messages, "catalogue", lambda language: pseudo_messages if language == "qps" else catalogue(language)
    )
    with served(index, model) as url, opened(context, url, "/?lang=qps") as page:
        seen = 0
        for state in states(page, tmp_path):
            texts = page.evaluate(SAID)
            seen += len(texts)
            strange = [
                (place, text)
                for place, text in texts
                if re.search(r"[^\W\d_]", re.sub(rf"⟦[^⟧]*⟧|{CONTENT}", "", text))
            ]
            assert strange == [], state
        assert seen > 1_000


labels_of = labels.texts


@pytest.mark.parametrize(
    ("locale", "path", "tag", "heading"),
    [
        ("de-AT", "", "de", "Was steht in Ihren Dokumenten?"),
        ("zh-CN", "", "zh-Hans", "您的文档里是怎么说的？"),
        ("de-DE", "/?lang=fr", "fr", "Que disent vos documents\u202f?"),
        ("sv-SE", "", "en", "What do your documents say?"),
        ("en-US", "/?lang=constructor", "en", "What do your documents say?"),
    ],
)
def test_the_page_uses_the_language_of_the_url_or_the_browser(
    browser: Browser, address: str, locale: str, path: str, tag: str, heading: str
) -> None:
    context = new_context(browser, locale=locale)
    with opened(context, address, path) as page:
        assert page.locator(".welcome h2").inner_text() == heading
        assert page.locator("html").get_attribute("lang") == tag
        assert page.locator(".languages").input_value() == tag[:2]
    context.close()


def test_the_language_can_change_during_a_conversation(context: BrowserContext, address: str) -> None:
    with opened(context, address, "/?lang=es") as page:
        ask(page, "What is the capital of Australia?")
        ask(page, NATO)
        page.wait_for_selector("mark.quote")
        page.locator("[data-do=pin]").last.click()
        quotes = page.locator(".card blockquote").all_text_contents()
        assert page.locator(".source .place").inner_text() == "línea 5"
        page.select_option(".languages", "de")
        page.wait_for_function("document.querySelector('.calm-title').textContent.startsWith('Nicht')")
        page.wait_for_function("document.querySelector('.source .place').textContent === 'Zeile 5'")
        assert page.locator(".card blockquote").all_text_contents() == quotes
        assert page.locator(".card[aria-current] cite bdi").inner_text() == "source, Zeile 5"
        assert "eantwortet" in page.locator(".turn:last-child .word").inner_text()
        assert page.locator("[data-do=pin][aria-pressed=true]").count() == 1
        assert page.locator(".scope").inner_text() == "In allen 2 Dokumenten"
        page.locator(".turn:last-child [data-do=copy]").first.click()
        page.wait_for_selector(".toast.shown")
        assert "“\n– source, Zeile 5 (" in page.evaluate("navigator.clipboard.readText()")
        assert "lang=" not in page.url
        page.reload()
        page.wait_for_selector(".turn .card", state="attached")
        assert page.locator(".calm-title").inner_text() == "Nicht in Ihren Dokumenten."


def test_records_for_programs_are_english_in_every_language_of_the_page(
    context: BrowserContext, address: str
) -> None:
    with opened(context, address, "/?lang=de") as page:
        ask(page, "What is the capital of Australia?")
        reason = stored_turns(page)[0]["record"]["reason"]
        assert reason == "nothing in the documents answers this with enough confidence"


@pytest.mark.parametrize("language", [code for code in labels.LANGUAGES if code != "en"])
def test_long_words_fit(context: BrowserContext, address: str, language: Any) -> None:
    with opened(context, address, f"/?lang={language}") as page:
        ask(page, "What is the capital of Australia?")
        page.click(".nearest > summary")
        ask(page, NATO)
        page.wait_for_selector("mark.quote")
        for width in (360, 390, 900, 1181, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(STICKING_OUT) == []


def test_all_documents_can_be_asked_if_the_chosen_ones_have_no_answer(
    context: BrowserContext, address: str
) -> None:
    with opened(context, address) as page:
        page.locator(".document", has_text="lease").locator("input").check()
        ask(page, NATO)
        page.click("[data-do=ask-all]")
        page.wait_for_selector(".turn:nth-child(2) .verdict")
        assert page.locator(".turn h2").all_inner_texts() == [NATO, NATO]
        assert page.locator(".turn:last-child .limits").count() == 0
        assert page.locator("[data-do=ask-all]").count() == 1


def test_a_file_that_is_too_large_is_not_sent(context: BrowserContext, address: str, tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_text("The barn is red.")
    with opened(context, address, "/?lang=de") as page:
        page.evaluate("document.querySelector('.verbatim').dataset.mostBytes = '1'")
        page.set_input_files(".files", tmp_path / "large.txt")
        page.wait_for_selector(".uploads .failed")
        failed = page.locator(".uploads .failed").inner_text()
        assert failed.startswith("Nicht gesendet large.txt Diese Datei ist")


def test_a_stopped_server_is_reported_in_the_language_of_the_page(browser: Browser, address: str) -> None:
    context = new_context(browser, locale="de")
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".document", state="attached")
    context.set_offline(True)
    page.fill("#question", NATO)
    page.press("#question", "Enter")
    page.wait_for_selector(".failure")
    assert page.locator(".failure p").inner_text().startswith("Das Programm antwortet nicht.")
    context.set_offline(False)
    page.click(".failure button")
    page.wait_for_selector(".card")
    assert page.locator(".turn").count() == 1
    context.close()


def test_the_explanation_of_a_quote_opens_and_closes(context: BrowserContext, address: str) -> None:
    with opened(context, address, "/?lang=de") as page:
        ask(page, NATO)
        page.wait_for_selector("mark.quote")
        words = page.locator(".card blockquote").first
        before = words.inner_html()
        page.locator("[data-do=why]").first.click()
        page.wait_for_selector(".card .why li")
        assert "Bedeutung des Satzes" in page.locator(".why .part").all_inner_texts()
        strongest = words.locator(".adds-4").all_inner_texts()
        assert set(strongest) & {"NATO", "expansion", "rounds", "eastward"}
        values = [float(text.replace(",", ".")) for text in page.locator(".why .value").all_inner_texts()]
        score = page.locator(".card .score").first.inner_text().removeprefix("Wert ").replace(",", ".")
        assert sum(values) == pytest.approx(float(score), abs=0.05)
        page.locator("[data-do=why]").first.click()
        assert page.locator(".why").count() == 0
        assert words.inner_html() == before


def test_a_question_is_sent_with_the_earlier_ones_and_can_be_asked_alone(
    context: BrowserContext, address: str
) -> None:
    asked: list[list[str]] = []

    def noted(request: Any) -> None:
        if "component_server" in request.url and request.post_data_json["fn_name"] == "ask":
            asked.append(request.post_data_json["data"]["after"])

    with opened(context, address) as page:
        page.on("request", noted)
        ask(page, NATO)
        ask(page, "How many?")
        assert asked == [[], [NATO]]
        # The engine decides whether a question needs the earlier ones; this test forces it.
        stored_turns(page, f"(turns) => {{ turns[1].record.understood_with = ['{NATO}']; return turns; }}")
        page.reload()
        page.wait_for_selector(".turn:last-child .understood")
        assert NATO in page.locator(".turn:last-child .understood").inner_text()
        page.click(".turn:last-child [data-do=ask-alone]")
        page.wait_for_selector(".turn:last-child .understood", state="detached")
        page.wait_for_selector(".turn:last-child :is(.verdict, .calm)")
        assert asked[-1] == []
        page.reload()
        page.wait_for_selector(".turn:nth-child(2) :is(.verdict, .calm)")
        assert page.locator(".turn h2").all_inner_texts() == [NATO, "How many?"]
        assert page.locator(".understood").count() == 0


def test_documents_in_unsupported_languages_have_a_note(
    tmp_path: Path, model: Encoder, context: BrowserContext
) -> None:
    text = "Die Stadt liegt an einem Fluss, der von den Bergen kommt und nicht breit ist. " * 5
    (tmp_path / "stadt.txt").write_text(text, encoding="utf-8")
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "stadt.txt")], lambda: model)
    with served(index, model) as url, opened(context, url) as page:
        page.get_by_role("tab", name="Documents").click()
        note = page.locator(".notes li").inner_text()
    assert note.startswith("1 document is in German, which the model all-MiniLM-L6-v2 does not support")
