"""``qa eval``: measure the answers on questions with gold answers."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from qa.cli import output
from qa.cli.output import DONE, Commands, print_text
from qa.cli.progress import question_bar

_HIT = "share of answerable questions with a right quote among the first"
_EXPLAINED = {
    "mrr": "mean of 1/rank of the first right quote; 0 if none is right",
    "ndcg": "quality of the order of graded documents; 1 is the best order",
    "words": "mean number of words of the first quote",
    "answered": "share of answerable questions that were answered",
    "answered_wrongly": "share of unanswerable questions that were answered",
    "right_when_answered": "share of answered questions with a right quote among the first 3",
    "auroc": "probability that an answerable question has more confidence than an unanswerable one",
    "ece": "mean difference between the confidence and the share of right answers; 0 is best",
}


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "eval",
        run,
        "measure the answers on questions with gold answers",
        "Columns: question, and at least one of answers (texts that a right quote contains, separated by ;), "
        "relevant (ids of the right documents, separated by ;, or with grades in JSON) and answerable (true "
        "or false: whether the documents have an answer). Optional columns: doc_id (the document of the "
        "answer) and documents.",
    )
    parser.add_argument(
        "questions",
        type=Path,
        metavar="QUESTIONS",
        help="a file of questions with gold answers: .csv .tsv .jsonl .json .xlsx",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    output.add_answering(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    library = output.library(options)
    with question_bar() as bar:
        figures = asdict(library.evaluate(options.questions, on_progress=bar))
    output.say_calibration(library)
    if options.format == "json":
        print_text(json.dumps(figures))
        return DONE
    for name, value in figures.items():
        if isinstance(value, dict):
            for k, share in value.items():
                _print_figure(f"hit@{k}", f"{share:.3f}", f"{_HIT} {k}")
        else:
            shown = "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
            _print_figure(name.replace("_", " "), shown, _EXPLAINED.get(name, ""))
    return DONE


def _print_figure(name: str, value: str, explanation: str) -> None:
    print_text(f"{name:<22}{value:<8}{explanation}".rstrip())
