"""Check the types of arguments where a program calls the library, and not deep inside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from numbers import Real
from operator import index
from pkgutil import resolve_name
from reprlib import repr as shortened
from typing import Any, Literal, SupportsIndex, TypeVar

from qa.errors import UsageError
from qa.messages import Message

T = TypeVar("T")

Expected = Literal[
    "type-answers",
    "type-citations",
    "type-document",
    "type-draft",
    "type-earlier",
    "type-faults",
    "type-flag",
    "type-function",
    "type-integer",
    "type-model",
    "type-number",
    "type-path",
    "type-questions",
    "type-report",
    "type-reranker",
    "type-text",
    "type-texts",
]
"""Codes of the descriptions of what an argument must be."""


def invalid(name: str, value: object, expected: Expected) -> UsageError:
    """Return the error for an argument of a wrong type."""
    return UsageError("argument-invalid", name=name, expected=Message(expected), value=shortened(value))


def instance(name: str, value: object, kind: type[T], expected: Expected) -> T:
    """Return the value if it is an instance of a class.

    Raises:
        UsageError: It is none.
    """
    if not isinstance(value, kind):
        raise invalid(name, value, expected)
    return value


def text(name: str, value: object) -> str:
    """Return a string.

    Raises:
        UsageError: The value is none.
    """
    return instance(name, value, str, "type-text")


def texts(name: str, value: object) -> tuple[str, ...]:
    """Return one or several strings as a tuple; an empty one for None.

    Raises:
        UsageError: The value is something else.
    """
    if value is None:
        return ()
    values = (value,) if isinstance(value, str) else iterable(name, value, "type-texts")
    return tuple(instance(name, each, str, "type-texts") for each in values)


def iterable(name: str, value: object, expected: Expected) -> Iterable[object]:
    """Return several values; a mapping or bytes are a mistake.

    Raises:
        UsageError: The value is something else.
    """
    if not isinstance(value, Iterable) or isinstance(value, Mapping | bytes | bytearray):
        raise invalid(name, value, expected)
    return value


def flag(name: str, value: object) -> bool:
    """Return True or False.

    Raises:
        UsageError: The value is neither; "no", for example, would count as True.
    """
    return instance(name, value, bool, "type-flag")


def integer(name: str, value: object) -> int:
    """Return a whole number, also NumPy's, as an ``int``.

    Raises:
        UsageError: The value is something else.
    """
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise invalid(name, value, "type-integer")
    try:
        return index(value)
    except TypeError as error:  # for example an array of several numbers
        raise invalid(name, value, "type-integer") from error


def number(name: str, value: object) -> float:
    """Return a number as a ``float``.

    Raises:
        UsageError: The value is something else.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise invalid(name, value, "type-number")
    try:
        return float(value)
    except OverflowError as error:
        raise invalid(name, value, "type-number") from error


def path(name: str, value: object, expected: Expected = "type-path") -> str:
    """Return a path as a string.

    Raises:
        UsageError: The value is neither a string nor a path, or is bytes.
    """
    if isinstance(value, str | os.PathLike):
        plain = os.fspath(value)
        if isinstance(plain, str):
            return plain
    raise invalid(name, value, expected)


def model(name: str, value: object, protocol: str, expected: Expected) -> Any:
    """Return the name or path of a model as a string, or a model that is already loaded.

    Args:
        name: The name of the argument.
        value: Its value.
        protocol: The protocol of a loaded model, ``module:name``, which is imported only for one.
        expected: What the argument must be.

    Raises:
        UsageError: The value is neither.
    """
    if isinstance(value, str | os.PathLike):
        return path(name, value, expected)
    return instance(name, value, resolve_name(protocol), expected)


def functions(**values: object) -> None:
    """Check arguments that must be functions or None.

    Raises:
        UsageError: One is something else.
    """
    for name, value in values.items():
        if value is not None and not callable(value):
            raise invalid(name, value, "type-function")
