"""The store: one SQLite file with documents, passages, sentences and the keys of their vectors.

The search indexes in the folder are built from it. A writer changes it in one transaction. The number of the
last transaction, the generation, shows which search indexes belong to it. Readers work on a snapshot
(write-ahead logging), which a writer neither blocks nor changes.
"""

from __future__ import annotations

from qa.index.stores.checking import Checking
from qa.index.stores.reading import Reading
from qa.index.stores.writing import Writing


class SqliteStore(Reading, Writing, Checking):
    """The store in the SQLite file of an index folder; see `qa.index.stores.base.WritableStore`."""
