"""What comes over HTTP, taken for nothing but what it has the form of, and within limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from qa.errors import UsageError
from qa.record import Answer, Span
from qa.search.globs import is_glob

MOST_QUESTION = 20_000
MOST_AFTER = 50
MOST_DOCUMENTS = 10_000
MOST_NAME = 4_096
MOST_GLOB = 1_000
MOST_GLOBS = 100
MOST_MATCHED = 1_000
MOST_RECORDS = 20_000
"""More than a browser has room for."""
MOST_CHARACTERS = 100_000
"""Of any one text in a record."""
_MOST_OF = {"quotes": 50, "understood_with": 50, "why": 100, "heading": 100}
_MOST_ITEMS = 10_000
"""Of any other list in a record."""


def text(value: Any, most: int | None = None) -> str:
    """Returns a text. Raises `UsageError` where it is none, or longer than ``most``."""
    if not isinstance(value, str) or (most is not None and len(value) > most):
        raise UsageError("request-invalid")
    return value


def number(value: Any) -> int:
    """Returns a whole number, which may come as text. Raises `UsageError` where it is none."""
    if isinstance(value, str) and len(value) > 20:
        raise UsageError("request-invalid")
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError("request-invalid") from error


def offset(value: Any, length: int) -> int:
    """Returns an offset in a text of a length; one outside is taken for the nearest inside."""
    return max(0, min(number(value), length))


def span(start: Any, end: Any, length: int) -> Span:
    """Returns a stretch of a text of a length; an empty one at its beginning where nothing is given."""
    if start is None or end is None:
        return Span(0, 0)
    first = offset(start, length)
    return Span(first, max(first, offset(end, length)))


def spans(value: Any, length: int) -> list[Span]:
    """Returns the stretches that ``3-9 12-15`` names. Raises `UsageError` where they are too many."""
    parts = text(value or "").split()
    if len(parts) > MOST_MATCHED:
        raise UsageError("too-many-matches", most=MOST_MATCHED)
    return [span(start, end, length) for start, _, end in (part.partition("-") for part in parts)]


def question(value: Any) -> str:
    """Returns a question. Raises `UsageError` where it is none or too long."""
    if not isinstance(value, str):
        raise UsageError("question-not-text")
    if len(value) > MOST_QUESTION:
        raise UsageError("request-question-too-long", most=MOST_QUESTION)
    # Half of a surrogate pair is no text, and could not be sent back.
    return value.encode("utf-8", "replace").decode()


def earlier(values: Any) -> list[str]:
    """Returns the questions asked before. Raises `UsageError` where they are none or too many."""
    values = _list(values, "earlier-questions-no-list")
    if len(values) > MOST_AFTER:
        raise UsageError("too-many-earlier-questions", most=MOST_AFTER)
    return [question(value) for value in values]


def quotes(value: Any, most: int) -> int:
    """Returns how many quotes are wanted, at least one and at most ``most``."""
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not is_whole or value < 1:
        raise UsageError("number-of-quotes-invalid")
    return int(min(value, most))


def documents(values: Any) -> tuple[str, ...]:
    """Returns ids and globs. Raises `UsageError` where they are none, too many or too long."""
    values = _list(values, "documents-no-list")
    if len(values) > MOST_DOCUMENTS:
        raise UsageError("too-many-documents", most=MOST_DOCUMENTS)
    if not all(isinstance(value, str) and len(value) <= MOST_NAME for value in values):
        raise UsageError("document-name-invalid", most=MOST_NAME)
    return tuple(values)


def records(value: Any) -> list[Answer]:
    """Returns the answers that a browser kept. Raises `UsageError` where they are none or too large."""
    if not isinstance(value, list) or len(value) > MOST_RECORDS:
        raise UsageError("kept-form-unknown")
    try:
        answers = [Answer.model_validate(one) for one in value]
    except ValidationError as error:
        raise UsageError("kept-form-unknown") from error
    # The page puts neither into a record.
    answers = [answer.model_copy(update={"input": None, "error": None}) for answer in answers]
    if not all(map(_is_small, answers)):
        raise UsageError("kept-form-unknown")
    return answers


def _is_small(value: object, most: int = _MOST_ITEMS) -> bool:
    """Returns whether no text, number or list in a record is larger than the program makes them."""
    match value:
        case str():
            return len(value) <= MOST_CHARACTERS
        case float():
            return abs(value) < 1e6
        case tuple():
            return len(value) <= most and all(map(_is_small, value))
        case BaseModel():
            return all(_is_small(part, _MOST_OF.get(name, _MOST_ITEMS)) for name, part in value)
    return True


def check_globs(names: Sequence[str], known: Collection[str]) -> None:
    """Raises `UsageError` where too many of the names, or too long ones, are globs and no document's id."""
    globs = [name for name in names if is_glob(name) and name not in known]
    if len(globs) > MOST_GLOBS or any(len(glob) > MOST_GLOB for glob in globs):
        raise UsageError("too-many-request-globs", n=MOST_GLOBS, most=MOST_GLOB)


def _list(values: Any, refusal: str) -> list[Any]:
    if values is None:
        return []
    if not isinstance(values, list | tuple):
        raise UsageError(refusal)
    return list(values)
