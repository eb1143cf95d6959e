"""Brings an index up to date with files: reads what is new or changed, embeds what is new, publishes.

Work is staged and published in one transaction at a time. The derived files of the coming generation
are written before the transaction ends, so the end of the transaction is the one instant at which
everything changes. Vectors are kept as they are made: a run that is killed embeds nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from qa import readers
from qa.embed import Encoder
from qa.errors import ReadError
from qa.index import derived
from qa.index.sources import Failure, Found, expand
from qa.index.store import FileRow, Store, vector_key
from qa.language import language_of
from qa.segment import segment
from qa.types import Document, Passage

EMBED_AT_ONCE = 256
"""Texts embedded between two commits of vectors: what a kill can cost."""
PUBLISH_AT_LEAST = 20_000
"""Staged sentences at which a long run publishes; more in a large index, whose publishing costs more."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files done of all, sentences read and texts embedded, and the file at hand."""

    files: int
    of: int
    sentences: int
    embedded: int
    to_embed: int
    name: str


@dataclass(slots=True)
class Report:
    """What a run did, by ``doc_id``; ``failed`` with reasons. ``interrupted`` where it was stopped."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)
    sentences: int = 0
    embedded: int = 0
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: prune what is gone, only say what would happen, a password, OCR for scans."""

    prune: bool = False
    dry_run: bool = False
    password: str | None = None
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    found: Found
    uri: str
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Staged:
    document: Document
    language: str
    passages: tuple[tuple[Passage, bytes, tuple[bytes, ...]], ...]


@dataclass(slots=True)
class _Batch:
    """What the next publishing will do."""

    files: list[tuple[_File, list[_Staged]]] = field(default_factory=list)
    touched: list[_File] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    gone_files: list[int] = field(default_factory=list)
    texts: dict[bytes, str] = field(default_factory=dict)
    sentences: int = 0

    def __bool__(self) -> bool:
        return bool(self.files or self.touched or self.gone or self.gone_files)


def passage_input(document: Document, passage: Passage) -> str:
    """What is embedded for a passage: its title and headings, which it does not repeat, and its text."""
    context = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join((document.title, *passage.headings))
    return f"{context}\n{document.text[passage.start : passage.end]}"


