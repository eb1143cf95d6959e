"""Background work beside the requests, with a bounded number of threads and of waiting jobs."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from qa.errors import QaError

_log = logging.getLogger(__name__)


class BusyError(QaError):
    """Too much work is waiting already."""

    def __init__(self) -> None:
        super().__init__("server-busy-with-files")


class Pool:
    """A bounded pool of worker threads; thread-safe."""

    def __init__(self, name: str, workers: int, waiting: int) -> None:
        """Create a pool.

        Args:
            name: The name of its threads.
            workers: Maximum number of threads.
            waiting: Maximum number of waiting jobs.
        """
        self._name = name
        self._workers = workers
        self._max_waiting = waiting
        self._waiting: deque[Callable[[], None]] = deque()
        self._free = 0
        self._threads = 0
        self._changed = threading.Condition()

    def check(self) -> None:
        """Raise `BusyError` if no more work may wait."""
        with self._changed:
            if len(self._waiting) >= self._max_waiting + self._free:
                raise BusyError

    def submit(self, work: Callable[[], None]) -> None:
        """Start work as soon as a thread is free.

        Raises:
            BusyError: Too much work is waiting.
        """
        with self._changed:
            if len(self._waiting) >= self._max_waiting + self._free:
                raise BusyError
            self._waiting.append(work)
            if len(self._waiting) > self._free and self._threads < self._workers:
                self._threads += 1
                # Daemon threads: the program must not wait for a file of questions when it ends.
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
            self._changed.notify()

    def cancel(self, work: Callable[[], None]) -> bool:
        """Withdraw work that has not started; return whether it was withdrawn."""
        with self._changed:
            if work in self._waiting:
                self._waiting.remove(work)
                return True
            return False

    def _work(self) -> None:
        while True:
            with self._changed:
                self._free += 1
                while not self._waiting:
                    self._changed.wait()
                self._free -= 1
                work = self._waiting.popleft()
            try:
                work()
            except Exception:
                _log.exception("Work in the background failed")
