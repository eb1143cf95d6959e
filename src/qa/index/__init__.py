"""The index of a library: stored documents, search indexes over them, and a manifest that describes both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.encoders import DEFAULT_WEIGHTS_SHA256, Encoder
from qa.errors import ModelError, StoreError, UsageError
from qa.index import location
from qa.index.location import Location, Place
from qa.index.publishing import finish, publish, supported_languages
from qa.index.sources import Failure
from qa.index.stores.base import TITLE, Catalogue, PartialStore, Store, WritableStore
from qa.index.stores.rows import DocumentInfo, PassageRow, SentenceRow
from qa.index.update import Options, Progress, Report, Update, survey
from qa.messages import visible
from qa.parsers.attached import is_attached
from qa.text import sentences, tokens
from qa.types import Document, Omission

# Search indexes load large libraries, which listing and showing documents do not need.
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
"""The manifest's key of the calibration that `qa.answer.calibration` fitted to this index."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of an index: its store and its search indexes, which no longer change.

    Attributes:
        store: The store.
        indexes: The search indexes.
        unreachable: The databases that cannot be reached, if it does without them.
    """

    store: Store
    indexes: SearchIndexes
    unreachable: tuple[str, ...] = ()


class Index:
    """An index; safe to use from several threads. It loads large libraries only when needed."""

    def __init__(self, place: Place, store: Catalogue | None = None) -> None:
        """Open the index of a folder or a database.

        Args:
            place: The folder or the database.
            store: A store to read instead of the one at this place.

        Raises:
            StoreError: There is no index, or this program cannot read it.
        """
        self.location: Location = location.of(place)
        self._store: Catalogue = store or self.location.reader()
        self._indexes: SearchIndexes | None = None
        self._loading = threading.Lock()
        manifest = self.manifest()
        if manifest.get("metric") != "cosine":
            raise StoreError("index-other-metric", folder=self.location.name, metric=manifest.get("metric"))
        self.model = manifest["model"]
        self.dimension = int(manifest["dimension"])
        self.is_default_model = manifest.get("fingerprint") == DEFAULT_WEIGHTS_SHA256
        self.languages = supported_languages(manifest)

    @property
    def folder(self) -> Path:
        """The folder of this machine that belongs to the index."""
        return self.location.folder

    @classmethod
    def exists(cls, place: Place) -> bool:
        """Return whether a place has an index, in any state.

        Raises:
            StoreError: The place cannot be read.
        """
        return location.of(place).exists()

    @classmethod
    def migrate(cls, place: Place) -> bool:
        """Migrate an index of an older format in place, without embedding; return whether it did."""
        return location.of(place).migrate()

    @classmethod
    def create(cls, place: Place, encoder: Encoder, kinds: Mapping[str, str] | None = None) -> Index:
        """Create an empty index at a place, or open the existing one.

        Args:
            place: The folder or the database.
            encoder: The model whose vectors the index will store.
            kinds: The kinds of search indexes, see `qa.index.backends`; by default those of the place.

        Raises:
            StoreError: The folder contains other files, or the place cannot be written.
        """
        where = location.of(place)
        manifest = {
            "model": encoder.name,
            "fingerprint": encoder.fingerprint,
            "dimension": str(encoder.dimension),
            "metric": "cosine",
            "segmenter": sentences.NAME,
            "words": tokens.NAME,
            "languages": " ".join(sorted(encoder.languages or ())),
            **(where.kinds if kinds is None else kinds),
        }
        where.create(manifest)
        return cls(where)

    def close(self) -> None:
        """Close the index in this thread; other threads close it when they end."""
        self._store.close()

    def manifest(self) -> dict[str, str]:
        """Return what the index records about itself, such as its model and the dimension of its vectors."""
        with self._store.reading():
            return self._store.manifest()

    def check(self, encoder: Encoder) -> None:
        """Check that an encoder is the one of the index.

        Raises:
            ModelError: The index was made with another model.
        """
        manifest = self.manifest()
        if manifest["fingerprint"] != encoder.fingerprint:
            raise ModelError(
                "index-other-model",
                folder=self.location.name,
                model=manifest["model"],
                fingerprint=manifest["fingerprint"][:12],
                other=encoder.name,
                other_fingerprint=encoder.fingerprint[:12],
            )

    # -- reading ----------------------------------------------------------------------------------

    def documents(self) -> list[DocumentInfo]:
        """Return every document without its text, ordered by ``doc_id``."""
        with self._store.reading():
            return self._store.documents()

    def failures(self) -> list[Failure]:
        """Return the files that could not be read at all at the last attempt, with the reasons."""
        with self._store.reading():
            return [Failure(row.name, reason) for row in self._store.failures() for reason in row.reasons]

    def document(self, doc_id: str) -> Document | None:
        """Return a whole document, or None if there is none with this id."""
        with self._store.reading():
            return self._store.document(doc_id)

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return the parts of its file that a document's text leaves out, with the reasons."""
        with self._store.reading():
            return self._store.omissions(doc_id)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open the newest generation; later writes do not change it.

        Yields:
            The store and the search indexes of one generation, until the context ends.

        Raises:
            StoreError: The store is damaged, or was replaced.
        """
        previous, rebuilt = -1, False
        while True:
            with self._store.reading() as generation:
                # A writer that has published a newer generation may have deleted the files of this one. Files
                # that are missing twice in the same generation do not exist.
                rebuild = previous == generation
                indexes = self._load(generation, rebuild=rebuild, write=not rebuilt)
                rebuilt = rebuilt or rebuild
                if indexes is not None:
                    partial = self._store.unreachable() if isinstance(self._store, PartialStore) else ()
                    yield Snapshot(self._store, indexes, partial)
                    return
            previous = generation

    def _load(self, generation: int, *, rebuild: bool, write: bool) -> SearchIndexes | None:
        from qa.index import indexing

        with self._loading:
            if self._indexes is None or self._indexes.generation != generation:
                indexes = indexing.of(self._store).load(self._store, generation)
                if indexes is None and rebuild:
                    indexes = self._rebuild(generation, write=write)
                if indexes is None:
                    return None
                self._indexes = indexes
            return self._indexes

    def _rebuild(self, generation: int, *, write: bool) -> SearchIndexes | None:
        """Rebuild missing, damaged or outdated search indexes; in memory if they cannot be written.

        Returns:
            The search indexes, or None if another generation now has them.

        Raises:
            StoreError: Vectors are missing.
        """
        from qa.index import indexing, search_indexes

        try:
            if not write:
                return search_indexes.in_memory(self._store, self.dimension, generation)
            with self.location.lock(wait=0):
                # Called inside a snapshot, so later generations do not affect the result.
                return indexing.of(self._store).rebuild(self._store, self.dimension, generation)
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
        """Add new documents, replace changed ones and skip the others.

        Args:
            sources: Files, folders and globs.
            encoder: Returns the encoder. It is called only if there is something to embed.
            options: How to read the files.
            progress: Called with the progress of the run.
            stop: Called as often. Once it returns True, the run ends early and keeps the completed part, as
                after Ctrl-C.

        Returns:
            What the run did. Files that cannot be read are in it, too.

        Raises:
            StoreError: The index cannot be written.
            ModelError: The encoder is not the one of the index.
        """

        def checked_encoder() -> Encoder:
            loaded = encoder()
            self.check(loaded)
            return loaded

        if options.dry_run:
            # A dry run writes nothing, not even a lock, so it works during a write and on a read-only disk.
            with closing(self.location.reader()) as reader:
                return Update(reader, checked_encoder, self.dimension, options, progress, stop).run(sources)
        with self._writing() as store:
            return Update(store, checked_encoder, self.dimension, options, progress, stop).run(sources)

    def remove(self, doc_ids: Sequence[str]) -> None:
        """Remove documents with every trace of them; mails with their attachments.

        Raises:
            UsageError: There is no document with one of these ids.
            StoreError: The index cannot be written.
        """
        with self._writing() as store:
            unknown = [doc_id for doc_id in doc_ids if doc_id not in store.document_keys()]
            if unknown:
                raise UsageError("unknown-document", name=visible(unknown[0]))
            with store.writing():
                removed = [*doc_ids, *_attachments(store, doc_ids)]
                store.remove_documents(removed)
                for doc_id in removed:
                    store.forget_manifest(TITLE + doc_id)
                store.remove_files(store.files_without_documents())
                store.forget_unused_vectors()
                store.forget_manifest("unpublished")
                store.set_manifest("compact", "1")
                publish(store, self.dimension, purge=True)
            finish(store)

    def rename(self, doc_id: str, title: str | None) -> None:
        """Give a document a title in place of that of its file; None removes it.

        Raises:
            UsageError: There is no document with this id.
            StoreError: The index cannot be written.
        """
        with self._writing() as store:
            if doc_id not in store.document_keys():
                raise UsageError("unknown-document", name=visible(doc_id))
            with store.writing():
                if title is None:
                    store.forget_manifest(TITLE + doc_id)
                else:
                    store.set_manifest(TITLE + doc_id, title)
                publish(store, self.dimension, purge=False)
            finish(store)

    def renamed(self) -> frozenset[str]:
        """Return the ids of the documents with a title that a person gave them."""
        return frozenset(key.removeprefix(TITLE) for key in self.manifest() if key.startswith(TITLE))

    def keep_calibration(self, calibration: str | None) -> None:
        """Replace the calibration by one from `qa.answer.calibration.dumps`; None removes it."""
        with self._writing() as store, store.writing():
            if calibration is None:
                store.forget_manifest(CALIBRATION)
            else:
                store.set_manifest(CALIBRATION, calibration)

    @contextmanager
    def _writing(self) -> Iterator[WritableStore]:
        with self.location.writer() as store:
            # A writer that was killed after its change may have left outdated files.
            finish(store)
            yield store


def _attachments(store: WritableStore, doc_ids: Sequence[str]) -> list[str]:
    """Return the documents that are attachments of these: their ids begin with those of the mails."""
    prefixes = tuple(f"{doc_id}/" for doc_id in doc_ids)
    candidates = (
        doc_id for doc_id in store.owners() if doc_id.startswith(prefixes) and doc_id not in doc_ids
    )
    # A corpus may have such ids too, so the URI decides.
    documents = ((doc_id, store.document(doc_id)) for doc_id in candidates)
    return [doc_id for doc_id, document in documents if document and is_attached(document.uri)]
