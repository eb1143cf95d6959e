"""Hostile documents, globs, questions and workbooks, and other users of the machine."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from command_line import qa
from workbooks import row, shared, sheet, workbook

from qa import Library, encoders
from qa.batch import read_questions
from qa.errors import QuestionError, UsageError
from qa.index import Index

# -- other users of the machine ---------------------------------------------------------------------


def reachable_by_others(folder: Path) -> list[Path]:
    """Return the files under a folder that the group or others can reach, by all permissions on the way."""
    if folder.stat().st_mode & 0o011 == 0:
        return []
    return [
        reachable
        for path in folder.iterdir()
        for reachable in (reachable_by_others(path) if path.is_dir() else [path])
        if reachable.stat().st_mode & 0o044
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
@pytest.mark.parametrize("exists", [False, True], ids=["new folder", "folder of others"])
def test_documents_are_readable_by_their_owner_alone(
    tmp_path: Path, words: encoders.Encoder, exists: bool
) -> None:
    (tmp_path / "a.txt").write_text("The crane lifts nine tonnes.")
    folder = tmp_path / "i"
    if exists:
        folder.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        index = Index.create(folder, words)
        index.update([str(tmp_path / "a.txt")], lambda: words)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == (0o755 if exists else 0o700)
    # The lock is empty, and other users with write access to the folder must be able to acquire it.
    assert {path.name for path in reachable_by_others(folder)} <= {"write.lock"}


@pytest.fixture
def locked(tmp_path: Path) -> tuple[str, ...]:
    """A command line that reads a PDF with an opening password."""
    from web.paper import locked, pdf

    (tmp_path / "a.pdf").write_bytes(locked(pdf([["The cellar is dry and warm."]]), "open sesame"))
    return ("index", str(tmp_path / "a.pdf"), "--index", str(tmp_path / "i"))


def test_a_password_comes_from_a_file_the_environment_or_a_pipe(
    locked: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    from qa.cli.password import opening_password

    file = tmp_path / "secret"
    file.write_bytes(b"\xef\xbb\xbfopen sesame\r\nnot this\n")
    monkeypatch.setenv("QA_PASSWORD", "from outside")
    assert opening_password("typed", None) == "typed"
    assert opening_password(None, file) == "open sesame"
    assert opening_password(None, None) == "from outside"
    monkeypatch.setattr("sys.stdin", io.StringIO("open sesame\n"))
    assert opening_password(None, Path("-")) == "open sesame"
    monkeypatch.delenv("QA_PASSWORD")
    assert opening_password(None, None) is None
    assert "0 added" in qa(*locked).stdout
    assert "1 added" in qa(*locked, QA_PASSWORD="open sesame").stdout
    assert "1 added" in qa(*locked[:-1], str(tmp_path / "j"), "--password-file", str(file)).stdout


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read"), (b"", "has no password"), (b"\xff\xfe\xfd", "not UTF-8 text")],
)
def test_a_password_file_without_a_password_is_refused(
    locked: tuple[str, ...], tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    done = qa(*locked, "--password-file", str(file))
    assert done.returncode == 2
    assert reason in done.stderr
    both = qa(*locked, "--password-file", str(file), "--password", "x")
    assert both.returncode == 2


# -- globs ------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path, words: encoders.Encoder) -> Library:
    """A library of documents with long names of one letter."""
    for at in range(50):
        (tmp_path / f"{'a' * 150}{at}.txt").write_text(f"The crane lifts {at} tonnes.")
    library = Library(tmp_path / "i", model=words, reranker="none")
    library.add(tmp_path)
    library.load()
    return library


@pytest.mark.parametrize(
    "globs",
    [
        ["*a" * 10_000 + "b"],
        ["*a" * 70 + "b"],
        ["*[a-c]?" * 50 + "b"],
        ["[" * 4_000],
        [f"{'*a' * 70}{at}b" for at in range(5_000)],
        ["no-such-document" * 1_000],
    ],
    ids=["long", "stars", "sets", "open sets", "many", "long name"],
)
def test_a_glob_does_not_slow_a_question_down(library: Library, globs: list[str]) -> None:
    started = time.process_time()
    with pytest.raises(UsageError) as caught:
        library.ask("What does the crane lift?", documents=globs)
    assert time.process_time() - started < 2
    assert len(str(caught.value)) < 300


# -- questions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        " ".join(f'"crane {at}"' for at in range(16)),
        '"' + "the " * 1_900 + '"',
        '"' + "-" * 7_900 + 'a"',
        '"' + "\u00ad" * 7_000 + 'crane lifts"',
        '"' * 7_900 + "a",
        "“" * 7_900 + "a",
        "1. " * 2_600 + "What?",
        "- " * 3_900 + "What?",
        "(" * 7_900 + "a",
        "Q" * 7_900,
    ],
    ids=range(10),
)
def test_questions_of_any_form_are_answered_quickly(library: Library, question: str) -> None:
    library.ask("What?")
    started = time.process_time()
    library.ask(question)
    assert time.process_time() - started < 2


def test_a_question_has_a_bounded_number_of_phrases(library: Library) -> None:
    with pytest.raises(QuestionError, match="1,000 phrases in quotation marks, more than 16; split"):
        library.ask('"ab" ' * 1_000)


# -- workbooks --------------------------------------------------------------------------------------


BILLION = (
    '<?xml version="1.0" encoding="{}"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>question &b;</t></is></c></row></sheetData></worksheet>'
)


def many_cells() -> bytes:
    """Return rows with a header of all columns, and each with a cell in the last column."""
    header = "".join(f'<c t="inlineStr"><is><t>{at}</t></is></c>' for at in range(16_383))
    header += '<c t="inlineStr"><is><t>question</t></is></c>'
    last = '<row><c r="XFD{}" t="b"><v>1</v></c></row>'
    return workbook(sheet(f"<row>{header}</row>", *(last.format(at) for at in range(2, 200))))


def long_cells() -> bytes:
    """Return many cells that share one long text."""
    cell = '<row><c t="s"><v>0</v></c></row>'
    text = shared(f"<t>{'Who? ' * 6_000}</t>")
    return workbook(sheet(row(1, "question"), cell * 5_000), strings=text)


HOSTILE_WORKBOOKS = {
    "row number": (
        lambda: workbook(sheet(row(1, "question"), row(10**18, "Who?"))), "a row number above 1,048,576",
    ),
    "row number of many digits": (
        lambda: workbook(sheet(row(1, "question"), row("9" * 5_000, "Who?"))), "a row number above",
    ),
    "negative row": (lambda: workbook(sheet(row(1, "question"), row(-5, "Who?"))), "a row number above"),
    "column": (
        lambda: workbook(sheet(row(1, "question"), '<row r="2"><c r="ZZZ2"><v>1</v></c></row>')),
        "a column number above 16,384",
    ),
    "shared strings": (
        lambda: workbook(sheet(row(1, "question")), strings=shared(f"<t>{'x' * 200_000_000}</t>")),
        "it unpacks to more than 60 MB",
    ),
    "large sheet": (
        lambda: workbook(sheet(row(1, "question"), f"<!--{' ' * 100_000_000}-->")),
        "it unpacks to more than 60 MB",
    ),
    "cells": (many_cells, "more than 2,000,000 cells"),
    "one text many times": (long_cells, "more than 100,000,000 characters"),
    "entities": (lambda: workbook(BILLION.format("utf-8")), "declares a document type"),
    "entities in UTF-16": (
        lambda: workbook(BILLION.format("utf-16").encode("utf-16")), "declares a document type",
    ),
    "nesting": (lambda: workbook(sheet(row(1, "question"), "<a>" * 1_000_000)), "damaged XML"),
    "no workbook": (lambda: b"PK\x03\x04" + bytes(100), "its zip container is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE_WORKBOOKS)
def test_a_hostile_workbook_of_questions_is_refused_cheaply(tmp_path: Path, kind: str) -> None:
    make, reason = HOSTILE_WORKBOOKS[kind]
    path = tmp_path / "q.xlsx"
    path.write_bytes(make())
    started = time.process_time()
    with pytest.raises(UsageError, match=f"cannot be read as an Excel workbook: .*{reason}"):
        read_questions(path)
    assert time.process_time() - started < 20


def test_the_declared_size_of_a_workbook_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    claimed = sheet(row(1, "question"), row(2, "Who?")).replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    path.write_bytes(workbook(claimed))
    assert [question.question for question in read_questions(path)] == ["Who?"]


def test_a_row_at_the_end_of_a_sheet_is_cheap(tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    path.write_bytes(workbook(sheet(row(1, "question"), row(1_048_576, "Who?"))))
    started = time.process_time()
    assert [(question.id, question.question) for question in read_questions(path)] == [("1", "Who?")]
    assert time.process_time() - started < 0.5
