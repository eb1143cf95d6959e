"""Values that take seconds to create are created once, on first use."""

from __future__ import annotations

import threading

import pytest

from qa.errors import ModelError
from qa.lazy import Lazy


def test_a_model_that_failed_to_load_is_tried_again() -> None:
    tries: list[int] = []

    def make() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise ModelError("The model is damaged.")
        return "model"

    lazy = Lazy(make)
    with pytest.raises(ModelError):
        lazy()
    assert not lazy.ready
    assert (lazy(), lazy(), len(tries)) == ("model", "model", 2)


def test_a_value_that_many_threads_wait_for_is_created_once() -> None:
    created: list[object] = []
    gate = threading.Event()

    def make() -> object:
        gate.wait(30)
        created.append(object())
        return created[-1]

    lazy = Lazy(make)
    values: list[object] = []
    threads = [threading.Thread(target=lambda: values.append(lazy())) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert len(created) == 1
    assert all(value is created[0] for value in values)


def test_a_value_is_created_in_another_thread_meanwhile() -> None:
    threads: list[int] = []

    def make() -> str:
        threads.append(threading.get_ident())
        if len(threads) == 1:
            raise ModelError("The model is damaged.")
        return "model"

    lazy = Lazy(make)
    for _ in range(2):
        before = set(threading.enumerate())
        lazy.begin()
        for thread in set(threading.enumerate()) - before:
            thread.join(30)
    assert lazy.ready
    assert lazy() == "model"
    assert len(threads) == 2
    assert threading.get_ident() not in threads
