"""Quotes as BibTeX, RIS, CSL-JSON and Web Annotations, read back by the parsers of these formats."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from handmade_answers import answer, quote
from hypothesis import given
from rendered_quotes import PLAIN, latex_text

from qa.record import Answer, Quote
from qa.render.references import FORMATS, CitedText, ReferenceFile, bibtex, cited_texts, written

TEXT = "Fees of 5 % & more,\nas in {§ 3}, are “due” at $10_000 ~ x^2 \\ #1."
QUOTES = (
    quote(TEXT, "deals/Übersicht 1.pdf", start=1043, title="Über {Kosten} & Fees", page=12, page_label="xii",
          heading=("Part I", "1.2 Fees"), prefix="before ", suffix=" after"),
    quote("Second.", "b.html", rank=2, uri="https://example.org/a b?x=1#y"),
)  # fmt: skip
ANSWER = answer(*QUOTES, question="What are the fees?")
OTHER = answer(QUOTES[0], question="Who pays?")


def file(format: str, *answers: Answer) -> str:
    return written((text for each in answers for text in cited_texts(each)), format)


def test_bibtex_is_read_back_by_its_parser() -> None:
    bibtexparser = pytest.importorskip("bibtexparser", reason="bibtexparser, a development dependency")
    library = bibtexparser.parse_string(file("bibtex", ANSWER))
    assert not library.failed_blocks
    first, second = library.entries
    assert (first.entry_type, first.key) == ("misc", "bersicht-1-pdf-00000000-1043-1108")
    fields = {field.key: field.value for field in first.fields}
    assert latex_text(fields["annote"]) == TEXT
    assert latex_text(fields["title"]) == "{Über {Kosten} & Fees}"
    assert fields["pages"] == "xii"
    assert latex_text(fields["howpublished"]) == "Übersicht 1.pdf"
    assert "author" not in fields
    assert "year" not in fields
    assert second["url"] == r"https://example.org/a\%20b?x=1\#y"


def test_ris_is_read_back_by_its_parser() -> None:
    rispy = pytest.importorskip("rispy", reason="rispy, a development dependency")
    first, second = rispy.load(io.StringIO(file("ris", ANSWER)))
    assert first["type_of_reference"] == "GEN"
    assert first["abstract"] == " ".join(TEXT.split())
    assert (first["title"], first["start_page"]) == ("Über {Kosten} & Fees", "xii")
    assert first["id"] == "bersicht-1-pdf-00000000-1043-1108"
    assert second["urls"] == ["https://example.org/a%20b?x=1#y"]


def test_each_line_of_ris_is_a_field() -> None:
    for line in file("ris", ANSWER).split("\r\n"):
        assert not line or re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line), line


def test_csl_json_has_the_variables_of_its_schema() -> None:
    items = json.loads(file("csljson", ANSWER))
    assert items[0]["abstract"] == TEXT
    assert (items[0]["title"], items[0]["page"], items[0]["section"]) == (
        "Über {Kosten} & Fees", "xii", "Part I › 1.2 Fees",
    )  # fmt: skip
    variables = {"id", "type", "title", "page", "section", "URL", "note", "abstract"}
    for item in items:
        assert {"id", "type"} <= set(item) <= variables
        assert item["type"] == "document"
        assert all(isinstance(value, str) and value for value in item.values())


def check_annotation(annotation: dict[str, Any]) -> None:
    """Check what the Web Annotation Data Model requires of an annotation with these parts."""
    assert annotation["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert annotation["type"] == "Annotation"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", annotation["id"])
    for body in annotation["body"]:
        assert body["type"] == "TextualBody"
        assert isinstance(body["value"], str)
        assert body["purpose"] in ("describing", "identifying")
    assert annotation["motivation"] == "highlighting"
    assert re.fullmatch(r"(https?|ni):[!-~]+", annotation["target"]["source"])
    for selector in annotation["target"]["selector"]:
        match selector["type"]:
            case "TextQuoteSelector":
                assert set(selector) == {"type", "exact", "prefix", "suffix"}
            case "TextPositionSelector":
                assert 0 <= selector["start"] < selector["end"]
            case "FragmentSelector":
                assert re.fullmatch(r"page=\d+", selector["value"])
                assert selector["conformsTo"] == "http://tools.ietf.org/rfc/rfc3778"
            case other:
                raise AssertionError(other)


def test_an_annotation_selects_by_text_and_by_position() -> None:
    first, second = json.loads(file("webannotation", ANSWER))
    check_annotation(first)
    check_annotation(second)
    text, position, page = first["target"]["selector"]
    assert (text["exact"], text["prefix"], text["suffix"]) == (TEXT, "before ", " after")
    assert (position["start"], position["end"]) == (1043, 1043 + len(TEXT))
    assert (page["value"], page["refinedBy"]) == ("page=12", text)
    assert first["body"][0]["value"] == "What are the fees?"
    assert first["target"]["source"] == f"ni:///sha-256;{'A' * 43}"
    assert second["target"]["source"] == "https://example.org/a%20b?x=1#y"


def test_a_place_is_one_reference_and_one_annotation_for_each_question() -> None:
    for format in ("bibtex", "ris", "csljson"):
        assert file(format, ANSWER, OTHER) == file(format, ANSWER)
    assert len(json.loads(file("webannotation", ANSWER, OTHER, OTHER))) == 3


def test_the_nearest_passages_are_no_references() -> None:
    unanswered = answer(*QUOTES, answered=False)
    assert [file(format, unanswered) for format in FORMATS] == ["", "", "[\n\n]\n", "[\n\n]\n"]


def test_a_path_of_this_machine_is_in_no_format() -> None:
    local = answer(quote("Text.", "a.pdf", uri="file:///home/zora/secret/a.pdf", page=1))
    for format in FORMATS:
        assert "zora" not in file(format, local)


def test_a_file_written_piece_by_piece_is_the_same() -> None:
    for format in FORMATS:
        pieces = ReferenceFile(format)
        out = [pieces.add(cited_texts(each)) for each in (ANSWER, OTHER, answer())]
        assert "".join(out) + pieces.end() == file(format, ANSWER, OTHER)


@given(PLAIN, PLAIN, PLAIN)
def test_any_text_is_one_readable_entry(text: str, title: str, doc_id: str) -> None:
    each: Quote = quote(text or "x", doc_id or "d", title=title)
    cited = CitedText(each.text, each.citation, title)
    [item] = json.loads(written([cited], "csljson").encode("utf-8").decode())
    assert item["abstract"] == each.text
    [annotation] = json.loads(written([cited], "webannotation").encode("utf-8").decode())
    check_annotation(annotation)
    entry = bibtex(cited)
    assert len(re.findall("^@", entry, re.MULTILINE)) >= 1
    # Braces are balanced for any text.
    bare = re.sub(r"\\[\\{}$&#_%]", "", entry)
    assert bare.count("{") == bare.count("}")
    lines = written([cited], "ris").split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines if line)
