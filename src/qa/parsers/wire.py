"""What a reader returns, as JSON: the process that reads a file is not trusted, and JSON cannot run code."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from qa.messages import from_json
from qa.parsers.build import Attachment, Extract
from qa.types import Block, Line, Omission, Page, Place

# The parts of an extract that are sequences of values.
_PARTS: dict[str, type] = {
    "blocks": Block,
    "pages": Page,
    "places": Place,
    "lines": Line,
    "omissions": Omission,
}


def dumps(value: object) -> bytes:
    """Return a value made of dataclasses, sequences, strings, numbers and bytes as JSON in UTF-8."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def loads(data: bytes) -> Any:
    """Return what `dumps` wrote, dataclasses as lists of their fields' values."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def to_extract(values: Iterable[Any]) -> Extract:
    """Return an extract that went through `dumps` and `loads`.

    Raises TypeError or ValueError where the values are not those of an extract.
    """
    names = [field.name for field in fields(Extract)]
    found = dict(zip(names, values, strict=True))
    for name, kind in _PARTS.items():
        found[name] = tuple(kind(*part) for part in found[name])
    found["warnings"] = tuple(map(from_json, found["warnings"]))
    attached = found["attachments"]
    found["attachments"] = tuple(Attachment(name, base64.b64decode(data)) for name, data in attached)
    return Extract(**found)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} cannot be sent")
