"""Watching: a settled change is indexed, a failure is retried, and a stop is clean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import QaError, StoreError
from qa.index import Report
from qa.index.watch import look, watch


class Script:
    """The actions between two looks, one after the other; then the person presses Ctrl-C."""

    def __init__(self, *acts: Callable[[], object]) -> None:
        self.acts = list(acts)
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.acts:
            raise KeyboardInterrupt
        self.acts.pop(0)()


def nothing() -> None:
    pass


def follow(folder: Path, update: Callable[[], Report], *acts: Callable[[], object]) -> list[QaError]:
    failures: list[QaError] = []
    with pytest.raises(KeyboardInterrupt):
        watch([str(folder)], folder / "index", update, failures.append, sleep=Script(*acts).sleep)
    return failures


def test_the_first_look_updates_and_the_next_without_changes_do_not(tmp_path: Path) -> None:
    calls: list[int] = []
    follow(tmp_path, lambda: calls.append(1) or Report(), nothing, nothing, nothing)
    assert calls == [1]


@pytest.mark.parametrize("kind", ["new", "changed", "gone"])
def test_a_change_is_indexed_once_it_has_settled(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.txt"
    if kind != "new":
        path.write_text("one")
    seen: list[str] = []

    def update() -> Report:
        seen.append(path.read_text() if path.exists() else "")
        return Report()

    def begin() -> None:
        path.write_text("half")

    def end() -> None:
        if kind == "gone":
            path.unlink()
        else:
            path.write_text("the whole of it")

    follow(tmp_path, update, begin, end, nothing, nothing)
    assert seen == ["" if kind == "new" else "one", "" if kind == "gone" else "the whole of it"]


def test_a_change_during_the_update_is_not_missed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    seen: list[str] = []

    def update() -> Report:
        seen.append(path.read_text() if path.exists() else "")
        if len(seen) == 1:
            path.write_text("meanwhile")
        return Report()

    follow(tmp_path, update, nothing, nothing, nothing)
    assert seen == ["", "meanwhile"]


def test_a_failed_update_is_reported_and_retried(tmp_path: Path) -> None:
    calls: list[int] = []

    def update() -> Report:
        calls.append(1)
        if len(calls) == 1:
            raise StoreError("locked")
        return Report()

    assert [str(error) for error in follow(tmp_path, update, nothing, nothing)] == ["locked"]
    assert len(calls) == 2


def test_a_stop_during_the_update_returns_its_report(tmp_path: Path) -> None:
    stopped = Report(interrupted=True)
    assert watch([str(tmp_path)], tmp_path / "index", lambda: stopped, lambda _: None) is stopped


def test_a_slow_look_is_repeated_less_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(0, 1000, 3))
    monkeypatch.setattr("qa.index.watch.time.monotonic", lambda: next(times))
    script = Script()
    with pytest.raises(KeyboardInterrupt):
        watch([str(tmp_path)], tmp_path / "index", Report, lambda _: None, sleep=script.sleep)
    assert script.slept == [60.0]


def test_the_index_itself_is_not_watched(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "x.txt").write_text("x")
    (tmp_path / "a.txt").write_text("a")
    assert list(look([str(tmp_path)], tmp_path / "index")) == [str(tmp_path / "a.txt")]
