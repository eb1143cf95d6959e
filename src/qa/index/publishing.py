"""Makes what is staged visible, all at once.

The search files of the coming generation are written before the transaction ends, so the end of the
transaction is the one instant at which everything changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qa.encoders import DEFAULT_LANGUAGES, DEFAULT_WEIGHTS_SHA256
from qa.index.embedding import EMBED_CHARACTERS
from qa.index.report import Report
from qa.index.sources import Failure
from qa.index.staging import File, StagedDocument
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FailureRow, FileRow

PUBLISH_AT_LEAST, PUBLISH_AT_MOST = 20_000, 100_000
"""Staged sentences at which a long run publishes: half of what is published, within what memory can hold."""
PUBLISH_SECONDS = 60.0
"""Seconds after which a long run publishes in any case, so that people can ask what is done."""
PUBLISH_SHARE = 0.1
"""The share of a run that publishing may take: it writes the search files as a whole."""


@dataclass(slots=True)
class Work:
    """What is known of a file that was read: documents to add, to replace, and those that stay."""

    file: File
    name: str
    before: dict[str, str]
    staged: list[StagedDocument] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """What the next publishing will do."""

    works: list[Work] = field(default_factory=list)
    touched: list[tuple[int, File]] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    gone_files: list[FileRow] = field(default_factory=list)
    sentences: int = 0

    def changes_answers(self) -> bool:
        """Whether a question may be answered in another way afterwards."""
        return bool(self.works or self.gone_files)

    def notes(self) -> bool:
        """Whether there is something to note about files."""
        return bool(self.touched or self.failures or self.mended)


class Publishing:
    """The publishings of one run."""

    def __init__(
        self,
        store: WritableStore,
        dimension: int,
        report: Report,
        owners: dict[str, str],
        clock: Callable[[], float],
    ) -> None:
        """Call it inside `WritableStore.reading`."""
        self._store = store
        self._dimension = dimension
        self._report = report
        self._owners = owners
        self._clock = clock
        self._last, self._seconds = clock(), 0.0
        self._published = store.count_sentences()
        manifest = store.manifest()
        self._reads = read_by_model(manifest)
        self.leftovers = "unpublished" in manifest
        """Whether there are vectors that no document uses."""
        self.batch = Batch()

    def is_due(self, *, coming: int = 0, waits: bool = False) -> bool:
        """Whether to publish now.

        Args:
            coming: Characters of the document that is embedded next.
            waits: Whether a text waits to be embedded: then not because of the time, since what is embedded
                together must not depend on it.
        """
        staged = self.batch.sentences
        if staged >= min(max(PUBLISH_AT_LEAST, self._published // 2), PUBLISH_AT_MOST):
            return True
        ready = self._clock() - self._last + coming / EMBED_CHARACTERS
        return staged > 0 and not waits and ready >= max(PUBLISH_SECONDS, self._seconds / PUBLISH_SHARE)

    def publish(self, begin: Callable[[], None]) -> None:
        """Makes all that is staged visible at once; all its vectors must be there.

        ``begin`` is called before that, where there is something to publish.
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
            # Whatever came between, even a second stop: what was committed is not staged any more.
            if store.generation() != generation:
                self.batch = Batch()
                self.leftovers = False
                self._note(batch)
        finish(store)
        with store.reading():
            self._published = store.count_sentences()
        self._last = self._clock()
        self._seconds = self._last - begun

    def give_up(self, missing: frozenset[bytes]) -> None:
        """After a stop, leaves out what would still have to be embedded."""
        self.batch.works = [
            work
            for work in self.batch.works
            if missing.isdisjoint(key for staged in work.staged for key in staged.vector_keys())
        ]
        # Vectors that are made stay for the next run, which finds them by their texts.
        self.leftovers = False

    def _put(self, batch: Batch) -> bool:
        """Carries a batch out inside a transaction; returns whether anything was removed."""
        store = self._store
        self._put_notes(batch)
        before = store.count_documents()
        store.remove_files(row.id for row in batch.gone_files)
        if batch.gone_files:
            store.set_manifest("compact", "1")
        for work in batch.works:
            store.remove_documents(work.replaced)
        removed = store.count_documents() != before
        for work in batch.works:
            file = work.file
            key = store.put_file(
                file.uri, file.found.root, file.size, file.mtime_ns, file.sha256, file.reader
            )
            for item in work.staged:
                store.add_document(key, item.document, item.language, item.passages)
        store.remove_files(store.files_without_documents())
        if not self._report.interrupted:
            if removed or self.leftovers:
                store.forget_unused_vectors()
            store.forget_manifest("unpublished")
        return removed

    def _put_notes(self, batch: Batch) -> None:
        for key, file in batch.touched:
            self._store.touch_file(key, file.found.root, file.size, file.mtime_ns)
        for row in batch.failures:
            self._store.put_failure(row)
        self._store.forget_failures(batch.mended)

    def _note(self, batch: Batch) -> None:
        """Puts a batch in the report, now that it is in the index."""
        report = self._report
        for row in batch.gone_files:
            report.removed.extend(doc_id for doc_id, uri in self._owners.items() if uri == row.uri)
        for work in batch.works:
            now = {staged.document.doc_id for staged in work.staged}
            report.unchanged.extend(sorted(work.same))
            report.removed.extend(doc_id for doc_id in work.replaced if doc_id not in now)
            for staged in work.staged:
                doc_id = staged.document.doc_id
                (report.changed if doc_id in work.before else report.added).append(doc_id)
                report.warnings.extend(Failure(doc_id, warning) for warning in staged.document.warnings)
                if self._reads is not None and staged.language not in self._reads:
                    report.unread[staged.language] = report.unread.get(staged.language, 0) + 1


def publish(store: WritableStore, dimension: int, *, purge: bool) -> None:
    """Begins the next generation with its search files; the last act inside `WritableStore.writing`.

    ``purge`` is for a change that removes, so that no word of what was removed stays in them.
    """
    from qa.index import search_indexes

    since = search_indexes.origin(store)
    search_indexes.build(store, dimension, store.advance(), since=since, purge=purge)


def finish(store: WritableStore) -> None:
    """Tidies up after a generation was published, or for a writer that was killed before it did."""
    from qa.index import search_indexes

    store.compact()
    store.settle()
    search_indexes.sweep(store, store.generation())


def read_by_model(manifest: Mapping[str, str]) -> frozenset[str] | None:
    """The languages that the model of an index reads, None where it does not say."""
    if said := manifest.get("languages"):
        return frozenset(said.split())
    # Indexes of before did not note them.
    return DEFAULT_LANGUAGES if manifest.get("fingerprint") == DEFAULT_WEIGHTS_SHA256 else None
