"""Counts how many sentences are fragments, and how many gold clauses are whole sentences.

    python benchmarks/structure/run.py before SOURCE... --gold FOLDER
    python benchmarks/structure/run.py after SOURCE... --gold FOLDER

A SOURCE is a folder of files of any format, or a .jsonl corpus with a text in each line. The gold folder has
questions.jsonl with ``doc_id`` and ``answers`` (verbatim clauses), and a folder pdf. Each run adds its column to
results.json and writes results.md. The measures use no rule of the program: they look at the sentences alone.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from qa import parsers
from qa.errors import ReadError
from qa.text.sentences import segment
from qa.types import Document

HERE = Path(__file__).parent
MOST_TEXTS = 400
"""Maximum texts of a corpus: the first ones."""
GOLD_CHARACTERS = 8
"""Minimum letters and digits of a gold clause that is located in the text."""

_LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}|_{3,}\s*\d+$")
_PAGE_AT_END = re.compile(r"[^\W\d_]\s+\d{1,3}$")
_LABEL = re.compile(r"(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlcIVXLC]{1,6})[.)]|[-•*–])\s*")
_CLAUSE_TITLE = re.compile(r"[\W_]*(?:[\w.()]+[\W_]+){0,12}", re.DOTALL)
_ENDS = re.compile(r"[.!?:;,。！？؟۔…；：，|][\"'”’»)\]\d\s]*$")
_ALPHANUMERIC = re.compile(r"[^\W_]")
KINDS = ("short or capitals", "label alone", "contents line", "starts inside", "ends inside")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("column")
    parser.add_argument("sources", type=Path, nargs="*")
    parser.add_argument("--gold", type=Path)
    arguments = parser.parse_args()
    results: dict[str, dict[str, float]] = {}
    for source in arguments.sources:
        results[source.parent.name + "/" + source.name] = measure(read_source(source))
    if arguments.gold:
        results["gold clauses"] = measure_gold(arguments.gold)
    path = HERE / "results.json"
    columns = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    columns[arguments.column] = results
    path.write_text(json.dumps(columns, indent=1) + "\n", encoding="utf-8")
    text = report(columns)
    (HERE / "results.md").write_text(text, encoding="utf-8")
    print(text)


def read_source(source: Path) -> Iterator[Document]:
    """Yield the documents of a folder or of a corpus."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.suffix != ".jsonl":
                yield from read_file(path)
        return
    with source.open(encoding="utf-8") as lines:
        for _, line in zip(range(MOST_TEXTS), lines, strict=False):
            record = json.loads(line)
            yield Document(str(record["doc_id"]), str(record.get("title", "")), record["text"], "0" * 64)


def read_file(path: Path) -> Iterator[Document]:
    """Yield the documents of a file; nothing if it cannot be read."""
    try:
        for item in parsers.read(path, path.name):
            if isinstance(item, Document):
                yield item
    except ReadError:
        return


def measure(documents: Iterable[Document]) -> dict[str, float]:
    """Return the number of sentences of each kind, and the processor seconds of segmentation."""
    counts: Counter[str] = Counter()
    seconds = 0.0
    for document in documents:
        started = time.process_time()
        passages = segment(document)
        seconds += time.process_time() - started
        spans = [(s.start, s.end) for passage in passages for s in passage.sentences]
        counts["documents"] += 1
        counts["sentences"] += len(spans)
        counts["words"] += sum(len(document.text[a:b].split()) for a, b in spans)
        following = [*spans[1:], (len(document.text), len(document.text))]
        for (start, end), (next_start, _) in zip(spans, following, strict=True):
            counts.update(kinds_of(document.text[start:end], document.text[next_start : next_start + 30]))
    return {**counts, "seconds": round(seconds, 2)}


