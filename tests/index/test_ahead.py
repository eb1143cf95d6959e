"""A generator that runs ahead returns the same items in the same order and stays within its limit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing

import pytest

from qa.index.ahead import Ahead


def numbers(last: int) -> Callable[[Callable[[], bool]], Generator[int, None, None]]:
    def generate(_: Callable[[], bool]) -> Generator[int, None, None]:
        yield from range(last)

    return generate


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_all_items_come_in_order(limit: int) -> None:
    with closing(Ahead(numbers(500), lambda _: 1, limit)) as ahead:
        assert list(ahead) == list(range(500))


def test_it_runs_ahead_exactly_to_the_limit() -> None:
    produced = threading.Semaphore(0)
    count, consumed = 0, 0
    ahead_by = []

    def generate(_: Callable[[], bool]) -> Generator[int, None, None]:
        nonlocal count
        for number in range(100):
            count += 1
            ahead_by.append(count - consumed)
            produced.release()
            yield number

    with closing(Ahead(generate, lambda _: 10, 50)) as ahead:
        # Five wait, the sixth has no room: the consumer has not started.
        for _ in range(6):
            assert produced.acquire(timeout=30)
        for item in ahead:
            assert item == consumed
            consumed += 1
    assert consumed == 100
    # The consumer has one, five wait, and one has no room.
    assert 6 <= max(ahead_by) <= 7


def test_an_item_above_the_limit_passes() -> None:
    with closing(Ahead(numbers(5), lambda _: 1000, 1)) as ahead:
        assert list(ahead) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, MemoryError])
def test_an_error_arrives_in_the_place_of_its_item(error: type[BaseException]) -> None:
    def generate(_: Callable[[], bool]) -> Generator[int, None, None]:
        yield 1
        yield 2
        raise error

    seen: list[int] = []

    def consume() -> None:
        seen.extend(Ahead(generate, lambda _: 1, 10))

    with pytest.raises(error):
        consume()
    assert seen == [1, 2]


def test_a_consumer_that_stops_ends_the_generator() -> None:
    ended = threading.Event()
    asked: list[bool] = []

    def generate(closed: Callable[[], bool]) -> Generator[int, None, None]:
        try:
            number = 0
            while True:
                yield number
                number += 1
        finally:
            asked.append(closed())
            ended.set()

    ahead = Ahead(generate, lambda _: 1, 4)
    with closing(ahead):
        assert next(iter(ahead)) == 0
    assert ended.is_set()
    assert asked == [True]
    assert not any(thread.name == "qa-ahead" for thread in threading.enumerate())
