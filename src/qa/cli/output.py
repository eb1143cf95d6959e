"""Shared parts of the commands: the library, printing, and common options."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from qa.errors import UsageError
from qa.messages import Message, visible
from qa.output_files import check_output, write_file
from qa.places import has_password, is_database
from qa.rerankers import READER

# Commands import modules inside functions: `qa --help` and `qa list` must not wait for torch or gradio.
if TYPE_CHECKING:
    from qa import Citation, Failure, Library, Report

DONE, FAILED, USAGE = 0, 1, 2
FAILURES = 5
"""Maximum failures printed of one file: a corpus may have one for each line."""
LISTED = 50
"""Maximum names printed of added, changed or removed documents; a corpus has a million."""

ID = "an id is a document's name in qa list: its path in the folder added, or its _id in a corpus"
"""What an id of a document is, for the help of commands."""

_SIMILAR = 0.65
"""Minimum similarity of a suggested name; port and format have 0.6."""

_REPORTS: dict[str, Literal["text", "json", "html"]] = {".txt": "text", ".json": "json", ".html": "html"}
"""Formats of reports by the extensions of their files."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def print_text(text: str) -> None:
    """Write data to stdout, with a line end."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def print_line(*cells: str) -> None:
    """Write a line for a person to stdout, its cells separated by tabs; names are escaped."""
    from qa.render import escaped

    print_text("\t".join(map(escaped, cells)))


def say(text: str) -> None:
    """Write a message of one line to stderr; the names in it are escaped."""
    from qa.render import escaped

    sys.stderr.write(escaped(text) + "\n")


def did_you_mean(name: str, known: Iterable[str]) -> Message | str:
    """Return a hint at the most similar of the known names; empty if none is similar."""
    nearest = get_close_matches(name.lower(), known, n=1, cutoff=_SIMILAR)
    return Message.of("did-you-mean", name=nearest[0]) if nearest else ""


def library(options: argparse.Namespace, *, change: bool = False, create: bool = False) -> Library:
    """Return the library that the options name; ``change`` if the command writes to it."""
    from qa import Library

    model = getattr(options, "model", None)
    # A model in qa.toml is for new indexes; an existing index has its own.
    if "model" in options.from_files and Library(options.index).exists:
        model = None
    return Library(
        options.index,
        model=model,
        reranker=getattr(options, "reranker", READER),
        risk=getattr(options, "risk", None),
        create=create,
        read_only=not change,
    )


def say_calibration(library: Library) -> None:
    """Write a message if no calibration fits the index's model."""
    if note := library.calibration_note():
        say(str(note))


def print_report(report: Report, dry_run: bool = False) -> None:
    """Print the report of an indexing run, and write messages about unreadable parts."""
    for verb, names in (("added", report.added), ("changed", report.changed), ("removed", report.removed)):
        for name in names[:LISTED]:
            print_line(verb, name)
        if len(names) > LISTED:
            print_line(verb, f"... and {len(names) - LISTED:,} more (all are in --report FILE)")
    for name, reasons in _by_file(report.failed).items():
        for reason in reasons[:FAILURES]:
            print_line("failed", f"{name}: {reason}")
        if len(reasons) > FAILURES:
            print_line(
                "failed", f"{name}: ... and {len(reasons) - FAILURES:,} more (all are in --report FILE)"
            )
    for warning in report.warnings[:LISTED]:
        say(f"{warning.name}: {warning.reason}")
    if len(report.warnings) > LISTED:
        say(f"... and {len(report.warnings) - LISTED:,} more warnings (all are in --report FILE)")
    counts = (
        f"{len(report.added):,} added, {len(report.changed):,} changed, {len(report.unchanged):,} unchanged, "
        f"{len(report.removed):,} removed, {len(report.failed):,} failed"
    )
    print_text(f"Would be: {counts}" if dry_run else counts)


def _by_file(failures: Iterable[Failure]) -> dict[str, list[str]]:
    """Return the reasons of failures by file, of which a corpus has one for each line."""
    reasons: dict[str, list[str]] = {}
    for failure in failures:
        reasons.setdefault(failure.name, []).append(str(failure.reason))
    return reasons


# -- options of the command line --------------------------------------------------------------------


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], help: str, details: str = ""
) -> argparse.ArgumentParser:
    """Add a command with the option that every command has."""
    parser = commands.add_parser(
        name, help=help, description=f"{help[0].upper()}{help[1:]}. {details}".strip()
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "--index",
        type=place,
        default=_default_place(os.environ.get("QA_INDEX") or "index"),
        metavar="DIR",
        help="the folder of the index, or postgresql://USER@HOST/DATABASE "
        "(default: $QA_INDEX, else the setting in qa.toml, else index)",
    )
    return parser


