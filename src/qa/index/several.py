"""Reads the files of a run with several processes at once, and returns what it reads in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from qa.errors import ReadError
from qa.index import reading
from qa.index.cutting import stage
from qa.index.events import File
from qa.index.reading import GROUP_CHARACTERS, Content, Look, Part, Task
from qa.index.remote import RemoteWorkers
from qa.index.report import Options
from qa.index.workers import WorkerError, Workers
from qa.messages import Message
from qa.parsers.registry import CORPUS
from qa.types import Document

MOST_WORKERS = 8
"""Maximum processes without a number from the user: more are idle, because embedding takes longer."""
LEAST_FILES, LEAST_BYTES = 4, 2_000_000
"""A run over less is read in this process, which is as fast as starting others."""
AHEAD = 2
"""Files for each process that are read or wait."""
AHEAD_CHARACTERS = 4_000_000
"""Characters that wait at which no further file is begun."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    # Not on every system.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(files: Sequence[File], options: Options) -> int:
    """Return the number of processes that read files; 1 is this process."""
    if options.dry_run:
        return 1
    if options.workers is not None:
        return options.workers
    is_small = len(files) < LEAST_FILES or sum(file.size for file in files) < LEAST_BYTES
    return 1 if is_small else min(cores(), MOST_WORKERS)


class Several:
    """Reads files, with several processes or in this one; the results are the same."""

    def __init__(self, workers: Workers | RemoteWorkers | None, stop: Callable[[], bool]) -> None:
        self._workers = workers
        self._stop = stop

    @classmethod
    def of(cls, files: Sequence[File], options: Options, stop: Callable[[], bool]) -> Several:
        """Return a reader of files with as many processes as the files and the options need."""
        if options.cluster is not None and not options.dry_run:
            return cls(RemoteWorkers(options.cluster, stop), stop)
        count = worker_count(files, options)
        return cls(Workers(count, stop) if count > 1 else None, stop)

    def close(self) -> None:
        """End the processes at once."""
        if self._workers is not None:
            self._workers.close()

    def looks(self, files: Iterable[File], task_of: Callable[[File], Task]) -> Iterator[Look]:
        """Yield the state of each file; with several processes, most with their content.

        Args:
            files: The files.
            task_of: Returns what to read of a file. It is called in order, some files ahead.
        """
        if self._workers is None:
            for file in files:
                yield reading.look(file.source.path)
            return
        tasks = map(task_of, files)
        waiting = deque[tuple[Task, Any]]()
        most = AHEAD * self._workers.count
        while True:
            while len(waiting) < most and self._characters(waiting) < AHEAD_CHARACTERS:
                task = next(tasks, None)
                if task is None:
                    break
                waiting.append((task, self._workers.read(task)))
            if not waiting:
                return
            task, future = waiting.popleft()
            try:
                look = self._workers.result(future)
            except WorkerError:
                content = Content(task.name, failure=Message("file-crashes"))
                look = replace(reading.look(task.path), content=content)
            del future  # A content may be large.
            yield look

    def _characters(self, waiting: Iterable[tuple[Task, Any]]) -> int:
        """Return the number of characters that are read and wait."""
        assert self._workers is not None
        looks = (self._workers.ready(pending) for _, pending in waiting)
        return sum(look.content.characters for look in looks if look and look.content)

    def parts(self, task: Task, look: Look, is_new: Callable[[Document], bool]) -> Iterator[Part]:
        """Yield the parts of a file.

        Args:
            task: The file.
            look: Its state. A content that was read by another name is read again.
            is_new: Returns whether the texts of a document are needed.

        Raises:
            ReadError: The rest of the file cannot be read.
            KeyboardInterrupt: ``stop`` returned True.
        """
        if look.content is not None and look.content.name == task.name:
            yield from look.content.each()
        elif self._workers is not None and task.path.suffix.lower() == CORPUS:
            yield from self._cut(reading.documents(task, self._stop), is_new)
        else:
            yield from reading.read(task, self._stop)

    def _cut(
        self, documents: Iterator[Document | ReadError], is_new: Callable[[Document], bool]
    ) -> Iterator[Part]:
        """Cut the documents of a corpus by several processes."""
        assert self._workers is not None
        waiting = deque[tuple[list[Document | ReadError], list[Document], Any]]()
        failure: ReadError | None = None
        groups = _groups(documents)
        while True:
            while failure is None and len(waiting) < AHEAD * self._workers.count:
                try:
                    group = next(groups, None)
                except ReadError as error:
                    failure = error
                    break
                if group is None:
                    break
                new = [item for item in group if isinstance(item, Document) and is_new(item)]
                waiting.append((group, new, self._workers.cut(new)))
            if not waiting:
                break
            group, new, future = waiting.popleft()
            try:
                results = self._workers.result(future)
                texts = dict(zip(map(id, new), results, strict=True))
            except WorkerError:
                texts = {}
            for item in group:
                if isinstance(item, ReadError):
                    yield item
                else:
                    yield item, texts.get(id(item)) or stage(item)
        if failure is not None:
            raise failure


def _groups(documents: Iterator[Document | ReadError]) -> Iterator[list[Document | ReadError]]:
    """Yield documents in groups of some characters; an error is raised after the group before it."""
    group: list[Document | ReadError] = []
    characters = 0
    failure: ReadError | None = None
    try:
        for item in documents:
            group.append(item)
            characters += len(item.text) if isinstance(item, Document) else 0
            if characters >= GROUP_CHARACTERS:
                yield group
                group, characters = [], 0
    except ReadError as error:
        failure = error
    if group:
        yield group
    if failure is not None:
        raise failure
