"""Tables of questions and documents, and the files that they are written to."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from handmade_answers import answer, quote
from openpyxl import load_workbook
from word_encoder import WordEncoder

import qa
from qa import Library
from qa.batch import Row
from qa.errors import UsageError
from qa.record import Answer, Match, not_asked
from qa.table import Column, Table, TableCell, TableDocument, cell_of, cell_row
from qa.table.outputs import FORMATS, write_table

GARDEN = "The garden has an apple. A silver kettle is by the river."
TOWER = "The tower has a lantern. The silver mirror is in the harbour."
KETTLE, LANTERN = "Where is the silver kettle?", "What has the tower?"


class CountingEncoder(WordEncoder):
    """Counts the questions that are embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []

    def encode(self, texts: Any, *, query: bool = False) -> Any:
        if query:
            self.questions.extend(texts)
        return super().encode(texts, query=query)


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: CountingEncoder) -> Library:
    for name, text in {"garden.txt": GARDEN, "[tower].txt": TOWER, "empty.txt": "Nothing here."}.items():
        (tmp_path / name).write_text(text)
    library = Library(tmp_path / "index", model=encoder, reranker="none")
    library.add(*sorted(tmp_path.glob("*.txt")))
    return library


def without_id(record: Answer) -> dict[str, Any]:
    return {key: value for key, value in record.model_dump().items() if key not in ("id", "input")}


def test_a_cell_is_the_answer_of_its_document_alone(library: Library) -> None:
    cells: list[TableCell] = []
    table = library.table([KETTLE, {"id": "t", "question": LANTERN}], on_cell=cells.append)
    names = ["[tower].txt", "empty.txt", "garden.txt"]
    assert [document.doc_id for document in table.documents] == names
    assert [cell.key for cell in cells] == [(name, id) for name in names for id in ("1", "t")]
    assert list(table) == cells
    assert len(table) == 6
    for cell in table:
        alone = library.ask(cell.column.question, documents=[cell.document.doc_id], k=1)
        assert without_id(cell.answer) == without_id(alone)
        assert {q.citation.doc_id for q in cell.answer.quotes} <= {cell.document.doc_id}
        assert cell.answer.id == f"{cell.column.id}@{cell.document.doc_id}"
    assert str(table["garden.txt", "1"].answer) == "A silver kettle is by the river."
    assert str(table["[tower].txt", "t"].answer) == "The tower has a lantern."
    assert not table["garden.txt", "t"].answer.answered
    counts = table.counts
    assert (counts.total, counts.failed) == (6, 0)


def test_each_question_is_embedded_once(library: Library, encoder: CountingEncoder) -> None:
    library.table([KETTLE, LANTERN])
    assert sorted(encoder.questions) == sorted([KETTLE, LANTERN])


def test_documents_of_the_table_and_of_a_question_are_limited(library: Library) -> None:
    rows = [KETTLE, {"id": "own", "question": LANTERN, "documents": ["[tower].txt", "garden*"]}]
    table = library.table(rows, documents=["garden.txt", "e*"])
    assert [document.doc_id for document in table.documents] == ["empty.txt", "garden.txt"]
    assert [cell.key for cell in table] == [("empty.txt", "1"), ("garden.txt", "1"), ("garden.txt", "own")]
    with pytest.raises(UsageError, match="no-such"):
        library.table([KETTLE], documents="no-such*")


def test_a_pilot_asks_the_first_documents(library: Library) -> None:
    pilot = library.table([KETTLE], pilot=1)
    assert [cell.document.doc_id for cell in pilot] == ["[tower].txt"]
    assert [document.doc_id for document in pilot.left] == ["empty.txt", "garden.txt"]
    plan = library.table([KETTLE], pilot=0)
    assert (len(plan), len(plan.left), len(plan.columns)) == (0, 3, 1)
    assert library.table([KETTLE], pilot=9).left == ()
    with pytest.raises(UsageError, match="pilot"):
        library.table([KETTLE], pilot=-1)
    with pytest.raises(UsageError, match="whole number from 1"):
        library.table([KETTLE], k=0)


def test_a_table_of_no_documents_is_refused(tmp_path: Path, words: WordEncoder) -> None:
    with pytest.raises(UsageError, match="no documents to ask"):
        Library(tmp_path / "index", model=words, reranker="none").table([KETTLE])


