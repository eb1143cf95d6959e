"""Brings an index up to date with files: reads what is new or changed, embeds what is new, publishes.

Work is staged and published in one transaction at a time. The derived files of the coming generation
are written before the transaction ends, so the end of the transaction is the one instant at which
everything changes. Vectors are kept as they are made: a run that is killed embeds nothing twice.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from qa import __version__, parsers
from qa.encoders import DEFAULT_LANGUAGES, DEFAULT_WEIGHTS_SHA256, Encoder, Vectors
from qa.errors import ReadError
from qa.index import search_indexes
from qa.index.report import Options, Progress, Report, Stage
from qa.index.sources import Failure, SourceFile, expand, gone, is_gone
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FailureRow, FileRow, vector_key
from qa.lang.detect import language_of
from qa.text.sentences import NAME, segment
from qa.text.tokens import unwrapped
from qa.types import Document, Passage

__all__ = ["Options", "Progress", "Report", "Update", "finish", "passage_input", "publish", "sentence_input"]

READER = f"{parsers.VERSION} {NAME}"
"""How files are read and cut: those that an older version read are read again."""
EMBED_AT_ONCE = 256
"""Texts embedded between two commits of vectors: what a kill can cost."""
EMBED_CHARACTERS = 8_000
"""Characters embedded between two looks whether to stop: about a second on a slow machine."""
PUBLISH_AT_LEAST, PUBLISH_AT_MOST = 20_000, 100_000
"""Staged sentences at which a long run publishes: half of what is published, within what memory can hold."""
PUBLISH_SECONDS = 60.0
"""Seconds after which a long run publishes in any case, so that people can ask what is done."""
PUBLISH_SHARE = 0.1
"""The share of a run that publishing may take: it writes the search files as a whole."""
SETTLED_NS = 2_000_000_000
"""A file younger than this may change again without its time changing: its time is not trusted."""
_UNTRUSTED = -1


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was before it was read: a change while it is read is noticed by the next run."""

    found: SourceFile
    uri: str
    size: int
    mtime_ns: int
    changed_ns: int
    sha256: str = ""
    reader: str = READER


@dataclass(frozen=True, slots=True)
class _Staged:
    document: Document
    language: str
    passages: tuple[tuple[Passage, bytes, tuple[bytes, ...]], ...]

    def vector_keys(self) -> Iterator[bytes]:
        for _, key, keys in self.passages:
            yield key
            yield from keys


@dataclass(slots=True)
class _Work:
    """What is known of a file that was read: documents to add, to replace, and those that stay."""

    file: _File
    name: str
    before: dict[str, str]
    staged: list[_Staged] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    """What the next publishing will do."""

    works: list[_Work] = field(default_factory=list)
    touched: list[tuple[int, _File]] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    gone_files: list[FileRow] = field(default_factory=list)
    texts: dict[bytes, str] = field(default_factory=dict)
    sentences: int = 0

    def changes_answers(self) -> bool:
        return bool(self.works or self.gone_files)

    def notes(self) -> bool:
        return bool(self.touched or self.failures or self.mended)


def passage_input(title: str, headings: Sequence[str], text: str) -> str:
    """What is embedded for a passage: its title and headings, which it does not repeat, and its text."""
    context = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join((title, *headings))
    return f"{context}\n{unwrapped(text)}"


