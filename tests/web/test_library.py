from __future__ import annotations

from parsed import Parsed

from qa.index import DocumentInfo
from qa.messages import Message
from qa.web import library


def info(doc_id: str, title: str, pages: int = 0, warnings: tuple[Message, ...] = ()) -> DocumentInfo:
    at = "2026-02-03T10:11:12+00:00"
    return DocumentInfo(1, doc_id, title, "0" * 64, None, "en", pages, 10, 1_234, 99, at, warnings)


def test_a_row_says_what_a_document_is() -> None:
    page = Parsed(library.rows([info("a/b.pdf", "The Lease", 12, (Message("Page 3 is a scan."),))]))
    assert page.all("title")[0].text == "The Lease"
    assert page.all("facts")[0].text == "a/b.pdf · 12 pages · 1,234 sentences · 3 Feb 2026"
    assert page.all("warnings")[0].text == "1 warningPage 3 is a scan."
    assert page.all("document")[0].attributes["data-document"] == "a/b.pdf"


def test_a_document_without_a_title_of_its_own_is_named_once() -> None:
    page = Parsed(library.rows([info("a/barn.txt", "barn")]))
    assert page.all("title")[0].text == "a/barn.txt"
    assert page.all("facts")[0].text == "1,234 sentences · 3 Feb 2026"


def test_a_search_without_a_hit_says_so_and_an_empty_library_does_not() -> None:
    assert Parsed(library.rows([], searched=True)).text == "No document has this in its name."
    assert library.rows([]) == ""


def test_removing_asks_first() -> None:
    page = Parsed(library.rows([info("a.txt", "A")]))
    (confirm,) = page.all("confirm")
    assert "hidden" in confirm.attributes
    assert [e.text for e in page.all(lambda e: e.attributes.get("data-do") in ("confirm", "keep"))] == [
        "Remove",
        "Keep",
    ]


def test_hostile_names_are_shown_and_do_nothing() -> None:
    name = '"><img src=x onerror=alert(1)>\u202e.txt'
    page = Parsed(library.rows([info(name, f"<script>{name}", warnings=(Message(name),))]))
    page.assert_harmless()
    assert page.all("title")[0].text == '<script>"><img src=x onerror=alert(1)>\ufffd.txt'


def test_search_wants_every_word_in_title_or_name() -> None:
    documents = [info("a.txt", "Lease of the barn"), info("barn.txt", "Letter"), info("c.txt", "Will")]
    assert [d.doc_id for d in library.matching(documents, "BARN")] == ["a.txt", "barn.txt"]
    assert [d.doc_id for d in library.matching(documents, "barn letter")] == ["barn.txt"]
    assert library.matching(documents, " ") == documents


def test_a_large_library_is_shown_in_parts() -> None:
    documents = [info(f"{n}.txt", str(n)) for n in range(250)]
    page = Parsed(library.rows(documents))
    assert len(page.all("document")) == 100
    (more,) = page.all("more")
    assert (more.text, more.attributes["data-shown"]) == ("150 more documents", "200")
    assert len(Parsed(library.rows(documents, 300)).all("document")) == 250


def test_the_index_says_when_it_changed_and_with_which_model_it_was_made() -> None:
    made = library.made({"model": "<b>mine</b>", "updated": "2026-02-03T10:11:12+00:00", "created": "x"})
    assert "<b>" not in made
    assert Parsed(made).text == "Index last changed 3 Feb 2026, made with the model <b>mine</b>"
