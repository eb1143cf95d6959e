"""``qa batch``: answer a file of questions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, FAILED, Commands, say
from qa.cli.progress import question_bar

if TYPE_CHECKING:
    from qa import Answer
    from qa.batch import Row


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "batch",
        run,
        "answer a file of questions",
        "Reads .txt .csv .tsv .jsonl .json .xlsx with a column question, and optionally id and documents. "
        "Other columns are copied to the output.",
    )
    parser.add_argument("questions", type=Path, metavar="QUESTIONS", help="the file of questions")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="output file (default: JSON lines to stdout)"
    )
    output.add_quotes(parser, ("jsonl", "json", "csv", "tsv", "xlsx", "md", "markdown", "html"), None)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa import QuestionProgress
    from qa.batch import open_output, read_questions
    from qa.batch import run as run_batch
    from qa.types import QUOTES

    questions = read_questions(options.questions)
    for warning in questions.warnings:
        say(f"{options.questions.name}: {warning}")
    format = "md" if options.format == "markdown" else options.format
    k = QUOTES if options.k is None else options.k
    answers = open_output(options.output, questions, k, format)
    library = output.library(options)
    output.say_calibration(library)
    library.load()

    def ask(row: Row) -> Answer:
        documents = row.documents or options.documents
        return library.ask(row.question, k=k, documents=documents, named=not options.everywhere)

    try:
        with question_bar() as bar, answers:
            bar(QuestionProgress(0, len(questions)))
            counts = run_batch(
                questions,
                ask,
                answers.write,
                lambda counts: bar(QuestionProgress(counts.total, len(questions))),
            )
    except KeyboardInterrupt:
        if answers.unfinished:
            say(f"Stopped. {answers.unfinished} has the first {answers.written:,} answers.")
        return FAILED
    for note in library.notes_on_questions(row.question for row in questions if row.error is None):
        say(str(note))
    say(
        f"{counts.answered:,} answered, {counts.unanswered:,} not in the documents, {counts.failed:,} failed."
    )
    return FAILED if counts.failed and counts.failed == counts.total else DONE
