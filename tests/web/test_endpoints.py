from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from naming import name_documents
from parsed import Parsed
from waiting import DEADLINE, eventually
from word_encoder import WordEncoder

from qa import Library
from qa.encoders import Vectors
from qa.errors import UsageError
from qa.index import Index
from qa.index.lock import writer
from qa.programs.calls import AT_ONCE
from qa.web.endpoints import Endpoints
from qa.web.scratch import Scratch

Page = dict[str, Any]


class Served:
    """Endpoints over an index of a few files, called as the page and programs do."""

    def __init__(self, folder: Path, words: WordEncoder, files: dict[str, str]) -> None:
        self.sources = folder / "files"
        self.sources.mkdir()
        for name, text in files.items():
            (self.sources / name).write_text(text, encoding="utf-8")
        self.index = Index.create(folder / "index", words)
        self.index.update([str(self.sources)], lambda: words)
        self.scratch = Scratch()
        self.endpoints = Endpoints(Library(self.index.folder, model=words, reranker="none"), self.scratch)
        self.page = {f.__name__: f for f in self.endpoints.page_endpoints()}

    def call(self, name: str, **data: Any) -> Page:
        return self.page[name](data)

    def sent(self, text: str) -> str:
        """Upload a file, and return its name on the server."""
        bin = self.scratch.new()
        bin.file.write_text(text, encoding="utf-8")
        return bin.name


@pytest.fixture
def library(tmp_path: Path, words: WordEncoder) -> Iterator[Served]:
    files = {"red.txt": "The red barn is old.\nThe red roof leaks.", "blue.txt": "The blue boat is new."}
    served = Served(tmp_path, words, files)
    yield served
    served.scratch.close()


def test_the_first_card_opens_the_source_at_its_quote(library: Served) -> None:
    answer = library.call("ask", question="Is the blue boat new?")
    card = Parsed(answer["html"]).all("card")[0]
    data = {name.removeprefix("data-"): value for name, value in card.attributes.items() if "data-" in name}
    source = Parsed(library.call("source", **data)["loaded"]["0"])
    assert [element.text for element in source.all("quote")] == ["The blue boat is new."]
    assert answer["copies"][0].startswith("“The blue boat is new.”\n— blue, line 1 (blue.txt:0-21)")


def test_only_the_chosen_documents_are_asked(library: Served) -> None:
    answer = library.call("ask", question="red barn boat", documents=["blue.txt"])
    cards = Parsed(answer["html"]).all("card")
    assert {card.attributes["data-document"] for card in cards} == {"blue.txt"}


def test_a_program_gets_the_answer_record(library: Served) -> None:
    answer = library.endpoints.answer("old barn", k=1)
    assert [quote.text for quote in answer.quotes] == ["The red barn is old."]
    assert answer.id == "1"
    with pytest.raises(UsageError, match="whole number from 1"):
        library.endpoints.answer("old barn", k=-5)
    assert library.endpoints.answer("old barn \ud800").question == "old barn ?"


def test_a_quote_is_explained_by_its_place(library: Served) -> None:
    question = "Is the blue boat new?"
    quote = library.call("ask", question=question)["record"]["quotes"][0]
    place = {name: quote["citation"][name] for name in ("doc_id", "start", "end")}
    parts = library.call("why", question=question, **place)["why"]
    assert sum(part["value"] for part in parts) == pytest.approx(quote["score"], abs=1e-5)
    assert {part["label"] for part in parts} >= {
        "meaning of the sentence",
        "words in the passage, weighted by rarity",
    }
    assert parts == [
        part.model_dump(mode="json") for part in library.endpoints.parts(question, "blue.txt", 0, 21)
    ]


