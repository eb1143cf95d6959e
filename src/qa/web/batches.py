"""Files of questions asked on the page: they run in the background, and their answers are stored on disk."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from qa import Library
from qa.batch import FORMATS, Counts, Questions, Row, open_output, read_questions, run_many
from qa.batch.reports import linked_from
from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.record import Answer, to_json_line
from qa.table import Mark
from qa.web import grids
from qa.web.batch_runs import Run, few_values, marked, own_columns
from qa.web.batch_views import arranged_rows, changed_rows, columns_json, rows_json
from qa.web.failures import public, renamed
from qa.web.grids import DEFAULT_VIEW, View
from qa.web.labels import ENGLISH, Labels
from qa.web.pool import BusyError, Pool
from qa.web.scratch import Scratch
from qa.web.uploads import Upload, safe_name

AT_ONCE = 2
"""Files that run at the same time; few, because single questions must not wait for them."""
MOST_WAITING = 20
"""Maximum number of files that wait."""
KEPT_RUNS = 20
"""Maximum number of runs whose answers are stored."""
MOST_BYTES = 100_000_000
"""Maximum bytes of a download, which passes through the browser's memory."""

TOGETHER = 4
"""Questions that are answered together: with more, a file stops later, and single questions wait longer."""
WORKERS = 1
"""Threads for each file or table."""
_SEARCHED = 2_000
"""Characters of a row that are searched for words."""
_SORTED = 80
"""Characters of an answer that it is sorted by."""

_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """Ends the loop of a batch; it never leaves this module."""


class Batches:
    """Asks files of questions; thread-safe."""

    def __init__(self, library: Library, scratch: Scratch) -> None:
        self._library = library
        self._scratch = scratch
        self._runs: dict[str, Run] = {}
        self._waiting: dict[str, Callable[[], None]] = {}
        self._pool = Pool("batch", AT_ONCE, MOST_WAITING)
        self._starting = threading.Lock()
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
            batch = Run(bin, questions, k, own_columns(questions), documents)
            batch.choices = few_values(questions, batch.own)
            # A run that still waits has no answers, and can be looked at.
            batch.records.touch()
            self._forget(KEPT_RUNS - 1)
            self._runs[bin.name] = batch
            self._start(batch)
        except QaError as error:
            self._runs.pop(bin.name, None)
            bin.drop()
            if isinstance(error, UsageError):
                # The person knows only the name of the file, not its path.
                raise renamed(error, path) from error
            raise
        return bin.name

    def go_on(self, name: str) -> None:
        """Continue a run that has ended early, with the first question that has no answer yet.

        Raises:
            BusyError: Too many files wait already.
        """
        batch = self._run(name)
        with self._starting:
            if not batch.done or batch.counts.total >= batch.questions.total:
                return
            batch.stopping = batch.done = False
            batch.failure = None
        try:
            self._start(batch)
        except BusyError:
            batch.stopping = batch.done = True
            raise

    def _start(self, batch: Run) -> None:
        name = batch.bin.name

        def carry_out() -> None:
            self._waiting.pop(name, None)
            self._carry_out(batch)

        batch.bin.in_use = True
        self._waiting[name] = carry_out
        try:
            self._pool.submit(carry_out)
        except BusyError:
            del self._waiting[name]
            batch.bin.in_use = False
            raise

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

    def mark(self, name: str, row: str, mark: Mark | None) -> None:
        """Mark an answer as right, wrong or to check; None removes the mark.

        Raises:
            UsageError: There is no such answer.
        """
        batch = self._run(name)
        at = int(row) if row.isdecimal() and len(row) < 10 else len(batch.facts)
        if at >= len(batch.facts):
            raise UsageError("request-invalid")
        batch.facts[at] = replace(batch.facts[at], mark=mark)
        batch.changes.append(at)

    def grid(
        self, name: str, view: View = DEFAULT_VIEW, layout: int = 0, seen: int = 0, labels: Labels = ENGLISH
    ) -> dict[str, object]:
        """Return the rows of a view, and the cells that changed since the browser's last call.

        Args:
            name: The name of the run.
            view: The order and the filters.
            layout: 0 for a browser that does not have the columns yet.
            seen: The number of changes that it has seen of this view.
            labels: The language of the page.
        """
        batch = self._run(name)
        changed = len(batch.changes)
        facts = batch.facts[:]
        order = arranged_rows(batch, facts, view)
        shown = list(islice(order, view.shown))
        is_new = not layout or not 0 < seen <= changed
        sent = shown if is_new else changed_rows(shown, batch.changes[seen:changed])
        rows, cells = rows_json(batch, facts, sent, labels)
        return {
            **({"columns": columns_json(batch, labels)} if not layout else {}),
            "layout": 1,
            "seen": changed,
            "order": [str(at) for at in shown],
            "more": len(order) > len(shown),
            "rows": rows,
            "cells": cells,
            **self.progress(name, labels),
        }

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

    def _written(self, batch: Run, format: str) -> tuple[bytes, str]:
        with tempfile.TemporaryDirectory(dir=batch.bin.path) as folder:
            target = Path(folder) / f"{batch.questions.path.stem}-answers.{format}"
            questions = marked(batch)
            with open_output(target, questions, batch.k) as output:
                for row, record in zip(questions, self._records(batch), strict=False):
                    passed_on = record.model_copy(update={"input": row.input or None})
                    output.write(row, linked_from(None, passed_on))
            if target.stat().st_size > MOST_BYTES:
                raise UsageError("answers-too-many")
            return target.read_bytes(), target.name

    def _carry_out(self, batch: Run) -> None:
        documents = batch.documents
        try:
            with batch.records.open("r+b") as file:
                # A record that was cut off, such as by a full disk, is written again.
                file.seek(batch.end)
                file.truncate()
                self._library.load()

                def ask_many(rows: Iterable[Row]) -> Iterator[Answer]:
                    return self._library.ask_many(
                        rows,
                        k=batch.k,
                        documents=documents,
                        workers=WORKERS,
                        together=TOGETHER,
                        give_way=True,
                    )

                def write(row: Row, record: Answer) -> None:
                    if record.error is not None:
                        batch.errors[len(batch.offsets)] = self._why_not(row, record, documents)
                    line = to_json_line(record).encode() + b"\n"
                    batch.bin.take(len(line))
                    file.write(line)
                    file.flush()
                    batch.offsets.append(batch.end)
                    batch.end += len(line)
                    words = [
                        row.question,
                        grids.answer_text(record),
                        *map(grids.own_text, row.input.values()),
                    ]
                    batch.put(
                        grids.facts_of(record, str(record)[:_SORTED]),
                        grids.folded(" ".join(words)[:_SEARCHED]),
                    )

                def update(counts: Counts) -> None:
                    batch.counts = counts
                    if batch.stopping:
                        raise _StoppedError

                if not batch.stopping:
                    left = islice(batch.questions, len(batch.facts), None)
                    run_many(left, ask_many, write, update, batch.counts)
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

    def _why_not(self, row: Row, record: Answer, documents: tuple[str, ...]) -> Message:
        """Return why a question was not asked, for a sentence in the language of the page."""
        if row.error is not None:
            return row.error
        try:
            # It fails again, before anything is searched.
            self._library.ask(row.question, k=row.k, documents=row.documents or documents)
        except QaError as error:
            return error.message
        return Message.of("uncoded", text=record.error)

    def _records(self, batch: Run) -> Iterator[Answer]:
        with batch.records.open("rb") as file:
            for _, line in zip(range(len(batch.facts)), file, strict=False):
                yield Answer.model_validate(json.loads(line))

    def _run(self, name: str) -> Run:
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
