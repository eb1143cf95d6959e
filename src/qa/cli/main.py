"""Run the program ``qa``: read the command line, run one command, return its exit code."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sys
from collections.abc import Sequence

from qa import __version__
from qa.cli import (
    ask,
    batch,
    calibrate,
    check,
    completion,
    defaults,
    diff,
    doctor,
    evaluate,
    find,
    index,
    listing,
    mcp,
    remove,
    rename,
    serve,
    show,
    verify,
)
from qa.cli.output import FAILED, USAGE, say
from qa.errors import QaError, QuestionError, UsageError

COMMANDS = (
    index, ask, find, batch, listing, show, rename, remove, doctor,
    verify, check, diff, evaluate, calibrate, completion, serve, mcp,
)  # fmt: skip
"""The commands in the order of ``qa --help``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 failed, 2 usage."""
    _set_encodings()
    _show_log()
    try:
        options = defaults.parse(parser(), arguments)
        code: int = options.run(options)
        sys.stdout.flush()
    except (UsageError, QuestionError) as error:
        say(f"qa: {error}")
        return USAGE
    except QaError as error:
        say(f"qa: {error}")
        return FAILED
    except KeyboardInterrupt:
        say("qa: stopped.")
        return FAILED
    except BrokenPipeError:
        # The reader closed the pipe; Python must not report it again at exit.
        _drop_stdout()
        return FAILED
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        _drop_stdout()
        say(f"qa: The output cannot be written ({error.strerror}); free some space, then try again.")
        return FAILED
    return code


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="qa", description="Find verbatim answers in your own documents, with exact citations."
    )
    parser.add_argument("--version", action="version", version=f"qa {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


def _set_encodings() -> None:
    for stream in (sys.stdout, sys.stderr):
        # Quotes contain any character; a terminal that cannot show one shows a question mark.
        if hasattr(stream, "reconfigure"):
            if stream.isatty() or "PYTHONIOENCODING" in os.environ:
                stream.reconfigure(errors="replace")
            else:
                # A file or a program gets the exact characters, regardless of the system's encoding.
                stream.reconfigure(encoding="utf-8", errors="surrogateescape")


class _Formatter(logging.Formatter):
    """Escapes the names in messages; tracebacks keep their lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - a method of `logging`
        from qa.render import escaped

        return escaped(super().formatMessage(record))


def _show_log() -> None:
    """Show the library's log, for example that it prepares a model, as messages of the program."""
    log = logging.getLogger("qa")
    if not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(_Formatter())
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False


def _drop_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