def test_a_question_that_names_a_document_is_asked_of_it_unless_all_are_wanted(
    library: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_documents(monkeypatch, "boat", "Boats", "blue.txt")
    question = "Is the boat old?"
    narrowed = library.call("ask", question=question)
    assert narrowed["record"]["scope"] == {"documents": ["blue.txt"], "title": "Boats"}
    assert Parsed(narrowed["html"]).all("looking-in")[0].text == "Looking in: Boats"
    wide = library.call("ask", question=question, named=False)
    assert wide["record"]["scope"] is None
    assert not Parsed(wide["html"]).all("looking-in")
    assert {quote["citation"]["doc_id"] for quote in wide["record"]["quotes"]} == {"blue.txt", "red.txt"}
    # The score of a quote is explained in the documents that were asked.
    (place,) = (
        {name: quote["citation"][name] for name in ("doc_id", "start", "end")}
        for quote in wide["record"]["quotes"]
        if quote["citation"]["doc_id"] == "red.txt" and "barn" in quote["text"]
    )
    assert library.call("why", question=question, named=False, **place)["why"]
    assert "no quote in this place" in library.call("why", question=question, named=True, **place)["error"]


def test_an_unanswered_question_that_named_a_document_suggests_all(
    library: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_documents(monkeypatch, "minister", "Boats", "blue.txt")
    answer = library.call("ask", question='"the minister of Norway"')
    assert not answer["answered"]
    assert Parsed(answer["html"]).all(lambda e: e.attributes.get("data-do") == "ask-all")


def test_a_follow_up_lists_the_earlier_questions(library: Served) -> None:
    before = "Is the blue boat new?"
    record = library.call("ask", question="Why?", after=[before])["record"]
    assert record["understood_with"] == [before]
    place = {name: record["quotes"][0]["citation"][name] for name in ("doc_id", "start", "end")}
    parts = library.call("why", question="Why?", after=[before], **place)["why"]
    assert sum(part["value"] for part in parts) == pytest.approx(record["quotes"][0]["score"], abs=1e-5)
    assert parts != library.call("why", question="Why?", **place)["why"]
    assert library.endpoints.answer("Why?", after=["\ud800 boat"]).understood_with == ("? boat",)
    assert library.call("ask", question="Why?", after=None) == library.call("ask", question="Why?")
    assert "understood_with" not in library.call("ask", question="Why?", after=["", "?"])["record"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("ask", {"question": " "}, "The question is empty; enter one with at least one word."),
        ("ask", {}, "The request is not from this page; load the page again."),
        ("ask", {"question": "barn", "documents": [{}]}, "The name of a document is a string"),
        (
            "why",
            {"question": "barn", "doc_id": "red.txt", "start": 1, "end": 2},
            "The question has no quote in this place",
        ),
        (
            "why",
            {"question": "barn", "doc_id": "red.txt", "start": None},
            "The request is not from this page",
        ),
        ("ask", {"question": "barn", "after": [{}]}, "The question must be a string."),
        ("ask", {"question": "barn", "named": "no"}, "The request is not from this page"),
        ("source", {"document": "gone.txt"}, "This document is no longer in the library."),
        ("source", {"document": "red.txt", "start": "x", "end": "9"}, "The request is not from this page"),
        ("remove", {"document": "gone.txt"}, "There is no document gone.txt; see the list"),
        ("add", {"files": ["/etc/passwd"]}, "That is not a file; add it again."),
        ("add", {"files": [{"stored": "/etc/passwd", "name": "a.txt"}]}, "The file did not arrive"),
    ],
)
def test_failures_have_sentences(library: Served, name: str, data: Page, sentence: str) -> None:
    answer = library.call(name, **data)
    assert list(answer) == ["code", "message", "error"]
    assert answer["error"].startswith(sentence)


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_nonsense_gets_a_sentence(library: Served, data: Any) -> None:
    for name, endpoint in library.page.items():
        assert isinstance(endpoint(data), dict), name


def test_offsets_are_limited_to_the_document(library: Served) -> None:
    html = library.call("source", document="blue.txt", start="-5", end="999999", matched="3-1 a")
    assert list(html) == ["code", "message", "error"]
    html = library.call("source", document="blue.txt", start="-5", end="999999")["loaded"]["0"]
    assert "".join(e.text for e in Parsed(html).all("quote")) == "The blue boat is new."


def test_only_uploaded_files_are_read(library: Served, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("A secret.")
    name = library.sent("The green door is shut.")
    places = (
        "",
        ".",
        "..",
        str(tmp_path / "secret.txt"),
        f"{name}/../../secret.txt",
        f"./{name}",
        f"{name}/file",
    )
    for stored in places:
        answer = library.call("add", files=[{"stored": stored, "name": "a.txt"}])
        assert answer["error"] == "The file did not arrive; add it again."


def test_added_files_have_states_and_can_be_stopped(library: Served) -> None:
    sent = library.sent("The green door is shut.")
    with writer(library.index.folder):
        run = library.call("add", files=[{"stored": sent, "name": "green.txt"}])["run"]
        state = library.call("added", run=run)
        assert (state["done"], state["stopping"], state["left"]) == (False, False, None)
        stopped = library.call("added", run=run, stop=True)
        # A run that has not begun yet is done at once.
        assert stopped["stopping"] or stopped["done"]
    eventually(lambda: library.call("added", run=run)["done"])
    state = library.call("added", run=run)
    assert state["files"] == [{"name": "green.txt", "state": "stopped"}]
    assert (state["summary"], state["stopping"]) == ("0 files added, 1 stopped", False)
    assert library.call("added", run="guessed", stop=True)["files"] == []


def test_removing_a_document_leaves_the_person_s_file(library: Served) -> None:
    assert library.call("remove", document="red.txt") == {}
    assert [document["doc_id"] for document in library.endpoints.documents()] == ["blue.txt"]
    assert (library.sources / "red.txt").exists()
    answer = library.call("library")
    assert (answer["documents"], answer["summary"]) == (1, "1 document")


def test_a_removal_can_be_undone_and_adding_the_file_again_undoes_it(library: Served) -> None:
    assert library.call("remove", document="red.txt", hold=True)["seconds"] > 0
    listed = library.call("library")
    assert (listed["leaving"].keys(), listed["documents"]) == ({"red.txt"}, 2)
    assert library.call("remove", document="red.txt", undo=True) == {"undone": True}
    assert library.call("remove", document="red.txt", undo=True) == {"undone": False}
    run = library.call("add", files=[{"stored": library.sent("A green hill."), "name": "hill.txt"}])["run"]
    eventually(lambda: library.call("added", run=run)["done"])
    library.call("remove", document="hill.txt", hold=True)
    run = library.call("add", files=[{"stored": library.sent("A green hill."), "name": "hill.txt"}])["run"]
    eventually(lambda: library.call("added", run=run)["done"])
    assert library.call("library")["leaving"] == {}


def test_a_renamed_document_has_its_title_until_it_is_empty(library: Served) -> None:
    assert library.call("rename", document="red.txt", title=" The Red <Barn> ") == {"previous": None}
    assert "The Red &lt;Barn&gt;" in library.call("library")["html"]
    assert library.call("rename", document="red.txt", title="") == {"previous": "The Red <Barn>"}
    assert "Barn" not in library.call("library")["html"]


def test_examples_are_chosen_once_for_each_state_of_the_library(library: Served) -> None:
    first = library.call("examples")
    assert set(first) == {"html"}
    assert library.call("examples") == first


def test_the_library_has_notes_about_its_model(library: Served) -> None:
    [note] = library.call("library")["notes"]
    assert note.endswith("not for this model; the administrator can calibrate it")


def test_few_questions_are_answered_at_the_same_time(tmp_path: Path, words: WordEncoder) -> None:
    asking, most = [], []
    together = threading.Barrier(AT_ONCE)

    class Slow(WordEncoder):
        def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
            if not query:
                return super().encode(texts)
            asking.append(1)
            # Each waits until as many questions run as are allowed.
            together.wait(DEADLINE)
            most.append(len(asking))
            together.wait(DEADLINE)
            asking.pop()
            return super().encode(texts, query=True)

    library = Served(tmp_path, Slow(), {"red.txt": "The red barn is old."})
    with ThreadPoolExecutor(20) as people:
        asked = list(people.map(lambda _: library.call("ask", question="Is the barn old?"), range(20)))
    assert [answer["record"] for answer in asked] == [asked[0]["record"]] * 20
    assert set(most) == {AT_ONCE}
