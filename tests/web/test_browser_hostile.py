"""Hostile documents, names, questions and storage in a real browser: all are shown, none is executed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import hostile
import pytest
from browsing import ask, opened, served, settled, watched
from hostile import BY_WAY, THINGS, Thing
from markdown_it import MarkdownIt
from paper import pdf
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.index import Index
from qa.record import Answer
from qa.render import displayable, single_line
from qa.render.phrases import shown_text
from qa.render.reading import reading

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

# Logs when ``harmed`` is set, even if the page is left before the test reads it.
CANARY = """Object.defineProperty(window, "harmed", {
  get: () => undefined, set: (by) => console.error("harmed by " + by), configurable: false })"""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Return an encoder without a model: one word is enough to retrieve each thing."""
    return WordEncoder([thing.word for thing in THINGS])


@pytest.fixture(scope="module")
def index(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("hostile")
    sources = folder / "documents"
    sources.mkdir()
    # Control characters make a text file binary; a record of a corpus may contain any.
    binary = [thing for thing in THINGS if "\x1b" in thing.text]
    for thing in THINGS:
        if thing not in binary:
            (sources / thing.file_name).write_text(thing.sentence + "\n", encoding="utf-8")
    for number, thing in enumerate(BY_WAY):
        makers = (hostile.html, hostile.markdown, hostile.docx, hostile.epub)
        kind = makers[number % len(makers)].__name__
        (sources / f"{thing.word}.{kind}").write_bytes(makers[number % len(makers)](thing))
        plain = pdf([[f"The printed keeper of {thing.word} repairs the roof."]])
        (sources / f"{thing.word} printed.pdf").write_bytes(hostile.pdf(thing, plain))
    (sources / "corpus.jsonl").write_text(hostile.corpus((*BY_WAY, *binary)))
    index = Index.create(folder / "index", encoder)
    report = index.update([str(sources)], lambda: encoder)
    assert report.failed == []
    assert len(report.added) == len(THINGS) + 3 * len(BY_WAY) + 1
    titles = {thing.text for thing in THINGS}
    titled = [document.uri for document in index.documents() if document.title in titles]
    kinds = {Path(str(uri).partition("#")[0]).suffix[:5] for uri in titled}
    assert kinds == {".html", ".mark", ".docx", ".epub", ".pdf", ".json"}
    return index


@pytest.fixture(scope="module")
def records(index: Index, encoder: Encoder) -> list[Answer]:
    """Return the program's answers to the questions of all things, without a page."""
    answerer = Answerer(index, encoder)
    return [answerer.ask(thing.question) for thing in THINGS]


@pytest.fixture(scope="module")
def address(index: Index, encoder: Encoder) -> Iterator[str]:
    with served(index, encoder) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    context.add_init_script(CANARY)
    with opened(context, address) as page:
        yield page


def test_an_unprotected_page_would_be_harmed(context: BrowserContext) -> None:
    page = context.new_page()
    harmed, asked = set(), set()

    page.on("console", lambda entry: entry.text.startswith("harmed") and harmed.add(entry.text))
    page.on("request", lambda request: hostile.HOST in request.url and asked.add(request.url))

    def reply(route: Route) -> None:
        _, is_thing, number = route.request.url.partition("harbour.invalid/thing-")
        if not is_thing:
            return route.abort()
        text = THINGS[int(number) - 1].text
        body = f'<!DOCTYPE html><script>{CANARY}</script><p title="{text}">{text}'.encode(errors="replace")
        return route.fulfill(body=body, content_type="text/html; charset=utf-8")

    page.route("**", reply)
    frames = "".join(f"<iframe src=http://harbour.invalid/thing-{thing.number}></iframe>" for thing in THINGS)
    page.set_content(f"<script>{CANARY}</script>{frames}")
    assert len(harmed) >= 30
    assert len(asked) >= 8


def test_every_answer_and_source_shows_the_exact_text(page: Page, records: list[Answer]) -> None:
    tamper(
        page,
        "verbatim-history",
        [{"record": record.model_dump(mode="json"), "documents": []} for record in records],
    )
    all_answers(page, len(records))
    quotes = [quote for record in records for quote in record.quotes]
    assert page.locator(".card blockquote").all_text_contents() == [
        displayable(reading(quote.text)) for quote in quotes
    ]
    assert page.locator(".turn h2").all_text_contents() == [
        displayable(record.question) for record in records
    ]
    citations = page.locator(".card cite bdi").evaluate_all(
        "all => all.map((one) => [one.textContent, one.title])"
    )
    assert [line for line, _ in citations] == [single_line(where) for where, _ in citations]
    places = [f"{q.citation.doc_id}:{q.citation.start}-{q.citation.end}" for q in quotes]
    assert [title for _, title in citations] == [single_line(place) for place in places]
    firsts = [displayable(record.quotes[0].text) for record in records]
    assert page.evaluate(OPEN_ALL, firsts) == []
    assert any(thing.text in firsts[thing.number - 1] for thing in BY_WAY)
    fits(page)
    assert page.title() == "Verbatim"
    assert_plain(page)


def test_hostile_questions_can_be_asked_kept_with_notes_and_saved(
    page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    for thing in BY_WAY:
        ask(page, thing.question)
    asked = page.locator(".turn h2").all_text_contents()
    assert asked == [displayable(thing.question) for thing in BY_WAY]
    for turn in page.locator(".turn").all():
        turn.locator("[data-do=pin]").first.evaluate("button => button.click()")
    page.click("[data-tab=kept]")
    for at, thing in enumerate(BY_WAY):
        page.locator(".clipping .note").nth(at).fill(thing.text)
    fits(page)
    page.reload()
    all_answers(page, len(BY_WAY))
    page.click("[data-tab=kept]")
    assert page.locator(".turn h2").all_text_contents() == asked
    assert page.locator(".clipping").count() == len(BY_WAY)
    notes = page.locator(".clipping .note").evaluate_all("all => all.map((one) => one.value)")
    assert notes == [thing.text for thing in BY_WAY]
    assert_plain(page)
    for what in ("kept", "all"):
        page.select_option(".what", what)
        read_outside(context, saved(page, ".export [data-format=html]"), tmp_path, BY_WAY)
        read_outside(context, saved(page, ".export [data-format=md]"), tmp_path, BY_WAY)


def test_hostile_documents_can_be_listed_searched_limited_and_removed(page: Page, index: Index) -> None:
    documents = index.documents()
    show_all(page, "[data-do=more-documents]", ".document")
    titles = [single_line(document.title) for document in documents]
    for at, document in enumerate(documents):
        # A document without a title is shown with its whole name.
        if titles[at] == single_line(PurePosixPath(document.doc_id).stem):
            titles[at] = single_line(document.doc_id)
    assert page.locator(".document .title").all_text_contents() == titles
    labels = page.locator(".document [data-do=remove]").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert labels == [f"Remove {title}" for title in titles]
    names = page.locator(".document").evaluate_all("all => all.map((one) => one.dataset.document)")
    assert names == [document.doc_id for document in documents]
    fits(page)
    page.fill(".search", "onerror")
    page.wait_for_function(f"document.querySelectorAll('.document').length < {len(documents)}")
    page.locator(".document input").first.check()
    name = page.locator(".document").first.get_attribute("data-document")
    assert name is not None
    assert page.locator(".scope").inner_text() == f"Asking {' '.join(name.split())}"
    ask(page, "What did the keeper write?")
    assert page.locator(".limits").text_content() == f"Only in {displayable(name)}"
    fits(page)
    assert_plain(page)


def test_files_can_be_added_under_hostile_names(page: Page, index: Index) -> None:
    names = [f"{thing.text[:150]}.txt" for thing in BY_WAY] + [
        "__proto__.txt",
        "../../up.txt",
        "a\u202etxt.exe",
    ]
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": f"The added file {at} is blue.".encode()}
        for at, name in enumerate(names)
    ]
    page.set_input_files(".files", files)  # type: ignore[arg-type]
    page.wait_for_selector("[data-do=dismiss]:not([hidden])")
    refused = page.locator(".uploads .failed bdi").all_text_contents()
    assert refused == [displayable(name) for name in names if name.endswith(("//.txt", ".exe"))]
    assert page.locator(".uploads .done").count() == len(names) - len(refused)
    fits(page)
    assert_plain(page)
    uploads = index.folder / "uploads"
    assert {path.parent for path in index.folder.parent.rglob("*up.txt")} == {uploads}


def test_tables_and_reports_of_a_file_of_questions_show_hostile_text(
    page: Page, context: BrowserContext, records: list[Answer], tmp_path: Path
) -> None:
    lines = [
        json.dumps({"id": thing.text, "question": thing.question, thing.text: thing.text}) for thing in THINGS
    ]
    name = f"{THINGS[6].text}.jsonl"
    sent = {"name": name, "mimeType": "application/json", "buffer": "\n".join(lines).encode()}
    page.set_input_files("input.questions", [sent])  # type: ignore[list-item]
    assert page.locator(".turn h2").text_content() == name
    page.wait_for_function(
        f"(document.querySelector('.status') || {{}}).textContent?.startsWith('{len(THINGS)} of')"
    )
    show_all(page, ".batch [data-do=more-rows]:not([hidden])", ".batch tbody tr")
    cells = page.locator(".batch tbody .question").all_text_contents()
    assert cells == [single_line(thing.question) for thing in THINGS]
    answered = [record for record in records if record.answered]
    quotes = [shown_text(record.quotes[0]) for record in answered]
    assert page.locator(".batch td > .place > q").all_text_contents() == quotes
    fits(page)
    assert_plain(page)
    shown = [thing for thing in BY_WAY if records[thing.number - 1].answered]
    read_outside(context, saved(page, ".batch [data-format=html]"), tmp_path, shown)
    read_outside(context, saved(page, ".batch [data-format=md]"), tmp_path, shown)


TAMPERED: Sequence[Any] = (
    None, 7, "text", {}, {"__proto__": {"harmed": 1}}, [None], [[]], [7], [{}], [{"record": None}],
    [{"record": {}, "documents": []}], [{"record": {"quotes": []}, "note": 7}],
    [{"record": {"quotes": [{}]}, "note": {}, "documents": [7]}],
    [{"record": {"question": 7, "quotes": [{"text": {}, "citation": []}]}, "note": [], "documents": [{}]}],
    [{"record": {"quotes": [{"text": "a", "matched": 7, "citation": {"doc_id": "<b>"}}]}, "note": None}],
)  # fmt: skip


def test_manipulated_storage_breaks_nothing(page: Page, records: list[Answer]) -> None:
    sound = {
        "record": records[6].model_copy(update={"quotes": records[6].quotes[:1]}).model_dump(mode="json"),
        "note": THINGS[6].text,
    }
    for value in TAMPERED:
        tamper(page, "verbatim-kept", value, reload=False)
        tamper(page, "verbatim-history", value, reload=False)
        tamper(page, "verbatim-theme", value, reload=False)
        tamper(page, "verbatim-view", value)
        page.wait_for_selector(".document", state="attached")
        assert page.locator(".turn").count() == page.locator(".clipping").count() == 0
        page.wait_for_function("document.querySelector('.scope').textContent.startsWith('Asking all ')")
    tamper(page, "verbatim-kept", [*TAMPERED[-1], sound])
    page.wait_for_selector(".document", state="attached")
    page.click("[data-tab=kept]")
    assert page.locator(".clipping").count() == 1
    page.locator("[data-do=open-kept]").click()
    page.wait_for_selector("mark.quote")
    ask(page, BY_WAY[0].question)
    assert page.locator(".turn:last-child .card").count() > 0
    fits(page)


def test_links_lead_only_to_documents(page: Page) -> None:
    page.evaluate("() => document.querySelector('[data-tab=source]').click()")
    for number, thing in enumerate(BY_WAY):
        for start, end in (("0", "9"), ("-1", "1e99"), (thing.text, "NaN"), ("", "__proto__"))[number % 4 :][
            :1
        ]:
            page.evaluate(
                """([doc, start, end]) => {
                  document.querySelector(".source .text").replaceChildren();
                  location.hash = new URLSearchParams({ doc, start, end, sha: doc });
                }""",
                [thing.text, start, end],
            )
            page.wait_for_selector(".source .nothing")
    page.evaluate(
        """() => {
          document.querySelector(".source .text").replaceChildren();
          location.hash = "%E0%A4%A&doc=%&start=%00#";
        }"""
    )
    page.wait_for_selector(".source .nothing")
    fits(page)
    assert_plain(page)


# -- helpers ------------------------------------------------------------------------------------------------


def tamper(page: Page, key: str, value: Any, *, reload: bool = True) -> None:
    # Leaving the page stores the kept quotes; that must not happen after this.
    store = "([key, value]) => { addEventListener('pagehide', () => localStorage.setItem(key, value)); }"
    page.evaluate(store, [key, json.dumps(value)])
    if reload:
        page.reload()


def all_answers(page: Page, number: int) -> None:
    """Wait until the answers of that many stored questions are shown."""
    page.wait_for_function(f"document.querySelectorAll('.turn :is(.verdict, .calm)').length === {number}")


def show_all(page: Page, more: str, rows: str) -> None:
    while page.locator(more).count():
        before = page.locator(rows).count()
        page.locator(more).evaluate("button => button.click()")
        page.wait_for_function(f"document.querySelectorAll({json.dumps(rows)}).length > {before}")


def fits(page: Page) -> None:
    """Check that nothing overflows the window and that the box for questions is usable."""
    for width, height in ((390, 844), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        assert page.evaluate(WIDE) == []
        if width == 390 and page.locator(".pane.raised").count():
            page.locator("[data-do=back]").evaluate("button => button.click()")
        # The pane closes with an animation.
        page.wait_for_function(UPPERMOST)


def assert_plain(page: Page) -> None:
    """Check that no element comes from a document, and that no character controls the display around it."""
    assert page.locator(FOREIGN).count() == 0
    steering = "/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.querySelector('.verbatim').innerText)"
    assert page.evaluate(steering) is False


def saved(page: Page, button: str) -> Path:
    with page.expect_download() as caught:
        page.locator(button).first.evaluate("button => button.click()")
    assert caught.value.suggested_filename.endswith((".md", ".html"))
    path = Path(caught.value.path())
    return path.rename(path.with_suffix(Path(caught.value.suggested_filename).suffix))


def read_outside(context: BrowserContext, file: Path, folder: Path, things: Sequence[Thing]) -> None:
    """Open a saved file in the browser; Markdown is rendered by a program that allows HTML."""
    content = None
    if file.suffix == ".md":
        renderer = MarkdownIt("commonmark", {"html": True}).enable("table")
        content = renderer.render(file.read_text(encoding="utf-8"))
        file = file.with_suffix(".html")
        file.write_text(f"<!DOCTYPE html><meta charset=utf-8>{content}", encoding="utf-8")
    page = context.new_page()
    with watched(page):
        page.goto(file.as_uri())
        active = "img, iframe, object, embed, svg, form, input, base, link, [onerror], body style, script"
        assert page.locator(active).count() == 0
        links = page.locator("a[href]").evaluate_all("all => all.map((link) => link.getAttribute('href'))")
        assert {link.partition(":")[0] if ":" in link else link[0] for link in links} <= {"#", "file"}
        for media in ("screen", "print") if content is None else ():
            page.emulate_media(media=media)  # type: ignore[arg-type]
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert page.evaluate(wide) is False
        words = " ".join((page.locator("body").text_content() or "").split())
        for thing in things:
            assert single_line(thing.question) in words
    page.close()


FOREIGN = (
    ".verbatim :is(img:not(.paper img), script, style, iframe, object, embed, base, link, meta, video, audio,"
    " math, a, plaintext, xmp, marquee, template, foreignObject, [onerror], [onload], [srcdoc],"
    " .answer [style]:not(.bar *))"
)

# Returns the element that overflows farthest, for each element that would scroll horizontally.
WIDE = """() => {
  const right = (node) => node.getBoundingClientRect().right;
  return [".log", ".source .text", ".documents", ".kept", ".uploads", ".top", ".ask", "html"]
    .map((selector) => document.querySelector(selector))
    .filter((node) => node.clientWidth && node.scrollWidth > node.clientWidth + 1)
    .map((node) => [...node.querySelectorAll("*")].reduce((a, b) => right(b) > right(a) ? b : a, node))
    .map((node) => node.outerHTML.slice(0, 300));
}"""

UPPERMOST = """() => {
  const box = document.querySelector("#question").getBoundingClientRect();
  return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2).id === "question";
}"""

# Opens the first quote of every turn; returns those whose mark in the source is not the quote.
OPEN_ALL = """async (quotes) => {
  const wrong = [];
  for (const [at, turn] of [...document.querySelectorAll(".turn")].entries()) {
    turn.querySelector("[data-do=open]").click();
    const marked = () => [...document.querySelectorAll("mark.quote")].map((one) => one.textContent).join("");
    for (const begun = performance.now(); marked() !== quotes[at] && performance.now() - begun < 180000; )
      await new Promise(requestAnimationFrame);
    if (marked() !== quotes[at]) wrong.push([at, quotes[at], marked()]);
  }
  return wrong;
}"""
