"""TREC files: relevance judgements (qrels) and rankings (runs), and measures of a kept library on them.

Their columns are separated by blanks. An id with white space has ``%20`` and the like in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qa.errors import UsageError
from qa.evaluate.gold import Gold
from qa.messages import Message
from qa.render.trec import run_lines, trec_id

if TYPE_CHECKING:
    from qa.evaluate.judged import Judged

_BEIR_HEADER = ("query-id", "corpus-id", "score")

Qrels = Mapping[str, Mapping[str, float]]
"""Grades of documents by question."""


class _Entry(NamedTuple):
    question: str
    document: str
    value: float


def read_qrels(path: Path) -> Qrels:
    """Return the grades of a qrels file, by question and document.

    Args:
        path: A file with the columns question, iteration, document, grade; or of the BEIR layout, with a
            header and the columns question, document, grade.

    Raises:
        UsageError: The file cannot be read, is empty, has a broken line, or grades a document twice.
    """
    return _by_question(path, _entries(path, 4, 2, 3))


def read_run(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the documents of a run, best first, by question.

    Args:
        path: A file with the columns question, ``Q0``, document, rank, score, name of the run. The order is
            that of the scores, as in trec_eval.

    Raises:
        UsageError: As in `read_qrels`.
    """
    scores = _by_question(path, _entries(path, 6, 2, 4))
    # Equal scores are in descending order of the documents, as in trec_eval.
    return {
        question: tuple(sorted(documents, key=lambda name: (documents[name], name), reverse=True))
        for question, documents in scores.items()
    }


def gold_in(qrels: Qrels, id: str) -> Gold:
    """Return the gold answer of a question in qrels."""
    grades = qrels.get(trec_id(id), {})
    relevant = {document: grade for document, grade in grades.items() if grade > 0}
    return Gold(relevant=relevant or None, answerable=bool(relevant))


def write_qrels(path: Path, judged: Iterable[Judged]) -> None:
    """Write the right documents of each question; a question without any has no line.

    Raises:
        UsageError: Two questions have the same id, or the file cannot be written.
    """
    lines = (
        f"{id} 0 {document} {grade:g}\n"
        for id, each in _by_id(judged)
        for document, grade in grades_of(each.gold).items()
    )
    _write(path, lines)


def write_run(path: Path, judged: Iterable[Judged]) -> None:
    """Write the documents of each question, in the order of their first quotes.

    Raises:
        UsageError: As in `write_qrels`.
    """
    _write(path, (line for id, each in _by_id(judged) for line in run_lines(id, each.ranking)))


def measures(judged: Sequence[Judged], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the values of TREC measures by measure and question, for questions with right documents.

    Args:
        judged: The judged answers.
        names: Names of measures in ir-measures, such as ``nDCG@10``.

    Raises:
        UsageError: A measure is unknown, or the package ir-measures is missing.
    """
    if not names:
        return {}
    chosen = {name: _measure(name) for name in names}
    import ir_measures

    answerable = [(id, each) for id, each in _by_id(judged) if grades_of(each.gold)]
    # trec_eval knows whole grades only.
    qrels = {
        id: {name: ceil(grade) for name, grade in grades_of(each.gold).items()} for id, each in answerable
    }
    run = {
        id: {trec_id(name): 1 / rank for rank, name in enumerate(each.ranking, start=1)}
        for id, each in answerable
    }
    values = {measure: dict.fromkeys(qrels, 0.0) for measure in chosen.values()}
    for metric in ir_measures.iter_calc(list(values), qrels, run):
        values[metric.measure][metric.query_id] = float(metric.value)
    return {name: values[measure] for name, measure in chosen.items()}


def check_measures(names: Iterable[str]) -> None:
    """Check that measures are known, before a question is asked.

    Raises:
        UsageError: As in `measures`.
    """
    for name in names:
        _measure(name)


def grades_of(gold: Gold) -> dict[str, float]:
    """Return the grades of the right documents as in TREC files."""
    grades = dict(gold.relevant or {})
    if not grades and gold.doc_id is not None and gold.answerable:
        grades = {gold.doc_id: 1.0}
    return {trec_id(name): grade for name, grade in grades.items() if grade > 0}


def graded(gold: Gold) -> Gold:
    """Return a gold answer for a ranking of documents: its documents alone, with their grades."""
    return Gold(relevant=grades_of(gold) or None, answerable=gold.answerable)


def _measure(name: str) -> Any:
    try:
        import ir_measures
    except ImportError as error:
        raise UsageError("measures-missing", name=name) from error
    try:
        measure = ir_measures.parse_measure(name)
        is_supported = ir_measures.DefaultPipeline.supports(measure)
    except (ValueError, NameError, TypeError, AssertionError, KeyError) as error:
        raise UsageError("measure-unknown", name=name) from error
    if not is_supported:
        raise UsageError("measure-unknown", name=name)
    return measure


def _entries(path: Path, columns: int, document: int, value: int) -> Iterator[_Entry]:
    for number, line in enumerate(_lines(path), start=1):
        cells = line.split()
        if number == 1 and tuple(cell.lower() for cell in cells) == _BEIR_HEADER and columns == 4:
            columns, document, value = 3, 1, 2
            continue
        if not cells:
            continue
        score = _number(cells[value]) if len(cells) == columns else None
        if score is None:
            raise UsageError("trec-line-broken", path=path, line=number, n=columns)
        yield _Entry(cells[0], cells[document], score)


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except FileNotFoundError as error:
        raise UsageError("trec-missing", path=path) from error
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or Message("not-utf8")
        raise UsageError("trec-unreadable", path=path, cause=cause) from error


def _by_question(path: Path, entries: Iterable[_Entry]) -> dict[str, dict[str, float]]:
    values: dict[str, dict[str, float]] = {}
    for entry in entries:
        documents = values.setdefault(entry.question, {})
        if entry.document in documents:
            raise UsageError("trec-document-twice", path=path, id=entry.question, name=entry.document)
        documents[entry.document] = entry.value
    if not values:
        raise UsageError("trec-empty", path=path)
    return values


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _by_id(judged: Iterable[Judged]) -> Iterator[tuple[str, Judged]]:
    seen: set[str] = set()
    for each in judged:
        id = trec_id(each.id)
        if id in seen:
            raise UsageError("questions-id-twice", id=each.id)
        seen.add(id)
        yield id, each


def _write(path: Path, lines: Iterable[str]) -> None:
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise UsageError("trec-not-writable", path=path, cause=error.strerror or error) from error
