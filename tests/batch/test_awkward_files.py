"""Awkward question files: each is read right, or refused in one clear sentence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from benchmarks.batch.cases import TABLE, TWO, Case, all_cases
from qa.batch import questions_of, read_questions
from qa.errors import UsageError

CASES = all_cases()


def test_the_files_are_many_and_different() -> None:
    assert len(CASES) >= 80
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_awkward_file_is_read_or_refused_in_one_sentence(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    if case.refused:
        with pytest.raises(UsageError) as refused:
            read_questions(path, **case.options)
        assert case.refused in str(refused.value)
        assert "\n" not in str(refused.value)
        return
    questions = read_questions(path, **case.options)
    rows = list(questions)
    assert [row.id for row in rows] == [id for id, _ in case.rows]
    assert len(questions) == len(rows)
    for row, (_, expected) in zip(rows, case.rows, strict=True):
        if expected.startswith("!"):
            assert expected[1:] in str(row.error)
        else:
            assert (row.question, row.error) == (expected, None)
    assert {name: getattr(rows[0], name) for name in case.more} == case.more


@pytest.mark.parametrize("case", [case for case in CASES if not case.refused], ids=lambda case: case.name)
def test_a_file_without_a_name_is_read_with_its_format(case: Case) -> None:
    format = case.name.rpartition(".")[2]
    with questions_of(io.BytesIO(case.content), format=format, **case.options) as questions:
        assert [row.id for row in questions] == [id for id, _ in case.rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_format_of_a_file_without_a_name_is_recognised(case: Case) -> None:
    if case.refused or case.options or case.name in {"array_in_lines.jsonl", "under_a_key.json"}:
        return
    with questions_of(io.BytesIO(case.content)) as questions:
        assert [row.question for row in questions if row.error is None] == [
            question for _, question in case.rows if not question.startswith("!")
        ]


def test_standard_input_is_named_in_a_refusal() -> None:
    with pytest.raises(UsageError, match=r"^standard input has no column named question, only: a, b"):
        questions_of(io.BytesIO(b"a,b\n1,2\n"), format="csv").__enter__()
    with questions_of(io.BytesIO(b'Questions:\n"Who?" she asked\n')) as questions:
        assert [row.question for row in questions] == ['"Who?" she asked']
    with questions_of(io.BytesIO(TABLE.encode())) as questions:
        assert [(row.id, row.question) for row in questions] == list(TWO)
