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
from qa.batch import FORMATS, Row, answer_of
from qa.errors import UsageError
from qa.record import Answer
from qa.web import batch_runs, batches
from qa.web.batches import Batches
from qa.web.grids import View
from qa.web.labels import labels_in
from qa.web.pool import BusyError
from qa.web.scratch import Scratch
from qa.web.uploads import Upload


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    folder = Scratch()
    yield folder
    folder.close()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    words = WordEncoder(("barn", "france", "leaks", "old", "queen", "red", "roof"))
    (tmp_path / "barn.txt").write_text("The red barn is old.\nThe red roof leaks.")
    library = Library(tmp_path / "index", model=words, reranker="none")
    library.add(tmp_path / "barn.txt")
    return library


def sent(folder: Path, name: str, text: str) -> Upload:
    path = folder / "sent"
    path.write_text(text, encoding="utf-8")
    return Upload(path, name)


def finished(running: Batches, name: str) -> dict[str, object]:
    eventually(lambda: running.progress(name)["done"])
    return running.progress(name)


def test_a_file_of_questions_is_answered_shown_and_saved_in_every_format(
    tmp_path: Path, library: Library, scratch: Scratch
) -> None:
    running = Batches(library, scratch)
    file = 'question,owner\nIs the red barn old?,me\n"Who is the ""queen of France""?",you\n,they\n'
    run = running.begin(sent(tmp_path, "my <b>questions</b>.csv", file), (), 3)
    state = finished(running, run)
    assert (state["asked"], state["total"]) == (3, 3)
    grid = running.grid(run)
    assert [column["title"] for column in grid["columns"]] == ["Answer", "owner"]
    assert [row["title"] for row in grid["rows"]][:1] == ["Is the red barn old?"]
    assert [html(grid, str(at), "0") for at in range(3)] == ["me", "you", "they"]
    (answered,) = running.grid(run, View(outcome="answered"))["order"]
    assert (
        Parsed(html(grid, answered, "answer")).all(lambda e: e.tag == "q")[0].text == "The red barn is old."
    )
    assert running.grid(run, View(outcome="unanswered"))["order"] == ["1"]
    assert running.grid(run, View(outcome="failed"))["order"] == ["2"]
    for format in FORMATS:
        data, name = running.download(run, format)
        assert name == f"my bquestionsb-answers.{format}" or name.endswith(f"-answers.{format}")
        assert data
    table = list(csv.DictReader(io.StringIO(running.download(run, "csv")[0].decode("utf-8-sig"))))
    assert [row["owner"] for row in table] == ["me", "you", "they"]
    assert table[0]["quote"] == "The red barn is old."
    records = [json.loads(line) for line in running.download(run, "jsonl")[0].splitlines()]
    assert [record["id"] for record in records] == ["1", "2", "3"]


def html(grid: dict[str, Any], row: str, column: str) -> str:
    """Return the HTML of a cell."""
    (cell,) = (each for each in grid["cells"] if (each["row"], each["column"]) == (row, column))
    return str(cell["html"])


def test_rows_are_sorted_filtered_and_marked_and_only_changes_are_sent(
    tmp_path: Path, library: Library, scratch: Scratch
) -> None:
    running = Batches(library, scratch)
    lines = [
        "question,no",
        "Is the red barn old?,10",
        "Who is the queen of France?,9",
        "Does the roof leak?,éa",
    ]
    run = running.begin(sent(tmp_path, "q.csv", "\n".join([*lines, "Is the barn red?,"])), (), 3)
    finished(running, run)
    grid = running.grid(run)
    assert (grid["order"], grid["more"], len(grid["cells"])) == (["0", "1", "2", "3"], False, 8)
    # Numbers by their value and before words; rows without a value come last in both directions.
    assert running.grid(run, View("0", direction=1))["order"] == ["1", "0", "2", "3"]
    assert running.grid(run, View("0", direction=-1))["order"] == ["2", "0", "1", "3"]
    best = running.grid(run, View("answer", direction=-1))["order"]
    confidences = [record.confidence for record in records(running, run)]
    assert [confidences[int(row)] for row in best] == sorted(confidences, reverse=True)
    running.mark(run, "2", "wrong")
    running.mark(run, "1", "right")
    later = running.grid(run, layout=1, seen=grid["seen"])
    assert ([row["id"] for row in later["rows"]], "columns" in later) == (["1", "2"], False)
    assert running.grid(run, View(mark="right"))["order"] == ["1"]
    assert running.grid(run, View(mark="none"))["order"] == ["0", "3"]
    assert running.grid(run, View("answer", "mark", 1))["order"][:2] == ["2", "1"]
    # The marks are one more column in every format.
    table = list(csv.DictReader(io.StringIO(running.download(run, "csv")[0].decode("utf-8-sig"))))
    assert [row["mark"] for row in table] == ["", "right", "wrong", ""]
    assert [record.input for record in records(running, run)][1] == {"no": "9", "mark": "right"}
    running.mark(run, "1", None)
    for row in ("4", "-1", "x", "9" * 30):
        with pytest.raises(UsageError):
            running.mark(run, row, "right")
    for view in (View("1"), View("x")):
        with pytest.raises(UsageError):
            running.grid(run, view)


