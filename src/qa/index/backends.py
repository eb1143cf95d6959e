"""The kinds of search indexes by name: the one place where an implementation is chosen.

The manifest of an index names its kinds. To add one, write a class for the protocol, add it to the table, and
run the conformance tests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa.errors import StoreError
from qa.index.lexical.base import LexicalIndexes
from qa.index.vectors.base import VectorIndexes

DAMAGED = (OSError, ValueError, RuntimeError, EOFError)
"""What a search index raises where its files are missing or damaged."""


def _faiss() -> VectorIndexes:
    from qa.index.vectors.faiss import FaissIndex

    return FaissIndex


def _tantivy() -> LexicalIndexes:
    from qa.index.lexical.tantivy import TantivyIndex

    return TantivyIndex


# Functions, since each loads a large library.
VECTORS: dict[str, Callable[[], VectorIndexes]] = {"faiss": _faiss}
LEXICAL: dict[str, Callable[[], LexicalIndexes]] = {"tantivy": _tantivy}
DEFAULT = {"vectors": "faiss", "lexical": "tantivy"}
"""The manifest's keys of the kinds, with those of a new index, and of one that does not name any."""


@dataclass(frozen=True, slots=True)
class Backends:
    """What makes and reads the search indexes of one index."""

    vectors: VectorIndexes
    lexical: LexicalIndexes


def named(manifest: Mapping[str, str]) -> Backends:
    """Returns the kinds that a manifest names.

    Raises:
        StoreError: This program does not have one of them.
    """
    vectors, lexical = (manifest.get(key, default) for key, default in DEFAULT.items())
    if vectors not in VECTORS or lexical not in LEXICAL:
        raise StoreError(
            "search-index-unknown", vectors=vectors, lexical=lexical, known=", ".join([*VECTORS, *LEXICAL])
        )
    return Backends(VECTORS[vectors](), LEXICAL[lexical]())