def sentence_input(text: str) -> str:
    """What is embedded for a sentence: its words, whatever the lines that they stand on."""
    return unwrapped(text)


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
        self._clock = clock
        self._last_published, self._publishing = clock(), 0.0
        self._encoder = encoder
        self._dimension = dimension
        self._options = options
        self._progress = progress
        self._stop = stop
        self._batch = _Batch()
        self._report = Report()
        self._done = self._of = self._bytes = self._bytes_of = 0
        # Of the bytes of the file at hand, those that were read; and characters embedded.
        self._part = self._embedded = 0
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
            self._published = store.count("sentence")
            manifest = store.manifest()
            self._leftovers = "unpublished" in manifest
            self._reads = read_by_model(manifest)

    def run(self, sources: Sequence[str]) -> Report:
        """Indexes the sources; a stop by the user keeps what is done until then."""
        try:
            self._tell("looking")
            found: list[SourceFile] = []
            for file in self._survey(sources, found):
                self._name = file.found.doc_id
                self._tell("reading")
                self._file(file)
                self._done += 1
                self._bytes += file.size
                self._part = 0
                self._publish_if_due()
            if self._options.prune:
                self._prune(sources, found)
            self._publish()
        except KeyboardInterrupt:
            self._report.interrupted = True
            self._keep_embedded()
            self._publish()
        return self._report

    def again(self, doc_ids: Iterable[str]) -> None:
        """Makes documents anew from their own text in the store, where what was made of it is damaged."""
        with self._store.reading():
            files = {row.id: row for row in self._store.files()}
            owners = {doc_id: self._store.file_of(doc_id) for doc_id in doc_ids}
            documents = {doc_id: self._store.document(doc_id) for doc_id in owners}
            omissions = {doc_id: self._store.omissions(doc_id) for doc_id in owners}
        for doc_id, document in documents.items():
            row = files[owners[doc_id]]
            found = SourceFile(Path(), doc_id, row.root)
            file = _File(found, row.uri, row.size, row.mtime_ns, 0, row.sha256, row.reader)
            assert document is not None
            staged = self._stage(replace(document, omissions=omissions[doc_id]))
            work = _Work(file, doc_id, {doc_id: ""}, [staged], [], [doc_id])
            self._batch.works.append(work)
            self._publish_if_due()
        self._publish()

    # -- which files ------------------------------------------------------------------------------

    def _survey(self, sources: Sequence[str], found: list[SourceFile]) -> list[_File]:
        """The files that are to be opened: those that look different from what is known of them."""
        documents: dict[str, list[str]] = defaultdict(list)
        for doc_id, uri in self._owners.items():
            documents[uri].append(doc_id)
        report, todo = self._report, []
        for item in expand(sources, leave_out=self._store.folder):
            if isinstance(item, Failure):
                report.failed.append(item)
                continue
            found.append(item)
            uri = item.path.as_uri()
            if not _is_text(item.doc_id):
                name = item.doc_id.encode(errors="surrogateescape").decode(errors="replace")
                self._failed(name, "has a name that is no text (not UTF-8); rename the file.")
                continue
            try:
                stat = item.path.stat()
            except OSError as error:
                self._failed(item.doc_id, f"cannot be read ({error.strerror}); check its permissions.")
                continue
            changed = max(stat.st_mtime_ns, stat.st_ctime_ns)
            mtime = stat.st_mtime_ns if time.time_ns() - stat.st_mtime_ns > SETTLED_NS else _UNTRUSTED
            known, failure = self._known.get(uri), self._failures.get(uri)
            as_noted = known and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
            if known and as_noted and known.sha256 and known.reader == READER and uri not in self._again:
                report.unchanged.extend(documents[uri])
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
                todo.append(_File(item, uri, stat.st_size, mtime, changed))
                self._bytes_of += stat.st_size
                continue
            self._done += 1
        self._of = self._done + len(todo)
        return todo

    def _file(self, file: _File) -> None:
        known = self._known.get(file.uri)
        try:
            with file.found.path.open("rb") as handle:
                sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        except OSError as error:
            self._failed(file.found.doc_id, f"cannot be read ({error.strerror}); check its permissions.")
            self._lost.append(self._report.failed[-1])
            return
        file = replace(file, sha256=sha256)
        if known and known.sha256 == sha256 and known.reader == READER and file.uri not in self._again:
            self._report.unchanged.extend(self._store.documents_of_file(known.id))
            self._batch.touched.append((known.id, file))
        elif self._options.dry_run:
            (self._report.changed if known else self._report.added).append(file.found.doc_id)
        else:
            self._read(file, known)

    def _read(self, file: _File, known: FileRow | None) -> None:
        before = self._store.documents_of_file(known.id) if known else {}
        unfinished = replace(file, mtime_ns=_UNTRUSTED, sha256="")
        name, successor = self._free_name(file, before)
        work = _Work(unfinished, name, before)
        seen: set[str] = set()
        whole = True
        options = self._options
        # Another reader, or OCR, gets other words out of the same bytes.
        again = file.uri in self._again or (known is not None and known.reader != READER)
        try:
            for item in parsers.read(
                file.found.path, work.name, password=options.password, ocr=options.ocr, stop=self._stop
            ):
                if isinstance(item, ReadError):
                    work.failures.append(str(item))
                    continue
                # Of a corpus, about: how far its reader is, nobody is told.
                read = len(item.text.encode()) if item.doc_id != work.name else file.size
                self._part = min(file.size, self._part + read)
                if successor and item.doc_id == name:
                    self._owners.pop(name, None)
                    work.replaced.append(name)
                if refused := self._refused(item, file, seen):
                    # The other file may give the id up in this very run: the next one tries again.
                    whole = whole and item.doc_id in seen
                    work.failures.append(refused)
                    continue
                seen.add(item.doc_id)
                if before.get(item.doc_id) == item.sha256 and not again:
                    work.same.append(item.doc_id)
                    continue
                # What is done must not wait for a long document.
                work = self._parted(work, len(item.text))
                work.staged.append(self._stage(item))
                self._owners[item.doc_id] = file.uri
                if item.doc_id in before:
                    work.replaced.append(item.doc_id)
                work = self._parted(work)
        except ReadError as error:
            whole = False
            work.failures.append(str(error))
        for reason in work.failures:
            self._failed(work.name, reason)
        if work.failures and not seen:
            # A file that was readable and is not now keeps its old text until it is pruned or mended.
            row = FailureRow(
                file.uri, work.name, file.size, file.changed_ns, self._how, tuple(work.failures[:100])
            )
            self._batch.failures.append(row)
            self._lost.extend(Failure(work.name, reason) for reason in row.reasons)
            return
        # Where it broke off, what was not reached keeps its old text, and the file stays unfinished.
        if whole:
            self._forget_rest(work, before.keys() - seen)
            work.file = file
        self._batch.works.append(work)
        if file.uri in self._failures:
            self._batch.mended.append(file.uri)

    def _parted(self, work: _Work, coming: int = 0) -> _Work:
        """Publishes what is staged if it is due, and gives the work to go on with.

        The documents of a corpus of any size become visible in parts, and its file is noted as unfinished
        until the last of them.
        """
        if not self._due(coming):
            return work
        parted = bool(work.staged)
        if parted:
            self._batch.works.append(work)
        self._publish()
        return _Work(work.file, work.name, work.before) if parted else work

    def _forget_rest(self, work: _Work, doc_ids: Iterable[str]) -> None:
        """Documents that a file held and holds no more; another file may have their ids now."""
        for doc_id in sorted(doc_ids):
            work.replaced.append(doc_id)
            self._owners.pop(doc_id, None)

    def _refused(self, document: Document, file: _File, seen: set[str]) -> str | None:
        """Why a document cannot have the id that it has, if so."""
        doc_id = document.doc_id
        if doc_id in seen:
            return f"the id {doc_id} stands in it twice; give every document an id of its own."
        owner = self._owners.get(doc_id, file.uri)
        if owner != file.uri:
            return f"the id {doc_id} stands in another file already ({owner}); give every document its own."
        return None

    def _free_name(self, file: _File, before: dict[str, str]) -> tuple[str, bool]:
        """The file's own name in the index; with the folders above it where another file has that name.

        And whether it takes the place of a file that had the name and is gone.
        """
        name = file.found.doc_id
        if name in before:
            return name, False
        parents = list(file.found.path.parts[1 : -len(Path(name).parts)])
        while parents and self._owners.get(name, file.uri) != file.uri:
            if is_gone(self._owners[name]):
                return name, True
            name = f"{parents.pop()}/{name}"
        return name, False

    def _stage(self, document: Document) -> _Staged:
        batch = self._batch
        passages = []
        for passage in segment(document):
            self._stop_if_asked()
            stretch = document.text[passage.start : passage.end]
            text = passage_input(document.title, passage.headings, stretch)
            key = vector_key(text)
            batch.texts[key] = text
            keys = []
            for sentence in passage.sentences:
                words = sentence_input(document.text[sentence.start : sentence.end])
                keys.append(vector_key(words))
                batch.texts[keys[-1]] = words
            passages.append((passage, key, tuple(keys)))
            batch.sentences += len(keys)
            self._report.sentences += len(keys)
        self._embed(EMBED_AT_ONCE * 4)
        return _Staged(document, language_of(document.text), tuple(passages))

    def _failed(self, name: str, reason: str) -> None:
        self._report.failed.append(Failure(name, reason))

    # -- vectors ----------------------------------------------------------------------------------

    def _embed(self, at_least: int = 1) -> None:
        """Makes and keeps the vectors that are missing, once there are enough to be worth a batch."""
        texts = self._batch.texts
        if len(texts) < at_least:
            return
        with self._store.reading():
            known = self._store.known_vectors(list(texts))
        # By length: texts of a length are embedded together, and padding costs as much as words.
        missing = sorted((key for key in texts if key not in known), key=lambda key: -len(texts[key]))
        if missing:
            encoder = self._encoder()
        to_go = sum(len(texts[key]) for key in missing)
        for at in range(0, len(missing), EMBED_AT_ONCE):
            keys = missing[at : at + EMBED_AT_ONCE]
            self._embed_and_keep(encoder, {key: texts[key] for key in keys}, len(missing) - at, to_go)
            to_go -= sum(len(texts[key]) for key in keys)
        texts.clear()

    def _embed_and_keep(self, encoder: Encoder, texts: Mapping[bytes, str], left: int, to_go: int) -> None:
        """Embeds texts, and keeps at a stop what is made of them; ``left``, of ``to_go`` characters, wait."""
        made: list[Vectors] = []
        keys: list[bytes] = []
        try:
            for some in _portions(texts):
                self._tell("embedding", left - len(keys), to_go)
                portion = [texts[key] for key in some]
                made.append(encoder.encode(portion))
                keys += some
                length = sum(map(len, portion))
                to_go -= length
                self._embedded += length
                self._report.embedded += len(some)
        finally:
            if keys:
                with self._store.writing():
                    self._store.set_manifest("unpublished", "1")
                    self._store.add_vectors(keys, np.concatenate(made))

    def _keep_embedded(self) -> None:
        """After a stop, leaves out what would still have to be embedded."""
        batch = self._batch
        with self._store.reading():
            missing = batch.texts.keys() - self._store.known_vectors(list(batch.texts)).keys()
        batch.works = [
            work
            for work in batch.works
            if missing.isdisjoint(k for s in work.staged for k in s.vector_keys())
        ]
        batch.texts.clear()
        # Vectors that are made stay for the next run, which finds them by their texts.
        self._leftovers = False

    # -- publishing -------------------------------------------------------------------------------

    def _due(self, coming: int = 0) -> bool:
        """Whether to publish what is staged, now or before so many characters more are embedded."""
        staged = self._batch.sentences
        if staged >= min(max(PUBLISH_AT_LEAST, self._published // 2), PUBLISH_AT_MOST):
            return True
        ready = self._clock() - self._last_published + coming / EMBED_CHARACTERS
        return staged > 0 and ready >= max(PUBLISH_SECONDS, self._publishing / PUBLISH_SHARE)

    def _publish_if_due(self) -> None:
        if self._due():
            self._publish()

    def _publish(self) -> None:
        """Makes all that is staged visible at once."""
        if self._options.dry_run:
            return
        self._embed()
        batch, store = self._batch, self._store
        if not (batch.changes_answers() or self._leftovers):
            if batch.notes():
                with store.writing():
                    self._put_notes(batch)
                store.settle()
            self._batch = _Batch()
            return
        self._tell("publishing")
        begun = self._clock()
        generation = store.generation()
        try:
            with store.writing():
                purge = self._put(batch)
                publish(store, self._dimension, purge=purge)
        finally:
            # Whatever came between, even a second stop: what was committed is not staged any more.
            if store.generation() != generation:
                self._batch = _Batch()
                self._leftovers = False
                self._note(batch)
        finish(store)
        with store.reading():
            self._published = store.count("sentence")
        self._last_published = self._clock()
        self._publishing = self._last_published - begun

    def _put(self, batch: _Batch) -> bool:
        """Carries a batch out inside a transaction; gives whether anything was removed."""
        store = self._store
        self._put_notes(batch)
        before = store.count("document")
        store.remove_files(row.id for row in batch.gone_files)
        if batch.gone_files:
            store.set_manifest("compact", "1")
        for work in batch.works:
            store.remove_documents(work.replaced)
        removed = store.count("document") != before
        for work in batch.works:
            file = work.file
            key = store.put_file(
                file.uri, file.found.root, file.size, file.mtime_ns, file.sha256, file.reader
            )
            for item in work.staged:
                store.add_document(key, item.document, item.language, item.passages)
        store.remove_files(store.files_without_documents())
        if not self._report.interrupted:
            if removed or self._leftovers:
                store.forget_unused_vectors()
            store.forget_manifest("unpublished")
        return removed

    def _put_notes(self, batch: _Batch) -> None:
        for key, file in batch.touched:
            self._store.touch_file(key, file.found.root, file.size, file.mtime_ns)
        for row in batch.failures:
            self._store.put_failure(row)
        self._store.forget_failures(batch.mended)

    def _note(self, batch: _Batch) -> None:
        """Tells of a batch in the report, now that it is in the index."""
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

    def _prune(self, sources: Sequence[str], found: Sequence[SourceFile]) -> None:
        """Forgets files under what was named which are there no more."""
        here = {item.path.as_uri() for item in found}
        uris = set(gone(sources, (*self._known, *self._failures))) - here
        rows = [self._known[uri] for uri in sorted(uris) if uri in self._known]
        if self._options.dry_run:
            for row in rows:
                self._report.removed.extend(self._store.documents_of_file(row.id))
            return
        self._batch.gone_files.extend(rows)
        self._batch.mended.extend(uris.intersection(self._failures))

    def _stop_if_asked(self) -> None:
        if self._stop() and not self._report.interrupted:
            raise KeyboardInterrupt

    def _tell(self, stage: Stage, to_embed: int = 0, characters: int = 0) -> None:
        """Says how far the run is, and is where it may be stopped."""
        report = self._report
        self._stop_if_asked()
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
                (self._embedded, characters),
                lost,
            )
        )


