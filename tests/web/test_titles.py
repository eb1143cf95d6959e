"""A contract is named with its parties wherever it is named, unless a person renamed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from word_encoder import WordEncoder

from qa import Library, cited, open
from qa.render import html, markdown
from qa.table.phrases import place_in, shown_title
from qa.web.endpoints import Endpoints
from qa.web.scratch import Scratch

TEXT = (
    "SUPPLY AGREEMENT\n\nThis Agreement is made between Acme Corp., a Delaware corporation (“Acme”), and "
    "Beta LLC (“Beta”).\n\nThe barn is old and red.\n"
)
NAME = "Supply Agreement (Acme Corp. / Beta LLC)"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "supply.txt").write_text(TEXT, encoding="utf-8")
    library = open(tmp_path / "index", model=WordEncoder(), reranker="none")
    library.add(tmp_path / "supply.txt")
    return library


@pytest.fixture
def call(library: Library) -> Iterator[Any]:
    scratch = Scratch()
    page = {f.__name__: f for f in Endpoints(library, scratch).page_endpoints()}
    yield lambda name, **data: page[name](data)
    scratch.close()


def test_a_record_has_the_title_of_the_file_and_the_name_with_the_parties(library: Library) -> None:
    answer = library.ask("Is the barn old?", k=1)
    citation = answer.quotes[0].citation
    assert (citation.title, citation.name) == ("SUPPLY AGREEMENT", NAME)
    assert cited(citation, "chicago").startswith(f"{NAME} (n.d.)")
    assert NAME in html.item(answer)
    assert "Acme Corp" in markdown.item(answer)


def test_cards_lists_and_the_source_show_the_name(call: Any) -> None:
    answer = call("ask", question="Is the barn old?")
    citation = answer["record"]["quotes"][0]["citation"]
    assert NAME in answer["html"]
    assert NAME in answer["copies"][0]
    assert NAME in call("library")["html"]
    assert NAME in call("source", document="supply.txt")["title"]
    place = {"start": citation["start"], "end": citation["end"]}
    assert NAME in call("source", document="supply.txt", **place)["title"]
    assert NAME in call("places", words="barn")["html"]


def test_a_document_is_in_the_list_by_its_parties(call: Any) -> None:
    assert call("library", search="acme supply")["matches"] == 1
    assert call("library", search="acme lease")["matches"] == 0


def test_a_comparison_names_the_documents_and_those_of_one_name_apart(
    library: Library, call: Any, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("The letter <b>is</b> long.", encoding="utf-8")
    (tmp_path / "signed.txt").write_text(TEXT + "Signed.\n", encoding="utf-8")
    library.add(tmp_path / "letter.txt", tmp_path / "signed.txt")
    library.rename("letter.txt", "<b>Letter</b>")
    compared = call("compare", document="supply.txt")
    assert compared["other"] == "signed.txt"
    assert compared["name"] == f"{NAME} (supply.txt)"
    assert dict(compared["documents"]) == {
        "letter.txt": "&lt;b&gt;Letter&lt;/b&gt;",
        "signed.txt": f"{NAME} (signed.txt)",
    }


def test_the_state_tells_which_documents_still_exist(call: Any) -> None:
    state = call("state", documents=["gone.txt", "supply.txt"])
    assert state["documents"] == ["supply.txt"]
    assert call("state")["generation"] == state["generation"]


def test_the_title_that_a_person_chose_wins(library: Library, call: Any) -> None:
    library.rename("supply.txt", "The barn agreement")
    assert library.ask("Is the barn old?", k=1).quotes[0].citation.name is None
    for name, data in (
        ("ask", {"question": "Is the barn old?"}),
        ("library", {}),
        ("places", {"words": "barn"}),
    ):
        page = call(name, **data)["html"]
        assert "Acme Corp. /" not in page
        assert "The barn agreement" in page
    library.rename("supply.txt", None)
    assert NAME in call("library")["html"]


def test_reports_with_the_name_and_earlier_ones_without_it_are_verified(
    library: Library, tmp_path: Path
) -> None:
    answer = library.ask("Is the barn old?", k=1)
    report = tmp_path / "answer.md"
    report.write_text(markdown.item(answer), encoding="utf-8")
    assert [checked.findings for checked in library.verify(report)] == [()]
    text = report.read_text(encoding="utf-8")
    start = text.index("1\\. ") + 4
    end = text.index(" (supply")
    earlier = text[:start] + "SUPPLY AGREEMENT, line 5" + text[end:]
    report.write_text(earlier, encoding="utf-8")
    assert [checked.findings for checked in library.verify(report)] == [()]
    report.write_text(text.replace("Beta", "Gamma"), encoding="utf-8")
    assert [[f.message.code for f in checked.findings] for checked in library.verify(report)] == [
        ["check-citation-differs"]
    ]


def test_a_table_names_its_rows_with_the_parties_and_its_places_without(library: Library) -> None:
    table = library.table(["Is the barn old?"])
    (document,) = table.documents
    assert shown_title(document) == NAME
    (cell,) = table.cells.values()
    assert place_in(cell.answer.quotes[0].citation) == "line 5"
    library.rename("supply.txt", "The barn agreement")
    (document,) = library.table(["Is the barn old?"]).documents
    assert shown_title(document) == "The barn agreement"