def records(running: Batches, run: str) -> list[Answer]:
    lines = running.download(run, "jsonl")[0].splitlines()
    return [Answer.model_validate(json.loads(line)) for line in lines]


def test_a_mark_is_no_column_of_the_file(tmp_path: Path, library: Library, scratch: Scratch) -> None:
    running = Batches(library, scratch)
    run = running.begin(sent(tmp_path, "q.jsonl", '{"question": "Is the barn old?", "mark": "mine"}'), (), 1)
    finished(running, run)
    running.mark(run, "0", "check")
    (record,) = records(running, run)
    assert record.input == {"mark": "mine", "mark (2)": "check"}


def test_the_other_quotes_of_an_answer_are_in_its_cell(
    tmp_path: Path, library: Library, scratch: Scratch
) -> None:
    running = Batches(library, scratch)
    run = running.begin(sent(tmp_path, "q.txt", "Is the red barn old?"), (), 3)
    finished(running, run)
    cell = Parsed(html(running.grid(run), "0", "answer"))
    assert [place.attributes["data-start"] for place in cell.all("place")] == ["0", "21"]
    assert cell.all("others")[0].attributes.keys() >= {"hidden"}
    assert "1 more quote" in cell.text


def test_why_a_question_was_not_asked_is_in_the_language_of_the_page(
    tmp_path: Path, library: Library, scratch: Scratch
) -> None:
    running = Batches(library, scratch)
    file = f"question,documents\nIs the barn old?,nothing*\n{'Is it? ' * 5_000},\n"
    run = running.begin(sent(tmp_path, "q.csv", file), (), 1)
    finished(running, run)
    english, german = (running.grid(run, labels=labels_in(language)) for language in ("en", "de"))
    for row in ("0", "1"):
        assert "Not asked" in html(english, row, "answer")
        assert "Nicht gestellt" in html(german, row, "answer")
        assert html(german, row, "answer").split(":")[1] != html(english, row, "answer").split(":")[1]


