"""Corpora in the BEIR layout: one JSON object a line, each a document of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from qa.errors import ReadError
from qa.parsers.build import clean, has_text, storable
from qa.parsers.limits import MEGABYTE, RECORD_BYTES

_ID_KEYS = ("_id", "doc_id", "id")
_BROKEN = "Half characters (unpaired surrogates) in it cannot be stored, and are shown as \ufffd."


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
    warnings: tuple[str, ...] = ()


def records(lines: BinaryIO) -> Iterator[Record | ReadError]:
    """The documents of a corpus, line by line; a line that is none comes as the error that says why."""
    seen: set[str] = set()
    number = 0
    while line := lines.readline(RECORD_BYTES + 1):
        number += 1
        if len(line) > RECORD_BYTES and not line.endswith(b"\n"):
            _skip_line(lines)
            yield ReadError(
                f"line {number} is longer than {RECORD_BYTES // MEGABYTE} MB; "
                "put one document on a line, or split it."
            )
            continue
        line = line.rstrip(b"\r\n")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            record = _record(line)
            if record.record_id in seen:
                raise ReadError(f"the id {_shown(record.record_id)} was used before; give each line its own.")
        except ReadError as error:
            yield ReadError(f"line {number}: {error}")
            continue
        seen.add(record.record_id)
        yield record


def _record(line: bytes) -> Record:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError('it is no JSON object in UTF-8, like {"_id": …, "title": …, "text": …}.') from error
    if not isinstance(values, dict):
        raise ReadError('it must be a JSON object, like {"_id": …, "title": …, "text": …}.')
    record_id = next((values[key] for key in _ID_KEYS if values.get(key) not in (None, "")), None)
    if isinstance(record_id, bool) or not isinstance(record_id, str | int):
        raise ReadError('it has no id; give it one under the key "_id".')
    record_id = clean(str(record_id))
    if not record_id.strip():
        raise ReadError('its id holds no letter; give it another one under the key "_id".')
    title, value = values.get("title") or "", values.get("text") or ""
    if not isinstance(title, str) or not isinstance(value, str):
        raise ReadError('"title" and "text" must be strings.')
    title, text, warnings = clean(title).strip(), storable(value), []
    if not has_text(text):
        if not title:
            raise ReadError('it holds no text; put some under the key "text", or take the line out.')
        # Some corpora have such records. The title is not their text, so no quote may be taken from it.
        warnings.append(
            'It has a title but no text, so nothing can be quoted from it; put its text under the key "text".'
        )
    if text != value:
        warnings.append(_BROKEN)
    return Record(record_id, title or record_id, text, sha256(line).hexdigest(), tuple(warnings))


def _skip_line(lines: BinaryIO) -> None:
    while (rest := lines.readline(MEGABYTE)) and not rest.endswith(b"\n"):
        pass


def _shown(record_id: str, limit: int = 60) -> str:
    return json.dumps(record_id if len(record_id) <= limit else record_id[:limit] + "…", ensure_ascii=False)
