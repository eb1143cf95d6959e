"""Use the answers of an earlier file again, if the documents that they quote are unchanged."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from qa.batch.rows import Row
from qa.errors import UsageError
from qa.messages import Message
from qa.record import Answer


class Indexed(Protocol):
    """What an index says about a document."""

    @property
    def doc_id(self) -> str:
        """Its id."""

    @property
    def sha256(self) -> str:
        """The hash of its file."""

    @property
    def indexed_at(self) -> str:
        """The time of indexing in ISO 8601 format, UTC."""


class EarlierAnswers:
    """Answers of an earlier file, by their questions.

    An answer is used again if each document that it quotes has the same hash. A question that had no answer
    is asked again if a document was indexed since, because that document may answer it. A failed question is
    always asked again.

    Attributes:
        reused: The number of answers used again.
        newer: The number of documents indexed since the answers were written.
    """

    def __init__(self, path: Path, documents: Iterable[Indexed]) -> None:
        """Read the answers.

        Args:
            path: A .jsonl file of answers; lines that are no answers are skipped.
            documents: The documents of the index.

        Raises:
            UsageError: The file cannot be read, or has no answer.
        """
        self.reused = 0
        self._hashes: dict[str, str] = {}
        try:
            self._lines = _lines(path)
            written = datetime.datetime.fromtimestamp(int(path.stat().st_mtime), datetime.UTC)
        except (OSError, UnicodeDecodeError) as error:
            cause = getattr(error, "strerror", None) or Message.of("not-utf8")
            raise UsageError("reuse-unreadable", path=path, cause=cause) from error
        if not self._lines:
            raise UsageError("reuse-no-answers", path=path)
        self.newer = 0
        for document in documents:
            self._hashes[document.doc_id] = document.sha256
            # Times have whole seconds, and asking again is never wrong.
            self.newer += _time(document.indexed_at) >= written

    def get(self, row: Row) -> Answer | None:
        """Return the earlier answer to a question, or None if it must be asked."""
        line = None if row.documents else self._lines.get(_same(row.question))
        if line is None:
            return None
        try:
            answer = Answer.model_validate(json.loads(line))
        except ValidationError:
            return None
        if not (answer.answered or self.newer == 0) or not self._unchanged(answer):
            return None
        self.reused += 1
        return answer.model_copy(update={"question": row.question, "reused": True})

    def _unchanged(self, answer: Answer) -> bool:
        cited = [c for quote in answer.quotes for c in (quote.citation, *quote.also)]
        return all(self._hashes.get(citation.doc_id) == citation.sha256 for citation in cited)


def _lines(path: Path) -> Mapping[str, str]:
    """Return the lines of a file by their questions; of several, the first with an answer."""
    lines: dict[str, str] = {}
    answered: set[str] = set()
    with path.open(encoding="utf-8-sig") as file:
        for line in file:
            record = _record(line)
            if record is None or record.get("error") is not None:
                continue
            question = _same(record["question"])
            if question not in lines or (record.get("answered") is True and question not in answered):
                lines[question] = line
            if record.get("answered") is True:
                answered.add(question)
    return lines


def _record(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_record = isinstance(value, dict) and isinstance(value.get("question"), str) and "quotes" in value
    return value if is_record else None


def _same(question: str) -> str:
    return " ".join(question.split())


def _time(text: str) -> datetime.datetime:
    time = datetime.datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
