"""``qa batch --each-document``: ask every question of every document."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, FAILED, say
from qa.cli.progress import question_bar
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa import Answer
    from qa.batch import Questions, Row

_QUOTES = 1
"""Maximum quotes of a cell, unless the user sets another number."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of tables to the parser of `qa batch`."""
    parser.add_argument(
        "--each-document",
        action="store_true",
        help="ask every question of every document alone: a table with a row for each document and a column "
        "for each question (.xlsx .csv .tsv .html .jsonl); by default one quote each",
    )
    parser.add_argument(
        "--long",
        action="store_true",
        help="with --each-document, write a row for each question and document",
    )
    parser.add_argument(
        "--pilot",
        type=output.positive,
        metavar="N",
        help="with --each-document, ask only the first N documents",
    )


def check_options(options: argparse.Namespace) -> None:
    """Check that the options of `qa batch` fit each other.

    Raises:
        UsageError: They do not.
    """
    if not options.each_document:
        if options.long or options.pilot:
            raise UsageError("table-option-missing")
        return
    for name in ("fill", "reuse", "resume"):
        if getattr(options, name):
            raise UsageError("table-option", option=f"--{name}")


def run(options: argparse.Namespace, questions: Questions) -> int:
    """Ask the questions of each document, and return the exit code."""
    from qa import QuestionProgress
    from qa.batch import run_many
    from qa.table import cell_rows
    from qa.table.outputs import open_table

    quotes = options.k or _QUOTES
    library = output.library(options)
    # Asks nothing yet.
    plan = library.table(questions, documents=options.documents, pilot=0)
    documents, left = plan.left[: options.pilot], len(plan.left[options.pilot or len(plan.left) :])
    plan = replace(plan, documents=documents)
    rows = list(cell_rows(plan.columns, documents))
    for warning in plan.warnings:
        say(str(warning))
    answers = open_table(options.output, plan, questions.path, quotes, options.format, long=options.long)
    output.say_calibration(library)
    library.load()

    def ask_many(rows: Iterable[Row]) -> Iterator[Answer]:
        return library.ask_many(rows, k=quotes, named=not options.everywhere, workers=options.workers)

    try:
        with question_bar() as bar, answers:
            bar(QuestionProgress(0, len(rows)))
            counts = run_many(
                rows, ask_many, answers.write, lambda counts: bar(QuestionProgress(counts.total, len(rows)))
            )
    except KeyboardInterrupt:
        if answers.unfinished:
            say(f"Stopped. {answers.unfinished} has the first {answers.written:,} of {len(rows):,} cells.")
        return FAILED
    for note in library.notes_on_questions(c.question for c in plan.columns if c.row.error is None):
        say(str(note))
    say(
        f"{_number(len(plan.columns), 'question')}, {_number(len(documents), 'document')}: "
        f"{counts.answered:,} answered, "
        f"{counts.unanswered:,} not in the document, {counts.failed:,} failed."
    )
    if left:
        everything = left + len(documents)
        say(f"Pilot: {left:,} of {everything:,} documents are left; without --pilot, all are asked.")
    return FAILED if counts.failed and counts.failed == counts.total else DONE


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
