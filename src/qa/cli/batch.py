"""``qa batch``: answer a file of questions."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output, table
from qa.cli.output import DONE, FAILED, Commands, say
from qa.cli.progress import question_bar
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa import Answer, Library
    from qa.batch import EarlierAnswers, Questions, Row
    from qa.batch.fill import Field, Questionnaire
    from qa.messages import Message


def add_parser(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = output.add_command(
        commands,
        "batch",
        run,
        "answer a file of questions",
        "Reads .txt .csv .tsv .jsonl .json .xlsx with a column question, and optionally id, documents and k. "
        "Other columns are copied to the output.",
    )
    parser.add_argument(
        "questions", type=Path, metavar="QUESTIONS", help="the file of questions; - for standard input"
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="output file; - for standard output (default: JSON lines to stdout)",
    )
    parser.add_argument(
        "--input-format",
        choices=("txt", "csv", "tsv", "jsonl", "json", "xlsx"),
        help="format of the questions (default: the extension; for standard input, recognised)",
    )
    parser.add_argument(
        "--column",
        metavar="NAME",
        help="column or key with the questions, or its number if the table has no header (default: question)",
    )
    parser.add_argument(
        "--sheet",
        metavar="NAME",
        help="sheet with the questions, by name or number (default: the first visible one with the column)",
    )
    parser.add_argument(
        "--reuse",
        type=Path,
        metavar="ANSWERS",
        help="a .jsonl file of earlier answers; those to the same questions are used again if the documents "
        "that they quote are unchanged",
    )
    parser.add_argument(
        "--fill",
        action="store_true",
        help="write the answers into a copy of a questionnaire (.xlsx or .xlsm), which --output names; by "
        "default one quote each",
    )
    parser.add_argument(
        "--answer-column",
        metavar="NAME",
        help="column that --fill writes answers to (default: one named Response, Answer or Comments)",
    )
    parser.add_argument(
        "--source-column",
        metavar="NAME",
        help="column that --fill writes sources to (default: one named Source, or a new one)",
    )
    table.add_options(parser)
    formats = ("jsonl", "json", "csv", "tsv", "xlsx", "md", "markdown", "html", "docx", "trec")
    output.add_quotes(parser, formats, None)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    table.check_options(options)
    if options.fill:
        return _fill(options)
    if options.answer_column or options.source_column:
        raise UsageError("fill-missing")
    with _questions(options) as questions:
        for warning in questions.warnings:
            say(f"{questions.path.name}: {warning}")
        return table.run(options, questions) if options.each_document else _answer(options, questions)


@contextmanager
def _questions(options: argparse.Namespace) -> Iterator[Questions]:
    from qa.batch import questions_of, read_questions

    reading = {"column": options.column, "sheet": options.sheet, "format": options.input_format}
    if str(options.questions) == "-":
        with questions_of(sys.stdin.buffer, **reading) as questions:
            yield questions
    else:
        yield read_questions(options.questions, **reading)


def _answer(options: argparse.Namespace, questions: Questions) -> int:
    """Answer the questions, and return the exit code."""
    from qa import QuestionProgress
    from qa.batch import open_output
    from qa.batch import run as run_batch
    from qa.types import QUOTES

    format = "md" if options.format == "markdown" else options.format
    answers = open_output(options.output, questions, QUOTES if options.k is None else options.k, format)
    library = output.library(options)
    output.say_calibration(library)
    ask, earlier = _asking(options, library, QUOTES)
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
    _say_reused(options.reuse, earlier)
    return FAILED if counts.failed and counts.failed == counts.total else DONE


def _fill(options: argparse.Namespace) -> int:
    """Fill a questionnaire, and return the exit code."""
    from qa import QuestionProgress
    from qa.batch.fill import check_target, read_questionnaire, write_questionnaire

    if options.format is not None:
        raise UsageError("fill-format")
    form = read_questionnaire(
        options.questions,
        column=options.column,
        sheet=options.sheet,
        answer_column=options.answer_column,
        source_column=options.source_column,
    )
    target = check_target(form, options.output)
    library = output.library(options)
    output.say_calibration(library)
    ask, earlier = _asking(options, library, 1)
    outcomes: Counter[str] = Counter()
    try:
        with question_bar() as bar:
            for done, field in enumerate(form.fields, start=1):
                outcomes[_fill_in(form, field, ask)] += 1
                bar(QuestionProgress(done, len(form.fields)))
    except KeyboardInterrupt:
        asked = outcomes.total()
        say(f"Stopped after {asked:,} of {len(form.fields):,} questions; {target} was not written.")
        return FAILED
    write_questionnaire(form, target)
    _say_reused(options.reuse, earlier)
    if form.has_formulas and outcomes["filled"]:
        say("Formulas keep their values until a spreadsheet program computes them again.")
    say(
        f"{outcomes['filled']:,} filled in, {form.answered:,} had an answer already, "
        f"{outcomes['unanswered']:,} not in the documents, {outcomes['failed']:,} failed."
    )
    return FAILED if outcomes["failed"] == form.answered + outcomes.total() > 0 else DONE


def _fill_in(form: Questionnaire, field: Field, ask: Callable[[Row], Answer]) -> str:
    """Answer one question of a questionnaire, and return the outcome."""
    from qa.batch import answer_of

    problem: Message | str | None
    if field.skipped is not None:
        problem = field.row.named(field.skipped)
    else:
        record = answer_of(field.row, ask)
        problem = record.error or form.fill(field, record)
        if problem is None:
            return "filled" if record.answered else "unanswered"
    say(str(problem))
    return "failed"


def _asking(
    options: argparse.Namespace, library: Library, quotes: int
) -> tuple[Callable[[Row], Answer], EarlierAnswers | None]:
    """Load the models, and return what answers a row, and the earlier answers that it may use again."""
    from qa.batch import EarlierAnswers

    earlier = None if options.reuse is None else EarlierAnswers(options.reuse, library.documents())
    library.load()

    def ask(row: Row) -> Answer:
        # An earlier answer is one from all documents.
        if earlier is not None and not options.documents and (answer := earlier.get(row)) is not None:
            return answer
        k = row.k or options.k or quotes
        documents = row.documents or options.documents
        return library.ask(row.question, k=k, documents=documents, named=not options.everywhere)

    return ask, earlier


def _say_reused(path: Path, earlier: EarlierAnswers | None) -> None:
    if earlier is None:
        return
    say(f"{earlier.reused:,} reused from {path}.")
    if earlier.reused and earlier.newer:
        say(
            f"{earlier.newer:,} {'document was' if earlier.newer == 1 else 'documents were'} indexed after "
            f"{path} was written, and the reused answers do not consider them; "
            "without --reuse, every question is asked."
        )
