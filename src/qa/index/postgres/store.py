"""The store of a library in a database, with its search indexes; see `qa.index.stores.base`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from qa.errors import StoreError
from qa.index.lexical.base import Entry
from qa.index.postgres import postings
from qa.index.postgres.address import Address
from qa.index.postgres.documents import Ranges
from qa.index.postgres.postings import PASSAGES, SENTENCES, batched
from qa.index.postgres.reading import floats
from qa.index.postgres.terms import DatabaseTerms, PostingCache, TermReader
from qa.index.postgres.vectors import DatabaseVectors, NearVectors
from qa.index.postgres.writing import UNUSED, Writing
from qa.index.search_indexes import SearchIndexes, passage_terms, sentence_texts
from qa.text import tokens
from qa.text.tokens import terms

_TEXTS_AT_ONCE = 20_000
"""Passages whose terms are in memory together."""


class PostgresStore(Writing):
    """The store of a library in a database; see `qa.index.stores.base.CheckedStore`."""

    def __init__(
        self, address: Address, folder: Path, *, writable: bool, identity: int | None = None
    ) -> None:
        """Open the library; see `Session`."""
        super().__init__(address, folder, writable=writable, identity=identity)
        self._postings = PostingCache()

    # -- search indexes ---------------------------------------------------------------------------

    def search_indexes(self, generation: int) -> SearchIndexes:
        """Return the search indexes of the generation that is read.

        Raises:
            StoreError: The terms are of another version of the tokenizer.
        """
        rows = self.rows(
            "SELECT words, has_hnsw, sentences, passages, (SELECT value FROM manifest m "
            "WHERE m.library = l.library AND key = 'dimension') FROM library l WHERE library = %s",
            (self.library,),
        )
        [(words, has_hnsw, sentences, passages, components)] = rows
        if words != tokens.NAME:
            raise StoreError("database-terms-outdated", folder=self.address.name)
        dimension, numbers = int(components), (int(sentences), int(passages))
        ranges = Ranges(self)
        near = NearVectors(self, dimension) if has_hnsw else None
        blocks = postings.blocks(self)
        reader = TermReader(self, blocks, self._postings)
        vectors = [
            DatabaseVectors(self, kind, dimension, numbers[kind], ranges, near)
            for kind in (SENTENCES, PASSAGES)
        ]
        lexical = [DatabaseTerms(self, kind, blocks[kind], reader, ranges) for kind in (SENTENCES, PASSAGES)]
        return SearchIndexes(generation, vectors[0], vectors[1], lexical[0], lexical[1])

    def index_documents(self) -> None:
        """Update the term tables with the documents that this transaction removed and added."""
        postings.remove(self, PASSAGES, [(first, last) for first, last, _, _ in self.removed])
        postings.remove(self, SENTENCES, [(first, last) for _, _, first, last in self.removed])
        self._add_terms(self.indexed)

    def index_again(self, generation: int) -> SearchIndexes:
        """Write the term tables again from the documents, and return the search indexes."""
        if getattr(self._local, "connection", None) is not None:
            # The transaction of a reader cannot change anything.
            raise StoreError("index-read-only", folder=self.address.name, cause="opened to read")
        with self.writing():
            for table in ("posting", "text_block"):
                self.change(f"DELETE FROM {table} WHERE library = %s", (self.library,))
            self._add_terms(0)
            self.change("UPDATE library SET words = %s WHERE library = %s", (tokens.NAME, self.library))
        with self.reading():
            return self.search_indexes(generation)

    def _add_terms(self, since: int) -> None:
        for texts in batched(self.texts(since), _TEXTS_AT_ONCE):
            postings.add(
                self,
                SENTENCES,
                (
                    Entry(key, passage.document, terms(text, language))
                    for passage, _, language in texts
                    for key, text in sentence_texts(passage)
                ),
            )
            postings.add(
                self,
                PASSAGES,
                (
                    Entry(passage.id, passage.document, passage_terms(passage, title, language))
                    for passage, title, language in texts
                ),
            )

    def has_outdated_terms(self) -> bool:
        """Return whether the term tables are of another version of the tokenizer."""
        query = "SELECT words FROM library WHERE library = %s"
        return bool(self.value(query, (self.library,)) != tokens.NAME)

    # -- checks -----------------------------------------------------------------------------------

    def integrity(self) -> list[str]:
        """Return the problems of the tables: rows that belong to nothing, and wrong counters; 20 at most."""
        problems = [
            f"{number} of {what}"
            for what, query in _STRAYS.items()
            if (number := self.value(query, {"library": self.library}))
        ]
        for name in ("sentence", "passage"):
            number = int(self.value(f"SELECT count(*) FROM {name} WHERE library = %s", (self.library,)))
            if number != self.count(f"{name}s"):
                problems.append(f"{self.count(f'{name}s')} {name}s are counted, and {number} are stored")
        return problems[:20]

    def all_vectors(self) -> Iterator[tuple[int, bytes]]:
        """Return the row and the float32 bytes of every vector."""
        query = "SELECT id, vector_send(data) FROM vector WHERE library = %s"
        for row, data in self._stream(query, (self.library,)):
            yield row, floats(data)

    def vector_keys_of(self, document: int) -> dict[str, bytes]:
        """Return the vector keys of a document, by ``p`` and a passage's id or ``s`` and a sentence's id."""
        keys: dict[str, bytes] = {}
        for letter, table in (("p", "passage"), ("s", "sentence")):
            rows = self.rows(
                f"SELECT t.id, v.key FROM {table} t JOIN vector v ON v.library = t.library "
                "AND v.id = t.vector WHERE t.library = %s AND t.document = %s",
                (self.library, document),
            )
            keys.update((f"{letter}{key}", bytes(vector)) for key, vector in rows)
        return keys

    def documents_of_vectors(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of the documents that use one of these vectors, in order."""
        names = self.rows(
            "SELECT doc_id FROM document WHERE library = %(library)s AND id IN ("
            "SELECT document FROM passage WHERE library = %(library)s AND vector = ANY(%(rows)s) UNION "
            "SELECT document FROM sentence WHERE library = %(library)s AND vector = ANY(%(rows)s)) "
            "ORDER BY doc_id",
            {"library": self.library, "rows": list(rows)},
        )
        return [row[0] for row in names]

    def unused_vectors(self) -> list[int]:
        """Return the rows of vectors that no sentence and no passage uses."""
        rows = self.rows(f"SELECT id FROM vector v WHERE library = %s AND {UNUSED}", (self.library,))
        return [row[0] for row in rows]

    def disown_vectors(self, rows: Iterable[int]) -> None:
        """Replace the keys of vectors by random ones, which no text matches. Call it inside `writing`."""
        for row in rows:
            self.change(
                "UPDATE vector SET key = %s WHERE library = %s AND id = %s",
                (secrets.token_bytes(16), self.library, row),
            )


_STRAYS = {
    "the sentences belong to no passage of their document": (
        "SELECT count(*) FROM sentence s LEFT JOIN passage p ON p.library = s.library AND p.id = s.passage "
        "WHERE s.library = %(library)s AND p.document IS DISTINCT FROM s.document"
    ),
    "the documents have other passages than their range of keys": (
        "SELECT count(*) FROM document d WHERE library = %(library)s "
        "AND d.last_passage - d.first_passage + 1 <> (SELECT count(*) FROM passage p "
        "WHERE p.library = d.library AND p.document = d.id "
        "AND p.id BETWEEN d.first_passage AND d.last_passage)"
    ),
    "the documents have other sentences than their range of keys": (
        "SELECT count(*) FROM document d WHERE library = %(library)s "
        "AND d.last_sentence - d.first_sentence + 1 <> (SELECT count(*) FROM sentence s "
        "WHERE s.library = d.library AND s.document = d.id "
        "AND s.id BETWEEN d.first_sentence AND d.last_sentence)"
    ),
}
"""Statements that count inconsistent rows."""
