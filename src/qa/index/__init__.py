"""An index: a folder that describes itself, holds the documents and finds sentences in them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.encoders import DEFAULT_WEIGHTS_SHA256, Encoder
from qa.errors import ModelError, StoreError, UsageError
from qa.index import backends
from qa.index.lock import writer
from qa.index.publishing import finish, publish, read_by_model
from qa.index.sources import Failure
from qa.index.stores import database
from qa.index.stores.base import Catalogue, Store, WritableStore
from qa.index.stores.database import OldFormatError
from qa.index.stores.rows import DocumentInfo, PassageRow, SentenceRow
from qa.index.stores.sqlite import SqliteStore
from qa.index.update import Options, Progress, Report, Update, survey
from qa.parsers.attached import is_attached
from qa.text import sentences, tokens
from qa.types import Document, Omission

# Listing and showing documents needs no search index, and so not the libraries that these load.
if TYPE_CHECKING:
    from qa.index.search_indexes import SearchIndexes

__all__ = [
    "CALIBRATION",
    "DocumentInfo",
    "Failure",
    "Index",
    "Options",
    "PassageRow",
    "Progress",
    "Report",
    "SentenceRow",
    "Snapshot",
    "survey",
]

CALIBRATION = "calibration"
"""The manifest's key of what `qa.answer.calibration` fitted to this index."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of an index: its store and its search indexes, which do not change any more."""

    store: Store
    indexes: SearchIndexes


