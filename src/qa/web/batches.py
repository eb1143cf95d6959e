"""Files of questions that a person asks on the page: asked in the background, kept on disk, read in parts."""

from __future__ import annotations

import itertools
import json
import logging
import shutil
import tempfile
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Literal

from qa import Library
from qa.batch import FORMATS, Counts, Questions, Row, open_output, read_questions, run
from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.record import Answer, to_json_line
from qa.web.cards import opens, where
from qa.web.labels import ENGLISH, Labels
from qa.web.plain import public, renamed
from qa.web.pool import BusyError, Pool
from qa.web.scratch import Bin, Scratch
from qa.web.templates import render
from qa.web.uploads import Upload, safe_name

SHOWN = 50
"""Rows that are sent at once; a file may hold a hundred thousand questions."""
AT_ONCE = 2
"""Files that are asked at the same time: people who ask one question must not wait for all of them."""
MOST_WAITING = 20
"""Files that wait for those."""
KEPT_RUNS = 20
MOST_BYTES = 100_000_000
"""Of a file to download, which passes through the browser's memory."""

Which = Literal["all", "answered", "unanswered"]
_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """Ends the loop of a batch; never leaves this module."""


@dataclass(slots=True)
class _Run:
    """One file of questions, how far it is, and where its answers lie."""

    bin: Bin
    questions: Questions
    k: int
    counts: Counts = field(default_factory=Counts)
    places: array[int] = field(default_factory=lambda: array("Q"))
    outcomes: bytearray = field(default_factory=bytearray)
    stopping: bool = False
    done: bool = False
    failure: Message | None = None
    errors: dict[int, Message] = field(default_factory=dict)
    """Why questions were not asked, by their place."""

    @property
    def records(self) -> Path:
        return self.bin.path / "records.jsonl"


