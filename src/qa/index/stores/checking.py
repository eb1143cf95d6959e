"""Checks the SQLite file of an index for damage, and takes damaged vectors out of use."""

from __future__ import annotations

import json
from collections.abc import Iterable

from qa.index.stores.database import Database

UNUSED = (
    "NOT EXISTS (SELECT 1 FROM sentence WHERE vector = vector.id) "
    "AND NOT EXISTS (SELECT 1 FROM passage WHERE vector = vector.id)"
)


class Checking(Database):
    """The part of a store that `qa doctor` uses."""

    def integrity(self) -> list[str]:
        """Return the problems that SQLite reports about pages, rows and references; 20 at most."""
        problems = [
            row[0] for row in self._connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"
        ]
        strays = self._connection.execute("PRAGMA foreign_key_check")
        problems.extend(f"a row of {row[0]} belongs to a {row[2]} that is not there" for row in strays)
        return problems[:20]

    def vector_keys_of(self, document: int) -> dict[str, bytes]:
        """Return the vector keys of a document, by ``p`` and a passage's id or ``s`` and a sentence's id."""
        return dict(
            self._connection.execute(
                "SELECT 'p' || p.id, v.key FROM passage p JOIN vector v ON v.id = p.vector "
                "WHERE document = ?1 "
                "UNION ALL SELECT 's' || s.id, v.key FROM passage p JOIN sentence s ON s.passage = p.id "
                "JOIN vector v ON v.id = s.vector WHERE document = ?1",
                (document,),
            )
        )

    def documents_of_vectors(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of the documents that use one of these vectors, in order."""
        documents = self._connection.execute(
            "WITH bad AS (SELECT value AS id FROM json_each(?)) "
            "SELECT doc_id FROM document WHERE id IN (SELECT document FROM passage WHERE vector IN bad "
            "UNION SELECT p.document FROM sentence s JOIN passage p ON p.id = s.passage "
            "WHERE s.vector IN bad) ORDER BY doc_id",
            (json.dumps(sorted(rows)),),
        )
        return [row[0] for row in documents]

    def unused_vectors(self) -> list[int]:
        """Return the rows of vectors that no sentence and no passage uses."""
        return [row[0] for row in self._connection.execute(f"SELECT id FROM vector WHERE {UNUSED}")]

    def disown_vectors(self, rows: Iterable[int]) -> None:
        """Replace the keys of vectors by random ones, which no text matches. Call it inside `writing`."""
        disowned = list(rows)
        # They are used no more once their texts are replaced.
        self._loose.update(disowned)
        self._connection.executemany(
            "UPDATE vector SET key = randomblob(16) WHERE id = ?", ((row,) for row in disowned)
        )
