"""The options of `qa batch`: where questions come from, earlier answers, questionnaires, other outputs."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from pathlib import Path

import pytest
from cli_runs import Qa, Run, assert_message
from openpyxl import Workbook, load_workbook

from qa import Answer, Library, parsers
from qa.record import not_asked
from qa.types import Document

KETTLE, TOWER = "Where is the silver kettle?", "What has the tower?"
SILVER, LANTERN = "A silver kettle stands by the river.", "The tower has a lantern."


@pytest.fixture
def piped(indexed: Qa, monkeypatch: pytest.MonkeyPatch) -> Qa:
    """The command line with its first argument as standard input."""

    def run(content: str | bytes, *arguments: str) -> Run:
        data = content.encode() if isinstance(content, str) else content
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return indexed("batch", "-", *arguments)

    return run


def first_quotes(run: Run) -> list[str]:
    return [record["quotes"][0]["text"] for record in run.records]


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (f"{KETTLE}\n{TOWER}\n", "txt"),
        (f"id,question\na,{KETTLE}\nb,{TOWER}\n", "csv"),
        (f'{{"question": "{KETTLE}"}}\n"{TOWER}"\n', "jsonl"),
        (json.dumps([KETTLE, TOWER]), "json"),
    ],
)
def test_questions_come_from_standard_input(piped: Qa, content: str, format: str) -> None:
    for options in ((), ("--input-format", format)):
        run = piped(content, *options)
        assert (run.code, first_quotes(run)) == (0, [SILVER, LANTERN])
    report = piped(content, "--format", "md", "--output", "-").out
    assert report.startswith("# Answers to questions\n")


def test_a_problem_of_standard_input_is_named(piped: Qa) -> None:
    assert_message(
        piped("a,b\n1,2\n", "--input-format", "csv"), 2, "standard input has no column named question"
    )


def test_the_column_the_sheet_and_the_number_of_quotes_can_be_given(indexed: Qa, place: Path) -> None:
    (place / "q.csv").write_text(f"nr,prompt,k\n1,{KETTLE},1\n2,{TOWER},2\n")
    run = indexed("batch", "q.csv", "--column", "prompt", "-k", "3")
    assert [len(record["quotes"]) for record in run.records] == [1, 2]
    header = indexed("batch", "q.csv", "--column", "prompt", "-k", "1", "--format", "csv").out.splitlines()[0]
    assert "quote_2" in header
    assert "quote_3" not in header
    book = Workbook()
    book.active.append(["question"])
    book.active.append([TOWER])
    second = book.create_sheet("Second")
    second.append(["question"])
    second.append([KETTLE])
    book.save(place / "q.xlsx")
    assert first_quotes(indexed("batch", "q.xlsx", "--sheet", "second")) == [SILVER]
    assert_message(indexed("batch", "q.xlsx", "--sheet", "3"), 2, "has no sheet 3, only: Sheet, Second")
    assert_message(indexed("batch", "q.csv", "--sheet", "3"), 2, "has no sheets")


def test_bad_rows_are_records_with_codes_and_the_batch_succeeds(indexed: Qa, place: Path) -> None:
    (place / "q.csv").write_text(
        f"id,question,documents\n1,{KETTLE},\n1,{TOWER},\n,,\n3,{TOWER},none.txt\n4,Who, and why?\n"
        f"5,{TOWER},\n"
    )
    run = indexed("batch", "q.csv")
    assert run.code == 0
    assert [record.get("error_code") for record in run.records] == [
        None, "row-id-twice", "row-empty", "no-matching-document", "row-question-split", None,
    ]  # fmt: skip
    errors = [record["error"] for record in run.records if "error" in record]
    assert [error.split(":")[0] for error in errors] == ["line 3", "line 4", "line 5", "line 6"]
    assert "4 failed." in run.err


def test_earlier_answers_are_used_again_while_their_documents_are_unchanged(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text(f"{KETTLE}\nWho is the king of the sea?\n")
    indexed("batch", "q.txt", "--output", "a.jsonl")
    # The answers were written long after the documents were indexed.
    future = (place / "a.jsonl").stat().st_mtime + 1_000
    os.utime(place / "a.jsonl", (future, future))
    before = [json.loads(line) for line in (place / "a.jsonl").read_text().splitlines()]
    (place / "more.txt").write_text(f"{TOWER}\nWho is the king of the sea?\n{KETTLE}\n")
    run = indexed("batch", "more.txt", "--reuse", "a.jsonl")
    assert [record.get("reused") for record in run.records] == [None, True, True]
    assert run.records[2] == {**before[0], "id": "3", "reused": True}
    assert "2 reused from a.jsonl." in run.err
    limited = indexed("batch", "more.txt", "--reuse", "a.jsonl", "--documents", "garden.txt")
    assert not any("reused" in record for record in limited.records)

    os.utime(place / "a.jsonl", (1, 1))
    run = indexed("batch", "more.txt", "--reuse", "a.jsonl")
    # A newer document may answer what had no answer.
    assert [record.get("reused") for record in run.records] == [None, None, True]
    assert "1 document was indexed after a.jsonl was written" in run.err
    assert "the reused answers do not consider it;" in run.err

    (place / "garden.txt").write_text(f"{SILVER} It is old.\n")
    assert indexed("index", "garden.txt").code == 0
    run = indexed("batch", "more.txt", "--reuse", "a.jsonl")
    assert not any("reused" in record for record in run.records)
    assert "0 reused" in run.err
    (place / "empty.jsonl").write_text("x\n")
    assert_message(indexed("batch", "more.txt", "--reuse", "empty.jsonl"), 2, "empty.jsonl has no answer")
    assert_message(indexed("batch", "more.txt", "--reuse", "none.jsonl"), 2, "none.jsonl cannot be read")


def test_a_questionnaire_is_filled_in_into_a_copy(indexed: Qa, place: Path) -> None:
    book = Workbook()
    for row in (["Question", "Response"], [KETTLE], [TOWER, "A flag."], ["Who is the king of the sea?"]):
        book.active.append(row)
    book.save(place / "form.xlsx")
    original = (place / "form.xlsx").read_bytes()
    assert_message(indexed("batch", "form.xlsx", "--fill"), 2, "name it with --output")
    assert_message(indexed("batch", "form.xlsx", "--fill", "--output", "a.csv"), 2, "end it in .xlsx")
    assert_message(indexed("batch", "form.xlsx", "--answer-column", "Response"), 2, "add --fill")
    run = indexed("batch", "form.xlsx", "--fill", "--output", "filled.xlsx")
    assert (run.code, run.out) == (0, "")
    assert "1 filled in, 1 had an answer already, 1 not in the documents, 0 failed." in run.err
    assert (place / "form.xlsx").read_bytes() == original
    header, kettle, tower, king = load_workbook(place / "filled.xlsx").active.iter_rows(values_only=True)
    assert header == ("Question", "Response", "Source")
    assert kettle[1] == SILVER
    assert kettle[2].startswith("garden, line 1\n(confidence ")
    assert (tower[1:], king[1:]) == (("A flag.", None), (None, None))
    assert indexed("batch", "form.xlsx", "--fill", "--output", "form.xlsx").code == 0
    assert load_workbook(place / "form.xlsx").active["B2"].value == SILVER
    assert sorted(path.name for path in place.glob("*.xlsx")) == ["filled.xlsx", "form.xlsx"]


def test_a_stopped_questionnaire_is_not_written(
    indexed: Qa, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Workbook()
    for row in (["Question", "Response"], [KETTLE], [TOWER]):
        book.active.append(row)
    book.save(place / "form.xlsx")

    def ask(library: Library, question: str, **options: object) -> Answer:
        if question == TOWER:
            raise KeyboardInterrupt
        return not_asked("1", question, "It was not asked.")

    monkeypatch.setattr(Library, "ask", ask)
    run = indexed("batch", "form.xlsx", "--fill", "--output", "filled.xlsx")
    assert run.code == 1
    assert "Stopped after 1 of 2 questions; filled.xlsx was not written." in run.err
    assert not (place / "filled.xlsx").exists()


def test_a_questionnaire_with_macros_is_filled_in(indexed: Qa, place: Path) -> None:
    book = Workbook()
    for row in (["Question", "Response"], [KETTLE]):
        book.active.append(row)
    book.save(place / "form.xlsm")
    assert_message(indexed("batch", "form.xlsm", "--fill", "--output", "a.xlsx"), 2, "end it in .xlsm")
    assert indexed("batch", "form.xlsm", "--fill", "--output", "a.xlsm").code == 0
    assert load_workbook(place / "a.xlsm").active["B2"].value == SILVER


def test_a_word_file_has_styles_links_and_a_title_on_each_page(indexed: Qa, place: Path) -> None:
    (place / "q.txt").write_text(f"{KETTLE}\n{TOWER}\n")
    assert indexed("batch", "q.txt", "--output", "a.docx").code == 0
    with zipfile.ZipFile(place / "a.docx") as archive:
        xml = {name: archive.read(name).decode() for name in archive.namelist()}
    document = xml["word/document.xml"]
    assert document.count('w:styleId="') == 0
    assert document.count('<w:pStyle w:val="Heading1"/>') == 2
    assert '<w:hyperlink w:anchor="q2">' in document
    assert 'w:name="q2"' in document
    # The document is in the folder of the report, so it has a link that works on any machine.
    assert 'Target="garden.txt" TargetMode="External"' in xml["word/_rels/document.xml.rels"]
    assert "Answers to q.txt" in xml["word/header1.xml"]
    (read,) = parsers.read(place / "a.docx", "a.docx")
    assert isinstance(read, Document)
    assert SILVER in read.text
    assert "2 questions: 2 answered" in read.text


@pytest.mark.parametrize("format", ["html", "md", "csv", "xlsx", "docx", "trec"])
def test_no_output_for_others_has_a_path_of_this_machine(indexed: Qa, place: Path, format: str) -> None:
    (place / "q.txt").write_text(f"{KETTLE}\nWho is the king of the sea?\n")
    folder = place / "sent"
    folder.mkdir()
    for target in (place / f"a.{format}", folder / f"a.{format}"):
        assert indexed("batch", "q.txt", "--output", str(target)).code == 0
        data = target.read_bytes()
        if format in ("xlsx", "docx"):
            with zipfile.ZipFile(target) as archive:
                data = b"".join(map(archive.read, archive.namelist()))
        assert str(place).encode() not in data
        assert b"file:" not in data
    if format == "html":
        assert 'href="garden.txt"' in (place / "a.html").read_text()
        assert "garden.txt" in (folder / "a.html").read_text()
        assert 'href="garden.txt"' not in (folder / "a.html").read_text()


def test_a_run_file_has_the_documents_of_each_question_best_first(indexed: Qa, place: Path) -> None:
    (place / "the tower.txt").write_text("The tower has a lantern and a bell.")
    assert indexed("index", "the tower.txt").code == 0
    (place / "q.csv").write_text(f"id,question\nq 1,{TOWER}\n2,\n")
    lines = [line.split(" ") for line in indexed("batch", "q.csv", "--format", "trec").out.splitlines()]
    assert {(line[0], line[1], line[5]) for line in lines} == {("q%201", "Q0", "qa")}
    assert {line[2] for line in lines} == {"garden.txt", "the%20tower.txt"}
    assert [line[3] for line in lines] == ["1", "2"]
    assert float(lines[0][4]) >= float(lines[1][4])


def test_a_workbook_of_answers_is_readable_as_it_is(indexed: Qa, place: Path) -> None:
    (place / "q.csv").write_text(f"id,question\na,{KETTLE}\nb,{TOWER}\n")
    assert indexed("batch", "q.csv", "--output", "a.xlsx", "-k", "1").code == 0
    sheet = load_workbook(place / "a.xlsx").active
    names = {cell.value: cell for cell in sheet[1]}
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert names["quote"].font.bold
    widths = {name: sheet.column_dimensions[cell.column_letter].width for name, cell in names.items()}
    assert widths["quote"] > widths["question"] > widths["id"] > widths["page"]
    quote = sheet.cell(2, names["quote"].column)
    assert (quote.value, quote.alignment.wrap_text, quote.alignment.vertical) == (SILVER, True, "top")
    assert sheet.cell(2, names["confidence"].column).number_format == "0.00"


@pytest.mark.parametrize("format", ["xlsx", "docx"])
def test_a_binary_file_is_not_written_to_the_terminal(indexed: Qa, place: Path, format: str) -> None:
    (place / "q.txt").write_text(KETTLE)
    assert_message(indexed("batch", "q.txt", "--format", format), 2, "cannot be written to the terminal")