def _portions(texts: Mapping[bytes, str]) -> Iterator[list[bytes]]:
    """The keys of texts in their order, parted where there are so many characters."""
    portion: list[bytes] = []
    length = 0
    for key, text in texts.items():
        portion.append(key)
        length += len(text)
        if length >= EMBED_CHARACTERS:
            yield portion
            portion, length = [], 0
    if portion:
        yield portion


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def publish(store: WritableStore, dimension: int, *, purge: bool) -> None:
    """Begins the next generation with its derived files; the last act inside `WritableStore.writing`.

    ``purge`` is for a change that removes, so that no word of what was removed stays in them.
    """
    since = search_indexes.origin(store)
    search_indexes.build(store, dimension, store.advance(), since=since, purge=purge)


def read_by_model(manifest: Mapping[str, str]) -> frozenset[str] | None:
    """The languages that the model of an index reads, None where it does not say."""
    if said := manifest.get("languages"):
        return frozenset(said.split())
    # Indexes of before did not note them.
    return DEFAULT_LANGUAGES if manifest.get("fingerprint") == DEFAULT_WEIGHTS_SHA256 else None


def finish(store: WritableStore) -> None:
    """Tidies up after a generation was published, or for a writer that was killed before it did."""
    store.compact()
    store.settle()
    search_indexes.sweep(store, store.generation())


def survey(sources: Sequence[str], folder: Path) -> Report:
    """What a first run over sources would add, by name, and what it could not find; nothing is opened."""
    report = Report()
    for item in expand(sources, leave_out=folder):
        if isinstance(item, Failure):
            report.failed.append(item)
        else:
            report.added.append(item.doc_id)
    return report
