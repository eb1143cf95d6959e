"""The command line: every command works, data and messages are separate, and no failure is a traceback."""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from naming import name_documents
from word_encoder import VOCABULARY, WordEncoder

from qa import Library, encoders
from qa.cli.main import main, parser

TEXT = "The garden holds an apple. A silver kettle stands by the river.\n\nThe tower has a lantern.\n"


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Qa = Callable[..., Run]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: WordEncoder) -> Path:
    """A working folder, with an encoder that loads at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QA_INDEX", raising=False)
    monkeypatch.setattr(encoders, "load", lambda *_, **__: words)
    (tmp_path / "garden.txt").write_text(TEXT)
    return tmp_path


@pytest.fixture
def qa(place: Path, capfd: pytest.CaptureFixture[str]) -> Qa:
    def run(*arguments: str | Path) -> Run:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Run(code, out, err)

    return run


@pytest.fixture
def indexed(qa: Qa) -> Qa:
    assert qa("index", "garden.txt").code == 0
    return qa


def assert_message(run: Run, code: int, *parts: str) -> None:
    """Check the exit code, and that the one message contains these parts."""
    assert (run.code, run.out) == (code, "")
    [line] = [line for line in run.err.splitlines() if line.startswith("qa: ")]
    for part in parts:
        assert part in line
    assert line.endswith((".", "...", "qa list", "SOURCE..."))


# The contract


def commands() -> dict[str, argparse.ArgumentParser]:
    [actions] = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(actions.choices)


def test_the_commands_are_those_of_the_contract() -> None:
    assert set(commands()) >= {
        "index", "ask", "batch", "list", "show", "remove", "verify", "eval", "serve",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_has_a_description(name: str, qa: Qa) -> None:
    parser = commands()[name]
    overview = qa("--help").out
    assert f"\n    {name}" in overview
    run = qa(name, "--help")
    assert (run.code, run.err) == (0, "")
    assert "--index DIR" in run.out
    for action in parser._actions:
        assert action.help or action.choices or action.metavar, f"{name} {action.dest}"
        if action.option_strings:
            assert action.option_strings[-1].split("-no-")[-1] in run.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["guess"],
        ["ask"],
        ["ask", "q", "-k", "0"],
        ["ask", "q", "-k", "x"],
        ["ask", "q", "--format", "pdf"],
        ["index"],
    ],
)
def test_an_invalid_call_is_a_usage_error(qa: Qa, arguments: list[str]) -> None:
    run = qa(*arguments)
    assert (run.code, run.out) == (2, "")
    assert "usage: qa" in run.err


def test_the_index_comes_from_the_option_the_variable_or_the_default(
    qa: Qa, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("index", "by-variable", "by-option"):
        (place / f"{folder}.txt").write_text("An apple.")
    assert qa("index", "index.txt").code == 0
    monkeypatch.setenv("QA_INDEX", "by-variable")
    assert qa("index", "by-variable.txt").code == 0
    assert qa("index", "by-option.txt", "--index", "by-option").code == 0
    for folder in ("index", "by-variable", "by-option"):
        listed = qa("list", "--format", "jsonl", "--index", folder).records
        assert [row["doc_id"] for row in listed] == [f"{folder}.txt"]
    assert [row["doc_id"] for row in qa("list", "--format", "jsonl").records] == ["by-variable.txt"]


# index, list, show, remove


def test_index_prints_the_result_for_each_file_and_totals(qa: Qa, place: Path) -> None:
    (place / "docs").mkdir()
    (place / "docs" / "a.txt").write_text("An apple.")
    (place / "docs" / "bad.pdf").write_bytes(b"")
    run = qa("index", "docs")
    assert run.code == 0
    assert run.out == (
        "added\ta.txt\n"
        "failed\tbad.pdf: it is empty; check that it was copied completely.\n"
        "1 added, 0 changed, 0 unchanged, 0 removed, 1 failed\n"
    )
    (place / "docs" / "bad.pdf").unlink()
    (place / "docs" / "a.txt").write_text("A candle, and more.")
    (place / "docs" / "b.txt").write_text("A dragon.")
    run = qa("index", "docs", "--dry-run")
    assert run.out.splitlines() == [
        "added\tb.txt", "changed\ta.txt", "Would be: 1 added, 1 changed, 0 unchanged, 0 removed, 0 failed",
    ]  # fmt: skip
    assert qa("show", "a.txt").out == "An apple.\n"
    assert qa("index", "docs").out.endswith("1 added, 1 changed, 0 unchanged, 0 removed, 0 failed\n")
    (place / "docs" / "b.txt").unlink()
    assert qa("index", "docs", "--prune").out == (
        "removed\tb.txt\n0 added, 0 changed, 1 unchanged, 1 removed, 0 failed\n"
    )


def test_index_fails_only_if_nothing_could_be_indexed(qa: Qa, place: Path) -> None:
    run = qa("index", "missing.txt")
    assert run.code == 1
    assert "failed\tmissing.txt: does not exist; check the path." in run.out


def test_a_dry_run_without_an_index_reports_additions_and_creates_none(qa: Qa, place: Path) -> None:
    run = qa("index", "garden.txt", "--dry-run", "--index", "none-yet")
    assert run.code == 0
    assert run.out.splitlines() == [
        "added\tgarden.txt",
        "Would be: 1 added, 0 changed, 0 unchanged, 0 removed, 0 failed",
    ]
    assert not (place / "none-yet").exists()


def test_missing_sources_create_no_index(qa: Qa, place: Path) -> None:
    run = qa("index", "nowhere.txt", "--index", "none-yet")
    assert run.code == 1
    assert "failed\tnowhere.txt: does not exist" in run.out
    assert not (place / "none-yet").exists()


def test_list_prints_a_table_or_json(indexed: Qa) -> None:
    run = indexed("list")
    header, row = run.out.splitlines()
    assert header.split() == ["document", "title", "pages", "sentences", "bytes", "indexed"]
    assert row.split()[:5] == ["garden.txt", "garden", "-", "3", str(len(TEXT))]
    assert "1 document, 3 sentences" in run.err
    [record] = indexed("list", "--format", "jsonl").records
    assert json.loads(indexed("list", "--format", "json").out) == [record]
    assert (record["doc_id"], record["sentences"], record["characters"]) == ("garden.txt", 3, len(TEXT))


@pytest.mark.parametrize(
    ("target", "text"),
    [("garden.txt", TEXT), ("garden.txt:27-42", "A silver kettle\n"), ("garden.txt:0-1", "T\n")],
)
def test_show_prints_the_exact_text(indexed: Qa, target: str, text: str) -> None:
    run = indexed("show", target)
    assert (run.code, run.out, run.err) == (0, text, "")


@pytest.mark.parametrize(
    ("target", "reason"),
    [("other.txt", "no document other.txt; see: qa list"), ("garden.txt:5-5", "5-5 is outside"),
     ("garden.txt:0-999999", "has the characters 0-")],
)  # fmt: skip
def test_showing_a_missing_target_is_a_usage_error(indexed: Qa, target: str, reason: str) -> None:
    assert_message(indexed("show", target), 2, reason)


def test_remove_deletes_the_document(indexed: Qa) -> None:
    run = indexed("remove", "garden.txt")
    assert (run.code, run.out, run.err) == (0, "", "Removed 1 document.\n")
    assert_message(indexed("show", "garden.txt"), 2, "There is no document garden.txt")
    assert_message(indexed("remove", "garden.txt"), 2, "There is no document garden.txt; see: qa list")


# ask


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
    [score] = re.findall(r"score (0\.\d{3}), made of", explained.out)
    parts = re.findall(r"^ +(-?0\.\d{3})  (.+)$", explained.out, re.MULTILINE)
    assert sum(float(value) for value, _ in parts) == pytest.approx(float(score), abs=0.005)
    assert "meaning of the sentence" in {label for _, label in parts}
    assert "a place, as asked" not in {label for _, label in parts}
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


# Invalid indexes


@pytest.mark.parametrize(
    "arguments", [["ask", "Where?"], ["list"], ["show", "a"], ["remove", "a"], ["verify", "a"]]
)
def test_a_missing_index_is_reported_with_the_command_that_creates_one(qa: Qa, arguments: list[str]) -> None:
    assert_message(qa(*arguments), 1, "There is no index in index; create one with: qa index SOURCE...")


def test_a_folder_of_another_program_is_not_changed(qa: Qa, place: Path) -> None:
    (place / "index").mkdir()
    (place / "index" / "thesis.docx").write_text("x")
    assert_message(
        qa("index", "garden.txt"), 1, "contains other files (thesis.docx)", "name an empty or new folder"
    )
    with sqlite3.connect(place / "library.db") as connection:
        connection.execute("CREATE TABLE other (a)")
    connection.close()
    assert_message(qa("ask", "Where?", "--index", "."), 1, "belongs to another program; name another folder")


def test_a_read_only_index_is_reported_with_a_remedy(
    indexed: Qa, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    assert_message(
        indexed("remove", "garden.txt"), 1, "cannot be written (Permission denied); make it writable"
    )
    assert "silver" in indexed("ask", "Where is the silver kettle?").out


# Invalid files


def encrypted_pdf() -> bytes:
    import io

    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.txt": (lambda: b"", "it is empty"),
    "blank.txt": (lambda: b" \n\n ", "contains no text"),
    "photo.pdf": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "it is really"),
    "torn.pdf": (lambda: b"%PDF-1.7\n1 0 obj", ";"),
    "torn.docx": (lambda: b"PK\x03\x04torn", ";"),
    "data.bin": (lambda: b"\x00\x01", ".bin files cannot be read"),
    "noextension": (lambda: b"text", "without an extension cannot be read"),
    "locked.pdf": (encrypted_pdf, "password"),
}


def test_bad_files_are_reported_with_reasons_and_the_others_are_indexed(qa: Qa, place: Path) -> None:
    pytest.importorskip("pypdf")
    (place / "docs").mkdir()
    for name, (content, _) in BAD.items():
        (place / "docs" / name).write_bytes(content())
    (place / "docs" / "utf16.txt").write_bytes("Ein Äpfelchen für Jürgen steht am Fluß.".encode("utf-16"))
    run = qa("index", "docs")
    assert run.code == 0
    failed = dict(
        line.removeprefix("failed\t").split(": ", 1)
        for line in run.out.splitlines()
        if line.startswith("failed\t")
    )
    assert failed.keys() == BAD.keys()
    for name, (_, why) in BAD.items():
        assert why in failed[name], name
        assert failed[name].endswith("."), name
    assert qa("show", "utf16.txt").out == "Ein Äpfelchen für Jürgen steht am Fluß.\n"


# batch, verify, eval


def test_batch_reads_and_writes_each_format(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n\nWhat has the tower?\n")
    (place / "q.csv").write_text(
        "id,question,owner\nk,Where is the silver kettle?,Ann\nt,What has the tower?,Bob\n"
    )
    (place / "q.jsonl").write_text('{"id": "k", "question": "Where is the silver kettle?", "owner": "Ann"}\n')
    run = indexed("batch", "q.txt")
    assert (run.code, [record["id"] for record in run.records]) == (0, ["1", "2"])
    assert [record["quotes"][0]["text"] for record in run.records] == [
        "A silver kettle stands by the river.", "The tower has a lantern.",
    ]  # fmt: skip
    assert run.err.endswith("0 failed.\n")
    assert indexed("batch", "q.csv", "--output", "a.csv", "-k", "1").out == ""
    with (place / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["owner"]) for row in rows] == [("k", "Ann"), ("t", "Bob")]
    assert any("A silver kettle stands by the river." in value for value in rows[0].values())
    assert indexed("batch", "q.jsonl", "--output", "a.jsonl").code == 0
    [record] = [json.loads(line) for line in (place / "a.jsonl").read_text().splitlines()]
    assert (record["id"], record["input"]) == ("k", {"owner": "Ann"})
    assert indexed("batch", "q.jsonl", "--output", "a.json").code == 0
    assert json.loads((place / "a.json").read_text()) == [record]
    for name in ("a.json", "a.jsonl"):
        assert indexed("verify", name).err.startswith("3 citations checked, 0 faults found.")
    for name in ("a.md", "a.html", "a.xlsx", "a.tsv"):
        assert indexed("batch", "q.csv", "--output", name).code == 0
        assert (place / name).stat().st_size > 100


@pytest.mark.parametrize("format", ["jsonl", "json", "csv", "tsv", "md", "markdown", "html"])
def test_batch_prints_each_format(indexed: Qa, place: Path, format: str) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\nWhat has the tower?\n")
    run = indexed("batch", "q.txt", "--format", format, "-k", "1")
    assert run.code == 0, run.err
    if format == "json":
        assert [record["id"] for record in json.loads(run.out)] == ["1", "2"]
    elif format == "jsonl":
        assert [record["id"] for record in run.records] == ["1", "2"]
    elif format in ("csv", "tsv"):
        delimiter = "," if format == "csv" else "\t"
        rows = list(csv.DictReader(run.out.removeprefix("\ufeff").splitlines(), delimiter=delimiter))
        assert [row["question"] for row in rows] == ["Where is the silver kettle?", "What has the tower?"]
    else:
        assert run.out.startswith("<!DOCTYPE html>" if format == "html" else "# ")


def test_an_empty_index_lists_an_empty_array(indexed: Qa) -> None:
    assert indexed("remove", "garden.txt").code == 0
    assert indexed("list", "--format", "json").out == "[]\n"
    assert indexed("list", "--format", "jsonl").out == ""


@pytest.mark.parametrize(("format", "alike"), [("jsonl", "json"), ("md", "markdown")])
def test_formats_have_the_same_names_in_every_command(indexed: Qa, format: str, alike: str) -> None:
    question = ("ask", "Where is the silver kettle?", "--format")
    assert indexed(*question, format).out == indexed(*question, alike).out != ""


def test_an_invalid_question_does_not_stop_a_batch(indexed: Qa, place: Path) -> None:
    (place / "q.jsonl").write_text(
        "".join(json.dumps({"question": q}) + "\n" for q in ("", "a" * 10_000, "Where is the silver kettle?"))
    )
    run = indexed("batch", "q.jsonl")
    assert run.code == 0
    assert ["error" in record for record in run.records] == [True, True, False]
    assert "2 failed." in run.err


def test_a_batch_without_a_question_file_is_a_usage_error(indexed: Qa, place: Path) -> None:
    run = indexed("batch", "missing.csv")
    assert_message(run, 2, "missing.csv")
    (place / "q.csv").write_text("wanted\nWo?\n")
    assert_message(indexed("batch", "q.csv"), 2, "question")


def test_an_interrupted_batch_keeps_finished_answers(
    indexed: Qa, place: Path, monkeypatch: pytest.MonkeyPatch, words: WordEncoder
) -> None:
    (place / "q.txt").write_text("Where is the kettle?\nWhere is the tower?\nWhere is the river?\n")
    encode = words.encode

    def stopped(texts: list[str], *, query: bool = False) -> encoders.Vectors:
        if "river" in texts[0]:
            raise KeyboardInterrupt
        return encode(texts, query=query)

    monkeypatch.setattr(words, "encode", stopped)
    run = indexed("batch", "q.txt", "--output", "a.jsonl")
    assert run.code == 1
    assert "has the first 2 answers" in run.err
    assert not (place / "a.jsonl").exists()
    assert len((place / "a.partial.jsonl").read_text().splitlines()) == 2


def test_verify_reports_a_falsified_quote(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    indexed("batch", "q.txt", "--output", "a.jsonl")
    run = indexed("verify", "a.jsonl")
    assert (run.code, run.out) == (0, "")
    assert "0 faults found." in run.err
    answers = place / "a.jsonl"
    answers.write_text(answers.read_text().replace('"text": "A silver kettle', '"text": "A golden kettle', 1))
    run = indexed("verify", "a.jsonl")
    assert run.code == 1
    assert "the quote is not the text of garden.txt at 27-63" in run.out


def test_verify_reports_a_changed_file(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    indexed("batch", "q.txt", "--output", "a.jsonl")
    (place / "garden.txt").write_text("Nothing.")
    assert "is no longer the version that was quoted" in indexed("verify", "a.jsonl").out
    assert indexed("verify", "a.jsonl", "--text-only").code == 0
    assert_message(indexed("verify", "missing.jsonl"), 2, "missing.jsonl cannot be read")


def test_eval_prints_figures(indexed: Qa, place: Path) -> None:
    rows = [
        {"question": "Where is the silver kettle?", "answers": ["by the river"]},
        {"question": "What has the tower?", "answers": ["a dragon"]},
        {"question": "Who is the king?", "answerable": False, "answers": []},
    ]
    (place / "q.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = indexed("eval", "q.jsonl", "--format", "json")
    [figures] = run.records
    assert (run.code, figures["questions"], figures["answerable"]) == (0, 3, 2)
    assert figures["hit"] == {"1": 0.5, "3": 0.5, "10": 0.5}
    assert "hit@1                 0.500" in indexed("eval", "q.jsonl").out
    (place / "plain.txt").write_text("Where?\n")
    assert_message(indexed("eval", "plain.txt"), 2, "no gold answers")


# The whole program with the real model, as a separate process


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )


def test_the_program_answers_from_the_shipped_text_through_a_pipe(source_folder: Path) -> None:
    done = process(
        "ask", "What should happen to Cold War mentality?", "--format", "json", "--index", str(source_folder)
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        json.loads(done.stdout)["quotes"][0]["text"]
        == "The mentality of the Cold War should be eliminated entirely."
    )


def test_a_closed_pipe_and_an_unsupported_character_are_no_failures(
    source_folder: Path,
) -> None:
    done = process(
        "show", "source.txt", "--index", str(source_folder), env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "China?s perspective" in done.stdout
    with subprocess.Popen(
        [sys.executable, "-m", "qa", "list", "--index", str(source_folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as closed:  # fmt: skip
        assert closed.stdout is not None
        assert closed.stderr is not None
        closed.stdout.close()
        assert b"Traceback" not in closed.stderr.read()
        assert b"Exception ignored" not in closed.stderr.read()


# The model's languages, and its calibration


def questions_of(place: Path, unanswerable: int) -> Path:
    """Write a question for each known word with its gold answer, and unanswerable questions."""
    words = [word for word in VOCABULARY if word != "apple"]
    (place / "things.txt").write_text(
        " ".join(f"The {word} is behind house {n}." for n, word in enumerate(words))
    )
    rows = [{"question": f"Where is the {word}?", "answers": [f"house {n}."]} for n, word in enumerate(words)]
    rows += [
        {"question": f"Where is the zebra of mister {n}?", "answerable": False} for n in range(unanswerable)
    ]
    path = place / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_calibration_changes_the_confidence_until_reset(qa: Qa, place: Path) -> None:
    gold = questions_of(place, 20)
    assert qa("index", "things.txt").code == 0
    question = ("ask", "Where is the kettle?", "--format", "json")
    before = qa(*question)
    assert "run: qa calibrate" in before.err
    run = qa("calibrate", gold)
    assert run.code == 0
    shown = dict(line.rsplit("  ", 1) for line in run.out.splitlines() if "ece" not in line)
    assert {name.strip(): value.strip() for name, value in shown.items()}["questions"] == "39"
    eces = [float(line.split()[2]) for line in run.out.splitlines() if line.startswith("ece")]
    assert len(eces) == 2
    assert "--risk 0.01 from      never" in run.out
    after = qa(*question)
    assert after.err == ""
    assert after.records[0]["confidence"] != before.records[0]["confidence"]
    assert "calibrate" not in qa("list").err + qa("doctor").err + qa("eval", gold).err
    assert qa("index", "garden.txt").code == 0
    assert "calibrate" not in qa("list").err
    assert qa("calibrate", "--reset").code == 0
    for command in (("list",), ("doctor",), ("eval", gold), question):
        assert "run: qa calibrate QUESTIONS" in qa(*command).err


def test_too_few_questions_do_not_calibrate(qa: Qa, place: Path) -> None:
    gold = questions_of(place, 10)
    assert qa("index", "things.txt").code == 0
    assert_message(qa("calibrate", gold), 2, "29 questions", "at least 30")
    assert_message(qa("calibrate"), 2, "--reset")
    assert "run: qa calibrate" in qa("list").err


@pytest.fixture
def reads_english(place: Path, words: WordEncoder) -> Path:
    words.languages = frozenset({"en"})
    (place / "deutsch.txt").write_text("Der Apfel ist in dem Garten. Die Laterne ist nicht auf dem Turm.\n")
    return place


def test_documents_in_unsupported_languages_are_a_note_and_no_error(qa: Qa, reads_english: Path) -> None:
    run = qa("index", "garden.txt", "deutsch.txt", "--report", "report.json")
    assert run.code == 0
    [line] = [line for line in run.err.splitlines() if "German" in line]
    assert line.startswith("1 document is in German, which the model words-of-the-tests does not support")
    assert "--model sentence-transformers/paraphrase-multilingual" in line
    assert json.loads((reads_english / "report.json").read_text())["unread"] == {"de": 1}
    assert "German" not in qa("index", "garden.txt", "deutsch.txt").err
    assert line in qa("list").err


def test_questions_in_unsupported_languages_are_a_note(qa: Qa, reads_english: Path) -> None:
    assert qa("index", "deutsch.txt").code == 0
    unanswered = qa("ask", "Wer ist der Kaiser von China?")
    assert "Reason: the question is in German, which the model of this index does not read" in unanswered.out
    answered = qa("ask", "Wo ist der Apfel in dem Garten?", "--format", "json", "--risk", "0.3")
    assert answered.records[0]["answered"]
    assert "1 question is in German" in answered.err
    (reads_english / "questions.txt").write_text(
        "Wo ist der Apfel?\nWhere is the apple?\nWer ist der Kaiser?\n"
    )
    assert "2 questions are in German" in qa("batch", "questions.txt").err


@pytest.mark.parametrize("port", ["65536", "99999", "-1", "http"])
def test_an_impossible_port_is_a_usage_error(qa: Qa, port: str) -> None:
    run = qa("serve", f"--port={port}")
    assert (run.code, run.out) == (2, "")
    assert "must be a whole number from 0 to 65535" in run.err


def test_a_read_only_page_creates_no_index(qa: Qa, place: Path) -> None:
    assert_message(qa("serve", "--read-only", "--index", "new"), 1, "There is no index in new")
    assert not (place / "new").exists()


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
