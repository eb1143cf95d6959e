"""``qa index``: reads documents into the index."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, FAILED, Commands, print_report, say
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa import Library, Report


def add_parser(commands: Commands) -> None:
    """Adds the command."""
    parser = output.add_command(
        commands,
        "index",
        run,
        "read documents into the index: what is new or changed, and nothing twice",
        "Reads .pdf .docx .pptx .xlsx .csv .odt .rtf .txt .md .html .mht .epub .eml .msg .srt .vtt, and "
        ".jsonl corpora with _id, title and text on each line.",
    )
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="files, folders, or globs in quotes")
    parser.add_argument(
        "--prune", action="store_true", help="forget files that are gone from the folders named"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--model", metavar="NAME", help="for a new index: a sentence-transformers model or folder"
    )
    parser.add_argument(
        "--watch", action="store_true", help="keep following the files until it is stopped with Ctrl-C"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="also write what was done, and what failed, as JSON"
    )
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument(
        "--password",
        metavar="WORD",
        help="opens encrypted PDF files; other users of this machine can see it in the list of processes",
    )
    secret.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="opens them with the first line of FILE, or asks where FILE is - (default: $QA_PASSWORD)",
    )
    parser.add_argument("--ocr", action="store_true", help="read scanned pages with tesseract, if installed")


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    from qa.cli.password import opening_password

    if options.dry_run and options.watch:
        raise UsageError("watch-with-dry-run")
    password = opening_password(options.password, options.password_file)
    library = output.library(options, change=True, create=True)
    if not options.dry_run and library.migrate():
        say(f"The index in {options.index} was brought up to this program's format.")

    if options.watch and (library.exists or library.add(*options.sources, dry_run=True).added):
        return _watch(library, options, lambda: _update(library, options, password, only_changes=True))
    return _exit_code(_update(library, options, password))


def _exit_code(report: Report) -> int:
    if report.interrupted:
        say("Stopped. What is listed above is kept; run the command again to go on.")
        return FAILED
    nothing = not (report.added or report.changed or report.unchanged or report.removed)
    return FAILED if nothing and report.failed else DONE


def _update(
    library: Library, options: argparse.Namespace, password: str | None, *, only_changes: bool = False
) -> Report:
    from qa.cli.progress import indexing, stoppable

    with indexing() as progress, stoppable() as stop:
        report = library.add(
            *options.sources,
            prune=options.prune,
            dry_run=options.dry_run,
            password=password,
            ocr=options.ocr,
            on_progress=progress,
            stop=stop,
        )
    if not only_changes or report.added or report.changed or report.removed or report.failed:
        print_report(report, options.dry_run)
    for note in library.notes_on_report(report):
        say(str(note))
    if options.report:
        _write(options.report, report)
    return report


def _watch(library: Library, options: argparse.Namespace, update: Callable[[], Report]) -> int:
    say("Watching. Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):
        library.watch(*options.sources, update=update, on_error=lambda error: say(f"qa: {error}"))
    say("Stopped watching. What is listed above is kept.")
    return DONE


def _write(path: Path, report: Report) -> None:
    try:
        path.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError("report-not-writable", path=path, cause=error.strerror) from error
