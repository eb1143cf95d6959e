"""Add, list, remove, check and repair the documents of a library."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from qa import arguments
from qa.errors import ModelError, QaError, UsageError
from qa.lazy import Lazy
from qa.messages import visible
from qa.types import Document, Omission

# Imported at their first use: listing documents needs no model, and `import qa` needs none of them.
if TYPE_CHECKING:
    from qa.encoders import Encoder
    from qa.index import DocumentInfo, Failure, Index
    from qa.index.doctor import Fault
    from qa.index.report import Progress, Report
    from qa.record import Citation

Source = str | os.PathLike[str]


class Documents:
    """The documents of a library; see `qa.Library`."""

    def __init__(
        self,
        index: Source = "index",
        *,
        model: Source | Encoder | None = None,
        create: bool = True,
        read_only: bool = False,
    ) -> None:
        """Take the arguments of `qa.open`; open nothing yet."""
        self.folder = Path(arguments.path("index", index))
        self.read_only = arguments.flag("read_only", read_only)
        self._model = (
            None if model is None else arguments.model("model", model, "qa.encoders:Encoder", "type-model")
        )
        self._create = arguments.flag("create", create) and not read_only
        self._index: Index | None = None
        self._closed = False
        self._opening = threading.RLock()
        self._encoder = Lazy(self._load_encoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._closed:
            return f"<qa.{type(self).__name__} {str(self.folder)!r}, closed>"
        try:
            state = f"model {self.manifest()['model']}" if self.exists else "no index yet"
        except QaError:
            state = "cannot be opened"
        return f"<qa.{type(self).__name__} {str(self.folder)!r}, {state}>"

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, str) and self.get(doc_id) is not None

    def close(self) -> None:
        """Close the library; every later call raises `UsageError`."""
        with self._opening:
            self._closed = True
            if self._index is not None:
                self._index.close()
                self._index = None

    # -- the index --------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether the folder has an index, even an old or damaged one."""
        from qa.index import Index

        return Index.exists(self.folder)

    @property
    def model(self) -> str:
        """Name of the index's model."""
        return self._opened().model

    def create(self) -> None:
        """Create an empty index if there is none, which loads the model.

        Raises:
            ModelError: The model is missing, damaged, or contains code.
            StoreError: The folder cannot be written, or contains other files.
            UsageError: The library is read-only.
        """
        from qa.index import Index

        self._check_writable()
        if not self.exists:
            Index.create(self.folder, self._encoder()).close()

    def migrate(self) -> bool:
        """Update an index of an older format in place; no text is embedded again.

        Returns:
            Whether it had an older format.

        Raises:
            StoreError: The index is damaged, another program's, or cannot be written.
            UsageError: The library is read-only.
        """
        from qa.index import Index

        self._check_writable()
        return self.exists and Index.migrate(self.folder)

    def manifest(self) -> dict[str, str]:
        """Return the metadata of the index.

        Keys are ``model``, ``fingerprint`` (of the model), ``dimension``, ``updated`` (ISO 8601) and
        ``generation``, a number that grows with each change of the documents, among others.

        Raises:
            StoreError: There is no index, or it cannot be read.
        """
        return self._opened().manifest()

    def doctor(self) -> list[Fault]:
        """Check the whole index: the file, every offset, every vector, the search files. Writes nothing.

        Returns:
            The faults; an empty list for an index without faults.

        Raises:
            StoreError: There is no index, or it cannot be opened.
        """
        from qa.index import doctor

        return doctor.check(self.folder)

    def repair(self, faults: Sequence[Fault] | None = None) -> list[Fault]:
        """Rebuild damaged parts of the index from the documents' own text.

        Args:
            faults: The result of `doctor`; by default the index is checked first.

        Returns:
            The faults that remain.

        Raises:
            StoreError: The index cannot be written.
            ModelError: Vectors are damaged, and the index's model cannot be loaded.
            UsageError: The library is read-only.
        """
        from qa.index import doctor

        self._check_writable()
        if faults is not None:
            faults = [
                arguments.instance("faults", fault, doctor.Fault, "type-faults")
                for fault in arguments.iterable("faults", faults, "type-faults")
            ]

        def checked_encoder() -> Encoder:
            encoder = self._encoder()
            self._opened().check(encoder)
            return encoder

        doctor.repair(self.folder, checked_encoder, self.doctor() if faults is None else faults)
        return self.doctor()

    # -- documents --------------------------------------------------------------------------------

    def add(
        self,
        *sources: Source,
        prune: bool = False,
        dry_run: bool = False,
        password: str | None = None,
        ocr: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Report:
        """Add new files of the sources, replace changed ones, skip unchanged ones.

        Args:
            sources: Files, folders, and globs such as ``"reports/**/*.pdf"``.
            prune: Whether to remove documents whose files no longer exist in the folders named.
            dry_run: Whether only to report what would be done.
            password: The password of encrypted PDF files.
            ocr: Whether to read scanned pages with tesseract, if it is installed.
            on_progress: Called a few times a second with a `Progress`, for example ``print``.
            stop: Called as often; once it returns True, the run ends early and keeps the documents added so
                far.

        Returns:
            The added, changed, unchanged and removed documents, by ``doc_id``, and the failed files, with
            reasons. A file that cannot be read is in the report and does not stop the run.

        Raises:
            StoreError: The index cannot be written, or another process writes to it.
            ModelError: The model is missing, damaged, or not the index's.
            UsageError: There is no source, or the library is read-only.
        """
        from qa.index import Options, survey
        from qa.index.report import Pace

        paths = [arguments.path("sources", source) for source in sources]
        options = Options(
            arguments.flag("prune", prune),
            arguments.flag("dry_run", dry_run),
            None if password is None else arguments.text("password", password),
            arguments.flag("ocr", ocr),
        )
        arguments.functions(on_progress=on_progress, stop=stop)
        if not paths:
            raise UsageError("sources-missing")
        if not dry_run:
            self._check_writable()
        if self._create and not self.exists:
            self._check_new_model(fetch=not dry_run)
            # Checked before a model is loaded and a folder is created for nothing.
            preview = survey(paths, self.folder)
            if dry_run or not preview.added:
                return preview
            self.create()
        elif not dry_run:
            self.migrate()
        index = self._opened()
        self._check_model(index, fetch=not dry_run)
        pace = Pace(time.monotonic())

        def progressed(progress: Progress) -> None:
            if on_progress is not None:
                on_progress(pace.timed(progress, time.monotonic()))

        return index.update(paths, self._encoder, options, progressed, stop or (lambda: False))

    def watch(
        self,
        *sources: Source,
        update: Callable[[], Report] | None = None,
        on_error: Callable[[QaError], object] = lambda _: None,
    ) -> Report:
        """Add the sources now and after every change, until `KeyboardInterrupt` or a stop.

        Args:
            sources: As in `add`.
            update: Called after a change; by default it adds the sources.
            on_error: Called with the error of a failed update, which is tried again.

        Returns:
            The report of the update that was stopped.

        Raises:
            KeyboardInterrupt: The stop came between two updates.
        """
        from qa.index.watch import watch

        paths = [arguments.path("sources", source) for source in sources]
        arguments.functions(update=update, on_error=on_error)
        return watch(paths, self.folder, update or (lambda: self.add(*paths)), on_error)

    def documents(self) -> list[DocumentInfo]:
        """Return every document, by ``doc_id``, without its text.

        Raises:
            StoreError: There is no index and ``create`` is off, or it cannot be read.
        """
        return [] if self._is_new() else self._opened().documents()

    def document(self, doc_id: str) -> Document:
        """Return a document with its text, the only source of quotes.

        Raises:
            UsageError: No document has this id.
            StoreError: There is no index, or it cannot be read.
        """
        document = self.get(doc_id)
        if document is None:
            raise UsageError("unknown-document", name=visible(doc_id))
        return document

    def get(self, doc_id: str) -> Document | None:
        """Return a document with its text, or None if no document has this id."""
        arguments.text("doc_id", doc_id)
        return None if self._is_new() else self._opened().document(doc_id)

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return what the text of a document leaves out of its file, with the reasons.

        Raises:
            UsageError: No document has this id.
        """
        return self._opened().omissions(self.document(doc_id).doc_id)

    def failures(self) -> list[Failure]:
        """Return the files that could not be read when they were last tried, with the reasons."""
        return [] if self._is_new() else self._opened().failures()

    def remove(self, *doc_ids: str) -> None:
        """Remove documents with all their data from the index, and mails with their attachments.

        The original files stay unchanged.

        Raises:
            UsageError: An id is unknown (then nothing is removed), or the library is read-only.
            StoreError: The index cannot be written, or another process writes to it.
        """
        self._check_writable()
        self._opened().remove([arguments.text("doc_ids", doc_id) for doc_id in doc_ids])

    def cite(self, document: Document | str, start: int, end: int) -> Citation:
        """Return the citation of a stretch of a document.

        Args:
            document: The document, or its id.
            start: The first character, in code points from 0.
            end: The character after the last.

        Raises:
            UsageError: There is no such document, or it has no such stretch.
        """
        from qa.answer.citations import cite
        from qa.record import Span

        if isinstance(document, str):
            document = self.document(document)
        arguments.instance("document", document, Document, "type-document")
        start, end = arguments.integer("start", start), arguments.integer("end", end)
        if not 0 <= start <= end <= len(document.text):
            raise UsageError(
                "outside-document", name=document.doc_id, last=len(document.text), start=start, end=end
            )
        return cite(document, Span(start, end))

    # -- opening the index ------------------------------------------------------------------------

    def _opened(self) -> Index:
        from qa.index import Index

        with self._opening:
            if self._closed:
                raise UsageError("library-closed")
            if self._index is None:
                if self._is_new():
                    self.create()
                self._index = Index(self.folder)
            return self._index

    def _is_new(self) -> bool:
        """Return whether there is no index yet and the first call that needs one will create it."""
        return self._create and self._index is None and not self.exists

    def _check_writable(self) -> None:
        if self.read_only:
            raise UsageError("library-read-only")

    def _check_model(self, index: Index, *, fetch: bool) -> None:
        """Check the model that the caller named, even if no text is to be embedded: this downloads it."""
        if self._model is not None and not (self._model == index.model and index.is_default_model):
            index.check(self._encoder() if fetch else self._load_encoder(fetch=False))

    def _prepare(self) -> None:
        """Check that the index can be opened or created, and update an older format."""
        if not self.read_only:
            self.migrate()
        if self._is_new():
            self._check_new_model()
        else:
            self.manifest()

    def _check_new_model(self, *, fetch: bool = True) -> None:
        """Check the model that the caller named for a new index, before anything is created."""
        from qa import encoders

        if isinstance(self._model, str):
            try:
                encoders.check(self._model, fetch=fetch)
            except ModelError as error:
                # Whether a model can be downloaded is unknown without a try.
                if fetch or error.code != "model-not-local":
                    raise

    def _load_encoder(self, *, fetch: bool = True) -> Encoder:
        from qa import encoders

        model = self._model
        if model is None:
            return encoders.load(self._opened().model if self.exists else encoders.DEFAULT_MODEL)
        # Only the caller's own name may open a connection, never a name in an index from elsewhere.
        return encoders.load(model, fetch=fetch) if isinstance(model, str) else model
