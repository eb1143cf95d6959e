"""Tells on stderr how far a run over files is, and lets Ctrl-C stop it at a good place."""

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
    """A line that is written over, on a terminal; nothing anywhere else."""
    from tqdm import tqdm

    # Its watching thread would be in the way of a clean Ctrl-C.
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
    """Turn the first Ctrl-C into a wish that the run asks for; the second one stops it at once."""
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