def test_a_question_that_cannot_be_asked_is_an_error_in_its_cells(library: Library) -> None:
    rows = [{"id": "a", "question": KETTLE}, {"id": "a", "question": LANTERN}, {"question": " "}]
    table = library.table(rows)
    assert [column.id for column in table.columns] == ["a", "a (2)", "3"]
    assert table.counts.failed == 6
    assert "id" in (table["garden.txt", "a (2)"].answer.error or "")


def test_an_unknown_type_is_named_once(library: Library) -> None:
    rows = [
        {"id": id, "question": KETTLE, "type": type}
        for id, type in zip("abcd", ("Date", "datum", " datum ", ""), strict=True)
    ]
    table = library.table(rows, pilot=0)
    assert [column.type for column in table.columns] == ["date", "text", "text", "text"]
    (warning,) = table.warnings
    assert str(warning) == (
        'Question b has the unknown type "datum" and is treated as if it had none; '
        "the known types are text, date, amount, number, yes/no, name."
    )


def test_the_public_types_are_exported() -> None:
    assert qa.Table is Table
    assert qa.TableCell is TableCell


# The files

FORMULA = "=HYPERLINK(1)"
DOCUMENTS = (TableDocument("a.pdf", "Lease"), TableDocument("b<b>.txt", FORMULA), TableDocument("c.txt", ""))
COLUMNS = (
    Column(Row("signed", "When was it signed?"), "date"),
    Column(Row("law", "governing <b>law</b>"), "text"),
    Column(Row("other", "Only some?"), "yes/no", frozenset({"a.pdf"})),
)


def cell(column: Column, document: TableDocument, record: Answer) -> TableCell:
    return cell_of(cell_row(column, document), record)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    text = "Signed on 3 March 2020."
    uri = (tmp_path / "a.pdf").as_uri()
    signed = quote(text, "a.pdf", start=50, page=3, line=7, uri=uri).model_copy(
        update={"matched": (Match(60, 72, "answer"),)}
    )
    law = quote("+Law of <i>France</i>\nand\x07 more", "b<b>.txt", start=10, line=2)
    cells = [
        cell(COLUMNS[0], DOCUMENTS[0], answer(signed, confidence=0.9)),
        cell(COLUMNS[1], DOCUMENTS[0], answer(quote("near", "a.pdf"), answered=False, confidence=0.2)),
        replace(
            cell(COLUMNS[2], DOCUMENTS[0], not_asked("x", "Only some?", "It is far too long.")), mark="check"
        ),
        cell(COLUMNS[0], DOCUMENTS[1], answer(answered=False, confidence=0.1)),
        replace(cell(COLUMNS[1], DOCUMENTS[1], answer(law, confidence=0.999)), mark="right"),
    ]
    return Table(COLUMNS, DOCUMENTS, {each.key: each for each in cells})


def written(table: Table, format: str, long: bool = False) -> bytes:
    stream = io.BytesIO()
    write_table(stream, table, "q.csv", format, long=long)
    return stream.getvalue()


