"""The vector index of a library in a database: candidates by pgvector, in the order of the exact vectors."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from qa.encoders import Vectors
from qa.index.postgres.connections import Row, Vector
from qa.index.postgres.documents import Ranges
from qa.index.postgres.postings import PASSAGES, SENTENCES
from qa.index.postgres.reading import floats
from qa.index.postgres.session import Session

NEAR = 300
"""Vectors that one search of the HNSW index returns; sentences and passages share it."""
EXACT = 20_000
"""Texts of the chosen documents up to which all of them are compared."""
_REMEMBERED = 64
_TABLES = {SENTENCES: "sentence", PASSAGES: "passage"}
Hits = list[tuple[int, float]]


class NearVectors:
    """The nearest sentences and passages of a query in one generation, which are searched together."""

    def __init__(self, session: Session, dimension: int) -> None:
        """Remember no query yet."""
        self._session = session
        self._dimension = dimension
        self._results: OrderedDict[tuple[bytes, int], tuple[Hits, Hits]] = OrderedDict()

    def of(self, query: Vectors, k: int) -> tuple[Hits, Hits]:
        """Return the nearest sentences and passages, as many as there are among the nearest vectors.

        Args:
            query: The vector.
            k: Maximum texts with the same vector.
        """
        key = (query.tobytes(), k)
        remembered = self._results.get(key)
        if remembered is None:
            remembered = self._search(query, k)
            self._results[key] = remembered
            while len(self._results) > _REMEMBERED:
                self._results.popitem(last=False)
        return remembered

    def _search(self, query: Vectors, k: int) -> tuple[Hits, Hits]:
        library, dimension = self._session.library, self._dimension
        near = (
            f"SELECT id, data <#> %(query)s AS distance FROM vector WHERE library = '{library}' "
            f"ORDER BY (data::halfvec({dimension})) <#> (%(query)s::halfvec({dimension})) LIMIT {NEAR}"
        )
        rows = self._session.rows(
            f"WITH near AS MATERIALIZED ({near}) {_texts_of('sentence')} UNION ALL {_texts_of('passage')}",
            {"query": Vector(query), "library": library, "k": k},
            binary=True,
        )
        hits: tuple[Hits, Hits] = ([], [])
        for kind, text, distance in rows:
            hits[kind].append((text, -distance))
        for each in hits:
            each.sort(key=lambda hit: (-hit[1], hit[0]))
        return hits


def _texts_of(table: str) -> str:
    kind = PASSAGES if table == "passage" else SENTENCES
    return (
        f"SELECT {kind}, t.id, n.distance FROM near n CROSS JOIN LATERAL (SELECT id FROM {table} "
        "WHERE library = %(library)s AND vector = n.id ORDER BY id LIMIT %(k)s) t"
    )


class DatabaseVectors:
    """The vectors of the sentences or passages of one generation; see `qa.index.vectors.base.VectorIndex`."""

    def __init__(
        self,
        session: Session,
        kind: int,
        dimension: int,
        number: int,
        ranges: Ranges,
        near: NearVectors | None,
    ) -> None:
        """Take what the generation has; ``near`` is None for a library without HNSW index."""
        self._session = session
        self._kind = kind
        self._table = _TABLES[kind]
        self._dimension = dimension
        self._number = number
        self._ranges = ranges
        self._near = near

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._dimension

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""
        query = f"SELECT max(id) FROM {self._table} WHERE library = %s"
        return int(self._session.value(query, (self._session.library,)) or 0)

    def __len__(self) -> int:
        return self._number

    def search(self, query: Vectors, k: int, documents: Collection[int] | None = None) -> Hits:
        """Return the ``k`` nearest keys with their similarity, best first, ties by key."""
        if k < 1 or (documents is not None and not documents):
            return []
        if self._near is not None and (
            documents is None or self._ranges.texts(self._kind, documents) > EXACT
        ):
            hits = self._near.of(query, max(k, 80))[self._kind]
            if documents is not None and hits:
                keys = np.array([key for key, _ in hits], dtype=np.int64)
                inside = self._ranges.mask(self._kind, keys, documents)
                hits = [hit for hit, is_inside in zip(hits, inside.tolist(), strict=True) if is_inside]
            if len(hits) >= k:
                return hits[:k]
        return self._exact(query, k, documents)

    def _exact(self, query: Vectors, k: int, documents: Collection[int] | None) -> Hits:
        """Compare all vectors, or those of some documents."""
        condition = "" if documents is None else " AND t.document = ANY(%(documents)s)"
        rows = self._session.rows(
            f"SELECT t.id, v.data <#> %(query)s AS distance FROM {self._table} t "
            "JOIN vector v ON v.library = t.library AND v.id = t.vector "
            f"WHERE t.library = %(library)s{condition} ORDER BY 2, 1 LIMIT %(k)s",
            {
                "query": Vector(query),
                "library": self._session.library,
                "documents": None if documents is None else list(documents),
                "k": k,
            },
            binary=True,
        )
        return [(key, -distance) for key, distance in rows]

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        """Return the cosine similarity of each key's vector, in the order of ``keys``."""
        rows = self._of_keys("-(v.data <#> %(query)s)", keys, query)
        return np.array([value for (value,) in rows], dtype=np.float32)

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of keys, shape ``(len(keys), dimension)``, bit by bit as they were added."""
        rows = self._of_keys("vector_send(v.data)", keys)
        data = b"".join(floats(value) for (value,) in rows)
        return np.frombuffer(data, dtype=np.float32).reshape(len(keys), self._dimension).copy()

    def _of_keys(self, expression: str, keys: Sequence[int], query: Vectors | None = None) -> list[Row]:
        rows = self._session.rows(
            f"SELECT {expression} FROM unnest(%(keys)s::bigint[]) WITH ORDINALITY AS wanted (id, number) "
            f"JOIN {self._table} t ON t.library = %(library)s AND t.id = wanted.id "
            "JOIN vector v ON v.library = t.library AND v.id = t.vector ORDER BY wanted.number",
            {
                "keys": [int(key) for key in keys],
                "library": self._session.library,
                "query": None if query is None else Vector(query),
            },
            binary=True,
        )
        if len(rows) < len(keys):
            raise KeyError(f"a key of {self._table} without a vector")
        return rows

    def entries(self) -> Iterator[tuple[int, int]]:
        """Return key and document of each vector, in the order of keys."""
        rows = self._session.rows(
            f"SELECT id, document FROM {self._table} WHERE library = %s ORDER BY id",
            (self._session.library,),
            binary=True,
        )
        return iter([(key, document) for key, document in rows])