class Index:
    """The index in a folder, safe to use from several threads; loads nothing heavy before it is needed."""

    def __init__(self, folder: Path, store: Catalogue | None = None) -> None:
        """Opens the index of a folder.

        Args:
            folder: Where the index is.
            store: What it reads instead of the SQLite file of the folder.

        Raises:
            StoreError: There is no index, or one of another program.
        """
        self.folder = folder
        self._store = store or SqliteStore(folder, writable=False)
        self._indexes: SearchIndexes | None = None
        self._loading = threading.Lock()
        manifest = self.manifest()
        if manifest.get("metric") != "cosine":
            raise StoreError("index-other-metric", folder=folder, metric=manifest.get("metric"))
        self.model = manifest["model"]
        self.dimension = int(manifest["dimension"])
        self.is_default_model = manifest.get("fingerprint") == DEFAULT_WEIGHTS_SHA256
        self.languages = read_by_model(manifest)

    @classmethod
    def exists(cls, folder: Path) -> bool:
        """Whether the folder holds an index, whatever its state."""
        return (folder / database.FILE_NAME).exists()

    @classmethod
    def migrate(cls, folder: Path) -> bool:
        """Brings an index of an older format up to date in place, embedding nothing; whether it was one."""
        try:
            SqliteStore(folder, writable=False).close()
            return False
        except OldFormatError:
            pass
        with writer(folder), _writable(folder) as store:
            store.settle()
        return True

    @classmethod
    def create(cls, folder: Path, encoder: Encoder, kinds: Mapping[str, str] = backends.DEFAULT) -> Index:
        """Returns a new, empty index for an encoder's vectors, with these kinds of search indexes."""
        with writer(folder):
            if not cls.exists(folder):
                _refuse_foreign(folder)
                manifest = {
                    "model": encoder.name,
                    "fingerprint": encoder.fingerprint,
                    "dimension": str(encoder.dimension),
                    "metric": "cosine",
                    "segmenter": sentences.NAME,
                    "words": tokens.NAME,
                    "languages": " ".join(sorted(encoder.languages or ())),
                    **kinds,
                }
                SqliteStore.create(folder, manifest).close()
        return cls(folder)

    def close(self) -> None:
        """Lets go of the index in this thread; other threads do with their end."""
        self._store.close()

    def manifest(self) -> dict[str, str]:
        """What the index says of itself."""
        with self._store.reading():
            return self._store.manifest()

    def check(self, encoder: Encoder) -> None:
        """Raises `ModelError` where the encoder is not the one that the index was made with."""
        manifest = self.manifest()
        if manifest["fingerprint"] != encoder.fingerprint:
            raise ModelError(
                "index-other-model",
                folder=self.folder,
                model=manifest["model"],
                fingerprint=manifest["fingerprint"][:12],
                other=encoder.name,
                other_fingerprint=encoder.fingerprint[:12],
            )

    # -- reading ----------------------------------------------------------------------------------

    def documents(self) -> list[DocumentInfo]:
        """Every document, by ``doc_id``, without its text."""
        with self._store.reading():
            return self._store.documents()

    def failures(self) -> list[Failure]:
        """Files of which nothing could be read when they were last tried, with the reasons."""
        with self._store.reading():
            return [Failure(row.name, reason) for row in self._store.failures() for reason in row.reasons]

    def document(self, doc_id: str) -> Document | None:
        """The whole document, or None where there is none of that name."""
        with self._store.reading():
            return self._store.document(doc_id)

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return what the text of a document leaves out of its file, and why."""
        with self._store.reading():
            return self._store.omissions(doc_id)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The newest generation, for as long as the context lasts, whatever a writer does meanwhile."""
        missed = -1
        while True:
            with self._store.reading() as generation:
                # Missed once, they may have been swept by a writer who is a generation ahead by now;
                # missed twice in the same generation, they are not there.
                indexes = self._load(generation, rebuild=missed == generation)
                if indexes is not None:
                    yield Snapshot(self._store, indexes)
                    return
            missed = generation

    def _load(self, generation: int, *, rebuild: bool) -> SearchIndexes | None:
        from qa.index import search_indexes

        with self._loading:
            if self._indexes is None or self._indexes.generation != generation:
                indexes = search_indexes.load(self._store, generation)
                if indexes is None and rebuild:
                    indexes = self._rebuild(generation)
                if indexes is None:
                    return None
                self._indexes = indexes
            return self._indexes

    def _rebuild(self, generation: int) -> SearchIndexes:
        """Makes derived files that are missing, torn or stale again; in memory where that is all one may."""
        from qa.index import search_indexes

        try:
            with writer(self.folder, wait=0):
                # Inside a snapshot: whatever a later generation holds, this one is made of its own.
                return search_indexes.build(self._store, self.dimension, generation)
        except StoreError:
            return search_indexes.in_memory(self._store, self.dimension, generation)

    # -- writing ----------------------------------------------------------------------------------

    def update(
        self,
        sources: Sequence[str],
        encoder: Callable[[], Encoder],
        options: Options = Options(),  # noqa: B008 - frozen
        progress: Callable[[Progress], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Report:
        """Adds what is new in files, folders and globs, replaces what changed, skips what did not.

        ``encoder`` is called only if something must be embedded; once ``stop`` says so, the run ends
        early and keeps what is done, as it does at Ctrl-C. Raises `StoreError` where the index
        cannot be written, `ModelError` for another model; files that cannot be read are in the report.
        """

        def checked() -> Encoder:
            found = encoder()
            self.check(found)
            return found

        if options.dry_run:
            # Nothing is written, not even a lock: it works while another writes, and on a read-only disk.
            with closing(SqliteStore(self.folder, writable=False)) as reader:
                return Update(reader, checked, self.dimension, options, progress, stop).run(sources)
        with writer(self.folder), _writable(self.folder) as store:
            return Update(store, checked, self.dimension, options, progress, stop).run(sources)

    def remove(self, doc_ids: Sequence[str]) -> None:
        """Forgets documents and every trace of them, mails with their attachments.

        Raises `UsageError` where there is none of a name.
        """
        with writer(self.folder), _writable(self.folder) as store:
            unknown = [doc_id for doc_id in doc_ids if doc_id not in store.document_keys()]
            if unknown:
                raise UsageError("unknown-document", name=unknown[0])
            with store.writing():
                store.remove_documents([*doc_ids, *_attachments(store, doc_ids)])
                store.remove_files(store.files_without_documents())
                store.forget_unused_vectors()
                store.forget_manifest("unpublished")
                store.set_manifest("compact", "1")
                publish(store, self.dimension, purge=True)
            finish(store)

    def keep_calibration(self, calibration: str | None) -> None:
        """Keeps what `qa.answer.calibration.dumps` made, in place of any before; None forgets it."""
        with writer(self.folder), _writable(self.folder) as store, store.writing():
            if calibration is None:
                store.forget_manifest(CALIBRATION)
            else:
                store.set_manifest(CALIBRATION, calibration)


def _attachments(store: WritableStore, doc_ids: Sequence[str]) -> list[str]:
    """The documents that are attachments of others: they have their names and a place in their files."""
    mails = tuple(f"{doc_id}/" for doc_id in doc_ids)
    inner = (doc_id for doc_id in store.owners() if doc_id.startswith(mails) and doc_id not in doc_ids)
    # A corpus may have such ids too.
    documents = ((doc_id, store.document(doc_id)) for doc_id in inner)
    return [doc_id for doc_id, document in documents if document and is_attached(document.uri)]


@contextmanager
def _writable(folder: Path) -> Iterator[WritableStore]:
    with closing(SqliteStore(folder, writable=True)) as store:
        # A writer that was killed after its change may have left what it was about to throw away.
        finish(store)
        yield store


def _refuse_foreign(folder: Path) -> None:
    """A folder with other things in it is not made an index by mistake (a wrong --index, say)."""
    from qa.index import search_indexes

    ours = {"README.md", "source.txt", "uploads", "write.lock", "write.holder", search_indexes.FOLDER}
    ours |= {database.FILE_NAME, *database.UNFINISHED}
    others = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if others:
        raise StoreError("folder-not-empty", folder=folder, name=others[0])
