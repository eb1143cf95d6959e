"""Run a batch: ask each row and write its record; a failed row does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from qa.batch.rows import Row
from qa.errors import QaError
from qa.messages import Message
from qa.record import Answer, not_asked


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of questions of a batch that were answered, were not answered, and could not be asked."""

    answered: int = 0
    unanswered: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All questions so far."""
        return self.answered + self.unanswered + self.failed


def run(
    rows: Iterable[Row],
    ask: Callable[[Row], Answer],
    write: Callable[[Row, Answer], None],
    progress: Callable[[Counts], None] | None = None,
) -> Counts:
    """Ask and write row by row, in order, and return the counts.

    A row with an ``error``, and a row for which ``ask`` raises QaError, becomes an error record. An exception
    from ``write`` ends the batch, because nothing more could be saved.

    Args:
        rows: The rows.
        ask: Answers one row.
        write: Writes one record.
        progress: Called with the counts so far after each row.
    """
    counts = Counts()
    for row in rows:
        answer = answer_of(row, ask)
        write(row, answer)
        if answer.error is not None:
            counts = replace(counts, failed=counts.failed + 1)
        elif answer.answered:
            counts = replace(counts, answered=counts.answered + 1)
        else:
            counts = replace(counts, unanswered=counts.unanswered + 1)
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
