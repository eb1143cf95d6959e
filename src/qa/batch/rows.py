"""One row of a question file, and how its cells or keys become a question."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = (
    str | int | float | bool | datetime.datetime | datetime.date | datetime.time | datetime.timedelta | None
)
"""What a cell of a table holds."""

_HALVES = re.compile("[\ud800-\udfff]")

ROLES = ("question", "id", "documents")
"""The names that mean something; every other column is carried through."""


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
    error: str | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: their names as they stand, and the one that plays each role."""

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    roles: Mapping[str, int]

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> Header | None:
        """The header that the cells are, or None where none of them is named ``question``."""
        columns = tuple("" if cell is None else str(cell) for cell in cells)
        names = [column.strip().casefold() for column in columns]
        if "question" not in names:
            return None
        roles = {role: names.index(role) for role in ROLES if role in names}
        return cls(columns, _unique(columns), roles)


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
    error = None
    if any(not blank(cell) for cell in cells[width:]):
        error = (
            f"the row has more cells than the header ({len(cells)}, not {width}); "
            "put a cell that holds the separator between quotation marks."
        )
    elif not question:
        error = 'the row has no question; fill in its cell under "question".'
    id = _plain(at.get("id")).strip() or str(number)
    return Row(id, question, documents, carried, error, kept)


def json_row(number: int, value: Any, columns: Sequence[str]) -> Row:
    """The row that a JSON value is: an object with a ``question``, or the question itself."""
    if isinstance(value, str):
        value = {"question": value}
    if not isinstance(value, dict):
        error = 'it must be a JSON object with the key "question", or a string.'
        return Row(str(number), "", error=error, cells=(None,) * len(columns))
    problems: list[str] = []
    question, given, wanted = (value.get(role) for role in ROLES)
    if not isinstance(question, str) or not question.strip():
        problems.append('it has no question; give one as a string under the key "question".')
        question = ""
    if isinstance(given, bool) or not (given is None or isinstance(given, str | int)):
        problems.append('its "id" must be a string or a whole number.')
        given = None
    if wanted is None:
        wanted = []
    elif isinstance(wanted, str):
        wanted = [wanted]
    if not isinstance(wanted, list) or not all(isinstance(name, str) and name.strip() for name in wanted):
        problems.append('its "documents" must be a list of ids or globs, like ["letters/*.txt"].')
        wanted = []
    return Row(
        id=str(number) if given is None or given == "" else str(given),
        # Half a surrogate pair can be written in JSON, but no tokenizer can read it.
        question=_HALVES.sub("\ufffd", question).strip(),
        documents=tuple(wanted),
        input={key: part for key, part in value.items() if key not in ROLES},
        error=" ".join(problems) or None,
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
