"""Measures how long the names of a large library take: at the first question, and at every other.

    python benchmarks/named/scale.py [--documents N ...] [--save]

The library is synthetic: agreements between invented companies, three passages each, with titles and file
names. All times are processor times.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
import tracemalloc
from contextlib import closing
from pathlib import Path

import numpy as np

from qa.encoders import Vectors
from qa.index import Index
from qa.index.stores.rows import vector_key
from qa.index.stores.sqlite import SqliteStore
from qa.search.named import named
from qa.search.names import IndexedNames, TitleIndex
from qa.types import Document, Passage, Sentence

HERE = Path(__file__).parent
SYLLABLES = (
    "ba",
    "co",
    "du",
    "fe",
    "gi",
    "ha",
    "jo",
    "ku",
    "la",
    "mi",
    "no",
    "pe",
    "ru",
    "sa",
    "ti",
    "vo",
    "wex",
    "yon",
)
KINDS = (
    "Service Agreement",
    "Supply Agreement",
    "Licence Agreement",
    "Lease",
    "Report",
    "Handbook",
    "Minutes",
)
QUESTIONS = (
    "Which law governs the agreement with {name}?",
    "When does the notice period in the service agreement begin?",
    "What does the {name} handbook say about travel and working at home during the summer months?",
    "who pays for delivery",
)


class Flat:
    """An encoder with one vector for every text: names need no vectors."""

    name = fingerprint = "flat"
    dimension = 4
    languages = None

    def encode(self, texts: list[str], *, query: bool = False) -> Vectors:
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


def company(source: random.Random) -> str:
    return "".join(source.choices(SYLLABLES, k=4)).title()


def documents(number: int) -> list[Document]:
    source = random.Random(5)
    texts = []
    for at in range(number):
        name, other, kind = company(source), company(source), source.choice(KINDS)
        text = (
            f'{kind}\n\nThis agreement is made between {name} Ltd. ("{name}") and {other} Inc. ("{other}").\n\n'
            f"The law of region {at % 40} governs this agreement. The notice period is {at % 90} days.\n\n"
            f"{name} pays for delivery and {other} for travel."
        )
        texts.append(Document(f"{kind}/{name}_{at}.pdf", f"{kind} {name}", text, "0" * 64))
    return texts


def fill(folder: Path, number: int) -> Index:
    """Return an index with that many documents, written to its store directly."""
    index = Index.create(folder, Flat())
    vector = vector_key("flat")
    with closing(SqliteStore(folder, writable=True)) as store, store.writing():
        store.add_vectors([vector], np.full((1, 4), 0.5, dtype=np.float32))
        for document in documents(number):
            file = store.put_file(f"file:///{document.doc_id}", "file:///", 1, 1, document.sha256, "")
            passages, start = [], 0
            for part in document.text.split("\n\n"):
                sentence = Sentence(document.doc_id, start, start + len(part))
                passage = Passage(document.doc_id, start, start + len(part), (sentence,))
                passages.append((passage, vector, [vector]))
                start += len(part) + 2
            store.add_document(file, document, "en", passages)
        store.advance()
    return index


def measure(number: int) -> tuple[float, float, float, float]:
    """Return the milliseconds of the first preparation, its megabytes, and the median and longest question."""
    source = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        index = fill(Path(folder) / "index", number)
        with index.snapshot() as snapshot:
            TitleIndex(snapshot)  # loads the stemmer, and fills its cache as an indexed library does
            began = time.process_time()
            titles = TitleIndex(snapshot)
            first = time.process_time() - began
            tracemalloc.start()
            TitleIndex(snapshot)
            megabytes = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
            names = IndexedNames(snapshot, titles)
            seconds = []
            for at in range(200):
                question = QUESTIONS[at % len(QUESTIONS)].format(name=company(source))
                began = time.process_time()
                named(question, ["en"], names)
                seconds.append(time.process_time() - began)
        index.close()
    seconds.sort()
    return 1000 * first, megabytes, 1000 * seconds[len(seconds) // 2], 1000 * seconds[-1]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 20_000])
    parser.add_argument("--save", action="store_true", help="write scale.md here")
    options = parser.parse_args()
    lines = [
        "# Names in a large library",
        "",
        "Written by `python benchmarks/named/scale.py --save`: processor time.",
        "",
        "| documents | titles, once, ms | MB | a question, median ms | longest ms |",
        "|---|---|---|---|---|",
    ]
    for number in options.documents:
        first, megabytes, median, longest = measure(number)
        lines.append(f"| {number:,} | {first:.0f} | {megabytes:.1f} | {median:.1f} | {longest:.1f} |")
        print(lines[-1], flush=True)
    if options.save:
        (HERE / "scale.md").write_text("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
