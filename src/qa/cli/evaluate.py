"""``qa eval``: measure the answers on questions with gold answers."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "eval",
        run,
        "measure the answers on questions with gold answers",
        "Columns: question, and answers (texts that a right quote contains), relevant or answerable; "
        "optionally doc_id and documents.",
    )
    parser.add_argument("questions", type=Path, metavar="QUESTIONS")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    output.add_answering(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    library = output.library(options)
    with output.question_bar() as bar:
        figures = asdict(library.evaluate(options.questions, on_progress=bar))
    output.say_calibration(library)
    if options.format == "json":
        print_text(json.dumps(figures))
        return DONE
    for name, value in figures.items():
        if isinstance(value, dict):
            for k, share in value.items():
                print_text(f"{f'hit@{k}':<22}{share:.3f}")
        else:
            shown = "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
            print_text(f"{name.replace('_', ' '):<22}{shown}")
    return DONE
