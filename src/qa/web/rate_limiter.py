"""Limits the requests of each client: a burst, and after that a number per minute."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 10_000
"""Maximum number of clients that are remembered."""


class RateLimiter:
    """A token bucket for each client; thread-safe."""

    def __init__(self, a_minute: float, at_once: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Create a limiter.

        Args:
            a_minute: Requests per minute that a bucket gains.
            at_once: Requests that a full bucket allows at once.
            clock: Returns the time in seconds.
        """
        self._per_second = a_minute / 60
        self._burst = at_once
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, client: str) -> bool:
        """Return whether a client may make one more request now; an allowed request is counted."""
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.pop(client, (self._burst, now))
            tokens = min(self._burst, tokens + (now - since) * self._per_second)
            self._buckets[client] = (tokens - 1 if tokens >= 1 else tokens, now)
            while len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
            return tokens >= 1
