"""Reports with citations in any style are checked as those in plain text are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from qa.answer.citations import cite
from qa.batch import open_output, read_questions
from qa.check.answers_file import claims_of
from qa.check.verify import Indexed, check_claims
from qa.messages import Message
from qa.record import Answer, Context, Quote, Span
from qa.render.styles import STYLES, Style
from qa.types import Document, Page

TEXT = "Agreement.\n\nThe rent is due on the first day.\n\nThe deposit is 1,000 euros.\n"
NAME = "leases/lease (2).pdf"
FORMATS = ("md", "html", "docx")


def document(*, paged: bool, title: str = "Lease *of* (2024)") -> Document:
    middle = TEXT.index("The deposit")
    pages = (Page(1, 0, middle), Page(2, middle, len(TEXT))) if paged else ()
    return Document(NAME, title, TEXT, hashlib.sha256(TEXT.encode()).hexdigest(), pages)


def written(folder: Path, format: str, style: Style, source: Document, heading: tuple[str, ...]) -> Path:
    (folder / "questions.txt").write_text("When is the rent due?")
    start = TEXT.index("The rent")
    end = start + len("The rent is due on the first day.")
    own = Quote(
        rank=1, text=TEXT[start:end], score=0.5, matched=(), citation=cite(source, Span(start, end), heading),
        context=Context(start=start, end=end, text=TEXT[start:end]),
    )  # fmt: skip
    record = Answer(id="1", question="When?", answered=True, confidence=0.9, reason=None, quotes=(own,))
    target = folder / f"answers.{format}"
    questions = read_questions(folder / "questions.txt")
    with open_output(target, questions, 3, style=style) as output:
        output.write(next(iter(questions)), record)
    return target


def messages(path: Path, source: Document, **options: Any) -> list[Message]:
    documents = Indexed({source.doc_id: source}.get, lambda: (source.doc_id,)).get
    checked = check_claims(claims_of(path), documents, originals=False, **options)
    results = [(each.citations, [finding.message for finding in each.findings]) for each in checked]
    assert sum(citations for citations, _ in results) == 1
    return [message for _, each in results for message in each]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("paged", "heading"),
    [(True, ("1. Rent",)), (False, ("1. Rent", "1.2 Due date")), (False, ("A long heading of the part",)),
     (False, ())],
)  # fmt: skip
def test_a_report_in_any_style_has_no_fault(
    tmp_path: Path, format: str, style: Style, paged: bool, heading: tuple[str, ...]
) -> None:
    source = document(paged=paged)
    path = written(tmp_path, format, style, source, heading)
    assert messages(path, source) == []
    # The title is another one now, because a person has renamed the document.
    renamed = document(paged=paged, title="Garden")
    assert messages(path, renamed, renamed=[NAME]) == []


@pytest.mark.parametrize("style", STYLES[1:])
def test_another_page_or_title_in_a_citation_is_a_fault(tmp_path: Path, style: Style) -> None:
    source = document(paged=True)
    path = written(tmp_path, "html", style, source, ())
    text = path.read_text(encoding="utf-8")
    page = {"apa": "p. 1", "chicago": "), 1.", "oscola": "’ 1.", "bluebook": ", at 1", "bibtex": "p.~1"}
    wrong = page[style] if style != "bluebook" else "</i> 1 ("
    assert wrong in text
    path.write_text(text.replace(wrong, wrong.replace("1", "2")), encoding="utf-8")
    assert [message.code for message in messages(path, source)] == ["check-citation-differs"]
    if style != "bibtex":
        path.write_text(text.replace("Lease *of*", "Lease *off*"), encoding="utf-8")
        assert [message.code for message in messages(path, source)] == ["check-citation-differs"]
