"""``qa ask``: answer one question."""

from __future__ import annotations

import argparse
import os
import sys

from qa.cli import output
from qa.cli.output import Commands, print_text, say


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(commands, "ask", run, "answer one question with verbatim quotes")
    parser.add_argument(
        "question",
        metavar="QUESTION",
        help='the question; "words in quotation marks" must be in the quote, and a -word must not',
    )
    parser.add_argument(
        "--after",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question that this one refers to; repeatable, oldest first",
    )
    parser.add_argument(
        "--why", action="store_true", help="show the parts of each quote's score (text and json)"
    )
    output.add_highlight(parser, "the quotes")
    references = ("bibtex", "ris", "csljson", "webannotation")
    output.add_quotes(parser, ("text", "json", "jsonl", "markdown", "md", *references))
    output.add_style(parser, "text and markdown")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa.record import to_json_line
    from qa.render import markdown, references, text

    library = output.library(options)
    # Checked first: an empty question fails before the model loads.
    library.check_question(options.question)
    output.say_calibration(library)
    answer = library.ask(
        options.question,
        k=options.k,
        documents=options.documents,
        after=options.after,
        why=options.why,
        named=not options.everywhere,
    )
    if answer.answered:
        # Otherwise the reason already says so.
        for note in library.notes_on_questions([options.question]):
            say(str(note))
    if options.format in ("json", "jsonl"):
        print_text(to_json_line(answer))
    elif options.format in ("markdown", "md"):
        print_text(markdown.item(answer, style=options.style))
    elif options.format in references.FORMATS:
        print_text(references.written(references.cited_texts(answer), options.format))
    else:
        print_text(
            text(answer, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ, style=options.style)
        )
    return output.highlight(library, options, (quote.citation for quote in answer.answering))
