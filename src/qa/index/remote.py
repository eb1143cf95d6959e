"""Reads and cuts files on the machines of a cluster. The bytes of the files are sent there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from qa.cluster import Cluster, LostError
from qa.index import reading
from qa.index.reading import Look, Task
from qa.index.workers import WorkerError
from qa.parsers.registry import CORPUS, formats

T = TypeVar("T")


class Pending(Generic[T]):
    """A result that is there already, or comes from the cluster."""

    def __init__(self, reference: Any, finish: Callable[[Any], T]) -> None:
        self.reference = reference
        self.finish = finish


class RemoteWorkers:
    """The machines of a cluster, used as `qa.index.workers.Workers` uses processes."""

    def __init__(self, cluster: Cluster, stop: Callable[[], bool]) -> None:
        self.count = max(1, cluster.cores)
        self._cluster = cluster
        self._stop = stop
        self._running: set[Any] = set()

    def read(self, task: Task) -> Pending[Look]:
        """Begin to read a file; see `qa.index.reading.look_and_read`."""
        state = reading.look(task.path)
        form = formats().get(task.path.suffix.lower())
        if (
            state.unreadable
            or state.sha256 == task.known
            or form is None
            or task.path.suffix.lower() == CORPUS
        ):
            return Pending(None, lambda _: state)
        try:
            if task.path.stat().st_size > form.most_bytes:
                # Refused without being sent.
                return Pending(None, lambda _: state)
            data = task.path.read_bytes()
        except OSError:
            return Pending(None, lambda _: state)
        reference = self._cluster.submit(
            reading.read_data, task, data, task.path.resolve().as_uri(), whole=False
        )
        self._running.add(reference)
        return Pending(reference, lambda content: replace(state, content=content))

    def cut(self, documents: list[Any]) -> Pending[Any]:
        """Begin to cut documents; see `qa.index.reading.cut`."""
        reference = self._cluster.submit(reading.cut, documents, whole=False)
        self._running.add(reference)
        return Pending(reference, lambda texts: texts)

    def result(self, pending: Pending[T]) -> T:
        """Wait for a result.

        Raises:
            KeyboardInterrupt: ``stop`` returned True.
            WorkerError: The processes that worked on it died.
        """
        if pending.reference is None:
            return pending.finish(None)
        self._running.discard(pending.reference)
        try:
            return pending.finish(self._cluster.result(pending.reference, self._tick))
        except LostError as error:
            raise WorkerError from error

    def ready(self, pending: Pending[T]) -> T | None:
        """Return None: results stay on the cluster until they are needed."""
        return None

    def close(self) -> None:
        """End the calls that run."""
        for reference in self._running:
            self._cluster.cancel(reference)
        self._running.clear()

    def _tick(self) -> None:
        if self._stop():
            raise KeyboardInterrupt
