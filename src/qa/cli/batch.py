"""``qa batch``: answer a file of questions."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output, table
from qa.cli.output import DONE, FAILED, Commands, say
from qa.cli.progress import batch_bar, question_bar
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa import Answer, Library
    from qa.batch import EarlierAnswers, Fingerprint, Questions, Row
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
        "--resume",
        action="store_true",
        help="continue a run that was interrupted; the file is the same as without the interruption",
    )
    parser.add_argument(
        "--workers",
        type=output.positive,
        metavar="N",
        help="number of threads that answer; the answers are the same for any number (default: 2)",
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
    answers = ("jsonl", "json", "csv", "tsv", "xlsx", "md", "markdown", "html", "docx", "trec")
    formats = (*answers, "bibtex", "ris", "csljson", "webannotation")
    output.add_quotes(parser, formats, None)
    output.add_style(parser, "md, html and docx")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    table.check_options(options)
    if options.fill:
        if options.resume:
            raise UsageError("fill-resume")
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
    from qa.batch import Counts, Journal, open_output, run_many, run_to_file
    from qa.types import QUOTES

    format = "md" if options.format == "markdown" else options.format
    k = QUOTES if options.k is None else options.k
    answers = open_output(options.output, questions, k, format, again=True, style=options.style)
    if options.resume and answers.target is None:
        raise UsageError("resume-needs-output")
    library = output.library(options)
    output.say_calibration(library)
    journal = (
        None
        if answers.target is None
        else Journal(answers.target, _fingerprint(options, questions, library), resume=options.resume)
    )
    earlier = _earlier(options, library)

    def ask_many(rows: Iterable[Row]) -> Iterator[Answer]:
        library.load()
        return library.ask_many(
            rows,
            k=k,
            documents=options.documents,
            named=not options.everywhere,
            # An earlier answer is one from all documents.
            earlier=None if options.documents else earlier,
            workers=options.workers,
        )

    try:
        with batch_bar(len(questions)) as progress:
            if journal is None:
                progress(Counts())
                with answers:
                    counts = run_many(questions, ask_many, answers.write, progress)
            else:
                counts = run_to_file(questions, ask_many, journal, answers, progress)
    except KeyboardInterrupt:
        if journal is not None and journal.counts.total:
            n = journal.counts.total
            say(f"Stopped. {journal.path} has the first {n:,} answers; --resume continues from there.")
        return FAILED
    for note in library.notes_on_questions(row.question for row in questions if row.error is None):
        say(str(note))
    say(
        f"{counts.answered:,} answered, {counts.unanswered:,} not in the documents, {counts.failed:,} failed."
    )
    _say_reused(options.reuse, earlier, counts.reused)
    return FAILED if counts.failed and counts.failed == counts.total else DONE


def _fingerprint(options: argparse.Namespace, questions: Questions, library: Library) -> Fingerprint:
    """Return what the answers depend on."""
    from qa import __version__
    from qa.batch import Fingerprint, file_hash

    names = ("k", "documents", "everywhere", "risk", "reranker", "column", "sheet", "input_format")
    settings = {name: getattr(options, name) for name in names}
    settings["reuse"] = None if options.reuse is None else file_hash(options.reuse)
    return Fingerprint.of(questions.path, library.manifest(), settings, __version__)


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
    earlier = _earlier(options, library)
    ask = _asking(options, library, earlier)
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
    _say_reused(options.reuse, earlier, earlier.reused if earlier else 0)
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
    options: argparse.Namespace, library: Library, earlier: EarlierAnswers | None
) -> Callable[[Row], Answer]:
    """Load the models, and return what answers a row of a questionnaire."""
    library.load()

    def ask(row: Row) -> Answer:
        # An earlier answer is one from all documents.
        if earlier is not None and not options.documents and (answer := earlier.get(row)) is not None:
            return answer
        k = row.k or options.k or 1
        documents = row.documents or options.documents
        return library.ask(row.question, k=k, documents=documents, named=not options.everywhere)

    return ask


def _earlier(options: argparse.Namespace, library: Library) -> EarlierAnswers | None:
    """Return the earlier answers that may be used again."""
    from qa.batch import EarlierAnswers

    return None if options.reuse is None else EarlierAnswers(options.reuse, library.documents())


def _say_reused(path: Path, earlier: EarlierAnswers | None, reused: int) -> None:
    if earlier is None:
        return
    say(f"{reused:,} reused from {path}.")
    if reused and earlier.newer:
        were, them = ("document was", "it") if earlier.newer == 1 else ("documents were", "them")
        say(
            f"{earlier.newer:,} {were} indexed after {path} was written, and the reused answers do not "
            f"consider {them}; without --reuse, every question is asked."
        )
