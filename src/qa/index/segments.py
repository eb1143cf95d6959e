"""Segments, the parts of a search index: files that are written once, and that generations share.

A change writes a small segment. Once several are of about the same size, they are merged, so each row is
written again only a few times. A document that was removed is marked in the list of segments; its rows are
left out when their segment is next rewritten.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.index.columns import Arrays

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

LIST = "segments.json"
_SMALLEST, _FACTOR = 256, 4
"""Segments are of one size class up to these rows, and then within this factor; as many of one are merged."""
_REMOVED = 0.25
"""Share of removed rows from which a segment is rewritten."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a segment: keys, which ascend, and the document of each.

    Attributes:
        keys: Their keys.
        owners: The key of the document of each run of rows.
        starts: The first row of each run, and then the number of rows.
        removed: Keys of documents whose rows no longer count.
    """

    keys: Integers
    owners: Integers
    starts: Integers
    removed: frozenset[int] = frozenset()

    @classmethod
    def of(cls, keys: Integers, documents: Integers) -> Rows:
        """Return rows with these keys and documents."""
        begins = np.flatnonzero(np.diff(documents, prepend=documents[:1] - 1))
        return cls(keys, documents[begins], np.append(begins, len(keys)).astype(np.int64))

    @classmethod
    def read(cls, columns: Arrays) -> Rows:
        """Return the rows that `columns` returned.

        Raises:
            ValueError or KeyError: They do not belong together.
        """
        rows = cls(columns["keys"], columns["owners"], columns["starts"])
        if len(rows.starts) != len(rows.owners) + 1 or rows.starts[-1] != len(rows.keys):
            raise ValueError("the documents of a segment do not belong to its keys")
        return rows

    def columns(self) -> Arrays:
        """Return the columns to write."""
        return {"keys": self.keys, "owners": self.owners, "starts": self.starts}

    def without(self, documents: Iterable[int]) -> Rows:
        """Return the same rows, of which those of some documents no longer count."""
        return replace(self, removed=frozenset(documents))

    def gone(self, documents: Integers) -> frozenset[int]:
        """Return the documents of these rows that are not among others, which ascend."""
        return frozenset(self.owners[~np.isin(self.owners, documents)].tolist())

    @cached_property
    def alive(self) -> Mask | None:
        """Which rows count; None for all."""
        return ~self.of_documents(self.removed) if self.removed else None

    @cached_property
    def number(self) -> int:
        """The number of rows that count."""
        return len(self.keys) if self.alive is None else int(self.alive.sum())

    @property
    def last(self) -> int:
        """The greatest key that counts, 0 if there is none."""
        keys = self.keys if self.alive is None else self.keys[self.alive]
        return int(keys[-1]) if len(keys) else 0

    def of_documents(self, documents: Collection[int]) -> Mask:
        """Return which rows are of one of these documents."""
        wanted = np.fromiter(documents, dtype=np.int64, count=len(documents))
        mask = np.zeros(len(self.keys), dtype=np.bool_)
        for run in np.flatnonzero(np.isin(self.owners, wanted)).tolist():
            mask[self.starts[run] : self.starts[run + 1]] = True
        return mask

    def documents(self, rows: Integers | None = None) -> Integers:
        """Return the documents of rows, or of all rows."""
        if rows is None:
            return np.repeat(self.owners, np.diff(self.starts))
        return self.owners[np.searchsorted(self.starts, rows, side="right") - 1]

    def entries(self) -> Iterator[tuple[int, int]]:
        """Return key and document of each row that counts."""
        keys, documents = self.keys, self.documents()
        if self.alive is not None:
            keys, documents = keys[self.alive], documents[self.alive]
        return iter(zip(keys.tolist(), documents.tolist(), strict=True))


class Segment(Protocol):
    """A part of a search index, which never changes but for what is marked as removed."""

    @property
    def rows(self) -> Rows:
        """Its rows."""


def located(segments: Sequence[Segment], keys: Sequence[int]) -> Iterator[tuple[int, Integers, Integers]]:
    """Yield where keys are: the number of a segment, their places among ``keys``, and their rows.

    Args:
        segments: Segments in the order of their keys.
        keys: The keys.

    Raises:
        KeyError: A key is in no segment, or marked as removed.
    """
    wanted = np.asarray(keys, dtype=np.int64)
    lasts = np.array([segment.rows.keys[-1] for segment in segments], dtype=np.int64)
    numbers = np.searchsorted(lasts, wanted)
    for number in np.unique(numbers).tolist():
        places = np.flatnonzero(numbers == number)
        if number == len(segments):
            raise KeyError(f"no key of {wanted[places].tolist()}")
        rows = segments[number].rows
        at = np.searchsorted(rows.keys, wanted[places])
        missing = rows.keys[at] != wanted[places]
        if rows.alive is not None:
            missing |= ~rows.alive[at]
        if missing.any():
            raise KeyError(f"no key of {wanted[places][missing].tolist()}")
        yield number, places, at


def to_merge(segments: Sequence[Segment], most: int) -> list[range]:
    """Return the runs of neighbouring segments to rewrite together, none of which overlap.

    Args:
        segments: Segments in the order of their keys.
        most: The number of rows from which a segment is large enough.
    """
    runs = _of_one_size([segment.rows.number for segment in segments], most)
    inside = {at for run in runs for at in run}
    for at, segment in enumerate(segments):
        if at not in inside and segment.rows.number < (1 - _REMOVED) * len(segment.rows.keys):
            runs.append(range(at, at + 1))
    return sorted(runs, key=lambda run: run.start)


def _of_one_size(sizes: Sequence[int], most: int) -> list[range]:
    classes = [_size_class(size) if size < most else None for size in sizes]
    for size_class in sorted({each for each in classes if each is not None}):
        begin = 0
        for at in range(len(sizes) + 1):
            each = classes[at] if at < len(sizes) else None
            if each is not None and each <= size_class:
                continue
            if classes[begin:at].count(size_class) >= _FACTOR:
                return [range(begin, at)]
            begin = at + 1
    return []


def _size_class(size: int) -> int:
    size_class = 0
    while size >= _SMALLEST * _FACTOR**size_class:
        size_class += 1
    return size_class


# -- files ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment in the list of a folder.

    Attributes:
        name: The name of its files, without extension.
        removed: Keys of the documents in it that are marked as removed.
    """

    name: str
    removed: frozenset[int]


def new_name() -> str:
    """Return a name that no other segment has, not even one of a copy of the index."""
    return secrets.token_hex(8)


def write_list(folder: Path, segments: Iterable[Listed], **more: int) -> None:
    """Write the list of the segments of a folder, in place of the earlier one."""
    content = {**more, "segments": [[each.name, sorted(each.removed)] for each in segments]}
    fresh = folder / f"new-{LIST}"
    fresh.write_text(json.dumps(content))
    # Replaced and never changed in place: the earlier generation may share the file.
    fresh.replace(folder / LIST)


def read_list(folder: Path) -> tuple[list[Listed], dict[str, int]]:
    """Return the segments of a folder, and the other values of its list.

    Raises:
        ValueError or OSError: The list is missing or damaged.
    """
    content = json.loads((folder / LIST).read_text())
    try:
        listed = [Listed(str(name), frozenset(removed)) for name, removed in content.pop("segments")]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{folder / LIST} is not a list of segments") from error
    return listed, content


def link(source: Path, target: Path) -> None:
    """Give a file, which never changes, another name; copy it where the disk has no links."""
    try:
        os.link(source, target)
    except OSError as error:
        if isinstance(error, FileNotFoundError | FileExistsError):
            raise
        shutil.copyfile(source, target)
