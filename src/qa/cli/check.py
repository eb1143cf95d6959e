"""``qa check``: check the quotations of a draft."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from qa.cli import output, password
from qa.cli.output import DONE, FAILED, Commands, print_text, say
from qa.output_files import write_file


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "check",
        run,
        "check every quotation of a draft against the documents",
        "Each quotation is verbatim, different in typography only, stitched, altered or not found. "
        "Exit code 1 if one is altered or not found.",
    )
    parser.add_argument(
        "draft",
        metavar="DRAFT",
        help="a file of any format that can be indexed; - for standard input; or a question file (.csv .tsv "
        ".json .jsonl .xlsx) whose questions are passages to check",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "html", "docx", "marked"),
        help="html is a report; docx a copy of a Word draft with comments; marked a copy of an HTML draft "
        "(default: by the extension of --output, else text)",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="output file (default: stdout)")
    parser.add_argument(
        "--documents",
        action="append",
        default=[],
        metavar="GLOB",
        help=f"search only documents whose id matches, such as contracts/*; repeatable; {output.ID}",
    )
    password.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa.check import drafts, outputs

    target = None if options.output is None or str(options.output) == "-" else options.output
    format = outputs.format_of(options.format, target, options.draft)
    secret = password.opening_password(options.password, options.password_file)
    if options.draft == drafts.STDIN:
        draft = drafts.read_stream(sys.stdin.buffer, password=secret)
    else:
        draft = drafts.read(Path(options.draft), password=secret)
    check = output.library(options).check(draft, documents=options.documents)
    colour = target is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    content, missing = outputs.render(check, draft, format, colour=colour)
    if target is None:
        print_text(content.decode("utf-8"))
    else:
        write_file(target, content)
        say(f"{target}: {outputs.summary(check)}")
    if missing:
        say(f"{missing} quotations are not marked at their place.")
    return DONE if check.passes else FAILED
