"""Encode extracts as JSON: the process that reads a file is not trusted, and JSON cannot run code."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from qa.messages import from_json
from qa.parsers.build import Attachment, BlockQuote, Extract
from qa.types import Block, Line, Omission, Page, Place

# Fields of an extract that are sequences of values.
_PARTS: dict[str, type] = {
    "blocks": Block,
    "pages": Page,
    "places": Place,
    "lines": Line,
    "omissions": Omission,
    "quotes": BlockQuote,
}


def dumps(value: object) -> bytes:
    """Return a value of dataclasses, sequences, strings, numbers and bytes as JSON in UTF-8."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def loads(data: bytes) -> Any:
    """Return a value that `dumps` wrote, with dataclasses as lists of their field values."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def to_extract(values: Iterable[Any]) -> Extract:
    """Return an extract that went through `dumps` and `loads`.

    Raises:
        TypeError or ValueError: The values are not those of an extract.
    """
    names = [field.name for field in fields(Extract)]
    arguments = dict(zip(names, values, strict=True))
    for name, kind in _PARTS.items():
        arguments[name] = tuple(kind(*part) for part in arguments[name])
    arguments["warnings"] = tuple(map(from_json, arguments["warnings"]))
    attached = arguments["attachments"]
    arguments["attachments"] = tuple(Attachment(name, base64.b64decode(data)) for name, data in attached)
    return Extract(**arguments)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} cannot be sent")
