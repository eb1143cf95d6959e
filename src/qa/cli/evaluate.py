"""``qa eval``: measure answers on questions with gold answers, and compare two results."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import output
from qa.cli.output import DONE, FAILED, Commands, say
from qa.cli.progress import question_bar
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa import Evaluation

_DEPTH = 10
"""Default number of quotes judged for each question."""


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
        nargs="?",
        metavar="QUESTIONS",
        help="a file of questions with gold answers: .csv .tsv .jsonl .json .xlsx",
    )
    _add_results(parser)
    _add_limits(parser)
    output.add_report(parser)
    output.add_answering(parser)


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run",
        dest="results",
        type=Path,
        metavar="FILE",
        help="measure earlier results and ask nothing: answers of qa batch (.json, .jsonl), a result of qa "
        "eval (.json), or a TREC run",
    )
    parser.add_argument(
        "--compare",
        type=Path,
        nargs=2,
        metavar=("A", "B"),
        help="compare two earlier results of the same questions, with an interval and a paired test",
    )
    parser.add_argument(
        "--qrels",
        type=Path,
        metavar="FILE",
        help="graded documents by question in place of other gold answers: TREC qrels, or BEIR",
    )
    parser.add_argument(
        "--measure",
        dest="measures",
        action="append",
        default=[],
        metavar="NAME",
        help="a TREC measure in addition, such as nDCG@10, AP or R@100; repeatable; needs the extra trec",
    )
    parser.add_argument(
        "--depth",
        type=output.positive,
        default=_DEPTH,
        metavar="N",
        help="number of quotes judged for each question, at least 10 (default: 10)",
    )
    parser.add_argument(
        "--write-run", type=Path, metavar="FILE", help="write the ranked documents as a TREC run"
    )
    parser.add_argument(
        "--write-qrels", type=Path, metavar="FILE", help="write the right documents as TREC qrels"
    )


def _add_limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fail-under",
        action="append",
        default=[],
        metavar="FIGURE=X",
        help="exit with 1 if a figure is below X, such as hit@1=0.8; repeatable; with --compare, of B",
    )
    parser.add_argument(
        "--fail-over",
        action="append",
        default=[],
        metavar="FIGURE=X",
        help="exit with 1 if a figure is above X, such as answered_wrongly=0.1; repeatable",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from qa import compare
    from qa.evaluate.evaluation import parse_limit

    read = (options.questions, options.qrels, options.results, *(options.compare or ()))
    format = output.report_format(options, *read)
    under, over = (
        dict(parse_limit(text, options.measures) for text in limits)
        for limits in (options.fail_under, options.fail_over)
    )
    if options.compare is None:
        evaluation = _evaluation(options)
        report = evaluation.report(format)
    else:
        if options.write_run or options.write_qrels or options.results:
            raise UsageError("eval-one-result")
        a, b = options.compare
        comparison = compare(a, b, options.questions, qrels=options.qrels, measures=options.measures)
        evaluation, report = comparison.b, comparison.report(format)
    output.write_report(options, report)
    broken = evaluation.broken_limits(under, over)
    for message in broken:
        say(f"qa: {message}")
    return FAILED if broken else DONE


def _evaluation(options: argparse.Namespace) -> Evaluation:
    """Judge earlier results, or ask the questions; write the TREC files."""
    from qa import judge
    from qa.evaluate.trec import write_qrels, write_run

    if options.results is not None:
        evaluation = judge(options.results, options.questions, qrels=options.qrels, measures=options.measures)
    elif options.questions is None:
        raise UsageError("eval-no-questions")
    else:
        library = output.library(options)
        with question_bar() as bar:
            evaluation = library.judge(
                options.questions,
                qrels=options.qrels,
                depth=options.depth,
                measures=options.measures,
                on_progress=bar,
            )
        output.say_calibration(library)
    if options.write_run is not None:
        write_run(options.write_run, evaluation.results)
    if options.write_qrels is not None:
        write_qrels(options.write_qrels, evaluation.results)
    return evaluation
