"""The truth: one SQLite file with documents, passages, sentences and their vectors.

Everything else in an index folder is derived from it. Writers change it in one transaction, and the
number of the last one, the generation, tells whether a derived file belongs to it. Readers work on a
snapshot (write-ahead logging), so a writer neither blocks nor changes them.
"""

from __future__ import annotations

from qa.index.stores.checking import Checking
from qa.index.stores.reading import Reading
from qa.index.stores.writing import Writing


class SqliteStore(Reading, Writing, Checking):
    """The SQLite file of one index folder; one connection a thread. See `qa.index.stores.base`."""
