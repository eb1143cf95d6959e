from __future__ import annotations

from parsed import Parsed

from qa.index import DocumentInfo
from qa.messages import Message
from qa.web import library


def info(doc_id: str, title: str, pages: int = 0, warnings: tuple[Message, ...] = ()) -> DocumentInfo:
    at = "2026-02-03T10:11:12+00:00"
    return DocumentInfo(1, doc_id, title, "0" * 64, None, "en", pages, 10, 1_234, 99, at, warnings)


def test_a_row_describes_a_document() -> None:
    page = Parsed(library.rows([info("a/b.pdf", "The Lease", 12, (Message("Page 3 is a scan."),))]))
    assert page.all("title")[0].text == "The Lease"
    assert page.all("facts")[0].text == "a/b.pdf · 12 pages · 3 Feb 2026"
    assert page.all("warnings")[0].text == "1 warningPage 3 is a scan."
    assert page.all("document")[0].attributes["data-document"] == "a/b.pdf"


def test_a_document_without_a_title_is_named_once() -> None:
    page = Parsed(library.rows([info("a/barn.txt", "barn")]))
    assert page.all("title")[0].text == "a/barn.txt"
    assert page.all("facts")[0].text == "3 Feb 2026"


def test_only_a_search_without_matches_shows_a_message() -> None:
    assert Parsed(library.rows([], searched=True)).text == "No matching documents."
    assert library.rows([]) == ""


def test_removing_needs_a_confirmation() -> None:
    page = Parsed(library.rows([info("a.txt", "A")]))
    (confirm,) = page.all("confirm")
    assert "hidden" in confirm.attributes
    assert [e.text for e in page.all(lambda e: e.attributes.get("data-do") in ("confirm", "keep"))] == [
        "Remove",
        "Keep",
    ]


def test_hostile_names_in_the_list_are_harmless() -> None:
    name = '"><img src=x onerror=alert(1)>\u202e.txt'
    page = Parsed(library.rows([info(name, f"<script>{name}", warnings=(Message(name),))]))
    page.assert_harmless()
    assert page.all("title")[0].text == '<script>"><img src=x onerror=alert(1)>\ufffd.txt'


def test_search_needs_every_word_in_title_or_id() -> None:
    documents = [info("a.txt", "Lease of the barn"), info("barn.txt", "Letter"), info("c.txt", "Will")]
    assert [d.doc_id for d in library.matching(documents, "BARN")] == ["a.txt", "barn.txt"]
    assert [d.doc_id for d in library.matching(documents, "barn letter")] == ["barn.txt"]
    assert library.matching(documents, " ") == documents
    names = {"c.txt": "Will (Anna Burton)"}
    assert [d.doc_id for d in library.matching(documents, "burton will", names)] == ["c.txt"]


def test_a_large_library_is_shown_in_parts() -> None:
    documents = [info(f"{n}.txt", str(n)) for n in range(250)]
    page = Parsed(library.rows(documents))
    assert len(page.all("document")) == 100
    (more,) = page.all("more")
    assert (more.text, more.attributes["data-shown"]) == ("150 more documents", "200")
    assert len(Parsed(library.rows(documents, 300)).all("document")) == 250


def test_the_list_shows_the_date_and_the_model_of_the_index() -> None:
    info = library.index_info(
        {"model": "<b>mine</b>", "updated": "2026-02-03T10:11:12+00:00", "created": "x"}
    )
    assert "<b>" not in info
    assert Parsed(info).text == "Last updated 3 Feb 2026Model: <b>mine</b>"
