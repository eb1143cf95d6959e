"""Judge earlier results: answers of a batch, evaluations, and TREC runs."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from pydantic import ValidationError

from qa import arguments
from qa.batch import Row, rows_of
from qa.check.answers import answers_of, by_id, check_same, malformed, name_of
from qa.errors import UsageError
from qa.evaluate import trec
from qa.evaluate.evaluation import VERSION, Evaluation
from qa.evaluate.gold import Gold, gold_of, has_gold
from qa.evaluate.judged import Judged, judge_answer, judge_ranking
from qa.evaluate.trec import Qrels
from qa.record import Answer
from qa.render.trec import trec_id

_VERSION = re.compile(r'\s*\{\s*"version"')
"""Start of the JSON of an evaluation."""
_HEAD = 1_000

Earlier: TypeAlias = str | os.PathLike[str] | Evaluation | Iterable[Answer | str]
"""A file of answers, of an evaluation or of a TREC run; an evaluation; or answers."""


def gold_for(row: Row, qrels: Qrels | None) -> Gold:
    """Return the gold answer to a row of a question file, in qrels or in its columns.

    Raises:
        UsageError: There is none.
    """
    return gold_of(row.input) if qrels is None else trec.gold_in(qrels, row.id)


class Asked(NamedTuple):
    """A question with its gold answer."""

    id: str
    question: str
    gold: Gold


@dataclass(frozen=True, slots=True)
class Golds:
    """The gold answers for earlier results.

    Attributes:
        asked: The questions of a question file, by their ids; None without a file.
        qrels: The graded documents of a qrels file, by question; None without a file.
    """

    asked: Mapping[str, Asked] | None = None
    qrels: Qrels | None = None

    @classmethod
    def read(
        cls,
        questions: str | os.PathLike[str] | Iterable[str | Mapping[str, Any]] | None,
        qrels: str | os.PathLike[str] | None,
    ) -> Golds:
        """Return the gold answers in a question file or a qrels file; those of the qrels count.

        Raises:
            UsageError: A file cannot be read, two questions have the same id, or there are no gold answers.
        """
        graded = None if qrels is None else trec.read_qrels(Path(arguments.path("qrels", qrels)))
        if questions is None:
            return cls(None, graded)
        asked: dict[str, Asked] = {}
        for row in rows_of(questions):
            if row.id in asked:
                raise UsageError("questions-id-twice", id=row.id)
            if row.error is None:
                asked[row.id] = Asked(row.id, row.question, gold_for(row, graded))
        return cls(asked, graded)

    def of_answer(self, answer: Answer, name: str) -> Gold:
        """Return the gold answer for an answer.

        Raises:
            UsageError: There is none.
        """
        if self.asked is not None:
            return self.asked[answer.id].gold
        if self.qrels is not None:
            return trec.gold_in(self.qrels, answer.id)
        if answer.input is None or not has_gold(answer.input):
            raise UsageError("answers-no-gold", name=name, id=answer.id)
        return gold_of(answer.input)

    def graded(self) -> list[Asked]:
        """Return the questions with the grades of their documents, for a ranking."""
        if self.asked is None:
            qrels = self.qrels or {}
            return [Asked(id, "", trec.gold_in(qrels, id)) for id in qrels]
        return [each._replace(gold=trec.graded(each.gold)) for each in self.asked.values()]


def judged_of(source: Earlier, golds: Golds, default: str = "answers") -> tuple[Judged, ...]:
    """Judge earlier results.

    Args:
        source: The results.
        golds: The gold answers; an evaluation has its own.
        default: The name of results that are in no file, for errors.

    Raises:
        UsageError: The results cannot be read, or are of other questions; or there are no gold answers.
    """
    if isinstance(source, Evaluation):
        return source.results
    name = name_of(source, default)
    if isinstance(source, str | os.PathLike):
        path = Path(arguments.path("results", source, "type-answers"))
        start = _start(path)
        if start and start not in "[{":
            return _of_run(path, golds)
        if start == "{" and (value := _evaluation(path)) is not None:
            return _of_evaluation(value, name)
    return _of_answers(by_id(answers_of(source, name), name), golds, name)


def _of_answers(answers: Mapping[str, Answer], golds: Golds, name: str) -> tuple[Judged, ...]:
    if golds.asked is not None:
        # A row without a question has no gold answer, and a record with an error.
        answers = {id: each for id, each in answers.items() if id in golds.asked or each.error is None}
        wanted = {id: each.question for id, each in golds.asked.items()}
        check_same(wanted, {id: each.question for id, each in answers.items()}, "QUESTIONS", name)
    return tuple(judge_answer(answer, golds.of_answer(answer, name)) for answer in answers.values())


def _of_run(path: Path, golds: Golds) -> tuple[Judged, ...]:
    run = trec.read_run(path)
    graded = golds.graded()
    if not any(each.gold.relevant for each in graded):
        raise UsageError("run-no-gold", path=path)
    if not any(trec_id(each.id) in run for each in graded):
        raise UsageError("run-other-questions", path=path)
    return tuple(
        judge_ranking(each.id, each.question, run.get(trec_id(each.id), ()), each.gold) for each in graded
    )


def _of_evaluation(value: Mapping[str, Any], name: str) -> tuple[Judged, ...]:
    if value.get("version") != VERSION:
        raise UsageError("evaluation-other-version", name=name)
    results: Sequence[Any] = value["results"] if isinstance(value["results"], list) else ()
    judged: dict[str, Judged] = {}
    for number, result in enumerate(results, start=1):
        try:
            each = Judged.model_validate(result)
        except ValidationError as error:
            raise UsageError("evaluation-broken", name=name, n=number, cause=malformed(error)) from error
        if each.id in judged:
            raise UsageError("answers-id-twice", name=name, id=each.id)
        judged[each.id] = each
    if not judged:
        raise UsageError("answers-empty", name=name)
    return tuple(judged.values())


def _evaluation(path: Path) -> Mapping[str, Any] | None:
    """Return the JSON object of an evaluation, or None if the file has none."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            head = file.read(_HEAD)
            # A file of answers can be too large for one value in memory.
            value = json.loads(head + file.read()) if _VERSION.match(head) else None
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and "results" in value else None


def _start(path: Path) -> str:
    """Return the first character of a file that is not blank; empty if there is none, or no text."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            return next((line.lstrip()[0] for line in file if line.strip()), "")
    except (OSError, UnicodeDecodeError):
        return ""


def judge(
    results: Earlier,
    questions: str | os.PathLike[str] | Iterable[str | Mapping[str, Any]] | None = None,
    *,
    qrels: str | os.PathLike[str] | None = None,
    measures: Sequence[str] = (),
) -> Evaluation:
    """Measure earlier results, without an index.

    Args:
        results: A file of answers (.json or .jsonl), or answers; an evaluation or its file; or a TREC run.
        questions: The questions with their gold answers; by default, those among the columns of answers.
        qrels: A file of graded documents by question, in place of other gold answers.
        measures: Names of TREC measures, such as ``nDCG@10``; they need the package ir-measures.

    Raises:
        UsageError: A file cannot be read, the results are of other questions, or there are no gold answers.
    """
    names = arguments.texts("measures", measures)
    trec.check_measures(names)
    return Evaluation.of(judged_of(results, Golds.read(questions, qrels)), names)
