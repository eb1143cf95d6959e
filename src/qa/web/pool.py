"""Work that goes on beside the requests: so many threads and so much waiting, and no more."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from qa.errors import QaError

_log = logging.getLogger(__name__)


class BusyError(QaError):
    """There is too much to do already."""

    def __init__(self) -> None:
        super().__init__("server-busy-with-files")


class Pool:
    """Carries out one piece of work after the other; safe to use from several threads."""

    def __init__(self, name: str, workers: int, waiting: int) -> None:
        self._name = name
        self._workers = workers
        self._most_waiting = waiting
        self._waiting: deque[Callable[[], None]] = deque()
        self._free = 0
        self._threads = 0
        self._changed = threading.Condition()

    def check(self) -> None:
        """Raises `BusyError` where nothing more may wait."""
        with self._changed:
            if len(self._waiting) >= self._most_waiting + self._free:
                raise BusyError

    def submit(self, work: Callable[[], None]) -> None:
        """Begins work as soon as a thread is free. Raises `BusyError`."""
        with self._changed:
            if len(self._waiting) >= self._most_waiting + self._free:
                raise BusyError
            self._waiting.append(work)
            if len(self._waiting) > self._free and self._threads < self._workers:
                self._threads += 1
                # A daemon: the end of the program must not wait for a file of questions.
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
            self._changed.notify()

    def cancel(self, work: Callable[[], None]) -> bool:
        """Takes back work that has not begun; says whether it could."""
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
