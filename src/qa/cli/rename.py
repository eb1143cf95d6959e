"""``qa rename``: give a document a title."""

from __future__ import annotations

import argparse

from qa.cli import output
from qa.cli.output import DONE, Commands, say


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands, "rename", run, "give a document the title that answers cite; its file stays as it is"
    )
    parser.add_argument("document", metavar="DOC", help=f"id of a document; {output.ID}")
    parser.add_argument("title", metavar="TITLE", nargs="?", help="the title; without one, that of the file")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    library = output.library(options, change=True)
    library.rename(options.document, options.title)
    say(f"{options.document} has the title: {library.document(options.document).title}")
    return DONE
