"""``qa calibrate``: fit the confidence to an index."""

from __future__ import annotations

import argparse
from pathlib import Path

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text, say
from qa.cli.progress import question_bar
from qa.errors import UsageError


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "calibrate",
        run,
        "fit the confidence to this index, on questions with gold answers",
        "For an index with another model than the default, or with unusual documents. Columns as for eval; "
        "at least 30 questions, some of which the documents do not answer.",
    )
    parser.add_argument(
        "questions",
        nargs="?",
        type=Path,
        metavar="QUESTIONS",
        help="a file of questions with gold answers: .csv .tsv .jsonl .json .xlsx",
    )
    output.add_reranker(parser)
    parser.add_argument("--reset", action="store_true", help="remove the calibration of this index")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    library = output.library(options, change=True)
    if options.reset:
        library.reset_calibration()
        say(f"The index in {library.location.name} uses the default confidence again.")
        return DONE
    if options.questions is None:
        raise UsageError("calibration-no-questions")
    with question_bar() as bar:
        result = library.calibrate(options.questions, on_progress=bar)
    print_text(f"{'questions':<22}{result.questions:,}")
    print_text(f"{'right':<22}{result.right:.3f}")
    print_text(f"{'ece before':<22}{result.ece_before:.3f}")
    print_text(f"{'ece after':<22}{result.ece_after:.3f}  (cross-validated)")
    for risk, minimum in result.thresholds.items():
        shown = "never: too few questions" if minimum is None else f"{minimum:.3f}"
        print_text(f"{f'--risk {risk} from':<22}{shown}")
    say(f"The index in {library.location.name} keeps this calibration until the next one, or --reset.")
    return DONE
