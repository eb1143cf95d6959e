"""Runs a generator ahead of its consumer, in a separate thread and by a limited amount."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """The items of a generator, in order, produced while the consumer works on earlier ones.

    An exception of the generator is raised in place of its next item. It can be iterated once.
    """

    def __init__(
        self,
        generate: Callable[[Callable[[], bool]], Generator[T, None, None]],
        weigh: Callable[[T], int],
        limit: int,
    ) -> None:
        """Start the thread.

        Args:
            generate: Returns the generator. Its argument is a function that returns whether to stop early.
            weigh: Returns the size of an item.
            limit: Total size of the waiting items at which the generator pauses.
        """
        self._generate = generate
        self._weigh = weigh
        self._limit = limit
        self._items: deque[T] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._closed = self._ended = False
        self._error: BaseException | None = None
        # A daemon, because a second Ctrl-C must not wait until a file is read.
        self._thread = threading.Thread(target=self._run, name="qa-ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._ended)
                if not self._items:
                    break
                item = self._items.popleft()
                self._size -= self._weigh(item)
                self._changed.notify_all()
            yield item
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Stop the generator, wait for it, and drop the remaining items."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        try:
            with closing(self._generate(lambda: self._closed)) as items:
                for item in items:
                    if not self._put(item):
                        break
        except BaseException as error:
            self._error = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _put(self, item: T) -> bool:
        """Add an item once there is room for it; return False if the consumer has closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._size < self._limit)
            if self._closed:
                return False
            self._items.append(item)
            self._size += self._weigh(item)
            self._changed.notify_all()
            return True
