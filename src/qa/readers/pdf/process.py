"""The child process that PDFs are read in, one at a time, and the limits that it works under.

It is started with the first PDF and kept for the next ones, since to start it takes longer than to read
most files. The parent needs nothing of the PDF library.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from qa.errors import ReadError
from qa.readers import refusals
from qa.readers.limits import PDF_MEMORY, PDF_PAGE_SECONDS

# The child finds its modules where the parent has found them, installed or not.
_PROGRAM = (
    "import sys; seconds, memory, *sys.path[:] = sys.argv[1:]; from qa.readers.pdf.process import serve; "
    "serve(float(seconds), int(memory))"
)
_TOO_LONG = (
    "one of its pages takes longer than {} seconds to read; print it to a new PDF, or save it as .txt."
)
_LOOK_AGAIN = 0.2
_CRASHED = "it makes the PDF library crash or run out of memory; print it to a new PDF, or save it as .txt."


class _Child:
    """One process, which answers every request before it takes the next."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(PDF_PAGE_SECONDS), str(PDF_MEMORY), *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # Whoever forks inherits the pipes, but must not answer for the one who did not.
        self._owner = os.getpid()

    def is_alive(self) -> bool:
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, request: tuple[Any, ...], stop: Callable[[], bool] | None) -> tuple[str, Any]:
        """The kind of the answer and the answer; raises EOFError or OSError where the process has died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump(request, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()
        # Windows cannot wait for a pipe and for something else: there, a file is read to its end.
        while stop is not None and sys.platform != "win32":
            if select.select([self._process.stdout], [], [], _LOOK_AGAIN)[0]:
                break
            if stop():
                raise KeyboardInterrupt
        kind, answer = pickle.load(self._process.stdout)
        return kind, answer

    def end(self) -> int:
        """End the process; what it ended with, if it had died of itself."""
        if self._owner != os.getpid():
            return 0
        try:
            # It has died, or is about to: then the reason must not be lost by killing it.
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


_lock = threading.Lock()
_children: list[_Child] = []


def in_child(function: str, *arguments: Any, stop: Callable[[], bool] | None = None, **options: Any) -> Any:
    """What a function of the module ``reading`` gives; raises ReadError also where it dies of the file.

    Ends it, and raises KeyboardInterrupt, where ``stop`` says so.
    """
    with _lock:
        child = _living()
        try:
            kind, answer = child.ask((function, arguments, options), stop)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            _children.clear()
            if child.end() == -_signal_of_time():
                raise ReadError(_TOO_LONG.format(PDF_PAGE_SECONDS)) from error
            raise ReadError(_CRASHED) from error
        except BaseException:
            # Interrupted between question and answer: the next answer would be the wrong one.
            _children.clear()
            child.kill()
            raise
    if kind == "answer":
        return answer
    if kind == MemoryError.__name__:
        raise MemoryError(answer)
    raise ReadError(answer if kind == ReadError.__name__ else refusals.damaged(kind))


def end_child() -> None:
    """End the child process, if there is one; the next PDF starts another."""
    with _lock:
        while _children:
            _children.pop().kill()


atexit.register(end_child)


def _living() -> _Child:
    if not _children or not _children[0].is_alive():
        while _children:
            _children.pop().kill()
        _children.append(_Child())
    return _children[0]


# -- in the child -----------------------------------------------------------------------------------

_page_seconds = 0.0


def serve(seconds: float, memory: int) -> None:
    """The work of the child: answer requests until there are no more."""
    global _page_seconds  # noqa: PLW0603
    from qa.readers.pdf import reading

    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library may print must not stand between the answers.
    os.dup2(2, 1)
    _limit_memory(memory)
    _page_seconds = seconds
    functions: dict[str, Callable[..., Any]] = {"read": reading.read, "boxes": reading.boxes}
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            _answer(questions, answers, functions)


def _answer(questions: BinaryIO, answers: BinaryIO, functions: dict[str, Callable[..., Any]]) -> None:
    function, arguments, options = pickle.load(questions)
    reply: tuple[str, Any]
    try:
        next_page()
        reply = ("answer", functions[function](*arguments, **options))
    except Exception as error:
        reply = (type(error).__name__, str(error))
    _set_clock(0.0)
    pickle.dump(reply, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def next_page() -> None:
    """Begin the time for a page anew; when it is over, the child ends. Anywhere else, do nothing.

    The time is that of computing, so that a busy machine ends no sound file; the signal also ends code
    of the library that would never return to Python.
    """
    if _page_seconds:
        _set_clock(_page_seconds)


def _set_clock(seconds: float) -> None:
    # Windows knows no such clock; there a file without an end has to be ended by hand.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _signal_of_time() -> int:
    return signal.SIGPROF if hasattr(signal, "SIGPROF") else 0


def _limit_memory(memory: int) -> None:
    # Where the system knows no such limit (Windows), the file has what the machine has.
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
