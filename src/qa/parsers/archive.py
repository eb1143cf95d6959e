"""The zip containers of Word and EPUB files, opened with limits that no bomb gets past."""

from __future__ import annotations

import io
import posixpath
import zipfile
from contextlib import suppress
from types import TracebackType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from qa.errors import ReadError
from qa.parsers.limits import ARCHIVE_ENTRIES, ARCHIVE_ENTRY_BYTES, ARCHIVE_TOTAL_BYTES, MEGABYTE

_CHUNK = 1 << 16


class Archive:
    """Reads members by name into memory; nothing is ever written, so names with ``..`` lead nowhere."""

    def __init__(self, data: bytes) -> None:
        """Raises ReadError where the container is damaged, encrypted or holds too many members."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise ReadError("archive-damaged") from error
        self._names = {info.filename: info for info in self._zip.infolist()}
        self._read = 0
        if len(self._names) > ARCHIVE_ENTRIES:
            raise ReadError("archive-too-many-parts", most=ARCHIVE_ENTRIES)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """One member; raises KeyError where there is none, ReadError where it is damaged or too large."""
        info = self._names[name]
        if info.flag_bits & 0x1:
            raise ReadError("archive-encrypted")
        chunks = []
        size = 0
        try:
            # The size that the container declares may be a lie, so the bytes are counted as they come.
            with self._zip.open(info) as member:
                while chunk := member.read(_CHUNK):
                    size += len(chunk)
                    self._read += len(chunk)
                    if size > ARCHIVE_ENTRY_BYTES or self._read > ARCHIVE_TOTAL_BYTES:
                        raise ReadError("archive-part-too-large", most=ARCHIVE_ENTRY_BYTES // MEGABYTE)
                    chunks.append(chunk)
        except ReadError:
            raise
        except Exception as error:
            raise ReadError("archive-damaged") from error
        return b"".join(chunks)

    def xml(self, name: str) -> Element:
        """One member as an XML tree; raises KeyError where there is none, ReadError where it is damaged."""
        return parse_xml(self.read(name), name)


def parse_xml(data: bytes, name: str) -> Element:
    """Return a part of a file as an XML tree; raises ReadError where it is damaged or declares entities."""
    try:
        _refuse_declarations(data)
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise ReadError("xml-damaged", part=name[:100]) from error


class _PrologEndError(Exception):
    """The first element begins: what follows can declare nothing."""


def _refuse_declarations(data: bytes) -> None:
    """Raise ReadError where the document type declares anything, in whatever encoding.

    No honest file declares entities; others blow up the text with them. The parser itself reads the
    prolog, so that no encoding hides it. A document type that only names its public DTD, as books have
    it, is never fetched.
    """
    parser = expat.ParserCreate()

    def doctype(name: str, system_id: str | None, public_id: str | None, internal_subset: int) -> None:
        if internal_subset:
            raise ReadError("xml-entities")

    def element(name: str, attributes: dict[str, str]) -> None:
        raise _PrologEndError

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    with suppress(_PrologEndError):
        parser.Parse(data, True)


def resolve(base: str, target: str) -> str:
    """The member that ``target``, as written in member ``base``, points to."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]
