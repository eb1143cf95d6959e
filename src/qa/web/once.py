"""Something that takes seconds to make, made once for all who need it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from qa.errors import QaError

T = TypeVar("T")


class Once(Generic[T]):
    """Makes a value at the first call and gives the same at every other; a failure is tried again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._making = threading.Lock()

    def __call__(self) -> T:
        with self._making:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    @property
    def ready(self) -> bool:
        """Whether a call returns at once."""
        return bool(self._made)

    def begin(self) -> None:
        """Starts making it; whoever calls meanwhile waits for the same."""
        threading.Thread(target=self._begin, name="loading", daemon=True).start()

    def _begin(self) -> None:
        # Whoever needs the value is told of the failure; nobody is waiting here.
        with suppress(QaError):
            self()
