"""Write the answers of a batch to one file, which is complete or clearly named as partial."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from qa.batch.questions import Questions
from qa.batch.reports import DocxReport, Report
from qa.batch.rows import Row
from qa.batch.tables import CsvTable, XlsxTable
from qa.errors import QaError, UsageError
from qa.output_files import check_output, is_same_file
from qa.record import Answer, to_json_line
from qa.render import html, markdown, references, trec
from qa.render.styles import Style


class Writer(Protocol):
    """One format: receives the records in order, then completes the output."""

    def write(self, row: Row, record: Answer) -> None:
        """Write one record."""

    def finish(self) -> None:
        """Write what can only be written at the end."""


class JsonLines:
    """One line for each record."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, row: Row, record: Answer) -> None:
        """Write one line at once: even a killed process leaves whole lines."""
        self._stream.write(to_json_line(record).encode() + b"\n")
        self._stream.flush()

    def finish(self) -> None:
        """Do nothing: the last line is already written."""


class JsonArray:
    """All records as one JSON array, one record per line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._before = b"[\n"

    def write(self, row: Row, record: Answer) -> None:
        """Write one record."""
        self._stream.write(self._before + to_json_line(record).encode())
        self._before = b",\n"

    def finish(self) -> None:
        """Close the array."""
        self._stream.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")


class TrecRun:
    """A TREC run: the documents of each question, best first."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, row: Row, record: Answer) -> None:
        """Write the lines of one question; one without quotes has none."""
        for line in trec.run_lines(record.id, trec.ranking(record)):
            self._stream.write(line.encode("utf-8", "replace"))
        self._stream.flush()

    def finish(self) -> None:
        """Do nothing: the last line is already written."""


class References:
    """The quotes that answer as records of a reference manager or as annotations."""

    def __init__(self, stream: BinaryIO, format: str) -> None:
        self._stream = stream
        self._file = references.ReferenceFile(format)

    def write(self, row: Row, record: Answer) -> None:
        """Write the quotes of one answer."""
        self._stream.write(self._file.add(references.cited_texts(record)).encode("utf-8", "replace"))
        self._stream.flush()

    def finish(self) -> None:
        """Write the end of the file."""
        self._stream.write(self._file.end().encode())


_WRITERS: dict[str, Callable[[BinaryIO, Questions, int, Path | None, Style], Writer]] = {
    "jsonl": lambda stream, questions, k, folder, style: JsonLines(stream),
    "json": lambda stream, questions, k, folder, style: JsonArray(stream),
    "csv": lambda stream, questions, k, folder, style: CsvTable(stream, questions, k, ","),
    "tsv": lambda stream, questions, k, folder, style: CsvTable(stream, questions, k, "\t"),
    "xlsx": lambda stream, questions, k, folder, style: XlsxTable(stream, questions, k),
    "md": lambda stream, questions, k, folder, style: Report(
        stream, questions.path.name, folder, markdown, style
    ),
    "html": lambda stream, questions, k, folder, style: Report(
        stream, questions.path.name, folder, html, style
    ),
    "docx": lambda stream, questions, k, folder, style: DocxReport(
        stream, questions.path.name, folder, style
    ),
    "trec": lambda stream, questions, k, folder, style: TrecRun(stream),
    "bibtex": lambda stream, questions, k, folder, style: References(stream, "bibtex"),
    "ris": lambda stream, questions, k, folder, style: References(stream, "ris"),
    "csljson": lambda stream, questions, k, folder, style: References(stream, "csljson"),
    "webannotation": lambda stream, questions, k, folder, style: References(stream, "webannotation"),
}
_BINARY = ("xlsx", "docx")

FORMATS = tuple(_WRITERS)
"""The formats of answers, which are also the extensions of their files, unless these have their own."""


