"""``qa find``: list every place of words, of a regular expression or of a meaning."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from qa.cli import output
from qa.cli.output import Commands, print_text, say
from qa.cli.progress import find_bar
from qa.errors import UsageError
from qa.output_files import write_file

_FORMATS = (
    "text", "json", "csv", "tsv", "xlsx", "md", "html", "bibtex", "ris", "csljson", "webannotation",
)  # fmt: skip


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "find",
        run,
        "list every place of words, of a regular expression or of a meaning",
        "Exit code 0 also if there is no place.",
    )
    parser.add_argument(
        "query",
        metavar="WORDS",
        help="words, found as whole words in any typography and letter case; with --regex a regular "
        "expression; with --meaning a question, or words for the meaning",
    )
    parser.add_argument(
        "--regex",
        action="store_true",
        help="WORDS is a regular expression in Python's syntax; case matters, unless it begins with (?i)",
    )
    parser.add_argument(
        "--meaning",
        action="store_true",
        help="list every passage that the reader accepts as an answer, and bound the number of those missed",
    )
    parser.add_argument("--everything", action="store_true", help="with --meaning, read every passage")
    parser.add_argument(
        "--documents",
        action="append",
        default=[],
        metavar="GLOB",
        help=f"search only documents whose id matches, such as contracts/*; repeatable; {output.ID}",
    )
    parser.add_argument(
        "--limit", type=output.positive, metavar="N", help="list at most N places; all are counted"
    )
    parser.add_argument("--format", choices=_FORMATS)
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="output file, whose extension is the default of --format (default: stdout)",
    )
    output.add_highlight(parser, "the places")
    output.add_reranker(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa.mentions import outputs

    target = None if options.output is None or str(options.output) == "-" else options.output
    format = outputs.format_of(options.format, target)
    if options.everything and not options.meaning:
        raise UsageError("find-everything-of-meaning")
    library = output.library(options)
    with find_bar("passage" if options.meaning else "document") as bar:
        mentions = library.find(
            options.query,
            regex=options.regex,
            meaning=options.meaning,
            documents=options.documents,
            limit=options.limit,
            everything=options.everything,
            on_progress=bar,
        )
    colour = target is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    content = outputs.render(mentions, format, colour=colour)
    if target is None:
        print_text(content.decode("utf-8"))
    else:
        write_file(target, content)
        say(f"{target}: {outputs.summary(mentions)}")
    for note in outputs.notes(mentions) if target is not None or format != "text" else ():
        say(note)
    return output.highlight(library, options, (mention.citation for mention in mentions.mentions))
