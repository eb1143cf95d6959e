"""Read earlier answers, one record at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import PurePath
from typing import Any, TextIO

from pydantic import ValidationError

from qa import arguments
from qa.check.lines import lines_in, opened
from qa.errors import UsageError
from qa.messages import Message
from qa.record import Answer, to_json_line

JSON = (".json", ".jsonl")
"""Extensions of JSON files."""


def lines_of(answers: str | os.PathLike[str] | Iterable[Answer | str]) -> Iterator[str]:
    """Return answers as JSON texts, one per record.

    Raises:
        UsageError: The file cannot be read, or an answer is none.
    """
    if isinstance(answers, str | os.PathLike):
        return _file(arguments.path("answers", answers, "type-answers"))
    return map(_line, arguments.iterable("answers", answers, "type-answers"))


def answers_of(source: str | os.PathLike[str] | Iterable[Answer | str], name: str) -> Iterator[Answer]:
    """Return earlier answers, each valid.

    Args:
        source: A JSON file of `qa batch`, or answers, or their JSON texts.
        name: The name of the source in errors.

    Raises:
        UsageError: The file cannot be read, has no answer, or has a record that is none.
    """
    empty = True
    for place, value in _values(source):
        empty = False
        try:
            yield Answer.model_validate(value)
        except ValidationError as error:
            cause = malformed(error)
            raise UsageError("answers-broken", name=name, place=place, cause=cause) from error
    if empty:
        raise UsageError("answers-empty", name=name)


def _values(source: str | os.PathLike[str] | Iterable[Answer | str]) -> Iterator[tuple[str, Any]]:
    """Yield answers, or the values of their JSON texts, each with the line it is in."""
    if isinstance(source, str | os.PathLike):
        yield from records(lines_of(source))
        return
    for number, answer in enumerate(arguments.iterable("answers", source, "type-answers"), start=1):
        if isinstance(answer, str):
            yield f"line {number}", _parsed(answer)
        else:
            yield f"line {number}", arguments.instance("answers", answer, Answer, "type-answers")


def by_id(answers: Iterable[Answer], name: str) -> dict[str, Answer]:
    """Return answers by their ids.

    A row that was not asked may have the id of another: one used twice, or its number in place of an id. Only
    the other one then counts.

    Raises:
        UsageError: Two questions that were asked have the same id.
    """
    result: dict[str, Answer] = {}
    for answer in answers:
        earlier = result.get(answer.id)
        if earlier is None or earlier.error is not None:
            result[answer.id] = answer
        elif answer.error is None:
            raise UsageError("answers-id-twice", name=name, id=answer.id)
    return result


def check_same(ids: Mapping[str, str], others: Mapping[str, str], name: str, other: str) -> None:
    """Check that two sets of results are of the same questions; an unknown question equals any.

    Args:
        ids: The questions of the first set by their ids.
        others: Those of the second set.
        name: The name of the first set.
        other: The name of the second set.

    Raises:
        UsageError: They differ.
    """
    for have, lack, file, without in ((ids, others, name, other), (others, ids, other, name)):
        missing = [id for id in have if id not in lack]
        if missing:
            raise UsageError("question-missing", n=len(missing), name=file, other=without, id=missing[0])
    for id, question in ids.items():
        if question and others[id] and question.split() != others[id].split():
            raise UsageError(
                "question-differs", id=id, name=name, other=other, question=question, another=others[id]
            )


def name_of(source: object, default: str) -> str:
    """Return the name of a file of answers, or a default for answers that are in no file."""
    return os.fspath(source) if isinstance(source, str | os.PathLike) else default


def records(lines: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Yield the values of the file, each with a name for records without an id."""
    remaining = iter(lines)
    for number, line in enumerate(remaining, start=1):
        text = line.removeprefix("\ufeff").strip()
        if text in ("{", "["):
            # One JSON text over several lines, as in a file edited by hand.
            text = "\n".join([text, *remaining])
        if text:
            value = _parsed(text)
            for record in value if isinstance(value, list) else [value]:
                yield f"line {number}", record


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def malformed(error: ValidationError) -> Message:
    """Describe the first fault in the form of a record, with the name of the field."""
    fault = error.errors(include_url=False, include_input=False)[0]
    field = next((key for key in reversed(fault["loc"]) if isinstance(key, str)), None)
    if field is None:
        return Message("check-no-record")
    if fault["type"] == "missing" or fault["type"].endswith("_type"):
        return Message.of("check-field-missing", field=field)
    problem = fault["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("String ")
    return Message.of("check-field-invalid", field=field, problem=problem)


def _line(answer: object) -> str:
    if isinstance(answer, str):
        return answer
    return to_json_line(arguments.instance("answers", answer, Answer, "type-answers"))


def _file(path: str) -> Iterator[str]:
    with opened(path) as file:
        yield from _records_in(file, path)


def _records_in(file: TextIO, path: str) -> Iterator[str]:
    """Yield the records of a file with JSON lines, or with one array."""
    if not _is_json(file, path):
        raise UsageError("answers-no-json", path=path)
    lines = lines_in(file, path)
    first = next(lines, "")
    if first.lstrip().startswith("["):
        try:
            records = json.loads(first + "".join(lines))
        except (ValueError, RecursionError):
            records = None
        if isinstance(records, list):
            yield from (json.dumps(record) for record in records)
            return
        file.seek(0)
        first, lines = "", lines_in(file, path)
    yield from chain((first,), lines)


def _is_json(file: TextIO, path: str) -> bool:
    """Return whether a file may have records: a damaged one in a JSON file is a fault of that record only."""
    if not file.seekable():
        return True
    starts = (line.lstrip()[0] in "[{" for line in lines_in(file, path) if line.strip())
    first = next(starts, True)
    is_json = first or (PurePath(path).suffix.lower() in JSON and any(starts))
    file.seek(0)
    return is_json
