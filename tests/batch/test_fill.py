"""Questionnaires are filled in, and everything else of the workbook is unchanged, compared part by part."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from batch_cases import answer
from openpyxl import Workbook, load_workbook

from benchmarks.batch.comparison import changed_parts, parts, without_cells
from benchmarks.batch.questionnaires import Case, all_cases
from qa.batch.fill import read_questionnaire, write_questionnaire
from qa.errors import UsageError

CASES = all_cases()
QUOTE = "The owner = \x0bpays & repairs <it>."


def filled(path: Path, target: Path, **options: str) -> tuple[list[str], int]:
    """Fill a questionnaire, and return the sentences about empty cells and the number of answers before."""
    form = read_questionnaire(path, **options)
    problems = []
    for place in form.fields:
        problem = place.skipped or form.fill(place, answer(QUOTE, question=place.row.question))
        if problem is not None:
            problems.append(str(place.row.named(problem)))
    write_questionnaire(form, target)
    return problems, form.answered


def texts(content: bytes) -> dict[str, object]:
    """Return the values of all cells by sheet and address; without the sheet if it is the first."""
    book = load_workbook(io.BytesIO(content))
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def address(content: bytes, cell: str) -> str:
    return cell if "!" in cell else f"{load_workbook(io.BytesIO(content)).sheetnames[0]}!{cell}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_questionnaire_is_filled_or_refused_in_one_sentence(case: Case, tmp_path: Path) -> None:
    path, target = tmp_path / "form.xlsx", tmp_path / "filled.xlsx"
    path.write_bytes(case.content)
    if case.refused:
        with pytest.raises(UsageError, match=case.refused):
            filled(path, target)
        return
    problems, answered = filled(path, target, **case.options)
    assert path.read_bytes() == case.content
    assert answered == case.answered
    assert len(problems) == len(case.named)
    for problem, part in zip(problems, case.named, strict=True):
        assert problem.startswith(part)
    before, after = texts(case.content), texts(target.read_bytes())
    new = {name: value for name, value in after.items() if before.get(name) != value}
    answers = {address(case.content, cell) for cell in case.filled}
    sources = {address(case.content, cell) for cell in case.filled.values() if cell}
    headers = {address(case.content, cell): name for cell, name in case.new.items()}
    assert new.keys() == answers | sources | headers.keys()
    assert {name: new[name] for name in headers} == headers
    for cell, source in case.filled.items():
        text = str(new[address(case.content, cell)])
        assert text.startswith("The owner = pays & repairs <it>.")
        cited = text if source is None else str(new[address(case.content, source)])
        assert "T, page 2" in cited
        assert "(confidence 0.75)" in cited


@pytest.mark.parametrize("case", [case for case in CASES if not case.refused], ids=lambda case: case.name)
def test_every_other_part_of_the_workbook_is_unchanged(case: Case, tmp_path: Path) -> None:
    path, target = tmp_path / "form.xlsx", tmp_path / "filled.xlsx"
    path.write_bytes(case.content)
    filled(path, target, **case.options)
    after = target.read_bytes()
    changed = changed_parts(case.content, after)
    assert len(changed) == len({cell.rpartition("!")[0] for cell in case.filled})
    cells = {cell.rpartition("!")[2] for cell in [*case.filled, *case.filled.values(), *case.new] if cell}
    new = {cell.rstrip("0123456789") for cell in case.new}
    for name in changed:
        assert name.startswith("xl/worksheets/sheet")
        old, filled_in = parts(case.content)[name], parts(after)[name]
        assert without_cells(filled_in, cells, new) == without_cells(old, cells, new)
        # Below the rows, every byte is the same.
        assert filled_in.endswith(old[old.rindex(b"sheetData>") :])
    for letter in new:
        sheet = load_workbook(io.BytesIO(after)).active
        assert sheet.column_dimensions[letter].width == 36


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(CASES[0].content)
    filled(path, path)
    once = path.read_bytes()
    form = read_questionnaire(path)
    assert (form.fields, form.answered) == ([], 3)
    write_questionnaire(form, path)
    assert path.read_bytes() == once


def test_an_answer_keeps_the_style_of_its_cell(tmp_path: Path) -> None:
    path, target = tmp_path / "form.xlsx", tmp_path / "filled.xlsx"
    path.write_bytes(CASES[0].content)
    filled(path, target)
    sheet = load_workbook(target).active
    assert sheet["D5"].alignment.wrap_text
    assert sheet["E5"].alignment.wrap_text
    assert sheet["E3"].fill.fgColor.rgb == sheet["D3"].fill.fgColor.rgb


def test_columns_can_be_named(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Requirement", "Our reply", "Where", "Answer"], ["Who pays?", None, None, None]):
        book.active.append(row)
    path, target = tmp_path / "form.xlsx", tmp_path / "filled.xlsx"
    book.save(path)
    with pytest.raises(UsageError, match="no sheet with a column named question"):
        read_questionnaire(path)
    with pytest.raises(UsageError, match="no column named Reply beside its questions"):
        read_questionnaire(path, column="requirement", answer_column="Reply")
    options = {"column": "requirement", "answer_column": "our reply", "source_column": "where"}
    assert filled(path, target, **options) == ([], 0)
    answered = [cell.value for cell in load_workbook(target).active[2]]
    assert answered == [
        "Who pays?",
        "The owner = pays & repairs <it>.",
        "T, page 2\n(confidence 0.75)",
        None,
    ]


def test_a_workbook_without_a_column_for_answers_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Question", "Owner"], ["Who pays?", "Ann"]):
        book.active.append(row)
    book.save(tmp_path / "form.xlsx")
    with pytest.raises(UsageError, match="no column for answers beside them; name it with --answer-column"):
        read_questionnaire(tmp_path / "form.xlsx")
    (tmp_path / "form.csv").write_text("question,answer\nWho?,\n")
    with pytest.raises(UsageError, match="--fill is for an Excel workbook"):
        read_questionnaire(tmp_path / "form.csv")
