"""Makes staged documents visible, all at once.

The search indexes of the next generation are on the disk before the transaction ends, so everything changes
at one instant, the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qa.encoders import DEFAULT_LANGUAGES, DEFAULT_WEIGHTS_SHA256
from qa.index.events import File, StagedDocument
from qa.index.report import Report
from qa.index.sources import Failure
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FailureRow, FileRow

PUBLISH_AT_LEAST, PUBLISH_AT_MOST = 20_000, 100_000
"""A run publishes once half as many sentences are staged as are published, within these limits.

The upper limit is what fits into memory.
"""
PUBLISH_SECONDS = 60.0
"""Seconds after which a run publishes, so that people can ask about the completed part."""
CHARACTERS_PER_SECOND = 8_000
"""Characters that a slow machine embeds in a second, with any encoder."""
PUBLISH_SHARE = 0.1
"""Maximum share of a run's time for publishing."""


@dataclass(slots=True)
class Work:
    """The changes for one file: documents to add, to replace, and unchanged ones.

    Attributes:
        file: The file.
        name: Its name in the index.
        before: Its documents so far: ``doc_id`` to SHA-256.
        staged: Documents to add.
        same: Ids of unchanged documents.
        replaced: Ids of documents to remove.
    """

    file: File
    name: str
    before: dict[str, str]
    staged: list[StagedDocument] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """The changes that the next publication will make."""

    works: list[Work] = field(default_factory=list)
    touched: list[tuple[int, File]] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    readable_again: list[str] = field(default_factory=list)
    gone_files: list[FileRow] = field(default_factory=list)
    sentences: int = 0

    def changes_answers(self) -> bool:
        """Return whether it may change the answer to a question."""
        return bool(self.works or self.gone_files)

    def notes(self) -> bool:
        """Return whether it changes records about files."""
        return bool(self.touched or self.failures or self.readable_again)


