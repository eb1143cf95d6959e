"""The outputs of a checked draft: text, JSON and HTML, with the contract in each."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator
from lease_texts import SOURCES
from office import docx, paragraph

from qa import DraftCheck, Library
from qa.check.drafts import of_bytes
from qa.check.html import html
from qa.check.outputs import render
from qa.check.record import VERDICTS, schema, to_json
from qa.check.text import text

SCHEMA = json.loads(files("qa").joinpath("check.schema.json").read_text(encoding="utf-8"))
DRAFT = """It says “The Tenant shall not pay rent before the first day” (p. 3).

It says “The Tenant shall pay rent before the first day of each month”.

It says “the <b>tenant</b> sings at night alone”.

It says “The Tenant shall not pay rent … each month” and “short”.

\x1b[31m“\x1b[2Jthe deposit of $5,000 is held”
"""


@pytest.fixture(scope="module")
def check(lease: Library) -> DraftCheck:
    return lease.check(of_bytes(DRAFT.encode(), "draft.txt"))


def test_the_verdicts_of_the_draft(check: DraftCheck) -> None:
    assert [quotation.verdict for quotation in check.quotations] == [
        "verbatim", "altered", "not_found", "stitched", "altered"
    ]  # fmt: skip
    assert check.counts == {"verbatim": 1, "typographic": 0, "stitched": 1, "altered": 2, "not_found": 1}


def test_every_output_has_the_contract(check: DraftCheck) -> None:
    draft = of_bytes(DRAFT.encode(), "draft.txt")
    for format in ("text", "json", "html"):
        content, missing = render(check, draft, format)
        assert missing == 0
        for meaning in VERDICTS.values():
            assert meaning in content.decode()


def test_the_json_satisfies_its_schema(check: DraftCheck) -> None:
    assert schema() == files("qa").joinpath("check.schema.json").read_text(encoding="utf-8"), (
        "run: python -m qa.check.record > src/qa/check.schema.json"
    )
    Draft202012Validator.check_schema(SCHEMA)
    record = json.loads(to_json(check))
    Draft202012Validator(SCHEMA).validate(record)
    quotation = record["quotations"][1]
    assert {"text", "start", "end", "verdict", "citation", "difference"} <= set(quotation)
    assert record["quotations"][2]["citation"] is None
    assert record["quotations"][0]["reference"]["agrees"] is None
    assert DraftCheck.model_validate(record) == check


def test_the_terminal_shows_differences_and_is_not_controlled(check: DraftCheck) -> None:
    shown = text(check)
    assert "draft.txt: 5 quotations: 1 verbatim, 1 stitched, 2 altered, 1 not found" in shown
    assert "The Tenant shall [-not-] pay rent before the first day of each month" in shown
    assert "\x1b" not in shown
    coloured = text(check, colour=True)
    assert re.sub(r"\x1b\[\d*m", "", coloured) == shown
    assert "Not checked: 1 too short" in shown


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_html_report_is_self_contained_and_safe(check: DraftCheck) -> None:
    page = html(check)
    tags = _Tags(page).tags
    assert not {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "b"}
    assert "&lt;b&gt;tenant" in page
    assert "<del>not </del>" in page
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in tags
    assert "prefers-color-scheme: dark" in page
    for _, attributes in tags:
        href = attributes.get("href")
        assert href is None or href.startswith(("#", "file:"))
    assert re.search(r'<a href="#q2">2</a><a href="#q3">3</a>', page)


def test_quotations_of_a_word_draft_in_its_quote_style(lease: Library) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Intense Quote"/></w:style>'
    words = SOURCES["miete.txt"].split(". ")[0].replace("\n", " ")
    body = (
        paragraph("Im Vertrag steht:")
        + paragraph(words, '<w:pStyle w:val="Zitat"/>')
        + paragraph("Das ist alles.")
    )
    check = lease.check(of_bytes(docx(body, styles=styles), "draft.docx"))
    assert [(q.kind, q.verdict, q.text) for q in check.quotations] == [("block", "verbatim", words)]