class Update:
    """One run over sources, by the one writer of an index."""

    def __init__(
        self,
        store: Store,
        encoder: Callable[[], Encoder],
        dimension: int,
        options: Options,
        progress: Callable[[Progress], None],
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._dimension = dimension
        self._options = options
        self._progress = progress
        self._batch = _Batch()
        self._report = Report()
        self._done = self._of = 0
        self._name = ""
        with store.reading():
            self._known = {row.uri: row for row in store.files()}
            self._owners = store.owners()
            self._published = store.count("sentence")

    def run(self, sources: Sequence[str]) -> Report:
        """Indexes the sources; a stop by the user keeps what is done until then."""
        report = self._report
        found: list[Found] = []
        for item in expand(sources, leave_out=self._store.folder):
            if isinstance(item, Failure):
                report.failed.append(item)
            else:
                found.append(item)
        self._of = len(found)
        try:
            for item in found:
                self._name = item.doc_id
                self._tell()
                self._file(item)
                self._done += 1
                if self._batch.sentences >= max(PUBLISH_AT_LEAST, self._published // 2):
                    self._publish()
            if self._options.prune:
                self._prune(found)
        except KeyboardInterrupt:
            report.interrupted = True
        if not self._options.dry_run:
            self._publish()
        self._tell()
        return report

    # -- one file ---------------------------------------------------------------------------------

    def _file(self, found: Found) -> None:
        known = self._known.get(found.path.as_uri())
        try:
            stat = found.path.stat()
            if known and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
                self._report.unchanged.extend(self._store.documents_of_file(known.id))
                return
            with found.path.open("rb") as handle:
                sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        except OSError as error:
            self._failed(found.doc_id, f"cannot be read ({error.strerror}); check its permissions.")
            return
        file = _File(found, found.path.as_uri(), stat.st_size, stat.st_mtime_ns, sha256)
        if known and known.sha256 == sha256:
            self._report.unchanged.extend(self._store.documents_of_file(known.id))
            self._batch.touched.append(file)
        elif self._options.dry_run:
            (self._report.changed if known else self._report.added).append(found.doc_id)
        else:
            self._read(file, known)

    def _read(self, file: _File, known: FileRow | None) -> None:
        before = self._store.documents_of_file(known.id) if known else {}
        name = self._free_name(file, before)
        staged: list[_Staged] = []
        same: set[str] = set()
        failures: list[str] = []
        options = self._options
        try:
            for item in readers.read(file.found.path, name, password=options.password, ocr=options.ocr):
                if isinstance(item, ReadError):
                    failures.append(str(item))
                elif self._owners.get(item.doc_id, file.uri) != file.uri:
                    failures.append(
                        f"the id {item.doc_id} stands in another file already "
                        f"({self._owners[item.doc_id]}); give every document an id of its own."
                    )
                elif before.get(item.doc_id) == item.sha256:
                    same.add(item.doc_id)
                else:
                    staged.append(self._stage(item))
                    self._owners[item.doc_id] = file.uri
        except ReadError as error:
            failures.append(str(error))
        for reason in failures:
            self._failed(name, reason)
        if failures and not staged and not same:
            # A file that was readable and is not now keeps its old text until it is pruned or mended.
            return
        now = same.union(s.document.doc_id for s in staged)
        replaced = [doc_id for doc_id in before if doc_id not in same]
        self._batch.gone.extend(replaced)
        self._batch.files.append((file, staged))
        report = self._report
        report.unchanged.extend(sorted(same))
        report.removed.extend(doc_id for doc_id in replaced if doc_id not in now)
        for each in staged:
            doc_id = each.document.doc_id
            (report.changed if doc_id in before else report.added).append(doc_id)
            report.warnings.extend(Failure(doc_id, warning) for warning in each.document.warnings)

    def _free_name(self, file: _File, before: dict[str, str]) -> str:
        """The file's own name in the index; with the folders above it where another file has that name."""
        name = file.found.doc_id
        if name in before:
            return name
        parents = list(file.found.path.parts[1 : -len(Path(name).parts)])
        while parents and self._owners.get(name, file.uri) != file.uri:
            if not _exists(self._owners[name]):
                # The file that had the name is gone: this one took its place.
                self._batch.gone.append(name)
                self._owners.pop(name)
                break
            name = f"{parents.pop()}/{name}"
        return name

    def _stage(self, document: Document) -> _Staged:
        passages = []
        for passage in segment(document):
            text = passage_input(document, passage)
            key = vector_key(text)
            self._batch.texts[key] = text
            keys = []
            for sentence in passage.sentences:
                words = document.text[sentence.start : sentence.end]
                keys.append(vector_key(words))
                self._batch.texts[keys[-1]] = words
            passages.append((passage, key, tuple(keys)))
            self._batch.sentences += len(keys)
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
        for at in range(0, len(missing), EMBED_AT_ONCE):
            self._tell(len(missing) - at)
            keys = missing[at : at + EMBED_AT_ONCE]
            vectors = encoder.encode([texts[key] for key in keys])
            with self._store.writing():
                self._store.set_manifest("unpublished", "1")
                self._store.add_vectors(keys, vectors)
            self._report.embedded += len(keys)
        texts.clear()

    # -- publishing -------------------------------------------------------------------------------

    def _publish(self) -> None:
        """Makes all that is staged visible at once."""
        self._embed()
        batch, store = self._batch, self._store
        if not batch and "unpublished" not in store.manifest():
            return
        self._batch = _Batch()
        with store.writing():
            for file in batch.touched:
                self._put(file)
            store.remove_documents(batch.gone)
            store.remove_files(batch.gone_files)
            for file, staged in batch.files:
                key = self._put(file)
                for item in staged:
                    store.add_document(key, item.document, item.language, item.passages)
            store.remove_files(store.files_without_documents())
            store.forget_unused_vectors()
            store.forget_manifest("unpublished")
            publish(store, self._dimension, purge=bool(batch.gone or batch.gone_files))
        finish(store)
        with store.reading():
            self._published = store.count("sentence")

    def _put(self, file: _File) -> int:
        return self._store.put_file(file.uri, file.found.root, file.size, file.mtime_ns, file.sha256)

    def _prune(self, found: Sequence[Found]) -> None:
        """Forgets files under the folders that were named which are there no more."""
        here = {item.path.as_uri() for item in found}
        roots = {item.root for item in found}
        for uri, row in self._known.items():
            if row.root in roots and uri not in here:
                self._report.removed.extend(self._store.documents_of_file(row.id))
                self._batch.gone_files.append(row.id)

    def _tell(self, to_embed: int = 0) -> None:
        report = self._report
        self._progress(
            Progress(self._done, self._of, report.sentences, report.embedded, to_embed, self._name)
        )


def publish(store: Store, dimension: int, *, purge: bool) -> None:
    """Begins the next generation with its derived files; the last act inside `Store.writing`.

    ``purge`` makes them afresh, so that no word of what was removed stays in them.
    """
    derived.build(store, dimension, store.advance(), afresh=purge)


def finish(store: Store) -> None:
    """Tidies up after a generation was published."""
    store.settle()
    derived.sweep(store, store.generation())


def _exists(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "file" and Path(unquote(parts.path)).exists()
