"""Files of questions asked on the page: they run in the background, and their answers are stored on disk."""

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
from qa.batch.reports import linked_from
from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.record import Answer, to_json_line
from qa.web.cards import opens, where
from qa.web.failures import public, renamed
from qa.web.labels import ENGLISH, Labels
from qa.web.pool import BusyError, Pool
from qa.web.scratch import Bin, Scratch
from qa.web.templates import render
from qa.web.uploads import Upload, safe_name

SHOWN = 50
"""Rows that are sent at once; a file may have 100,000 questions."""
AT_ONCE = 2
"""Files that run at the same time; few, because single questions must not wait for them."""
MOST_WAITING = 20
"""Maximum number of files that wait."""
KEPT_RUNS = 20
"""Maximum number of runs whose answers are stored."""
MOST_BYTES = 100_000_000
"""Maximum bytes of a download, which passes through the browser's memory."""

Which = Literal["all", "answered", "unanswered"]
_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """Ends the loop of a batch; it never leaves this module."""


@dataclass(slots=True)
class _Run:
    """One file of questions, its progress, and the positions of its answers on disk."""

    bin: Bin
    questions: Questions
    k: int
    counts: Counts = field(default_factory=Counts)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    outcomes: bytearray = field(default_factory=bytearray)
    stopping: bool = False
    done: bool = False
    failure: Message | None = None
    errors: dict[int, Message] = field(default_factory=dict)
    """Reasons why questions were not asked, by their positions."""

    @property
    def records(self) -> Path:
        return self.bin.path / "records.jsonl"


