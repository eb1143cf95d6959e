"""A value that is expensive to create, created once for all threads that need it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Creates a value at the first call and returns the same value at every other; retries after a failure.

    Safe to use from several threads: those that call meanwhile wait for the same value.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._values: list[T] = []
        self._making = threading.Lock()

    def __call__(self) -> T:
        """Return the value; the first call creates it."""
        with self._making:
            if not self._values:
                self._values.append(self._make())
            return self._values[0]

    def begin(self) -> None:
        """Start to create the value in another thread; if that fails, the next call tries again."""

        def create() -> None:
            with suppress(Exception):
                self()

        threading.Thread(target=create).start()  # no daemon: the process ends after it

    @property
    def ready(self) -> bool:
        """Whether a call returns at once."""
        return bool(self._values)
