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
        "The file has the answers as .json or .jsonl, from qa batch or qa ask --format json.",
    )
    parser.add_argument("answers", type=Path, metavar="ANSWERS", help="a .json or .jsonl file of answers")
    parser.add_argument("--text-only", action="store_true", help="do not check the original files")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    citations = faults = 0
    for checked in output.library(options).verify(options.answers, originals=not options.text_only):
        citations += checked.citations
        for finding in checked.findings:
            faults += 1
            print_line(str(finding))
    say(f"{citations:,} citations checked, {faults:,} fault{'s' if faults != 1 else ''} found.")
    return FAILED if faults else DONE
