"""``qa calibrate``: fits the confidence to an index."""

from __future__ import annotations

import argparse
from pathlib import Path

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text, say
from qa.errors import UsageError


def add_parser(commands: Commands) -> None:
    """Adds the command."""
    parser = output.add_command(
        commands,
        "calibrate",
        run,
        "fit the confidence to this index, on questions with gold answers",
        "For an index whose model is not the default, or documents unlike others. Columns as for eval; at "
        "least 30 questions, some of which the documents do not answer.",
    )
    parser.add_argument("questions", nargs="?", type=Path, metavar="QUESTIONS")
    parser.add_argument("--reset", action="store_true", help="forget what was fitted")


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    library = output.library(options, change=True)
    if options.reset:
        library.reset_calibration()
        say(f"The index in {options.index} has the confidence again that the program comes with.")
        return DONE
    if options.questions is None:
        raise UsageError("calibration-no-questions")
    with output.question_bar() as bar:
        result = library.calibrate(options.questions, on_progress=bar)
    print_text(f"{'questions':<22}{result.questions:,}")
    print_text(f"{'right':<22}{result.right:.3f}")
    print_text(f"{'ece before':<22}{result.ece_before:.3f}")
    print_text(f"{'ece after':<22}{result.ece_after:.3f}  (each question by a fit on others)")
    for risk, least in result.thresholds.items():
        shown = "never: too few questions to tell" if least is None else f"{least:.3f}"
        print_text(f"{f'--risk {risk} from':<22}{shown}")
    say(f"The index in {options.index} keeps this until it is calibrated again, or --reset.")
    return DONE
