"""Reads documents, passages and sentences of a library in a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

import numpy as np

from qa.errors import StoreError
from qa.index.postgres.connections import Row
from qa.index.postgres.session import Session
from qa.index.postgres.texts import restored, with_nulls
from qa.index.stores.base import TITLE
from qa.index.stores.rows import DocumentHeader, DocumentInfo, FailureRow, FileRow, PassageRow, SentenceRow
from qa.messages import Message, from_json
from qa.types import AUTHOR, DATE, PUBLISHER, Block, Document, Line, Omission, Page, Place

_TITLE = (
    f"coalesce((SELECT value FROM manifest m WHERE m.library = d.library AND key = '{TITLE}' || d.doc_id), "
    "d.title)"
)
_CHUNK = 2_000
_PASSAGE = 'p.id, p.document, p.start, p."end", p.headings, p.text, p.nulls'


class Reading(Session):
    """The reading methods of a store; see `qa.index.stores.base.Catalogue`. Use them inside `reading`."""

    def documents(self) -> list[DocumentInfo]:
        """Return every document without its text, ordered by ``doc_id``."""
        rows = self.rows(
            f"SELECT d.id, d.doc_id, {_TITLE}, d.sha256, d.uri, d.language, d.page_count, d.characters, "
            "d.last_sentence - d.first_sentence + 1, f.size, f.indexed_at, d.warnings "
            "FROM document d JOIN file f ON f.library = d.library AND f.id = d.file "
            "WHERE d.library = %s ORDER BY d.doc_id",
            (self.library,),
        )
        return [
            DocumentInfo(*(row[0], row[1], restored(row[2]), *row[3:-1], messages(row[-1]))) for row in rows
        ]

    def languages(self) -> list[str]:
        """Return the languages of the documents, the most common first."""
        rows = self.rows(
            "SELECT language FROM document WHERE library = %s GROUP BY language "
            'ORDER BY count(*) DESC, language COLLATE "C"',
            (self.library,),
        )
        return [row[0] for row in rows]

    def document_keys(self) -> dict[str, int]:
        """Return the key of every document by its ``doc_id``."""
        query = "SELECT doc_id, id FROM document WHERE library = %s"
        return dict(cast(list[tuple[str, int]], self.rows(query, (self.library,))))

    def document(self, doc_id: str) -> Document | None:
        """Return a whole document, or None if there is none with this id.

        Of its omissions, it has those that say where it comes from.
        """
        document = self.file_document(doc_id)
        if document is None:
            return None
        title = self.value(
            "SELECT value FROM manifest WHERE library = %s AND key = %s", (self.library, TITLE + doc_id)
        )
        document = replace(document, omissions=self._origin(doc_id))
        return document if title is None else replace(document, title=restored(title), is_renamed=True)

    def _origin(self, doc_id: str) -> tuple[Omission, ...]:
        rows = self.rows(
            "SELECT o.text, o.name FROM omission o "
            "JOIN document d ON d.library = o.library AND d.id = o.document WHERE d.library = %s "
            "AND d.doc_id = %s AND o.reason = 'metadata' AND o.name IN (%s, %s, %s) ORDER BY o.id",
            (self.library, doc_id, AUTHOR, PUBLISHER, DATE),
        )
        return tuple(Omission("metadata", restored(text), name=name) for text, name in rows)

    def file_document(self, doc_id: str) -> Document | None:
        """Return a document as its file has it, without the title that a person gave it."""
        if not _is_storable(doc_id):
            return None
        rows = self.rows(
            "SELECT doc_id, title, text, sha256, pages, uri, blocks, warnings, places, lines, nulls "
            "FROM document WHERE library = %s AND doc_id = %s",
            (self.library, doc_id),
        )
        if not rows:
            return None
        row = rows[0]
        return Document(
            row[0],
            restored(row[1]),
            with_nulls(row[2], row[10]),
            row[3],
            tuple(Page(*page) for page in json.loads(row[4])),
            row[5],
            tuple(Block(*block) for block in json.loads(row[6])),
            messages(row[7]),
            tuple(Place(*place) for place in json.loads(row[8])),
            tuple(Line(*line) for line in json.loads(row[9])),
        )

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return the parts of its file that a document's text leaves out."""
        if not _is_storable(doc_id):
            return ()
        rows = self.rows(
            "SELECT o.reason, o.text, o.page, o.name FROM omission o "
            "JOIN document d ON d.library = o.library AND d.id = o.document "
            "WHERE d.library = %s AND d.doc_id = %s ORDER BY o.id",
            (self.library, doc_id),
        )
        return tuple(
            Omission(reason, restored(text), page, None if name is None else restored(name))
            for reason, text, page, name in rows
        )

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        """Return a slice of a document's text, in code points."""
        part = "substr(text, %s)" if end is None else "substr(text, %s, %s)"
        length = () if end is None else (max(0, end - start),)
        rows = self.rows(
            f"SELECT {part}, nulls FROM document WHERE library = %s AND id = %s",
            (start + 1, *length, self.library, document),
        )
        return with_nulls(rows[0][0], rows[0][1], start) if rows else ""

    def headers(self, documents: Iterable[int]) -> dict[int, DocumentHeader]:
        """Return ids, titles and languages of documents by key, without reading their text."""
        wanted = list(documents)
        rows = self.rows(
            f"SELECT id, doc_id, {_TITLE}, language FROM document d WHERE library = %s AND id = ANY(%s)",
            (self.library, wanted),
        )
        headers = {
            key: DocumentHeader(doc_id, restored(title), language) for key, doc_id, title, language in rows
        }
        for key in wanted:
            if key not in headers:
                raise StoreError("index-row-missing", folder=self.address.name, key=key)
        return headers

    # -- passages ---------------------------------------------------------------------------------

    def passage_keys(self, documents: Iterable[int] | None = None) -> list[int]:
        """Return the keys of the passages of these documents, or of all, ascending."""
        condition, keys = _of_documents(documents)
        query = f"SELECT id FROM passage WHERE library = %s{condition} ORDER BY id"
        return [row[0] for row in self.rows(query, (self.library, *keys))]

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        """Return the passages of keys, in the order of keys, each with its sentences in reading order."""
        wanted = sorted(keys)
        if not wanted:
            return []
        rows = self.rows(
            f"SELECT {_PASSAGE}, s.ids, s.starts, s.ends FROM passage p CROSS JOIN LATERAL "
            "(SELECT array_agg(id ORDER BY id) AS ids, array_agg(start ORDER BY id) AS starts, "
            'array_agg("end" ORDER BY id) AS ends FROM sentence '
            "WHERE library = %s AND passage = p.id) s "
            "WHERE p.library = %s AND p.id = ANY(%s) ORDER BY p.id",
            (self.library, self.library, wanted),
            binary=True,
        )
        return [_passage(row) for row in rows]

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        """Return the keys of the passages that contain these sentences."""
        rows = self.rows(
            "SELECT DISTINCT passage FROM sentence WHERE library = %s AND id = ANY(%s)",
            (self.library, list(sentences)),
        )
        return {row[0] for row in rows}

    def passages_at(self, document: int, start: int, end: int) -> list[PassageRow]:
        """Return the passages that overlap a range of a document, else the next, else the last one."""
        rows = self.rows(
            "(SELECT id, 0 AS step FROM passage WHERE library = %(library)s AND document = %(document)s "
            'AND start < %(end)s AND "end" > %(start)s) UNION ALL '
            "(SELECT id, 1 FROM passage WHERE library = %(library)s AND document = %(document)s "
            "AND start >= %(end)s ORDER BY start LIMIT 1) UNION ALL "
            "(SELECT id, 2 FROM passage WHERE library = %(library)s AND document = %(document)s "
            'AND "end" <= %(start)s ORDER BY start DESC LIMIT 1)',
            {"library": self.library, "document": document, "start": start, "end": end},
        )
        first = min((step for _, step in rows), default=0)
        return self.passages(key for key, step in rows if step == first)

    def passages_around(self, keys: Iterable[int]) -> set[int]:
        """Return these keys and those of the passages before and after each in its document."""
        # Passages of a document are added together, in reading order.
        rows = self.rows(
            "SELECT DISTINCT near.id FROM passage p JOIN passage near ON near.library = p.library "
            "AND near.id BETWEEN p.id - 1 AND p.id + 1 AND near.document = p.document "
            "WHERE p.library = %s AND p.id = ANY(%s)",
            (self.library, list(keys)),
        )
        return {row[0] for row in rows}

    # -- the input of search indexes --------------------------------------------------------------

    def sentence_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of each sentence whose key is greater than ``since``."""
        return self._vectors_of("sentence", since)

    def passage_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of each passage whose key is greater than ``since``."""
        return self._vectors_of("passage", since)

    def _vectors_of(self, table: str, since: int) -> Iterator[tuple[int, bytes, int]]:
        query = (
            f"SELECT t.id, vector_send(v.data), t.document FROM {table} t "
            "JOIN vector v ON v.library = t.library AND v.id = t.vector "
            "WHERE t.library = %s AND t.id > %s ORDER BY t.id"
        )
        for key, data, document in self._stream(query, (self.library, since)):
            yield key, floats(data), document

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        """Return passage, title and language of each passage whose key is greater than ``since``."""
        query = (
            f"SELECT {_PASSAGE}, s.ids, s.starts, s.ends, d.title, d.language FROM passage p "
            "JOIN document d ON d.library = p.library AND d.id = p.document CROSS JOIN LATERAL "
            "(SELECT array_agg(id ORDER BY id) AS ids, array_agg(start ORDER BY id) AS starts, "
            'array_agg("end" ORDER BY id) AS ends FROM sentence '
            "WHERE library = p.library AND passage = p.id) s "
            "WHERE p.library = %s AND p.id > %s ORDER BY p.id"
        )
        for *row, title, language in self._stream(query, (self.library, since)):
            yield _passage(row), restored(title), language

    def _stream(self, query: str, parameters: tuple[Any, ...]) -> Iterator[Row]:
        """Yield the rows of a statement, a portion in memory at a time."""
        with self.reading(), self.connection.cursor(name="stream", binary=True) as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(query, parameters)
            yield from cursor

    # -- files ------------------------------------------------------------------------------------

    def count_documents(self) -> int:
        """Return the number of documents."""
        return int(self.value("SELECT count(*) FROM document WHERE library = %s", (self.library,)))

    def count_sentences(self) -> int:
        """Return the number of their sentences."""
        return self.count("sentences")

    def file_of(self, doc_id: str) -> int:
        """Return the key of the file that a document comes from."""
        query = "SELECT file FROM document WHERE library = %s AND doc_id = %s"
        return int(self.value(query, (self.library, doc_id)))

    def files(self) -> list[FileRow]:
        """Return every indexed file, ordered by URI."""
        rows = self.rows(
            "SELECT id, uri, root, size, mtime_ns, sha256, reader FROM file WHERE library = %s ORDER BY uri",
            (self.library,),
        )
        return [FileRow(*row) for row in rows]

    def owners(self) -> dict[str, str]:
        """Return the URI of the file that each document comes from, by ``doc_id``."""
        query = (
            "SELECT d.doc_id, f.uri FROM document d JOIN file f ON f.library = d.library AND f.id = d.file "
            "WHERE d.library = %s"
        )
        return dict(cast(list[tuple[str, str]], self.rows(query, (self.library,))))

    def files_to_recognise(self) -> frozenset[str]:
        """Return the URIs of files with pages or pictures whose text only OCR can read."""
        rows = self.rows(
            "SELECT DISTINCT f.uri FROM omission o "
            "JOIN document d ON d.library = o.library AND d.id = o.document "
            "JOIN file f ON f.library = d.library AND f.id = d.file WHERE o.library = %s "
            "AND o.reason IN ('scan', 'picture', 'unknown letters') AND o.page IS NOT NULL",
            (self.library,),
        )
        return frozenset(row[0] for row in rows)

    def documents_of_file(self, file: int) -> dict[str, str]:
        """Return the ``sha256`` of the documents of a file, by ``doc_id``."""
        query = "SELECT doc_id, sha256 FROM document WHERE library = %s AND file = %s"
        return dict(cast(list[tuple[str, str]], self.rows(query, (self.library, file))))

    def files_without_documents(self) -> list[int]:
        """Return the keys of files without a document."""
        rows = self.rows(
            "SELECT id FROM file f WHERE library = %s AND NOT EXISTS "
            "(SELECT 1 FROM document d WHERE d.library = f.library AND d.file = f.id)",
            (self.library,),
        )
        return [row[0] for row in rows]

    def failures(self) -> list[FailureRow]:
        """Return every file that could not be read at all, ordered by URI."""
        rows = self.rows(
            "SELECT uri, name, size, changed_ns, how, reasons FROM failure WHERE library = %s ORDER BY uri",
            (self.library,),
        )
        return [FailureRow(*(*values, messages(reasons))) for *values, reasons in rows]


def messages(stored: str) -> tuple[Message, ...]:
    """Return stored messages."""
    return tuple(map(from_json, json.loads(stored)))


def floats(data: bytes) -> bytes:
    """Return the float32 bytes of a vector in the binary format of pgvector."""
    return np.frombuffer(data, dtype=">f4", offset=4).astype("<f4").tobytes()


def _passage(row: Row | list[Any]) -> PassageRow:
    key, document, start, end, headings, text, nulls, ids, starts, ends = row
    sentences = map(SentenceRow, ids or (), starts or (), ends or ())
    path = tuple(json.loads(headings))
    return PassageRow(key, document, start, end, path, with_nulls(text, nulls, start), tuple(sentences))


def _of_documents(documents: Iterable[int] | None) -> tuple[str, tuple[list[int], ...]]:
    return ("", ()) if documents is None else (" AND document = ANY(%s)", (list(documents),))


def _is_storable(doc_id: str) -> bool:
    """Return whether an id may be in the database, which has no null character and no half of a pair."""
    return "\0" not in doc_id and doc_id.encode(errors="replace").decode() == doc_id