def kinds_of(text: str, following: str) -> Iterator[str]:
    """Yield the kinds of fragment that a sentence is."""
    words = text.split()
    unlabelled = _LABEL.sub("", text, count=1)
    if len(words) < 5 or not any(word[:1].islower() for word in words):
        yield KINDS[0]
    if not _ALPHANUMERIC.search(unlabelled):
        yield KINDS[1]
    if _LEADERS.search(text) or (len(words) < 15 and _PAGE_AT_END.search(text)):
        yield KINDS[2]
    if text[:1].islower() and not _LABEL.match(text):
        yield KINDS[3]
    if not _ENDS.search(text) and following[:1].islower() and not _LABEL.match(following):
        yield KINDS[4]


def measure_gold(folder: Path) -> dict[str, float]:
    """Return how the gold clauses lie among the sentences of the PDF files."""
    documents = {
        _key(document.doc_id): document
        for path in sorted((folder / "pdf").iterdir())
        for document in read_file(path)
    }
    clauses: dict[str, set[str]] = defaultdict(set)
    with (folder / "questions.jsonl").open(encoding="utf-8") as lines:
        for question in map(json.loads, lines):
            clauses[_key(question["doc_id"])].update(question["answers"])
    counts: Counter[str] = Counter()
    for key, texts in clauses.items():
        if document := documents.get(key):
            places = Places(document)
            counts.update(places.place_of(text) for text in sorted(texts))
    return dict(counts)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", re.sub(r"\.pdf$", "", name.lower()))


class Places:
    """The sentences of a document, by the letters and digits of its text."""

    def __init__(self, document: Document) -> None:
        text = document.text
        self._offsets = [match.start() for match in _ALPHANUMERIC.finditer(text)]
        self._letters = "".join(text[at].lower()[:1] for at in self._offsets)
        spans = [(s.start, s.end) for passage in segment(document) for s in passage.sentences]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._text = text

    def place_of(self, clause: str) -> str:
        """Return how a clause lies among the sentences."""
        letters = "".join(c.lower()[:1] for c in clause if _ALPHANUMERIC.match(c))
        if len(letters) < GOLD_CHARACTERS:
            return "too short"
        at = self._letters.find(letters)
        if at < 0:
            return "not in the text"
        start, end = self._offsets[at], self._offsets[at + len(letters) - 1] + 1
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        if first < 0 or self._ends[first] <= start or self._ends[last] < end:
            return "outside sentences"
        if first == last:
            return "within one sentence"
        before = self._text[self._starts[first] : start]
        after = self._text[end : self._ends[last]]
        # The number and the title of a clause may precede it, and a mark may follow it.
        is_whole = _CLAUSE_TITLE.fullmatch(before) and not _ALPHANUMERIC.search(after)
        return "whole sentences" if is_whole else "cut"


def report(columns: dict[str, dict[str, dict[str, float]]]) -> str:
    """Return the table of all columns."""
    names = list(columns)
    sources = list(dict.fromkeys(source for results in columns.values() for source in results))
    parts = [
        "# What a quote can be",
        "`python benchmarks/structure/run.py COLUMN SOURCE... --gold FOLDER`",
        "Shares of all sentences. *short or capitals*: fewer than 5 words or no word in lower case; *label alone*: a "
        "number or letter of a list; *contents line*: leaders or a page number; *starts inside*: in lower case; *ends "
        "inside*: without punctuation before lower case. *Gold clauses*: verbatim clauses that annotators marked.",
    ]
    for source in sources:
        rows = [columns[name].get(source, {}) for name in names]
        lines = [f"## {source}", f"| | {' | '.join(names)} |", f"|---|{'--:|' * len(names)}"]
        keys = list(dict.fromkeys(key for row in rows for key in row))
        ordered = [*(key for key in keys if key not in KINDS), *(kind for kind in KINDS if kind in keys)]
        lines += [f"| {key} | {' | '.join(_cell(row, key) for row in rows)} |" for key in ordered]
        parts.append("\n".join([lines[0], "", *lines[1:]]))
    return "\n\n".join(parts) + "\n"


def _cell(row: dict[str, float], key: str) -> str:
    value = row.get(key, 0)
    if key in KINDS:
        return f"{100 * value / max(1, row.get('sentences', 0)):.2f} %"
    return f"{value:,}"


if __name__ == "__main__":
    main()
