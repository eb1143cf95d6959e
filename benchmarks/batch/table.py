"""Ask 40 questions of each of 25 contracts, judge every cell by the gold labels, and time it beside `ask`.

    python -m benchmarks.batch.table CONTRACTS [--index DIR]

CONTRACTS is a folder with pdf/, manifest.jsonl and questions.jsonl. A question is a column of the gold labels with
one wording for all contracts: the most frequent one of the set ("plain"), or the published one of the lawyers
("published"). A quote is right if it contains a gold clause, is part of one, or shares half of its words with one.
Every fourth cell is asked twice, once in the table and once as a question limited to the document whose vector is
computed again; which is first alternates. Writes table.json and table.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qa
from benchmarks.quality.sets import judge, rows
from qa.evaluate import gold_of
from qa.record import Answer
from qa.table import CellRow, TableCell, ask_cell, cell_rows

HERE = Path(__file__).parent
COLUMNS = 40
"""Number of columns: the labels with clauses in the most contracts."""
BESIDE = 4
"""One cell of so many is also asked by itself."""
WORDINGS = {"plain": "question", "published": "question_official"}


@dataclass
class Figures:
    """What was counted over the cells of one wording."""

    cells: int = 0
    answerable: int = 0
    hits: int = 0
    answered_hits: int = 0
    answered_answerable: int = 0
    absent: int = 0
    answered_absent: int = 0
    typed: Counter[str] = field(default_factory=Counter)
    valued: Counter[str] = field(default_factory=Counter)
    by_column: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))

    def add(self, cell: TableCell, gold: Mapping[str, Any]) -> None:
        """Count a cell; of a column: hits, answerable, answered although absent, absent."""
        answer, column = cell.answer, self.by_column[cell.column.id]
        self.cells += 1
        if answer.answered and cell.column.type != "text":
            self.typed[cell.column.type] += 1
            self.valued[cell.column.type] += cell.value is not None
        if not gold["answerable"]:
            self.absent += 1
            self.answered_absent += answer.answered
            column[2] += answer.answered
            column[3] += 1
            return
        is_right = judge(gold_of(dict(gold)), clauses=True)
        hit = bool(answer.quotes) and is_right(answer.quotes[0].text, cell.document.doc_id)
        self.answerable += 1
        self.hits += hit
        self.answered_answerable += answer.answered
        self.answered_hits += hit and answer.answered
        column[0] += hit
        column[1] += 1

    def summary(self) -> dict[str, Any]:
        """Return the shares."""
        answered = self.answered_answerable + self.answered_absent
        return {
            "cells": self.cells,
            "answerable": self.answerable,
            "absent": self.absent,
            "hit@1 of answerable": self.hits / self.answerable,
            "answered of answerable": self.answered_answerable / self.answerable,
            "answered and right, of answerable": self.answered_hits / self.answerable,
            "answered of absent (wrong)": self.answered_absent / self.absent,
            "right, of all answered": self.answered_hits / answered,
            "cells with the right outcome": (self.answered_hits + self.absent - self.answered_absent)
            / self.cells,
            "typed cells with a value": {
                t: f"{self.valued[t]} of {n}" for t, n in sorted(self.typed.items())
            },
        }


def columns(questions: list[dict[str, Any]], wording: str) -> Iterator[dict[str, str]]:
    """Yield the questions of the table: those with clauses in the most contracts, in the order of the labels."""
    wordings: dict[str, Counter[str]] = defaultdict(Counter)
    answerable: Counter[str] = Counter()
    for row in questions:
        wordings[row["category"]][" ".join(row[WORDINGS[wording]].split())] += 1
        answerable[row["category"]] += row["answerable"]
    chosen = {category for category, _ in answerable.most_common(COLUMNS)}
    for category, counts in wordings.items():
        if category in chosen:
            yield {"id": category, "question": counts.most_common(1)[0][0]}


def measure(
    library: qa.Library,
    beside: qa.Library,
    questions: list[dict[str, Any]],
    names: Mapping[str, str],
    wording: str,
) -> dict[str, Any]:
    """Ask a table, and each of its questions by itself."""
    gold = {(names[row["doc_id"]], row["category"]): row for row in questions}
    plan = library.table(columns(questions, wording), pilot=0)
    figures, seconds, differing = Figures(), {"cell": [], "ask": []}, 0

    def cell(row: CellRow) -> TableCell:
        return ask_cell(row, lambda row: library.ask(row.question, k=1, documents=row.documents))

    def ask(row: CellRow) -> Answer:
        # As in a new question, nothing of this question is known.
        beside._answerer()._searcher._vectors.clear()
        return beside.ask(row.question, k=1, documents=(row.document.doc_id,))

    for number, row in enumerate(cell_rows(plan.columns, plan.left)):
        if number % BESIDE:
            figures.add(result := cell(row), gold[result.key])
            continue
        results: dict[str, Any] = {}
        for work in (cell, ask) if number // BESIDE % 2 else (ask, cell):
            start = time.perf_counter()
            results[work.__name__] = work(row)
            seconds[work.__name__].append(time.perf_counter() - start)
        result = results["cell"]
        differing += without_id(result.answer) != without_id(results["ask"])
        figures.add(result, gold[result.key])
    return {
        **figures.summary(),
        "milliseconds": {kind: 1000 * statistics.median(times) for kind, times in seconds.items()},
        "mean milliseconds": {kind: 1000 * statistics.mean(times) for kind, times in seconds.items()},
        "cells asked by themselves": len(seconds["ask"]),
        "of them, different": differing,
        "by column": dict(figures.by_column),
    }


def without_id(answer: Answer) -> dict[str, Any]:
    """Return a record without what only a table adds."""
    return answer.model_dump(exclude={"id", "input"})


def report(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the results as Markdown."""
    lines = [
        "# Forty questions of each of 25 contracts",
        "",
        "`python -m benchmarks.batch.table CONTRACTS`",
        "",
    ]
    lines += [" ".join((__doc__ or "").split("\n\n")[2].split()), ""]
    lines += [
        "The two cores also ran other programs: compare the times of cell and ask, not the milliseconds.",
        "",
    ]
    lines += [f"| | {' | '.join(results)} |", f"|---|{'--:|' * len(results)}"]
    first = next(iter(results.values()))
    for name, value in first.items():
        if name in ("by column", "typed cells with a value"):
            continue
        shown = [shown_value(each[name]) for each in results.values()]
        names = [f"{name}: {kind}" for kind in value] if isinstance(value, dict) else [name]
        for at, label in enumerate(names):
            lines.append(f"| {label} | {' | '.join(parts[at] for parts in shown)} |")
    lines += ["", "Typed cells with a value, of those answered:", ""]
    for wording, each in results.items():
        typed = ", ".join(f"{type} {counts}" for type, counts in each["typed cells with a value"].items())
        lines.append(f"- {wording}: {typed}")
    lines += [
        "",
        "By column, with the plain wording: right first quotes of the contracts with the clause, and ",
    ]
    lines[-1] += "answers from contracts without it."
    lines += ["", "| Column | right | wrongly answered |", "|---|--:|--:|"]
    for column, (hits, answerable, wrong, absent) in first["by column"].items():
        lines.append(f"| {column} | {hits} of {answerable} | {wrong} of {absent} |")
    return "\n".join(lines) + "\n"


def shown_value(value: Any) -> list[str]:
    """Return a figure, or the figures of a dictionary, as text."""
    if isinstance(value, dict):
        return [f"{each:.0f}" for each in value.values()]
    return [f"{value:.3f}" if isinstance(value, float) else f"{value:,}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("contracts", type=Path)
    parser.add_argument("--index", type=Path)
    options = parser.parse_args()
    questions = list(rows(options.contracts / "questions.jsonl"))
    names = {row["doc_id"]: Path(row["path"]).name for row in rows(options.contracts / "manifest.jsonl")}
    with tempfile.TemporaryDirectory() as folder:
        where = options.index or Path(folder) / "index"
        with qa.open(where) as library, qa.open(where) as beside:
            library.add(options.contracts / "pdf")
            for each in (library, beside):
                each.load()
                each.ask("What is warmed up?", k=1)
            results = {wording: measure(library, beside, questions, names, wording) for wording in WORDINGS}
    (HERE / "table.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    text = report(results)
    (HERE / "table.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
