"""Write reports for people, in Markdown and HTML; their first lines depend on the last answer."""

from __future__ import annotations

import shutil
import tempfile
from typing import BinaryIO, Protocol

from qa.batch.rows import Row
from qa.record import Answer
from qa.render import html, markdown


class Face(Protocol):
    """The parts of a report, as the modules ``qa.render.markdown`` and ``qa.render.html`` provide them."""

    def header(self, title: str, answered: int, unanswered: int, failed: int) -> str:
        """Return the start of a report."""

    def contents_item(self, record: Answer, number: int) -> str:
        """Return one line of the table of contents."""

    def contents_end(self) -> str:
        """Return the end of the table of contents."""

    def item(self, record: Answer, number: int | None = None) -> str:
        """Render one answer."""

    def footer(self) -> str:
        """Return the end of a report."""


class Report:
    """A report with counts and a table of contents before the answers.

    Both are complete only after the last answer, so contents and answers wait in temporary files.
    """

    def __init__(self, stream: BinaryIO, name: str, face: Face) -> None:
        self._stream = stream
        self._title = f"Answers to {name}"
        self._face = face
        # Open until the report is complete; ``finish`` closes them.
        self._contents = tempfile.TemporaryFile()  # noqa: SIM115
        self._items = tempfile.TemporaryFile()  # noqa: SIM115
        self._counts = {"answered": 0, "unanswered": 0, "failed": 0}

    def write(self, row: Row, record: Answer) -> None:
        """Add one record."""
        if record.error is not None:
            self._counts["failed"] += 1
        else:
            self._counts["answered" if record.answered else "unanswered"] += 1
        number = sum(self._counts.values())
        self._contents.write(self._face.contents_item(record, number).encode())
        self._items.write(self._face.item(record, number).encode())

    def finish(self) -> None:
        """Write the report."""
        self._stream.write(self._face.header(self._title, **self._counts).encode())
        for part, ending in (
            (self._contents, self._face.contents_end()),
            (self._items, self._face.footer()),
        ):
            with part:
                part.seek(0)
                shutil.copyfileobj(part, self._stream)
            self._stream.write(ending.encode())


class MarkdownReport(Report):
    """The report in Markdown."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__(stream, name, markdown)


class HtmlReport(Report):
    """The report as one HTML page."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__(stream, name, html)
