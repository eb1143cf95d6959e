"""`qa check`: formats, exit codes, and one sentence for each bad input."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from cli_runs import Qa, assert_message

GOOD = "The garden holds an apple."
BAD = "The garden holds one apple."


@pytest.fixture
def draft(place: Path) -> Path:
    path = place / "draft.txt"
    path.write_text(f"It says “{GOOD}” and “{BAD}” there.")
    return path


def test_the_exit_code_says_whether_all_quotations_are_right(indexed: Qa, draft: Path) -> None:
    run = indexed("check", draft)
    assert run.code == 1
    assert "draft.txt: 2 quotations: 1 verbatim, 1 altered" in run.out
    assert "The garden holds [-an-] {+one+} apple." in run.out
    assert "[garden.txt:0-26]" in run.out
    assert "What the verdicts mean:" in run.out
    draft.write_text(f"It says “{GOOD}” only.")
    assert indexed("check", draft).code == 0
    draft.write_text("Nothing is quoted.")
    run = indexed("check", draft)
    assert (run.code, run.out.splitlines()[0]) == (0, "draft.txt: No quotation in this draft.")


def test_json_has_exact_offsets(indexed: Qa, draft: Path) -> None:
    run = indexed("check", draft, "--format", "json")
    record = json.loads(run.out)
    assert run.code == 1
    text = draft.read_text()
    for quotation, verdict in zip(record["quotations"], ["verbatim", "altered"], strict=True):
        assert text[quotation["start"] : quotation["end"]] == quotation["text"]
        assert quotation["verdict"] == verdict
        assert quotation["citation"]["doc_id"] == "garden.txt"


def test_the_extension_of_the_output_chooses_the_format(indexed: Qa, draft: Path, place: Path) -> None:
    for name, start in (("a.json", "{"), ("a.html", "<!DOCTYPE html>"), ("a.txt", "draft.txt:")):
        run = indexed("check", draft, "--output", name)
        assert (run.code, run.out) == (1, "")
        assert run.err == f"{name}: 2 quotations: 1 verbatim, 1 altered\n"
        assert (place / name).read_text(encoding="utf-8").startswith(start)


def test_copies_of_word_and_html_drafts(indexed: Qa, place: Path) -> None:
    (place / "draft.html").write_text(f"<p>It says “{GOOD}” there.")
    run = indexed("check", "draft.html", "--format", "marked")
    assert (run.code, "qa-verbatim" in run.out) == (0, True)
    with zipfile.ZipFile(place / "draft.docx", "w") as file:
        file.writestr("[Content_Types].xml", "<Types></Types>")
        main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        body = f"<w:body><w:p><w:r><w:t>It says “{BAD}” there.</w:t></w:r></w:p></w:body>"
        file.writestr("word/document.xml", f'<w:document xmlns:w="{main}">{body}</w:document>')
    assert indexed("check", "draft.docx", "--output", "copy.docx").code == 1
    with zipfile.ZipFile(place / "copy.docx") as copy:
        assert b"Altered: " in copy.read("word/comments-qa.xml")
    assert_message(indexed("check", "draft.docx", "--format", "docx"), 2, "name a file with --output")
    assert_message(indexed("check", "draft.docx", "--output", "draft.docx"), 2, "would overwrite the draft")


def test_standard_input_shows_its_format(indexed: Qa, monkeypatch: pytest.MonkeyPatch, draft: Path) -> None:
    for content in (draft.read_bytes(), f"<html><body><p>It says “{GOOD}” and “{BAD}”.".encode()):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        run = indexed("check", "-")
        assert run.code == 1
        assert run.out.startswith("standard input: 2 quotations: 1 verbatim, 1 altered")


def test_a_question_file_is_a_list_of_passages(indexed: Qa, place: Path) -> None:
    (place / "list.jsonl").write_text(
        json.dumps({"id": "a", "question": GOOD}) + "\n" + json.dumps({"id": "b", "question": BAD}) + "\n"
    )
    run = indexed("check", "list.jsonl", "--format", "json")
    assert [(q["id"], q["verdict"]) for q in json.loads(run.out)["quotations"]] == [
        ("a", "verbatim"), ("b", "altered")
    ]  # fmt: skip


def test_bad_input_is_one_sentence(indexed: Qa, qa: Qa, draft: Path, place: Path) -> None:
    assert_message(indexed("check", "none.txt"), 2, "none.txt does not exist")
    assert_message(indexed("check", "."), 2, "is a folder")
    (place / "empty.docx").write_bytes(b"")
    assert_message(indexed("check", "empty.docx"), 2, "empty.docx", "empty")
    assert_message(indexed("check", draft, "--documents", "x*"), 2, "x*")
    assert_message(indexed("check", draft, "--format", "docx", "--output", "a.docx"), 2, "draft.txt is none")
    assert_message(indexed("check", draft, "--output", "no/a.html"), 2, "does not exist")
    assert_message(qa("check", draft, "--index", "other"), 1, "no index")
    assert indexed("remove", "garden.txt").code == 0
    assert_message(indexed("check", draft), 2, "no documents")
