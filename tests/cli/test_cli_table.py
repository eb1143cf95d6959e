"""`qa batch --each-document`: tables of questions and documents."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from cli_runs import Qa, assert_message
from openpyxl import load_workbook

from qa import Library
from qa.batch import Row
from qa.record import Answer

QUESTIONS = "id,question,type\na,Where is the silver kettle?,name\nb,What has the tower?,\n"
SILVER, LANTERN = "A silver kettle is by the river.", "The tower has a lantern."


@pytest.fixture
def tables(qa: Qa, place: Path) -> Qa:
    (place / "garden.txt").write_text(f"The garden has an apple. {SILVER}")
    (place / "tower.txt").write_text(f"{LANTERN} The mirror is old.")
    (place / "q.csv").write_text(QUESTIONS)
    assert qa("index", "garden.txt", "tower.txt").code == 0
    return qa


def test_every_question_is_asked_of_every_document(tables: Qa, place: Path) -> None:
    run = tables("batch", "q.csv", "--each-document")
    assert run.code == 0
    assert [(record["id"], record["answered"]) for record in run.records] == [
        ("a@garden.txt", True), ("b@garden.txt", False), ("a@tower.txt", False), ("b@tower.txt", True),
    ]  # fmt: skip
    assert [record["cell"]["type"] for record in run.records] == ["name", "text"] * 2
    assert run.err.splitlines()[-1] == (
        "2 questions, 2 documents: 2 answered, 2 not in the document, 0 failed."
    )
    assert all(len(record["quotes"]) == 1 for record in run.records)
    assert tables("batch", "q.csv", "--each-document", "--output", "t.jsonl").code == 0
    assert (place / "t.jsonl").read_text() == run.out
    checked = tables("verify", "t.jsonl")
    assert (checked.code, checked.err.split(",")[0]) == (0, "4 citations checked")


def test_a_table_is_written_in_each_format(tables: Qa, place: Path) -> None:
    for name in ("t.csv", "t.tsv", "t.xlsx", "t.html"):
        assert tables("batch", "q.csv", "--each-document", "--output", name).code == 0
    with (place / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["document"] for row in rows] == ["garden.txt", "tower.txt"]
    assert [row["Where is the silver kettle?"] for row in rows] == [SILVER, "Not in this document."]
    assert rows[1]["What has the tower?"] == LANTERN
    sheet = load_workbook(place / "t.xlsx")["Table"]
    # The documents are beside the workbook.
    assert (sheet["B2"].hyperlink.target, sheet["C3"].hyperlink.target) == ("garden.txt", "tower.txt")
    assert (place / "t.html").read_text().count('href="garden.txt"') == 2
    run = tables("batch", "q.csv", "--each-document", "--long", "--format", "csv")
    assert len(list(csv.reader(run.out.splitlines()))) == 5


def test_documents_and_a_pilot_limit_the_rows(tables: Qa) -> None:
    run = tables("batch", "q.csv", "--each-document", "--documents", "t*")
    assert {record["cell"]["document"] for record in run.records} == {"tower.txt"}
    run = tables("batch", "q.csv", "--each-document", "--pilot", "1")
    assert {record["cell"]["document"] for record in run.records} == {"garden.txt"}
    assert run.err.splitlines()[-2:] == [
        "2 questions, 1 document: 1 answered, 1 not in the document, 0 failed.",
        "Pilot: 1 of 2 documents are left; without --pilot, all are asked.",
    ]
    assert "left" not in tables("batch", "q.csv", "--each-document", "--pilot", "2").err


def test_options_that_do_not_fit_are_refused(tables: Qa) -> None:
    assert_message(tables("batch", "q.csv", "--long"), 2, "--each-document")
    assert_message(tables("batch", "q.csv", "--pilot", "2"), 2, "--each-document")
    assert_message(tables("batch", "q.csv", "--each-document", "--fill"), 2, "--fill")
    assert_message(tables("batch", "q.csv", "--each-document", "--reuse", "q.csv"), 2, "--reuse")
    assert_message(tables("batch", "q.csv", "--each-document", "--resume"), 2, "--resume")
    for format in ("docx", "md", "trec"):
        assert_message(
            tables("batch", "q.csv", "--each-document", "--format", format), 2, "csv, tsv, xlsx, html"
        )
    assert_message(tables("batch", "q.csv", "--each-document", "--format", "xlsx"), 2, "--output")
    assert_message(tables("batch", "q.csv", "--each-document", "--output", "q.csv"), 2, "overwrite")


def test_an_interrupted_table_keeps_its_cells(
    tables: Qa, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_many = Library.ask_many

    def interrupted(library: Library, rows: Iterable[Row], **options: object) -> Iterator[Answer]:
        for at, answer in enumerate(ask_many(library, rows, **options)):  # type: ignore[arg-type]
            if at == 3:
                raise KeyboardInterrupt
            yield answer

    monkeypatch.setattr(Library, "ask_many", interrupted)
    run = tables("batch", "q.csv", "--each-document", "--output", "t.csv")
    assert run.code == 1
    assert "t.partial.csv has the first 3 of 4 cells" in run.err
    assert not (place / "t.csv").exists()
    with (place / "t.partial.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["document"] for row in rows] == ["garden.txt", "tower.txt"]
    assert rows[1]["What has the tower?"] == ""


def test_a_table_with_the_word_encoder_is_the_same_each_time(tables: Qa) -> None:
    first, second = (tables("batch", "q.csv", "--each-document").out for _ in range(2))
    assert first == second
    assert json.loads(first.splitlines()[0])["quotes"][0]["text"] == SILVER


@pytest.mark.parametrize("name", ["t.xlsx", "t.html", "t.csv"])
@pytest.mark.parametrize("more", [[], ["--long"]])
def test_a_table_is_verified_by_its_long_rows_or_refused(tables: Qa, name: str, more: list[str]) -> None:
    assert tables("batch", "q.csv", "--each-document", *more, "--output", name).code == 0
    checked = tables("verify", name)
    if name == "t.csv" and more:
        assert checked.code == 0
    else:
        assert_message(checked, 2, name)
