"""Every word of a file is in its text, omitted for a reason, or reported as unread."""

from __future__ import annotations

import pytest

from qa.errors import ReadError
from qa.parsers import account, build
from qa.parsers.build import Extract, TextBuilder
from qa.types import Line, Omission, Page, Place


def test_a_builder_records_places_lines_pages_and_omissions() -> None:
    builder = TextBuilder()
    builder.begin_page("i")
    builder.add("Title", "heading", 1, line=3)
    builder.begin_page()
    builder.add("The tenant pays.", place=("comment", "A. Smith"), line=7)
    builder.omit("struck", "The landlord pays.", page=2)
    whole = TextBuilder()
    whole.begin_page("cover")
    whole.add("First")
    whole.add_all(builder)
    extract = whole.extract(None)
    assert extract.text == "First\n\nTitle\n\nThe tenant pays."
    assert extract.pages == (Page(1, 0, 7, "cover"), Page(2, 7, 14, "i"), Page(3, 14, 30))
    assert extract.places == (Place(14, 30, "comment", "A. Smith"),)
    assert extract.lines == (Line(7, 3), Line(14, 7))
    assert extract.omissions == (Omission("struck", "The landlord pays.", 2),)


def test_a_text_larger_than_any_real_document_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "EXTRACT_CHARACTERS", 100)
    builder = TextBuilder()
    builder.add("a" * 60)
    with pytest.raises(ReadError, match="more than 100 characters"):
        builder.omit("hidden", "b" * 60)


def test_omitted_visible_text_is_a_warning_with_its_pages() -> None:
    omissions = (
        Omission("struck", "4,000 crowns", 2),
        Omission("scan", page=5),
        Omission("scan", page=6),
        Omission("script", "x = 1"),
        Omission("attachment", name="plan.dwg"),
    )
    struck, scan, attachment = tuple(map(str, account.warnings(omissions)))
    assert struck.startswith("Left out: 3 words struck through: page 2; ")
    assert scan.startswith("Only an image, without text: pages 5–6; ")
    assert "plan.dwg" in attachment


def test_a_word_found_nowhere_is_missing() -> None:
    extract = Extract("Title", "The ten-\nant pays.", omissions=(Omission("struck", "4,000 crowns"),))
    assert not account.missing("TITLE The tenant pays 4 000 crowns", extract)
    assert account.missing("The tenant pays. The landlord waits.", extract) == {
        "the": 1,
        "landlord": 1,
        "waits": 1,
    }


def test_a_word_spelled_differently_by_another_extraction_is_not_missing() -> None:
    extract = Extract(None, "Schrödinger 10⁹ الأهوار commit-\nment ends cre-\n8 ators")
    assert not account.missing("Schr¨odinger 109 األهوار commitment ends cre-\n8 ators", extract)
    assert not account.missing("The end-\nPage", Extract(None, "Page. The end"))
    assert account.missing("The agree-\nment", Extract(None, "The")) == {"agree": 1, "ment": 1}
