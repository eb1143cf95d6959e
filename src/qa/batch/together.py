"""Answer rows some at a time, in several threads, in the order of the rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice

from qa.batch.reuse import EarlierAnswers
from qa.batch.rows import Row
from qa.batch.run import answer_of
from qa.errors import QaError
from qa.record import Answer

TOGETHER = 16
"""Rows that are answered together: more are hardly faster, and a killed run loses their answers."""


def answered(
    rows: Iterable[Row],
    ask: Callable[[Sequence[Row]], list[Answer | QaError]],
    earlier: EarlierAnswers | None,
    workers: int,
    together: int = TOGETHER,
) -> Iterator[Answer]:
    """Yield the answer to each row in order, or why it was not asked.

    Args:
        rows: The rows; they are read some ahead of the answers.
        ask: Answers rows together, in any thread.
        earlier: Answers to use again.
        workers: The number of threads.
        together: The number of rows that a thread answers together.
    """
    rows = iter(rows)
    pool = ThreadPoolExecutor(workers, "qa-batch")
    waiting: deque[Future[list[Answer]]] = deque()
    try:
        while True:
            while len(waiting) <= workers and (part := [*islice(rows, together)]):
                known = {} if earlier is None else _known(part, earlier)
                waiting.append(pool.submit(_answers, part, known, ask))
            if not waiting:
                return
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _known(rows: Sequence[Row], earlier: EarlierAnswers) -> dict[int, Answer]:
    answers = {at: earlier.get(row) for at, row in enumerate(rows) if row.error is None}
    return {at: answer for at, answer in answers.items() if answer is not None}


def _answers(
    rows: Sequence[Row], known: dict[int, Answer], ask: Callable[[Sequence[Row]], list[Answer | QaError]]
) -> list[Answer]:
    """Return the record of each row."""
    asked = [at for at, row in enumerate(rows) if row.error is None and at not in known]
    outcomes: dict[int, Answer | QaError] = {**known}
    if asked:
        try:
            results = ask([rows[at] for at in asked])
        except QaError as error:
            results = [error] * len(asked)
        outcomes.update(zip(asked, results, strict=True))
    return [answer_of(row, partial(_outcome, outcomes.get(at))) for at, row in enumerate(rows)]


def _outcome(outcome: Answer | QaError | None, _: Row) -> Answer:
    if isinstance(outcome, QaError):
        raise outcome
    assert outcome is not None
    return outcome
