"""The command line: commands, messages and exit codes, with an encoder that loads at once."""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runs import TEXT, Qa, assert_message

from qa.cli.main import parser

# The contract


def commands() -> dict[str, argparse.ArgumentParser]:
    [actions] = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(actions.choices)


def test_the_commands_are_those_of_the_contract() -> None:
    assert set(commands()) >= {
        "index", "ask", "batch", "list", "show", "remove", "verify", "diff", "eval", "serve",
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
        assert action.help or (action.choices and action.option_strings), f"{name} {action.dest}"
        if action.option_strings:
            assert action.option_strings[-1].split("-no-")[-1] in run.out


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("idnex", "There is no command idnex (did you mean index?); see: qa --help"),
        ("Serve", "There is no command Serve (did you mean serve?); see: qa --help"),
        ("guess", "There is no command guess; see: qa --help"),
        ("", 'There is no command ""; see: qa --help'),
    ],
)
def test_an_unknown_command_is_one_sentence_with_the_nearest_name(
    qa: Qa, command: str, sentence: str
) -> None:
    run = qa(command, "--format", "json")
    assert (run.code, run.out, run.err) == (2, "", f"qa: {sentence}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
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


def test_index_prints_the_first_failures_of_a_corpus_and_the_number_of_the_others(
    qa: Qa, place: Path
) -> None:
    (place / "corpus.jsonl").write_text("".join(f'{{"text": "Line {n}."}}\n' for n in range(1, 9)))
    (place / "bad.pdf").write_bytes(b"")
    lines = qa("index", "corpus.jsonl", "bad.pdf").out.splitlines()
    assert [line.split(": ")[1] for line in lines if line.startswith("failed\tcorpus.jsonl")] == [
        *(f"line {n}" for n in range(1, 6)), "... and 3 more (all are in --report FILE)",
    ]  # fmt: skip
    assert [line for line in lines if line.startswith("failed\tbad.pdf")]
    assert lines[-1].endswith("9 failed")


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


def test_the_omissions_have_a_header_for_a_person_only(
    qa: Qa, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "a.html").write_text("<script>run</script><p>The apple is red.</p>")
    assert qa("index", "a.html").code == 0
    row = "script\t\t\trun\n"
    assert qa("show", "a.html", "--left-out").out == row
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert qa("show", "a.html", "--left-out").out == f"reason\tpage\tpart\twords\n{row}"


@pytest.mark.parametrize(
    ("target", "text"),
    [("garden.txt", TEXT), ("garden.txt:27-42", "A silver kettle\n"), ("garden.txt:0-1", "T\n")],
)
def test_show_prints_the_exact_text(indexed: Qa, target: str, text: str) -> None:
    run = indexed("show", target)
    assert (run.code, run.out, run.err) == (0, text, "")


@pytest.mark.parametrize(
    ("target", "reason"),
    [("other.txt", "no document other.txt; see: qa list"), ("garden.txt:5-5", "5-5 contains no text"),
     ("garden.txt:10-5", "10-5 contains no text, because it must end after it starts"),
     ("garden.txt:0-999999", "has the characters 0-")],
)  # fmt: skip
def test_showing_a_missing_target_is_a_usage_error(indexed: Qa, target: str, reason: str) -> None:
    assert_message(indexed("show", target), 2, reason)


def test_names_with_control_characters_are_escaped_for_people_and_exact_for_programs(
    qa: Qa, place: Path
) -> None:
    names = ["a\nadded\tb.txt", "red\x1b[31m.txt", "two  blanks.txt"]
    for name in names:
        (place / "docs" / name).parent.mkdir(exist_ok=True)
        (place / "docs" / name).write_text(TEXT)
    (place / "docs" / "bad\n\x1b]0;x\x07.pdf").write_bytes(b"")
    (place / "docs" / "half\x1b[1m.txt").write_bytes(b"The letter \xff is lost.\n" * 3)
    run = qa("index", "docs", "--report", "report.json")
    lines = run.out.splitlines()
    assert {"added\ta␊added␉b.txt", "added\tred␛[31m.txt", "added\ttwo  blanks.txt"} <= {*lines}
    assert [line for line in lines if line.startswith("failed\tbad␊␛]0;x␇.pdf: ")]
    assert set(names) <= set(json.loads((place / "report.json").read_text())["added"])
    assert "half␛[1m.txt: " in run.err
    listed = qa("list")
    shown = {line.split("  ")[0] for line in listed.out.splitlines()}
    assert {"a␊added␉b.txt", "red␛[31m.txt", "two"} <= shown
    assert "not in the index: bad␊␛]0;x␇.pdf: " in listed.err
    assert {row["doc_id"] for row in qa("list", "--format", "jsonl").records} >= set(names)
    with sqlite3.connect(place / "index" / "library.db") as connection:
        connection.execute("UPDATE sentence SET start = start + 1")
    connection.close()
    checked = qa("doctor")
    assert [line for line in checked.out.splitlines() if line.startswith("a␊added␉b.txt: ")]
    asked = qa("ask", "Where is the apple?", "--documents", "no\nsuch\x1b.txt")
    assert_message(asked, 2, "No document matches no␊such␛.txt; see: qa list")
    for output in (run.out, run.err, listed.out, listed.err, checked.out, checked.err, asked.err):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", output)
        assert "\nadded\tb.txt" not in output


def test_an_empty_name_of_a_document_is_visible(indexed: Qa) -> None:
    assert_message(indexed("ask", "Where?", "--documents", ""), 2, 'No document matches ""; see: qa list')
    assert_message(indexed("ask", "Where?", "--documents", " "), 2, 'No document matches " "; see: qa list')
    assert_message(indexed("show", ""), 2, 'There is no document ""; see: qa list')
    assert_message(indexed("remove", ""), 2, 'There is no document ""; see: qa list')


def test_remove_deletes_the_document(indexed: Qa) -> None:
    run = indexed("remove", "garden.txt")
    assert (run.code, run.out, run.err) == (0, "", "Removed 1 document.\n")
    assert_message(indexed("show", "garden.txt"), 2, "There is no document garden.txt")
    assert_message(indexed("remove", "garden.txt"), 2, "There is no document garden.txt; see: qa list")


def test_rename_gives_a_document_a_title_and_takes_it_back(indexed: Qa) -> None:
    run = indexed("rename", "garden.txt", "The Garden")
    assert (run.code, run.out, run.err) == (0, "", "garden.txt has the title: The Garden\n")
    assert "The Garden" in indexed("list").out
    assert indexed("rename", "garden.txt").code == 0
    assert "The Garden" not in indexed("list").out


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


def test_the_columns_of_the_list_are_aligned_under_long_names(qa: Qa, place: Path) -> None:
    (place / "docs").mkdir()
    name = f"{'SPONSORSHIP_AGREEMENT_' * 3}.md"
    (place / "docs" / name).write_text(f"# {'Sponsorship ' * 6}\n\n{TEXT}")
    (place / "docs" / "b.txt").write_text(TEXT)
    qa("index", "docs")
    lines = qa("list").out.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert f"{name}  {'Sponsorship ' * 3}Sponsorship…" in "\n".join(lines)
