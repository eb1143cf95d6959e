"""The state of a file of questions that is asked on the page: its answers, its own columns and its marks."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from qa.batch import Counts, Questions, Row
from qa.messages import Message
from qa.table import Mark
from qa.web.grids import Facts, SortValue, own_value
from qa.web.scratch import Bin

MOST_OWN = 20
"""Maximum number of the user's own columns that are shown."""
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
    counts: Counts = field(default_factory=Counts)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    facts: list[Facts] = field(default_factory=list)
    changes: array[int] = field(default_factory=lambda: array("Q"))
    """The positions of the questions whose cells changed, in the order of the changes."""
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

    def put(self, facts: Facts) -> None:
        """Add the answer to the next question, which is on the disk."""
        self.changes.append(len(self.facts))
        self.facts.append(facts)

    def value(self, column: str, at: int) -> SortValue:
        """Return what a question is sorted by in one of the user's own columns."""
        name = self.own[int(column)]
        if self.sorted_by is None or self.sorted_by[0] != name:
            self.sorted_by = name, [own_value(row.input.get(name)) for row in self.questions]
        return self.sorted_by[1][at]


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
