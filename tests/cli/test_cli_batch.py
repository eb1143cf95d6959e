"""`qa batch`, `qa verify`, and the figures of `qa eval`."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from cli_runs import Qa, assert_message
from word_encoder import WordEncoder

from qa import encoders


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
    for name in ("a.csv", "a.tsv", "a.xlsx", "a.md", "a.html", "a.docx"):
        assert indexed("batch", "q.csv", "--output", name).code == 0
        run = indexed("verify", name)
        assert (run.code, run.out) == (0, "")
        # Tables have the quotes that answer, and reports the closest passages too.
        assert re.match(r"[1-9] citations checked, 0 faults found\.", run.err), run.err


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


def test_an_interrupted_batch_keeps_finished_answers_and_continues(
    indexed: Qa, place: Path, monkeypatch: pytest.MonkeyPatch, words: WordEncoder
) -> None:
    lines = [f"Where is the kettle, question {number}?" for number in range(40)]
    (place / "q.txt").write_text("\n".join([*lines, "Where is the river?", *lines]))
    whole = indexed("batch", "q.txt", "--output", "whole.csv")
    encode = words.encode
    asked: list[str] = []

    def stopped(texts: list[str], *, query: bool = False) -> encoders.Vectors:
        asked.extend(texts)
        if any("river" in text for text in texts):
            raise KeyboardInterrupt
        return encode(texts, query=query)

    with monkeypatch.context() as patch:
        patch.setattr(words, "encode", stopped)
        run = indexed("batch", "q.txt", "--output", "a.csv")
    assert run.code == 1
    assert "a.csv.partial.jsonl has the first 32 answers; --resume continues from there." in run.err
    assert not (place / "a.csv").exists()
    assert len((place / "a.csv.partial.jsonl").read_text().splitlines()) == 1 + 32
    assert_message(indexed("batch", "q.txt", "--output", "a.csv"), 2, "add --resume to continue it")
    again = indexed("batch", "q.txt", "--output", "a.csv", "--resume", "-k", "2")
    assert_message(again, 2, "it was begun with other options")
    asked.clear()
    run = indexed("batch", "q.txt", "--output", "a.csv", "--resume", "--workers", "1")
    assert run.code == 0
    assert run.err == whole.err
    assert (place / "a.csv").read_bytes() == (place / "whole.csv").read_bytes()
    assert not (place / "a.csv.partial.jsonl").exists()


def test_an_index_that_changed_is_not_continued(
    indexed: Qa, place: Path, monkeypatch: pytest.MonkeyPatch, words: WordEncoder
) -> None:
    (place / "q.txt").write_text("\n".join([*["Where is the kettle?"] * 16, "Where is the river?"]))
    encode = words.encode

    def stopped(texts: list[str], *, query: bool = False) -> encoders.Vectors:
        if query and any("river" in text for text in texts):
            raise KeyboardInterrupt
        return encode(texts, query=query)

    with monkeypatch.context() as patch:
        patch.setattr(words, "encode", stopped)
        assert indexed("batch", "q.txt", "--output", "a.jsonl", "--workers", "1").code == 1
    indexed("index", "garden.txt")  # nothing has changed
    (place / "more.txt").write_text("The river is long.")
    indexed("index", "more.txt")
    run = indexed("batch", "q.txt", "--output", "a.jsonl", "--resume")
    assert_message(run, 2, "the index has changed since")


def test_resume_needs_a_file_and_is_not_for_questionnaires(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the kettle?\n")
    assert_message(indexed("batch", "q.txt", "--resume"), 2, "name it with --output")
    assert_message(indexed("batch", "q.xlsx", "--fill", "--resume"), 2, "leave out --resume")


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


@pytest.mark.parametrize("format", ["html", "md", "csv", "tsv"])
def test_verify_refuses_a_file_with_a_wrong_extension_in_one_sentence(
    indexed: Qa, place: Path, format: str
) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    indexed("batch", "q.txt", "--output", f"a.{format}")
    (place / f"a.{format}").rename(place / "renamed.json")
    assert_message(indexed("verify", "renamed.json"), 2, "renamed.json is not JSON")
    (place / "renamed.json").rename(place / "renamed.txt")
    assert_message(
        indexed("verify", "renamed.txt"), 2, "renamed.txt has no answers", ".docx file of qa batch"
    )
    assert ".docx" in indexed("verify", "--help").out


def test_verify_needs_no_index_if_the_files_are_named(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    indexed("batch", "q.txt", "--output", "a.html")
    run = indexed("verify", "a.html", "--index", "none", "--sources", "garden.txt")
    assert (run.code, run.out) == (0, "")
    text = (place / "garden.txt").read_text()
    (place / "garden.txt").write_text("One more line.\n" + text)
    run = indexed("verify", "a.html", "--index", "none", "--sources", "garden.txt")
    assert run.code == 1
    assert (
        "garden.txt is not the version that was quoted (its hash differs); the quote has moved to" in run.out
    )
    assert_message(
        indexed("verify", "a.html", "--index", "none", "--sources", "no.txt"), 2, "no.txt does not exist"
    )
    assert_message(indexed("verify", "a.html", "--index", "none"), 1, "There is no index in none")


def test_verify_reports_a_damaged_record_among_others(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    indexed("batch", "q.txt", "--output", "a.jsonl")
    (place / "b.jsonl").write_text("damaged\n" + (place / "a.jsonl").read_text())
    run = indexed("verify", "b.jsonl")
    assert (run.code, run.out.count("\n")) == (1, 1)
    assert run.out.startswith("line 1: it is not an answer record in JSON. ")
    assert "3 citations checked, 1 fault found." in run.err


def test_verify_reports_a_changed_file(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    indexed("batch", "q.txt", "--output", "a.jsonl")
    (place / "garden.txt").write_text("Nothing.")
    assert "is no longer the version that was quoted" in indexed("verify", "a.jsonl").out
    assert indexed("verify", "a.jsonl", "--text-only").code == 0
    assert_message(
        indexed("verify", "missing.jsonl"), 2, "missing.jsonl cannot be read because it does not exist; name"
    )
    (place / "folder.jsonl").mkdir()
    assert_message(indexed("verify", "folder.jsonl"), 2, "cannot be read (Is a directory); name a .json")
    (place / "bytes.jsonl").write_bytes(b"\xff\xfe\xff")
    assert_message(indexed("verify", "bytes.jsonl"), 2, "cannot be read (it is not UTF-8 text); name a .json")


def test_no_message_has_the_number_of_an_error_of_the_system(indexed: Qa, place: Path) -> None:
    (place / "file").write_text("x")
    (place / "qa.toml").mkdir()
    for arguments in (
        ("list", "--index", "file"),
        ("list", "--index", "file/index"),
        ("doctor", "--index", "file"),
        ("index", "garden.txt", "--index", "file"),
        ("index", "garden.txt", "--index", "file/index"),
        ("index", "garden.txt", "--report", "none/report.json"),
        ("index", "garden.txt", "--password-file", "none"),
        ("batch", "none.txt"),
        ("batch", "garden.txt", "--output", "none/a.jsonl"),
        ("verify", "none.jsonl"),
        ("eval", "none.jsonl"),
        ("calibrate", "file/none.jsonl"),
        ("serve", "--auth", "none"),
    ):
        run = indexed(*arguments)
        assert run.code in (1, 2), arguments
        assert run.err.splitlines()[-1].startswith("qa: "), arguments
        assert "Errno" not in run.err, arguments


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
    shown = indexed("eval", "q.jsonl").out
    assert "hit@1                 0.500" in shown
    for name in ("mrr", "ndcg", "auroc", "ece", "words"):
        [line] = [line for line in shown.splitlines() if line.startswith(f"{name} ")]
        assert len(line.split()) > 5, "a figure has an explanation"
    (place / "plain.txt").write_text("Where?\n")
    assert_message(indexed("eval", "plain.txt"), 2, "no gold answers")


def test_verify_reads_a_long_table_of_documents(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text("Where is the silver kettle?\n")
    for name in ("a.jsonl", "a.csv"):
        options = ("--long",) if name == "a.csv" else ()
        run = indexed("batch", "q.txt", "--each-document", *options, "--output", name)
        assert run.code == 0, run.err
        run = indexed("verify", name)
        assert (run.code, run.out) == (0, "")
        assert re.match(r"[1-9] citations? checked, 0 faults found\.", run.err), run.err
    assert indexed("batch", "q.txt", "--each-document", "--output", "wide.csv").code == 0
    assert_message(indexed("verify", "wide.csv"), 2, "has no columns quote, document, start and end")
