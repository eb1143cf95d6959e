"""Follows files as they change: looks at them every few seconds and brings the index up to date.

It looks instead of being told by the operating system: that works on every disk, network drives
included, and misses nothing that happened while nobody watched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from qa.errors import QaError
from qa.index.report import Report
from qa.index.sources import SourceFile, expand

INTERVAL = 2.0
"""Seconds between two looks, and for how long everything must have stayed as it is before it is read."""
SHARE = 0.05
"""Of its time that it may spend looking: a folder that takes long to look at is looked at less often."""

State = dict[str, tuple[int, int]]


def look(sources: Sequence[str], leave_out: Path) -> State:
    """Size and time of every file that the sources name."""
    state: State = {}
    for item in expand(sources, leave_out=leave_out):
        if isinstance(item, SourceFile):
            try:
                stat = item.path.stat()
            except OSError:
                continue
            state[str(item.path)] = (stat.st_size, stat.st_mtime_ns)
    return state


def watch(
    sources: Sequence[str],
    leave_out: Path,
    update: Callable[[], Report],
    failed: Callable[[QaError], object],
    *,
    interval: float = INTERVAL,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Call ``update`` at once and after every change that has come to rest, until it is interrupted.

    Gives the report of the update that was stopped; a stop between two raises `KeyboardInterrupt`.
    An update that fails (the index is locked, the disk is full) is told of and tried again.
    """
    done: State | None = None
    seen: State | None = None
    while True:
        began = time.monotonic()
        state = look(sources, leave_out)
        took = time.monotonic() - began
        # The first time nothing is known of what was there before: everything is looked at at once.
        if done is None or (state == seen and state != done):
            try:
                report = update()
            except QaError as error:
                failed(error)
            else:
                if report.interrupted:
                    return report
                # What changed during the update differs from this, and is found at the next look.
                done = state
        seen = state
        sleep(max(interval, took / SHARE))
