"""Decide which quotes are the answer; the others are the closest passages, which people see folded."""

from __future__ import annotations

from collections.abc import Iterable

from qa.record import Quote


def with_answering(quotes: Iterable[Quote], answered: bool) -> tuple[Quote, ...]:
    """Return quotes with `Quote.answers`: all quotes of an answered question answer it, else none does."""
    return tuple(quote.model_copy(update={"answers": answered}) for quote in quotes)
