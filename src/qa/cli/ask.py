"""``qa ask``: answers one question."""

from __future__ import annotations

import argparse
import os
import sys

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text, say


def add_parser(commands: Commands) -> None:
    """Adds the command."""
    parser = output.add_command(commands, "ask", run, "answer one question in the documents' own words")
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="QUESTION",
        help="a question asked before, for one that leans on it; may be given several times, oldest first",
    )
    parser.add_argument(
        "--why", action="store_true", help="say what the score of each quote is made of (text and json)"
    )
    output.add_quotes(parser, ("text", "json", "jsonl", "markdown", "md"))


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    from qa.record import to_json_line
    from qa.render import markdown, text

    library = output.library(options)
    # Checked first: nobody should wait for a model to learn that a question is empty.
    library.check_question(options.question)
    output.say_calibration(library)
    answer = library.ask(
        options.question,
        k=options.k,
        documents=options.documents,
        after=options.after,
        why=options.why,
    )
    if answer.answered:
        # Otherwise the reason says it.
        for note in library.notes_on_questions([options.question]):
            say(str(note))
    if options.format in ("json", "jsonl"):
        print_text(to_json_line(answer))
    elif options.format in ("markdown", "md"):
        print_text(markdown.item(answer))
    else:
        print_text(text(answer, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    return DONE
