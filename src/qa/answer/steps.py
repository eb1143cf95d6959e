"""Run the steps of questions, which ask for one search after the other, for several questions together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from qa.errors import QaError
from qa.search.result import Search, SearchResult

T = TypeVar("T")
Steps = Generator[Search, SearchResult, T]
"""Yields each search that it needs, gets its result, and returns a value."""
SearchMany = Callable[[Sequence[Search]], list[SearchResult]]
"""Carries out searches together. It raises the error of any of them."""


def alone(steps: Steps[T], search_many: SearchMany) -> T:
    """Run the steps of one question.

    Raises:
        QaError: The question cannot be asked.
    """
    try:
        search = next(steps)
        while True:
            search = steps.send(search_many([search])[0])
    except StopIteration as end:
        value: T = end.value
        return value


def together(questions: Sequence[Steps[T]], search_many: SearchMany) -> list[T | QaError]:
    """Run the steps of several questions, the next search of all of them together.

    Returns:
        For each question its value, or the error that ended it.
    """
    outcomes: dict[int, T | QaError] = {}
    results: dict[int, SearchResult | QaError | None] = dict.fromkeys(range(len(questions)))
    while results:
        searches: dict[int, Search] = {}
        for at, result in results.items():
            try:
                if isinstance(result, QaError):
                    searches[at] = questions[at].throw(result)
                else:
                    searches[at] = questions[at].send(result)  # type: ignore[arg-type] # None begins
            except StopIteration as end:
                outcomes[at] = end.value
            except QaError as error:
                outcomes[at] = error
        results = dict(zip(searches, _results(list(searches.values()), search_many), strict=True))
    return [outcomes[at] for at in range(len(questions))]


def _results(searches: Sequence[Search], search_many: SearchMany) -> list[SearchResult | QaError]:
    """Return the result of each search, or its error."""
    if not searches:
        return []
    try:
        return [*search_many(searches)]
    except QaError as error:
        if len(searches) == 1:
            return [error]
    # An error of one search must not end the others.
    return [each for search in searches for each in _results([search], search_many)]
