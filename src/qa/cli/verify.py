"""``qa verify``: check the citations of an answers file."""

from __future__ import annotations

import argparse
from pathlib import Path

from qa.cli import output
from qa.cli.output import DONE, FAILED, Commands, print_line, say


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "verify",
        run,
        "check every citation of an answers file against the index and the original files",
        "The file has the answers of qa batch or qa ask as .jsonl .json .csv .tsv .xlsx .md .html or .docx. "
        "If a document has changed, each quote is looked up again: it is moved, changed or gone. "
        "Exit code 1 if there is a fault.",
    )
    parser.add_argument("answers", type=Path, metavar="ANSWERS", help="a file of answers")
    parser.add_argument("--text-only", action="store_true", help="do not check the original files")
    parser.add_argument(
        "--sources",
        action="append",
        metavar="SOURCE",
        help="file, folder or glob to check against in place of the index, which may be missing; repeatable",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    citations = faults = 0
    library = output.library(options)
    for checked in library.verify(options.answers, originals=not options.text_only, sources=options.sources):
        citations += checked.citations
        for finding in checked.findings:
            faults += 1
            print_line(str(finding))
    say(
        f"{citations:,} citation{'' if citations == 1 else 's'} checked, "
        f"{faults:,} fault{'' if faults == 1 else 's'} found."
    )
    return FAILED if faults else DONE
