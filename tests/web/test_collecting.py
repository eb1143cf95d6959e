from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed import Parsed
from word_encoder import WordEncoder

from qa import Library
from qa.mentions.record import SkippedDocument
from qa.web import places
from qa.web.endpoints import Endpoints
from qa.web.labels import LANGUAGES, labels_in
from qa.web.scratch import Scratch

FIRST, SECOND, THIRD = "The red barn is old.", "Its roof of slate leaks.", "The keeper repairs it in May."
TEXT = f"{FIRST} {SECOND} {THIRD}\n"


class Page:
    """The page's endpoints over one text."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "barn.txt"
        self.file.write_text(TEXT, encoding="utf-8")
        words = WordEncoder(("barn", "red", "roof"))
        self.library = Library(folder / "index", model=words, reranker="none")
        self.library.add(self.file)
        self.endpoints = Endpoints(self.library, Scratch())
        self._calls = {each.__name__: each for each in self.endpoints.page_endpoints()}
        record = self.call("ask", question="Is the red barn old?")["record"]
        (quote,) = (each for each in record["quotes"] if each["text"].startswith(FIRST))
        self.record = {**record, "quotes": [quote]}

    def call(self, name: str, **data: Any) -> Any:
        return self._calls[name](data)

    def resize(self, start: int = 0, end: int = len(FIRST), **move: Any) -> Any:
        return self.call("resize", record=self.record, start=start, end=end, **move)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    served = Page(tmp_path_factory.mktemp("collecting"))
    yield served
    served.endpoints.close()


def test_a_longer_quote_is_a_slice_with_its_own_citation_and_its_old_marks(page: Page) -> None:
    longer = page.resize(after=1)
    (quote,) = longer["record"]["quotes"]
    assert quote["text"] == f"{FIRST} {SECOND}"
    assert (quote["citation"]["start"], quote["citation"]["end"]) == (0, len(quote["text"]))
    assert quote["citation"]["suffix"].startswith(f" {THIRD}")
    assert quote["matched"] == page.record["quotes"][0]["matched"] != []
    assert longer["copies"][0].startswith(f"“{FIRST} {SECOND}”")
    assert (longer["sentences"], longer["grows_before"], longer["grows_after"]) == (2, False, True)


def test_marks_that_are_cut_off_are_gone_and_with_the_answer_words_it_is_no_answer(page: Page) -> None:
    quote = {**page.record["quotes"][0], "matched": [{"start": 4, "end": 12, "kind": "answer"}]}
    data = {"record": {**page.record, "quotes": [quote]}, "start": 0, "end": len(FIRST) + 1 + len(SECOND)}
    (whole,) = page.call("resize", **data, after=1)["record"]["quotes"]
    assert (whole["answers"], len(whole["matched"])) == (True, 1)
    (rest,) = page.call("resize", **data, before=-1)["record"]["quotes"]
    assert rest["text"] == SECOND
    assert (rest["answers"], rest["matched"]) == (False, [])


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.integers(-5, 5), st.integers(-5, 5))
def test_for_any_request_the_quote_is_a_slice(
    page: Page, start: int, end: int, before: int, after: int
) -> None:
    got = page.resize(start, end, before=before, after=after)
    if start >= end:
        assert got["code"] == "outside-document"
        return
    (quote,) = got["record"]["quotes"]
    cited = quote["citation"]
    assert quote["text"] == TEXT[cited["start"] : cited["end"]]


def test_a_quote_of_another_version_is_refused(page: Page) -> None:
    (quote,) = page.record["quotes"]
    other = {**quote, "citation": {**quote["citation"], "sha256": "0" * 64}}
    got = page.call("resize", record={**page.record, "quotes": [other]}, start=0, end=9)
    assert got["code"] == "check-document-changed"
    assert got["error"].startswith("barn.txt is not the version that was quoted")
    gone = {**quote, "citation": {**quote["citation"], "doc_id": "gone.txt"}}
    got = page.call("resize", record={**page.record, "quotes": [gone]}, start=0, end=9)
    assert got["code"] == "document-gone"


@pytest.mark.parametrize("quotes", [0, 2])
def test_exactly_one_quote_is_resized(page: Page, quotes: int) -> None:
    record = {**page.record, "quotes": page.record["quotes"] * quotes}
    assert page.call("resize", record=record, start=0, end=9)["code"] == "request-invalid"


def test_further_quotes_continue_the_first(page: Page) -> None:
    first = page.call("ask", question="Is the red barn old?")["record"]["quotes"]
    more = page.call("more", question="Is the red barn old?", shown=len(first))["record"]["quotes"]
    assert more[: len(first)] == first


def test_every_place_of_words_is_counted_and_opens_the_source(page: Page) -> None:
    got = page.call("places", words=" “the” ")
    assert got["summary"] == "2 places in 1 document"
    spots = Parsed(got["html"]).all("spot")
    for spot, start in zip(spots, (TEXT.index("The"), TEXT.index("The keeper")), strict=True):
        data = {
            name.removeprefix("data-"): value for name, value in spot.attributes.items() if "data-" in name
        }
        assert int(data["start"]) == start
        source = Parsed(page.call("source", **data)["loaded"]["0"])
        assert [element.text for element in source.all("quote")] == ["The"]
    assert spots[0].text.startswith("The red barn is old.")
    assert page.call("places", words="queen")["summary"] == "These words are not in the documents."
    assert page.call("places", words="“”")["code"] == "find-empty"
    assert "documents" in page.call("places", words="barn", documents=["none"])["error"]


def test_places_are_listed_in_parts_and_text_is_escaped(tmp_path: Path) -> None:
    word = "<b>owl</b>"
    many = places.FIRST + 20
    (tmp_path / "owls.txt").write_text(f"An {word} sees. " * many, encoding="utf-8")
    (tmp_path / "zoo.txt").write_text(f"One {word}.", encoding="utf-8")
    library = Library(tmp_path / "index", model=WordEncoder(), reranker="none")
    library.add(tmp_path / "owls.txt", tmp_path / "zoo.txt")
    first = places.listing(library.find("owl", limit=places.FIRST))
    assert len(Parsed(first).all("spot")) == places.FIRST
    assert (
        Parsed(first).all(lambda e: e.attributes.get("data-do") == "more-places")[0].attributes["data-shown"]
        == "500"
    )
    assert [e.text for e in Parsed(first).all(lambda e: e.tag == "summary")] == [
        f"owls {many} places",
        "zoo 1 place",
    ]
    everything = places.listing(library.find("owl", limit=500))
    assert len(Parsed(everything).all("spot")) == many + 1
    assert "more-places" not in everything
    assert "<b>" not in everything


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_that_was_not_searched_is_named_in_every_language(page: Page, language: str) -> None:
    labels = labels_in(language)
    skipped = (SkippedDocument(doc_id="a", reason="too_slow"),) * 2
    mentions = page.library.find("barn").model_copy(update={"skipped": skipped})
    assert labels("places-skipped", n=2) in places.listing(mentions, labels)