def csv_rows(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_json_lines_are_answer_records_with_their_cell(table: Table) -> None:
    records = [json.loads(line) for line in written(table, "jsonl").splitlines()]
    assert [Answer.model_validate(record) for record in records] == [each.answer for each in table]
    assert records[0]["cell"] == {
        "document": "a.pdf",
        "title": "Lease",
        "question_id": "signed",
        "type": "date",
        "value": {"text": "3 March 2020", "start": 60, "end": 72, "normal": "2020-03-03"},
    }
    assert records[-1]["cell"]["mark"] == "right"
    assert records[-1]["cell"]["value"] is None


def test_a_wide_table_has_a_row_for_each_document(table: Table) -> None:
    for format, delimiter in (("csv", ","), ("tsv", "\t")):
        first, second = csv_rows(written(table, format), delimiter)
        assert first["document"] == "a.pdf"
        assert first["When was it signed?"] == "Signed on 3 March 2020."
        assert first["When was it signed? (value)"] == "3 March 2020"
        assert first["When was it signed? (place)"] == "page 3"
        assert first["When was it signed? (confidence)"] == "0.9"
        assert first["governing <b>law</b>"] == "Not in this document."
        assert first["governing <b>law</b> (place)"] == ""
        assert first["Only some?"] == "Not asked: It is far too long."
        assert second["title"] == f"'{FORMULA}"
        assert second["governing <b>law</b>"] == "'+Law of <i>France</i>\nand\x07 more"
        assert second["Only some?"] == ""


def test_a_long_table_has_a_row_for_each_cell(table: Table) -> None:
    rows = csv_rows(written(table, "csv", long=True))
    assert [(row["document"], row["id"], row["answered"], row["mark"]) for row in rows] == [
        ("a.pdf", "signed", "true", ""),
        ("a.pdf", "law", "false", ""),
        ("a.pdf", "other", "false", "check"),
        ("b<b>.txt", "signed", "false", ""),
        ("b<b>.txt", "law", "true", "right"),
    ]
    assert (rows[0]["value"], rows[0]["sorted_by"]) == ("3 March 2020", "2020-03-03")
    assert rows[1]["quote"] == ""
    assert rows[1]["nearest_not_an_answer"] == "near"


def test_a_workbook_has_the_table_and_its_sources(table: Table, tmp_path: Path) -> None:
    from qa.table.workbook import Workbook

    path = tmp_path / "table.xlsx"
    with path.open("wb") as stream:
        writer = Workbook(stream, table, tmp_path)
        for each in table:
            writer.add(each)
        writer.finish()
    book = load_workbook(path, rich_text=True)
    sheet, sources = book["Table"], book["Sources"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:E3")
    assert [c.value for c in sheet[1]] == [
        "Document", "When was it signed?", "When was it signed? (to sort by)", "governing <b>law</b>",
        "Only some?",
    ]  # fmt: skip
    assert str(sheet["A2"].value) == "Lease\na.pdf"
    assert str(sheet["B2"].value) == "3 March 2020\nSigned on 3 March 2020.\npage 3 · 0.90"
    assert [sheet.row_dimensions[row].height for row in (1, 2)] == [45, 45]
    assert (sheet.print_area, sources.print_area) == ("'Table'!$A$1:$E$3", "'Sources'!$A$1:$L$6")
    assert sheet["C2"].value.date().isoformat() == "2020-03-03"
    assert sheet["D2"].value == "Not in this document."
    assert sheet["B2"].hyperlink.target == "a.pdf#page=3"
    assert sheet["D3"].hyperlink.location == "'Sources'!A6"
    assert sheet["D3"].fill.fgColor.rgb == "00DDEFD9"
    assert all(c.data_type != "f" for row in [*sheet.rows, *sources.rows] for c in row)
    header = [c.value for c in sources[1]]
    rows = [dict(zip(header, (c.value for c in row), strict=True)) for row in sources.iter_rows(min_row=2)]
    assert [row["no."] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0]["quote"] == "Signed on 3 March 2020."
    assert (rows[0]["page"], rows[0]["start"], rows[0]["end"], rows[0]["file"]) == (3, 50, 73, "a.pdf")
    assert (rows[1]["quote"], rows[1]["nearest, not an answer"]) == (None, "near")
    assert rows[2]["reason"] == "It is far too long."
    assert rows[4]["mark"] == "right"
    assert load_workbook(io.BytesIO(written(table, "xlsx", long=True))).sheetnames == ["Sources"]


class _Page(HTMLParser):
    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("long", [False, True])
def test_a_page_shows_the_source_of_each_cell_without_a_script(table: Table, long: bool) -> None:
    data = written(table, "html", long=long)
    page = _Page(data)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "i", "iframe", "img"}
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert {link for link in links if link and not link.startswith("#")} == set()
    assert [link[1:] for link in links if link and link[1:] not in ids] == []
    assert {f"s{number}" for number in range(1, 6)} | {f"c{number}" for number in range(1, 6)} == ids
    assert ("td", {"id": "c5", "class": "right"}) in page.tags
    assert "+Law of <i>France</i> and" in " ".join(page.text.split())
    assert "Not in this document." in page.text
    assert "Not asked: It is far too long." in page.text


def test_every_format_of_a_table_without_cells_is_complete() -> None:
    for format in FORMATS:
        for long in (False, True):
            data = written(Table(COLUMNS, ()), format, long)
            assert bool(data) == (format != "jsonl")
    with pytest.raises(UsageError, match="jsonl, csv, tsv, xlsx, html, not as"):
        written(Table((), ()), "docx")
