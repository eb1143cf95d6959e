"""A correct answers file has no fault, and every single falsification is reported and named."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from answer_strategies import answers, citation, documents
from hypothesis import given
from hypothesis import strategies as st

from qa.check.verify import Checked, Finding, check, verify
from qa.messages import Message, has_sentence
from qa.record import Answer, Context, Match, Quote, not_asked, to_json_line
from qa.types import Document, Line, Page, Place

TEXT = "One.\nIt was the best of times,\nit was the worst of times. End."


def library(*sources: Document) -> Callable[[str], Document | None]:
    return {document.doc_id: document for document in sources}.get


def example(uri: str | None = None, sha256: str = "ab" * 32) -> tuple[Document, dict[str, Any]]:
    document = Document("two.txt", "Two", TEXT, sha256, (Page(1, 0, 31), Page(2, 31, len(TEXT))), uri)
    first, second = citation(document, 12, 15), citation(document, 38, 41)
    quote = Quote(
        rank=1, text="the", score=0.5, matched=(Match(12, 14),), citation=first, also=(second,),
        context=Context(start=5, end=30, text=TEXT[5:30]),
    )  # fmt: skip
    answer = Answer(id="q01", question="What?", answered=True, confidence=0.9, reason=None, quotes=(quote,))
    return document, json.loads(to_json_line(answer))


@given(st.data())
def test_correct_quotes_have_no_fault(data: st.DataObject) -> None:
    document = data.draw(documents())
    drawn = data.draw(st.lists(answers(document), min_size=1, max_size=3))
    lines = [to_json_line(answer.model_copy(update={"id": str(n)})) for n, answer in enumerate(drawn)]
    checked = list(check(lines, library(document), originals=True))
    assert checked == [
        Checked(str(n), sum(1 + len(quote.also) for quote in answer.quotes), ())
        for n, answer in enumerate(drawn)
    ]


def test_the_printed_page_and_the_place_are_checked() -> None:
    document, record = example()
    document = replace(
        document,
        pages=(Page(1, 0, 31, "iv"), Page(2, 31, len(TEXT))),
        places=(Place(31, len(TEXT), "comment", "A. Smith"),),
    )
    record["quotes"][0]["citation"]["page_label"] = "iv"
    record["quotes"][0]["also"][0]["place"] = {"kind": "comment", "label": "A. Smith"}
    assert list(verify([json.dumps(record)], library(document), False)) == []
    record["quotes"][0]["citation"]["page_label"] = "v"
    record["quotes"][0]["also"][0]["place"]["label"] = "B. Jones"
    kinds = [finding.kind for finding in verify([json.dumps(record)], library(document), False)]
    assert kinds == ["page", "place"]


def test_lines_are_those_of_the_file_if_the_document_has_them() -> None:
    document, record = example()
    # The text begins in line 7 of its file, and its third line comes from line 20.
    document = replace(document, lines=(Line(0, 7), Line(TEXT.index("it was the worst"), 20)))
    record["quotes"][0]["citation"]["line"] = 8
    record["quotes"][0]["also"][0]["line"] = 20
    assert list(verify([json.dumps(record)], library(document), False)) == []
    record["quotes"][0]["also"][0]["line"] = 3
    assert [finding.kind for finding in verify([json.dumps(record)], library(document), False)] == ["line"]


@given(st.data())
def test_a_quote_far_from_its_place_is_reported(data: st.DataObject) -> None:
    document = data.draw(documents())
    record = data.draw(answers(document).filter(lambda answer: answer.quotes)).model_dump()
    record["quotes"][-1]["text"] += "\ue000"
    kinds = [finding.kind for finding in verify([json.dumps(record)], library(document), False)]
    assert "quote" in kinds


def _set(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        parent: Any = record
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = to

    return change


QUOTE = ("quotes", 0)
CITATION = (*QUOTE, "citation")


@pytest.mark.parametrize(
    ("change", "kinds", "message"),
    [
        (_set(*QUOTE, "text", to="The"), ["quote", "quote"], "is not the text of two.txt at 12-15"),
        (_set(*CITATION, "start", to=11), ["quote", "surroundings"], "at 11-15"),
        (_set(*CITATION, "end", to=500), ["quote", "surroundings", "context"], "at 12-500"),
        (_set(*CITATION, "prefix", to="xIt was "), ["surroundings"], "prefix"),
        (_set(*CITATION, "suffix", to=" worst"), ["surroundings"], "suffix"),
        (_set(*CITATION, "page", to=2), ["page"], "on page 1 of two.txt, not 2"),
        (_set(*CITATION, "page", to=None), ["page"], "on page 1 of two.txt, not none"),
        (_set(*CITATION, "line", to=3), ["line"], "in line 2 of two.txt, not 3"),
        (_set(*CITATION, "sha256", to="cd" * 32), ["hash"], "not the version"),
        (_set(*CITATION, "title", to="Three"), ["title"], "the title of two.txt is Two"),
        (_set(*CITATION, "doc_id", to="gone"), ["document"], "gone is not in the index"),
        (_set(*QUOTE, "matched", 0, "end", to=16), ["matched"], "at 12-16"),
        (_set(*QUOTE, "matched", 0, "start", to=14), ["matched"], "at 14-14"),
        (_set(*QUOTE, "context", "text", to="x"), ["context"], "at 5-30"),
        (
            _set(*QUOTE, "context", to={"start": 13, "end": 30, "text": TEXT[13:30]}),
            ["context"],
            "contain the quote",
        ),
        (_set(*QUOTE, "also", 0, "line", to=2), ["line"], "in line 3 of two.txt, not 2"),
        (_set(*QUOTE, "also", 0, "page", to=1), ["page"], "on page 2"),
        (_set(*QUOTE, "also", to=5), ["record"], '"also"'),
        (_set(*CITATION, "start", to="12"), ["record"], '"start" is missing'),
        (_set(*CITATION, "start", to=True), ["record"], '"start" is missing'),
        (_set(*CITATION, to=None), ["record"], '"citation" is missing'),
        (_set("quotes", 0, to=7), ["record"], "not an answer record"),
        (_set("quotes", to=None), ["record"], '"quotes" is missing'),
        (_set("id", to=None), ["record"], '"id" is missing'),
        (_set("answered", to="yes"), ["record"], '"answered" is missing or not of its type'),
        (_set("confidence", to=1.5), ["record"], '"confidence" should be less than or equal to 1'),
        (_set("reason_code", to="late"), ["record"], '"reason_code" should be'),
        (_set(*QUOTE, "text", to=""), ["record"], '"text" should not be empty'),
        (_set(*CITATION, "sha256", to="AB" * 32), ["record"], '"sha256" should match pattern'),
    ],
)
def test_each_falsification_is_named(
    change: Callable[[dict[str, Any]], None], kinds: list[str], message: str
) -> None:
    document, record = example()
    assert list(verify([json.dumps(record)], library(document), False)) == []
    change(record)
    findings = list(verify([json.dumps(record)], library(document), False))
    assert [finding.kind for finding in findings] == kinds
    assert message in findings[0].problem
    for finding in findings:
        assert has_sentence(finding.message)
        assert has_sentence(finding.remedy)
        assert str(finding).endswith(f": {finding.problem}. {finding.remedy}")


def test_a_missing_line_is_not_checked() -> None:
    document, record = example()
    record["quotes"][0]["citation"]["line"] = None
    assert list(verify([json.dumps(record)], library(document), False)) == []


def test_a_finding_names_record_quote_fault_and_remedy() -> None:
    document, record = example()
    record["quotes"].append(copy.deepcopy(record["quotes"][0]))
    record["quotes"][1]["rank"] = 2
    record["quotes"][1]["citation"]["line"] = 9
    (finding,) = verify([json.dumps(record)], library(document), False)
    message = Message.of("check-line-differs", name="two.txt", line=2, cited=9)
    assert finding == Finding("q01", 2, "line", message)
    assert (finding.problem, finding.remedy.code) == (str(message), "check-ask-again")
    assert str(finding) == "q01, quote 2: the quote is in line 2 of two.txt, not 9. Ask again."


def test_a_fault_in_one_quote_does_not_hide_faults_in_the_next() -> None:
    document, record = example()
    record["quotes"] = [None, *record["quotes"]]
    record["quotes"][1]["citation"]["line"] = 9
    findings = list(verify([json.dumps(record)], library(document), False))
    assert [finding.kind for finding in findings] == ["record", "line"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("as_list", [False, True])
def test_a_record_or_a_list_may_span_lines(indent: int | None, as_list: bool) -> None:
    document, record = example()
    lines = json.dumps([record, record] if as_list else record, indent=indent).splitlines(keepends=True)
    checked = list(check(lines, library(document), False))
    assert checked == [Checked("q01", 2, ())] * (2 if as_list else 1)


def test_broken_lines_failed_rows_and_an_empty_file() -> None:
    document, record = example()
    lines = [to_json_line(not_asked("e", "?", "no")), "", '{"id": "x', "7", json.dumps(record)]
    summary = [
        (c.record, c.citations, [f.kind for f in c.findings]) for c in check(lines, library(document), False)
    ]
    assert summary == [("e", 0, []), ("line 3", 0, ["record"]), ("line 4", 0, ["record"]), ("q01", 2, [])]
    assert [str(finding) for finding in verify([], library(), False)] == [
        "the file: it contains no answer. Take the answers file as the program wrote it, or ask again."
    ]


def test_the_original_file_is_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "two è.txt"
    path.write_text("original", encoding="utf-8")
    document, record = example(path.as_uri(), hashlib.sha256(b"original").hexdigest())
    line = json.dumps(record)

    def kinds(originals: bool = True) -> set[str]:
        return {finding.kind for finding in verify([line], library(document), originals)}

    assert kinds() == set()
    path.write_text("changed", encoding="utf-8")
    assert kinds() == {"original changed"}
    path.unlink()
    assert kinds() == {"original missing"}
    assert kinds(originals=False) == set()


def test_a_record_of_a_corpus_is_compared_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    own = b'{"_id": "b", "text": "x"}'
    document, record = example(f"{path.as_uri()}#b", hashlib.sha256(own).hexdigest())
    line = json.dumps(record)

    def findings() -> list[str]:
        return [finding.problem for finding in verify([line], library(document), True)]

    path.write_bytes(b'{"_id": "a"}\n' + own + b"\r\n")
    assert findings() == []
    path.write_bytes(b"\xef\xbb\xbf" + own)
    assert findings() == []
    path.write_bytes(b'{"_id": "b", "text": "y"}\n')
    assert (
        findings()
        == [f"the line of b in {path} is no longer the version that was quoted (its hash differs)"] * 2
    )


def test_addresses_that_are_not_files_are_ignored() -> None:
    for uri in ("https://example.org/a", "http://[", "file://elsewhere/a"):
        document, record = example(uri)
        assert list(verify([json.dumps(record)], library(document), True)) == []


def test_a_finding_has_one_full_stop_before_its_remedy() -> None:
    def shown(words: str) -> str:
        return str(Finding("1", 1, "changed", Message.of("uncoded", text=words)))

    assert "is now: It rains. " in shown("is now: It rains.")
    assert "is now: It {+rains+}. " in shown("is now: It {+rains+}")


def test_each_document_and_file_is_read_once(tmp_path: Path) -> None:
    document, record = example()
    fetched: list[str] = []

    def fetch(doc_id: str) -> Document:
        fetched.append(doc_id)
        return document

    assert list(verify([json.dumps(record)] * 5, fetch, False)) == []
    assert fetched == ["two.txt"]
