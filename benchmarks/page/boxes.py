"""Checks the marks on printed pages against a second library and writes the results to boxes.md.

    python benchmarks/page/boxes.py FOLDER [--files 10] [--quotes 100] [--seed 1]

Needs pdfplumber, which reads the characters of a page and their places with another library (pdfminer). The
sample consists of the PDFs below FOLDER with the most text, and random sentences of these. A quote is right
if the characters that pdfplumber finds under its marks are exactly the letters and digits of the quote. A
character is under a mark if its centre is.
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
    arguments = options.parse_args()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    chance = random.Random(arguments.seed)
    files = choose_files(arguments.folder, arguments.files)
    rows, notes = [], []
    asked = same = ordered = 0
    for number, (path, document, sentences) in enumerate(files):
        left = len(files) - number
        sample = chance.sample(sentences, min(len(sentences), -(-(arguments.quotes - asked) // left)))
        outcomes: Counter[str] = Counter()
        with pdfplumber.open(path) as pdf:
            for sentence in sample:
                quote = document.text[sentence.start : sentence.end]
                marked = characters_under(pdf, path, sentence)
                kind = judge(letters(quote), marked)
                outcomes[kind] += 1
                if kind == "other":
                    notes.append(
                        f"- {path.name}:{sentence.start}-{sentence.end}: {quote!r}, under the marks {marked!r}"
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
        f"`python benchmarks/page/boxes.py FOLDER --files {arguments.files} --quotes {arguments.quotes} --seed {arguments.seed}`", "",
        "A quote is right if pdfplumber finds exactly its letters and digits under the marks.", "",
        f"Right: **{same} of {asked}** quotes of {len(files)} files "
        f"({ordered} of them in the order of the quote, the others in another order on the line).", "",
        "| file | pages | quotes | right |", "| --- | --: | --: | --: |", *rows, "",
    ]  # fmt: skip
    if notes:
        report += ["Not right:", "", *notes, ""]
    (HERE / "boxes.md").write_text("\n".join(report), encoding="utf-8")
    print(f"{same} of {asked} right")


def choose_files(folder: Path, number: int) -> list[tuple[Path, Document, list[Sentence]]]:
    """Return the files with the most sentences that can be checked, each with those sentences."""
    candidates = []
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
            candidates.append((path, document, sentences))
    candidates.sort(key=lambda candidate: (-len(candidate[2]), candidate[0]))
    return candidates[:number]


def characters_under(pdf: pdfplumber.PDF, path: Path, sentence: Sentence) -> str:
    """Return the letters and digits that pdfplumber finds under the marks of a sentence, mark by mark."""
    out = []
    for box in boxes(path.read_bytes(), sentence.start, sentence.end):
        page = pdf.pages[box.page - 1]
        # Cropped margins of a page are not shown.
        left, top = page.cropbox[0], page.cropbox[1]
        inside = [
            char
            for char in page.dedupe_chars(tolerance=1).chars
            if box.left <= (char["x0"] + char["x1"]) / 2 - left <= box.right
            and box.top <= (char["top"] + char["bottom"]) / 2 - top <= box.bottom
        ]
        out += [char["text"] for char in sorted(inside, key=lambda char: char["x0"])]
    return letters("".join(out))


def judge(quote: str, marked: str) -> str:
    if quote == marked:
        return "in order"
    return "the same characters" if Counter(quote) == Counter(marked) else "other"


def letters(text: str) -> str:
    """Keep letters and digits only: the libraries differ in white space, hyphens and separate accents."""
    # Pdfplumber writes a character like this if its font does not define it.
    text = re.sub(r"\(cid:\d+\)", "", text)
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum())


if __name__ == "__main__":
    main()
