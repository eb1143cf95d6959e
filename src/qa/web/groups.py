"""Quotes grouped by their documents, and whether more of them can be requested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.programs.calls import MOST_QUOTES
from qa.record import Answer, Quote
from qa.render.phrases import title_of
from qa.types import QUOTES

MORE = 10
"""Number of quotes that each request for more adds."""


@dataclass(frozen=True, slots=True)
class Group:
    """The quotes of one document, best first."""

    name: str
    quotes: tuple[Quote, ...]


def by_document(quotes: Sequence[Quote]) -> tuple[Group, ...]:
    """Return the quotes of each document, the document of the best quote first."""
    groups: dict[str, list[Quote]] = {}
    for quote in quotes:
        groups.setdefault(quote.citation.doc_id, []).append(quote)
    return tuple(Group(title_of(members[0].citation), tuple(members)) for members in groups.values())


def is_grouped(record: Answer) -> bool:
    """Return whether an answer has so many quotes that they are shown by document."""
    return len(record.quotes) > QUOTES


def may_have_more(record: Answer) -> bool:
    """Return whether there may be further quotes: an answer with as many as were requested does not say."""
    count = len(record.quotes)
    return QUOTES <= count < MOST_QUOTES and (count - QUOTES) % MORE == 0


def next_count(count: int) -> int:
    """Return the number of quotes to request after this many."""
    return min(max(count, QUOTES) + MORE, MOST_QUOTES)
