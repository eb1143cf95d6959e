"""Show the progress of a run on a terminal, and let Ctrl-C stop an indexing run between files."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa import Progress, QuestionProgress
    from qa.batch import Counts

_COLUMNS, _ROWS = 80, 24
"""Size of a terminal that does not report its own."""
_TICK_SECONDS = 1.0


@contextmanager
def indexing(tick: float = _TICK_SECONDS) -> Iterator[Callable[[Progress], None]]:
    """Show progress on one line that is overwritten, on a terminal; nothing elsewhere.

    Args:
        tick: Seconds after which the clock of the line is drawn again: a long file has no other progress.
    """
    from qa.render import escaped

    with _bar(desc="starting", bar_format="{elapsed} {desc}") as bar, _ticking(bar, tick):

        def show(progress: Progress) -> None:
            if not bar.disable:
                name = f": {progress.name}" if progress.name and progress.stage != "publishing" else ""
                bar.set_description_str(escaped(f"{progress}{name}"))

        yield show


@contextmanager
def question_bar() -> Iterator[Callable[[QuestionProgress], None]]:
    """Show a progress bar of the questions on a terminal; nothing elsewhere."""
    with _bar(unit="question") as bar:

        def show(progress: QuestionProgress) -> None:
            bar.total = progress.of
            bar.update(progress.questions - bar.n)

        yield show


@contextmanager
def find_bar(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar of a search on a terminal; nothing elsewhere."""
    with _bar(unit=unit) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


@contextmanager
def batch_bar(total: int) -> Iterator[Callable[[Counts], None]]:
    """Show questions, rate, time left and outcomes of a batch on a terminal; nothing elsewhere.

    The first call has the counts of the run that is continued; the rate does not include them.

    Args:
        total: The number of questions.
    """
    with _bar(unit="question", total=total) as bar:
        is_first = True

        def show(counts: Counts) -> None:
            nonlocal is_first
            if bar.disable:
                return
            if is_first:
                bar.initial = bar.n = bar.last_print_n = counts.total
                is_first = False
            outcomes = f"{counts.answered:,} answered, {counts.unanswered:,} not in the documents"
            failed = f", {counts.failed:,} failed" if counts.failed else ""
            bar.set_postfix_str(outcomes + failed, refresh=False)
            bar.update(counts.total - bar.n)

        yield show


@contextmanager
def _bar(**options: Any) -> Iterator[Any]:
    """Open a bar that is drawn on a terminal only, and that log messages do not overwrite."""
    from tqdm import tqdm
    from tqdm.contrib.logging import logging_redirect_tqdm

    # The monitor thread of tqdm would delay a clean Ctrl-C.
    tqdm.monitor_interval = 0
    if not sys.stderr.isatty():
        with tqdm(disable=True) as bar:
            yield bar
        return
    with (
        logging_redirect_tqdm([logging.getLogger("qa")]),
        tqdm(leave=False, ncols=_columns(), nrows=_ROWS, **options) as bar,
    ):
        yield bar


def _columns() -> int:
    """Return the width of the terminal; on a width of 0 tqdm would draw nothing."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return (columns or _COLUMNS) - 1


@contextmanager
def _ticking(bar: Any, seconds: float) -> Iterator[None]:
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(seconds):
            bar.refresh()

    if bar.disable:
        yield
        return
    thread = threading.Thread(target=tick, name="qa-clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a request that the run checks; the second one stops it at once."""
    is_requested = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal is_requested
        if is_requested:
            raise KeyboardInterrupt
        is_requested = True
        sys.stderr.write("\nStopping, and keeping the files read so far ...\n")

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: is_requested
    finally:
        signal.signal(signal.SIGINT, previous)
