"""Counts the gold spans of real contracts that are in the text read from their PDF files.

    python benchmarks/parsers/gold_spans.py [--data FOLDER]

FOLDER has contracts_pdf/ with manifest.jsonl, questions.jsonl ("doc_id", "answers": spans of the contract's
text) and pdf/. A span is compared by its letters and digits. The words that PDFium extracts from each page
are counted too: each must be in the text or among the omissions.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2

from qa.parsers import account
from qa.parsers.build import Extract
from qa.parsers.pdf.reading import read

DATA = Path(__file__).parents[3] / "shared" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    folder = parser.parse_args().data / "contracts_pdf"
    spans: dict[str, list[str]] = {}
    for question in _records(folder / "questions.jsonl"):
        spans.setdefault(question["doc_id"], []).extend(question["answers"])
    total = present = unaccounted = 0
    megabytes = seconds = 0.0
    lost: list[tuple[str, str]] = []
    for entry in _records(folder / "manifest.jsonl"):
        data = (folder / entry["path"]).read_bytes()
        started = time.perf_counter()
        extract = read(data)
        seconds += time.perf_counter() - started
        megabytes += len(data) / 1e6
        unaccounted += sum(_missing(data, extract).values())
        text = letters(extract.text)
        for span in spans.get(entry["doc_id"], []):
            total += 1
            present += letters(span) in text
            if letters(span) not in text:
                lost.append((entry["path"], span))
    for path, span in lost:
        print(f"{path}: {' '.join(span.split())[:300]}")
    print(f"gold spans in the text: {present} of {total}")
    print(f"words unaccounted for: {unaccounted}")
    print(f"seconds per MB: {seconds / megabytes:.3f}")
    if lost or unaccounted:
        sys.exit(1)


def letters(text: str) -> str:
    """Return the letters and digits of a text, without case and compatibility forms."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _missing(data: bytes, extract: Extract) -> Counter[str]:
    document = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage().get_text_range() for page in document]
    # PDFium's own sign for the hyphen of a word that continues in the next line.
    reference = "\n|\n".join(texts).replace("\ufffe", "-\n").replace("\x02", "-\n")
    return account.missing(reference, extract)


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
