"""Open the index of a library, or create it, with the model that the caller named."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from qa import arguments
from qa.errors import ModelError, QaError, UsageError
from qa.lazy import Lazy
from qa.places import is_database

# Imported at their first use: listing documents needs no model, and `import qa` needs none of them.
if TYPE_CHECKING:
    from qa.encoders import Encoder
    from qa.index import Index
    from qa.index.location import Location

Source = str | os.PathLike[str]


class Opening:
    """The index of a library; see `qa.Library`."""

    def __init__(
        self,
        index: Source = "index",
        *,
        model: Source | Encoder | None = None,
        create: bool = True,
        read_only: bool = False,
    ) -> None:
        """Take the arguments of `qa.open`; open nothing yet."""
        self._place = arguments.path("index", index)
        # The path of a folder is not looked at before a call needs it, which loads the code for indexes.
        self.folder = self.location.folder if is_database(self._place) else Path(self._place)
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
            return f"<qa.{type(self).__name__} {self.location.name!r}, closed>"
        try:
            state = f"model {self.manifest()['model']}" if self.exists else "no index yet"
        except QaError:
            state = "cannot be opened"
        return f"<qa.{type(self).__name__} {self.location.name!r}, {state}>"

    def close(self) -> None:
        """Close the library; every later call raises `UsageError`."""
        with self._opening:
            self._closed = True
            if self._index is not None:
                self._index.close()
                self._index = None

    # -- the index --------------------------------------------------------------------------------

    @cached_property
    def location(self) -> Location:
        """Where the index is: a folder or a database."""
        from qa.index import location

        return location.of(self._place)

    @property
    def exists(self) -> bool:
        """Whether there is an index, even an old or damaged one."""
        return self.location.exists()

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
            Index.create(self.location, self._encoder()).close()

    def migrate(self) -> bool:
        """Update an index of an older format in place; no text is embedded again.

        Returns:
            Whether it had an older format.

        Raises:
            StoreError: The index is damaged, another program's, or cannot be written.
            UsageError: The library is read-only.
        """
        self._check_writable()
        return self.exists and self.location.migrate()

    def manifest(self) -> dict[str, str]:
        """Return the metadata of the index.

        Keys are ``model``, ``fingerprint`` (of the model), ``dimension``, ``updated`` (ISO 8601) and
        ``generation``, a number that grows with each change of the documents, among others.

        Raises:
            StoreError: There is no index, or it cannot be read.
        """
        return self._opened().manifest()

    def _opened(self) -> Index:
        from qa.index import Index

        with self._opening:
            if self._closed:
                raise UsageError("library-closed")
            if self._index is None:
                if self._is_new():
                    self.create()
                self._index = Index(self.location)
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
