"""The kinds of search indexes by name: the only place where an implementation is chosen.

The manifest of an index names its kinds. To add a kind, write a class for the protocol, add it to the table
below, and run the conformance tests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa.errors import StoreError
from qa.index.lexical.base import LexicalIndexes
from qa.index.vectors.base import VectorIndexes

DAMAGED = (OSError, ValueError, RuntimeError, EOFError, KeyError, TypeError)
"""The exceptions of a search index whose files are missing or damaged."""


def _faiss() -> VectorIndexes:
    from qa.index.vectors.faiss import FaissIndex

    return FaissIndex


def _postings() -> LexicalIndexes:
    from qa.index.lexical.postings import PostingsIndex

    return PostingsIndex


# The values are functions because each loads a large library.
VECTORS: dict[str, Callable[[], VectorIndexes]] = {"faiss": _faiss}
LEXICAL: dict[str, Callable[[], LexicalIndexes]] = {"postings": _postings}
DEFAULT = {"vectors": "faiss", "lexical": "postings"}
"""The manifest's keys, with the kinds of a new index and of an index that names none."""
_REPLACED = {"tantivy": "postings"}
"""The kinds of earlier versions; an index that names one is built again from its store."""


@dataclass(frozen=True, slots=True)
class Backends:
    """The kinds of search indexes of one index."""

    vectors: VectorIndexes
    lexical: LexicalIndexes


def named(manifest: Mapping[str, str]) -> Backends:
    """Return the kinds that a manifest names.

    Raises:
        StoreError: This program does not have both of them.
    """
    vectors, lexical = (manifest.get(key, default) for key, default in DEFAULT.items())
    lexical = _REPLACED.get(lexical, lexical)
    if vectors not in VECTORS or lexical not in LEXICAL:
        raise StoreError(
            "index-kind-unknown", vectors=vectors, lexical=lexical, known=", ".join([*VECTORS, *LEXICAL])
        )
    return Backends(VECTORS[vectors](), LEXICAL[lexical]())
