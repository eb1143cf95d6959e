"""The limited child process in which files are read: what a hostile file does to it, it does to it alone.

There are files that make a library crash, never end, or fill the memory. The child starts with the first
file and stays for the next ones, since starting takes longer than reading most files. Requests and answers
are JSON, so that a child that a file has taken over can send data and nothing that runs.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import reduce
from importlib import import_module
from typing import Any, BinaryIO, cast

from qa.errors import ReadError
from qa.messages import from_json
from qa.parsers import refusals, wire
from qa.parsers.limits import PDF_PAGE_SECONDS, READ_ANSWER_BYTES, READ_MEMORY, READ_SECONDS

# The child finds its modules where the parent has them, installed or not.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[2:]; from qa.parsers.sandbox import serve; serve(int(sys.argv[1]))"
)
_LOOK_AGAIN = 0.2
_UNLOADABLE = "unloadable"
_HEADER = struct.Struct(">QQ")
_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20


class _Child:
    """One process, which answers every request before it takes the next."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(READ_MEMORY), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # A fork of the parent inherits the pipes, but must not answer for it.
        self._owner = os.getpid()

    def is_alive(self) -> bool:
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, request: Mapping[str, Any], data: bytes, stop: Callable[[], bool] | None) -> Any:
        """Return the answer; raises EOFError, OSError or ValueError where the process died or went wild."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        question = wire.dumps(request)
        self._process.stdin.write(_HEADER.pack(len(question), len(data)) + question)
        self._process.stdin.write(data)
        self._process.stdin.flush()
        # Windows cannot wait for a pipe and for something else: there, a file is read to its end.
        while stop is not None and sys.platform != "win32":
            if select.select([self._process.stdout], [], [], _LOOK_AGAIN)[0]:
                break
            if stop():
                raise KeyboardInterrupt
        (length,) = _LENGTH.unpack(_exactly(self._process.stdout, _LENGTH.size))
        if length > READ_ANSWER_BYTES:
            raise ValueError("the answer is larger than any text")
        return wire.loads(_exactly(self._process.stdout, length))

    def end(self) -> int:
        """End the process; return its exit status where it died by itself."""
        if self._owner != os.getpid():
            return 0
        try:
            # It is dead, or about to be: killing it now would lose the reason.
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        return code

    def kill(self) -> None:
        if self._owner == os.getpid():
            self._process.kill()
            self.end()


# So that a file of questions need not wait for the end of a long document.
_MOST_CHILDREN = 2
_free = threading.BoundedSemaphore(_MOST_CHILDREN)
_lock = threading.Lock()
# Those that wait for work; a thread that uses one has taken it out.
_children: list[_Child] = []


def call(
    module: str,
    function: str,
    data: bytes,
    *arguments: Any,
    stop: Callable[[], bool] | None = None,
    **options: Any,
) -> Any:
    """Return what ``function(data, ...)`` of a module returns in the child, as `wire.loads` does.

    Raises ReadError, also where the child dies of the file; ends it and raises KeyboardInterrupt where
    ``stop`` says so.
    """
    paged = module.startswith("qa.parsers.pdf")
    seconds = PDF_PAGE_SECONDS if paged else READ_SECONDS
    request = {
        "module": module,
        "function": function,
        "arguments": arguments,
        "options": options,
        "seconds": seconds,
    }
    with _turn(stop):
        child = _taken()
        try:
            kind, answer = child.ask(request, data, stop)
            refused = from_json(answer) if kind == ReadError.__name__ else None
        except (EOFError, OSError, ValueError, TypeError) as error:
            if child.end() == -_signal_of_time():
                raise refusals.too_long(seconds, paged=paged) from error
            raise ReadError("file-crashes") from error
        except BaseException:
            # Interrupted between question and answer: the next answer would be the wrong one.
            child.kill()
            raise
        with _lock:
            _children.append(child)
    if kind == "answer":
        return answer
    if refused is not None:
        raise ReadError(refused.code, **refused.params)
    if kind == MemoryError.__name__:
        raise MemoryError(answer)
    if kind == RecursionError.__name__:
        raise RecursionError(answer)
    if kind == _UNLOADABLE:
        raise ReadError("parser-unloadable", parser=f"{module}:{function}", cause=answer)
    raise refusals.damaged(kind)


def end_children() -> None:
    """End the child processes that wait for work; the next file starts another."""
    with _lock:
        while _children:
            _children.pop().kill()


atexit.register(end_children)


@contextmanager
def _turn(stop: Callable[[], bool] | None) -> Iterator[None]:
    """Wait until one more child may work; raises KeyboardInterrupt where ``stop`` says so before."""
    while not _free.acquire(timeout=_LOOK_AGAIN):
        if stop is not None and stop():
            raise KeyboardInterrupt
    try:
        yield
    finally:
        _free.release()


def _taken() -> _Child:
    """Return a child that waits for work, or a new one."""
    with _lock:
        while _children:
            child = _children.pop()
            if child.is_alive():
                return child
            child.kill()
    return _Child()


def _exactly(stream: Any, length: int) -> bytes:
    """Read so many bytes; raises EOFError where the stream ends before."""
    parts = []
    while length:
        part = stream.read(min(length, _CHUNK))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


# -- in the child -----------------------------------------------------------------------------------

_seconds = 0.0


def serve(memory: int) -> None:
    """Answer requests until there are no more: the work of the child."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library may print must not get between the answers.
    os.dup2(2, 1)
    _limit_memory(memory)
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            _answer(questions, answers)


def _answer(questions: BinaryIO, answers: BinaryIO) -> None:
    global _seconds  # noqa: PLW0603
    size, data_size = _HEADER.unpack(_exactly(questions, _HEADER.size))
    request = wire.loads(_exactly(questions, size))
    data = _exactly(questions, data_size)
    try:
        function = _function(request["module"], request["function"])
        _seconds = request["seconds"]
        next_page()
        reply = wire.dumps(("answer", function(data, *request["arguments"], **request["options"])))
    except _UnloadableError as error:
        reply = wire.dumps((_UNLOADABLE, str(error)))
    except ReadError as error:
        reply = wire.dumps((ReadError.__name__, error.message.to_json()))
    except Exception as error:
        reply = wire.dumps((type(error).__name__, str(error)))
    _set_clock(0.0)
    answers.write(_LENGTH.pack(len(reply)))
    answers.write(reply)
    answers.flush()


class _UnloadableError(Exception):
    """The function that is to read a file cannot be imported."""


def _function(module: str, name: str) -> Callable[..., Any]:
    try:
        function = reduce(getattr, name.split("."), import_module(module))
    except Exception as error:
        raise _UnloadableError(f"{type(error).__name__}: {error}") from error
    if not callable(function):
        raise _UnloadableError("it is no function")
    return cast(Callable[..., Any], function)


def next_page() -> None:
    """Begin the time for a page again; when it is over, the child ends. Anywhere else, do nothing.

    The time is that of computing, so that a busy machine ends no sound file; the signal also ends code
    of a library that would never return to Python.
    """
    if _seconds:
        _set_clock(_seconds)


def _set_clock(seconds: float) -> None:
    # Windows has no such clock; there a file without an end has to be ended by hand.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _signal_of_time() -> int:
    return signal.SIGPROF if hasattr(signal, "SIGPROF") else 0


def _limit_memory(memory: int) -> None:
    # Where the system has no such limit (Windows), the file has what the machine has.
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
