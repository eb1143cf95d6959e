"""Question files and answers of the tests."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from qa.batch import Row, read_questions
from qa.record import Answer, Citation, Context, Quote

FileWriter = Callable[[str, str | bytes], Path]


def answer(text: str, answered: bool = True, question: str = "Q?") -> Answer:
    cited = Citation(
        doc_id="=doc.txt", title="T", sha256="0" * 64, uri=None, page=2, line=3, start=4, end=4 + len(text),
        prefix="", suffix="",
    )  # fmt: skip
    context = Context(start=4, end=4 + len(text), text=text)
    quote = Quote(rank=1, text=text, score=0.5, matched=(), citation=cited, context=context)
    return Answer(
        id="1", question=question, answered=answered, confidence=0.75,
        reason=None if answered else "too far away", reason_code=None if answered else "no_answer",
        quotes=(quote,),
    )  # fmt: skip


def rows(path: Path) -> list[Row]:
    return list(read_questions(path))


def workbook(path: Path) -> Path:
    book = Workbook()
    book.active.append(["only notes"])
    sheet = book.create_sheet("Questions")
    sheet.append(["Asked in May"])
    sheet.append([])
    sheet.append(["ID", "Question", "when", "documents"])
    sheet.append([3, "Who?", datetime.date(2024, 5, 1), "a.txt;b.txt"])
    sheet.append([None, None, None, None])
    sheet.append([None, "Why?", 2.5, None, "a note beside the table"])
    sheet.append([9, None, None, None])
    book.save(path)
    return path
