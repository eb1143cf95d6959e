"""The loop over questions, and its outputs."""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
import string
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from answer_strategies import HOSTILE, answers
from batch_cases import FileWriter, answer, workbook
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from qa.batch import Counts, Questions, Row, open_output, read_questions, run, unguarded
from qa.batch.outputs import FORMATS
from qa.batch.tables import guarded
from qa.errors import QaError, QuestionError, UsageError
from qa.messages import Message
from qa.record import Answer, Match, Scope, to_json_line

# The loop


def test_a_failing_row_does_not_stop_the_others() -> None:
    def ask(row: Row) -> Answer:
        if row.question == "bad":
            raise QuestionError("It is far too long.")
        return answer("x", answered=row.question == "yes", question=row.question)

    asked = [
        Row("1", "yes", input={"n": 1}),
        Row("2", "bad"),
        Row("3", "", error=Message.of("uncoded", text="No question.")),
        Row("4", "no"),
    ]
    written: list[Answer] = []
    seen: list[int] = []
    counts = run(
        asked,
        ask,
        lambda row, record: written.append(record),
        lambda counts_so_far: seen.append(counts_so_far.total),
    )
    assert counts == Counts(answered=1, unanswered=1, failed=2)
    assert seen == [1, 2, 3, 4]
    assert [record.id for record in written] == ["1", "2", "3", "4"]
    assert [record.error for record in written] == [None, "It is far too long.", "No question.", None]
    assert written[0].input == {"n": 1}
    assert written[1].input is None


def test_an_unexpected_exception_stops_the_batch() -> None:
    def broken(row: Row) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run([Row("1", "x")], broken, lambda row, record: None)


# Outputs


def write(questions: Questions, target: Path | None, record: Answer, k: int = 2, **options: object) -> bytes:
    stdout = io.BytesIO()
    with open_output(target, questions, k, stdout=stdout, **options) as output:  # type: ignore[arg-type]
        run(questions, lambda row: record, output.write)
    return stdout.getvalue() or (target or Path("-")).read_bytes()


def test_json_lines_are_the_records(write_file: FileWriter, tmp_path: Path) -> None:
    questions = read_questions(write_file("q.csv", "question,n\nWho?,1\nWhy?,2\n"))
    record = answer("It was.")
    expected = "".join(
        to_json_line(record.model_copy(update={"id": str(n), "input": {"n": str(n)}})) + "\n" for n in (1, 2)
    )
    assert write(questions, tmp_path / "a.jsonl", record).decode() == expected
    assert write(questions, None, record).decode() == expected
    assert write(questions, Path("-"), record).decode() == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "q.csv"]


def test_a_csv_table_has_its_columns_followed_by_the_answers(write_file: FileWriter, tmp_path: Path) -> None:
    questions = read_questions(write_file("q.csv", "n;Question;page;id\n-1;Who?;=x;\n"))
    content = write(questions, tmp_path / "a.csv", answer("- It was.")).decode()
    assert content == (
        "\ufeffn;Question;page;id;answered;confidence;reason;error;quote;citation;document;title;answer_page;"
        "line;start;end;sha256;score;answer_words;quote_2;citation_2;document_2;title_2;page_2;line_2;start_2;"
        "end_2;sha256_2;score_2;answer_words_2;nearest_not_an_answer;nearest_citation;nearest_document;"
        "nearest_start;nearest_end;nearest_sha256;looking_in\r\n"
        "-1;Who?;=x;;true;0.75;;;'- It was.;T, page 2;'=doc.txt;T;2;3;4;13;"
        f"{'0' * 64};0.5;;;;;;;;;;;;;;;;;;;\r\n"
    )


