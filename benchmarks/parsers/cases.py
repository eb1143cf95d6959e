"""Runs the checks of cases/*.jsonl on a folder of small inputs that once failed, and writes cases.md.

    python benchmarks/parsers/cases.py FOLDER

FOLDER has one folder for each case. A check names a case, a file in it, and the expected result: texts that
the document's text contains or lacks, a question and what its first quote must contain, its page, printed
page and line, the code of a warning and its pages, the code of a refusal, or the questions of a file (or
their number). Runs of white space are equal.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa import encoders
from qa.answer.answerer import Answerer
from qa.batch import read_questions
from qa.errors import QaError, ReadError
from qa.index import Index
from qa.messages import Message
from qa.parsers import read

HERE = Path(__file__).parent
KEYS = {
    "case",
    "file",
    "has",
    "lacks",
    "ask",
    "quote",
    "page",
    "page_label",
    "line",
    "place",
    "warns",
    "warned_pages",
    "refuses",
    "questions",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    checks = [
        json.loads(line)
        for path in sorted((HERE / "cases").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    model = encoders.load()
    results: dict[str, list[tuple[dict[str, Any], list[str]]]] = defaultdict(list)
    for check in checks:
        faults = list(_faults(check, folder / check["case"] / check["file"], model))
        results[check["case"]].append((check, faults))
    seen = {check["case"] for check in checks}
    unchecked = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name not in seen)
    report = _report(results, unchecked)
    (HERE / "cases.md").write_text(report, encoding="utf-8")
    print(report)
    sys.exit(1 if any(faults for case in results.values() for _, faults in case) else 0)


def _faults(check: dict[str, Any], path: Path, model: encoders.Encoder) -> Iterator[str]:
    if unknown := check.keys() - KEYS:
        yield f"the check has unknown keys {sorted(unknown)}"
    if check["case"] == "batch":
        yield from _question_faults(check, path)
        return
    try:
        documents = list(read(path, path.name))
    except ReadError as error:
        if error.code != check.get("refuses"):
            yield f"refused: {error}"
        return
    if check.get("refuses"):
        yield "read, and not refused"
    messages = [document.message for document in documents if isinstance(document, ReadError)]
    good = [document for document in documents if not isinstance(document, ReadError)]
    text = _loose(" ".join(document.text for document in good))
    yield from (f"lacks {part!r}" for part in _listed(check, "has") if _loose(part) not in text)
    yield from (f"has {part!r}" for part in _listed(check, "lacks") if _loose(part) in text)
    messages += [warning for document in good for warning in document.warnings]
    if check.get("warns") and not any(_is_expected(message, check) for message in messages):
        yield f"does not warn of {check['warns']!r} ({' '.join(map(str, messages)) or 'no warning'})"
    if check.get("ask"):
        yield from _answer_faults(check, path, model)


def _question_faults(check: dict[str, Any], path: Path) -> Iterator[str]:
    try:
        questions = [row.question for row in read_questions(path)]
    except QaError as error:
        if error.code != check.get("refuses"):
            yield f"refused: {error}"
        return
    if check.get("refuses"):
        yield "read, and not refused"
        return
    wanted = check.get("questions")
    if wanted not in (questions, len(questions)):
        yield f"asks {questions}"


def _answer_faults(check: dict[str, Any], path: Path, model: encoders.Encoder) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        index = Index.create(Path(folder), model)
        index.update([str(path)], lambda: model)
        try:
            answer = Answerer(index, model).ask(check["ask"])
        except QaError as error:
            yield f"cannot be asked: {error}"
            return
        if not answer.quotes:
            yield f"no quote for {check['ask']!r}"
            return
        quote = answer.quotes[0]
        if check.get("quote") and _loose(check["quote"]) not in _loose(quote.text):
            yield f"first quote: {quote.text!r}"
        if not answer.answered:
            yield f"not answered ({answer.confidence:.2f}): {quote.text!r}"
        for key in ("page", "page_label", "line"):
            if check.get(key) is not None and getattr(quote.citation, key) != check[key]:
                yield f"{key} {getattr(quote.citation, key)!r}"
        if check.get("place") and (
            quote.citation.place is None or quote.citation.place.kind != check["place"]
        ):
            yield f"place {quote.citation.place}"
        index.close()


def _is_expected(message: Message, check: dict[str, Any]) -> bool:
    if message.code != check["warns"]:
        return False
    where = message.params.get("where")
    pages = where.params["pages"] if isinstance(where, Message) else None
    return check.get("warned_pages") in (None, pages)


def _listed(check: dict[str, Any], key: str) -> list[str]:
    value = check.get(key) or []
    return [value] if isinstance(value, str) else value


def _loose(text: str) -> str:
    return " ".join(text.split())


def _report(results: dict[str, list[tuple[dict[str, Any], list[str]]]], unchecked: list[str]) -> str:
    lines = ["| kind | case | checks | right |", "| --- | --- | --: | --: |"]
    wrong = []
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case, checked in sorted(results.items()):
        right = sum(not faults for _, faults in checked)
        kind = case.partition("-")[0]
        kinds[kind][0] += len(checked)
        kinds[kind][1] += right
        lines.append(f"| {kind} | {case} | {len(checked)} | {right} |")
        wrong += [f"- {case}, `{check['file']}`: {'; '.join(faults)}" for check, faults in checked if faults]
    totals = [f"| {kind} | {checks} | {right} |" for kind, (checks, right) in sorted(kinds.items())]
    parts = [
        "# Inputs that once failed",
        "`python benchmarks/parsers/cases.py FOLDER`",
        "\n".join(["| kind | checks | right |", "| --- | --: | --: |", *totals]),
        "\n".join(lines),
        "## Wrong",
        "\n".join(wrong) or "None.",
    ]
    if unchecked:
        parts += ["## Without a check", ", ".join(unchecked)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
