"""Convert cells or keys of one row of a question file to a question."""

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
"""Value of a cell of a table."""

_HALVES = re.compile("[\ud800-\udfff]")

ROLES = ("question", "id", "documents", "k")
"""Names of columns with a meaning; every other column is passed through."""
MOST_QUOTES = 100
"""Maximum of the column ``k``."""
QUESTION_NAMES = lang.in_any("question_columns")
"""Other names of the column of questions, used if no column is named ``question``."""
HEADER_ROWS = 20
"""Number of rows searched for the header: there may be a title, a date or a note above it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a file, or the ``error`` that says why the row has none.

    Attributes:
        id: The file's id, else the row's number from 1.
        question: The question.
        documents: Ids or globs of the documents to search; empty for all.
        input: The other columns, as JSON values.
        error: Why the row has no question that can be asked.
        cells: All columns as in the file, in the order of ``Questions.columns``.
        k: Maximum quotes of its answer; None for that of the batch.
        place: Where it is in the file: its line, its row in a sheet, or its number in a list.
        has_id: Whether the file has the id.
    """

    id: str
    question: str
    documents: tuple[str, ...] = ()
    input: dict[str, Any] = field(default_factory=dict)
    error: Message | None = None
    cells: tuple[Cell, ...] = ()
    k: int | None = None
    place: Message | None = field(default=None, compare=False)
    has_id: bool = field(default=False, compare=False)

    def named(self, error: Message) -> Message:
        """Return an error with the row's place before it."""
        # A line of JSON that cannot be parsed has its number in the sentence.
        if self.place is None or error.code in ("row-at", "row-json-invalid"):
            return error
        return Message.of("row-at", place=self.place, reason=error)


class Uncomputed(str):
    """The empty text of a cell with a formula that no program has computed yet."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a table.

    Attributes:
        columns: The names of the columns as in the file.
        keys: The names made unique and not empty.
        roles: The position of the column with each role.
    """

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    roles: Mapping[str, int]

    @classmethod
    def of(cls, cells: Sequence[Cell], names: Collection[str] = ("question",)) -> Header | None:
        """Return the header in a row of cells, or None unless exactly one name means the questions.

        If two columns have exactly the same name, the first one counts.
        """
        columns = tuple("" if cell is None else str(cell) for cell in cells)
        folded = [column_name(column) for column in columns]
        matches = list(dict.fromkeys(name for name in folded if name in names))
        if len(matches) != 1:
            return None
        roles = {role: folded.index(role) for role in ROLES[1:] if role in folded}
        return cls(columns, _unique(columns), {"question": folded.index(matches[0]), **roles})


def column_name(column: str) -> str:
    """Normalise a column's name: case, underscores, and a final "?" or ":" make no difference."""
    return " ".join(re.split(r"[\s_]+", column.strip())).strip(" ?:：？*").casefold()


def find_header(rows: Sequence[Sequence[Cell]], column: str | None = None) -> tuple[int, Header] | None:
    """Return the position and the header of a table among its first rows, below titles and notes.

    A column named ``question`` has priority over similar names; among several possible rows, the one with the
    most columns wins.

    Args:
        rows: The first rows.
        column: The name of the column with the questions. The number of a column, from 1, is for a table
            without a header, which has the position -1.
    """
    numbered = column is not None and column.isdecimal() and _numbered(rows, int(column))
    if numbered:
        return numbered
    for names in (("question",), QUESTION_NAMES) if column is None else ((column_name(column),),):
        matches = [
            (at, header)
            for at, row in enumerate(rows[:HEADER_ROWS])
            if (header := Header.of(row, names)) is not None
        ]
        if matches:
            return max(matches, key=lambda match: (len(match[1].columns), -match[0]))
    return None


def _numbered(rows: Sequence[Sequence[Cell]], number: int) -> tuple[int, Header] | None:
    """Return the header of a table whose questions are in a column given by its number."""
    width = max((len(row) for row in rows), default=0)
    if not 0 < number <= width:
        return None
    for at, row in enumerate(rows):
        cell = row[number - 1] if len(row) >= number else None
        if isinstance(cell, str) and column_name(cell) in {"question", *QUESTION_NAMES}:
            header = Header.of(row, (column_name(cell),))
            return None if header is None else (at, header)
    columns = [f"column {place}" for place in range(1, width + 1)]
    columns[number - 1] = "question"
    return -1, Header(tuple(columns), tuple(columns), {"question": number - 1})