class Batches:
    """Asks files of questions; thread-safe."""

    def __init__(self, library: Library, scratch: Scratch) -> None:
        self._library = library
        self._scratch = scratch
        self._runs: dict[str, _Run] = {}
        self._waiting: dict[str, Callable[[], None]] = {}
        self._pool = Pool("batch", AT_ONCE, MOST_WAITING)
        # Each download may be in memory as a whole.
        self._downloads = threading.Semaphore(AT_ONCE)

    def begin(self, file: Upload, documents: tuple[str, ...], k: int) -> str:
        """Start asking a file of questions.

        Args:
            file: The file.
            documents: Ids or globs for questions that name no documents.
            k: Maximum number of quotes of an answer.

        Returns:
            The name of the run, which nobody can guess.

        Raises:
            UsageError: It is not a file of questions.
            BusyError: Too many files wait already.
        """
        self._pool.check()
        # The answers are in the same bin as the questions, and are removed with them.
        bin = file.bin or self._scratch.new()
        path = bin.path / safe_name(file.name)
        shutil.move(file.path, path)
        try:
            questions = read_questions(path)
            batch = _Run(bin, questions, k)
            # A run that still waits has no answers, and can be looked at.
            batch.records.touch()
            self._forget(KEPT_RUNS - 1)
            bin.in_use = True
            self._runs[bin.name] = batch

            def carry_out() -> None:
                self._waiting.pop(bin.name, None)
                self._carry_out(batch, documents)

            self._waiting[bin.name] = carry_out
            self._pool.submit(carry_out)
        except QaError as error:
            self._runs.pop(bin.name, None)
            self._waiting.pop(bin.name, None)
            bin.drop()
            if isinstance(error, UsageError):
                # The person knows only the name of the file, not its path.
                raise renamed(error, path) from error
            raise
        return bin.name

    def stop(self, name: str) -> None:
        """Stop a run after the current question; its answers so far stay."""
        batch = self._run(name)
        batch.stopping = True
        waiting = self._waiting.get(name)
        if waiting is not None and self._pool.cancel(waiting):
            # The run asks nothing; it starts only to report that it was stopped.
            waiting()

    def close(self) -> None:
        """Stop all runs."""
        for batch in list(self._runs.values()):
            batch.stopping = True

    def _forget(self, most: int) -> None:
        """Drop finished runs whose answers are gone, and the oldest finished runs above a number."""
        finished = [name for name, batch in self._runs.items() if batch.done]
        gone = [name for name in finished if not self._runs[name].records.exists()]
        for name in dict.fromkeys([*gone, *finished[: max(0, len(self._runs) - most)]]):
            batch = self._runs.pop(name, None)
            if batch is not None:
                batch.bin.drop()

    def progress(self, name: str, labels: Labels = ENGLISH) -> dict[str, object]:
        """Return the progress of a run."""
        batch = self._run(name)
        counts, total = batch.counts, batch.questions.total
        status = labels(
            "batch-progress",
            asked=counts.total,
            questions=labels("questions", n=total),
            answered=counts.answered,
            unanswered=counts.unanswered,
        )
        return progress(counts, total, status, labels, done=batch.done, failure=batch.failure)

    def table(self, name: str, which: Which, shown: int, labels: Labels = ENGLISH) -> str:
        """Return the first ``shown`` answers of a kind as the rows of a table."""
        batch = self._run(name)
        positions = (
            at
            for at, outcome in enumerate(bytes(batch.outcomes))
            if which == "all" or outcome == (which == "answered")
        )
        selected = list(itertools.islice(positions, shown + 1))
        with batch.records.open("rb") as file:
            records = [(at + 1, _record_at(file, batch.offsets[at])) for at in selected[:shown]]
        return rows(records, labels, batch.errors, more=shown + SHOWN if len(selected) > shown else 0)

    def questions(self, name: str) -> Questions:
        """Return the questions of a run."""
        return self._run(name).questions

    def download(self, name: str, format: str) -> tuple[bytes, str]:
        """Return the answers so far in one of the formats of `qa batch`, and a name for the file.

        Raises:
            UsageError: The format is unknown, or the file would be too large.
            BusyError: Too many downloads run already.
        """
        batch = self._run(name)
        if format not in FORMATS:
            raise UsageError("export-format-unknown", format=format, known=", ".join(FORMATS))
        if not self._downloads.acquire(blocking=False):
            raise BusyError
        try:
            return self._written(batch, format)
        finally:
            self._downloads.release()

    def _written(self, batch: _Run, format: str) -> tuple[bytes, str]:
        with tempfile.TemporaryDirectory(dir=batch.bin.path) as folder:
            target = Path(folder) / f"{batch.questions.path.stem}-answers.{format}"
            with open_output(target, batch.questions, batch.k) as output:
                for row, record in zip(batch.questions, self._records(batch), strict=False):
                    output.write(row, linked_from(None, record))
            if target.stat().st_size > MOST_BYTES:
                raise UsageError("answers-too-many")
            return target.read_bytes(), target.name

    def _carry_out(self, batch: _Run, documents: tuple[str, ...]) -> None:
        try:
            with batch.records.open("wb") as file:
                self._library.load()

                def ask(row: Row) -> Answer:
                    try:
                        return self._library.ask(
                            row.question, k=row.k or batch.k, documents=row.documents or documents
                        )
                    except QaError as error:
                        # The record has only the English sentence.
                        batch.errors[len(batch.offsets)] = error.message
                        raise

                def write(row: Row, record: Answer) -> None:
                    if row.error is not None:
                        batch.errors[len(batch.offsets)] = row.error
                    line = to_json_line(record).encode() + b"\n"
                    batch.bin.take(len(line))
                    batch.offsets.append(file.tell())
                    file.write(line)
                    file.flush()
                    batch.outcomes.append(record.answered)

                def update(counts: Counts) -> None:
                    batch.counts = replace(counts)
                    if batch.stopping:
                        raise _StoppedError

                if not batch.stopping:
                    run(batch.questions, ask, write, update)
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
            for _, line in zip(range(len(batch.outcomes)), file, strict=False):
                yield Answer.model_validate(json.loads(line))

    def _run(self, name: str) -> _Run:
        # Looking the bin up marks it as still needed.
        batch = self._runs.get(name) if self._scratch.bin(name) is not None else None
        if batch is None:
            raise UsageError("answers-gone")
        return batch


def progress(
    counts: Counts, total: int, status: str, labels: Labels, *, done: bool, failure: Message | None
) -> dict[str, object]:
    """Return a progress for the browser.

    Args:
        counts: The outcomes so far.
        total: The number of all that is to be asked.
        status: The number and the outcomes in words; what failed, and why it ended early, are added.
        labels: The language of the page.
        done: Whether it has ended.
        failure: Why it has ended early, if it was not stopped.
    """
    if counts.failed:
        status = labels.listed(status, labels("batch-failed", n=counts.failed))
    if done and counts.total < total:
        why = labels.say(failure or Message("stopped"))
        status = labels("batch-ended", progress=status, why=why)
    return {"asked": counts.total, "total": total, "done": done, "status": status}


def rows(
    records: Sequence[tuple[int, Answer]],
    labels: Labels = ENGLISH,
    errors: Mapping[int, Message] = MappingProxyType({}),
    *,
    more: int = 0,
) -> str:
    """Return questions as rows of a table, each with its best quote and a button that opens its place.

    Args:
        records: The answers with the numbers of their questions.
        labels: The language of the page.
        errors: The reasons why questions were not asked, by their positions from 0.
        more: The number of rows that the button below requests; no button if 0.
    """
    return render(
        "parts/batch.html", rows=records, labels=labels, errors=errors, more=more, opens=opens, where=where
    )


def _record_at(file: BinaryIO, offset: int) -> Answer:
    file.seek(offset)
    return Answer.model_validate(json.loads(file.readline()))
