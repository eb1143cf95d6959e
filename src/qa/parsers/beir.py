"""Corpora in the BEIR layout: one JSON object a line, each a document of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers.build import clean, has_text, storable
from qa.parsers.limits import MEGABYTE, RECORD_BYTES

_ID_KEYS = ("_id", "doc_id", "id")


@dataclass(frozen=True, slots=True)
class Record:
    """One document of a corpus; ``sha256`` is that of its line without the newline.

    ``text`` is the JSON string's value, code point for code point; halves of surrogate pairs, which no
    file can store, are U+FFFD in it.
    """

    record_id: str
    title: str
    text: str
    sha256: str
    warnings: tuple[Message, ...] = ()


def records(lines: BinaryIO) -> Iterator[Record | ReadError]:
    """The documents of a corpus, line by line; a line that is none comes as the error that says why."""
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
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError("record-no-json") from error
    if not isinstance(values, dict):
        raise ReadError("record-no-object")
    record_id = next((values[key] for key in _ID_KEYS if values.get(key) not in (None, "")), None)
    if isinstance(record_id, bool) or not isinstance(record_id, str | int):
        raise ReadError("record-no-id")
    record_id = clean(str(record_id))
    if not record_id.strip():
        raise ReadError("record-id-blank")
    title, value = values.get("title") or "", values.get("text") or ""
    if not isinstance(title, str) or not isinstance(value, str):
        raise ReadError("record-no-strings")
    title, text, warnings = clean(title).strip(), storable(value), []
    if not has_text(text):
        if not title:
            raise ReadError("record-no-text")
        # Some corpora have such records. The title is not their text, so no quote may be taken from it.
        warnings.append(Message.of("record-title-only"))
    if text != value:
        warnings.append(Message.of("record-halves"))
    return Record(record_id, title or record_id, text, sha256(line).hexdigest(), tuple(warnings))


def _skip_line(lines: BinaryIO) -> None:
    while (rest := lines.readline(MEGABYTE)) and not rest.endswith(b"\n"):
        pass


def _shown(record_id: str, limit: int = 60) -> str:
    return json.dumps(record_id if len(record_id) <= limit else record_id[:limit] + "…", ensure_ascii=False)