class Publishing:
    """Collects and publishes the changes of one run."""

    def __init__(
        self,
        store: WritableStore,
        dimension: int,
        report: Report,
        owners: dict[str, str],
        clock: Callable[[], float],
    ) -> None:
        """Prepare a run. Call it inside `WritableStore.reading`.

        Args:
            store: The store to write to.
            dimension: Number of components of the index's vectors.
            report: The report of the run, which is updated.
            owners: The URI of the file that each document comes from, by ``doc_id``.
            clock: Returns the time in seconds.
        """
        self._store = store
        self._dimension = dimension
        self._report = report
        self._owners = owners
        self._clock = clock
        self._last, self._seconds = clock(), 0.0
        self._published = store.count_sentences()
        manifest = store.manifest()
        self._languages = supported_languages(manifest)
        self.leftovers = "unpublished" in manifest
        """Whether the store may have vectors that no document uses."""
        self.batch = Batch()

    def is_due(self, *, coming: int = 0, waits: bool = False) -> bool:
        """Return whether to publish now.

        Args:
            coming: Characters of the document that is embedded next.
            waits: Whether texts wait to be embedded. If so, the time is no reason to publish, since it must
                not decide which texts are embedded together.
        """
        staged = self.batch.sentences
        if staged >= min(max(PUBLISH_AT_LEAST, self._published // 2), PUBLISH_AT_MOST):
            return True
        ready = self._clock() - self._last + coming / CHARACTERS_PER_SECOND
        return staged > 0 and not waits and ready >= max(PUBLISH_SECONDS, self._seconds / PUBLISH_SHARE)

    def publish(self, begin: Callable[[], None]) -> None:
        """Make all staged documents visible at once. The store must have all their vectors.

        Args:
            begin: Called first if there is something to publish.
        """
        batch, store = self.batch, self._store
        if not (batch.changes_answers() or self.leftovers):
            if batch.notes():
                with store.writing():
                    self._put_notes(batch)
                store.settle()
            self.batch = Batch()
            return
        begin()
        begun = self._clock()
        generation = store.generation()
        try:
            with store.writing():
                purge = self._put(batch)
                publish(store, self._dimension, purge=purge)
        finally:
            # Also after an exception, such as a second Ctrl-C: committed documents are no longer staged.
            if store.generation() != generation:
                self.batch = Batch()
                self.leftovers = False
                self._report_batch(batch)
        finish(store)
        with store.reading():
            self._published = store.count_sentences()
        self._last = self._clock()
        self._seconds = self._last - begun

    def give_up(self, missing: frozenset[bytes]) -> None:
        """Drop the documents that are not fully embedded, after a stop.

        Args:
            missing: The keys of the texts without a vector.
        """
        self.batch.works = [
            work
            for work in self.batch.works
            if missing.isdisjoint(key for staged in work.staged for key in staged.vector_keys())
        ]
        # The next run reuses the other vectors of these documents.
        self.leftovers = False

    def _put(self, batch: Batch) -> bool:
        """Write a batch inside a transaction; return whether documents are gone that it does not replace."""
        from qa.index import indexing

        store = self._store
        self._put_notes(batch)
        before = store.count_documents()
        # Unchanged sentences of documents that are replaced keep their vectors.
        keys = {key for work in batch.works for item in work.staged for key in item.vector_keys()}
        indexing.of(store).hold(store, sorted(keys))
        store.remove_files(row.id for row in batch.gone_files)
        if batch.gone_files:
            store.set_manifest("compact", "1")
        for work in batch.works:
            store.remove_documents(work.replaced)
        removed = store.count_documents() != before
        for work in batch.works:
            file = work.file
            key = store.put_file(
                file.uri, file.source.root, file.size, file.mtime_ns, file.sha256, file.reader
            )
            for item in work.staged:
                store.add_document(key, item.document, item.language, item.passages)
        store.remove_files(store.files_without_documents())
        if not self._report.interrupted:
            if removed or self.leftovers:
                store.forget_unused_vectors()
            store.forget_manifest("unpublished")
        staged = {item.document.doc_id for work in batch.works for item in work.staged}
        return bool(batch.gone_files) or any(not staged.issuperset(work.replaced) for work in batch.works)

    def _put_notes(self, batch: Batch) -> None:
        for key, file in batch.touched:
            self._store.touch_file(key, file.source.root, file.size, file.mtime_ns)
        for row in batch.failures:
            self._store.put_failure(row)
        self._store.forget_failures(batch.readable_again)

    def _report_batch(self, batch: Batch) -> None:
        """Add a published batch to the report."""
        report = self._report
        for row in batch.gone_files:
            report.removed.extend(doc_id for doc_id, uri in self._owners.items() if uri == row.uri)
        for work in batch.works:
            staged_ids = {staged.document.doc_id for staged in work.staged}
            report.unchanged.extend(sorted(work.same))
            report.removed.extend(doc_id for doc_id in work.replaced if doc_id not in staged_ids)
            for staged in work.staged:
                self._report_document(staged, is_known=staged.document.doc_id in work.before)

    def _report_document(self, staged: StagedDocument, *, is_known: bool) -> None:
        report, doc_id, language = self._report, staged.document.doc_id, staged.language
        (report.changed if is_known else report.added).append(doc_id)
        report.warnings.extend(Failure(doc_id, warning) for warning in staged.document.warnings)
        if self._languages is not None and language not in self._languages:
            report.unread[language] = report.unread.get(language, 0) + 1


def publish(store: WritableStore, dimension: int, *, purge: bool) -> None:
    """Begin the next generation and write its search indexes. Call it last inside `WritableStore.writing`.

    Args:
        store: The store.
        dimension: Number of components of the index's vectors.
        purge: Whether no trace of removed documents may stay in the search indexes. Otherwise those of
            documents that were replaced are marked as removed, which writes less.
    """
    from qa.index import indexing

    indexing.of(store).publish(store, dimension, purge=purge)


def finish(store: WritableStore) -> None:
    """Clean up after publishing, also for an earlier writer that was killed before it did."""
    from qa.index import indexing

    store.compact()
    store.settle()
    indexing.of(store).sweep(store)


def supported_languages(manifest: Mapping[str, str]) -> frozenset[str] | None:
    """Return the languages that the model of an index supports; None if they are unknown."""
    if codes := manifest.get("languages"):
        return frozenset(codes.split())
    # Indexes of earlier versions do not have this entry.
    return DEFAULT_LANGUAGES if manifest.get("fingerprint") == DEFAULT_WEIGHTS_SHA256 else None
