"""``qa remove``: remove documents."""

from __future__ import annotations

import argparse

from qa.cli import output
from qa.cli.output import DONE, Commands, say


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands, "remove", run, "remove documents with all their data from the index"
    )
    parser.add_argument("documents", nargs="+", metavar="DOC", help=f"ids of documents; {output.ID}")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    output.library(options, change=True).remove(*options.documents)
    say(f"Removed {len(options.documents):,} document{'s' if len(options.documents) != 1 else ''}.")
    return DONE
