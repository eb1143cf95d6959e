"""Tells on stderr how far a run over files is, and lets Ctrl-C stop it at a good place."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from qa.index.report import Progress


class Pace:
    """How fast a run is and how long it will take; times in seconds."""

    def __init__(self, now: float) -> None:
        self._working = now

    def line(self, progress: Progress, now: float) -> str:
        """Stage, files done of all, sentences, texts embedded a second, time left."""
        parts = [progress.stage, f"{progress.files:,} of {progress.of:,} files"]
        if progress.stage == "looking":
            self._working = now
            return progress.stage
        if progress.sentences:
            parts.append(f"{progress.sentences:,} sentences")
        elapsed = now - self._working
        if progress.embedded and elapsed > 0:
            parts.append(f"{progress.embedded / elapsed:,.0f} texts/s")
        seconds = self.left(progress, now)
        if seconds is not None:
            parts.append(f"{_spoken(seconds)} left")
        return ", ".join(parts)

    def left(self, progress: Progress, now: float) -> float | None:
        """The seconds that are left, where that can be told already.

        By bytes: a folder's files differ too much in size to count them.
        """
        if progress.stage == "looking":
            self._working = now
        elapsed = now - self._working
        # What is read is not yet embedded: that part of the work still lies ahead.
        embedded, waiting = progress.characters
        share = embedded / (embedded + waiting) if waiting else 1.0
        done = progress.bytes_done * share
        if elapsed < 2 or done <= 0 or done >= progress.bytes_of:
            return None
        return elapsed * (progress.bytes_of - done) / done


def _spoken(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


@contextmanager
def indexing() -> Iterator[Callable[[Progress], None]]:
    """A line that is written over, on a terminal; nothing anywhere else."""
    from tqdm import tqdm

    # Its watching thread would be in the way of a clean Ctrl-C.
    tqdm.monitor_interval = 0
    pace = Pace(time.monotonic())
    with tqdm(disable=None, leave=False, bar_format="{desc}") as bar:

        def show(progress: Progress) -> None:
            if not bar.disable:
                bar.set_description_str(pace.line(progress, time.monotonic()), refresh=False)
                bar.update(0)
                bar.refresh()

        yield show


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Turns the first Ctrl-C into a wish that the run asks for; the second one stops it at once."""
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        sys.stderr.write("\nStopping, and keeping what is done ...\n")

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
