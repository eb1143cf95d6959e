"""Which document a text belongs to: the texts of a document are a range of keys."""

from __future__ import annotations

import threading
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from qa.index.postgres.postings import SENTENCES, Integers
from qa.index.postgres.session import Session


class Ranges:
    """The ranges of keys of the documents of one generation, read when they are first needed."""

    def __init__(self, session: Session) -> None:
        """Read nothing yet."""
        self._session = session
        self._rows: Integers | None = None
        self._lock = threading.Lock()

    def mask(self, kind: int, keys: Integers, documents: Collection[int]) -> NDArray[np.bool_]:
        """Return which keys are of texts of these documents."""
        chosen = np.fromiter(documents, dtype=np.int64, count=len(documents))
        return np.isin(self._owners(kind, keys), chosen)

    def owners(self, kind: int, keys: Integers) -> set[int]:
        """Return the documents of texts."""
        return {int(document) for document in np.unique(self._owners(kind, keys))} if len(keys) else set()

    def owner(self, kind: int, key: int) -> int:
        """Return the document of a text."""
        return int(self._owners(kind, np.array([key], dtype=np.int64))[0])

    def texts(self, kind: int, documents: Collection[int]) -> int:
        """Return the number of texts of documents."""
        rows = self._table()
        chosen = np.isin(rows[0], np.fromiter(documents, dtype=np.int64, count=len(documents)))
        first, last = (rows[1], rows[2]) if kind == SENTENCES else (rows[3], rows[4])
        return int((last - first + 1)[chosen].sum())

    def _owners(self, kind: int, keys: Integers) -> Integers:
        rows = self._table()
        first = rows[1] if kind == SENTENCES else rows[3]
        at = np.searchsorted(first, keys, side="right") - 1
        owners: Integers = rows[0][at] if len(rows[0]) else np.zeros(len(keys), dtype=np.int64)
        return owners

    def _table(self) -> Integers:
        """Return documents, first and last sentences, first and last passages, in the order of keys."""
        with self._lock:
            if self._rows is None:
                rows = self._session.rows(
                    "SELECT id, first_sentence, last_sentence, first_passage, last_passage FROM document "
                    # Of documents without texts, the first key is that of the next document.
                    "WHERE library = %s AND last_passage >= first_passage ORDER BY first_passage",
                    (self._session.library,),
                    binary=True,
                )
                self._rows = np.array(rows, dtype=np.int64).reshape(len(rows), 5).T.copy()
            return self._rows
