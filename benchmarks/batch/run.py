"""Read every awkward question file, fill every questionnaire, and write results.md beside this file.

python -m benchmarks.batch.run
"""

from __future__ import annotations

import io
import tempfile
import warnings
from pathlib import Path

from openpyxl import load_workbook

from benchmarks.batch import cases, questionnaires
from benchmarks.batch.comparison import changed_parts, parts
from qa.batch import read_questionnaire, read_questions, write_questionnaire
from qa.errors import UsageError
from qa.record import Answer, Citation, Context, Quote

FILE = Path(__file__).with_name("results.md")
_LONGEST = 110


def answer(question: str, text: str = "The owner pays for all repairs.") -> Answer:
    """Return an answer with one quote."""
    end = 4 + len(text)
    cited = Citation(
        doc_id="lease.pdf", title="Lease", sha256="0" * 64, uri=None, page=2, line=3, start=4, end=end,
        prefix="", suffix="",
    )  # fmt: skip
    context = Context(start=4, end=end, text=text)
    quote = Quote(rank=1, text=text, score=0.5, matched=(), citation=cited, context=context)
    return Answer(id="1", question=question, answered=True, confidence=0.75, reason=None, quotes=(quote,))


def question_file(case: cases.Case, folder: Path) -> tuple[str, str]:
    """Return the outcome of a question file, and its details: right, named or WRONG."""
    path = folder / case.name
    path.write_bytes(case.content)
    try:
        rows = list(read_questions(path, **case.options))
    except UsageError as error:
        sentence = str(error).replace(f"{folder}/", "")
        return ("named" if case.refused and case.refused in sentence else "WRONG"), sentence
    expected = [(id, text) for id, text in case.rows]
    right = not case.refused and len(rows) == len(expected)
    for row, (id, text) in zip(rows, expected, strict=False):
        named = text.startswith("!") and text[1:] in str(row.error)
        right = right and row.id == id and (named or (row.question == text and row.error is None))
    right = right and all(getattr(rows[0], name) == value for name, value in case.more.items())
    errors = [str(row.error) for row in rows if row.error is not None]
    details = "; ".join([f"{len(rows) - len(errors)} read", *errors])
    return ("WRONG" if not right else "named" if errors else "right"), details


def questionnaire(case: questionnaires.Case, folder: Path) -> tuple[str, str, list[str], list[str]]:
    """Return the outcome of a questionnaire, its details, and the parts that filling and openpyxl change."""
    path = folder / f"{case.name}.xlsx"
    path.write_bytes(case.content)
    try:
        form = read_questionnaire(path, **case.options)
    except UsageError as error:
        sentence = str(error).replace(f"{folder}/", "")
        return ("named" if case.refused and case.refused in sentence else "WRONG"), sentence, [], []
    named = []
    for place in form.fields:
        problem = place.skipped or form.fill(place, answer(place.row.question))
        if problem is not None:
            named.append(str(place.row.named(problem)))
    target = folder / "filled.xlsx"
    write_questionnaire(form, target)
    right = len(named) == len(case.named) and all(map(str.startswith, named, case.named))
    book = load_workbook(target)
    for cell in [*case.filled, *case.new]:
        sheet, _, address = cell.rpartition("!")
        right = right and bool((book[sheet] if sheet else book.worksheets[0])[address].value)
    changed = changed_parts(case.content, target.read_bytes())
    right = right and all(name.startswith("xl/worksheets/sheet") for name in changed)
    details = "; ".join([f"{len(form.fields) - len(named)} filled, {form.answered} left alone", *named])
    return ("WRONG" if not right else "named" if named else "right"), details, changed, _by_library(case)


def _by_library(case: questionnaires.Case) -> list[str]:
    """Return the parts that openpyxl changes when it reads a workbook and writes it again."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        load_workbook(io.BytesIO(case.content)).save(out)
    # This part has the time of writing.
    return [name for name in changed_parts(case.content, out.getvalue()) if name != "docProps/core.xml"]


def _cell(text: str) -> str:
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
    return short.replace("|", "\\|").replace("\n", " ").replace("\x00", "␀")


def main() -> None:
    """Write results.md."""
    files, forms = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [(case.name, *question_file(case, folder)) for case in cases.all_cases()]
        forms = [(case, *questionnaire(case, folder)) for case in questionnaires.all_cases()]
    outcomes = [outcome for _, outcome, _ in files]
    form_outcomes = [outcome for _, outcome, *_ in forms]
    lines = [
        "# Awkward question files and questionnaires",
        "",
        "Written by `python -m benchmarks.batch.run`. *Right*: every question is read, or every cell filled in. "
        "*Named*: what is wrong is said in one sentence, for the file or for the row, and the rest is read.",
        "",
        "| | Right | Named | Wrong |",
        "|---|---|---|---|",
    ]
    for title, results in (("Question files", outcomes), ("Questionnaires", form_outcomes)):
        counts = [results.count(outcome) for outcome in ("right", "named", "WRONG")]
        lines.append(f"| {title} ({len(results)}) | {' | '.join(map(str, counts))} |")
    lines += [
        "",
        "## Questionnaires",
        "",
        "Parts of the workbook that change when it is filled in, beside those that change when openpyxl reads "
        "and writes it without any change. Only the sheets that are filled in change, and in them only the "
        "cells for answers and sources; `tests/batch/test_fill.py` compares them.",
        "",
        "| Questionnaire | What it has | Outcome | Details | Parts | Changed | By openpyxl |",
        "|---|---|---|---|---|---|---|",
    ]
    for case, outcome, details, changed, by_library in forms:
        maker = getattr(questionnaires, case.name)
        has = str(maker.__doc__).rstrip(".")
        total = len(parts(case.content))
        changes = f"{len(changed)} | {len(by_library)}" if changed else "– | –"
        lines.append(f"| {case.name} | {has} | {outcome} | {_cell(details)} | {total} | {changes} |")
    lines += ["", "## Question files", "", "| File | Outcome | Details |", "|---|---|---|"]
    lines += [f"| {name} | {outcome} | {_cell(details)} |" for name, outcome, details in files]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[:10]))


if __name__ == "__main__":
    main()
