"""Plain text: kept as it stands; only newlines and control characters are made uniform."""

from __future__ import annotations

from qa.readers import encoding
from qa.readers.build import Extract
from qa.readers.chapters import chapters


def read(data: bytes) -> Extract:
    """The text of a file in whatever encoding it is; raises ReadError where it is no text at all."""
    text, doubts = encoding.decode_with_doubts(data)
    return Extract(None, text, chapters(text), warnings=doubts)
