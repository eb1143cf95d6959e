"""Checks of the values that come over HTTP: their types, their forms and their limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from qa.errors import UsageError
from qa.record import Answer, Span
from qa.search.globs import is_glob

MOST_QUESTION = 20_000
"""Maximum characters of a question."""
MOST_QUOTATION = 20_000
"""Maximum characters of a quotation."""
MOST_AFTER = 50
"""Maximum number of earlier questions."""
MOST_DOCUMENTS = 10_000
"""Maximum number of ids and globs in a request."""
MOST_NAME = 4_096
"""Maximum characters of an id or a file name."""
MOST_GLOB = 1_000
"""Maximum characters of a glob."""
MOST_GLOBS = 100
"""Maximum number of globs in a request."""
MOST_MATCHED = 1_000
"""Maximum number of matched spans in a request."""
MOST_RECORDS = 20_000
"""Maximum number of records in a request; more than a browser can store."""
MOST_CHARACTERS = 100_000
"""Maximum characters of any text in a record."""
_MOST_OF = {"quotes": 50, "understood_with": 50, "why": 100, "heading": 100}
"""Maximum length of particular lists in a record."""
_MOST_ITEMS = 10_000
"""Maximum length of any other list in a record."""


def text(value: Any, most: int | None = None) -> str:
    """Return a text.

    Raises:
        UsageError: The value is not a text, or longer than ``most`` characters.
    """
    if not isinstance(value, str) or (most is not None and len(value) > most):
        raise UsageError("request-invalid")
    return value


def number(value: Any) -> int:
    """Return a whole number, which may come as text.

    Raises:
        UsageError: The value is not a number.
    """
    if isinstance(value, str) and len(value) > 20:
        raise UsageError("request-invalid")
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError("request-invalid") from error


def flag(value: Any) -> bool:
    """Return true or false.

    Raises:
        UsageError: The value is neither.
    """
    if not isinstance(value, bool):
        raise UsageError("request-invalid")
    return value


def offset(value: Any, length: int) -> int:
    """Return an offset, moved into a text of this length."""
    return max(0, min(number(value), length))


def span(start: Any, end: Any, length: int) -> Span:
    """Return a span of a text of this length; an empty span at 0 if ``start`` or ``end`` is None."""
    if start is None or end is None:
        return Span(0, 0)
    first = offset(start, length)
    return Span(first, max(first, offset(end, length)))


def spans(value: Any, length: int) -> list[Span]:
    """Return the spans of a text such as ``3-9 12-15``.

    Raises:
        UsageError: There are too many.
    """
    parts = text(value or "").split()
    if len(parts) > MOST_MATCHED:
        raise UsageError("too-many-matches", most=MOST_MATCHED)
    return [span(start, end, length) for start, _, end in (part.partition("-") for part in parts)]


def question(value: Any) -> str:
    """Return a question.

    Raises:
        UsageError: The value is not a text, or too long.
    """
    if not isinstance(value, str):
        raise UsageError("question-not-text")
    if len(value) > MOST_QUESTION:
        raise UsageError("request-question-too-long", most=MOST_QUESTION)
    # Half of a surrogate pair is not text and could not be sent back.
    return value.encode("utf-8", "replace").decode()


def quotation(value: Any) -> str:
    """Return the text of a quotation.

    Raises:
        UsageError: The value is not a text, or too long.
    """
    quoted = text(value)
    if len(quoted) > MOST_QUOTATION:
        raise UsageError("request-quotation-too-long", most=MOST_QUOTATION)
    return quoted.encode("utf-8", "replace").decode()


def earlier(values: Any) -> list[str]:
    """Return the earlier questions.

    Raises:
        UsageError: A value is not a question, or there are too many.
    """
    values = _list(values, "earlier-questions-no-list")
    if len(values) > MOST_AFTER:
        raise UsageError("too-many-earlier-questions", most=MOST_AFTER)
    return [question(value) for value in values]


def quotes(value: Any, most: int) -> int:
    """Return the requested number of quotes, at least one and at most ``most``.

    Raises:
        UsageError: The value is not a whole number of at least one.
    """
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not is_whole or value < 1:
        raise UsageError("number-of-quotes-invalid")
    return int(min(value, most))


def documents(values: Any) -> tuple[str, ...]:
    """Return ids and globs.

    Raises:
        UsageError: A value is not a text, or there are too many, or one is too long.
    """
    values = _list(values, "documents-no-list")
    if len(values) > MOST_DOCUMENTS:
        raise UsageError("too-many-documents", most=MOST_DOCUMENTS)
    if not all(isinstance(value, str) and len(value) <= MOST_NAME for value in values):
        raise UsageError("document-name-invalid", most=MOST_NAME)
    return tuple(values)


def records(value: Any) -> list[Answer]:
    """Return the answers that a browser kept.

    Raises:
        UsageError: A value is not an answer record, or too large.
    """
    if not isinstance(value, list) or len(value) > MOST_RECORDS:
        raise UsageError("kept-form-unknown")
    try:
        answers = [Answer.model_validate(item) for item in value]
    except ValidationError as error:
        raise UsageError("kept-form-unknown") from error
    # The page never sets these two.
    answers = [answer.model_copy(update={"input": None, "error": None}) for answer in answers]
    if not all(map(_is_small, answers)):
        raise UsageError("kept-form-unknown")
    return answers


def _is_small(value: object, most: int = _MOST_ITEMS) -> bool:
    """Return whether every text, number and list in a record is within the limits."""
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
    """Check the number and the length of the globs among names; a name in ``known`` is an id, not a glob.

    Raises:
        UsageError: There are too many globs, or one is too long.
    """
    globs = [name for name in names if is_glob(name) and name not in known]
    if len(globs) > MOST_GLOBS or any(len(glob) > MOST_GLOB for glob in globs):
        raise UsageError("too-many-request-globs", n=MOST_GLOBS, most=MOST_GLOB)


def _list(values: Any, code: str) -> list[Any]:
    if values is None:
        return []
    if not isinstance(values, list | tuple):
        raise UsageError(code)
    return list(values)