def test_the_nearest_passage_is_never_in_the_answer_column(write_file: FileWriter) -> None:
    questions = read_questions(write_file("q.txt", "Who?\n"))
    content = write(questions, None, answer("Far.", answered=False), 1, format="csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert (row["answered"], row["reason"], row["quote"], row["document"]) == (
        "false",
        "too far away",
        "",
        "",
    )
    assert (row["nearest_not_an_answer"], row["nearest_citation"]) == (
        "Far.",
        "T, page 2",
    )


def test_a_table_has_the_quotes_that_answer_with_their_answer_words(write_file: FileWriter) -> None:
    questions = read_questions(write_file("q.txt", "Who?\n"))
    record = answer("Ann and Bob pay.")
    (first,) = record.quotes
    matched = (Match(4, 7, "answer"), Match(8, 11, "lexical"), Match(12, 15, "answer"))
    far = first.model_copy(update={"answers": False, "text": "Far."})
    second = first.model_copy(update={"rank": 3, "text": "They pay."})
    record = record.model_copy(
        update={
            "quotes": (first.model_copy(update={"matched": matched}), far, second),
            "scope": Scope(documents=("a.txt", "b.txt"), title="Leases"),
        }
    )
    content = write(questions, None, record, 3, format="csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content, newline=""))
    assert (row["quote"], row["answer_words"]) == ("Ann and Bob pay.", "Ann; Bob")
    assert (row["quote_2"], row["answer_words_2"], row["quote_3"]) == ("They pay.", "", "")
    # A close passage of an answered question is in no column: it is neither the answer nor in its place.
    assert (row["nearest_not_an_answer"], row["looking_in"]) == ("", "Leases (2 documents)")


@given(st.one_of(st.text(max_size=20), st.sampled_from(HOSTILE), st.from_regex(r"'*[=+@\t-].{0,5}")))
def test_a_guarded_cell_is_no_formula_and_can_be_restored(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    assert not cell.startswith(("=", "@", "\t", "\r"))
    if cell.startswith(("+", "-")):
        float(cell.replace(",", "").replace("%", "").replace(".", ""))
    assert guarded("-5") == "-5"


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda cell: "\0" not in cell)


@given(
    st.lists(st.tuples(cells, cells), min_size=1, max_size=4),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    answers(),
)
def test_every_table_is_unchanged_with_its_quote(
    pairs: list[tuple[str, str]], delimiter: str, encoding: str, record: Answer
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = io.StringIO(newline="")
        table = csv.writer(source, delimiter=delimiter)
        table.writerow(["before", "question", "after"])
        table.writerows([before, "Who?", after] for before, after in pairs)
        path = Path(folder) / "q.csv"
        path.write_bytes(source.getvalue().encode(encoding))
        questions = read_questions(path)
        assert [tuple(row.input.values()) for row in questions] == pairs
        content = write(questions, Path(folder) / "a.csv", record, 3).decode("utf-8-sig")
    written = csv.DictReader(io.StringIO(content, newline=""), delimiter=";" if delimiter == ";" else ",")
    for row, (before, after) in zip(written, pairs, strict=True):
        assert (row["before"], row["question"], row["after"]) == (before, "Who?", after)
        shown = record.answering[0].text if record.answering else ""
        assert unguarded(row["quote"]) == shown


def test_a_workbook_stores_text_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    questions = read_questions(workbook(tmp_path / "q.xlsx"))
    target = tmp_path / "a.xlsx"
    write(questions, target, answer("=HYPERLINK(1)\x02_x0041_"), 1)
    header, first, second, third = load_workbook(target).active.iter_rows()
    column = {cell.value: place for place, cell in enumerate(header)}
    assert [cell.value for cell in header][:5] == ["ID", "Question", "when", "documents", "answered"]
    assert [cell.value for cell in first][:4] == [3, "Who?", datetime.datetime(2024, 5, 1), "a.txt;b.txt"]
    quote = first[column["quote"]]
    assert (quote.data_type, quote.quotePrefix) == ("s", True)
    assert str(quote.value).startswith("=HYPERLINK(1)_x0002_")
    assert [first[column[name]].value for name in ("answered", "confidence", "page")] == [True, 0.75, 2]
    assert second[column["when"]].value == 2.5
    assert "no question" in str(third[column["error"]].value)


def test_rows_of_a_workbook_show_their_wrapped_text_and_fit_on_paper(
    write_file: FileWriter, tmp_path: Path
) -> None:
    questions = read_questions(write_file("q.csv", "id,question\n1,Who?\n"))
    heights = []
    # 70 characters are a line of the column of quotes.
    for name, text in (("one", "Short."), ("three", "word " * 34), ("many", "word " * 4000)):
        target = tmp_path / f"{name}.xlsx"
        write(questions, target, answer(text), 1)
        sheet = load_workbook(target).active
        heights.append(sheet.row_dimensions[2].height)
    assert heights == [15, 45, 14 * 15]
    assert sheet.print_area == "'Answers'!$A$1:$H$2"
    assert [cell.value for cell in sheet[1]][5:8] == ["error", "quote", "citation"]
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)


def test_a_quote_longer_than_a_workbook_cell_is_not_cut(write_file: FileWriter, tmp_path: Path) -> None:
    questions = read_questions(write_file("q.txt", "Who?\n"))
    write(questions, tmp_path / "a.xlsx", answer("x" * 40_000), 1)
    values = [cell.value for cell in list(load_workbook(tmp_path / "a.xlsx").active.iter_rows())[1]]
    assert any(str(value).startswith("(longer than a cell") for value in values)
    assert not any(str(value).startswith("xxx") for value in values)


@pytest.mark.parametrize("ending", ["md", "html"])
def test_reports_begin_with_counts_known_at_the_end(
    write_file: FileWriter, tmp_path: Path, ending: str
) -> None:
    questions = read_questions(write_file("q.txt", "Who?\nWhy?\n"))
    content = write(questions, tmp_path / f"a.{ending}", answer("It was.")).decode()
    assert content.index("2 questions: 2 answered") < content.index("#q2") < content.index("It was.")
    assert content.count("It was.") == 2
    assert "Answers to q.txt" in content or "Answers to q\\.txt" in content


@pytest.mark.parametrize("ending", ["jsonl", "json", "csv", "tsv", "xlsx", "md", "html"])
def test_an_interruption_keeps_finished_answers(write_file: FileWriter, tmp_path: Path, ending: str) -> None:
    questions = read_questions(write_file("q.txt", "Who?\nWhy?\n"))
    target = tmp_path / f"a.{ending}"
    target.write_text("older answers")

    def ask(row: Row) -> Answer:
        if row.id == "2":
            raise KeyboardInterrupt
        return answer("It was.")

    output = open_output(target, questions, 1)
    with pytest.raises(KeyboardInterrupt), output:
        run(questions, ask, output.write)
    assert output.unfinished == tmp_path / f"a.partial.{ending}"
    assert target.read_text() == "older answers"
    if ending == "xlsx":
        assert "It was." in [
            cell.value for cell in list(load_workbook(output.unfinished).active.iter_rows())[1]
        ]
    else:
        assert b"It was." in output.unfinished.read_bytes()
    # A second run must not overwrite it.
    with pytest.raises(UsageError, match="rename or delete"), open_output(target, questions, 1):
        pass
    assert output.unfinished.exists()


def test_an_interruption_before_the_first_answer_leaves_nothing(
    write_file: FileWriter, tmp_path: Path
) -> None:
    output = open_output(tmp_path / "a.jsonl", read_questions(write_file("q.txt", "Who?\n")), 1)
    with pytest.raises(KeyboardInterrupt), output:
        raise KeyboardInterrupt
    assert output.unfinished is None
    assert [path.name for path in tmp_path.iterdir()] == ["q.txt"]


LENGTH = 1_000
"""Characters of a quote that no format can compress."""


def random_words(seed: str) -> str:
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=LENGTH))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv", "md", "html"])
def test_without_room_only_whole_answers_stay(write_file: FileWriter, tmp_path: Path, ending: str) -> None:
    import resource

    questions = read_questions(write_file("q.txt", "Who?\n" * 30))
    output = open_output(tmp_path / f"a.{ending}", questions, 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores the signal, so that writing fails as on a full disk: the last answer is cut.
    resource.setrlimit(resource.RLIMIT_FSIZE, (12_345, hard))
    try:
        with pytest.raises(QaError, match="cannot be written"), output:
            run(questions, lambda row: answer(random_words(row.id)), output.write)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    if ending not in ("jsonl", "csv", "tsv"):
        assert output.unfinished is None
        assert [path.name for path in tmp_path.iterdir()] == ["q.txt"]
        return
    assert output.unfinished is not None
    content = output.unfinished.read_bytes()
    assert content.endswith(b"\n")
    ids = [json.loads(line)["id"] for line in content.splitlines()] if ending == "jsonl" else []
    if not ids:
        delimiter = "," if ending == "csv" else "\t"
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
        ids = [str(number) for number, row in enumerate(rows, 1) if len(row["quote"]) == LENGTH]
        assert len(ids) == len(rows)
    assert ids == [str(number) for number in range(1, output.written + 1)]


def test_each_answer_is_on_disk_as_soon_as_it_is_complete(write_file: FileWriter, tmp_path: Path) -> None:
    questions = read_questions(write_file("q.txt", "Who?\n"))
    with open_output(tmp_path / "a.jsonl", questions, 1) as output:
        output.write(Row("1", "Who?"), answer("It was."))
        assert json.loads((tmp_path / "a.partial.jsonl").read_text())["id"] == "1"
        assert not (tmp_path / "a.jsonl").exists()
    assert (tmp_path / "a.jsonl").exists()


def test_invalid_outputs_are_refused(write_file: FileWriter, tmp_path: Path) -> None:
    path = write_file("q.csv", "question\nWho?\n")
    questions = read_questions(path)
    (tmp_path / "d.csv").mkdir()
    (tmp_path / "same.csv").symlink_to(path)
    for target, format, message in [
        (path, None, "would overwrite the questions"),
        (tmp_path / "same.csv", None, "would overwrite the questions"),
        (tmp_path / "d.csv", None, "is a folder"),
        (tmp_path / "none" / "a.csv", None, "does not exist"),
        (tmp_path / "a.doc", None, 'not as "doc"'),
        (tmp_path / "a", None, "no ending"),
        (None, "xlsx", "cannot be written to the terminal"),
    ]:
        with pytest.raises(UsageError, match=message):
            open_output(target, questions, 1, format)
    assert path.read_text() == "question\nWho?\n"


class _FullDisk(io.RawIOBase):
    """A full disk: every way of writing to it fails."""

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return 0

    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_disk_that_stays_full_is_one_sentence(
    write_file: FileWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r", **options: Any) -> Any:
        if mode != "xb":
            return opened(path, mode, **options)
        path.touch()
        return io.BufferedWriter(_FullDisk())

    questions = read_questions(write_file("q.txt", "Who?\n"))
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(QaError) as failed:
        write(questions, tmp_path / f"a.{ending}", answer("x"))
    assert str(failed.value) == (
        f"{tmp_path / 'a.partial'}.{ending} cannot be written: No space left on device. "
        "Free space or choose another --output."
    )
    assert not (tmp_path / f"a.{ending}").exists()


def test_a_full_disk_is_one_sentence(
    write_file: FileWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, row: Row, record: Answer) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa.batch.outputs.JsonLines.write", full)
    with pytest.raises(QaError, match="No space left on device"):
        write(read_questions(write_file("q.txt", "Who?\n")), tmp_path / "a.jsonl", answer("x"))
    assert not (tmp_path / "a.jsonl").exists()
