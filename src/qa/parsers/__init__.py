"""Turn files of every format into documents: text with offsets, pages and blocks."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from qa.errors import ReadError
from qa.messages import brief, has_sentence
from qa.parsers import account, attached, beir, contract, refusals, sandbox, title, wire
from qa.parsers.build import Attachment, Extract, TextBuilder, has_text
from qa.parsers.limits import ATTACHMENT_DEPTH, ATTACHMENTS_TOTAL, MEGABYTE
from qa.parsers.registry import CORPUS, Format, extensions, formats
from qa.types import Document, Omission

__all__ = [
    "VERSION",
    "Attachment",
    "Extract",
    "TextBuilder",
    "extensions",
    "extract",
    "original",
    "read",
    "read_bytes",
]

VERSION = 4
"""Version of the extracted text. Raise it if parsers change: all files are then read again."""

# A file with more bad lines than this before the first good one is not a corpus.
_MOST_FAILURES = 100
# Maximum characters of a mail's title in the titles of its attachments.
_LONGEST_TITLE = 100


def _never() -> bool:
    return False


def read(
    path: Path,
    doc_id: str,
    *,
    password: str | None = None,
    ocr: bool = False,
    stop: Callable[[], bool] = _never,
) -> Iterator[Document | ReadError]:
    """Yield the documents of a file: one, or one per line of a ``.jsonl`` corpus, by the ids in the corpus.

    A mail comes before its attachments. Each attachment is a document; its id is the mail's id followed by
    its name. A corpus line that is not a document yields a ReadError, and the other lines follow.

    Args:
        path: File to read.
        doc_id: Id of the document; a corpus has its own ids.
        password: Password of an encrypted PDF.
        ocr: Whether to recognise the text of scanned pages.
        stop: Returns whether to stop; reading then ends as at Ctrl-C.

    Raises:
        ReadError: The whole file cannot be read. Raised at the first step.
    """
    with _only_read_errors():
        extension = _checked_extension(path)
        size = _checked_size(path, extension)
        uri = path.resolve().as_uri()
        with path.open("rb") as file:
            if extension == CORPUS:
                yield from _corpus(file, uri)
                return
            data = file.read(size + 1)
        yield from _documents(
            data, path, doc_id, uri, _Options(password, ocr, stop), iter(range(ATTACHMENTS_TOTAL))
        )


def read_bytes(
    data: bytes,
    name: str,
    doc_id: str,
    *,
    uri: str | None = None,
    password: str | None = None,
    ocr: bool = False,
) -> Iterator[Document | ReadError]:
    """Yield the documents in the bytes of a file called ``name``, as `read` does."""
    with _only_read_errors():
        path = PurePath(name)
        extension = _checked_extension(path)
        if extension == CORPUS:
            yield from _corpus(io.BytesIO(data), uri)
            return
        yield from _documents(
            data, path, doc_id, uri, _Options(password, ocr), iter(range(ATTACHMENTS_TOTAL))
        )


def extract(data: bytes, name: str, *, password: str | None = None) -> Extract:
    """Return the text of the bytes of a file called ``name``, without its attachments.

    Raises:
        ReadError: They cannot be read, or have no text.
    """
    with _only_read_errors():
        path = PurePath(name)
        if path.suffix.lower() == CORPUS:
            raise ReadError("attachment-corpus")
        return _with_text(data, path, _Options(password))


def original(uri: str) -> bytes:
    """Return the bytes of the file that a document was read from, which may be an attachment.

    Raises:
        ReadError: The file is missing or cannot be read.
    """
    with _only_read_errors():
        file, names = attached.split(uri)
        parts = urlsplit(file)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            raise ReadError("uri-not-local")
        path = PurePath(url2pathname(parts.path))
        data = Path(path).read_bytes()
        for name in names:
            extract = _extract(data, _checked_extension(path), _Options())
            data = next(
                (attachment.data for attachment in extract.attachments if attachment.name == name), b""
            )
            if not data:
                raise ReadError("attachment-missing", file=path.name, name=name)
            path = PurePath(name)
        return data


@contextmanager
def _only_read_errors() -> Iterator[None]:
    """Convert all errors of libraries and the system to ReadError; this happens only here."""
    try:
        yield
    except ReadError:
        raise
    except OSError as error:
        raise ReadError("file-not-openable", cause=error.strerror or error) from error
    except MemoryError as error:
        raise ReadError("file-exceeds-memory") from error
    except RecursionError as error:
        raise ReadError("file-nested-too-deep") from error
    except Exception as error:
        raise refusals.damaged(type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class _Options:
    """Options for reading a file."""

    password: str | None = None
    ocr: bool = False
    stop: Callable[[], bool] = _never


def _with_text(data: bytes, path: PurePath, options: _Options) -> Extract:
    """Return what a parser extracts from a file, which has text."""
    extension = _checked_extension(path)
    _check_length(len(data), extension)
    if formats()[extension].package is None:
        refusals.check_content(data, extension)
    extracted = _extract(data, extension, options)
    if not has_text(extracted.text):
        raise ReadError("file-no-text")
    return extracted


def _documents(
    data: bytes,
    path: PurePath,
    doc_id: str,
    uri: str | None,
    options: _Options,
    budget: Iterator[int],
    depth: int = 0,
) -> Iterator[Document]:
    """Yield the document of a file and those of the files in it; ``budget`` limits their number."""
    extracted = _with_text(data, path, options)
    name = title.choose(extracted, path.stem)
    inner: list[Document] = []
    omissions = list(extracted.omissions)
    for attachment in extracted.attachments:
        try:
            documents = _of_attachment(attachment, doc_id, uri, options, budget, depth)
        except ReadError as error:
            omissions.append(Omission("attachment", name=_unread(attachment, error)))
            continue
        inner.append(
            replace(documents[0], title=f"{documents[0].title} (attached to {name[:_LONGEST_TITLE]})")
        )
        inner += documents[1:]
    yield Document(
        doc_id=doc_id,
        title=name,
        text=extracted.text,
        sha256=sha256(data).hexdigest(),
        pages=extracted.pages,
        uri=uri,
        blocks=extracted.blocks,
        warnings=(*extracted.warnings, *account.warnings(omissions)),
        places=extracted.places,
        lines=extracted.lines,
        omissions=tuple(omissions),
    )
    yield from inner


def _of_attachment(
    attachment: Attachment,
    doc_id: str,
    uri: str | None,
    options: _Options,
    budget: Iterator[int],
    depth: int,
) -> list[Document]:
    if depth >= ATTACHMENT_DEPTH or next(budget, None) is None:
        raise ReadError("attachment-too-many")
    path = PurePath(attachment.name)
    if path.suffix.lower() == CORPUS:
        raise ReadError("attachment-corpus")
    attachment_uri = None if uri is None else attached.uri_of(uri, attachment.name)
    with _only_read_errors():
        return list(
            _documents(
                attachment.data,
                path,
                f"{doc_id}/{attachment.name}",
                attachment_uri,
                options,
                budget,
                depth + 1,
            )
        )


def _unread(attachment: Attachment, error: ReadError) -> str:
    """Return the name of an attachment and why it is unread; the advice is given once for all of them."""
    return f"{attachment.name}: {brief(error.message)}"


def _extract(data: bytes, extension: str, options: _Options) -> Extract:
    parser = formats()[extension]
    if parser.module == "qa.parsers.plain":
        # Plain text is not parsed and needs no sandbox.
        from qa.parsers import plain

        return plain.read(data)
    paged = parser.module == "qa.parsers.pdf.reading"
    more = {"password": options.password, "ocr": options.ocr} if paged else {}
    try:
        answer = sandbox.call(parser.module, parser.function, data, stop=options.stop, **more)
    except ReadError as error:
        if has_sentence(error.message):
            raise
        # An external parser can invent a code; `str` returns it with its parameters.
        raise ReadError("parser-refuses", parser=parser.name, cause=str(error)) from error
    if parser.package is not None:
        return _checked_extract(answer, parser)
    try:
        return wire.to_extract(answer)
    except (TypeError, ValueError) as error:
        raise ReadError("file-crashes") from error


def _checked_extract(answer: Any, parser: Format) -> Extract:
    """Return the extract of an external parser after checking that it keeps the contract."""
    try:
        extract = wire.to_extract(answer)
        contract.check(extract)
    except (TypeError, ValueError) as error:
        raise ReadError("parser-unsound", parser=parser.name, cause=error) from error
    return extract


def _corpus(lines: BinaryIO, uri: str | None) -> Iterator[Document | ReadError]:
    documents = failures = 0
    for record in beir.records(lines):
        if isinstance(record, ReadError):
            failures += 1
            if not documents and failures > _MOST_FAILURES:
                raise ReadError("corpus-no-document", n=_MOST_FAILURES, reason=record)
            yield record
            continue
        documents += 1
        yield Document(
            doc_id=record.record_id,
            title=record.title,
            text=record.text,
            sha256=record.sha256,
            uri=None if uri is None else f"{uri}#{quote(record.record_id, safe='')}",
            warnings=record.warnings,
        )
    if not documents and not failures:
        raise ReadError("corpus-empty")


def _checked_extension(path: PurePath) -> str:
    extension = path.suffix.lower()
    if extension not in extensions():
        raise refusals.of_extension(extension, extensions())
    return extension


def _checked_size(path: Path, extension: str) -> int:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("file-irregular")
    if extension != CORPUS:
        _check_length(status.st_size, extension)
    return status.st_size


def _check_length(length: int, extension: str) -> None:
    if length == 0:
        raise ReadError("file-empty")
    limit = formats()[extension].most_bytes
    if length > limit:
        raise ReadError("file-too-large", most=limit // MEGABYTE, extension=extension)
