"""Several processes read files at once: the index is the same, and a process that dies fails one file."""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from updates import Library, lines
from word_encoder import WordEncoder

from qa.index import Options, Report
from qa.index.stores import database
from qa.index.workers import WorkerError, Workers, _Worker

SEVERAL = Options(workers=3)
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")


def content(library: Library) -> list[str]:
    """Return everything in the store, as SQL, without what differs between any two runs."""
    with closing(sqlite3.connect(library.folder / database.FILE_NAME)) as connection:
        return [TIME.sub("", line) for line in connection.iterdump() if "('stamp'" not in line]


def outcome(report: Report) -> tuple[object, ...]:
    failed = [(failure.name, failure.reason) for failure in report.failed]
    return report.added, report.changed, report.unchanged, failed, report.sentences, report.embedded


@pytest.fixture
def two(tmp_path: Path, words: WordEncoder) -> tuple[Library, Library]:
    """Two indexes of the same folder of documents."""
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    first = Library(tmp_path / "first", words)
    second = Library(tmp_path / "second", WordEncoder(words.vocabulary))
    second.docs = first.docs
    return first, second


def test_the_index_is_the_same_for_any_number_of_processes(two: tuple[Library, Library]) -> None:
    one, several = two
    for n in range(12):
        one.write(f"{n}.txt", f"An engine of number {n}.\n\nA forest. A garden of {n}. " + "A river. " * n)
        one.write(f"pages/{n}.html", f"<p>A lantern of {n}.</p><p>A mirror. A tower.</p>")
    one.write("empty.txt", " ")
    one.write("broken.docx", b"PK\3\4 this is no archive")
    one.write("blank.html", "<p></p>")
    records = [(f"r{n}", f"An apple of number {n}. " * 40) for n in range(300)]
    one.write("corpus.jsonl", lines(*records, ("r3", "A second r3."), *records[:1]) + "{}\n")
    # The same name in two folders.
    one.write("other/docs/0.txt", "A candle.")
    sources = [one.docs, one.docs / "other" / "docs"]
    for change in (
        lambda: None,
        lambda: one.write("3.txt", "A dragon. A needle of silver."),
        lambda: one.write("corpus.jsonl", lines(*records[:150], ("new", "A jacket."))),
    ):
        change()
        first = one.update(*sources, options=Options(workers=1))
        second = several.update(*sources, options=SEVERAL)
        assert outcome(first) == outcome(second)
        assert one.encoder.embedded == several.encoder.embedded
        assert content(one) == content(several)
    assert len(one.ids()) > 150


def test_a_process_that_dies_fails_one_file(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcdef":
        library.write(f"{name}.txt", f"An engine called {name}.")
    submit = Workers.submit

    def submit_or_die(self: Workers, function: Any, task: Any) -> Future[Any]:
        if task.name == "c.txt":
            return submit(self, os._exit, 1)
        return submit(self, function, task)

    monkeypatch.setattr(Workers, "submit", submit_or_die)
    report = library.update(options=SEVERAL)
    assert report.added == ["a.txt", "b.txt", "d.txt", "e.txt", "f.txt"]
    assert [failure.name for failure in report.failed] == ["c.txt"]
    monkeypatch.undo()
    # The file is named, so it is tried again.
    assert library.update(library.docs / "c.txt").added == ["c.txt"]


def test_a_corpus_is_complete_although_the_processes_die(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.write("corpus.jsonl", lines(("r1", "An apple."), ("r2", "A dragon.")))
    submit = Workers.submit
    monkeypatch.setattr(
        Workers,
        "submit",
        lambda self, function, *arguments: submit(
            self, *((os._exit, 1) if function.__name__ == "cut" else (function, *arguments))
        ),
    )
    assert library.update(options=SEVERAL).added == ["r1", "r2"]
    assert library.search("dragon") == ["A dragon."]


def test_a_stop_ends_processes_that_work(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[bool] = itertools.chain([False], itertools.repeat(True))
    started: list[int] = []

    def asked(self: Any, *arguments: Any) -> Any:
        started.append(self._process.pid)
        return original(self, *arguments)

    original = _Worker.ask
    monkeypatch.setattr(_Worker, "ask", asked)
    with closing(Workers(2, lambda: next(answers))) as workers:
        futures = [workers.submit(time.sleep, 1000) for _ in range(2)]
        for future in futures:
            with pytest.raises(KeyboardInterrupt):
                workers.result(future)
    assert len(started) == 2
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_an_answer_that_does_not_come_is_an_error() -> None:
    with closing(Workers(1, lambda: False)) as workers:
        with pytest.raises(WorkerError):
            workers.result(workers.submit(os._exit, 1))
        # Another process replaces it.
        assert workers.result(workers.submit(time.strftime, "%Y")).isdigit()


def test_a_stopped_run_with_several_processes_keeps_what_is_complete(library: Library) -> None:
    for n in range(30):
        library.write(f"{n:02d}.txt", f"An engine of number {n}. A forest.")
    library.update(options=Options(workers=1))
    for n in range(30):
        library.write(f"more/{n:02d}.html", f"<p>A lantern of {n}.</p>")
    seen: list[str] = []
    report = library.index.update(
        [str(library.docs)],
        lambda: library.encoder,
        SEVERAL,
        progress=lambda progress: seen.append(progress.name),
        stop=lambda: any(name.startswith("more/") for name in seen),
    )
    assert report.interrupted
    assert len(library.ids()) == 30
    assert len(library.update(options=SEVERAL).added) == 30
