"""The loop of a batch: ask each row, write its record, and let no row's failure end the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from qa.batch.rows import Row
from qa.errors import QaError
from qa.record import Answer, not_asked


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions of a batch were answered, not answered, and could not be asked."""

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
    """Asks and writes row by row, in order, and returns the counts.

    A row with an ``error``, and one for which ``ask`` raises QaError, becomes an error record. What
    ``write`` raises ends the batch, because then nothing would be kept. ``progress`` is called with
    the counts so far after each row.
    """
    counts = Counts()
    for row in rows:
        made = answer_of(row, ask)
        write(row, made)
        if made.error is not None:
            counts = replace(counts, failed=counts.failed + 1)
        elif made.answered:
            counts = replace(counts, answered=counts.answered + 1)
        else:
            counts = replace(counts, unanswered=counts.unanswered + 1)
        if progress is not None:
            progress(counts)
    return counts


def answer_of(row: Row, ask: Callable[[Row], Answer]) -> Answer:
    """Returns the answer to a row, with its id and other columns, or why it was not asked."""
    columns = row.input or None
    if row.error is not None:
        return not_asked(row.id, row.question, str(row.error), columns)
    try:
        return ask(row).model_copy(update={"id": row.id, "input": columns})
    except QaError as error:
        return not_asked(row.id, row.question, str(error), columns)
