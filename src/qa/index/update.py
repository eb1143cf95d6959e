"""Brings an index up to date with files: finds new and changed ones, embeds and publishes their documents.

Parsing (`qa.index.staging`) runs ahead in a separate thread. Its results are embedded and published here, in
the same order.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa import __version__
from qa.index import events
from qa.index.ahead import Ahead
from qa.index.cutting import passage_input, sentence_input, stage
from qa.index.embedding import Embedding
from qa.index.events import READER, File
from qa.index.publishing import CHARACTERS_PER_SECOND, PUBLISH_SECONDS, Publishing, Work, finish, publish
from qa.index.report import Options, Progress, Report, Stage
from qa.index.sources import Failure, SourceFile, expand, gone
from qa.index.staging import UNTRUSTED, Staging
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FailureRow
from qa.messages import Message

if TYPE_CHECKING:
    from qa.encoders import Encoder

__all__ = ["Options", "Progress", "Report", "Update", "finish", "passage_input", "publish", "sentence_input"]

SETTLED_NS = 2_000_000_000
"""Age in nanoseconds below which a file may change again without a new time: its time is not trusted."""
AHEAD_CHARACTERS = 4_000_000
"""Maximum characters parsed ahead: enough to keep both threads busy, little memory beside that of a model."""
_MAX_REASONS = 100
"""Maximum reasons stored for a file that failed."""


class Update:
    """One run over sources. Only one at a time may write to an index."""

    def __init__(
        self,
        store: WritableStore,
        encoder: Callable[[], Encoder],
        dimension: int,
        options: Options,
        progress: Callable[[Progress], None],
        stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a run.

        Args:
            store: The store to update.
            encoder: Returns the encoder. It is called only if there is something to embed.
            dimension: Number of components of the index's vectors.
            options: How to read the files.
            progress: Called with the progress of the run.
            stop: Returns whether to end the run early.
            clock: Returns the time in seconds.
        """
        self._store = store
        self._options = options
        self._progress = progress
        self._stop = stop
        self._report = Report()
        self._done = self._of = self._bytes = self._bytes_of = 0
        # Bytes of the current file that are parsed.
        self._part = self._document = 0
        self._name = ""
        self._lost: list[Failure] = []
        # Failures are stored with the version and the options: a file is tried again if these change.
        self._how = f"{__version__} ocr={options.ocr and bool(shutil.which('tesseract'))}"
        with store.reading():
            self._known = {row.uri: row for row in store.files()}
            self._failures = {row.uri: row for row in store.failures()}
            self._owners = store.owners()
            # OCR may read what an earlier run left out, such as scanned pages.
            self._again = store.files_to_recognise() if options.ocr else frozenset()
            self._publishing = Publishing(store, dimension, self._report, self._owners, clock)
        self._embedding = Embedding(
            store, encoder, lambda texts, size: self._report_progress("embedding", texts, size)
        )
        self._work: Work | None = None

    def run(self, sources: Sequence[str]) -> Report:
        """Index the sources. If the user stops the run, its completed part is kept."""
        try:
            self._report_progress("looking")
            present: list[SourceFile] = []
            self._index(self._survey(sources, present))
            if self._options.prune:
                self._prune(sources, present)
            self._publish()
        except KeyboardInterrupt:
            self._report.interrupted = True
            self._publishing.give_up(self._embedding.give_up())
            self._publish()
        return self._report

    def rebuild(self, doc_ids: Iterable[str]) -> None:
        """Rebuild the passages, sentences and vectors of documents from their text in the store."""
        with self._store.reading():
            files = {row.id: row for row in self._store.files()}
            owners = {doc_id: self._store.file_of(doc_id) for doc_id in doc_ids}
            documents = {doc_id: self._store.file_document(doc_id) for doc_id in owners}
            omissions = {doc_id: self._store.omissions(doc_id) for doc_id in owners}
        for doc_id, document in documents.items():
            row = files[owners[doc_id]]
            source = SourceFile(Path(), doc_id, row.root)
            file = File(source, row.uri, row.size, row.mtime_ns, 0, row.sha256, row.reader)
            assert document is not None
            self._work = Work(file, doc_id, {doc_id: ""}, replaced=[doc_id])
            for texts in stage(replace(document, omissions=omissions[doc_id])):
                self._stage(texts)
            self._publishing.batch.works.append(self._work)
            self._publish_if_due()
        self._publish()

    # -- which files ------------------------------------------------------------------------------

    def _survey(self, sources: Sequence[str], present: list[SourceFile]) -> list[File]:
        """Return the files to open: those whose size or time differs from the index.

        Args:
            sources: Files, folders and globs.
            present: A list that receives every file of the sources.
        """
        documents: dict[str, list[str]] = defaultdict(list)
        for doc_id, uri in self._owners.items():
            documents[uri].append(doc_id)
        todo = []
        for item in expand(sources, leave_out=self._store.folder):
            if isinstance(item, Failure):
                self._report.add_source(item)
                continue
            present.append(item)
            if not _is_text(item.doc_id):
                name = item.doc_id.encode(errors="surrogateescape").decode(errors="replace")
                self._failed(name, Message.of("path-not-utf8"))
                continue
            file = self._changed(item, documents)
            if file is None:
                continue
            todo.append(file)
            self._bytes_of += file.size
        self._of = self._done + len(todo)
        return todo

    def _changed(self, item: SourceFile, documents: dict[str, list[str]]) -> File | None:
        """Return the file if it must be opened; otherwise report its known state and return None."""
        uri = item.path.as_uri()
        try:
            stat = item.path.stat()
        except OSError as error:
            self._failed(item.doc_id, Message.of("path-not-readable", cause=error.strerror))
            return None
        if self._is_unchanged(uri, stat):
            self._report.unchanged.extend(documents[uri])
        # A file that the user named directly is always tried again.
        elif item.root != uri and (failure := self._same_failure(uri, stat)):
            for reason in failure.reasons:
                self._failed(failure.name, reason)
        else:
            # A file changed a moment ago may change again without a new time.
            settled = time.time_ns() - stat.st_mtime_ns > SETTLED_NS
            return File(
                item, uri, stat.st_size, stat.st_mtime_ns if settled else UNTRUSTED, _changed_ns(stat)
            )
        self._done += 1
        return None

    def _is_unchanged(self, uri: str, stat: os.stat_result) -> bool:
        known = self._known.get(uri)
        if known is None or not known.sha256 or known.reader != READER or uri in self._again:
            return False
        return (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns)

    def _same_failure(self, uri: str, stat: os.stat_result) -> FailureRow | None:
        """Return the file's failure in an earlier run if this run would fail for the same reason."""
        failure = self._failures.get(uri)
        if failure is None or self._options.password is not None:
            return None
        same = (failure.size, failure.changed_ns, failure.how) == (stat.st_size, _changed_ns(stat), self._how)
        return failure if same else None

    def _prune(self, sources: Sequence[str], present: Sequence[SourceFile]) -> None:
        """Remove the files of the sources that no longer exist."""
        present_uris = {item.path.as_uri() for item in present}
        uris = set(gone(sources, (*self._known, *self._failures))) - present_uris
        rows = [self._known[uri] for uri in sorted(uris) if uri in self._known]
        if self._options.dry_run:
            for row in rows:
                self._report.removed.extend(self._store.documents_of_file(row.id))
            return
        self._publishing.batch.gone_files.extend(rows)
        self._publishing.batch.readable_again.extend(uris.intersection(self._failures))

    # -- parsed documents -------------------------------------------------------------------------

    def _index(self, files: Sequence[File]) -> None:
        if not files:
            return
        stager = Staging(self._store, self._options, self._known, self._owners, self._again)
        ahead = Ahead(
            lambda closed: stager.events(files, lambda: closed() or self._is_stopped()),
            events.weight,
            AHEAD_CHARACTERS,
        )
        with closing(ahead):
            for event in ahead:
                self._handle(event)

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.Opened(file):
                self._name = file.source.doc_id
                self._report_progress("reading")
            case events.Unreadable(reason):
                self._failed(self._name, reason)
                self._lost.append(self._report.failed[-1])
            case events.Unchanged(file, known):
                self._report.unchanged.extend(self._store.documents_of_file(known.id))
                self._publishing.batch.touched.append((known.id, file))
            case events.WouldRead(known):
                (self._report.changed if known else self._report.added).append(self._name)
            case events.Begun(file, name, before):
                self._work = Work(file, name, before)
            case events.Parsed():
                self._begin_document(event)
            case events.Texts():
                self._stage(event)
                if event.document is not None:
                    self._split_work()
            case events.Ended():
                self._end(event)
            case events.Closed(file):
                self._done += 1
                self._bytes += file.size
                self._part = 0
                self._publish_if_due()

    @property
    def _current(self) -> Work:
        assert self._work is not None
        return self._work

    def _begin_document(self, event: events.Parsed) -> None:
        work = self._current
        self._document = event.coming or 0
        self._part = min(work.file.size, self._part + event.size)
        if event.coming is None:
            work.replaced += event.replaces
            work.same.append(event.doc_id)
            return
        # Completed documents must not wait for a long one.
        if event.coming / CHARACTERS_PER_SECOND >= PUBLISH_SECONDS:
            self._embedding.embed()
        self._split_work(event.coming)
        self._current.replaced += event.replaces

    def _stage(self, event: events.Texts) -> None:
        self._embedding.add(event.texts, last=event.document is not None)
        self._publishing.batch.sentences += event.sentences
        self._report.sentences += event.sentences
        if event.document is not None:
            self._current.staged.append(event.document)

    def _split_work(self, coming: int = 0) -> None:
        """Publish the staged documents if due, those of the current file included.

        A large corpus becomes visible in parts. Its file is stored as unfinished until the last part.

        Args:
            coming: Characters of the document that is embedded next.
        """
        if not self._publishing.is_due(coming=coming, waits=self._embedding.waits):
            return
        work = self._current
        has_documents = bool(work.staged)
        if has_documents:
            self._publishing.batch.works.append(work)
        self._publish()
        if has_documents:
            self._work = Work(work.file, work.name, work.before)

    def _end(self, event: events.Ended) -> None:
        work, self._work = self._current, None
        for reason in event.failures:
            self._failed(work.name, reason)
        file, batch = event.file, self._publishing.batch
        if event.failures and event.empty:
            # A file that has become unreadable keeps its old text until it is pruned or readable again.
            reasons = event.failures[:_MAX_REASONS]
            row = FailureRow(file.uri, work.name, file.size, file.changed_ns, self._how, reasons)
            batch.failures.append(row)
            self._lost.extend(Failure(work.name, reason) for reason in reasons)
            return
        work.replaced += event.rest
        if event.whole:
            work.file = file
        batch.works.append(work)
        if file.uri in self._failures:
            batch.readable_again.append(file.uri)

    def _failed(self, name: str, reason: Message) -> None:
        self._report.failed.append(Failure(name, reason))

    # -- publishing -------------------------------------------------------------------------------

    def _publish_if_due(self) -> None:
        if self._publishing.is_due(waits=self._embedding.waits):
            self._publish()

    def _publish(self) -> None:
        """Make all staged documents visible at once."""
        if self._options.dry_run:
            return
        self._embedding.embed()
        self._publishing.publish(lambda: self._report_progress("publishing"))

    # -- progress ---------------------------------------------------------------------------------

    def _is_stopped(self) -> bool:
        return self._stop() and not self._report.interrupted

    def _report_progress(self, stage: Stage, to_embed: int = 0, characters: int = 0) -> None:
        """Report the progress of the run.

        Args:
            stage: The current stage.
            to_embed: Texts that are not yet embedded.
            characters: Characters of those texts.

        Raises:
            KeyboardInterrupt: The run must stop.
        """
        if self._is_stopped():
            raise KeyboardInterrupt
        report, embedding = self._report, self._embedding
        report.embedded = embedding.embedded
        lost, self._lost = tuple(self._lost), []
        self._progress(
            Progress(
                self._done,
                self._of,
                report.sentences,
                report.embedded,
                to_embed,
                self._name,
                stage,
                self._bytes + self._part,
                self._bytes_of,
                (embedding.characters, characters),
                lost,
                document=self._document,
            )
        )


def _changed_ns(stat: os.stat_result) -> int:
    """Return when the file or its permissions last changed."""
    return max(stat.st_mtime_ns, stat.st_ctime_ns)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def survey(sources: Sequence[str], folder: Path) -> Report:
    """Return the names that a first run would add, and the sources that do not exist; open no file."""
    report = Report()
    for item in expand(sources, leave_out=folder):
        if isinstance(item, Failure):
            report.add_source(item)
        else:
            report.added.append(item.doc_id)
    return report
