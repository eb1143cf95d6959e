"""Read files in a limited child process, which contains the damage that a hostile file can do.

Some files crash a library, never finish, or fill the memory. The child starts with the first file and serves
the following ones too, because starting takes longer than reading most files. Requests and answers are JSON:
a child under the control of a hostile file can send data, but no code.
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
from math import ceil
from typing import IO, Any, BinaryIO, cast

from qa.errors import ReadError
from qa.messages import from_json
from qa.parsers import refusals, wire
from qa.parsers.limits import (
    PDF_PAGE_SECONDS,
    PDF_WAIT_SECONDS,
    READ_ANSWER_BYTES,
    READ_MEMORY,
    READ_SECONDS,
    READ_WAIT_SECONDS,
)

# The child uses the module path of the parent, installed or not.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[2:]; from qa.parsers.sandbox import serve; serve(int(sys.argv[1]))"
)
_LOOK_AGAIN = 0.2
_UNLOADABLE = "unloadable"
_HEADER = struct.Struct(">QQ")
_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20


class _Child:
    """One process, which answers each request before it accepts the next."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(READ_MEMORY), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # A fork of the parent inherits the pipes but must not use them.
        self._owner = os.getpid()

    def is_alive(self) -> bool:
        """Return whether the process runs and belongs to this process."""
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(
        self, request: Mapping[str, Any], data: bytes, wait: float, stop: Callable[[], bool] | None
    ) -> Any:
        """Return the answer to a request.

        Args:
            request: The function to call, see `call`.
            data: Bytes of the file.
            wait: Maximum seconds to wait for the answer.
            stop: Returns whether to stop waiting.

        Raises:
            TimeoutError: There is no answer in time.
            KeyboardInterrupt: ``stop`` returned True.
            EOFError, OSError or ValueError: The process died or misbehaved.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        question = wire.dumps(request)
        self._process.stdin.write(_HEADER.pack(len(question), len(data)) + question)
        self._process.stdin.write(data)
        self._process.stdin.flush()
        # Windows cannot wait for a pipe and something else: there, a file is read to its end.
        if sys.platform != "win32":
            self._await(self._process.stdout, wait, stop)
        (length,) = _LENGTH.unpack(_exactly(self._process.stdout, _LENGTH.size))
        if length > READ_ANSWER_BYTES:
            raise ValueError("the answer is larger than any text")
        return wire.loads(_exactly(self._process.stdout, length))

    @staticmethod
    def _await(stream: IO[bytes], wait: float, stop: Callable[[], bool] | None) -> None:
        # The looks are counted, and not the time: a suspended program (Ctrl-Z) does not wait.
        for _ in range(ceil(wait / _LOOK_AGAIN)):
            if select.select([stream], [], [], _LOOK_AGAIN)[0]:
                return
            if stop is not None and stop():
                raise KeyboardInterrupt
        raise TimeoutError

    def end(self) -> int:
        """End the process; return its exit status if it died by itself."""
        if self._owner != os.getpid():
            return 0
        try:
            # It is dead or dying: killing it now would lose the reason.
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
        """Kill the process."""
        if self._owner == os.getpid():
            self._process.kill()
            self.end()


# Two children allow a question file to be read while a long document is still being read.
_MOST_CHILDREN = 2
_free = threading.BoundedSemaphore(_MOST_CHILDREN)
_lock = threading.Lock()
# Idle children; a thread removes the child that it uses.
_children: list[_Child] = []


def call(
    module: str,
    function: str,
    data: bytes,
    *arguments: Any,
    stop: Callable[[], bool] | None = None,
    **options: Any,
) -> Any:
    """Return the result of ``function(data, ...)`` of a module, run in the child, as `wire.loads` returns it.

    Args:
        module: Name of the module.
        function: Name of the function.
        data: Bytes of the file.
        arguments: Further arguments.
        stop: Returns whether to stop; the child is then killed.
        options: Keyword arguments.

    Raises:
        ReadError: The file is refused, or it killed the child.
        KeyboardInterrupt: ``stop`` returned True.
    """
    paged = module.startswith("qa.parsers.pdf")
    parser = f"{module}:{function}"
    seconds = PDF_PAGE_SECONDS if paged else READ_SECONDS
    wait = PDF_WAIT_SECONDS if paged else READ_WAIT_SECONDS
    request = {
        "module": module,
        "function": function,
        "arguments": arguments,
        "options": options,
        "seconds": seconds,
    }
    with _turn(stop):
        child = _idle_child()
        try:
            kind, answer = child.ask(request, data, wait, stop)
            refused = from_json(answer) if kind == ReadError.__name__ else None
        except TimeoutError as error:
            child.kill()
            raise ReadError("parser-endless", parser=parser, seconds=ceil(wait)) from error
        except (EOFError, OSError, ValueError, TypeError) as error:
            if child.end() == -_signal_of_time():
                raise refusals.too_long(seconds, paged=paged) from error
            raise ReadError("file-crashes") from error
        except BaseException:
            # Interrupted between question and answer: the child's next answer would be the wrong one.
            child.kill()
            raise
        with _lock:
            _children.append(child)
    if kind == "answer":
        return answer
    if refused is not None:
        raise ReadError(refused.code, **refused.params)
    raise _failure(kind, answer, parser)


def _failure(kind: str, text: str, parser: str) -> Exception:
    """Return the error that ended a function in the child."""
    if kind == MemoryError.__name__:
        return MemoryError(text)
    if kind == RecursionError.__name__:
        return RecursionError(text)
    if kind == _UNLOADABLE:
        return ReadError("parser-unloadable", parser=parser, cause=text)
    return refusals.damaged(kind)


def end_children() -> None:
    """End the idle child processes; the next file starts another."""
    with _lock:
        while _children:
            _children.pop().kill()


atexit.register(end_children)


@contextmanager
def _turn(stop: Callable[[], bool] | None) -> Iterator[None]:
    """Wait until another child may work; raise KeyboardInterrupt if ``stop`` returns True before."""
    while not _free.acquire(timeout=_LOOK_AGAIN):
        if stop is not None and stop():
            raise KeyboardInterrupt
    try:
        yield
    finally:
        _free.release()


def _idle_child() -> _Child:
    """Return an idle child, or start a new one."""
    with _lock:
        while _children:
            child = _children.pop()
            if child.is_alive():
                return child
            child.kill()
    return _Child()


def _exactly(stream: Any, length: int) -> bytes:
    """Read exactly ``length`` bytes; raise EOFError if the stream ends before."""
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
    """Answer requests until the input ends: the main function of the child."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Output of libraries must not get between the answers.
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
    """The function that reads a file cannot be imported."""


def _function(module: str, name: str) -> Callable[..., Any]:
    try:
        function = reduce(getattr, name.split("."), import_module(module))
    except Exception as error:
        raise _UnloadableError(f"{type(error).__name__}: {error}") from error
    if not callable(function):
        raise _UnloadableError("it is not a function")
    return cast(Callable[..., Any], function)


def next_page() -> None:
    """Restart the time limit of a page; when it expires, the child ends. Outside the child, do nothing.

    The limit counts CPU time: a busy machine does not end a sound file. The signal also ends library code
    that would never return to Python.
    """
    if _seconds:
        _set_clock(_seconds)


def _set_clock(seconds: float) -> None:
    # Windows has no such clock; there, the user has to end an endless file.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _signal_of_time() -> int:
    return signal.SIGPROF if hasattr(signal, "SIGPROF") else 0


def _limit_memory(memory: int) -> None:
    # Without such a limit (Windows), the file can use the memory of the machine.
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if hard_limit == resource.RLIM_INFINITY else min(memory, hard_limit)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard_limit))