def test_a_run_stops_after_the_current_question_and_keeps_its_answers(
    tmp_path: Path, scratch: Scratch
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    class Slow:
        asked = 0

        def load(self) -> None:
            pass

        def ask_many(self, rows: Iterable[Row], **_: object) -> Iterator[Answer]:
            for row in rows:
                self.asked += 1
                if self.asked == 2:
                    reached.set()
                    go_on.wait(DEADLINE)
                yield answer_of(row, self.answer)

        def answer(self, row: Row) -> Answer:
            return Answer(
                id="1", question=row.question, answered=False, confidence=0.0, reason="no", quotes=()
            )

    slow = Slow()
    running = Batches(slow, scratch)  # type: ignore[arg-type]
    run = running.begin(sent(tmp_path, "q.txt", "one\ntwo\nthree\n"), (), 3)
    assert reached.wait(DEADLINE)
    running.stop(run)
    go_on.set()
    state = finished(running, run)
    assert (state["asked"], slow.asked) == (2, 2)
    assert state["status"] == "2 of 3 questions: 0 answered, 2 not in your documents. Stopped."
    assert len(running.download(run, "jsonl")[0].splitlines()) == 2
    # It goes on with the question after the last answer, also after a record that was cut off.
    with (scratch.path / run / "records.jsonl").open("a") as file:
        file.write('{"id": "3", "ques')
    running.go_on(run)
    state = finished(running, run)
    assert (state["asked"], slow.asked) == (3, 3)
    assert state["status"] == "3 of 3 questions: 0 answered, 3 not in your documents"
    records = [json.loads(line) for line in running.download(run, "jsonl")[0].splitlines()]
    assert [record["question"] for record in records] == ["one", "two", "three"]
    # A complete run has nothing to go on with.
    running.go_on(run)
    assert (running.progress(run)["done"], slow.asked) == (True, 3)


def test_a_run_that_cannot_go_on_now_can_later(
    tmp_path: Path, library: Library, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Batches(library, scratch)
    with monkeypatch.context() as patch:
        patch.setattr(running._pool, "submit", lambda _: None)
        run = running.begin(sent(tmp_path, "q.txt", "Is the barn old?\n"), (), 1)
        patch.setattr(running._pool, "cancel", lambda _: True)
        running.stop(run)
    assert finished(running, run)["asked"] == 0

    def busy(_: object) -> None:
        raise BusyError

    with monkeypatch.context() as patch:
        patch.setattr(running._pool, "submit", busy)
        with pytest.raises(BusyError):
            running.go_on(run)
    assert running.progress(run)["done"]
    running.go_on(run)
    assert finished(running, run)["asked"] == 1


def test_a_file_that_still_waits_has_no_rows(
    tmp_path: Path, library: Library, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Batches(library, scratch)
    monkeypatch.setattr(running._pool, "submit", lambda _: None)
    run = running.begin(sent(tmp_path, "q.txt", "one\ntwo\n"), (), 3)
    grid = running.grid(run)
    assert (grid["order"], grid["rows"], grid["asked"], grid["done"]) == ([], [], 0, False)


def test_rows_are_sent_in_parts(tmp_path: Path, library: Library, scratch: Scratch) -> None:
    running = Batches(library, scratch)
    run = running.begin(sent(tmp_path, "q.txt", "\n".join(f"barn {n}" for n in range(70))), (), 1)
    finished(running, run)
    grid = running.grid(run)
    assert (len(grid["rows"]), len(grid["order"]), grid["more"]) == (50, 50, True)
    grid = running.grid(run, View.of({"shown": 100}))
    assert (len(grid["rows"]), grid["more"]) == (70, False)


def test_another_file_is_refused_by_its_name_on_the_person_s_machine(
    tmp_path: Path, library: Library, scratch: Scratch
) -> None:
    with pytest.raises(UsageError, match=r"^lease\.pdf: question files have the formats") as refused:
        Batches(library, scratch).begin(sent(tmp_path, "lease.pdf", "x"), (), 3)
    assert str(tmp_path) not in str(refused.value)
    with pytest.raises(UsageError, match="no longer stored"):
        Batches(library, scratch).progress("guessed")


def test_hostile_questions_and_quotes_are_harmless(
    tmp_path: Path, words: WordEncoder, scratch: Scratch
) -> None:
    bad = "<script>alert(1)</script>"
    (tmp_path / "bad.txt").write_text(f"The barn {bad} is old.")
    library = Library(tmp_path / "index", model=words, reranker="none")
    library.add(tmp_path / "bad.txt")
    running = Batches(library, scratch)
    run = running.begin(sent(tmp_path, "q.txt", f"Is the barn {bad} old?"), (), 3)
    finished(running, run)
    grid = running.grid(run)
    shown = html(grid, "0", "answer") + str(grid["rows"][0]["title"])
    assert "<script" not in shown
    assert Parsed(shown).text.count(bad) == 2


def test_the_oldest_files_are_dropped_when_there_are_many(
    tmp_path: Path, library: Library, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "KEPT_RUNS", 3)
    running = Batches(library, scratch)
    runs = []
    for number in range(5):
        runs.append(running.begin(sent(tmp_path, "q.txt", f"barn {number}"), (), 1))
        finished(running, runs[-1])
    for old in runs[:2]:
        with pytest.raises(UsageError, match="no longer stored"):
            running.progress(old)
    assert [running.progress(run)["asked"] for run in runs[2:]] == [1, 1, 1]


def test_rows_are_filtered_by_words_and_by_the_persons_own_values(
    tmp_path: Path, library: Library, scratch: Scratch
) -> None:
    running = Batches(library, scratch)
    lines = [
        "question,owner,note",
        "Is the red barn old?,Ann,x",
        "Who is the queen of France?,Bén,y",
        "Does the roof leak?,Ann,<z>",
    ]
    run = running.begin(sent(tmp_path, "q.csv", "\n".join(lines)), (), 3)
    finished(running, run)
    columns = running.grid(run)["columns"]
    assert [column.get("values") for column in columns] == [None, ["Ann", "Bén"], ["<z>", "x", "y"]]

    def order(**view: object) -> object:
        return running.grid(run, View.of(view))["order"]

    assert order(own={"0": "Ann"}) == ["0", "2"]
    assert order(own={"0": "Ann", "1": "x"}) == ["0"]
    assert order(own={"0": ""}) == ["0", "1", "2"]
    # Words of the question, of the answer and of the person's own columns, without accents and capitals.
    assert order(words="QUEEN") == ["1"]
    assert order(words="roof leaks") == ["2"]
    assert order(words="ben") == ["1"]
    assert order(words="nothing") == []
    assert order(words="queen", outcome="answered") == []
    for wrong in ({"9": "x"}, {"answer": "x"}):
        with pytest.raises(UsageError):
            order(own=wrong)
    with pytest.raises(UsageError):
        order(own=["0"])


def test_columns_with_many_values_are_not_offered_as_a_filter(
    tmp_path: Path, library: Library, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_runs, "MOST_CHOICES", 2)
    running = Batches(library, scratch)
    lines = ["question,a,b,c", *(f"Is it {n}?,{n},{n % 2},same" for n in range(3))]
    run = running.begin(sent(tmp_path, "q.csv", "\n".join(lines)), (), 1)
    finished(running, run)
    assert [list(column["values"]) for column in running.grid(run)["columns"][1:]] == [[], ["0", "1"], []]
    with pytest.raises(UsageError):
        running.grid(run, View(own=(("0", "1"),)))
