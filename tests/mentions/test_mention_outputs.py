"""A list of mentions in every format, read back by the format's own library."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

import qa
from qa.errors import UsageError
from qa.mentions import outputs
from qa.mentions.record import Completeness, SkippedDocument


@pytest.fixture
def mentions(library: qa.Library) -> qa.Mentions:
    return library.find("limitation of liability")


def rendered(mentions: qa.Mentions, format: str, colour: bool = False) -> str:
    return outputs.render(mentions, format, colour=colour).decode("utf-8-sig")


def test_text_has_each_place_in_its_context_and_the_counts(mentions: qa.Mentions) -> None:
    lines = rendered(mentions, "text").splitlines()
    assert lines[0] == "5 places in 2 of 3 documents"
    assert lines[2] == "a.md: 4"
    assert "  The tower has a “limitation of liability”." in lines
    assert "  A limitation of lia- bility." in lines
    last = mentions.mentions[-1].citation
    assert lines[-1].endswith(f"[deals/b.txt:{last.start}-{last.end}]")
    coloured = rendered(mentions, "text", colour=True)
    assert "A \x1b[1;33mlimitation of lia- bility\x1b[0m." in coloured


def test_json_is_the_record(mentions: qa.Mentions) -> None:
    assert qa.Mentions.model_validate(json.loads(rendered(mentions, "json"))) == mentions


@pytest.mark.parametrize(("format", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_table_has_one_row_for_each_place(mentions: qa.Mentions, format: str, delimiter: str) -> None:
    rows = list(csv.DictReader(io.StringIO(rendered(mentions, format), newline=""), delimiter=delimiter))
    assert [row["text"] for row in rows] == [mention.text for mention in mentions.mentions]
    assert [(row["document"], int(row["start"]), int(row["end"])) for row in rows] == [
        (each.citation.doc_id, each.citation.start, each.citation.end) for each in mentions.mentions
    ]


def test_a_workbook_has_the_places_and_their_number_by_document(mentions: qa.Mentions) -> None:
    book = openpyxl.load_workbook(io.BytesIO(outputs.render(mentions, "xlsx")))
    places, documents, about = (list(sheet.values) for sheet in book.worksheets)
    assert [row[6] for row in places[1:]] == [mention.text for mention in mentions.mentions]
    assert documents[1:] == [("a.md", "Limitation of Liability", 4), ("deals/b.txt", "b", 1)]
    assert about[2] == ("5 places in 2 of 3 documents",)
    assert book["Places"].freeze_panes == "A2"


def test_texts_of_documents_are_no_formulas_markup_or_control_signs(
    library: qa.Library, tmp_path: Path
) -> None:
    (tmp_path / "docs" / "evil.txt").write_text("=1+1 <b>apple</b> \x1b[31m *x* & apple.")
    library.add(tmp_path / "docs")
    mentions = library.find("=1+1 <b>apple</b>", documents="evil.txt")
    assert rendered(mentions, "csv").splitlines()[1].split(",")[6].startswith("'=1+1")
    sheet = openpyxl.load_workbook(io.BytesIO(outputs.render(mentions, "xlsx")))["Places"]
    assert (sheet["G2"].data_type, sheet["G2"].quotePrefix) == ("s", True)
    page = rendered(mentions, "html")
    assert "<mark>=1+1 &lt;b&gt;apple&lt;/b&gt;</mark>" in page
    for format in ("text", "html", "md"):
        assert "\x1b[31m" not in rendered(mentions, format)
    assert "<b>" not in rendered(mentions, "md")


def test_every_format_says_what_is_missing(mentions: qa.Mentions) -> None:
    completeness = Completeness(
        passages=1000, read=400, accepted=5, last_accepted=7, sample=300, sample_accepted=0,
        missed_at_most=8, certainty=0.95,
    )  # fmt: skip
    skipped = (SkippedDocument(doc_id="slow.txt", reason="too_slow"),)
    partial = mentions.model_copy(
        update={"completeness": completeness, "skipped": skipped, "complete": False}
    )
    for format in ("text", "html", "md"):
        text = rendered(partial, format).replace("\\", "")
        assert "slow.txt was not searched to its end: the expression takes too long in it." in text
        assert "The reader read 400 of 1,000 passages and accepted 5." in text
        assert "With 95% certainty, at most 8 of the 600 unread passages are missed" in text
    limited = mentions.model_copy(update={"mentions": mentions.mentions[:1]})
    assert "; the first 1 are listed" in rendered(limited, "text")


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.txt", "text"), ("a.CSV", "csv"), ("a.htm", "html"), ("a.bib", "bibtex"), ("a.ris", "ris"),
     ("a.jsonld", "webannotation"), ("a.csljson", "csljson"), ("a.xlsx", "xlsx")],
)  # fmt: skip
def test_the_extension_names_the_format(tmp_path: Path, name: str, format: str) -> None:
    assert outputs.format_of(None, tmp_path / name) == format
    assert outputs.format_of("json", tmp_path / name) == "json"


def test_an_unknown_extension_and_a_workbook_on_the_terminal_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not as \.doc"):
        outputs.format_of(None, tmp_path / "a.doc")
    with pytest.raises(UsageError, match="cannot be written to the terminal"):
        outputs.format_of("xlsx", None)
