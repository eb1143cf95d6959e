"""Files to documents: every format in, the same kind of text with offsets, pages and blocks out."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path, PurePath
from typing import BinaryIO
from urllib.parse import quote

from qa.errors import ReadError
from qa.readers import account, beir, refusals, title
from qa.readers.build import Extract
from qa.readers.limits import ARCHIVE_BYTES, MARKUP_BYTES, MEGABYTE, PDF_BYTES, TEXT_BYTES
from qa.types import Document

__all__ = ["EXTENSIONS", "read", "read_bytes"]

_CORPUS = ".jsonl"
# So many bad lines before the first good one, and the file is no corpus.
_MOST_FAILURES = 100


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Format:
    """The module that reads a format, loaded with its libraries only when it is needed, and a size limit."""

    module: str
    most_bytes: int


_FORMATS = {
    ".txt": _Format("plain", TEXT_BYTES),
    ".text": _Format("plain", TEXT_BYTES),
    ".md": _Format("markdown", MARKUP_BYTES),
    ".markdown": _Format("markdown", MARKUP_BYTES),
    ".html": _Format("html", MARKUP_BYTES),
    ".htm": _Format("html", MARKUP_BYTES),
    ".xhtml": _Format("html", MARKUP_BYTES),
    ".mht": _Format("html", MARKUP_BYTES),
    ".mhtml": _Format("html", MARKUP_BYTES),
    ".pdf": _Format("pdf", PDF_BYTES),
    ".docx": _Format("docx", ARCHIVE_BYTES),
    ".epub": _Format("epub", ARCHIVE_BYTES),
}
EXTENSIONS = frozenset(_FORMATS) | {_CORPUS}


def read(
    path: Path,
    doc_id: str,
    *,
    password: str | None = None,
    ocr: bool = False,
    stop: Callable[[], bool] = _never,
) -> Iterator[Document | ReadError]:
    """The documents of a file: one, or for a ``.jsonl`` corpus one per line, by the ids that it gives.

    A line of a corpus that is no document comes as a ReadError among the documents, and the rest
    follows; raises ReadError, at the first step, where the whole file cannot be read. ``password``
    opens an encrypted PDF; ``ocr`` recognises the text of scanned pages. Where ``stop`` says so while a
    PDF is read, that ends as at Ctrl-C.
    """
    with _only_read_errors():
        extension = _checked_extension(path)
        size = _checked_size(path, extension)
        uri = path.resolve().as_uri()
        with path.open("rb") as file:
            if extension == _CORPUS:
                yield from _corpus(file, uri)
                return
            data = file.read(size + 1)
        yield _document(data, extension, path, doc_id, uri, password=password, ocr=ocr, stop=stop)


def read_bytes(
    data: bytes,
    name: str,
    doc_id: str,
    *,
    uri: str | None = None,
    password: str | None = None,
    ocr: bool = False,
) -> Iterator[Document | ReadError]:
    """The documents in the bytes of a file called ``name``, as ``read`` gives them."""
    with _only_read_errors():
        path = PurePath(name)
        extension = _checked_extension(path)
        if extension == _CORPUS:
            yield from _corpus(io.BytesIO(data), uri)
            return
        yield _document(data, extension, path, doc_id, uri, password=password, ocr=ocr)


@contextmanager
def _only_read_errors() -> Iterator[None]:
    """The one place where what a library or the system raises becomes a ReadError."""
    try:
        yield
    except ReadError:
        raise
    except OSError as error:
        raise ReadError(f"it cannot be opened: {error.strerror or error}.") from error
    except MemoryError as error:
        raise ReadError("it is too large for the memory of this machine; split it.") from error
    except RecursionError as error:
        raise ReadError("its parts are nested too deep; save its text as .txt.") from error
    except Exception as error:
        raise ReadError(refusals.damaged(type(error).__name__)) from error


def _document(
    data: bytes,
    extension: str,
    path: PurePath,
    doc_id: str,
    uri: str | None,
    *,
    password: str | None,
    ocr: bool,
    stop: Callable[[], bool] = _never,
) -> Document:
    _check_length(len(data), extension)
    refusals.check_content(data, extension)
    extract = _reader(extension, password, ocr, stop)(data)
    if not extract.text.strip():
        raise ReadError(refusals.NO_TEXT)
    return Document(
        doc_id=doc_id,
        title=title.choose(extract, path.stem),
        text=extract.text,
        sha256=sha256(data).hexdigest(),
        pages=extract.pages,
        uri=uri,
        blocks=extract.blocks,
        warnings=(*extract.warnings, *account.warnings(extract.omissions)),
        places=extract.places,
        lines=extract.lines,
        omissions=extract.omissions,
    )


def _reader(
    extension: str, password: str | None, ocr: bool, stop: Callable[[], bool]
) -> Callable[[bytes], Extract]:
    module = _FORMATS[extension].module
    read_format: Callable[..., Extract] = import_module(f"{__name__}.{module}").read
    if module != "pdf":
        return read_format
    return partial(read_format, password=password, ocr=ocr, stop=stop)


def _corpus(lines: BinaryIO, uri: str | None) -> Iterator[Document | ReadError]:
    documents = failures = 0
    for record in beir.records(lines):
        if isinstance(record, ReadError):
            failures += 1
            if not documents and failures > _MOST_FAILURES:
                raise ReadError(f"its first {_MOST_FAILURES} lines hold no document ({record})")
            yield record
            continue
        documents += 1
        yield Document(
            doc_id=record.record_id,
            title=record.title,
            text=record.text,
            sha256=record.sha256,
            uri=None if uri is None else f"{uri}#{quote(record.record_id, safe='')}",
        )
    if not documents and not failures:
        raise ReadError("it holds no documents; put one JSON object on each line.")


def _checked_extension(path: PurePath) -> str:
    extension = path.suffix.lower()
    if extension not in EXTENSIONS:
        raise ReadError(refusals.of_extension(extension, EXTENSIONS))
    return extension


def _checked_size(path: Path, extension: str) -> int:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("it is no ordinary file; give a file, or copy its content into one.")
    if extension != _CORPUS:
        _check_length(status.st_size, extension)
    return status.st_size


def _check_length(length: int, extension: str) -> None:
    if length == 0:
        raise ReadError("it is empty and holds no text; check that it was copied completely.")
    most = _FORMATS[extension].most_bytes
    if length > most:
        raise ReadError(
            f"it is larger than the {most // MEGABYTE:,} MB that a {extension} file may have; "
            "split it into several files."
        )