class Output:
    """The destination of a batch's answers, used as a context manager.

    A file is written under the name ``partial`` and renamed only if the context ends without an exception.
    Otherwise, also on Ctrl-C, it is closed properly and keeps that name, which is then ``unfinished``. If it
    cannot be closed properly, as on a full disk, it is cut after its last whole answer. A partial file
    without any answer, or that can be written again, is removed.

    Attributes:
        target: The file, or None for stdout.
        partial: The name of the file until it is complete.
        unfinished: The partial file, if the batch ended early and there is one.
        written: The number of answers written.
    """

    def __init__(
        self,
        target: Path | None,
        writer: Callable[[BinaryIO], Writer],
        stdout: BinaryIO | None = None,
        *,
        again: bool = False,
    ) -> None:
        """Name the destination; open nothing yet.

        Args:
            target: The file, or None for stdout.
            writer: Returns the writer of the format.
            stdout: The stream to use instead of the process's stdout.
            again: Whether the answers can be written again, as from a journal. Then a partial file is not
                kept, and an older one is replaced.
        """
        self.target = target
        self.partial = None if target is None else target.with_name(f"{target.stem}.partial{target.suffix}")
        self.unfinished: Path | None = None
        self.written = 0
        self._make = writer
        self._again = again
        self._begun = self._whole = 0
        """Sizes of the file without an answer, and with the whole answers that are on the disk."""
        self._stdout = stdout
        self._stream: BinaryIO | None = None
        self._writer: Writer | None = None

    def __enter__(self) -> Output:
        self._stream = self._opened()
        try:
            self._writer = self._make(self._stream)
            self._begun = self._whole = self._size()
        except OSError as error:
            self._rescue()
            raise self._failure(error) from error
        return self

    def write(self, row: Row, record: Answer) -> None:
        """Write the record of a row.

        Raises:
            QaError: The disk is full, or the file cannot be written.
        """
        if self._writer is None:
            raise RuntimeError("an Output is written to inside its context")
        try:
            self._writer.write(row, record)
            self._whole = self._size()
        except OSError as error:
            raise self._failure(error) from error
        self.written += 1

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        complete = kind is None
        try:
            self._finish(complete)
        except OSError as error:
            self._rescue()
            # The error that ended the batch already reports the failure to write.
            if isinstance(value, OSError | QaError):
                return
            if self.partial is None:
                raise
            raise self._failure(error) from (value or error)

    def _finish(self, complete: bool) -> None:
        assert self._writer is not None
        assert self._stream is not None
        self._writer.finish()
        self._stream.flush()
        if self.partial is None or self.target is None:
            return
        os.fsync(self._stream.fileno())
        self._stream.close()
        if complete:
            self.partial.replace(self.target)
        elif self.written and not self._again:
            self.unfinished = self.partial
        else:
            self.partial.unlink(missing_ok=True)

    def _rescue(self) -> None:
        """Keep only the whole answers of a file that cannot be completed."""
        if self._stream is None or self.partial is None:
            return
        # On a full disk, closing tries again to write the buffer.
        with suppress(OSError):
            self._stream.close()
        if self._whole > self._begun and not self._again:
            os.truncate(self.partial, self._whole)
            self.unfinished = self.partial
        else:
            self.partial.unlink(missing_ok=True)

    def _size(self) -> int:
        """Return the size of the file with all that was written to it, which is then on the disk."""
        if self._stream is None or self.partial is None:
            return 0
        self._stream.flush()
        return self._stream.tell()

    def _opened(self) -> BinaryIO:
        if self.partial is None:
            return self._stdout if self._stdout is not None else sys.stdout.buffer
        try:
            # Never overwrite an older partial file: it may contain hours of work.
            return self.partial.open("wb" if self._again else "xb")
        except FileExistsError as error:
            raise UsageError("output-already-begun", path=self.partial) from error
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> Exception:
        if self.partial is None:
            return error  # a closed pipe is for the caller to handle
        why = error.strerror or str(error)
        return QaError("output-not-writable", path=self.partial, cause=why)


def open_output(
    target: Path | None,
    questions: Questions,
    quotes: int,
    format: str | None = None,
    stdout: BinaryIO | None = None,
    *,
    again: bool = False,
    style: Style = "plain",
) -> Output:
    """Return the destination of the answers to ``questions``.

    Args:
        target: The file; None or ``-`` for stdout.
        questions: The questions.
        quotes: Maximum quotes in a row of a table.
        format: The format; by default the extension of the target, or JSON lines for stdout.
        stdout: The stream to use instead of the process's stdout.
        again: As in `Output`.
        style: The style of the citations in a report for people.

    Raises:
        UsageError: The target cannot be written, has an unknown format, or is the question file itself.
    """
    if target is not None and str(target) == "-":
        target = None
    if format is None:
        extension = "jsonl" if target is None else target.suffix.lower().removeprefix(".")
        format = references.EXTENSIONS.get(extension, extension)
    if format not in _WRITERS:
        known = ", ".join(FORMATS)
        shown = f'"{format}"' if format else "no ending"
        raise UsageError("output-format-unknown", known=known, format=shown)
    if target is None and format in _BINARY:
        raise UsageError("output-workbook-to-terminal")
    make = _WRITERS[format]
    folder = None if target is None else target.parent
    quotes = max(quotes, questions.most_quotes)
    output = Output(
        target, lambda stream: make(stream, questions, quotes, folder, style), stdout, again=again
    )
    if target is not None:
        check_target(target, output.partial, questions.path)
    return output


def check_target(target: Path, partial: Path | None, questions: Path) -> None:
    """Check that a file can be at a path, and that it does not replace the questions.

    Raises:
        UsageError: It cannot, or it does.
    """
    overwritten = "output-overwrites-questions"
    check_output(target, questions, code=overwritten)
    if partial is not None and is_same_file(partial, questions):
        raise UsageError(overwritten, path=target)
