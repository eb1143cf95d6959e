"""What takes seconds to make is made once, when it is needed."""

from __future__ import annotations

import threading

import pytest

from qa.errors import ModelError
from qa.lazy import Lazy


def test_a_model_that_does_not_load_is_tried_again() -> None:
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


def test_what_many_wait_for_is_made_once() -> None:
    made: list[object] = []
    gate = threading.Event()

    def make() -> object:
        gate.wait(30)
        made.append(object())
        return made[-1]

    lazy = Lazy(make)
    values: list[object] = []
    threads = [threading.Thread(target=lambda: values.append(lazy())) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert all(one is made[0] for one in values)