class Batches:
    """Asks files of questions; safe to use from several threads."""

    def __init__(self, library: Library, scratch: Scratch) -> None:
        self._library = library
        self._scratch = scratch
        self._runs: dict[str, _Run] = {}
        self._waiting: dict[str, Callable[[], None]] = {}
        self._pool = Pool("batch", AT_ONCE, MOST_WAITING)
        # Each may be in memory as a whole.
        self._downloads = threading.Semaphore(AT_ONCE)

    def begin(self, file: Upload, documents: tuple[str, ...], k: int) -> str:
        """Starts asking a file, and gives the name of the run, which nobody can guess.

        Raises:
            UsageError: It is no file of questions.
            BusyError: Too many wait already.
        """
        self._pool.check()
        # The answers lie beside the questions, and go with them.
        one = file.bin or self._scratch.new()
        path = one.path / safe_name(file.name)
        shutil.move(file.path, path)
        try:
            questions = read_questions(path)
            made = _Run(one, questions, k)
            self._forget(KEPT_RUNS - 1)
            one.in_use = True
            self._runs[one.name] = made

            def carry_out() -> None:
                self._waiting.pop(one.name, None)
                self._carry_out(made, documents)

            self._waiting[one.name] = carry_out
            self._pool.submit(carry_out)
        except QaError as error:
            self._runs.pop(one.name, None)
            self._waiting.pop(one.name, None)
            one.drop()
            if isinstance(error, UsageError):
                # The person knows the file by its name alone.
                raise renamed(error, path) from error
            raise
        return one.name

    def stop(self, name: str) -> None:
        """Stops a run after the question that is being asked; what is answered is kept."""
        found = self._run(name)
        found.stopping = True
        waiting = self._waiting.get(name)
        if waiting is not None and self._pool.cancel(waiting):
            # It asks nothing: it begins only to end.
            waiting()

    def close(self) -> None:
        """Stops all runs."""
        for found in list(self._runs.values()):
            found.stopping = True

    def _forget(self, kept: int) -> None:
        """Lets go of finished runs whose answers are gone, and of the oldest above a number."""
        finished = [name for name, found in self._runs.items() if found.done]
        gone = [name for name in finished if not self._runs[name].records.exists()]
        for name in dict.fromkeys([*gone, *finished[: max(0, len(self._runs) - kept)]]):
            found = self._runs.pop(name, None)
            if found is not None:
                found.bin.drop()

    def progress(self, name: str, labels: Labels = ENGLISH) -> dict[str, object]:
        """How far a run is."""
        found = self._run(name)
        counts, total = found.counts, found.questions.total
        said = labels(
            "batch-progress",
            asked=counts.total,
            questions=labels("questions", n=total),
            answered=counts.answered,
            unanswered=counts.unanswered,
        )
        if counts.failed:
            said = labels.listed(said, labels("batch-failed", n=counts.failed))
        if found.done and counts.total < total:
            said = labels("batch-ended", progress=said, why=labels.say(found.failure or Message("stopped")))
        return {"asked": counts.total, "total": total, "done": found.done, "said": said}

    def table(self, name: str, which: Which, shown: int, labels: Labels = ENGLISH) -> str:
        """The first so many answers of a kind as the rows of a table."""
        found = self._run(name)
        numbers = (
            at
            for at, how in enumerate(bytes(found.outcomes))
            if which == "all" or how == (which == "answered")
        )
        wanted = list(itertools.islice(numbers, shown + 1))
        with found.records.open("rb") as file:
            records = [(at + 1, _record_at(file, found.places[at])) for at in wanted[:shown]]
        return rows(records, labels, found.errors, more=shown + SHOWN if len(wanted) > shown else 0)

    def download(self, name: str, format: str) -> tuple[bytes, str]:
        """The answers so far in one of the formats of `qa batch`, and a name for the file."""
        found = self._run(name)
        if format not in FORMATS:
            raise UsageError("export-format-unknown", format=format, known=", ".join(FORMATS))
        if not self._downloads.acquire(blocking=False):
            raise BusyError
        try:
            return self._written(found, format)
        finally:
            self._downloads.release()

    def _written(self, found: _Run, format: str) -> tuple[bytes, str]:
        with tempfile.TemporaryDirectory(dir=found.bin.path) as folder:
            target = Path(folder) / f"{found.questions.path.stem}-answers.{format}"
            with open_output(target, found.questions, found.k) as output:
                for asked, record in zip(found.questions, self._records(found), strict=False):
                    output.write(asked, record)
            if target.stat().st_size > MOST_BYTES:
                raise UsageError("answers-too-many")
            return target.read_bytes(), target.name

    def _carry_out(self, batch: _Run, documents: tuple[str, ...]) -> None:
        try:
            with batch.records.open("wb") as file:
                self._library.load()

                def ask(asked: Row) -> Answer:
                    try:
                        return self._library.ask(
                            asked.question, k=batch.k, documents=asked.documents or documents
                        )
                    except QaError as error:
                        # The record has the sentence in English alone.
                        batch.errors[len(batch.places)] = error.message
                        raise

                def write(asked: Row, record: Answer) -> None:
                    if asked.error is not None:
                        batch.errors[len(batch.places)] = asked.error
                    one = to_json_line(record).encode() + b"\n"
                    batch.bin.take(len(one))
                    batch.places.append(file.tell())
                    file.write(one)
                    file.flush()
                    batch.outcomes.append(record.answered)

                def told(counts: Counts) -> None:
                    batch.counts = replace(counts)
                    if batch.stopping:
                        raise _StoppedError

                if not batch.stopping:
                    run(batch.questions, ask, write, told)
        except _StoppedError:
            pass
        except QaError as error:
            batch.failure = public(error.message)
        except OSError as error:
            batch.failure = Message.of("answers-not-kept", cause=error.strerror or error)
        except Exception:
            _log.exception("A file of questions failed")
            batch.failure = Message("asking-failed")
        with suppress(OSError):
            batch.records.touch()
        batch.bin.touch()
        batch.bin.in_use = False
        batch.done = True

    def _records(self, batch: _Run) -> Iterator[Answer]:
        with batch.records.open("rb") as file:
            for _, one in zip(range(len(batch.outcomes)), file, strict=False):
                yield Answer.model_validate(json.loads(one))

    def _run(self, name: str) -> _Run:
        # What is still looked at is not old.
        found = self._runs.get(name) if self._scratch.bin(name) is not None else None
        if found is None:
            raise UsageError("answers-gone")
        return found


def rows(
    records: Sequence[tuple[int, Answer]],
    labels: Labels = ENGLISH,
    errors: Mapping[int, Message] = MappingProxyType({}),
    *,
    more: int = 0,
) -> str:
    """Returns questions as rows of a table, each with its best quote and a button that opens the place.

    Args:
        records: The answers with the numbers of their questions.
        labels: The language of the page.
        errors: Why questions were not asked, by their place from 0.
        more: How many rows the button below asks for; no button if 0.
    """
    return render(
        "parts/batch.html", rows=records, labels=labels, errors=errors, more=more, opens=opens, where=where
    )


def _record_at(file: BinaryIO, place: int) -> Answer:
    file.seek(place)
    return Answer.model_validate(json.loads(file.readline()))
