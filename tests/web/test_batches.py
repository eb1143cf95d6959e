from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from parsed import Parsed
from waiting import DEADLINE, eventually
from word_encoder import WordEncoder

from qa import Library
from qa.batch import FORMATS
from qa.errors import UsageError
from qa.record import Answer
from qa.web import batches
from qa.web.batches import Batches
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
    page = Parsed(f"<table>{running.table(run, 'all', 50)}</table>")
    rows = page.all(lambda element: element.tag == "tr")
    assert len(rows) == 3
    assert rows[0].text.startswith("1Is the red barn old?")
    (answered,) = (r for r in Parsed(running.table(run, "answered", 50)).all(lambda e: e.tag == "q"))
    assert answered.text == "The red barn is old."
    unanswered = Parsed(running.table(run, "unanswered", 50)).all("number")
    assert [cell.text for cell in unanswered] == ["2", "3"]
    for format in FORMATS:
        data, name = running.download(run, format)
        assert name == f"my bquestionsb-answers.{format}" or name.endswith(f"-answers.{format}")
        assert data
    table = list(csv.DictReader(io.StringIO(running.download(run, "csv")[0].decode("utf-8-sig"))))
    assert [row["owner"] for row in table] == ["me", "you", "they"]
    assert table[0]["quote"] == "The red barn is old."
    records = [json.loads(line) for line in running.download(run, "jsonl")[0].splitlines()]
    assert [record["id"] for record in records] == ["1", "2", "3"]


def test_a_run_stops_after_the_current_question_and_keeps_its_answers(
    tmp_path: Path, scratch: Scratch
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    class Slow:
        asked = 0

        def load(self) -> None:
            pass

        def ask(self, question: str, **_: object) -> Answer:
            self.asked += 1
            if self.asked == 2:
                reached.set()
                go_on.wait(DEADLINE)
            return Answer(id="1", question=question, answered=False, confidence=0.0, reason="no", quotes=())

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


def test_a_file_that_still_waits_has_no_rows(
    tmp_path: Path, library: Library, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Batches(library, scratch)
    monkeypatch.setattr(running._pool, "submit", lambda _: None)
    run = running.begin(sent(tmp_path, "q.txt", "one\ntwo\n"), (), 3)
    assert not Parsed(running.table(run, "all", 50)).all("number")


def test_rows_are_sent_in_parts(tmp_path: Path, library: Library, scratch: Scratch) -> None:
    running = Batches(library, scratch)
    run = running.begin(sent(tmp_path, "q.txt", "\n".join(f"barn {n}" for n in range(70))), (), 1)
    finished(running, run)
    page = Parsed(running.table(run, "all", batches.SHOWN))
    assert len(page.all("number")) == 50
    assert page.all("more")[0].attributes["data-shown"] == "100"
    assert len(Parsed(running.table(run, "all", 100)).all("number")) == 70


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
    html = running.table(run, "all", 50)
    assert "<script" not in html
    assert bad in Parsed(html).text


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
