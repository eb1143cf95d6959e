"""Show the progress of an indexing run on stderr, and let Ctrl-C stop it between files."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Progress


@contextmanager
def indexing() -> Iterator[Callable[[Progress], None]]:
    """Show progress on one line that is overwritten, on a terminal; nothing elsewhere."""
    from tqdm import tqdm

    # The monitor thread of tqdm would delay a clean Ctrl-C.
    tqdm.monitor_interval = 0
    with tqdm(disable=None, leave=False, bar_format="{desc}") as bar:

        def show(progress: Progress) -> None:
            if not bar.disable:
                bar.set_description_str(str(progress), refresh=False)
                bar.update(0)
                bar.refresh()

        yield show


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
