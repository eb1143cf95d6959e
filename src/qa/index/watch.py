"""Watches files: checks them every few seconds and updates the index after a change.

It polls instead of using notifications of the operating system. That works on every disk, network drives
included, and misses no change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from qa.errors import QaError
from qa.index.report import Report
from qa.index.sources import SourceFile, expand

INTERVAL = 2.0
"""Seconds between two checks. Files are read only after an interval without changes."""
SHARE = 0.05
"""Maximum share of the time for checking: a folder that takes long is checked less often."""

State = dict[str, tuple[int, int]]
"""Size in bytes and modification time in nanoseconds of each file, by path."""


def look(sources: Sequence[str], leave_out: Path) -> State:
    """Return the size and the modification time of every file of the sources."""
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
    """Update the index at once and after every change, until it is interrupted.

    An update follows a change as soon as the files are the same at two checks.

    Args:
        sources: Files, folders and globs.
        leave_out: The folder of the index.
        update: Updates the index. After an error (the index is locked, the disk is full) it is called again.
        failed: Called with each error of ``update``.
        interval: Seconds between two checks.
        sleep: Waits for a number of seconds.

    Returns:
        The report of the update that was stopped.

    Raises:
        KeyboardInterrupt: The user stopped it between two updates.
    """
    indexed: State | None = None
    previous: State | None = None
    while True:
        began = time.monotonic()
        state = look(sources, leave_out)
        duration = time.monotonic() - began
        # The first update does not wait, because the files may have changed before.
        if indexed is None or (state == previous and state != indexed):
            try:
                report = update()
            except QaError as error:
                failed(error)
            else:
                if report.interrupted:
                    return report
                # A change during the update differs from this state, so the next check notices it.
                indexed = state
        previous = state
        sleep(max(interval, duration / SHARE))
