"""Brings an index up to date with files: finds what is new or changed, embeds it, publishes it.

Reading (`qa.index.staging`) runs ahead in a thread of its own; what it reads is embedded and published here,
in the order in which it was read.
"""

from __future__ import annotations

import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa import __version__
from qa.index import staging
from qa.index.ahead import Ahead
from qa.index.embedding import EMBED_CHARACTERS, Embedding
from qa.index.publishing import PUBLISH_SECONDS, Publishing, Work, finish, publish
from qa.index.report import Options, Progress, Report, Stage
from qa.index.sources import Failure, SourceFile, expand, gone
from qa.index.staging import READER, UNTRUSTED, File, Staging, passage_input, sentence_input
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FailureRow
from qa.messages import Message

if TYPE_CHECKING:
    from qa.encoders import Encoder

__all__ = ["Options", "Progress", "Report", "Update", "finish", "passage_input", "publish", "sentence_input"]

SETTLED_NS = 2_000_000_000
"""A file younger than this may change again without its time changing: its time is not trusted."""
AHEAD_CHARACTERS = 4_000_000
"""What is read before it is needed: enough for both to keep busy, little beside the memory of a model."""
_REASONS = 100


class Update:
    """One run over sources, by the one writer of an index."""

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
        self._store = store
        self._options = options
        self._progress = progress
        self._stop = stop
        self._report = Report()
        self._done = self._of = self._bytes = self._bytes_of = 0
        # Of the bytes of the file at hand, those that were read.
        self._part = 0
        self._name = ""
        self._lost: list[Failure] = []
        # A failure that another try may mend is remembered with what may make the difference.
        self._how = f"{__version__} ocr={options.ocr and bool(shutil.which('tesseract'))}"
        with store.reading():
            self._known = {row.uri: row for row in store.files()}
            self._failures = {row.uri: row for row in store.failures()}
            self._owners = store.owners()
            # What a first reading left out, scanned pages say, recognition of text may bring in.
            self._again = store.files_to_recognise() if options.ocr else frozenset()
            self._publishing = Publishing(store, dimension, self._report, self._owners, clock)
        self._embedding = Embedding(store, encoder, lambda texts, size: self._tell("embedding", texts, size))
        self._work: Work | None = None

    def run(self, sources: Sequence[str]) -> Report:
        """Indexes the sources; a stop by the user keeps what is done until then."""
        try:
            self._tell("looking")
            found: list[SourceFile] = []
            self._index(self._survey(sources, found))
            if self._options.prune:
                self._prune(sources, found)
            self._publish()
        except KeyboardInterrupt:
            self._report.interrupted = True
            self._publishing.give_up(self._embedding.give_up())
            self._publish()
        return self._report

    def again(self, doc_ids: Iterable[str]) -> None:
        """Makes documents again from their own text in the store, where what was made of it is damaged."""
        with self._store.reading():
            files = {row.id: row for row in self._store.files()}
            owners = {doc_id: self._store.file_of(doc_id) for doc_id in doc_ids}
            documents = {doc_id: self._store.document(doc_id) for doc_id in owners}
            omissions = {doc_id: self._store.omissions(doc_id) for doc_id in owners}
        for doc_id, document in documents.items():
            row = files[owners[doc_id]]
            found = SourceFile(Path(), doc_id, row.root)
            file = File(found, row.uri, row.size, row.mtime_ns, 0, row.sha256, row.reader)
            assert document is not None
            self._work = Work(file, doc_id, {doc_id: ""}, replaced=[doc_id])
            for texts in staging.stage(replace(document, omissions=omissions[doc_id])):
                self._stage(texts)
            self._publishing.batch.works.append(self._work)
            self._publish_if_due()
        self._publish()

    # -- which files ------------------------------------------------------------------------------

    def _survey(self, sources: Sequence[str], found: list[SourceFile]) -> list[File]:
        """The files that are to be opened: those that look different from what is known of them."""
        documents: dict[str, list[str]] = defaultdict(list)
        for doc_id, uri in self._owners.items():
            documents[uri].append(doc_id)
        todo = []
        for item in expand(sources, leave_out=self._store.folder):
            if isinstance(item, Failure):
                self._report.failed.append(item)
                continue
            found.append(item)
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
        """The file where it is to be opened; otherwise what is known of it is in the report."""
        uri = item.path.as_uri()
        try:
            stat = item.path.stat()
        except OSError as error:
            self._failed(item.doc_id, Message.of("path-not-readable", cause=error.strerror))
            return None
        changed = max(stat.st_mtime_ns, stat.st_ctime_ns)
        mtime = stat.st_mtime_ns if time.time_ns() - stat.st_mtime_ns > SETTLED_NS else UNTRUSTED
        known, failure = self._known.get(uri), self._failures.get(uri)
        as_noted = known and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
        if known and as_noted and known.sha256 and known.reader == READER and uri not in self._again:
            self._report.unchanged.extend(documents[uri])
        elif (
            failure
            and (failure.size, failure.changed_ns, failure.how) == (stat.st_size, changed, self._how)
            and self._options.password is None
            and item.root != uri
        ):
            # A file that is named itself is always tried again.
            for reason in failure.reasons:
                self._failed(failure.name, reason)
        else:
            return File(item, uri, stat.st_size, mtime, changed)
        self._done += 1
        return None

    def _prune(self, sources: Sequence[str], found: Sequence[SourceFile]) -> None:
        """Forgets files under what was named which are there no more."""
        here = {item.path.as_uri() for item in found}
        uris = set(gone(sources, (*self._known, *self._failures))) - here
        rows = [self._known[uri] for uri in sorted(uris) if uri in self._known]
        if self._options.dry_run:
            for row in rows:
                self._report.removed.extend(self._store.documents_of_file(row.id))
            return
        self._publishing.batch.gone_files.extend(rows)
        self._publishing.batch.mended.extend(uris.intersection(self._failures))

    # -- what was read ----------------------------------------------------------------------------

    def _index(self, files: Sequence[File]) -> None:
        if not files:
            return
        reader = Staging(self._store, self._options, self._known, self._owners, self._again)
        ahead = Ahead(
            lambda closed: reader.events(files, lambda: closed() or self._is_stopped()),
            staging.weight,
            AHEAD_CHARACTERS,
        )
        with closing(ahead):
            for event in ahead:
                self._take(event)

    def _take(self, event: staging.Event) -> None:
        match event:
            case staging.Opened(file):
                self._name = file.found.doc_id
                self._tell("reading")
            case staging.Unreadable(reason):
                self._failed(self._name, reason)
                self._lost.append(self._report.failed[-1])
            case staging.Unchanged(file, known):
                self._report.unchanged.extend(self._store.documents_of_file(known.id))
                self._publishing.batch.touched.append((known.id, file))
            case staging.WouldRead(known):
                (self._report.changed if known else self._report.added).append(self._name)
            case staging.Begun(file, name, before):
                self._work = Work(file, name, before)
            case staging.Met():
                self._meet(event)
            case staging.Texts():
                self._stage(event)
                if event.document is not None:
                    self._part_work()
            case staging.Ended():
                self._end(event)
            case staging.Closed(file):
                self._done += 1
                self._bytes += file.size
                self._part = 0
                self._publish_if_due()

    @property
    def _current(self) -> Work:
        assert self._work is not None
        return self._work

    def _meet(self, event: staging.Met) -> None:
        work = self._current
        self._part = min(work.file.size, self._part + event.size)
        if event.coming is None:
            work.replaced += event.replaces
            work.same.append(event.doc_id)
            return
        # What is done must not wait for a long document.
        if event.coming / EMBED_CHARACTERS >= PUBLISH_SECONDS:
            self._embedding.embed()
        self._part_work(event.coming)
        self._current.replaced += event.replaces

    def _stage(self, event: staging.Texts) -> None:
        self._embedding.add(event.texts, last=event.document is not None)
        self._publishing.batch.sentences += event.sentences
        self._report.sentences += event.sentences
        if event.document is not None:
            self._current.staged.append(event.document)

    def _part_work(self, coming: int = 0) -> None:
        """Publishes what is staged if it is due, also of the file at hand.

        The documents of a corpus of any size become visible in parts, and its file is noted as unfinished
        until the last of them.
        """
        if not self._publishing.is_due(coming=coming, waits=self._embedding.waits):
            return
        work = self._current
        parted = bool(work.staged)
        if parted:
            self._publishing.batch.works.append(work)
        self._publish()
        if parted:
            self._work = Work(work.file, work.name, work.before)

    def _end(self, event: staging.Ended) -> None:
        work, self._work = self._current, None
        for reason in event.failures:
            self._failed(work.name, reason)
        file, batch = event.file, self._publishing.batch
        if event.failures and event.empty:
            # A file that was readable and is not now keeps its old text until it is pruned or mended.
            reasons = event.failures[:_REASONS]
            row = FailureRow(file.uri, work.name, file.size, file.changed_ns, self._how, reasons)
            batch.failures.append(row)
            self._lost.extend(Failure(work.name, reason) for reason in reasons)
            return
        work.replaced += event.rest
        if event.whole:
            work.file = file
        batch.works.append(work)
        if file.uri in self._failures:
            batch.mended.append(file.uri)

    def _failed(self, name: str, reason: Message) -> None:
        self._report.failed.append(Failure(name, reason))

    # -- publishing -------------------------------------------------------------------------------

    def _publish_if_due(self) -> None:
        if self._publishing.is_due(waits=self._embedding.waits):
            self._publish()

    def _publish(self) -> None:
        """Makes all that is staged visible at once."""
        if self._options.dry_run:
            return
        self._embedding.embed()
        self._publishing.publish(lambda: self._tell("publishing"))

    # -- progress ---------------------------------------------------------------------------------

    def _is_stopped(self) -> bool:
        return self._stop() and not self._report.interrupted

    def _tell(self, stage: Stage, to_embed: int = 0, characters: int = 0) -> None:
        """Says how far the run is, and is where it may be stopped."""
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
            )
        )


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def survey(sources: Sequence[str], folder: Path) -> Report:
    """What a first run over sources would add, by name, and what it could not find; nothing is opened."""
    report = Report()
    for item in expand(sources, leave_out=folder):
        if isinstance(item, Failure):
            report.failed.append(item)
        else:
            report.added.append(item.doc_id)
    return report
