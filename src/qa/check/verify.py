"""Check earlier answers: is every quote still at the place of its citation?"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from qa.check.answers import records
from qa.check.cited_styles import is_styled
from qa.check.claims import Cited, Claim, Claims, Fault, Kind, Record, record_of
from qa.check.originals import Originals
from qa.check.source_text import SourceText
from qa.check.whereabouts import Source
from qa.messages import Message
from qa.render.phrases import single_line
from qa.types import Document

# Codes of what to do about each kind.
_REMEDIES: dict[Kind, str] = {
    "record": "check-take-original",
    "document": "check-add-document",
    "hash": "check-document-replaced",
    "quote": "check-distrust-quote",
    "moved": "check-document-replaced",
    "changed": "check-compare-again",
    "gone": "check-distrust-quote",
    "matched": "check-distrust-highlighting",
    "context": "check-distrust-context",
    "original missing": "check-put-back",
    "original changed": "check-index-again",
}
# Answers cite the same few documents, so their line ends are cached.
_LINE_OF_TEXT = re.compile(r", line [0-9]+ of the text\Z")
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
        # A problem that ends with the words of a document may have its full stop already.
        stop = "" if self.problem.endswith((".", "!", "?", "…")) else "."
        return f"{self.record}{quote}: {self.problem}{stop} {self.remedy}"


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
    claims = Claims(record_of(name, value) for name, value in records(lines))
    return check_claims(claims, Indexed(documents).get, originals)


def check_claims(
    claims: Claims,
    documents: Callable[[Cited], Document | Message],
    originals: bool,
    renamed: Collection[str] = (),
) -> Iterator[Checked]:
    """Check the records of an answers file of any format, see `check`.

    Args:
        claims: The claims of the file.
        documents: Returns the document of a citation, or why there is none.
        originals: As for `check`.
        renamed: The ids of documents with a title that a person gave them; earlier answers have another.
    """
    checker = _Checker(claims, documents, originals, renamed)
    empty = True
    for record in claims.records:
        empty = False
        yield checker.record(record)
    if empty:
        fault = Finding("the file", None, "record", Message("check-no-answer"))
        yield Checked("the file", 0, (fault,))


class _Checker:
    def __init__(
        self,
        claims: Claims,
        documents: Callable[[Cited], Document | Message],
        originals: bool,
        renamed: Collection[str],
    ) -> None:
        def source(doc_id: str, sha256: str | None) -> Source | Message:
            document = documents(Cited(doc_id, 0, 0, sha256))
            return document if isinstance(document, Message) else Source(document, claims)

        self._cached = lru_cache(_CACHED_DOCUMENTS)(source)
        self._originals = Originals(claims) if originals else None
        self._renamed = renamed

    def _source(self, cited: Cited) -> Source | Message:
        return self._cached(cited.doc_id, cited.sha256)

    def record(self, record: Record) -> Checked:
        findings = [Finding(record.name, rank, *fault) for rank, fault in record.faults]
        for claim in record.claims:
            findings += [Finding(record.name, claim.rank, *fault) for fault in self._claim(claim)]
        return Checked(record.name, record.citations, tuple(findings))

    def _claim(self, claim: Claim) -> Iterator[Fault]:
        cited = claim.cited[0]
        source = self._source(cited)
        yield from self._citation(cited, claim.text)
        for span in claim.matched:
            if not cited.start <= span.start < span.end <= cited.end:
                yield "matched", Message.of("check-matched-outside", start=span.start, end=span.end)
        # The context of a quote that has moved has moved too.
        if isinstance(source, Message) or not _has_changed(cited, source) or source.has(cited, claim.text):
            yield from _context(claim, source)
        for place in claim.cited[1:]:
            yield from self._citation(place, claim.text)

    def _citation(self, cited: Cited, quote: str) -> Iterator[Fault]:
        doc_id = cited.doc_id
        source = self._source(cited)
        # If the index has another version, the file on disk says nothing more.
        if self._originals is not None and not _has_changed(cited, source):
            yield from self._originals.check(cited, quote)
        if isinstance(source, Message):
            yield "document", source
            return
        if _has_changed(cited, source):
            outcome, now = source.now(cited, quote)
            if outcome is not None:
                yield outcome, Message.of("check-document-changed-now", name=doc_id, now=now)
                return
            yield "hash", Message.of("check-document-changed", name=doc_id)
        elif not source.has(cited, quote):
            yield "quote", source.misquoted(cited, quote)
        yield from _surroundings(cited, source.text)
        yield from _place(cited, source.text, is_renamed=doc_id in self._renamed)


class Indexed:
    """The documents of an index."""

    def __init__(
        self, documents: Callable[[str], Document | None], ids: Callable[[], Iterable[str]] = tuple
    ) -> None:
        """Take an index.

        Args:
            documents: Returns the document with an id.
            ids: Returns the ids of all documents.
        """
        self._documents = documents
        self._ids = ids

    def get(self, cited: Cited) -> Document | Message:
        """Return the document that a citation names, or why there is none."""
        document = self._documents(cited.doc_id)
        if document is None and cited.doc_id in self._shown:
            document = self._documents(self._shown[cited.doc_id])
        return document or Message.of("check-document-missing", name=cited.doc_id)

    @cached_property
    def _shown(self) -> Mapping[str, str]:
        """The ids that reports, which show each on one line, have in another form."""
        return {shown: id for id in self._ids() if (shown := single_line(id)) != id}


def _has_changed(cited: Cited, source: Source | Message) -> bool:
    return isinstance(source, Source) and cited.sha256 is not None and cited.sha256 != source.document.sha256


def _context(claim: Claim, source: Source | Message) -> Iterator[Fault]:
    """Compare the passage around a quote with the document."""
    context, cited = claim.context, claim.cited[0]
    if isinstance(source, Source):
        if claim.passage is not None and not source.surrounds(cited, claim.passage):
            yield "context", Message.of("check-context-not-around", name=cited.doc_id)
        if context is not None and source.text.slice(context.start, context.end) != context.text:
            yield "context", Message.of("check-context-differs", start=context.start, end=context.end)
    if context is None:
        return
    if not context.start <= cited.start < cited.end <= context.end:
        yield "context", Message("check-context-elsewhere")


def _surroundings(cited: Cited, source: SourceText) -> Iterator[Fault]:
    """Compare the text before and after a quote with the document."""
    doc_id, start, end = cited.doc_id, cited.start, cited.end
    if source.slice(start - len(cited.prefix), start) != cited.prefix:
        yield "surroundings", Message.of("check-prefix-differs", name=doc_id, at=start)
    if source.slice(end, end + len(cited.suffix)) != cited.suffix:
        yield "surroundings", Message.of("check-suffix-differs", name=doc_id, at=end)


def _place(cited: Cited, source: SourceText, *, is_renamed: bool) -> Iterator[Fault]:
    """Compare page, place, line and title of a quote with the document."""
    doc_id, start, details = cited.doc_id, cited.start, cited.details
    page, printed, place = source.page(start), source.page_label(start), source.place(start)
    if details.get("page", page) != page:
        shown = _or_none(details["page"])
        yield "page", Message.of("check-page-differs", name=doc_id, page=_or_none(page), cited=shown)
    if details.get("page_label", printed) != printed:
        label, shown = _or_none(printed), _or_none(details["page_label"])
        yield "page", Message.of("check-label-differs", name=doc_id, label=label, cited=shown)
    if details.get("place", place) != place:
        own = _or_none(f"{place.kind} {place.label}".strip() if place else None)
        yield "place", Message.of("check-place-differs", name=doc_id, place=own)
    if "line" in details and details["line"] != source.line(start):
        line = source.line(start)
        yield "line", Message.of("check-line-differs", name=doc_id, line=line, cited=details["line"])
    title = source.document.title
    if is_renamed and details.get("title", title) != title:
        return
    if details.get("title", title) != title:
        yield "title", Message.of("check-title-differs", name=doc_id, title=title)
    if cited.shown is not None:
        yield from _shown(cited, source, is_renamed=is_renamed)


def _shown(cited: Cited, source: SourceText, *, is_renamed: bool) -> Iterator[Fault]:
    """Compare a citation as a person reads it with the document; only the headings are not compared."""
    title, rest = source.where(cited.start)
    if is_renamed and single_line(cited.shown or "").endswith(rest):
        return
    # Earlier versions named a line of the text after the page.
    shown = _LINE_OF_TEXT.sub("", single_line(cited.shown or ""))
    citation = source.citation(cited.start)
    # Earlier versions named no parties.
    names = dict.fromkeys((title, single_line(citation.title)))
    if any(_is_same(shown, name, rest) for name in names):
        return
    if not is_styled(shown, citation, is_renamed=is_renamed):
        yield "place", Message.of("check-citation-differs", shown=shown, citation=f"{title}{rest}")


def _is_same(shown: str, title: str, rest: str) -> bool:
    headings = shown[len(title) : len(shown) - len(rest)]
    return shown == f"{title}{headings}{rest}" and (not headings or headings.startswith(" › "))


def _or_none(value: int | str | None) -> str | Message:
    return str(value) if value else Message("check-none")
