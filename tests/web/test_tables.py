"""Tables on the page, without a browser: how they fill, change, are marked and saved."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from parsed import Parsed
from waiting import DEADLINE, eventually
from word_encoder import WordEncoder

from qa import Library
from qa.batch import Questions, Row, read_questions
from qa.errors import QuestionError, UsageError
from qa.record import Answer
from qa.web import table_runs, tables
from qa.web.grids import View, mark_of
from qa.web.labels import labels_in
from qa.web.scratch import Scratch
from qa.web.tables import Tables

TEXTS = {
    "a.txt": "The silver kettle is by the river.",
    "b.txt": "The tower has a lantern. <script>harm()</script>",
    "c.txt": "Nothing here.",
}


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    folder = Scratch()
    yield folder
    folder.close()


@pytest.fixture
def library(tmp_path: Path, words: WordEncoder) -> Library:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    library = Library(tmp_path / "index", model=words, reranker="none")
    library.add(*(tmp_path / name for name in TEXTS))
    return library


@pytest.fixture
def questions(tmp_path: Path) -> Questions:
    (tmp_path / "q.csv").write_text("id,question\nk,Where is the silver kettle?\nt,What has the tower?\n")
    return read_questions(tmp_path / "q.csv")


def finished(running: Tables, name: str) -> dict[str, Any]:
    eventually(lambda: running.grid(name)["done"])
    return running.grid(name)


def states(changes: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(cell["row"], cell["column"]): cell["state"] for cell in changes["cells"]}


def test_a_table_fills_and_only_changes_are_sent(
    library: Library, questions: Questions, scratch: Scratch
) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    first = finished(running, name)
    assert [column["id"] for column in first["columns"]] == ["k", "t"]
    assert [document["id"] for document in first["rows"]] == list(TEXTS)
    assert states(first) == {
        ("a.txt", "k"): "answered", ("a.txt", "t"): "absent", ("b.txt", "k"): "absent",
        ("b.txt", "t"): "answered", ("c.txt", "k"): "absent", ("c.txt", "t"): "absent",
    }  # fmt: skip
    assert first["status"] == "6 of 6 cells: 2 answered, 4 not in the document"
    later = running.grid(name, layout=first["layout"], seen=first["seen"])
    assert (later["cells"], "columns" in later) == ([], False)
    running.mark(name, "a.txt", "k", "right")
    (changed,) = running.grid(name, layout=first["layout"], seen=first["seen"])["cells"]
    assert (changed["row"], changed["column"], changed["mark"]) == ("a.txt", "k", "right")
    # A number of changes that the server never sent.
    assert len(running.grid(name, layout=first["layout"], seen=999)["cells"]) == 6


def test_a_cell_opens_its_place_and_shows_no_markup(
    library: Library, questions: Questions, scratch: Scratch
) -> None:
    running = Tables(library, scratch)
    cells = {(c["row"], c["column"]): c for c in finished(running, running.begin(questions, ()))["cells"]}
    html = cells["a.txt", "k"]["html"]
    (place,) = Parsed(html).all("place")
    assert place.attributes["data-document"] == "a.txt"
    assert (place.attributes["data-start"], place.attributes["data-end"]) == ("0", str(len(TEXTS["a.txt"])))
    assert place.attributes["data-do"] == "open-cell"
    assert TEXTS["a.txt"] in Parsed(html).text
    # The nearest passages of a cell without an answer, the first one behind the words that say so.
    nearest = Parsed(cells["b.txt", "k"]["html"]).all("place")
    assert [place.attributes["data-nearest"] for place in nearest] == ["true", "true"]
    assert not any("<script" in cell["html"] for cell in cells.values())


def test_columns_are_added_and_removed_with_their_cells(
    library: Library, questions: Questions, scratch: Scratch
) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    finished(running, name)
    running.add(name, "When does the <lantern> shine?")
    state = finished(running, name)
    assert [column["id"] for column in state["columns"]] == ["k", "t", "+1"]
    assert state["columns"][2] == {
        "id": "+1", "title": "When does the &lt;lantern&gt; shine?", "type": "date", "removable": True,
    }  # fmt: skip
    assert state["total"] == 9
    running.remove(name, "k")
    running.remove(name, "no such column")
    state = finished(running, name)
    assert {key[1] for key in states(state)} == {"t", "+1"}
    running.add(name, "Where is the river?")
    assert [column["id"] for column in finished(running, name)["columns"]] == ["t", "+1", "+2"]
    with pytest.raises(QuestionError):
        running.add(name, " ")


def test_many_documents_begin_with_a_pilot(
    library: Library, questions: Questions, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "FEW", 2)
    monkeypatch.setattr(tables, "PILOT", 1)
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    state = finished(running, name)
    assert (state["order"], state["left"], state["total"]) == (["a.txt"], 2, 2)
    running.go_on(name, every_document=True)
    state = finished(running, name)
    assert (len(state["order"]), state["left"], state["asked"]) == (3, 0, 6)
    limited = finished(running, running.begin(questions, ("b*", "c.txt")))
    assert [d["id"] for d in limited["rows"]] == ["b.txt", "c.txt"]


def test_a_stopped_table_continues_where_it_was(
    library: Library, questions: Questions, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    ask_many, answers = library.ask_many, []

    def slow(rows: Iterable[Row], **options: Any) -> Iterator[Answer]:
        for answer in ask_many(rows, **options):
            answers.append(answer.id)
            if len(answers) == 2:
                reached.set()
                go_on.wait(DEADLINE)
            yield answer

    monkeypatch.setattr(library, "ask_many", slow)
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    assert reached.wait(DEADLINE)
    # A column that is removed while it is asked leaves no cell.
    running.remove(name, "t")
    running.stop(name)
    go_on.set()
    state = finished(running, name)
    assert state["status"] == "1 of 3 cells: 1 answered, 0 not in the document. Stopped."
    running.go_on(name, every_document=False)
    assert set(states(finished(running, name))) == {(document, "k") for document in TEXTS}
    # The cell that was asked when the table was stopped had its column removed.
    assert answers == ["k@a.txt", "t@a.txt", "k@b.txt", "k@c.txt"]


def test_a_failure_is_shown_and_the_rest_can_be_asked_later(
    library: Library, questions: Questions, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Tables(library, scratch)
    with monkeypatch.context() as patch:
        patch.setattr(library, "ask_many", lambda rows, **_: iter(()) if rows == [] else 1 / 0)
        name = running.begin(questions, ())
        state = finished(running, name)
        assert (state["asked"], state["done"]) == (0, True)
        assert "Something went wrong" in str(state["status"])
    running.go_on(name, every_document=False)
    assert finished(running, name)["asked"] == 6


def test_a_table_is_saved_with_its_marks(library: Library, questions: Questions, scratch: Scratch) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    finished(running, name)
    running.mark(name, "a.txt", "k", "right")
    running.mark(name, "b.txt", "t", "wrong")
    running.mark(name, "b.txt", "t", None)
    for format in tables.FORMATS:
        data, filename = running.download(name, format)
        assert (filename, bool(data)) == (f"q-table.{format}", True)
    records = [json.loads(line) for line in running.download(name, "jsonl")[0].splitlines()]
    assert [record["cell"].get("mark") for record in records] == ["right", *[None] * 5]
    rows = list(csv.DictReader(io.StringIO(running.download(name, "csv")[0].decode("utf-8-sig"))))
    assert rows[0]["Where is the silver kettle?"] == TEXTS["a.txt"]
    with pytest.raises(UsageError, match="docx"):
        running.download(name, "docx")
    with pytest.raises(UsageError):
        running.mark(name, "a.txt", "x", "right")
    assert mark_of(None) is None
    for wrong in ("great", 3, ["right"]):
        with pytest.raises(UsageError):
            mark_of(wrong)


def test_rows_are_sorted_and_filtered(library: Library, questions: Questions, scratch: Scratch) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    finished(running, name)
    running.mark(name, "b.txt", "t", "check")
    running.mark(name, "c.txt", "k", "wrong")
    assert running.grid(name, View("k", "answer", 1))["order"] == ["a.txt", "b.txt", "c.txt"]
    assert running.grid(name, View("t", direction=-1))["order"][0] == "b.txt"
    assert running.grid(name, View("k", "mark", -1))["order"] == ["c.txt", "a.txt", "b.txt"]
    assert running.grid(name, View("gone"))["order"] == list(TEXTS)
    filtered = running.grid(name, View(outcome="answered"))
    assert filtered["order"] == ["a.txt", "b.txt"]
    # The other cells of these rows are dimmed.
    assert [cell["out"] for cell in filtered["cells"]] == [False, True, True, False]
    assert running.grid(name, View(mark="check", outcome="answered"))["order"] == ["b.txt"]
    assert running.grid(name, View(confidence="high", outcome="unanswered"))["order"] == []
    first = running.grid(name, View.of({"shown": 1}))
    assert (first["order"], first["more"], len(first["cells"])) == (["a.txt"], True, 2)
    for wrong in (
        {"by": "size"},
        {"outcome": "perhaps"},
        {"confidence": 1},
        {"mark": []},
        {"column": 3},
        {"shown": "x"},
    ):
        with pytest.raises(UsageError):
            View.of(wrong)


def test_an_unknown_type_is_named_in_the_language_of_the_page(
    library: Library, scratch: Scratch, tmp_path: Path
) -> None:
    (tmp_path / "q.csv").write_text("id,question,type\nk,Where is the silver kettle?,datum\n")
    running = Tables(library, scratch)
    name = running.begin(read_questions(tmp_path / "q.csv"), ())
    (note,) = finished(running, name)["notes"]
    assert str(note).startswith('Question k has the unknown type "datum"')
    assert "unbekannten Typ „datum“" in str(running.grid(name, labels=labels_in("de"))["notes"])


def test_limits_are_refused_in_a_sentence(
    library: Library, questions: Questions, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    monkeypatch.setattr(tables, "MOST_CELLS", 6)
    with pytest.raises(UsageError, match="9 cells, more than 6"):
        running.add(name, "Where is the river?")
    monkeypatch.setattr(tables, "MOST_CELLS", 5)
    with pytest.raises(UsageError, match="6 cells, more than 5"):
        running.begin(questions, ())
    with pytest.raises(UsageError, match="no longer stored"):
        running.grid("guessed")


def test_the_oldest_tables_are_dropped(
    library: Library, questions: Questions, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "KEPT_TABLES", 2)
    running = Tables(library, scratch)
    names = []
    for _ in range(3):
        names.append(running.begin(questions, ()))
        finished(running, names[-1])
    with pytest.raises(UsageError, match="no longer stored"):
        running.grid(names[0])
    assert [running.grid(name)["asked"] for name in names[1:]] == [6, 6]


def test_cells_are_in_the_language_of_the_page(
    library: Library, questions: Questions, scratch: Scratch
) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    finished(running, name)
    state: dict[str, Any] = running.grid(name, labels=labels_in("de"))
    assert state["status"] == "6 von 6 Zellen: 2 beantwortet, 4 nicht im Dokument"
    assert "Nicht in diesem Dokument." in state["cells"][1]["html"]


def test_a_removed_column_comes_back_in_its_place_with_its_marks(
    library: Library, questions: Questions, scratch: Scratch
) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    before = finished(running, name)
    running.mark(name, "a.txt", "k", "right")
    running.remove(name, "k")
    assert [column["id"] for column in running.grid(name)["columns"]] == ["t"]
    running.restore(name, "k")
    after = finished(running, name)
    assert [column["id"] for column in after["columns"]] == ["k", "t"]
    assert states(after) == states(before)
    assert [cell["mark"] for cell in after["cells"] if cell["mark"]] == ["right"]
    with pytest.raises(UsageError, match="not from this page"):
        running.restore(name, "k")


def test_a_column_that_comes_back_is_asked_for_what_it_lacks(
    library: Library, questions: Questions, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "FEW", 2)
    monkeypatch.setattr(tables, "PILOT", 1)
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    finished(running, name)
    running.remove(name, "k")
    running.go_on(name, every_document=True)
    assert finished(running, name)["asked"] == 3
    running.restore(name, "k")
    eventually(lambda: running.grid(name)["asked"] == 6)


def test_only_the_last_removed_columns_can_come_back(
    library: Library, questions: Questions, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_runs, "KEPT_COLUMNS", 1)
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    finished(running, name)
    for column in ("k", "t"):
        running.remove(name, column)
    with pytest.raises(UsageError):
        running.restore(name, "k")
    running.restore(name, "t")
    assert [column["id"] for column in running.grid(name)["columns"]] == ["t"]


def test_documents_are_filtered_by_words_of_their_names_and_answers(
    library: Library, questions: Questions, scratch: Scratch
) -> None:
    running = Tables(library, scratch)
    name = running.begin(questions, ())
    finished(running, name)
    assert running.grid(name, View.of({"words": "River kettle"}))["order"] == ["a.txt"]
    assert running.grid(name, View.of({"words": "B.txt"}))["order"] == ["b.txt"]
    assert running.grid(name, View.of({"words": "nowhere"}))["order"] == []
