"""The state of a file of questions that is asked on the page: its answers, its own columns and its marks."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from qa.batch import Counts, Questions, Row
from qa.messages import Message
from qa.table import Mark
from qa.web.grids import Facts, SortValue, own_text, own_value
from qa.web.scratch import Bin

MOST_OWN = 20
"""Maximum number of the user's own columns that are shown."""
MOST_CHOICES = 30
"""Maximum number of values of a column that rows can be filtered by."""
MOST_VALUE = 200
"""Maximum characters of such a value."""
_LOOKED_AT = 200
"""Rows whose names of columns are looked up."""


@dataclass(slots=True)
class Run:
    """One file of questions, its progress, and the positions of its answers on disk."""

    bin: Bin
    questions: Questions
    k: int
    own: tuple[str, ...] = ()
    """The names of the user's own columns."""
    documents: tuple[str, ...] = ()
    """Ids or globs for questions that name no documents."""
    counts: Counts = field(default_factory=Counts)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    end: int = 0
    """Bytes of the answers on disk."""
    facts: list[Facts] = field(default_factory=list)
    changes: array[int] = field(default_factory=lambda: array("Q"))
    """The positions of the questions whose cells changed, in the order of the changes."""
    texts: list[str] = field(default_factory=list)
    """The words of each row, as `grids.folded` returns them."""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The values of the user's own columns that have few, by the names of the columns."""
    _values: dict[str, list[str]] = field(default_factory=dict)
    sorted_by: tuple[str, list[SortValue]] | None = None
    """The values of the user's own column that rows were last sorted by."""
    stopping: bool = False
    done: bool = False
    failure: Message | None = None
    errors: dict[int, Message] = field(default_factory=dict)
    """Reasons why questions were not asked, by their positions."""

    @property
    def records(self) -> Path:
        return self.bin.path / "records.jsonl"

    def put(self, facts: Facts, text: str) -> None:
        """Add the answer to the next question, which is on the disk, and the words of its row."""
        self.changes.append(len(self.facts))
        self.texts.append(text)
        self.facts.append(facts)

    def value(self, column: str, at: int) -> SortValue:
        """Return what a question is sorted by in one of the user's own columns."""
        name = self.own[int(column)]
        if self.sorted_by is None or self.sorted_by[0] != name:
            self.sorted_by = name, [own_value(row.input.get(name)) for row in self.questions]
        return self.sorted_by[1][at]

    def values(self, column: str) -> list[str]:
        """Return the values of one of the user's own columns as text, row by row."""
        name = self.own[int(column)]
        if name not in self._values:
            # Columns to choose from have few values, so each is stored once.
            self._values[name] = [
                sys.intern(own_text(row.input.get(name))[:MOST_VALUE]) for row in self.questions
            ]
        return self._values[name]


def few_values(questions: Questions, columns: Sequence[str]) -> dict[str, list[str]]:
    """Return the values of each column that has at least two, and at most `MOST_CHOICES`."""
    values: dict[str, set[str]] = {name: set() for name in columns}
    for row in questions:
        for name in list(values):
            values[name].add(own_text(row.input.get(name))[:MOST_VALUE])
            if len(values[name]) > MOST_CHOICES:
                del values[name]
        if not values:
            break
    return {name: sorted(filter(None, all), key=str.casefold) for name, all in values.items() if len(all) > 1}


def own_columns(questions: Questions) -> tuple[str, ...]:
    """Return the names of the columns that are passed through; JSON lines may each have others."""
    names = dict.fromkeys(name for row in islice(questions, _LOOKED_AT) for name in row.input)
    return tuple(islice(names, MOST_OWN))


def marked(batch: Run) -> Questions:
    """Return the questions of a run, with the marks as one more column if there are any."""
    marks = {at: facts.mark for at, facts in enumerate(batch.facts) if facts.mark is not None}
    if not marks:
        return batch.questions
    columns, number = batch.questions.columns, 1
    while (name := "mark" if number == 1 else f"mark ({number})") in (*columns, *batch.own):
        number += 1
    rows = _MarkedRows(batch.questions, name, marks)
    return replace(batch.questions, columns=(*columns, name), rows=rows)


@dataclass(frozen=True, slots=True)
class _MarkedRows:
    """The rows of a file with the marks of their answers."""

    questions: Questions
    name: str
    marks: Mapping[int, Mark]

    def __iter__(self) -> Iterator[Row]:
        for at, row in enumerate(self.questions.rows):
            mark = self.marks.get(at)
            yield replace(row, input={**row.input, self.name: mark}, cells=(*row.cells, mark))
