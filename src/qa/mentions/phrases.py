"""Fixed phrases of a list of mentions, shared by its outputs for people."""

from __future__ import annotations

from collections.abc import Iterator

from qa.mentions.record import Completeness, Mention, Mentions, SkipReason
from qa.render import displayable, single_line

SKIPPED: dict[SkipReason, str] = {
    "too_slow": "the expression takes too long in it",
    "not_reached": "the time ended before",
}
"""Why a document was not searched to its end."""


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def title(mentions: Mentions) -> str:
    """Return what was searched for, on one line."""
    return f"Places of {single_line(mentions.query)}"


def counts(mentions: Mentions) -> str:
    """Return the number of places and of documents, as one line."""
    documents = f"{len(mentions.documents):,} of {count(mentions.searched, 'document')}"
    listed = len(mentions.mentions)
    more = "" if listed == mentions.total else f"; the first {listed:,} are listed"
    return f"{count(mentions.total, 'place')} in {documents}{more}"


def notes(mentions: Mentions) -> Iterator[str]:
    """Yield a sentence for each limit of the list: documents that were skipped, passages not read."""
    for skipped in mentions.skipped:
        yield f"{single_line(skipped.doc_id)} was not searched to its end: {SKIPPED[skipped.reason]}."
    if mentions.completeness is not None:
        yield from _completeness(mentions.completeness)


def _completeness(reading: Completeness) -> Iterator[str]:
    yield (
        f"The reader read {reading.read:,} of {count(reading.passages, 'passage')} "
        f"and accepted {reading.accepted:,}."
    )
    if reading.read == reading.passages:
        yield "It read every passage: none is missed."
        return
    ordered = reading.read - reading.sample
    yield (
        f"The last of the {ordered:,} most similar that it accepted is number {reading.last_accepted:,}. "
        f"Of a random sample of {reading.sample:,} others, it accepted {reading.sample_accepted:,}."
    )
    yield (
        f"With {reading.certainty:.0%} certainty, at most {reading.missed_at_most:,} of the "
        f"{reading.passages - reading.read:,} unread passages are missed; --everything reads them all."
    )


def pieces(mention: Mention) -> tuple[str, str, str]:
    """Return the context before a place, the place, and the context after it; displayable."""
    context, cited = mention.context, mention.citation
    text = displayable(context.text)
    start, end = cited.start - context.start, cited.end - context.start
    return text[:start], text[start:end], text[end:]


def line_pieces(mention: Mention) -> tuple[str, str, str]:
    """Return the same pieces on one line, with each run of white space as one space."""
    # No displayable text contains the mark between the pieces.
    before, text, after = " ".join("\0".join(pieces(mention)).split()).split("\0")
    return before, text, after
