"""What a file says of its origin is in its citations, after indexing as well as before."""

from __future__ import annotations

from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa import cited, open

HEAD = "<title>Barns</title><meta name='author' content='Anna Lee'><meta name='date' content='2020-01-14'>"
PAGE = f"<html><head>{HEAD}</head><body><p>The barn is red.</p></body></html>"


def test_a_citation_has_the_author_and_the_date_that_the_file_names(tmp_path: Path) -> None:
    (tmp_path / "barns.html").write_text(PAGE)
    library = open(tmp_path / "index", model=WordEncoder(), reranker="none")
    library.add(tmp_path / "barns.html")
    answer = library.ask("Is the barn red?", k=1)
    citation = answer.quotes[0].citation
    assert (citation.author, citation.publisher, citation.date) == ("Anna Lee", None, "2020-01-14")
    assert cited(citation, "apa") == "(Anna Lee, 2020)"
    library.rename("barns.html", "All barns")
    assert library.ask("Is the barn red?", k=1).quotes[0].citation.author == "Anna Lee"
    assert {each.name for each in library.omissions("barns.html")} >= {"author", "date"}
    report = tmp_path / "a.jsonl"
    report.write_text(answer.model_dump_json() + "\n")
    assert [checked.findings for checked in library.verify(report, sources=[tmp_path / "barns.html"])] == [()]


@pytest.mark.parametrize("parties", [True, False])
def test_who_typed_a_contract_is_not_its_author(tmp_path: Path, parties: bool) -> None:
    preamble = (
        "between Acme Corp., a Delaware corporation, and Beta LLC (“Beta”)" if parties else "of the barn"
    )
    page = PAGE.replace("<body>", f"<body><p>This Agreement {preamble}.</p>")
    (tmp_path / "barns.html").write_text(page, encoding="utf-8")
    library = open(tmp_path / "index", model=WordEncoder(), reranker="none")
    library.add(tmp_path / "barns.html")
    assert library.ask("Is the barn red?", k=1).quotes[0].citation.author == (None if parties else "Anna Lee")
