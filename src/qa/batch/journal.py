"""Keep the answers of a batch on the disk until it is complete, to continue after any interruption.

A journal is a file of JSON lines beside the target, the same for every format. Its first line is the
fingerprint of what the answers depend on; each other line is one answer. The target is written from it at the
end, and replaced at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from pydantic import ValidationError

from qa.batch.outputs import Output
from qa.batch.questions import Questions
from qa.batch.rows import Row
from qa.batch.run import Counts, run_many
from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.record import Answer, to_json_line

if sys.platform != "win32":
    import fcntl

_MARK = b'{"unfinished": '
"""The beginning of every journal."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the answers of a batch depend on.

    Attributes:
        questions: A hash of the question file.
        index: A hash of the index's manifest.
        options: A hash of the options that change answers.
        version: The version of the program.
    """

    questions: str
    index: str
    options: str
    version: str

    @classmethod
    def of(
        cls, questions: Path, manifest: Mapping[str, str], options: Mapping[str, Any], version: str
    ) -> Fingerprint:
        """Return the fingerprint of a batch.

        Args:
            questions: The question file.
            manifest: The manifest of the index; its stamp changes with every change of the documents.
            options: The options that change answers, as JSON values.
            version: The version of the program.
        """
        about = {key: value for key, value in manifest.items() if key != "updated"}
        return cls(file_hash(questions), _hash(about), _hash(options), version)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


_CHANGED = {
    "questions": Message.of("resume-questions"),
    "index": Message.of("resume-index"),
    "options": Message.of("resume-options"),
    "version": Message.of("resume-version"),
}
"""Why a journal cannot be continued, by the part of the fingerprint that differs."""


class Journal:
    """The answers of one batch so far, used as a context manager.

    One process at a time has it open. If the context ends without `complete`, the file stays, unless it has
    no answer.

    Attributes:
        path: The file.
        counts: The counts of its answers.
    """

    def __init__(self, target: Path, fingerprint: Fingerprint, *, resume: bool = False) -> None:
        """Name the journal of a target; open nothing yet.

        Args:
            target: The file of answers.
            fingerprint: What the answers depend on.
            resume: Whether to continue an unfinished batch, if there is one.
        """
        self.path = target.with_name(f"{target.name}.partial.jsonl")
        self.counts = Counts()
        self._fingerprint = fingerprint
        self._resume = resume
        self._file: BinaryIO | None = None

    def __enter__(self) -> Journal:
        try:
            self._file = self.path.open("a+b")
            _lock(self._file, self.path)
            self._begin(self._file)
        except OSError as error:
            self._close()
            raise self._failure(error) from error
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.counts.total and self._file is not None:
            self.complete()
        self._close()

    def write(self, row: Row, answer: Answer) -> None:
        """Add the answer to the next row, in one write: even a killed process leaves whole lines.

        Raises:
            QaError: The disk is full, or the file cannot be written.
        """
        try:
            self._opened.write(to_json_line(answer).encode() + b"\n")
            self._opened.flush()
        except OSError as error:
            raise self._failure(error) from error
        self.counts = self.counts.plus(answer)

    def answers(self) -> Iterator[Answer]:
        """Yield the answers from the beginning."""
        with self.path.open("rb") as file:
            next(file)
            for line in file:
                yield Answer.model_validate(json.loads(line))

    def check_questions(self, path: Path) -> None:
        """Check that a question file is still the one of the answers.

        Raises:
            UsageError: It has changed.
        """
        if file_hash(path) != self._fingerprint.questions:
            raise UsageError("resume-changed", path=self.path, reason=_CHANGED["questions"])

    def complete(self) -> None:
        """Remove the file: its answers are in the target."""
        self.path.unlink(missing_ok=True)

    @property
    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise RuntimeError("a Journal is used inside its context")
        return self._file

    def _begin(self, file: BinaryIO) -> None:
        """Check an existing journal and cut what follows its last whole answer, or begin a new one."""
        file.seek(0)
        head = file.readline()
        end = len(head)
        if not (head.startswith(_MARK) or _MARK.startswith(head)):
            raise UsageError("output-already-begun", path=self.path)
        before = _fingerprint_in(head)
        if before is None or not (first := file.readline()).endswith(b"\n"):
            # Nothing, or killed before the first answer.
            file.truncate(0)
            file.write(json.dumps({"unfinished": asdict(self._fingerprint)}).encode() + b"\n")
            file.flush()
            return
        if not self._resume:
            raise UsageError("output-unfinished", path=self.path)
        self._compare(before)
        line = first
        while answer := _answer_in(line):
            self.counts = self.counts.plus(answer)
            end += len(line)
            line = file.readline()
        file.truncate(end)

    def _compare(self, before: Mapping[str, Any]) -> None:
        current = asdict(self._fingerprint)
        changed = [reason for part, reason in _CHANGED.items() if before.get(part) != current[part]]
        if changed:
            raise UsageError("resume-changed", path=self.path, reason=changed[0])

    def _close(self) -> None:
        if self._file is not None:
            # On a full disk, closing tries again to write the buffer.
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _failure(self, error: OSError) -> QaError:
        return QaError("output-not-writable", path=self.path, cause=error.strerror or str(error))


def run_to_file(
    questions: Questions,
    ask_many: Callable[[Iterable[Row]], Iterator[Answer]],
    journal: Journal,
    output: Output,
    progress: Callable[[Counts], None] | None = None,
) -> Counts:
    """Answer the questions that a journal does not have yet, then write all answers to a file.

    Args:
        questions: The questions, which can be iterated twice.
        ask_many: As in `run_many`.
        journal: The answers so far.
        output: The destination, opened with ``again``.
        progress: As in `run_many`; also called with the counts of the journal.

    Raises:
        UsageError: The journal belongs to another batch, or the question file was changed meanwhile.
        QaError: A file cannot be written.
    """
    with journal:
        if progress is not None:
            progress(journal.counts)
        rest = islice(questions, journal.counts.total, None)
        counts = run_many(rest, ask_many, journal.write, progress, journal.counts)
        journal.check_questions(questions.path)
        with output:
            for row, answer in zip(questions, journal.answers(), strict=True):
                output.write(row, answer)
        journal.complete()
    return counts


def _lock(file: BinaryIO, path: Path) -> None:
    """Lock an open file until it is closed or the process ends, however it ends.

    Raises:
        UsageError: Another process has it open.
    """
    if sys.platform == "win32":
        return  # no other process can open the journal to remove it
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError("output-in-use", path=path) from error
    # The process that had it may have removed it meanwhile.
    if not path.exists() or not os.path.samestat(os.fstat(file.fileno()), path.stat()):
        raise UsageError("output-in-use", path=path)


def _fingerprint_in(line: bytes) -> Mapping[str, Any] | None:
    """Return the fingerprint in the first line of a journal; None for a torn line."""
    try:
        value = json.loads(line)["unfinished"]
    except (ValueError, KeyError, TypeError):
        return None
    return value if isinstance(value, dict) else None


def _answer_in(line: bytes) -> Answer | None:
    """Return the answer in a line; None for a torn one."""
    if not line.endswith(b"\n"):
        return None
    try:
        return Answer.model_validate(json.loads(line))
    except (ValueError, ValidationError):
        return None
