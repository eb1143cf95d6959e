"""Waits for events: never for a fixed time, but until they happen, at most until a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE = 180.0
"""Maximum seconds for any event on a busy machine."""
MILLISECONDS = DEADLINE * 1_000

T = TypeVar("T")


def eventually(look: Callable[[], T]) -> T:
    """Call a function until it returns a true value, and return that value."""
    until = time.monotonic() + DEADLINE
    while not (value := look()):
        assert time.monotonic() < until, "it never came"
        threading.Event().wait(0.02)
    return value
