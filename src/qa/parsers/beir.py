"""Read corpora in the BEIR layout: one JSON object per line, each a separate document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers.build import clean, has_text, storable
from qa.parsers.limits import MEGABYTE, RECORD_BYTES

_ID_KEYS = ("_id", "doc_id", "id")


@dataclass(frozen=True, slots=True)
class Record:
    """One document of a corpus.

    Attributes:
        record_id: Id of the document.
        title: Title, or the id if there is no title.
        text: The JSON string's value, code point for code point. Halves of surrogate pairs, which no file can
            store, are U+FFFD.
        sha256: Hash of its line without the newline.
        warnings: Doubts about the record.
    """

    record_id: str
    title: str
    text: str
    sha256: str
    warnings: tuple[Message, ...] = ()


def records(lines: BinaryIO) -> Iterator[Record | ReadError]:
    """Yield the documents of a corpus line by line, or the error that describes a bad line."""
    seen: set[str] = set()
    number = 0
    while line := lines.readline(RECORD_BYTES + 1):
        number += 1
        if len(line) > RECORD_BYTES and not line.endswith(b"\n"):
            _skip_line(lines)
            yield ReadError("record-too-long", line=number, most=RECORD_BYTES // MEGABYTE)
            continue
        line = line.rstrip(b"\r\n")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            record = _record(line)
            if record.record_id in seen:
                raise ReadError("record-id-repeated", id=_shown(record.record_id))
        except ReadError as error:
            yield ReadError("record-refused", line=number, reason=error)
            continue
        seen.add(record.record_id)
        yield record


def _record(line: bytes) -> Record:
    """Return the document in a line; raise ReadError if the line has none."""
    values = _object(line)
    record_id = _record_id(values)
    title, value = values.get("title") or "", values.get("text") or ""
    if not isinstance(title, str) or not isinstance(value, str):
        raise ReadError("record-no-strings")
    title, text, warnings = clean(title).strip(), storable(value), []
    if not has_text(text):
        if not title:
            raise ReadError("record-no-text")
        # Some corpora have such records. The title is not text of the document and must not be quoted.
        warnings.append(Message.of("record-title-only"))
    if text != value:
        warnings.append(Message.of("record-halves"))
    return Record(record_id, title or record_id, text, sha256(line).hexdigest(), tuple(warnings))


def _object(line: bytes) -> dict[str, Any]:
    """Return the JSON object in a line; raise ReadError if it is not one."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError("record-no-json") from error
    if not isinstance(values, dict):
        raise ReadError("record-no-object")
    return values


def _record_id(values: Mapping[str, Any]) -> str:
    """Return the id of a record, the first of several names that has one; raise ReadError if none has."""
    record_id = next((values[key] for key in _ID_KEYS if values.get(key) not in (None, "")), None)
    if isinstance(record_id, bool) or not isinstance(record_id, str | int):
        raise ReadError("record-no-id")
    record_id = clean(str(record_id))
    if not record_id.strip():
        raise ReadError("record-id-blank")
    return record_id


def _skip_line(lines: BinaryIO) -> None:
    while (rest := lines.readline(MEGABYTE)) and not rest.endswith(b"\n"):
        pass


def _shown(record_id: str, limit: int = 60) -> str:
    return json.dumps(record_id if len(record_id) <= limit else record_id[:limit] + "…", ensure_ascii=False)
