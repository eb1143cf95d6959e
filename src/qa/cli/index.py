"""``qa index``: add documents to the index."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output, password
from qa.cli.output import DONE, FAILED, Commands, print_report, say
from qa.errors import UsageError
from qa.output_files import write_file

if TYPE_CHECKING:
    from qa import Library, Report


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "index",
        run,
        "add new and changed documents to the index, and skip unchanged ones",
        "Reads .pdf .docx .pptx .xlsx .csv .tsv .odt .rtf .txt .md .html .mht .epub .eml .msg .srt .vtt, "
        "and .jsonl corpora with _id, title and text on each line.",
    )
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="files, folders, or globs in quotes")
    parser.add_argument(
        "--prune",
        action="store_true",
        help="remove documents whose files no longer exist in the folders named",
    )
    parser.add_argument("--dry-run", action="store_true", help="only report what would be done")
    parser.add_argument(
        "--model", metavar="NAME", help="for a new index: a sentence-transformers model or folder"
    )
    parser.add_argument(
        "--watch", action="store_true", help="update the index after every change of the files, until Ctrl-C"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="also write a report of added and failed files as JSON"
    )
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="read files with N processes at once (default: as many as fit the machine and the files)",
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="read and embed on the machines of a Ray cluster: HOST:PORT, ray://HOST:PORT, or auto",
    )
    password.add_options(parser)
    parser.add_argument(
        "--ocr", action="store_true", help="read scanned pages with tesseract, if it is installed"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa.cli.password import opening_password

    if options.dry_run and options.watch:
        raise UsageError("watch-with-dry-run")
    password = opening_password(options.password, options.password_file)
    library = output.library(options, change=True, create=True)
    if not options.dry_run and library.migrate():
        say(f"The index in {library.location.name} was converted to this program's format.")

    if options.watch and (library.exists or library.add(*options.sources, dry_run=True).added):
        return _watch(library, options, lambda: _update(library, options, password, only_changes=True))
    return _exit_code(_update(library, options, password))


def _exit_code(report: Report) -> int:
    if report.interrupted:
        say("Stopped. The index has everything listed above; run the command again to continue.")
        return FAILED
    is_empty = not (report.added or report.changed or report.unchanged or report.removed)
    return FAILED if is_empty and report.failed else DONE


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
            workers=options.workers,
            ray=options.ray,
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
    say("Watching. Press Ctrl-C to stop.")
    with suppress(KeyboardInterrupt):
        library.watch(*options.sources, update=update, on_error=lambda error: say(f"qa: {error}"))
    say("Stopped watching. The index has everything listed above.")
    return DONE


def _write(path: Path, report: Report) -> None:
    text = json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n"
    write_file(path, text.encode("utf-8", "replace"), code="report-not-writable")
