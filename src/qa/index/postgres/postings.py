"""The term tables: for each term and each block of texts, which texts have it, how often, and their lengths.

A block is a fixed range of keys, so that a change of a document rewrites a few small rows, and a reader keeps
the rows of all other blocks.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.index.lexical.base import Entry
from qa.index.postgres.session import Session

BITS = 14
BLOCK = 1 << BITS
"""Keys of a block."""
SENTENCES, PASSAGES = 0, 1
"""Kinds of texts."""
LONGEST_TERM = 200
"""Characters of a term beyond which its checksum is stored in its place; the database limits keys."""
_ROWS_AT_ONCE = 20_000
_LARGEST = 65_535

Integers = NDArray[np.int64]
_Item = TypeVar("_Item")


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Yield the items in lists of a size."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


@dataclass(frozen=True, slots=True)
class Column:
    """The texts with one term, in the order of keys.

    Attributes:
        keys: Their keys.
        counts: How often each has the term.
        lengths: The number of terms of each.
    """

    keys: Integers
    counts: NDArray[np.float32]
    lengths: NDArray[np.float32]


EMPTY = Column(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32))


def stored(term: str) -> str:
    """Return a term as the tables have it."""
    if len(term) <= LONGEST_TERM and "\0" not in term:
        return term
    return f"\ufdd0{hashlib.sha256(term.encode(errors='surrogatepass')).hexdigest()}"


def pack(offsets: Sequence[int], counts: Sequence[int], lengths: Sequence[int]) -> bytes:
    """Return the texts of one term in one block as bytes: all offsets, then all counts, then all lengths."""
    table = np.minimum(np.array([offsets, counts, lengths], dtype=np.int64), _LARGEST)
    return table.astype("<u2").tobytes()


def unpack(data: bytes, block: int) -> Column:
    """Return the texts of one term in one block from their bytes."""
    offsets, counts, lengths = np.frombuffer(data, dtype="<u2").reshape(3, -1)
    return Column(
        offsets.astype(np.int64) + (block << BITS), counts.astype(np.float32), lengths.astype(np.float32)
    )


def joined(columns: Sequence[Column]) -> Column:
    """Return the texts of one term in several blocks, in the order of the blocks."""
    if len(columns) == 1:
        return columns[0]
    if not columns:
        return EMPTY
    return Column(
        np.concatenate([column.keys for column in columns]),
        np.concatenate([column.counts for column in columns]),
        np.concatenate([column.lengths for column in columns]),
    )


# -- writing ------------------------------------------------------------------------------------------


def add(session: Session, kind: int, entries: Iterable[Entry]) -> None:
    """Add texts whose keys ascend and are greater than those of all others. Call it inside `writing`."""
    for block, texts in groupby(entries, key=lambda entry: entry.key >> BITS):
        _add_block(session, kind, block, texts)


def _add_block(session: Session, kind: int, block: int, texts: Iterable[Entry]) -> None:
    postings: dict[str, tuple[list[int], list[int], list[int]]] = defaultdict(lambda: ([], [], []))
    keys, sizes = [], []
    for entry in texts:
        offset, length = entry.key - (block << BITS), len(entry.terms)
        keys.append(offset)
        sizes.append(length)
        for term, count in Counter(entry.terms).items():
            column = postings[stored(term)]
            for values, value in zip(column, (offset, count, length), strict=True):
                values.append(value)
    fresh = {term: pack(*column) for term, column in postings.items()}
    for terms in batched(fresh, _ROWS_AT_ONCE):
        earlier = session.rows(
            "DELETE FROM posting WHERE library = %s AND kind = %s AND block = %s AND term = ANY(%s) "
            "RETURNING term, data",
            (session.library, kind, block, list(terms)),
            binary=True,
        )
        for term, data in earlier:
            fresh[term] = _concatenated(data, fresh[term])
    _insert(session, kind, block, fresh)
    _put_lengths(session, kind, block, keys, sizes)


def _insert(session: Session, kind: int, block: int, rows: dict[str, bytes]) -> None:
    for part in batched(rows.items(), _ROWS_AT_ONCE):
        values = [(kind, term, block, data) for term, data in part]
        session.insert("posting", ("smallint", "text", "integer", "bytea"), values)


def _concatenated(first: bytes, second: bytes) -> bytes:
    both = [np.frombuffer(data, dtype="<u2").reshape(3, -1) for data in (first, second)]
    return np.concatenate(both, axis=1).tobytes()


def _put_lengths(
    session: Session, kind: int, block: int, offsets: Sequence[int], sizes: Sequence[int]
) -> None:
    """Add the lengths of texts of a block."""
    rows = session.rows(
        "SELECT offsets, lengths FROM text_block WHERE library = %s AND kind = %s AND block = %s",
        (session.library, kind, block),
        binary=True,
    )
    before = rows[0] if rows else (b"", b"")
    _store_lengths(
        session,
        kind,
        block,
        np.concatenate([np.frombuffer(before[0], "<u2"), np.array(offsets, "<u2")]),
        np.concatenate([np.frombuffer(before[1], "<u4"), np.array(sizes, "<u4")]),
    )


def _store_lengths(
    session: Session, kind: int, block: int, offsets: NDArray[Any], sizes: NDArray[Any]
) -> None:
    where = (session.library, kind, block)
    if not len(offsets):
        session.change("DELETE FROM text_block WHERE library = %s AND kind = %s AND block = %s", where)
        return
    session.change(
        "INSERT INTO text_block VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (library, kind, block) "
        "DO UPDATE SET version = excluded.version, texts = excluded.texts, terms = excluded.terms, "
        "offsets = excluded.offsets, lengths = excluded.lengths",
        (*where, secrets.randbits(62), len(offsets), int(sizes.sum()), offsets.tobytes(), sizes.tobytes()),
    )


def remove(session: Session, kind: int, ranges: Iterable[tuple[int, int]]) -> None:
    """Remove the texts in ranges of keys (first and last). Call it inside `writing`."""
    by_block: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for first, last in ranges:
        for block in range(first >> BITS, (last >> BITS) + 1 if last >= first else first >> BITS):
            start = block << BITS
            by_block[block].append((max(first, start) - start, min(last, start + BLOCK - 1) - start))
    for block, parts in by_block.items():
        _remove_block(session, kind, block, parts)


def _remove_block(session: Session, kind: int, block: int, parts: Sequence[tuple[int, int]]) -> None:
    gone = np.zeros(BLOCK, dtype=bool)
    for first, last in parts:
        gone[first : last + 1] = True
    changed, empty = {}, []
    where = (session.library, kind, block)
    condition = "library = %s AND kind = %s AND block = %s"
    for term, data in session.rows(f"SELECT term, data FROM posting WHERE {condition}", where, binary=True):
        table = np.frombuffer(data, dtype="<u2").reshape(3, -1)
        stays = ~gone[table[0]]
        if not stays.any():
            empty.append(term)
        elif not stays.all():
            changed[term] = table[:, stays].tobytes()
    for terms in batched([*empty, *changed], _ROWS_AT_ONCE):
        session.change(f"DELETE FROM posting WHERE {condition} AND term = ANY(%s)", (*where, list(terms)))
    _insert(session, kind, block, changed)
    rows = session.rows(f"SELECT offsets, lengths FROM text_block WHERE {condition}", where, binary=True)
    for offsets_data, lengths_data in rows:
        offsets, sizes = np.frombuffer(offsets_data, "<u2"), np.frombuffer(lengths_data, "<u4")
        stays = ~gone[offsets]
        _store_lengths(session, kind, block, offsets[stays], sizes[stays])


# -- reading ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of one kind of texts in one generation.

    Attributes:
        versions: The version of each block, by its number.
        texts: The number of texts.
        terms: The number of their terms.
    """

    versions: dict[int, int]
    texts: int
    terms: int


def blocks(session: Session) -> tuple[Blocks, Blocks]:
    """Return the blocks of sentences and of passages."""
    rows = session.rows(
        "SELECT kind, block, version, texts, terms FROM text_block WHERE library = %s ORDER BY kind, block",
        (session.library,),
    )
    sentences, passages = (
        Blocks(
            {block: version for number, block, version, _, _ in rows if number == kind},
            sum(texts for number, _, _, texts, _ in rows if number == kind),
            sum(terms for number, *_, terms in rows if number == kind),
        )
        for kind in (SENTENCES, PASSAGES)
    )
    return sentences, passages


def lengths(session: Session, kind: int) -> Iterator[tuple[int, int]]:
    """Yield the key and the number of terms of each text, in the order of keys."""
    rows = session.rows(
        "SELECT block, offsets, lengths FROM text_block WHERE library = %s AND kind = %s ORDER BY block",
        (session.library, kind),
        binary=True,
    )
    for block, offsets, sizes in rows:
        keys = np.frombuffer(offsets, "<u2").astype(np.int64) + (block << BITS)
        yield from zip(keys.tolist(), np.frombuffer(sizes, "<u4").tolist(), strict=True)
