"""Checks the pages of citations against two other PDF libraries and writes the results to pages.md.

    python benchmarks/parsers/pages.py FOLDER [--sentences N] [--seed S]

The sample consists of the twenty PDFs below FOLDER with the most pages, and random sentences of these. The
page of a citation, that of its first character, is right if poppler's pdftotext (Debian: apt install
poppler-utils) or pypdf finds the sentence on that page, comparing letters and digits only. A sentence across
pages must be on each of them with its part; a sentence that the other libraries split differently (columns,
notes) must be there line by line.
"""

from __future__ import annotations

import argparse
import logging
import random
import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdf
from documents import passwords

from qa import parsers
from qa.errors import ReadError
from qa.lang.detect import language_of
from qa.text.sentences import segment
from qa.types import Document, Page, Sentence

HERE = Path(__file__).parent
FILES = 20
LEAST_LETTERS = 20
"""Shorter sentences are on many pages and prove little."""


@dataclass(frozen=True)
class Case:
    """A sentence and its file."""

    path: Path
    document: Document
    sentence: Sentence
    password: str | None

    @property
    def parts(self) -> list[tuple[Page, str]]:
        """Return the pages of the sentence by its offsets, with the part on each."""
        start, end = self.sentence.start, self.sentence.end
        return [
            (page, self.document.text[max(start, page.start) : min(end, page.end)])
            for page in self.document.pages
            if page.start < end and page.end > start
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    cases, left_out = _cases(options.folder)
    rng = random.Random(options.seed)
    chosen = _sample(cases, options.sentences, rng)
    verdicts = [(case, *_verdict(case)) for case in chosen]
    all_of_many = [
        (case, *_verdict(case))
        for cases_of_file in cases.values()
        if len(cases_of_file[0].document.pages) > 1
        for case in cases_of_file
    ]
    report = _report(options, verdicts, all_of_many, left_out)
    (HERE / "pages.md").write_text(report, encoding="utf-8")
    print(report)
    sampled_wrong = any(verdict.startswith(("wrong", "found by")) for _, verdict, _ in verdicts)
    if sampled_wrong or any(verdict.startswith("wrong") for _, verdict, _ in all_of_many):
        sys.exit(1)


def _cases(folder: Path) -> tuple[dict[str, list[Case]], list[str]]:
    """Return the sentences of the twenty files with the most pages, by file; and the omitted files."""
    known = passwords(folder)
    cases_of_documents: list[tuple[Document, list[Case]]] = []
    left_out = []
    for path in sorted(folder.rglob("*.pdf")):
        name = path.relative_to(folder).as_posix()
        try:
            (document,) = parsers.read(path, name, password=known.get(name))
        except ReadError:
            continue
        assert isinstance(document, Document)
        cases = [
            Case(path, document, sentence, known.get(name))
            for passage in segment(document)
            for sentence in passage.sentences
            if len(_letters(document.text[sentence.start : sentence.end])) >= LEAST_LETTERS
        ]
        if not cases:
            continue
        if language_of(document.text) in {"ar", "he"}:
            left_out.append(f"`{name}`: written from right to left, in a different order in each library")
            continue
        if not any(_on_page(path, page.number, known.get(name)) for page in document.pages):
            left_out.append(f"`{name}`: neither of the other libraries gets its text")
            continue
        cases_of_documents.append((document, cases))
    cases_of_documents.sort(key=lambda pair: (-len(pair[0].pages), -len(pair[1]), pair[0].doc_id))
    left_out += [
        f"`{document.doc_id}`: not among the {FILES} with the most pages"
        for document, _ in cases_of_documents[FILES:]
    ]
    return {document.doc_id: cases for document, cases in cases_of_documents[:FILES]}, left_out


def _sample(cases: dict[str, list[Case]], wanted: int, rng: random.Random) -> list[Case]:
    """Return as many sentences of each file as it has, up to an equal share, and the rest from all of them."""
    share = wanted // max(1, len(cases))
    chosen = []
    rest = []
    for cases_of_file in cases.values():
        shuffled = rng.sample(cases_of_file, len(cases_of_file))
        chosen += shuffled[:share]
        rest += shuffled[share:]
    return chosen + rng.sample(rest, min(len(rest), wanted - len(chosen)))


def _letters(text: str) -> str:
    """Return letters and digits only, without ligatures and other forms: the part on which all libraries
    agree."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in unicodedata.normalize("NFKD", folded) if char.isalnum())


@cache
def _poppler(path: Path, password: str | None) -> tuple[tuple[str, ...], ...]:
    """Return the letters of every page in each of the orders that the program offers."""
    orders = []
    for order in ([], ["-raw"], ["-layout"]):
        password_option = ["-upw", password] if password else []
        done = subprocess.run(
            ["pdftotext", *order, *password_option, str(path), "-"], capture_output=True, check=False
        )
        orders.append(tuple(_letters(page) for page in done.stdout.decode("utf-8", "replace").split("\f")))
    return tuple(orders)


@cache
def _pypdf(path: Path, password: str | None) -> tuple[str, ...]:
    try:
        reader = pypdf.PdfReader(path, password=password)
        return tuple(_letters(page.extract_text()) for page in reader.pages)
    except Exception:
        return ()


def _on_page(path: Path, number: int, password: str | None) -> list[str]:
    """Return the text of a page by the other libraries, each in its order."""
    texts = [*_poppler(path, password), _pypdf(path, password)]
    return [pages[number - 1] for pages in texts if len(pages) >= number and pages[number - 1]]


def _verdict(case: Case) -> tuple[str, str]:
    """Return the verdict of the other libraries, and where they find the sentence if not on our page."""
    parts = [(page, text) for page, text in case.parts if _letters(text)]
    if all(_whole(case, page.number, text) for page, text in parts):
        return ("in one piece" if len(parts) == 1 else f"on {len(parts)} pages, each part separately"), ""
    if all(_whole(case, page.number, text) or _by_lines(case, page.number, text) for page, text in parts):
        return "line by line", ""
    beginning = _letters(parts[0][1])[:40]
    elsewhere = [
        page.number
        for page in case.document.pages
        if any(beginning in page_letters for page_letters in _on_page(case.path, page.number, case.password))
    ]
    if parts[0][0].number in elsewhere:
        return "its beginning only", str(elsewhere)
    return ("wrong page" if elsewhere else "found by neither"), str(elsewhere)


def _whole(case: Case, number: int, text: str) -> bool:
    return any(_letters(text) in page_letters for page_letters in _on_page(case.path, number, case.password))


def _by_lines(case: Case, number: int, text: str) -> bool:
    """Return whether each line, or each cell of a row, is on the page."""
    pieces = [_letters(piece) for line in text.split("\n") for piece in line.split("\t")]
    return all(
        any(piece in page_letters for page_letters in _on_page(case.path, number, case.password))
        for piece in pieces
    )


_Verdicts = list[tuple[Case, str, str]]


def _report(
    options: argparse.Namespace, sample: _Verdicts, all_of_many: _Verdicts, left_out: list[str]
) -> str:
    several = sum(len(case.document.pages) > 1 for case, _, _ in sample)
    return (
        "\n\n".join(
            (
                "# The pages of citations",
                f"`python benchmarks/parsers/pages.py FOLDER --sentences {options.sentences} --seed {options.seed}`",
                "A page is right if poppler's pdftotext or pypdf finds the sentence on it, comparing letters and digits.",
                "## A random sample",
                f"{_right(sample)} {several} of them are from files with more than one page.",
                _counts(sample),
                _table(sample),
                "## Every sentence of the files with more than one page",
                _right(all_of_many),
                _counts(all_of_many),
                _table(all_of_many),
                "## Sentences that the other libraries find in part, elsewhere or nowhere",
                "Those of failure-after-repair.pdf are in a drawing, in slanted lines: the words are on "
                "the page, but no library reads them in visual order.",
                _odd([*sample, *all_of_many]),
                "## Omitted files",
                "\n".join(f"- {line}" for line in left_out) or "None.",
            )
        )
        + "\n"
    )


def _right(verdicts: _Verdicts) -> str:
    right = sum(not verdict.startswith(("wrong", "found by")) for _, verdict, _ in verdicts)
    files = len({case.document.doc_id for case, _, _ in verdicts})
    return f"The page is right for **{right:,} of {len(verdicts):,}** sentences of {files} files."


def _counts(verdicts: _Verdicts) -> str:
    counts = Counter(verdict for _, verdict, _ in verdicts)
    return "\n".join(f"- {verdict}: {times:,}" for verdict, times in counts.most_common())


def _table(verdicts: _Verdicts) -> str:
    files: dict[str, list[tuple[Case, str]]] = {}
    for case, verdict, _ in verdicts:
        files.setdefault(case.document.doc_id, []).append((case, verdict))
    rows = ["| file | pages | sentences | right |", "| --- | --: | --: | --: |"]
    for name, cases in sorted(files.items()):
        good = sum(not verdict.startswith(("wrong", "found by")) for _, verdict in cases)
        rows.append(f"| {name} | {len(cases[0][0].document.pages)} | {len(cases):,} | {good:,} |")
    return "\n".join(rows)


def _odd(verdicts: _Verdicts) -> str:
    lines = {
        f"- {verdict}: `{case.document.doc_id}`, page {case.parts[0][0].number} (others: {where or 'none'}): "
        f"{case.document.text[case.sentence.start : case.sentence.end]!r}"
        for case, verdict, where in verdicts
        if verdict.startswith(("wrong", "its", "found by"))
    }
    return "\n".join(sorted(lines)) or "None."


if __name__ == "__main__":
    main()
