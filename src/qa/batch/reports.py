"""Write reports for people, in Markdown, HTML and Word; their first lines depend on the last answer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from qa.batch.rows import Row
from qa.record import Answer, Citation
from qa.render import docx
from qa.render.styles import Style

_PIECE = 1 << 16


class Face(Protocol):
    """The parts of a report, which ``markdown``, ``html`` and ``docx`` of ``qa.render`` have."""

    def header(self, title: str, answered: int, unanswered: int, failed: int) -> str:
        """Return the start of a report."""

    def contents_item(self, record: Answer, number: int) -> str:
        """Return one line of the table of contents."""

    def contents_end(self) -> str:
        """Return the end of the table of contents."""

    def item(self, record: Answer, number: int | None = None, style: Style = "plain") -> str:
        """Render one answer."""

    def footer(self) -> str:
        """Return the end of a report."""


class Report:
    """A report with counts and a table of contents before the answers.

    Both are complete only after the last answer, so contents and answers wait in temporary files. A report is
    sent to others, so it links to no file of this machine, except relative to the folder of the report.
    """

    def __init__(
        self, stream: BinaryIO, name: str, folder: Path | None, face: Face, style: Style = "plain"
    ) -> None:
        self._stream = stream
        self._style: Style = style
        self._folder = None if folder is None else folder.resolve()
        self._title = f"Answers to {name}"
        self._face = face
        # Open until the report is complete; ``finish`` closes them.
        self._contents = tempfile.TemporaryFile()  # noqa: SIM115
        self._items = tempfile.TemporaryFile()  # noqa: SIM115
        self._counts = {"answered": 0, "unanswered": 0, "failed": 0}

    def write(self, row: Row, record: Answer) -> None:
        """Add one record."""
        self._write(linked_from(self._folder, record))

    def _write(self, record: Answer) -> None:
        if record.error is not None:
            self._counts["failed"] += 1
        else:
            self._counts["answered" if record.answered else "unanswered"] += 1
        number = sum(self._counts.values())
        self._contents.write(self._face.contents_item(record, number).encode())
        self._items.write(self._face.item(record, number, self._style).encode())

    def finish(self) -> None:
        """Write the report."""
        for piece in self._pieces():
            self._stream.write(piece)

    def _pieces(self) -> Iterator[bytes]:
        yield self._face.header(self._title, **self._counts).encode()
        for part, ending in (
            (self._contents, self._face.contents_end()),
            (self._items, self._face.footer()),
        ):
            with part:
                part.seek(0)
                while piece := part.read(_PIECE):
                    yield piece
            yield ending.encode()


class DocxReport(Report):
    """The report as a Word file."""

    def __init__(self, stream: BinaryIO, name: str, folder: Path | None, style: Style = "plain") -> None:
        super().__init__(stream, name, folder, docx, style)
        self._links: dict[str, str] = {}

    def finish(self) -> None:
        """Write the Word file."""
        with docx.file(self._pieces(), self._title, self._links) as file:
            shutil.copyfileobj(file, self._stream)

    def _write(self, record: Answer) -> None:
        self._links.update(docx.links(record))
        super()._write(record)


def linked_from(folder: Path | None, record: Answer) -> Answer:
    """Return the record with relative addresses of the files in a folder, and no address of other files."""
    if all(c.uri is None for quote in record.quotes for c in (quote.citation, *quote.also)):
        return record
    quotes = tuple(
        quote.model_copy(
            update={
                "citation": _relative(folder, quote.citation),
                "also": tuple(_relative(folder, citation) for citation in quote.also),
            }
        )
        for quote in record.quotes
    )
    return record.model_copy(update={"quotes": quotes})


def _relative(folder: Path | None, citation: Citation) -> Citation:
    try:
        parts = urlsplit(citation.uri or "")
    except ValueError:
        return citation
    if parts.scheme != "file":
        return citation
    path = Path(url2pathname(parts.path))
    uri: str | None = None
    if folder is not None and path.is_relative_to(folder):
        uri = quote(str(PurePosixPath(path.relative_to(folder)))) + (
            f"#{parts.fragment}" if parts.fragment else ""
        )
        # A colon in the first component would end a scheme.
        uri = f"./{uri}" if ":" in uri else uri
    return citation.model_copy(update={"uri": uri})
