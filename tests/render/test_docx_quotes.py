"""A list of quotes as a Word file: headings, block quotes, footnotes, notes and sources."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.etree import ElementTree

from answer_strategies import answers
from hypothesis import given

from qa import parsers
from qa.record import Answer, Citation, Context, Match, Quote
from qa.render import docx_quotes
from qa.types import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def quote(text: str, name: str, page: int, *, answers: bool = True) -> Quote:
    end = 10 + len(text)
    cited = Citation(
        doc_id=f"{name}.pdf", title=name.title(), sha256=name[0] * 64, uri=f"file:///home/zora/{name}.pdf",
        page=page, line=4, heading=("Term",), start=10, end=end, prefix="", suffix="",
    )  # fmt: skip
    return Quote(
        rank=1, text=text, score=1.0, answers=answers, matched=(Match(11, 14),), citation=cited,
        context=Context(start=10, end=end, text=text),
    )  # fmt: skip


def record(question: str, *quotes: Quote) -> Answer:
    return Answer(id="1", question=question, answered=True, confidence=0.9, reason=None, quotes=quotes)


NOTE = "See <u>clause 4</u>\n& more"
ENTRIES = [
    (record("Who pays <b>rent</b>?", quote("The tenant pays & waits.", "abbey", 3)), NOTE),
    (record("Who pays <b>rent</b>?", quote("The guest pays.", "barn", 7, answers=False)), ""),
    (record("Who repairs?", quote("The keeper repairs.", "abbey", 9)), ""),
]  # fmt: skip


def parts() -> dict[str, ElementTree.Element]:
    with docx_quotes.file("Kept quotes", ENTRIES) as file, zipfile.ZipFile(BytesIO(file.read())) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return {name: ElementTree.fromstring(archive.read(name)) for name in names}


def text_of(element: ElementTree.Element) -> str:
    return "".join("\n" if node.tag == f"{W}br" else node.text or "" for node in element.iter())


def by_style(body: ElementTree.Element, style: str) -> list[ElementTree.Element]:
    return [
        paragraph
        for paragraph in body.iter(f"{W}p")
        if (named := paragraph.find(f"{W}pPr/{W}pStyle")) is not None and named.get(f"{W}val") == style
    ]


def test_each_quote_is_a_block_with_a_footnote_below_its_question() -> None:
    files = parts()
    body = files["word/document.xml"]
    headings = [text_of(heading) for heading in by_style(body, "Heading1")]
    assert headings == ["Who pays <b>rent</b>?", "Who repairs?", "Sources"]
    blocks = by_style(body, "BlockQuote")
    assert [text_of(block) for block in blocks] == [
        "The tenant pays & waits.", "The guest pays.", "The keeper repairs."
    ]  # fmt: skip
    footnotes = {
        note.get(f"{W}id"): text_of(note).strip() for note in files["word/footnotes.xml"].iter(f"{W}footnote")
    }
    references = [block.find(f".//{W}footnoteReference") for block in blocks]
    cited = [footnotes[reference.get(f"{W}id")] for reference in references if reference is not None]
    assert len(cited) == 3
    assert [line.split(" ›")[0] for line in cited] == ["Abbey", "Barn", "Abbey"]
    assert ["page 3" in cited[0], "page 7" in cited[1], "page 9" in cited[2]] == [True] * 3


def test_notes_sources_and_passages_that_are_no_answer_are_named() -> None:
    with docx_quotes.file("Kept quotes", ENTRIES) as file:
        data = file.read()
    (document,) = parsers.read_bytes(data, "kept.docx", "kept.docx")
    assert isinstance(document, Document)
    order = [
        "Kept quotes", "Who pays <b>rent</b>?", "The tenant pays & waits.", f"Note: {NOTE}",
        "not an answer", "The guest pays.", "Who repairs?", "Sources", f"abbey.pdf: SHA-256 {'a' * 64}",
    ]  # fmt: skip
    places = [document.text.index(words) for words in order]
    assert places == sorted(places)
    assert document.text.count("SHA-256") == 2
    assert b"zora" not in data
    with docx_quotes.file("Kept quotes", ENTRIES) as file:
        assert file.read() == data


@given(answers())
def test_any_quote_is_shown_in_valid_xml(answer: Answer) -> None:
    with docx_quotes.file("Kept", [(answer, answer.question)]) as file:
        data = file.read()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
        ElementTree.fromstring(archive.read("word/footnotes.xml"))
    assert len(list(body.iter(f"{W}footnoteReference"))) == len(answer.quotes)
