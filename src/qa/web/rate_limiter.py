"""How often one client may ask: so many requests at once, and after that so many a minute."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 10_000


class RateLimiter:
    """A bucket of requests for each client, which fills up again with time; safe from several threads."""

    def __init__(self, a_minute: float, at_once: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second = a_minute / 60
        self._at_once = at_once
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, client: str) -> bool:
        """Whether a client may make one more request now; if so, it counts."""
        now = self._clock()
        with self._lock:
            left, since = self._left.pop(client, (self._at_once, now))
            left = min(self._at_once, left + (now - since) * self._a_second)
            self._left[client] = (left - 1 if left >= 1 else left, now)
            while len(self._left) > MOST_CLIENTS:
                self._left.popitem(last=False)
            return left >= 1
