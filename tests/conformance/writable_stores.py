"""The stores that an index writes to, and contents for their tests.

To hold another store to the contract, add a `Kind` to ``KINDS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from postgres_server import shards_of, url_of

from qa.index.postgres.address import Address
from qa.index.postgres.location import Database
from qa.index.postgres.shards import Shards
from qa.index.stores.base import Catalogue, WritableStore
from qa.index.stores.rows import FailureRow, vector_key
from qa.index.stores.sqlite import SqliteStore
from qa.messages import Message
from qa.places import addresses
from qa.types import Block, Document, Line, Omission, Page, Passage, Place, Sentence

if TYPE_CHECKING:
    from qa.index.postgres.store import PostgresStore

MANIFEST = {"model": "words", "dimension": "3", "metric": "cosine"}
SHA = "0" * 64


@dataclass(frozen=True)
class Kind:
    """A kind of store.

    Attributes:
        name: Its name.
        create: Creates an empty store in a folder, with the values of a manifest.
        writer: Opens it to write, as another process would.
        reader: Opens it to read.
        fill: Lets a store have no more space from now on; None if that cannot be simulated.
        content: Returns all that is on the disk; None if the disk cannot be read.
        ascending: Whether a text that is added later has a greater key.
    """

    name: str
    create: Callable[[Path, dict[str, str]], WritableStore]
    writer: Callable[[Path], WritableStore]
    reader: Callable[[Path], Catalogue]
    fill: Callable[[Any], object] | None = None
    content: Callable[[Path], bytes] | None = None
    ascending: bool = True


def _fill_sqlite(store: SqliteStore) -> None:
    store._connection.execute("PRAGMA max_page_count = 1")


def _content_of_folder(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def _create_postgres(folder: Path, manifest: dict[str, str]) -> WritableStore:
    Database.at(url_of(folder)).create(manifest)
    return _postgres(folder, writable=True)


def _postgres(folder: Path, *, writable: bool = False) -> PostgresStore:
    from qa.index.postgres.store import PostgresStore

    return PostgresStore(Address.parse(url_of(folder)), folder, writable=writable)


def _create_shards(folder: Path, manifest: dict[str, str]) -> WritableStore:
    shards = Shards.at(addresses(shards_of(folder)))
    shards.create(manifest)
    return shards._opened(writable=True)


KINDS = {
    "sqlite": Kind(
        "sqlite",
        SqliteStore.create,
        lambda folder: SqliteStore(folder, writable=True),
        lambda folder: SqliteStore(folder, writable=False),
        _fill_sqlite,
        _content_of_folder,
    ),
    "shards": Kind(
        "shards",
        _create_shards,
        lambda folder: Shards.at(addresses(shards_of(folder)))._opened(writable=True),
        lambda folder: Shards.at(addresses(shards_of(folder))).reader(),
        ascending=False,
    ),
    "postgres": Kind("postgres", _create_postgres, partial(_postgres, writable=True), _postgres),
}


def document(doc_id: str, *paragraphs: str, **values: Any) -> Document:
    """Return a document with a paragraph for each text."""
    return Document(doc_id, doc_id.title(), "\n".join(paragraphs), SHA, **values)


def add(store: WritableStore, file: int, added: Document, language: str = "en") -> None:
    """Add a document, each line as a passage with a sentence before each full stop, and its vectors."""
    passages, at = [], 0
    for line in added.text.splitlines(keepends=True):
        sentences, start = [], at
        for part in line.rstrip("\n").split(". "):
            end = start + len(part)
            sentences.append(Sentence(added.doc_id, start, end))
            start = end + 2
        passage = Passage(added.doc_id, at, at + len(line.rstrip("\n")), tuple(sentences), ("Heading", "Ü"))
        texts = [added.text[s.start : s.end] for s in sentences]
        passages.append((passage, vector_key(line), [vector_key(text) for text in texts]))
        put_vectors(store, line, *texts)
        at += len(line)
    store.add_document(file, added, language, passages)


def vector(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the vector of a text, which differs from that of any other."""
    row = np.frombuffer(vector_key(text)[:3], dtype=np.uint8).astype(np.float32) + 1
    return row / np.linalg.norm(row)


def put_vectors(store: WritableStore, *texts: str) -> None:
    store.add_vectors([vector_key(text) for text in texts], np.stack([vector(text) for text in texts]))


GARDEN = document(
    "garden",
    "An apple. It is red",
    "A \N{ROCKET} kettle",
    pages=(Page(1, 0, 19, "i"), Page(2, 19, 28)),
    uri="file:///docs/garden.pdf",
    blocks=(Block(0, 8, "heading", 2),),
    warnings=(Message.of("pages-scanned", n=1, where="", names=""),),
    places=(Place(0, 4, "cells", "Sheet1!A3"),),
    lines=(Line(0, 7),),
    omissions=(Omission("scan", page=3), Omission("hidden", "secret", name="layer")),
)
TOWER = document("tower", "A lantern. An apple")
HALL = document("hall", "Ein Spiegel")
FAILURE = FailureRow("file:///docs/bad.pdf", "bad.pdf", 3, 4, "v1", (Message("file-blank"),))


def fill(store: WritableStore) -> None:
    with store.writing():
        first = store.put_file("file:///docs/garden.pdf", "file:///docs", 10, 20, SHA, "v1")
        second = store.put_file("file:///docs/book.epub", "file:///docs", 11, 21, "f" * 64, "v1")
        add(store, first, GARDEN)
        add(store, second, TOWER)
        add(store, second, HALL, "de")
        store.put_failure(FAILURE)
        store.advance()


def state(store: Catalogue) -> dict[str, Any]:
    """Return everything that a store of these tests contains."""
    with store.reading() as generation:
        infos = store.documents()
        every = {
            "generation": generation,
            "stamp": store.stamp(),
            "manifest": store.manifest(),
            "documents": infos,
            "texts": [store.document(info.doc_id) for info in infos],
            "omissions": [store.omissions(info.doc_id) for info in infos],
            "passages": store.passages(store.passage_keys()),
            "vectors": [*store.sentence_vectors(), *store.passage_vectors()],
            "failures": store.failures(),
        }
        if hasattr(store, "files"):
            every |= {
                "files": store.files(),
                "owners": store.owners(),
                "known": store.known_vectors([vector_key(text) for text in TEXTS]),
                "recognise": store.files_to_recognise(),
            }
        return every


TEXTS = ("An apple", "It is red", "A lantern", "Ein Spiegel", "A dragon", "nothing uses this")


def key_of(store: WritableStore, name: str) -> int:
    [key] = [row.id for row in store.files() if row.uri.endswith(name)]
    return key
