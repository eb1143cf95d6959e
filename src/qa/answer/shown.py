"""Decide which quotes are the answer; the others are the closest passages, which people see folded."""

from __future__ import annotations

import math
from collections.abc import Iterable

from qa.record import Quote


def with_answering(quotes: Iterable[Quote], answered: bool, within: float = math.inf) -> tuple[Quote, ...]:
    """Return quotes with `Quote.answers`.

    Args:
        quotes: The quotes, best first.
        answered: Whether the question is answered; if not, no quote answers it.
        within: Maximum distance of the score of a quote that answers from the best score.
    """
    every = tuple(quotes)
    least = max((quote.score for quote in every), default=0.0) - within
    return tuple(
        quote.model_copy(update={"answers": answered and (quote.rank == 1 or quote.score >= least)})
        for quote in every
    )
