"""Add, list, remove, check and repair the documents of a library."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from qa import arguments
from qa.errors import QaError, UsageError
from qa.messages import visible
from qa.opening import Opening, Source
from qa.types import Document, Omission

# Imported at their first use: listing documents needs no model, and `import qa` needs none of them.
if TYPE_CHECKING:
    from qa.encoders import Encoder
    from qa.index import DocumentInfo, Failure
    from qa.index.doctor import Fault
    from qa.index.report import Progress, Report
    from qa.record import Citation


class Documents(Opening):
    """The documents of a library; see `qa.Library`."""

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, str) and self.get(doc_id) is not None

    def doctor(self) -> list[Fault]:
        """Check the whole index: the file, every offset, every vector, the search files. Writes nothing.

        Returns:
            The faults; an empty list for an index without faults.

        Raises:
            StoreError: There is no index, or it cannot be opened.
        """
        from qa.index import doctor

        return doctor.check(self.location)

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

        doctor.repair(self.location, checked_encoder, self.doctor() if faults is None else faults)
        return self.doctor()

    # -- documents --------------------------------------------------------------------------------

    def add(
        self,
        *sources: Source,
        prune: bool = False,
        dry_run: bool = False,
        password: str | None = None,
        ocr: bool = False,
        workers: int | None = None,
        ray: str | None = None,
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
            workers: The number of processes that read files; by default a number that fits the machine and
                the files. The index is the same for any number.
            ray: The address of a Ray cluster whose machines read and embed: ``HOST:PORT``, ``ray://HOST:PORT``
                or ``auto``. The index is that of a run without it.
            on_progress: Called a few times a second with a `Progress`, for example ``print``.
            stop: Called as often; once it returns True, the run ends early and keeps the documents added so
                far.

        Returns:
            The added, changed, unchanged and removed documents, by ``doc_id``, and the failed files, with
            reasons. A file that cannot be read is in the report and does not stop the run.

        Raises:
            StoreError: The index cannot be written, or another process writes to it.
            ModelError: The model is missing, damaged, or not the index's.
            UsageError: There is no source, the library is read-only, or there is no cluster at the address.
        """
        from qa.index import Options, survey
        from qa.index.report import Pace

        paths = [arguments.path("sources", source) for source in sources]
        options = Options(
            arguments.flag("prune", prune),
            arguments.flag("dry_run", dry_run),
            None if password is None else arguments.text("password", password),
            arguments.flag("ocr", ocr),
            None if workers is None else arguments.integer("workers", workers),
        )
        address = None if ray is None else arguments.text("ray", ray)
        arguments.functions(on_progress=on_progress, stop=stop)
        if not paths:
            raise UsageError("sources-missing")
        if options.workers is not None and options.workers < 1:
            raise UsageError("number-of-workers", n=options.workers)
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

        may_stop = stop or (lambda: False)
        if address is None or dry_run:
            return index.update(paths, self._encoder, options, progressed, may_stop)
        from qa.cluster import Cluster
        from qa.encoders.ray import RayEncoder

        with closing(Cluster(address)) as cluster:
            options = replace(options, cluster=cluster)
            return index.update(
                paths, lambda: RayEncoder(self._encoder(), cluster), options, progressed, may_stop
            )

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

    def rename(self, doc_id: str, title: str | None) -> None:
        """Give a document a title, which answers cite from now on, also after the file has changed.

        Args:
            doc_id: The id of the document.
            title: The title; None for that of the file.

        Raises:
            UsageError: No document has this id, the title is empty, or the library is read-only.
            StoreError: The index cannot be written, or another process writes to it.
        """
        self._check_writable()
        name = None if title is None else " ".join(arguments.text("title", title).split())
        if name == "":
            raise UsageError("title-empty")
        self._opened().rename(arguments.text("doc_id", doc_id), name)

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
