"""An interrupted batch continues, and its file is that of an undisturbed run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from batch_cases import FileWriter, answer

from qa.batch import FORMATS, Fingerprint, Journal, Questions, Row, answer_of, open_output, read_questions
from qa.batch.journal import run_to_file
from qa.errors import QaError, UsageError
from qa.record import Answer

MANIFEST = {"stamp": "1", "model": "m", "updated": "today"}
QUESTIONS = "id,question,owner\n1,Who?,Ada\n2,Why?,\n3,,Bob\n4,When?,=1+1\n5,Where?,é\ud83e\udd86\n".encode(
    "utf-8", "surrogatepass"
).decode("utf-8", "replace")


def fingerprint(questions: Questions, **options: object) -> Fingerprint:
    return Fingerprint.of(questions.path, MANIFEST, options, "1.0")


def ask(row: Row) -> Answer:
    return answer(f"It was {row.id}.", answered=row.id != "2", question=row.question)


def asking(stop: str | None = None) -> tuple[list[str], object]:
    """Return the rows asked so far, and what answers rows, but is interrupted at one."""
    asked: list[str] = []

    def ask_many(rows: Iterable[Row]) -> Iterator[Answer]:
        for row in rows:
            if row.id == stop:
                raise KeyboardInterrupt
            asked.append(row.id)
            yield answer_of(row, ask)

    return asked, ask_many


def run(target: Path, questions: Questions, *, stop: str | None = None, resume: bool = False) -> list[str]:
    """Answer the questions in a file, and return the rows that were asked."""
    asked, ask_many = asking(stop)
    journal = Journal(target, fingerprint(questions), resume=resume)
    run_to_file(questions, ask_many, journal, open_output(target, questions, 1, again=True))  # type: ignore[arg-type]
    return asked


@pytest.fixture
def questions(write_file: FileWriter) -> Questions:
    return read_questions(write_file("q.csv", QUESTIONS))


def journal_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.partial.jsonl")


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_continues_with_the_same_bytes(
    questions: Questions, tmp_path: Path, ending: str
) -> None:
    whole, target = tmp_path / f"whole.{ending}", tmp_path / f"a.{ending}"
    assert run(whole, questions) == ["1", "2", "3", "4", "5"]
    with pytest.raises(KeyboardInterrupt):
        run(target, questions, stop="4")
    assert not target.exists()
    assert len(journal_of(target).read_bytes().splitlines()) == 4
    assert run(target, questions, resume=True) == ["4", "5"]
    assert target.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [target.name, "q.csv", whole.name]


@pytest.mark.parametrize("cut", range(1, 400, 57))
def test_a_torn_line_is_asked_again(questions: Questions, tmp_path: Path, cut: int) -> None:
    target = tmp_path / "a.jsonl"
    run(target, questions)
    whole = target.read_bytes()
    target.unlink()
    with pytest.raises(KeyboardInterrupt):
        run(target, questions, stop="5")
    content = journal_of(target).read_bytes()
    journal_of(target).write_bytes(content[:-cut])
    asked = run(target, questions, resume=True)
    assert asked[-2:] == ["4", "5"]
    assert target.read_bytes() == whole


@pytest.mark.parametrize("line", [b"{}\n", b'{"id": "4"}\n', b"\x00\x00\x00\n", b"[1]\n", b"torn"])
def test_what_follows_the_last_whole_answer_is_cut(questions: Questions, tmp_path: Path, line: bytes) -> None:
    target = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, questions, stop="4")
    with journal_of(target).open("ab") as file:
        file.write(line)
    assert run(target, questions, resume=True) == ["4", "5"]
    assert [json.loads(each)["id"] for each in target.read_text().splitlines()] == ["1", "2", "3", "4", "5"]


def test_a_kill_after_the_last_answer_needs_no_question(questions: Questions, tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    journal = Journal(target, fingerprint(questions))
    with journal:
        for row in questions:
            journal.write(row, answer_of(row, ask))
    # What a killed run leaves while it writes the file.
    (tmp_path / "a.partial.xlsx").write_bytes(b"half a workbook")
    assert run(target, questions, resume=True) == []
    run(tmp_path / "whole.xlsx", questions)
    assert target.read_bytes() == (tmp_path / "whole.xlsx").read_bytes()
    assert not (tmp_path / "a.partial.xlsx").exists()


def test_counts_include_the_earlier_answers(questions: Questions, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, questions, stop="4")
    with Journal(target, fingerprint(questions), resume=True) as journal:
        counts = journal.counts
    assert (counts.answered, counts.unanswered, counts.failed) == (1, 1, 1)


def test_an_unfinished_run_is_neither_continued_nor_lost_unasked(
    questions: Questions, tmp_path: Path
) -> None:
    target = tmp_path / "a.csv"
    with pytest.raises(KeyboardInterrupt):
        run(target, questions, stop="2")
    before = journal_of(target).read_bytes()
    with pytest.raises(UsageError, match="unfinished run; add --resume to continue it, or delete it"):
        run(target, questions)
    assert journal_of(target).read_bytes() == before


def test_a_run_without_an_answer_leaves_nothing(questions: Questions, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "a.csv", questions, stop="1")
    assert [path.name for path in tmp_path.iterdir()] == ["q.csv"]
    # Killed before the first answer.
    journal_of(tmp_path / "a.csv").write_bytes(b'{"unfin')
    assert len(run(tmp_path / "a.csv", questions)) == 5


def test_a_file_of_somebody_else_is_left_alone(questions: Questions, tmp_path: Path) -> None:
    other = journal_of(tmp_path / "a.csv")
    other.write_text("my notes\n")
    with pytest.raises(UsageError, match="already exists"):
        run(tmp_path / "a.csv", questions, resume=True)
    assert other.read_text() == "my notes\n"


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("questions", "the questions have changed since"),
        ("index", "the index has changed since"),
        ("options", "it was begun with other options"),
        ("version", "another version of qa began it"),
    ],
)
def test_a_changed_batch_is_refused_in_one_sentence(
    questions: Questions, tmp_path: Path, part: str, message: str
) -> None:
    target = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, questions, stop="3")
    before = journal_of(target).read_bytes()
    if part == "questions":
        questions.path.write_bytes(questions.path.read_bytes() + b"6,How?,\n")
    changed = Fingerprint.of(
        questions.path,
        {**MANIFEST, "stamp": "2"} if part == "index" else {**MANIFEST, "updated": "tomorrow"},
        {"k": 2} if part == "options" else {},
        "2.0" if part == "version" else "1.0",
    )
    with (
        pytest.raises(UsageError, match=f"cannot be continued, because {message}; delete it"),
        Journal(target, changed, resume=True),
    ):
        pass
    assert journal_of(target).read_bytes() == before


def test_questions_that_change_during_the_run_are_not_mixed(questions: Questions, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    path = questions.path
    before = path.read_bytes()

    def ask_many(rows: Iterable[Row]) -> Iterator[Answer]:
        for row in rows:
            yield answer_of(row, ask)
        path.write_bytes(before.replace(b"Who", b"What"))

    journal, output = Journal(target, fingerprint(questions)), open_output(target, questions, 1, again=True)
    with pytest.raises(UsageError, match="the questions have changed since"):
        run_to_file(questions, ask_many, journal, output)
    path.write_bytes(before)
    assert run(target, questions, resume=True) == []
    assert target.exists()


def test_only_one_run_continues(questions: Questions, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(target, questions, stop="3")
    program = (
        "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX); "
        "print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(journal_of(target))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(UsageError, match="in use by another run"):
            run(target, questions, resume=True)
        other.communicate()
    assert run(target, questions, resume=True) == ["3", "4", "5"]


def test_a_full_disk_keeps_the_answers(
    questions: Questions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.csv"

    def full(self: object, row: Row, record: Answer) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("qa.batch.outputs.CsvTable.write", full)
        with pytest.raises(QaError, match="No space left on device"):
            run(target, questions)
    assert not target.exists()
    assert run(target, questions, resume=True) == []
    assert target.exists()
