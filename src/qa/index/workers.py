"""Processes that read and cut files for one run.

A worker runs only code of this program: what a hostile file can damage is the worker's own limited child, see
`qa.parsers.sandbox`. So values are pickled, which is fast. A worker that dies fails one file.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO, TypeVar

from qa.index import reading
from qa.index.events import Texts
from qa.index.reading import Look, Task
from qa.types import Document

T = TypeVar("T")

# The worker uses the module path of the parent, installed or not.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from qa.index.workers import serve; serve()"
_LENGTH = struct.Struct(">Q")
_LOOK_AGAIN = 0.2
_CHUNK = 1 << 20


class WorkerError(Exception):
    """A worker died before it answered."""


class _Worker:
    """One process, which answers each request before it accepts the next."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C reaches the parent alone, which ends the worker together with its children.
            start_new_session=True,
        )

    def ask(self, function: Callable[..., Any], arguments: tuple[Any, ...], stop: Callable[[], bool]) -> Any:
        """Return the result of a function of a module, called in the worker.

        Raises:
            KeyboardInterrupt: ``stop`` returned True.
            WorkerError: The worker died.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            _send(stdin, (function.__module__, function.__name__, arguments))
            # Windows cannot wait for a pipe and something else: there, a file is read to its end.
            while sys.platform != "win32" and not select.select([stdout], [], [], _LOOK_AGAIN)[0]:
                if stop():
                    raise KeyboardInterrupt
            is_result, value = _receive(stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise WorkerError from error
        if not is_result:
            raise RuntimeError(f"a worker failed: {value}")
        return value

    def kill(self) -> None:
        """End the process and its children at once."""
        with suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()


class Workers:
    """Some processes that start when they are needed; thread-safe."""

    def __init__(self, count: int, stop: Callable[[], bool]) -> None:
        """Prepare the processes.

        Args:
            count: Their number.
            stop: Returns whether to stop; a call in a worker then raises `KeyboardInterrupt`.
        """
        self.count = count
        self._stop = stop
        self._threads = ThreadPoolExecutor(count, "qa-workers")
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False

    def read(self, task: Task) -> Future[Look]:
        """Begin to read a file; see `qa.index.reading.look_and_read`."""
        return self.submit(reading.look_and_read, task)

    def cut(self, documents: list[Document]) -> Future[list[tuple[Texts, ...]]]:
        """Begin to cut documents; see `qa.index.reading.cut`."""
        return self.submit(reading.cut, documents)

    def submit(self, function: Callable[..., T], *arguments: Any) -> Future[T]:
        """Call a function of a module in a worker, as soon as one is free."""
        return self._threads.submit(self._call, function, arguments)

    def result(self, future: Future[T]) -> T:
        """Wait for a result.

        Raises:
            KeyboardInterrupt: ``stop`` returned True.
            WorkerError: The worker died.
        """
        while True:
            try:
                return future.result(_LOOK_AGAIN)
            except TimeoutError:
                if self._stop():
                    raise KeyboardInterrupt from None

    def ready(self, future: Future[T]) -> T | None:
        """Return a result that is there already."""
        is_ready = future.done() and not future.cancelled() and future.exception() is None
        return future.result() if is_ready else None

    def close(self) -> None:
        """End all processes at once."""
        self._closed = True
        self._threads.shutdown(cancel_futures=True)
        for worker in self._idle:
            worker.kill()
        self._idle.clear()

    def _call(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or _Worker()
        try:
            value: T = worker.ask(function, arguments, lambda: self._closed or self._stop())
        except BaseException:
            # Its next answer could be that to this request.
            worker.kill()
            raise
        with self._lock:
            self._idle.append(worker)
        return value


# -- both sides -------------------------------------------------------------------------------------


def _send(stream: Any, value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: Any) -> Any:
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: Any, length: int) -> bytes:
    parts = []
    while length:
        part = stream.read(min(length, _CHUNK))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


# -- in the worker ----------------------------------------------------------------------------------


def serve() -> None:
    """Answer requests until the input ends: the main function of a worker."""
    requests: BinaryIO = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    # Output of libraries must not get between the answers.
    os.dup2(2, 1)
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            module, name, arguments = _receive(requests)
            try:
                answer = (True, getattr(import_module(module), name)(*arguments))
            except Exception as error:
                answer = (False, f"{type(error).__name__}: {error}")
            _send(answers, answer)
