"""``qa diff``: compare the answers to the same questions over two versions of the documents."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, FAILED, Commands, say
from qa.cli.progress import question_bar
from qa.errors import UsageError
from qa.places import shown

if TYPE_CHECKING:
    from qa import Answer

_KINDS = ("vanished", "appeared", "changed", "moved", "confidence")


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "diff",
        run,
        "show which answers differ between two versions of the documents",
        "OLD and NEW are answers to the same questions, from qa batch, or index folders in which the "
        "questions of --questions are asked. The exit code is 0 even if answers differ, "
        "unless --exit-code is set.",
    )
    parser.add_argument(
        "old", type=output.place, metavar="OLD", help="a .json or .jsonl file of answers, or an index folder"
    )
    parser.add_argument(
        "new",
        type=output.place,
        nargs="?",
        metavar="NEW",
        help="the same of the new version (default: the --index)",
    )
    parser.add_argument(
        "--questions",
        type=Path,
        metavar="FILE",
        help="the questions to ask in index folders, as for qa batch",
    )
    parser.add_argument(
        "-k", type=output.positive, metavar="N", help="maximum quotes of the answers asked for (default: 3)"
    )
    parser.add_argument(
        "--ignore",
        action="append",
        choices=_KINDS,
        default=[],
        help="leave out changes of this kind; repeatable",
    )
    parser.add_argument(
        "--confidence-step",
        type=output.share,
        default=0.05,
        metavar="X",
        help="minimum change of a confidence that counts (default: 0.05)",
    )
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if an answer differs")
    output.add_report(parser)
    output.add_answering(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    import qa

    old, new = options.old, options.new or options.index
    files = [each for each in (old, new) if isinstance(each, Path)]
    format = output.report_format(options, *files, options.questions)
    names = tuple(shown(each) if isinstance(each, str) else str(each) for each in (old, new))
    difference = qa.diff(
        _answers(old, options),
        _answers(new, options),
        ignore=options.ignore,
        confidence_step=options.confidence_step,
        names=(names[0], names[1]),
    )
    colour = options.output is None and sys.stdout.isatty()
    output.write_report(options, difference.report(format, colour=colour))
    if options.output is not None or format != "text":
        say(f"{difference}.")
    return FAILED if difference and options.exit_code else DONE


def _answers(source: Path | str, options: argparse.Namespace) -> Path | Iterable[Answer]:
    """Return a file of answers, or ask the questions in an index folder."""
    if isinstance(source, Path) and not source.is_dir() and source is not options.index:
        return source
    if options.questions is None:
        raise UsageError("diff-no-questions", path=shown(source) if isinstance(source, str) else source)
    from qa import Library
    from qa.types import QUOTES

    library = Library(source, reranker=options.reranker, risk=options.risk, create=False, read_only=True)
    library.load()  # what fails here would otherwise be an error of each question
    with question_bar() as bar:
        return list(library.batch(options.questions, k=options.k or QUOTES, on_progress=bar))
