"""Run a batch: ask each row and write its record; a failed row does not stop the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from qa.batch.rows import Row
from qa.errors import QaError
from qa.messages import Message
from qa.record import Answer, not_asked


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of questions of a batch.

    Attributes:
        answered: Those with an answer.
        unanswered: Those without one.
        failed: Those that could not be asked.
        reused: Those of all of them with an earlier answer.
    """

    answered: int = 0
    unanswered: int = 0
    failed: int = 0
    reused: int = 0

    @property
    def total(self) -> int:
        """All questions so far."""
        return self.answered + self.unanswered + self.failed

    def plus(self, answer: Answer) -> Counts:
        """Return the counts with one more answer."""
        outcome = "failed" if answer.error else "answered" if answer.answered else "unanswered"
        reused = self.reused + bool(answer.reused)
        return replace(self, reused=reused, **{outcome: getattr(self, outcome) + 1})


def run(
    rows: Iterable[Row],
    ask: Callable[[Row], Answer],
    write: Callable[[Row, Answer], None],
    progress: Callable[[Counts], None] | None = None,
) -> Counts:
    """Ask and write row by row, in order, and return the counts; see `run_many`.

    A row with an ``error``, and a row for which ``ask`` raises QaError, becomes an error record.

    Args:
        rows: The rows.
        ask: Answers one row.
        write: Writes one record.
        progress: Called with the counts so far after each row.
    """
    return run_many(rows, lambda asked: (answer_of(row, ask) for row in asked), write, progress)


def run_many(
    rows: Iterable[Row],
    ask_many: Callable[[Iterable[Row]], Iterator[Answer]],
    write: Callable[[Row, Answer], None],
    progress: Callable[[Counts], None] | None = None,
    counts: Counts = Counts(),
) -> Counts:
    """Ask the rows together, write each with its answer in order, and return the counts.

    An exception from ``write`` ends the batch, because nothing more could be saved.

    Args:
        rows: The rows.
        ask_many: Answers rows in their order, some rows ahead.
        write: Writes one record.
        progress: Called with the counts so far after each row.
        counts: The counts of earlier rows.
    """
    ahead: deque[Row] = deque()

    def asked() -> Iterator[Row]:
        for row in rows:
            ahead.append(row)
            yield row

    for answer in ask_many(asked()):
        write(ahead.popleft(), answer)
        counts = counts.plus(answer)
        if progress is not None:
            progress(counts)
    return counts


def answer_of(row: Row, ask: Callable[[Row], Answer]) -> Answer:
    """Return the answer to a row, with its id and other columns, or why it was not asked."""
    columns = row.input or None
    if row.error is not None:
        return not_asked(row.id, row.question, str(row.error), columns, _code(row.error))
    try:
        return ask(row).model_copy(update={"id": row.id, "input": columns})
    except QaError as error:
        sentence = str(row.named(error.message))
        return not_asked(row.id, row.question, sentence, columns, error.code)


def _code(error: Message) -> str:
    """Return the code of an error without its place."""
    reason = error.params.get("reason") if error.code == "row-at" else None
    return reason.code if isinstance(reason, Message) else error.code
