"""Lets people's questions go first: long work waits between its steps while a question is being answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

STEP_SECONDS = 0.25
"""Maximum seconds that a step of long work waits, so the work goes on however many questions come."""


class Turns:
    """Knows how many questions are being answered; thread-safe."""

    def __init__(self) -> None:
        self._questions = 0
        self._changed = threading.Condition()
        self._thread = threading.local()

    @contextmanager
    def question(self) -> Iterator[None]:
        """Answer a question in the context, unless this thread does long work."""
        if self.is_long:
            yield
            return
        with self._changed:
            self._questions += 1
        try:
            yield
        finally:
            with self._changed:
                self._questions -= 1
                if not self._questions:
                    self._changed.notify_all()

    @contextmanager
    def long_work(self) -> Iterator[None]:
        """Do long work in this thread in the context."""
        previous = self.is_long
        self._thread.is_long = True
        try:
            yield
        finally:
            self._thread.is_long = previous

    @property
    def is_long(self) -> bool:
        """Whether this thread does long work."""
        return getattr(self._thread, "is_long", False)

    def step(self) -> None:
        """Wait while questions are being answered, if this thread does long work."""
        # Read without the lock: at worst, one step more or less waits.
        if self._questions and self.is_long:
            with self._changed:
                self._changed.wait_for(lambda: not self._questions, STEP_SECONDS)


TURNS = Turns()
"""Those of this process, whose questions share its processor."""