def place(text: str) -> Path | str:
    """Return the folder, or the address of a database, that a command line names.

    Raises:
        ArgumentTypeError: The address contains a password, which other users of the machine could see.
    """
    if is_database(text) and has_password(text):
        raise argparse.ArgumentTypeError(
            "must not contain a password, which other users could see; "
            "set it in $PGPASSWORD or in ~/.pgpass, or the whole address in $QA_INDEX"
        )
    return _default_place(text)


def _default_place(text: str) -> Path | str:
    return text if is_database(text) else Path(text)


def add_quotes(parser: argparse.ArgumentParser, formats: Sequence[str], default: str | None = "text") -> None:
    """Add the options of commands that answer."""
    parser.add_argument(
        "-k",
        type=positive,
        metavar="N",
        help="maximum quotes (default: 3; if the question only looks up a phrase in quotation marks, all)",
    )
    parser.add_argument(
        "--documents",
        action="append",
        default=[],
        metavar="GLOB",
        help=f"search only documents whose id matches, such as contracts/*; repeatable; {ID}",
    )
    parser.add_argument(
        "--everywhere",
        action="store_true",
        help="search all documents, even if the question names one of them",
    )
    parser.add_argument("--format", choices=formats, default=default)
    add_answering(parser)


def add_style(parser: argparse.ArgumentParser, formats: str) -> None:
    """Add the option for the style of citations in formats that people read."""
    parser.add_argument(
        "--style",
        choices=("plain", "apa", "chicago", "oscola", "bluebook", "bibtex"),
        default="plain",
        metavar="NAME",
        help=f"style of the citations in {formats}: plain, apa, chicago (notes), oscola, bluebook or bibtex "
        "(default: plain)",
    )


def add_answering(parser: argparse.ArgumentParser) -> None:
    """Add the options for the accepted rate of wrong answers and for the reranker."""
    parser.add_argument(
        "--risk",
        type=share,
        metavar="RATE",
        help="answer only when confident enough to keep the error rate below RATE, such as 0.05 "
        "(default: answer if an answer is more likely than not)",
    )
    add_reranker(parser)


def add_reranker(parser: argparse.ArgumentParser) -> None:
    """Add the option for the reranker."""
    parser.add_argument(
        "--reranker",
        default=READER,
        metavar="NAME",
        help="the model that reads each question with the passages that may answer it: reader, none, or a "
        "cross-encoder of sentence-transformers by name or folder (default: reader)",
    )


def add_highlight(parser: argparse.ArgumentParser, places: str) -> None:
    """Add the option for copies of PDF files."""
    parser.add_argument(
        "--highlight",
        type=Path,
        metavar="FOLDER",
        help=f"also write copies of the PDF files to FOLDER, with {places} highlighted",
    )


def highlight(library: Library, options: argparse.Namespace, citations: Iterable[Citation]) -> int:
    """Write the copies that `add_highlight` asks for; return the exit code."""
    if options.highlight is None:
        return DONE
    results = library.highlight(citations, options.highlight)
    for result in results:
        if result.path is None:
            say(f"{result.doc_id} is not highlighted: {result.reason}")
        else:
            say(f"{result.path}: {result.places:,} highlighted")
    return FAILED if results and all(result.path is None for result in results) else DONE


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that write a report."""
    parser.add_argument("--format", choices=tuple(_REPORTS.values()), default=None)
    parser.add_argument("--output", type=Path, metavar="FILE", help="output file (default: stdout)")


def report_format(options: argparse.Namespace, *read: Path | None) -> Literal["text", "json", "html"]:
    """Return the format of a report: the option, else that of the output file's extension.

    Args:
        options: The options.
        read: Files that the command reads, which the report must not replace.

    Raises:
        UsageError: The output file has another extension, cannot be written, or is one of those.
    """
    target: Path | None = options.output
    if target is not None:
        check_output(target, *read)
    if options.format is not None:
        return options.format  # type: ignore[no-any-return]
    extension = ".txt" if target is None else target.suffix.lower()
    if extension not in _REPORTS:
        raise UsageError("report-format-unknown", format=visible(extension))
    return _REPORTS[extension]


def write_report(options: argparse.Namespace, report: str) -> None:
    """Write a report to the output file, or to stdout.

    Raises:
        QaError: The file cannot be written.
    """
    if options.output is None:
        print_text(report)
        return
    write_file(options.output, report.encode("utf-8", "surrogateescape"))


def share(text: str) -> float:
    """Parse a number between 0 and 1."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError("must be a number between 0 and 1, such as 0.05")
    return number


def positive(text: str) -> int:
    """Parse a whole number from 1."""
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("must be a whole number from 1")
    return number
