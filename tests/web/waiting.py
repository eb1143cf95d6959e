"""Waiting for what is to come: never for so long, always until it is there, at most for the deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE = 180.0
"""Seconds that a busy machine may take for anything that is waited for."""
MILLISECONDS = DEADLINE * 1_000

T = TypeVar("T")


def eventually(look: Callable[[], T]) -> T:
    """Looks again and again until there is something, and returns it."""
    until = time.monotonic() + DEADLINE
    while not (found := look()):
        assert time.monotonic() < until, "it never came"
        threading.Event().wait(0.02)
    return found
