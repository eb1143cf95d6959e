"""Checks the marks on printed pages against a second library and writes what came of it to boxes.md.

    python benchmarks/page/boxes.py FOLDER [--files 10] [--quotes 100] [--seed 1]

Needs pdfplumber, which reads the characters of a page and their places with a library of its own
(pdfminer). Of the PDFs below FOLDER those with the most text are taken, and of their sentences a random
sample. A quote is right where the characters that pdfplumber finds under its marks, those whose middle
lies in one of them, are the letters and digits of the quote: none too few, none too many.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pdfplumber

from qa import parsers
from qa.errors import ReadError
from qa.parsers.pdf import boxes
from qa.text.sentences import segment
from qa.types import Document, Sentence

HERE = Path(__file__).parent
LEAST_LETTERS = 20


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--files", type=int, default=10)
    options.add_argument("--quotes", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    chance = random.Random(given.seed)
    files = chosen(given.folder, given.files)
    rows, notes = [], []
    asked = same = ordered = 0
    for number, (path, document, sentences) in enumerate(files):
        left = len(files) - number
        sample = chance.sample(sentences, min(len(sentences), -(-(given.quotes - asked) // left)))
        outcomes: Counter[str] = Counter()
        with pdfplumber.open(path) as pdf:
            for sentence in sample:
                quote = document.text[sentence.start : sentence.end]
                found = under(pdf, path, sentence)
                kind = judged(letters(quote), found)
                outcomes[kind] += 1
                if kind == "other":
                    notes.append(
                        f"- {path.name}:{sentence.start}-{sentence.end}: {quote!r}, under the marks {found!r}"
                    )
        asked += len(sample)
        ordered += outcomes["in order"]
        same += outcomes["in order"] + outcomes["the same characters"]
        rows.append(
            f"| {path.name} | {len(document.pages)} | {len(sample)} | {len(sample) - outcomes['other']} |"
        )
        print(rows[-1], flush=True)
    report = [
        "# The marks on printed pages", "",
        f"`python benchmarks/page/boxes.py FOLDER --files {given.files} --quotes {given.quotes} --seed {given.seed}`", "",
        "A quote is right where pdfplumber finds its letters and digits, and no others, under the marks.", "",
        f"Right: **{same} of {asked}** quotes of {len(files)} files "
        f"({ordered} of them in the very order of the quote, the rest in another order on the line).", "",
        "| file | pages | quotes | right |", "| --- | --: | --: | --: |", *rows, "",
    ]  # fmt: skip
    if notes:
        report += ["Not right:", "", *notes, ""]
    (HERE / "boxes.md").write_text("\n".join(report), encoding="utf-8")
    print(f"{same} of {asked} right")


def chosen(folder: Path, number: int) -> list[tuple[Path, Document, list[Sentence]]]:
    """The files with the most sentences that can be checked, each with those."""
    found = []
    for path in sorted(folder.rglob("*.pdf")):
        try:
            (document,) = parsers.read(path, path.name)
        except ReadError:
            continue
        assert isinstance(document, Document)
        sentences = [
            sentence
            for passage in segment(document)
            for sentence in passage.sentences
            if len(letters(document.text[sentence.start : sentence.end])) >= LEAST_LETTERS
        ]
        if sentences:
            found.append((path, document, sentences))
    found.sort(key=lambda one: (-len(one[2]), one[0]))
    return found[:number]


def under(pdf: pdfplumber.PDF, path: Path, sentence: Sentence) -> str:
    """The letters and digits that pdfplumber finds under the marks of a sentence, mark by mark."""
    out = []
    for box in boxes(path.read_bytes(), sentence.start, sentence.end):
        page = pdf.pages[box.page - 1]
        # What is cut off around a page is not shown.
        left, top = page.cropbox[0], page.cropbox[1]
        inside = [
            char
            for char in page.dedupe_chars(tolerance=1).chars
            if box.left <= (char["x0"] + char["x1"]) / 2 - left <= box.right
            and box.top <= (char["top"] + char["bottom"]) / 2 - top <= box.bottom
        ]
        out += [char["text"] for char in sorted(inside, key=lambda char: char["x0"])]
    return letters("".join(out))


def judged(quote: str, found: str) -> str:
    if quote == found:
        return "in order"
    return "the same characters" if Counter(quote) == Counter(found) else "other"


def letters(text: str) -> str:
    """Letters and digits alone: the libraries differ in white space, hyphens and accents set apart."""
    # How pdfplumber writes a character whose font does not say what it is.
    text = re.sub(r"\(cid:\d+\)", "", text)
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum())


if __name__ == "__main__":
    main()
