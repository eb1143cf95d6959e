"""Compare quotes with the original files, whose hashes the citations have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path, PurePath
from urllib.parse import SplitResult, urlsplit
from urllib.request import url2pathname

from qa import parsers
from qa.check.claims import Cited, Claims, Fault
from qa.check.whereabouts import Source
from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import attached
from qa.types import Document

_CACHED = 16
"""Changed files whose text is cached."""


class Originals:
    """The files on disk, each read once."""

    def __init__(self, claims: Claims) -> None:
        self._hashes: dict[tuple[Path, bool], frozenset[bytes] | None] = {}
        self._attachments: dict[str, str | None] = {}
        self._source = lru_cache(_CACHED)(lambda uri: _source(uri, claims))

    def check(self, cited: Cited, quote: str) -> Iterator[Fault]:
        """Yield the fault of the file that a quote cites: it is missing, or has changed.

        Args:
            cited: The place.
            quote: The quote, which is looked up in a changed file.
        """
        uri, digest = cited.uri or "", cited.sha256
        parts = _local(uri)
        if parts is None or digest is None:
            return
        path = Path(url2pathname(parts.path))
        if attached.is_attached(uri):
            yield from self._check_attachment(uri, path, digest)
            return
        # Each line of a corpus is a separate document with its own hash.
        by_line = bool(parts.fragment) and path.suffix.lower() == ".jsonl"
        if (path, by_line) not in self._hashes:
            self._hashes[path, by_line] = _hashes(path, by_line)
        hashes = self._hashes[path, by_line]
        if hashes is None:
            yield "original missing", Message.of("check-file-missing", path=path)
        elif not _is_among(digest, hashes) and by_line:
            yield "original changed", Message.of("check-line-changed", path=path, id=parts.fragment)
        elif not _is_among(digest, hashes):
            yield "original changed", self._changed(path, cited, quote)

    def _changed(self, path: Path, cited: Cited, quote: str) -> Message:
        source = self._source(cited.uri or "")
        if source is None:
            return Message.of("check-file-changed", path=path)
        return Message.of("check-file-changed-now", path=path, now=source.now(cited, quote)[1])

    def _check_attachment(self, uri: str, path: Path, digest: str) -> Iterator[Fault]:
        if uri not in self._attachments:
            try:
                self._attachments[uri] = sha256(parsers.original(uri)).hexdigest()
            except ReadError:
                self._attachments[uri] = None
        if not path.is_file():
            yield "original missing", Message.of("check-file-missing", path=path)
        elif self._attachments[uri] != digest:
            name = "/".join(attached.split(uri)[1])
            yield "original changed", Message.of("check-attachment-changed", path=path, name=name)


def _local(uri: str) -> SplitResult | None:
    """Return the parts of the address of a file on this machine; None for other addresses."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return parts if parts.scheme == "file" and parts.netloc in ("", "localhost") else None


def _source(uri: str, claims: Claims) -> Source | None:
    """Return the file at an address as it is now, or None if it cannot be read."""
    name = PurePath(url2pathname(urlsplit(uri).path)).name
    try:
        extract = parsers.extract(parsers.original(uri), name)
    except ReadError:
        return None
    document = Document(
        doc_id=name,
        title=name,
        text=extract.text,
        sha256="",
        pages=extract.pages,
        places=extract.places,
        lines=extract.lines,
    )
    return Source(document, claims)


def _hashes(path: Path, by_line: bool) -> frozenset[bytes] | None:
    try:
        with path.open("rb") as file:
            if not by_line:
                return frozenset([file_digest(file, "sha256").digest()])
            first = file.readline().rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
            hashes = {sha256(line.rstrip(b"\r\n")).digest() for line in file}
            return frozenset(hashes | {sha256(first).digest()})
    except (OSError, ValueError):
        return None


def _is_among(digest: str, hashes: frozenset[bytes]) -> bool:
    try:
        return bytes.fromhex(digest) in hashes
    except ValueError:
        return False
