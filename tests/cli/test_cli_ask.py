"""`qa ask` on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_runs import Qa, assert_message
from naming import name_documents

from qa import Library
from qa.search.explain import LABELS


def test_ask_prints_the_quote_with_its_place(indexed: Qa) -> None:
    run = indexed("ask", "Where is the silver kettle?")
    assert run.code == 0
    assert "A silver kettle stands by the river." in run.out
    assert "garden.txt" in run.out
    assert "\x1b" not in run.out


def test_ask_for_json_prints_only_the_record(indexed: Qa) -> None:
    run = indexed("ask", "Where is the silver kettle?", "--format", "json", "-k", "1")
    [record] = run.records
    [quote] = record["quotes"]
    assert (record["id"], record["question"]) == ("1", "Where is the silver kettle?")
    assert quote["text"] == "A silver kettle stands by the river."
    assert (quote["citation"]["start"], quote["citation"]["line"]) == (27, 1)
    # The test model has no fitted confidence.
    assert run.err.splitlines() == [str(Library("index").calibration_note())]
    assert indexed("ask", "Where is the silver kettle?", "--format", "json", "-k", "1").out == run.out


def test_ask_with_why_prints_the_parts_of_each_score(indexed: Qa) -> None:
    question = ("ask", "Where is the silver kettle?", "-k", "1")
    plain, explained = indexed(*question), indexed(*question, "--why")
    assert "score" not in plain.out
    [score] = re.findall(r"score (\d+\.\d{3}), made of", explained.out)
    parts = re.findall(r"^ +(-?\d+\.\d{3})  (.+)$", explained.out, re.MULTILINE)
    assert sum(float(value) for value, _ in parts) == pytest.approx(float(score), abs=0.005)
    assert "meaning of the sentence" in {label for _, label in parts}
    assert {label for _, label in parts} <= set(LABELS.values()) - {LABELS["reader"]}
    [bare], [full] = (
        indexed(*question, "--format", "json").records,
        indexed(*question, "--format", "json", "--why").records,
    )
    [quote] = full["quotes"]
    assert sum(part["value"] for part in quote["why"]) == pytest.approx(quote["score"], abs=1e-5)
    del quote["why"]
    assert full == bare


def test_ask_for_markdown_prints_blockquotes(indexed: Qa) -> None:
    run = indexed("ask", "Where is the silver kettle?", "--format", "markdown", "-k", "1")
    assert "> " in run.out
    assert "silver" in run.out


def test_ask_after_another_question(indexed: Qa) -> None:
    first = "Where is the silver kettle?"
    alone, after = indexed("ask", "Why?"), indexed("ask", "Why?", "--after", "Who knows?", "--after", first)
    assert after.code == 0
    assert f"Understood with: {first}" in after.out
    assert "Understood with" not in alone.out
    [record] = indexed("ask", "Why?", "--after", first, "--format", "json").records
    assert record["understood_with"] == [first]
    assert indexed("ask", first, "--after", "").out == indexed("ask", first).out


def test_ask_only_some_documents(indexed: Qa, place: Path) -> None:
    (place / "other.txt").write_text("Another silver kettle stands in the tower.")
    indexed("index", "other.txt")
    run = indexed("ask", "Where is the silver kettle?", "--format", "json", "--documents", "o*")
    assert [quote["citation"]["doc_id"] for quote in run.records[0]["quotes"]] == ["other.txt"]
    assert_message(indexed("ask", "Where?", "--documents", "x*"), 2, "No document matches x*; see: qa list")


@pytest.mark.parametrize(
    ("question", "reason"), [("", "is empty"), ("  ?", "is empty"), ("a" * 10_000, "10,000 characters")]
)
def test_an_invalid_question_is_a_usage_error(indexed: Qa, question: str, reason: str) -> None:
    assert_message(indexed("ask", question), 2, reason)


def test_a_named_document_is_asked_alone_unless_everywhere(
    qa: Qa, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "river.txt").write_text("The dragon drinks from the river.\n")
    qa("index", "garden.txt", "river.txt")
    name_documents(monkeypatch, "kettle", "The garden", "garden.txt")
    question = "Is the kettle by the river?"
    shown = qa("ask", question).out
    assert "\nLooking in: The garden (--everywhere asks all documents)\n" in shown
    assert "river.txt" not in shown
    everywhere = qa("ask", question, "--everywhere").out
    assert "Looking in" not in everywhere
    assert "river.txt" in everywhere
    (place / "questions.txt").write_text(f"{question}\n")
    scopes = [qa("batch", "questions.txt", *more).records[0]["scope"] for more in ([], ["--everywhere"])]
    assert scopes == [{"documents": ["garden.txt"], "title": "The garden"}, None]
    (place / "qa.toml").write_text("everywhere = true\n")
    assert "Looking in" not in qa("ask", question).out


def test_a_style_is_that_of_the_citations_in_text_and_markdown(indexed: Qa, place: Path) -> None:
    question = ("ask", "Where is the silver kettle?", "-k", "1", "--style", "apa")
    for format in ("text", "markdown"):
        run = indexed(*question, "--format", format)
        assert ", n.d.)" in run.out
        assert "line 1" not in run.out
    (place / "answer.md").write_text(run.out)
    assert indexed("verify", "answer.md").code == 0
    assert indexed(*question, "--format", "json").out == indexed(*question[:4], "--format", "json").out
    refused = indexed(*question[:4], "--style", "mla")
    assert refused.code == 2
    assert "mla" in refused.err


@pytest.mark.parametrize("format", ["md", "html", "docx"])
def test_a_report_of_a_batch_is_in_the_style_and_can_be_verified(
    indexed: Qa, place: Path, format: str
) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    assert indexed("batch", "q.txt", "--output", f"a.{format}", "--style", "oscola").code == 0
    assert indexed("verify", f"a.{format}").code == 0
    if format != "docx":
        assert "‘" in (place / f"a.{format}").read_text()
