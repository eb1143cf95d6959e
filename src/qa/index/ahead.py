"""Lets a generator run ahead in a thread of its own, by a limited amount."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """The items of a generator, in order, made while the consumer is still busy with earlier ones.

    An exception of the generator is raised where its next item would have been. Iterate once.
    """

    def __init__(
        self,
        generate: Callable[[Callable[[], bool]], Generator[T, None, None]],
        weigh: Callable[[T], int],
        limit: int,
    ) -> None:
        """Start the thread.

        Args:
            generate: Makes the generator; the function that it is given says whether to stop early.
            weigh: The size of an item.
            limit: The size of the waiting items from which on the generator waits.
        """
        self._generate = generate
        self._weigh = weigh
        self._limit = limit
        self._items: deque[T] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._closed = self._ended = False
        self._error: BaseException | None = None
        # A daemon: a second Ctrl-C must not wait for a file that is read.
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
        """Stop the generator and wait for it; what it made and nobody took is dropped."""
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
        """Add an item once there is room for it; False where nobody wants it any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._size < self._limit)
            if self._closed:
                return False
            self._items.append(item)
            self._size += self._weigh(item)
            self._changed.notify_all()
            return True
