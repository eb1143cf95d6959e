"""Which database of a library over several has a document, and keys that are unique in all of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

BITS = 40
"""Bits of a key that are those of its database; above are those of the number of the database.

All keys of a database are together, so texts are in the same order by the keys of sentences and of passages.
"""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a library over several databases: each contains the number of its database.

    Attributes:
        shards: The number of databases.
    """

    shards: int

    def of(self, doc_id: str) -> int:
        """Return the number of the database of a document, which depends on its id alone."""
        digest = hashlib.sha256(doc_id.encode(errors="replace")).digest()
        return int.from_bytes(digest[:8]) % self.shards

    def outer(self, key: int, shard: int) -> int:
        """Return the key in the library of a key in a database."""
        return (shard << BITS) + key

    def inner(self, key: int) -> tuple[int, int]:
        """Return the number of the database of a key, and the key there."""
        return key >> BITS, key & (1 << BITS) - 1

    def split(self, keys: Iterable[int]) -> dict[int, list[int]]:
        """Return the keys in each database, by its number."""
        parts: dict[int, list[int]] = defaultdict(list)
        for key in keys:
            shard, inner = self.inner(key)
            parts[shard].append(inner)
        return parts
