"""``qa show``: print a document's text, or what it leaves out."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text, say
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa import Library


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(commands, "show", run, "print a document's text, or a stretch of it")
    parser.add_argument(
        "document",
        metavar="DOC[:START-END]",
        help="a document's id, and optionally offsets in code points, such as "
        f"source.txt:777-837; {output.ID}",
    )
    parser.add_argument(
        "--left-out",
        action="store_true",
        help="print the words of the file that its text leaves out, with the reasons",
    )
    output.add_highlight(parser, "the stretch")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa.render import displayable

    library = output.library(options)
    if options.left_out:
        return _left_out(library, options.document)
    document = library.get(options.document)
    start, end = 0, None
    if document is None and (place := re.fullmatch(r"(.*):(\d+)-(\d+)", options.document, re.DOTALL)):
        document = library.get(place[1])
        start, end = int(place[2]), int(place[3])
    document = document or library.document(options.document)
    if end is None and options.highlight is not None:
        raise UsageError("show-highlight-no-place")
    if end is not None and start >= end:
        raise UsageError("range-empty", start=start, end=end)
    if end is not None and end > len(document.text):
        raise UsageError(
            "outside-document", name=document.doc_id, last=len(document.text), start=start, end=end
        )
    text = document.text[start:end]
    # A document may contain control characters for a terminal; a program gets the exact text.
    print_text(displayable(text) if sys.stdout.isatty() else text)
    if end is None or options.highlight is None:
        return DONE
    return output.highlight(library, options, (library.cite(document, start, end),))


def _left_out(library: Library, doc_id: str) -> int:
    from qa.render import left_out

    omissions = library.omissions(doc_id)
    if omissions and sys.stdout.isatty():
        # For a person; a program gets only the rows.
        print_text("\t".join(("reason", "page", "part", "words")))
    for omission in omissions:
        print_text(left_out(omission))
    if not omissions:
        say("Nothing in the file was left out.")
    return DONE