def table_row(number: int, header: Header, cells: Sequence[Cell], place: Message | None = None) -> Row:
    """Return the row in the cells of a table."""
    width = len(header.columns)
    padded = (*cells[:width], *[None] * (width - len(cells)))
    by_role = {role: padded[place] for role, place in header.roles.items()}
    question = _plain(by_role["question"]).strip()
    role_places = set(header.roles.values())
    others = {
        key: _jsonable(cell)
        for place, (key, cell) in enumerate(zip(header.keys, padded, strict=True))
        if place not in role_places
    }
    documents = tuple(part.strip() for part in _plain(by_role.get("documents")).split(";") if part.strip())
    k = _quotes(_plain(by_role.get("k")).strip() or None)
    error = _table_error(header, cells, padded)
    if error is None and k == 0:
        error = Message.of("row-k-invalid", most=MOST_QUOTES)
    id = _plain(by_role.get("id")).strip()
    return Row(id or str(number), question, documents, others, error, padded, k or None, place, bool(id))


def _table_error(header: Header, cells: Sequence[Cell], padded: tuple[Cell, ...]) -> Message | None:
    """Return why the cells of a row, and the cells under its header, have no question."""
    width, at = len(header.columns), header.roles["question"]
    if any(not blank(cell) for cell in cells[width:]):
        return Message.of("row-too-many-cells", n=len(cells), width=width)
    if isinstance(padded[at], Uncomputed):
        return Message.of("row-formula")
    if all(map(blank, cells)):
        return Message.of("row-empty")
    if padded == header.columns:
        return Message.of("row-is-header")
    return Message.of("row-no-question", column=header.columns[at]) if blank(padded[at]) else None


def is_split(header: Header, cells: Sequence[Cell]) -> bool:
    """Return whether a question seems to continue in the next cell, because it has a bare delimiter.

    Prose has a space after the delimiter, unlike a table; and the sentence is not complete before it.
    """
    at = header.roles["question"]
    question, following = cells[at], cells[at + 1] if at + 1 < len(cells) else None
    if not (isinstance(question, str) and isinstance(following, str)) or following[:1] != " ":
        return False
    if question.startswith(" ") or header.columns[at + 1].startswith(" "):
        return False
    is_complete = question.rstrip().endswith(("?", "？", ".", "!", "。"))
    return not is_complete and (following[1:2].islower() or following.rstrip().endswith("?"))


def json_row(
    number: int, value: Any, columns: Sequence[str], key: str = "question", place: Message | None = None
) -> Row:
    """Return the row in a JSON value: an object with a question under its key, or the question itself."""
    if isinstance(value, str):
        value = {key: value}
    if not isinstance(value, dict):
        error = Message.of("row-no-object")
        return Row(str(number), "", error=error, cells=(None,) * len(columns), place=place)
    return _object_row(number, value, columns, key, place)


def _object_row(
    number: int, value: Mapping[str, Any], columns: Sequence[str], key: str, place: Message | None
) -> Row:
    roles = (key, *ROLES[1:])
    question, id, documents, quotes = (value.get(role) for role in roles)
    question = question.strip() if isinstance(question, str) else ""
    names, k = _names(documents), _quotes(quotes)
    checks = (
        (question != "", Message("row-question-missing", {"key": key})),
        (_is_id(id), Message("row-id-invalid")),
        (names is not None, Message("row-documents-invalid")),
        (k != 0, Message("row-k-invalid", {"most": MOST_QUOTES})),
    )
    problems = [problem for is_right, problem in checks if not is_right]
    id = id if _is_id(id) else None
    has_id = id not in (None, "")
    return Row(
        id=str(id) if has_id else str(number),
        # JSON can contain unpaired surrogates, but no tokenizer can read them.
        question=_HALVES.sub("\ufffd", question),
        documents=names or (),
        input={key: part for key, part in value.items() if key not in roles},
        error=joined(problems),
        cells=tuple(_cell(value.get(column)) for column in columns),
        k=k or None,
        place=place,
        has_id=has_id,
    )


def _quotes(value: Any) -> int | None:
    """Return the maximum quotes of a row, or None without one, or 0 for an invalid value."""
    if value is None or value == "":
        return None
    text = str(value)
    is_number = text.isascii() and text.isdecimal() and len(text) < 4 and not isinstance(value, bool)
    return int(text) if is_number and int(text) <= MOST_QUOTES else 0


def _is_id(value: Any) -> bool:
    return value is None or (isinstance(value, str | int) and not isinstance(value, bool))


def _names(documents: Any) -> tuple[str, ...] | None:
    """Return the ids or globs in a JSON value, one or a list, or None if it is something else."""
    if documents is None:
        return ()
    names = [documents] if isinstance(documents, str) else documents
    if isinstance(names, list | tuple) and all(isinstance(name, str) and name.strip() for name in names):
        return tuple(names)
    return None


def blank(cell: Cell) -> bool:
    """Return whether a cell is empty or has only white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _unique(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the names made usable as keys: none empty, none twice."""
    keys: list[str] = []
    for place, column in enumerate(columns, start=1):
        name = key = column.strip() or f"column {place}"
        number = 2
        while key in keys:
            key = f"{name} ({number})"
            number += 1
        keys.append(key)
    return tuple(keys)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    # A spreadsheet stores every number as a float; the id 3 does not mean "3.0".
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
