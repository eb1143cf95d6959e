"""Make a quote longer or shorter by whole sentences; it stays a slice of its document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.answer.citations import cite
from qa.errors import UsageError
from qa.index import PassageRow, Snapshot
from qa.messages import visible
from qa.record import Citation, Context, Span

LONGEST = 5_000
"""Maximum characters of a quote that is made longer."""
_REACH = 2 * LONGEST
"""Characters around a quote in which its neighbouring sentences are looked up."""


@dataclass(frozen=True, slots=True)
class Resized:
    """A quote with other limits: ``text == document.text[citation.start:citation.end]``.

    Attributes:
        text: The slice.
        citation: Its place.
        context: The passages that it is in.
        sentences: The number of its sentences.
        grows_before: Whether it can get the sentence before.
        grows_after: Whether it can get the sentence after.
    """

    text: str
    citation: Citation
    context: Context
    sentences: int
    grows_before: bool
    grows_after: bool


def resize(
    snapshot: Snapshot, doc_id: str, start: int, end: int, *, before: int = 0, after: int = 0
) -> Resized:
    """Return a stretch with more or fewer sentences at its limits.

    A limit inside a sentence is first moved to the limit of that sentence. At least one sentence stays.

    Args:
        snapshot: The index.
        doc_id: The document.
        start: The first character.
        end: The character after the last.
        before: Sentences to add before the stretch; if negative, the first ones are cut.
        after: Sentences to add after it; if negative, the last ones are cut.

    Raises:
        UsageError: There is no such document, or it has no such stretch.
    """
    document = snapshot.store.document(doc_id)
    if document is None:
        raise UsageError("unknown-document", name=visible(doc_id))
    last = len(document.text)
    if not 0 <= start < end <= last:
        raise UsageError("outside-document", name=doc_id, last=last, start=start, end=end)
    key = snapshot.store.document_keys()[doc_id]
    rows = snapshot.store.passages_at(key, max(0, start - _REACH), end + _REACH)
    sentences = [Span(sentence.start, sentence.end) for row in rows for sentence in row.sentences]
    span = _to_limits(Span(start, end), sentences)
    span = _repeated(_with_previous if before > 0 else _without_first, abs(before), span, sentences)
    span = _repeated(_with_next if after > 0 else _without_last, abs(after), span, sentences)
    inside = [row for row in rows if row.start < span.end and row.end > span.start]
    context = Span(
        min([span.start, *(row.start for row in inside)]), max([span.end, *(row.end for row in inside)])
    )
    return Resized(
        text=document.text[span.start : span.end],
        citation=cite(document, span, _headings(inside)),
        context=Context(
            start=context.start, end=context.end, text=document.text[context.start : context.end]
        ),
        sentences=sum(each.start >= span.start and each.end <= span.end for each in sentences),
        grows_before=_with_previous(span, sentences) != span,
        grows_after=_with_next(span, sentences) != span,
    )


def _to_limits(span: Span, sentences: Sequence[Span]) -> Span:
    """Return a stretch extended to the limits of the sentences that it begins and ends in."""
    start = min((s.start for s in sentences if s.start < span.start < s.end), default=span.start)
    end = max((s.end for s in sentences if s.start < span.end < s.end), default=span.end)
    return Span(start, end)


def _repeated(
    step: Callable[[Span, Sequence[Span]], Span], count: int, span: Span, sentences: Sequence[Span]
) -> Span:
    for _ in range(count):
        stepped = step(span, sentences)
        if stepped == span:
            break
        span = stepped
    return span


def _with_previous(span: Span, sentences: Sequence[Span]) -> Span:
    start = max((s.start for s in sentences if s.start < span.start), default=span.start)
    return Span(start, span.end) if span.end - start <= LONGEST else span


def _with_next(span: Span, sentences: Sequence[Span]) -> Span:
    end = min((s.end for s in sentences if s.end > span.end), default=span.end)
    return Span(span.start, end) if end - span.start <= LONGEST else span


def _without_first(span: Span, sentences: Sequence[Span]) -> Span:
    start = min((s.start for s in sentences if span.start < s.start < span.end), default=span.start)
    return Span(start, span.end)


def _without_last(span: Span, sentences: Sequence[Span]) -> Span:
    end = max((s.end for s in sentences if span.start < s.end < span.end), default=span.end)
    return Span(span.start, end)


def _headings(rows: Sequence[PassageRow]) -> tuple[str, ...]:
    return rows[0].headings if rows else ()
