"""Question files: every format, bad rows and bad files."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from batch_cases import FileWriter, rows, workbook
from openpyxl import Workbook

from qa.batch import Row, read_questions, rows_of
from qa.errors import UsageError


def test_a_text_file_has_a_question_on_each_nonblank_line(write_file: FileWriter) -> None:
    questions = read_questions(write_file("q.txt", "\ufeffWho?\n\n   \r\n What, when? \n"))
    assert list(questions) == [
        Row("1", "Who?", cells=("Who?",)),
        Row("2", "What, when?", cells=("What, when?",)),
    ]
    assert (questions.columns, len(questions)) == (("question",), 2)
    assert list(questions) == list(questions)


def test_a_table_keeps_its_other_columns(write_file: FileWriter) -> None:
    path = write_file(
        "q.csv", 'Topic,Question ,ID,documents\nwar,"Who,\nand ""why""?",a7, x.txt; y/*.txt ;\n,When?,,\n'
    )
    questions = read_questions(path)
    assert questions.columns == ("Topic", "Question ", "ID", "documents")
    assert list(questions) == [
        Row(
            id="a7",
            question='Who,\nand "why"?',
            documents=("x.txt", "y/*.txt"),
            input={"Topic": "war"},
            cells=("war", 'Who,\nand "why"?', "a7", " x.txt; y/*.txt ;"),
        ),
        Row("2", "When?", (), {"Topic": ""}, None, ("", "When?", "", "")),
    ]


@pytest.mark.parametrize(
    ("name", "content", "delimiter"),
    [
        ("q.csv", "id;question;n\n1;Où, quand?;3,5\n".encode(), ";"),
        ("q.csv", b"\xef\xbb\xbf" + "id;question;n\r\n1;Où, quand?;3,5\r\n".encode(), ";"),
        ("q.csv", "id\tquestion\tn\r\n1\tOù, quand?\t3,5\r\n".encode("utf-16"), "\t"),
        ("q.csv", "id\tquestion\tn\n1\tOù, quand?\t3,5\n".encode("utf-16-le"), "\t"),
        ("q.tsv", "id\tquestion\tn\n1\tOù, quand?\t3,5\n".encode("utf-16-be"), "\t"),
        ("q.csv", 'sep=;\nid;question;n\n1;"Où, quand?";3,5\n'.encode(), ";"),
        ("q.tsv", "id\tquestion\tn\n1\tOù, quand?\t3,5\n".encode(), "\t"),
        ("q.csv", "\n\nid|question|n\n1|Où, quand?|3,5\n".encode(), "|"),
    ],
)
def test_tables_as_spreadsheets_save_them(
    write_file: FileWriter, name: str, content: bytes, delimiter: str
) -> None:
    questions = read_questions(write_file(name, content))
    assert list(questions) == [Row("1", "Où, quand?", (), {"n": "3,5"}, None, ("1", "Où, quand?", "3,5"))]
    assert questions.delimiter == delimiter


def test_a_comma_in_a_table_of_one_column_is_part_of_the_question(write_file: FileWriter) -> None:
    result = rows(write_file("q.csv", 'question\nWho, when?\n"Why; ""so""?"\n'))
    assert [row.question for row in result] == ["Who, when?", 'Why; "so"?']


def test_unnamed_and_repeated_columns_are_kept_separate(write_file: FileWriter) -> None:
    (row,) = rows(write_file("q.csv", "note,question,note,\n1,Who?,2,3\n"))
    assert row.input == {"note": "1", "note (2)": "2", "column 4": "3"}


def test_a_bad_row_is_an_error_and_the_rest_is_read(write_file: FileWriter) -> None:
    result = rows(write_file("q.csv", "id,question\n1,Who, when?\n2,\n,\n3,Why?\n"))
    assert [(row.id, row.question) for row in result] == [("1", "Who"), ("2", ""), ("3", ""), ("3", "Why?")]
    assert "line 2: the row has more cells than the header (3, not 2)" in str(result[0].error)
    assert "line 3: the row has no question" in str(result[1].error)
    assert "line 4: the row is empty" in str(result[2].error)


def test_json_lines(write_file: FileWriter) -> None:
    lines = (
        '{"question": " Who? ", "id": 7, "documents": ["a", "b*"], "n": {"x": [1]}}',
        "",
        '"When?"',
        '{"question": "Why?", "documents": "a;b", "id": ""}',
    )
    questions = read_questions(write_file("q.jsonl", "\n".join(lines)))
    assert questions.columns == ("question", "id", "documents", "n")
    assert list(questions) == [
        Row("7", "Who?", ("a", "b*"), {"n": {"x": [1]}}, None, (" Who? ", 7, '["a", "b*"]', '{"x": [1]}')),
        Row("2", "When?", cells=("When?", None, None, None)),
        Row("3", "Why?", ("a;b",), cells=("Why?", "", "a;b", None)),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"question": "x"', "line 2 is not valid JSON"),
        ("[1]", "must be a JSON object"),
        ('{"id": "k"}', "no question"),
        ('{"question": 5}', "no question"),
        ('{"question": "x", "documents": 5}', '"documents" must be a list'),
        ('{"question": "x", "documents": [" "]}', '"documents" must be a list'),
        ('{"question": "x", "id": true}', '"id" must be'),
        ('{"question": "x", "n": NaN}', "NaN is not a number"),
        ('{"question": "x", "n": 1e999}', "1e999 is not a number"),
        ("[" * 100_000, "line 2 is not valid JSON"),
    ],
)
def test_a_bad_json_line_is_an_error_and_the_rest_is_read(
    write_file: FileWriter, line: str, message: str
) -> None:
    first, bad, last = rows(write_file("q.jsonl", f'{{"question": "a"}}\n{line}\n{{"question": "b"}}\n'))
    assert (first.error, last.error, last.id) == (None, None, "3")
    assert message in str(bad.error)


@pytest.mark.parametrize(
    "content",
    [
        '["Who?", {"question": "Why?"}]',
        '{"questions": ["Who?", {"question": "Why?"}]}',
        '\ufeff[\n"Who?",\n{"question":\n"Why?"}]',
    ],
)
def test_json_files(write_file: FileWriter, content: str) -> None:
    assert [(row.id, row.question) for row in rows(write_file("q.json", content))] == [
        ("1", "Who?"),
        ("2", "Why?"),
    ]


def test_half_a_surrogate_pair_in_a_question_is_replaced(write_file: FileWriter) -> None:
    assert rows(write_file("q.json", '["a\\ud800b"]'))[0].question == "a\ufffdb"


@pytest.mark.parametrize(
    ("content", "columns", "delimiter"),
    [
        ("Questions to counsel;;\nas of May;;\n\nid;question;n\n1;Who?;2\n", ("id", "question", "n"), ";"),
        ("Questions\n\nid,question\n1,Who?\n", ("id", "question"), ","),
        ('"id";"question"\n"1";"Who?"\n', ("id", "question"), ";"),
        ("id,Question?\n1,Who?\n", ("id", "Question?"), ","),
        ("id,Question_text\n1,Who?\n", ("id", "Question_text"), ","),
        ("id,QUESTIONS\n1,Who?\n", ("id", "QUESTIONS"), ","),
        ("id;Frage\n1;Who?\n", ("id", "Frage"), ";"),
        ("id,问题\n1,Who?\n", ("id", "问题"), ","),
        ("id,Questions,question\n1,What?,Who?\n", ("id", "Questions", "question"), ","),
    ],
)
def test_the_header_is_recognised_under_titles_and_by_its_usual_names(
    write_file: FileWriter, content: str, columns: tuple[str, ...], delimiter: str
) -> None:
    questions = read_questions(write_file("q.csv", content))
    assert (questions.columns, questions.delimiter) == (columns, delimiter)
    assert [(row.id, row.question, row.error) for row in questions] == [("1", "Who?", None)]


def test_two_columns_of_the_same_name_are_ambiguous(write_file: FileWriter) -> None:
    with pytest.raises(UsageError, match="no column named question, only: Frage, Questions"):
        read_questions(write_file("q.csv", "Frage,Questions\nWer?,Who?\n"))


def test_a_title_above_the_header_can_have_any_quotation_marks(write_file: FileWriter) -> None:
    assert [
        row.question for row in rows(write_file("q.csv", 'a "title", 5" long\nid,question\n1,Who?\n'))
    ] == ["Who?"]


@pytest.mark.parametrize(
    ("encoding", "question"),
    [
        ("cp1252", "Wie viele Tonnen hebt der Kran für Güter?"),
        ("cp1252", "Où est la grue, et à qui est-elle?"),
        ("utf-32", "Wie viele Tonnen für Güter?"),
    ],
)
def test_an_unstated_encoding_is_guessed(write_file: FileWriter, encoding: str, question: str) -> None:
    for name, content in (("q.csv", f"id;question\n1;{question}\n"), ("q.txt", f"{question}\n")):
        questions = read_questions(write_file(name, content.encode(encoding)))
        assert [row.question for row in questions] == [question]


def test_a_guess_is_a_warning(write_file: FileWriter) -> None:
    (warning,) = tuple(map(str, read_questions(write_file("q.txt", "Où?\n".encode("cp1252"))).warnings))
    assert "was guessed" in warning
    assert not read_questions(write_file("q.txt", "für\n")).warnings


def test_a_text_file_with_tabs_and_a_header_is_a_table(write_file: FileWriter) -> None:
    path = write_file("q.txt", "id\tquestion\r\na\tWho?\r\n".encode("utf-16"))
    assert [(row.id, row.question) for row in rows(path)] == [("a", "Who?")]
    assert [row.question for row in rows(write_file("r.txt", "Who\tpays?\n"))] == ["Who\tpays?"]


def test_an_introductory_first_line_is_no_question(write_file: FileWriter) -> None:
    result = rows(write_file("q.txt", "Questions:\n\n1. Who?\n2. Questions?\nQuestions\n"))
    assert [(row.id, row.question) for row in result] == [
        ("1", "1. Who?"),
        ("2", "2. Questions?"),
        ("3", "Questions"),
    ]


def test_the_visible_sheet_is_read_and_not_the_hidden_one(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["question"])
    book.active.append(["Hidden?"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Shown")
    for cells in (["question"], ["First?"], ["Second?"]):
        shown.append(cells)
    # Rows hidden by a filter are still questions of the table.
    shown.row_dimensions[2].hidden = True
    book.save(tmp_path / "q.xlsx")
    assert [row.question for row in rows(tmp_path / "q.xlsx")] == ["First?", "Second?"]
    shown["A1"] = "notes"
    book.save(tmp_path / "q.xlsx")
    assert [row.question for row in rows(tmp_path / "q.xlsx")] == ["Hidden?"]


def test_an_uncomputed_formula_is_reported(tmp_path: Path) -> None:
    book = Workbook()
    for cells in (["question"], ['="How many "&"tonnes?"'], ["Who?"]):
        book.active.append(cells)
    book.save(tmp_path / "q.xlsx")
    formula, plain = rows(tmp_path / "q.xlsx")
    assert "formula without a value; open the workbook" in str(formula.error)
    assert (plain.question, plain.error) == ("Who?", None)


def test_a_workbook_is_read_from_the_first_sheet_with_a_header(tmp_path: Path) -> None:
    questions = read_questions(workbook(tmp_path / "q.xlsx"))
    assert questions.columns == ("ID", "Question", "when", "documents")
    first, second, third = questions
    assert (first.id, first.question, first.documents) == ("3", "Who?", ("a.txt", "b.txt"))
    assert first.input == {"when": "2024-05-01T00:00:00"}
    assert first.cells == (3, "Who?", datetime.datetime(2024, 5, 1), "a.txt;b.txt")
    assert (second.id, second.input, second.error) == ("2", {"when": 2.5}, None)
    assert (third.id, "no question" in str(third.error)) == ("9", True)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("q.pdf", b"x", r"\.txt, \.csv"),
        ("q.csv", b"", "is empty"),
        ("q.csv", b"a,b\n1,2\n", "no column named question, only: a, b"),
        ("q.csv", b"question,b\n", "contains no question"),
        ("q.csv", b'question,b\n"Who?,2\nWhy?,3\n', "malformed near line 3"),
        ("q.txt", bytes(range(256)) * 9, "as text: it contains binary data, not text; save the questions as"),
        ("q.txt", b" \n", "contains no question"),
        ("q.jsonl", b'{"query": "x"}\n', "contains no question"),
        ("q.json", b"[", "not valid JSON"),
        ("q.json", b"5", "must contain a list"),
        ("q.xlsx", b"PK\x03\x04 but no", "cannot be read as an Excel workbook: its zip container is damaged"),
    ],
)
def test_an_unreadable_file_is_refused_before_anything_is_asked(
    write_file: FileWriter, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        read_questions(write_file(name, content))


def test_a_missing_file_a_folder_and_a_workbook_without_questions(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        read_questions(tmp_path / "q.csv")
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        read_questions(tmp_path / "d.csv")
    Workbook().save(tmp_path / "q.xlsx")
    with pytest.raises(UsageError, match="no sheet"):
        read_questions(tmp_path / "q.xlsx")


def test_rows_are_read_one_by_one(write_file: FileWriter) -> None:
    questions = read_questions(write_file("q.jsonl", '{"question": "x"}\n' * 20_000))
    assert len(questions) == 20_000
    assert next(iter(questions)).question == "x"


@pytest.mark.parametrize(
    ("text", "is_split"),
    [
        ("id,question,owner\n1,Who pays, and when?\n", True),
        ("id,question,owner\n1,Describe the roof, walls\n", True),
        ("id, question, owner\n1, Who pays, nobody\n", False),
        ("id,question,owner\n1,Who pays?, nobody\n", False),
        ("id,question,owner\n1,Who pays,Ann?\n", False),
        ("id,question,owner\n1,Who pays, Ann\n", False),
    ],
)
def test_a_question_that_continues_in_the_next_cell_is_recognised(
    write_file: FileWriter, text: str, is_split: bool
) -> None:
    (row,) = rows(write_file("q.csv", text))
    assert (row.error is not None) == is_split


def test_rows_with_one_id_can_be_measured(write_file: FileWriter) -> None:
    path = write_file("q.csv", "id,question\na,Who?\na,Why?\n")
    assert [row.error is None for row in rows_of(path)] == [True, False]
    assert [row.error for row in rows_of(path, unique=False)] == [None, None]
    assert [row.error is None for row in rows_of([{"id": "a", "question": "x"}] * 2)] == [True, False]
