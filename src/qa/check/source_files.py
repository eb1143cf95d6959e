"""Look up the documents that citations name in files, without an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import file_digest
from pathlib import Path, PurePath

from qa import parsers
from qa.check.claims import Cited
from qa.errors import ReadError, UsageError
from qa.index.sources import SourceFile, expand
from qa.messages import Message, brief
from qa.parsers.limits import RECORD_BYTES
from qa.render import single_line
from qa.types import Document

_CACHED = 16
"""Files whose documents are cached."""
_CORPUS = ".jsonl"


class SourceFiles:
    """Files in which documents are looked up by their ids, or by the hashes of their bytes."""

    def __init__(self, sources: Sequence[str], leave_out: Path) -> None:
        """Find the files.

        Args:
            sources: Files, folders and globs, as for `qa.Library.add`.
            leave_out: The folder of the index, which is skipped.

        Raises:
            UsageError: A source cannot be read.
        """
        self._files: list[SourceFile] = []
        for item in expand(sources, leave_out=leave_out):
            if isinstance(item, SourceFile):
                self._files.append(item)
            elif item.name in sources or not item.name:
                raise UsageError("verify-source", name=item.name, reason=item.message)
        # Reports show ids on one line.
        self._by_id = {single_line(file.doc_id): file for file in reversed(self._files)}
        self._by_id |= {file.doc_id: file for file in reversed(self._files)}
        self._documents = lru_cache(_CACHED)(_documents)

    def get(self, cited: Cited) -> Document | Message:
        """Return the document that a citation names, or why there is none.

        A file with another name or in another folder is the document if it has the same bytes.
        """
        doc_id = cited.doc_id
        try:
            # An attachment has the id of its mail, and its own name after it.
            for name in (doc_id, *map(str, PurePath(doc_id).parents)):
                file = self._by_id.get(name) or self._in_other_folder(name)
                for document in self._documents(file.path, name) if file is not None else ():
                    if document.doc_id == doc_id:
                        return document
            same = self._by_hash.get(cited.sha256 or "")
            if same is not None:
                return self._documents(same, doc_id)[0]
            record = self._records.get(doc_id)
            if record is not None:
                return _record(*record)
        except ReadError as error:
            return Message.of("check-source-unreadable", name=doc_id, reason=brief(error.message))
        return Message.of("check-source-missing", name=doc_id)

    def _in_other_folder(self, name: str) -> SourceFile | None:
        """Return the only file that has a name below another folder than the one indexed."""
        matches = [
            file
            for file in self._files
            if file.path.as_posix().endswith(f"/{name}") or name.endswith(f"/{file.doc_id}")
        ]
        return matches[0] if len(matches) == 1 else None

    @cached_property
    def _by_hash(self) -> dict[str, Path]:
        return {_sha256(file.path): file.path for file in self._files if file.path.suffix.lower() != _CORPUS}

    @cached_property
    def _records(self) -> dict[str, tuple[Path, int]]:
        """The lines of corpora by the ids of their documents: the file, and the offset of the line."""
        return {
            document.doc_id: (file.path, offset)
            for file in reversed(self._files)
            if file.path.suffix.lower() == _CORPUS
            for offset, document in _lines(file.path)
        }


def _documents(path: Path, doc_id: str) -> list[Document]:
    """Return the documents of a file, named as when they were indexed: the name may be the title."""
    if path.suffix.lower() == _CORPUS:
        return []
    name = f"{PurePath(doc_id).stem}{path.suffix}"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError("file-not-openable", cause=error.strerror or error) from error
    read = parsers.read_bytes(data, name, doc_id, uri=path.as_uri())
    return [document for document in read if isinstance(document, Document)]


def _lines(path: Path) -> Iterator[tuple[int, Document]]:
    """Yield the documents of a corpus with the offsets of their lines."""
    with path.open("rb") as file:
        offset = 0
        while line := file.readline(RECORD_BYTES):
            for document in _parsed(path, line):
                yield offset, document
            offset += len(line)


def _record(path: Path, offset: int) -> Document | Message:
    with path.open("rb") as file:
        file.seek(offset)
        return next(_parsed(path, file.readline(RECORD_BYTES)), Message.of("check-source-missing", name=path))


def _parsed(path: Path, line: bytes) -> Iterator[Document]:
    try:
        for document in parsers.read_bytes(line, path.name, ""):
            if isinstance(document, Document):
                yield document
    except ReadError:
        return


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
