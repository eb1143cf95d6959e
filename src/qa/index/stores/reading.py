"""Reads documents, passages and sentences from the SQLite file of an index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from qa.errors import StoreError
from qa.index.stores.base import TITLE
from qa.index.stores.database import Database
from qa.index.stores.rows import DocumentHeader, DocumentInfo, FailureRow, FileRow, PassageRow, SentenceRow
from qa.messages import Message, from_json
from qa.types import AUTHOR, DATE, PUBLISHER, Block, Document, Line, Omission, Page, Place

_TITLE = f"coalesce((SELECT value FROM manifest WHERE key = '{TITLE}' || d.doc_id), d.title)"


class Reading(Database):
    """The reading methods of a store; see `qa.index.stores.base.Catalogue`. Use them inside `reading`."""

    def documents(self) -> list[DocumentInfo]:
        """Return every document without its text, ordered by ``doc_id``."""
        rows = self._connection.execute(
            f"""SELECT d.id, d.doc_id, {_TITLE}, d.sha256, d.uri, d.language, json_array_length(d.pages),
                      characters(d.text), (SELECT count(*) FROM sentence s JOIN passage p ON p.id = s.passage
                                           WHERE p.document = d.id), f.size, f.indexed_at, d.warnings
               FROM document d JOIN file f ON f.id = d.file ORDER BY d.doc_id"""
        )
        return [DocumentInfo(*(*row, _messages(warnings))) for *row, warnings in rows]

    def languages(self) -> list[str]:
        """Return the languages of the documents, the most common first."""
        rows = self._connection.execute(
            "SELECT language FROM document GROUP BY language ORDER BY count(*) DESC, language"
        )
        return [row[0] for row in rows]

    def document_keys(self) -> dict[str, int]:
        """Return the key of every document by its ``doc_id``."""
        return dict(self._connection.execute("SELECT doc_id, id FROM document"))

    def document(self, doc_id: str) -> Document | None:
        """Return a whole document, or None if there is none with this id.

        Of its omissions, it has those that say where it comes from.
        """
        document = self.file_document(doc_id)
        if document is None:
            return None
        document = replace(document, omissions=self._origin(doc_id))
        row = self._connection.execute(
            "SELECT value FROM manifest WHERE key = ?", (TITLE + doc_id,)
        ).fetchone()
        return replace(document, title=row[0], is_renamed=True) if row else document

    def file_document(self, doc_id: str) -> Document | None:
        """Return a document as its file has it, without the title that a person gave it."""
        if not doc_id.isascii() and doc_id.encode(errors="replace").decode() != doc_id:
            return None  # SQLite cannot look up unpaired surrogates, and no id contains one.
        row = self._connection.execute(
            "SELECT doc_id, title, text, sha256, pages, uri, blocks, warnings, places, lines FROM document "
            "WHERE doc_id = ?",
            (doc_id,),
        ).fetchone()
        if row is None:
            return None
        pages = tuple(Page(*page) for page in json.loads(row[4]))
        blocks = tuple(Block(*block) for block in json.loads(row[6]))
        warnings = _messages(row[7])
        places = tuple(Place(*place) for place in json.loads(row[8]))
        lines = tuple(Line(*line) for line in json.loads(row[9]))
        return Document(row[0], row[1], row[2], row[3], pages, row[5], blocks, warnings, places, lines)

    def _origin(self, doc_id: str) -> tuple[Omission, ...]:
        rows = self._connection.execute(
            "SELECT o.text, o.name FROM omission o JOIN document d ON d.id = o.document "
            "WHERE d.doc_id = ? AND o.reason = 'metadata' AND o.name IN (?, ?, ?) ORDER BY o.id",
            (doc_id, AUTHOR, PUBLISHER, DATE),
        )
        return tuple(Omission("metadata", text, name=name) for text, name in rows)

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return the parts of its file that a document's text leaves out."""
        rows = self._connection.execute(
            "SELECT o.reason, o.text, o.page, o.name FROM omission o JOIN document d ON d.id = o.document "
            "WHERE d.doc_id = ? ORDER BY o.id",
            (doc_id,),
        )
        return tuple(Omission(*row) for row in rows)

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        """Return a slice of a document's text, in code points."""
        length = -1 if end is None else max(0, end - start)
        row = self._connection.execute(
            "SELECT CASE WHEN ?3 < 0 THEN substr(text, ?2) ELSE substr(text, ?2, ?3) END "
            "FROM document WHERE id = ?1",
            (document, start + 1, length),
        ).fetchone()
        return str(row[0]) if row else ""

    def passages_at(self, document: int, start: int, end: int) -> list[PassageRow]:
        """Return the passages that overlap a range of a document, else the next, else the last one."""
        parameters = {"document": document, "start": start, "end": end}
        for condition in (
            'start < :end AND "end" > :start',
            "start >= :end ORDER BY start LIMIT 1",
            '"end" <= :start ORDER BY start DESC LIMIT 1',
        ):
            rows = self._connection.execute(
                f"SELECT id FROM passage WHERE document = :document AND {condition}", parameters
            )
            if passages := self.passages(row[0] for row in rows):
                return passages
        return []

    def passages_around(self, keys: Iterable[int]) -> set[int]:
        """Return these keys and those of the passages before and after each in its document."""
        # Passages of a document are added together, in reading order.
        rows = self._connection.execute(
            "SELECT DISTINCT near.id FROM json_each(?) wanted JOIN passage p ON p.id = wanted.value "
            "JOIN passage near ON near.id BETWEEN p.id - 1 AND p.id + 1 AND near.document = p.document",
            (json.dumps(list(keys)),),
        )
        return {row[0] for row in rows}

    def headers(self, documents: Iterable[int]) -> dict[int, DocumentHeader]:
        """Return ids, titles and languages of documents by key, without reading their text.

        Raises:
            StoreError: There is no document with one of the keys.
        """
        wanted = list(documents)
        rows = self._connection.execute(
            f"SELECT id, doc_id, {_TITLE}, language FROM document d "
            "WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(wanted),),
        )
        headers = {row[0]: DocumentHeader(*row[1:]) for row in rows}
        for key in wanted:
            if key not in headers:
                raise StoreError("index-row-missing", folder=self.folder, key=key)
        return headers

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        """Return the keys of the passages that contain these sentences."""
        rows = self._connection.execute(
            "SELECT DISTINCT passage FROM sentence WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(sentences)),),
        )
        return {row[0] for row in rows}

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        """Return the passages of keys, in the order of keys, each with its sentences in reading order."""
        wanted = json.dumps(sorted(keys))
        sentences: dict[int, list[SentenceRow]] = {}
        for row in self._connection.execute(
            'SELECT passage, id, start, "end" FROM sentence '
            "WHERE passage IN (SELECT value FROM json_each(?)) ORDER BY id",
            (wanted,),
        ):
            sentences.setdefault(row[0], []).append(SentenceRow(*row[1:]))
        rows = self._connection.execute(
            'SELECT id, document, start, "end", headings, text FROM passage '
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (wanted,),
        )
        return [
            PassageRow(key, owner, start, end, tuple(json.loads(path)), text, tuple(sentences.get(key, ())))
            for key, owner, start, end, path, text in rows
        ]

    def passage_keys(self, documents: Iterable[int] | None = None) -> list[int]:
        """Return the keys of the passages of these documents, or of all, ascending."""
        if documents is None:
            rows = self._connection.execute("SELECT id FROM passage ORDER BY id")
        else:
            rows = self._connection.execute(
                "SELECT id FROM passage WHERE document IN (SELECT value FROM json_each(?)) ORDER BY id",
                (json.dumps(list(documents)),),
            )
        return [row[0] for row in rows]

    def count_documents(self) -> int:
        """Return the number of documents."""
        return int(self._connection.execute("SELECT count(*) FROM document").fetchone()[0])

    def count_sentences(self) -> int:
        """Return the number of their sentences."""
        return int(self._connection.execute("SELECT count(*) FROM sentence").fetchone()[0])

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        """Return passage, title and language of each passage whose key is greater than ``since``."""
        cursor = self._connection.execute(
            "SELECT p.id, d.title, d.language FROM passage p JOIN document d ON d.id = p.document "
            "WHERE p.id > ? ORDER BY p.id",
            (since,),
        )
        while rows := cursor.fetchmany(500):
            passages = self.passages(row[0] for row in rows)
            for passage, row in zip(passages, rows, strict=True):
                yield passage, row[1], row[2]

    def file_of(self, doc_id: str) -> int:
        """Return the key of the file that a document comes from."""
        row = self._connection.execute("SELECT file FROM document WHERE doc_id = ?", (doc_id,)).fetchone()
        return int(row[0])

    def files(self) -> list[FileRow]:
        """Return every indexed file, ordered by URI."""
        rows = self._connection.execute(
            "SELECT id, uri, root, size, mtime_ns, sha256, reader FROM file ORDER BY uri"
        )
        return [FileRow(*row) for row in rows]

    def owners(self) -> dict[str, str]:
        """Return the URI of the file that each document comes from, by ``doc_id``."""
        return dict(
            self._connection.execute("SELECT d.doc_id, f.uri FROM document d JOIN file f ON f.id = d.file")
        )

    def files_to_recognise(self) -> frozenset[str]:
        """Return the URIs of files with pages or pictures whose text only OCR can read."""
        rows = self._connection.execute(
            "SELECT DISTINCT f.uri FROM omission o JOIN document d ON d.id = o.document "
            "JOIN file f ON f.id = d.file WHERE o.reason IN ('scan', 'picture', 'unknown letters') "
            "AND o.page IS NOT NULL"
        )
        return frozenset(row[0] for row in rows)

    def documents_of_file(self, file: int) -> dict[str, str]:
        """Return the ``sha256`` of the documents of a file, by ``doc_id``."""
        return dict(self._connection.execute("SELECT doc_id, sha256 FROM document WHERE file = ?", (file,)))

    def failures(self) -> list[FailureRow]:
        """Return every file that could not be read at all, ordered by URI."""
        rows = self._connection.execute(
            "SELECT uri, name, size, changed_ns, how, reasons FROM failure ORDER BY uri"
        )
        return [FailureRow(*(*row, _messages(reasons))) for *row, reasons in rows]


def _messages(stored: str) -> tuple[Message, ...]:
    return tuple(map(from_json, json.loads(stored)))
