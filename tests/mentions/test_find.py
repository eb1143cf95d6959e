"""Every place of words and of regular expressions, counted and cited."""

from __future__ import annotations

import json
import time
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import qa
from qa.errors import UsageError
from qa.mentions import patterns
from qa.mentions.record import schema, to_json


def texts(mentions: qa.Mentions) -> list[tuple[str, str]]:
    return [(mention.citation.doc_id, mention.text) for mention in mentions.mentions]


def test_words_are_found_in_any_typography_and_only_as_whole_words(library: qa.Library) -> None:
    mentions = library.find("limitation of liability")
    assert texts(mentions) == [
        ("a.md", "Limitation of Liability"),
        ("a.md", "limitation of liability"),
        ("a.md", "LIMITATION OF LIABILITY"),
        ("a.md", "limitation of liability"),
        ("deals/b.txt", "limitation of lia-\nbility"),
    ]
    assert (mentions.complete, mentions.searched, mentions.total, mentions.mode) == (True, 3, 5, "exact")
    assert [(each.doc_id, each.mentions) for each in mentions.documents] == [("a.md", 4), ("deals/b.txt", 1)]


def test_each_place_is_a_slice_with_its_sentence_and_headings(library: qa.Library) -> None:
    for mention in library.find("limitation of liability").mentions:
        document, cited = library.document(mention.citation.doc_id), mention.citation
        assert document.text[cited.start : cited.end] == mention.text
        assert document.text[mention.context.start : mention.context.end] == mention.context.text
        assert mention.text in mention.context.text
        assert cited.sha256 == document.sha256
    second = library.find("limitation of liability").mentions[1]
    assert second.context.text.endswith("is in the garden.")
    assert second.citation.line == 3
    assert second.citation.heading == ("Limitation of Liability",)


def test_a_regular_expression_matches_the_text_as_it_is(library: qa.Library) -> None:
    assert texts(library.find("limitation of liab", regex=True)) == [
        ("a.md", "limitation of liab"), ("a.md", "limitation of liab"), ("deals/b.txt", "limitation of liab"),
    ]  # fmt: skip
    assert len(library.find(r"(?i)\blimitation\s+of\s+lia-?\s*bility", regex=True).mentions) == 5
    # At lines, and never empty.
    assert texts(library.find(r"^The \w+|x*", regex=True)) == [
        ("a.md", "The limitation"), ("a.md", "The tower"),
    ]  # fmt: skip


def test_documents_are_limited_and_places_counted_beyond_the_limit(library: qa.Library) -> None:
    mentions = library.find("liability", limit=2)
    assert (mentions.total, len(mentions.mentions)) == (7, 2)
    assert [each.mentions for each in mentions.documents] == [5, 2]
    inside = library.find("liability", documents="deals/*")
    assert (inside.searched, {doc_id for doc_id, _ in texts(inside)}) == (1, {"deals/b.txt"})
    with pytest.raises(UsageError, match=r"nothing\.txt"):
        library.find("liability", documents=["nothing.txt"])


def test_what_is_nowhere_is_an_empty_and_complete_list(library: qa.Library) -> None:
    mentions = library.find("no such words")
    assert (mentions.total, mentions.mentions, mentions.documents) == (0, (), ())
    assert mentions.complete


def test_a_pattern_that_never_ends_is_stopped_and_its_document_named(
    tmp_path: Path, library: qa.Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "PATTERN_SECONDS", 0.2)
    monkeypatch.setattr("qa.mentions.search.PATTERN_SECONDS", 0.2)
    (tmp_path / "docs" / "slow.txt").write_text("A word. " + "x" * 60 + " and more.")
    library.add(tmp_path / "docs")
    started = time.monotonic()
    mentions = library.find(r"(?:x|xx)+[^\w\s]|apple", regex=True)
    assert time.monotonic() - started < 30
    assert [(each.doc_id, each.reason) for each in mentions.skipped] == [("slow.txt", "too_slow")]
    assert not mentions.complete
    assert texts(mentions) == [("deals/b.txt", "apple"), ("deals/b.txt", "apple")]


def test_after_the_time_for_all_documents_the_rest_is_named(library: qa.Library) -> None:
    mentions = library.find("liability", timeout=0.0)
    assert {each.reason for each in mentions.skipped} == {"not_reached"}
    assert (len(mentions.skipped), mentions.total, mentions.complete) == (3, 0, False)


@pytest.mark.parametrize(
    ("query", "options", "sentence"),
    [("", {}, "nothing to find"), (" \n", {"regex": True}, "nothing to find"), ("…", {}, "nothing to find"),
     ("(", {"regex": True}, "not valid (missing )"), ("[a", {"regex": True}, "not valid"),
     ("a" * 3000, {}, "longer than 2000"), ("x", {"regex": True, "meaning": True}, "choose one"),
     ("", {"meaning": True}, "question is empty"), ("x", {"documents": ["none"]}, "none")],
)  # fmt: skip
def test_what_cannot_be_found_is_refused_with_a_remedy(
    library: qa.Library, query: str, options: dict[str, bool], sentence: str
) -> None:
    with pytest.raises(qa.QaError) as caught:
        library.find(query, **options)  # type: ignore[arg-type]
    assert sentence in str(caught.value)


@given(st.text(min_size=1, max_size=12))
def test_any_text_is_a_pattern_or_refused(query: str) -> None:
    try:
        search = patterns.pattern(query)
    except UsageError:
        return
    for start, end in search.find("a (b) [c] 12\n", 1.0):
        assert start < end


def test_progress_counts_the_documents(library: qa.Library) -> None:
    calls: list[tuple[int, int]] = []
    library.find("liability", on_progress=lambda done, total: calls.append((done, total)))
    assert calls == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_the_record_has_the_form_of_its_schema(library: qa.Library) -> None:
    form = json.loads(files("qa").joinpath("mentions.schema.json").read_text(encoding="utf-8"))
    assert json.loads(schema()) == form, "run: python -m qa.mentions.record > src/qa/mentions.schema.json"
    for mentions in (library.find("liability"), library.find("apple", meaning=True)):
        record = json.loads(to_json(mentions))
        Draft202012Validator(form).validate(record)
        assert qa.Mentions.model_validate(record) == mentions
