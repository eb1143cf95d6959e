"""Find names that a file's dictionaries use: a cheap byte search before the costly parsing of objects."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from qa.parsers.limits import MEGABYTE

LAYERS = b"/OCProperties"
PORTFOLIO = b"/Collection"
# A form XObject or image of a layer has this name in its dictionary. Streams are never inside other streams,
# so the raw bytes always contain the name.
LAYER_OF_PART = b"/OC"

_LAYER_OF_PART = re.compile(rb"/OC(?:\s+\d+\s+\d+\s+R|\s*<<)")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_DICTIONARY_BYTES = 2_000
_UNPACKED_BYTES = 100 * MEGABYTE


def names(data: bytes) -> frozenset[bytes]:
    """Return the names above that the file uses.

    An encrypted file counts as using layers if it has object streams, which may hide that name.
    """
    used = {name for name in (LAYERS, PORTFOLIO) if name in data}
    if b"/Encrypt" in data:
        # Only strings and streams are encrypted, but the catalog may be inside a stream.
        used |= {LAYERS} if _OBJECT_STREAM.search(data) else set()
    else:
        for unpacked in _object_streams(data):
            used |= {name for name in (LAYERS, PORTFOLIO) if name in unpacked}
    if LAYERS in used and _LAYER_OF_PART.search(data):
        used.add(LAYER_OF_PART)
    return frozenset(used)


def _object_streams(data: bytes) -> Iterator[bytes]:
    budget = _UNPACKED_BYTES
    for mark in _OBJECT_STREAM.finditer(data):
        begin = _STREAM.search(data, mark.end(), mark.end() + _DICTIONARY_BYTES)
        if begin is None or budget <= 0:
            continue
        end = data.find(b"endstream", begin.end())
        packed = data[begin.end() : end if end >= 0 else len(data)]
        try:
            unpacked = zlib.decompressobj().decompress(packed, budget)
        except zlib.error:
            continue
        budget -= len(unpacked)
        yield unpacked
