"""Search one text: for words in any typography, or for a regular expression within a limit of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import regex

from qa.errors import UsageError
from qa.text.exact import find as find_phrase
from qa.text.exact import folded_phrase

PATTERN_SECONDS = 5.0
"""Maximum seconds of a regular expression in one document."""
LONGEST = 2_000
"""Maximum characters of words or of a regular expression."""

Spans = list[tuple[int, int]]


class TooSlowError(Exception):
    """A search did not end within its time."""


@dataclass(frozen=True, slots=True)
class TextSearch:
    """A search of texts; ``find`` takes a text and the seconds that it may last."""

    find: Callable[[str, float], Spans]


def words(query: str) -> TextSearch:
    """Return a search for words, as whole words and in any typography.

    Raises:
        UsageError: There are no words, or too many.
    """
    _check(query)
    phrase = folded_phrase(query)
    if not phrase:
        raise UsageError("find-empty")
    return TextSearch(lambda text, seconds: find_phrase(text, phrase))


def pattern(query: str) -> TextSearch:
    """Return a search for a regular expression, whose ``^`` and ``$`` match at lines; no empty matches.

    Raises:
        UsageError: The expression is empty, too long, or not valid.
    """
    _check(query)
    try:
        compiled = regex.compile(query, regex.MULTILINE | regex.VERSION0)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise UsageError("find-pattern-invalid", cause=error) from error

    def find(text: str, seconds: float) -> Spans:
        started = time.monotonic()
        spans: Spans = []
        try:
            for match in compiled.finditer(text, timeout=seconds, concurrent=True):
                if match.end() > match.start():
                    spans.append(match.span())
                # The library's own limit counts the time of each match alone.
                if time.monotonic() - started > seconds:
                    raise TooSlowError
        except TimeoutError as error:
            raise TooSlowError from error
        except (MemoryError, RecursionError) as error:
            raise UsageError("find-pattern-too-large") from error
        return spans

    return TextSearch(find)


def _check(query: str) -> None:
    if not query.strip():
        raise UsageError("find-empty")
    if len(query) > LONGEST:
        raise UsageError("find-too-long", most=LONGEST)
