"""One row of a question file, and how its cells or keys become a question."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa import lang
from qa.messages import Message, joined

Cell = (
    str | int | float | bool | datetime.datetime | datetime.date | datetime.time | datetime.timedelta | None
)
"""What a cell of a table holds."""

_HALVES = re.compile("[\ud800-\udfff]")

ROLES = ("question", "id", "documents")
"""The names that mean something; every other column is carried through."""
QUESTION_NAMES = lang.in_any("question_columns")
"""Other names of the column of questions, where none is named ``question``."""
HEADER_ROWS = 20
"""Rows in which the header is looked for: people put a title, a date or a note above it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a file, or the ``error`` that says why this row holds none.

    ``id`` is the file's own, else the row's number from 1. ``documents`` are ids or globs; empty means
    all. ``input`` are the other columns, as JSON can hold them. ``cells`` are all columns as they stood
    in the file, in the order of ``Questions.columns``.
    """

    id: str
    question: str
    documents: tuple[str, ...] = ()
    input: dict[str, Any] = field(default_factory=dict)
    error: Message | None = None
    cells: tuple[Cell, ...] = ()


class Uncomputed(str):
    """The empty text of a cell that has a formula, which no program has computed yet."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: their names as they stand, and the one that plays each role."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    roles: Mapping[str, int]

    @classmethod
    def of(cls, cells: Sequence[Cell], names: Collection[str] = ("question",)) -> Header | None:
        """Returns the header that the cells are, or None unless exactly one is named like the questions.

        Of two columns with the very same name the first counts.
        """
        columns = tuple("" if cell is None else str(cell) for cell in cells)
        folded = [column_name(column) for column in columns]
        matches = list(dict.fromkeys(name for name in folded if name in names))
        if len(matches) != 1:
            return None
        roles = {role: folded.index(role) for role in ROLES[1:] if role in folded}
        return cls(columns, _unique(columns), {"question": folded.index(matches[0]), **roles})


def column_name(column: str) -> str:
    """Returns a column's name without what makes no difference: case, underscores, "?" and ":" at its end."""
    return " ".join(re.split(r"[\s_]+", column.strip())).strip(" ?:：？*").casefold()


def find_header(rows: Sequence[Sequence[Cell]]) -> tuple[int, Header] | None:
    """Returns the place and the header among the first rows of a table; above it may be titles and notes.

    A column that is named ``question`` goes before one that is named alike; of rows that may be it, the one
    with the most columns.
    """
    for names in (("question",), QUESTION_NAMES):
        found = [
            (at, header)
            for at, row in enumerate(rows[:HEADER_ROWS])
            if (header := Header.of(row, names)) is not None
        ]
        if found:
            return max(found, key=lambda each: (len(each[1].columns), -each[0]))
    return None


def table_row(number: int, header: Header, cells: Sequence[Cell]) -> Row:
    """The row that the cells of a table are."""
    width = len(header.columns)
    kept = (*cells[:width], *[None] * (width - len(cells)))
    at = {role: kept[place] for role, place in header.roles.items()}
    question = _plain(at["question"]).strip()
    played = set(header.roles.values())
    carried = {
        key: _jsonable(cell)
        for place, (key, cell) in enumerate(zip(header.keys, kept, strict=True))
        if place not in played
    }
    documents = tuple(part.strip() for part in _plain(at.get("documents")).split(";") if part.strip())
    error: Message | None = None
    if any(not blank(cell) for cell in cells[width:]):
        error = Message.of("row-too-many-cells", n=len(cells), width=width)
    elif isinstance(at["question"], Uncomputed):
        error = Message.of("row-formula")
    elif not question:
        error = Message.of("row-no-question", column=header.columns[header.roles["question"]])
    id = _plain(at.get("id")).strip() or str(number)
    return Row(id, question, documents, carried, error, kept)


def json_row(number: int, value: Any, columns: Sequence[str]) -> Row:
    """The row that a JSON value is: an object with a ``question``, or the question itself."""
    if isinstance(value, str):
        value = {"question": value}
    if not isinstance(value, dict):
        error = Message.of("row-no-object")
        return Row(str(number), "", error=error, cells=(None,) * len(columns))
    problems: list[Message] = []
    question, given, wanted = (value.get(role) for role in ROLES)
    if not isinstance(question, str) or not question.strip():
        problems.append(Message.of("row-question-missing"))
        question = ""
    if isinstance(given, bool) or not (given is None or isinstance(given, str | int)):
        problems.append(Message.of("row-id-invalid"))
        given = None
    if wanted is None:
        wanted = []
    elif isinstance(wanted, str):
        wanted = [wanted]
    if not isinstance(wanted, list) or not all(isinstance(name, str) and name.strip() for name in wanted):
        problems.append(Message.of("row-documents-invalid"))
        wanted = []
    return Row(
        id=str(number) if given is None or given == "" else str(given),
        # Half a surrogate pair can be written in JSON, but no tokenizer can read it.
        question=_HALVES.sub("\ufffd", question).strip(),
        documents=tuple(wanted),
        input={key: part for key, part in value.items() if key not in ROLES},
        error=joined(problems),
        cells=tuple(_cell(value.get(column)) for column in columns),
    )


def blank(cell: Cell) -> bool:
    """Whether a cell holds nothing but white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _unique(columns: Sequence[str]) -> tuple[str, ...]:
    """Names that can be keys: none empty, none twice."""
    keys: list[str] = []
    for place, column in enumerate(columns, start=1):
        name = key = column.strip() or f"column {place}"
        again = 2
        while key in keys:
            key = f"{name} ({again})"
            again += 1
        keys.append(key)
    return tuple(keys)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    # A spreadsheet keeps every number as a fraction; nobody means "3.0" by the id 3.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _jsonable(cell: Cell) -> str | int | float | bool | None:
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta) or (isinstance(cell, float) and not math.isfinite(cell)):
        return str(cell)
    return cell


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)
