"""A quote is a slice of the file's own text, checked independently: the file is opened by other means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_files import read_one
from word_encoder import WordEncoder

from qa import parsers
from qa.answer.answerer import Answerer
from qa.index import Index
from qa.text.sentences import segment
from qa.types import Document

PROSE = (
    "The crane lifts eighteen tonnes.  It was built in 1911,\nand it was moved to the north quay\nin "
    "the spring of 1924.\n\nThe harbour master keeps the key.\nNobody else may open the gate: neither by "
    "day\nnor by night.\n\n1. The fee is due in May.\n2. The fee is paid in cash.\n"
)


def _sentences(document: Document) -> list[str]:
    return [
        " ".join(document.text[s.start : s.end].split())
        for passage in segment(document)
        for s in passage.sentences
    ]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_sentences_do_not_depend_on_line_endings(newline: str) -> None:
    plain = read_one(PROSE.encode(), "a.txt")
    converted = read_one(PROSE.replace("\n", newline).encode(), "a.txt")
    assert converted.text == PROSE.replace("\n", newline)
    assert _sentences(converted) == _sentences(plain)
    assert len(_sentences(plain)) == 6


@settings(deadline=None, derandomize=True)
@given(
    st.text(
        st.sampled_from("ab. \n\r\t\x00\x07\x0b\x0c\x1b\x85\u00a0\u2028\ufeff\ud800é😀"),
        min_size=1,
        max_size=40,
    )
)
def test_a_record_is_its_json_string(text: str) -> None:
    data = json.dumps({"_id": "a", "title": "T", "text": text}).encode()
    for item in parsers.read_bytes(data, "c.jsonl", "unused"):
        assert isinstance(item, Document)
        assert item.text == text.replace("\ud800", "\ufffd")
        for passage in segment(item):
            for sentence in passage.sentences:
                piece = item.text[sentence.start : sentence.end]
                assert piece == piece.strip() != ""


def test_lone_surrogates_are_reported() -> None:
    (document,) = parsers.read_bytes(b'{"_id": "a", "text": "x \\ud800 y"}', "c.jsonl", "unused")
    assert isinstance(document, Document)
    assert "Unpaired surrogates" in str(document.warnings[0])
    (whole,) = parsers.read_bytes(b'{"_id": "a", "text": "x \\ud83d\\ude00 \\ufffd"}', "c.jsonl", "unused")
    assert isinstance(whole, Document)
    assert (whole.text, tuple(map(str, whole.warnings))) == ("x 😀 \ufffd", ())


@pytest.mark.parametrize("text", ["", "  ", "\x00\r\n", None])
def test_the_title_is_not_part_of_the_text_of_a_record(text: str | None) -> None:
    data = json.dumps({"_id": "a", "title": "The Harbour Act", "text": text}).encode()
    (document,) = parsers.read_bytes(data, "c.jsonl", "unused")
    assert isinstance(document, Document)
    assert (document.title, document.text) == ("The Harbour Act", text or "")
    assert str(document.warnings[0]).startswith("It has a title but no text")
    assert segment(document) == ()


RECORDS = {
    "crlf": "First line.\r\nThe crane lifts\r\neighteen tonnes.\r\nLast line.",
    "cr": "First line.\rThe mast is thirty metres tall.\rLast line.",
    "controls": "\x00 The anchor\x07 weighs nine hundred kilos.\x0c\x1f Next page.",
    "spaces": "  \t The lamp burns whale oil. \n ",
    "separators": "One.\u2028The pilot boards at the outer buoy.\u2029Two.\x85Three.",
    "title only": "",
}
ASKED = {
    "How many tonnes does the crane lift?": "crlf",
    "How tall is the mast?": "cr",
    "How much does the anchor weigh?": "controls",
    "What does the lamp burn?": "spaces",
    "Where does the pilot board?": "separators",
}


def test_quotes_of_a_corpus_are_slices_of_its_json_strings(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    with corpus.open("w", newline="") as file:
        for name, text in RECORDS.items():
            file.write(json.dumps({"_id": name, "title": f"The {name}", "text": text}) + "\n")
    index = Index.create(tmp_path / "index", WordEncoder())
    report = index.update([str(corpus)], WordEncoder)
    assert not report.failed
    assert [warning.name for warning in report.warnings] == ["title only"]
    assert {d.doc_id: d.characters for d in index.documents()} == {k: len(v) for k, v in RECORDS.items()}
    answerer = Answerer(index, WordEncoder())
    for question, name in ASKED.items():
        quote = answerer.ask(question).quotes[0]
        start, end = quote.citation.start, quote.citation.end
        own = next(r for r in map(json.loads, corpus.open(newline="\n")) if r["_id"] == name)["text"]
        assert (quote.citation.doc_id, quote.text) == (name, own[start:end])
        lines = own[:start].replace("\r\n", "\n").replace("\r", "\n").count("\n")
        assert quote.citation.line == lines + 1


FILES = {
    "crlf.txt": RECORDS["crlf"].encode(),
    "cr.txt": RECORDS["cr"].encode(),
    "controls.txt": ("Words come first. " * 20 + RECORDS["controls"]).encode(),
    "spaces.txt": RECORDS["spaces"].encode(),
    "separators.txt": b"\xef\xbb\xbf" + RECORDS["separators"].encode(),
}


def test_quotes_of_text_files_are_slices_of_the_file_as_python_opens_it(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    index = Index.create(tmp_path / "index", WordEncoder())
    report = index.update([str(tmp_path / name) for name in FILES], WordEncoder)
    assert not report.failed
    answerer = Answerer(index, WordEncoder())
    for question, name in ASKED.items():
        quote = answerer.ask(question).quotes[0]
        citation = quote.citation
        assert citation.doc_id == f"{name}.txt"
        with (tmp_path / f"{name}.txt").open(encoding="utf-8-sig", newline="") as file:
            assert file.read()[citation.start : citation.end] == quote.text
        with (tmp_path / f"{name}.txt").open(encoding="utf-8-sig") as file:
            line = file.read().split("\n")[(citation.line or 0) - 1]
        assert quote.text.splitlines()[0] in line


def test_form_feeds_begin_pages() -> None:
    document = read_one(b"Cover\n\x0cFirst line\r\nof two.\x0cLast page.\n\x0c\n", "a.txt")
    pages = [(p.number, document.text[p.start : p.end], p.label) for p in document.pages]
    assert pages == [
        (1, "Cover\n\x0c", None),
        (2, "First line\r\nof two.\x0c", None),
        (3, "Last page.\n\x0c\n", None),
    ]
    assert _sentences(document) == ["Cover", "First line of two.", "Last page."]
    assert read_one(b"One page.\n\x0c", "a.txt").pages == ()


def test_a_sentence_continues_over_the_end_of_a_page() -> None:
    document = read_one(b"The crane lifts eighteen tonnes of\n\x0csteel. It is old.", "a.txt")
    assert _sentences(document) == ["The crane lifts eighteen tonnes of steel.", "It is old."]
