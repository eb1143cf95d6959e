"""Check earlier answers: is every quote still at the place of its citation?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pydantic import ValidationError

from qa import parsers
from qa.check.answers import malformed, records
from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import attached
from qa.record import Answer, Citation, FilePlace, Quote
from qa.text.exact import same_words
from qa.text.lines import line_ends
from qa.types import Document, Line, Page

Kind = Literal[
    "record", "document", "hash", "quote", "matched", "context", "surroundings", "page", "place", "line",
    "title", "original missing", "original changed",
]  # fmt: skip

# Codes of what to do about each kind.
_REMEDIES: dict[Kind, str] = {
    "record": "check-take-original",
    "document": "check-add-document",
    "hash": "check-document-replaced",
    "quote": "check-distrust-quote",
    "matched": "check-distrust-highlighting",
    "context": "check-distrust-context",
    "original missing": "check-put-back",
    "original changed": "check-index-again",
}
_Fault: TypeAlias = tuple[Kind, Message]
# Answers cite the same few documents, so their line ends are cached.
_CACHED_DOCUMENTS = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of an answers file.

    If ``kind`` is "original missing" or "original changed", the quote may be right, but the file on disk is
    no longer the file that was indexed.

    Attributes:
        record: The id of the record, or its line in the file.
        quote: The rank of the quote, or None for a fault of the whole record.
        kind: The kind of fault.
        message: What is wrong.
    """

    record: str
    quote: int | None
    kind: Kind
    message: Message

    @property
    def remedy(self) -> Message:
        """What to do about it."""
        return Message(_REMEDIES.get(self.kind, "check-ask-again"))

    @property
    def problem(self) -> str:
        """What is wrong, in English."""
        return str(self.message)

    def __str__(self) -> str:
        quote = "" if self.quote is None else f", quote {self.quote}"
        return f"{self.record}{quote}: {self.problem}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of checking one record.

    Attributes:
        record: The id of the record, or its line in the file.
        citations: The number of its citations.
        findings: Its faults.
    """

    record: str
    citations: int
    findings: tuple[Finding, ...]


def verify(
    lines: Iterable[str], documents: Callable[[str], Document | None], originals: bool
) -> Iterator[Finding]:
    """Yield the faults of an answers file, see `check`."""
    for checked in check(lines, documents, originals):
        yield from checked.findings


def check(
    lines: Iterable[str], documents: Callable[[str], Document | None], originals: bool
) -> Iterator[Checked]:
    """Check the records of an answers file one by one against the indexed text.

    A file without any record is a fault.

    Args:
        lines: JSON lines, or one JSON text (a record, or a list of records) over several lines.
        documents: Returns the document with an id.
        originals: Whether to read the files that citations name by ``file:`` addresses, too, and compare
            their hashes; other addresses are not checked.

    Yields:
        The result of each record.
    """
    checker = _Checker(documents, _Originals() if originals else None)
    empty = True
    for name, value in records(lines):
        empty = False
        yield checker.record(name, value)
    if empty:
        fault = Finding("the file", None, "record", Message("check-no-answer"))
        yield Checked("the file", 0, (fault,))


def _name(value: Any, name: str) -> str:
    id = value.get("id") if isinstance(value, dict) else None
    return id if isinstance(id, str) else name


class _Checker:
    def __init__(self, documents: Callable[[str], Document | None], originals: _Originals | None) -> None:
        self._text = lru_cache(_CACHED_DOCUMENTS)(lambda doc_id: _Text.of(documents(doc_id)))
        self._originals = originals

    def record(self, name: str, value: Any) -> Checked:
        quotes = value.get("quotes") if isinstance(value, dict) else None
        try:
            # Each quote is validated separately: a fault in one does not hide those of the next.
            answer = Answer.model_validate({**value, "quotes": []} if isinstance(quotes, list) else value)
        except ValidationError as error:
            return Checked(name, 0, (Finding(_name(value, name), None, "record", malformed(error)),))
        citations = 0
        findings: list[Finding] = []
        for rank, item in enumerate(quotes or [], start=1):
            try:
                quote = Quote.model_validate(item)
            except ValidationError as error:
                citations += 1
                findings.append(Finding(answer.id, rank, "record", malformed(error)))
                continue
            citations += 1 + len(quote.also)
            findings += [Finding(answer.id, quote.rank, *fault) for fault in self._quote(quote)]
        return Checked(answer.id, citations, tuple(findings))

    def _quote(self, quote: Quote) -> Iterator[_Fault]:
        citation, context = quote.citation, quote.context
        yield from self._citation(citation, lambda text: text == quote.text)
        for span in quote.matched:
            if not citation.start <= span.start < span.end <= citation.end:
                yield "matched", Message.of("check-matched-outside", start=span.start, end=span.end)
        source = self._text(citation.doc_id)
        if source is not None and source.slice(context.start, context.end) != context.text:
            yield "context", Message.of("check-context-differs", start=context.start, end=context.end)
        if not context.start <= citation.start < citation.end <= context.end:
            yield "context", Message("check-context-elsewhere")
        for place in quote.also:
            yield from self._citation(place, lambda text: same_words(text) == same_words(quote.text))

    def _citation(self, citation: Citation, is_quote: Callable[[str], bool]) -> Iterator[_Fault]:
        doc_id = citation.doc_id
        if self._originals is not None and citation.uri is not None:
            yield from self._originals.check(citation.uri, citation.sha256)
        source = self._text(doc_id)
        if source is None:
            yield "document", Message.of("check-document-missing", name=doc_id)
            return
        if citation.sha256 != source.document.sha256:
            yield "hash", Message.of("check-document-changed", name=doc_id)
        yield from _surroundings(citation, is_quote, source)
        yield from _place(citation, source)
        if citation.title != source.document.title:
            yield "title", Message.of("check-title-differs", name=doc_id, title=source.document.title)


def _surroundings(citation: Citation, is_quote: Callable[[str], bool], source: _Text) -> Iterator[_Fault]:
    """Compare the quote, and the text before and after it, with the document."""
    doc_id, start, end = citation.doc_id, citation.start, citation.end
    text = source.slice(start, end)
    if not text or not is_quote(text):
        yield "quote", Message.of("check-quote-differs", name=doc_id, start=start, end=end)
    if source.slice(start - len(citation.prefix), start) != citation.prefix:
        yield "surroundings", Message.of("check-prefix-differs", name=doc_id, at=start)
    if source.slice(end, end + len(citation.suffix)) != citation.suffix:
        yield "surroundings", Message.of("check-suffix-differs", name=doc_id, at=end)


def _place(citation: Citation, source: _Text) -> Iterator[_Fault]:
    """Compare page, place and line of a quote with the document."""
    doc_id, start = citation.doc_id, citation.start
    page, printed = source.page(start), source.page_label(start)
    if citation.page != page:
        cited = _or_none(citation.page)
        yield "page", Message.of("check-page-differs", name=doc_id, page=_or_none(page), cited=cited)
    if citation.page_label != printed:
        label, cited = _or_none(printed), _or_none(citation.page_label)
        yield "page", Message.of("check-label-differs", name=doc_id, label=label, cited=cited)
    place = source.place(start)
    if citation.place != place:
        own = _or_none(f"{place.kind} {place.label}".strip() if place else None)
        yield "place", Message.of("check-place-differs", name=doc_id, place=own)
    if citation.line is not None and citation.line != source.line(start):
        line = source.line(start)
        yield "line", Message.of("check-line-differs", name=doc_id, line=line, cited=citation.line)


def _or_none(value: int | str | None) -> str | Message:
    return str(value) if value else Message("check-none")


@dataclass(frozen=True, slots=True)
class _Text:
    """A document with its line ends, for fast line numbers."""

    document: Document
    ends: tuple[int, ...]

    @classmethod
    def of(cls, document: Document | None) -> _Text | None:
        if document is None:
            return None
        return cls(document, tuple(line_ends(document.text)))

    def slice(self, start: int, end: int) -> str | None:
        """Return the text between two offsets, or None if they are outside the document."""
        return self.document.text[start:end] if 0 <= start <= end <= len(self.document.text) else None

    def line(self, start: int) -> int:
        """Return the line of the file if the document has those, else the line of the text."""
        lines = self.document.lines
        at = bisect_right(lines, start, key=lambda line: line.start) - 1
        anchor = lines[at] if at >= 0 else Line(0, 1)
        return anchor.number + bisect_left(self.ends, start) - bisect_left(self.ends, anchor.start)

    def page(self, start: int) -> int | None:
        page = self._page(start)
        return page.number if page else None

    def page_label(self, start: int) -> str | None:
        page = self._page(start)
        return page.label if page else None

    def place(self, start: int) -> FilePlace | None:
        """Return the place in the file of an offset, or None if the document has none for it."""
        places = self.document.places
        at = bisect_right(places, start, key=lambda place: place.start) - 1
        if at < 0 or start >= places[at].end:
            return None
        return FilePlace(kind=places[at].kind, label=places[at].label)

    def _page(self, start: int) -> Page | None:
        pages = self.document.pages
        at = bisect_right(pages, start, key=lambda page: page.start) - 1
        return pages[at] if at >= 0 else None


class _Originals:
    """The files on disk, each read once."""

    def __init__(self) -> None:
        self._hashes: dict[tuple[Path, bool], frozenset[bytes] | None] = {}
        self._attachments: dict[str, str | None] = {}

    def check(self, uri: str, digest: str) -> Iterator[_Fault]:
        try:
            parts = urlsplit(uri)
        except ValueError:
            return
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return
        path = Path(url2pathname(parts.path))
        if attached.is_attached(uri):
            yield from self._check_attachment(uri, path, digest)
            return
        # Each line of a corpus is a separate document with its own hash.
        by_line = bool(parts.fragment) and path.suffix.lower() == ".jsonl"
        if (path, by_line) not in self._hashes:
            self._hashes[path, by_line] = _hashes(path, by_line)
        hashes = self._hashes[path, by_line]
        if hashes is None:
            yield "original missing", Message.of("check-file-missing", path=path)
        elif not _is_among(digest, hashes) and by_line:
            yield "original changed", Message.of("check-line-changed", path=path, id=parts.fragment)
        elif not _is_among(digest, hashes):
            yield "original changed", Message.of("check-file-changed", path=path)

    def _check_attachment(self, uri: str, path: Path, digest: str) -> Iterator[_Fault]:
        if uri not in self._attachments:
            try:
                self._attachments[uri] = sha256(parsers.original(uri)).hexdigest()
            except ReadError:
                self._attachments[uri] = None
        if not path.is_file():
            yield "original missing", Message.of("check-file-missing", path=path)
        elif self._attachments[uri] != digest:
            name = "/".join(attached.split(uri)[1])
            yield "original changed", Message.of("check-attachment-changed", path=path, name=name)


def _hashes(path: Path, by_line: bool) -> frozenset[bytes] | None:
    try:
        with path.open("rb") as file:
            if not by_line:
                return frozenset([file_digest(file, "sha256").digest()])
            first = file.readline().rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
            hashes = {sha256(line.rstrip(b"\r\n")).digest() for line in file}
            return frozenset(hashes | {sha256(first).digest()})
    except (OSError, ValueError):
        return None


def _is_among(digest: str, hashes: frozenset[bytes]) -> bool:
    try:
        return bytes.fromhex(digest) in hashes
    except ValueError:
        return False
