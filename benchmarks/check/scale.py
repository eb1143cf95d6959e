"""Times 100 quotations against 100,000 sentences: PYTHONPATH=. python -m benchmarks.check.scale [--index DIR]

The vectors are those of a tiny hashing encoder: checking quotations uses none.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import qa
from benchmarks.check.quotations import DATA, foreign, make
from benchmarks.library.encoder import TinyEncoder
from qa.check.drafts import Passage, of_passages

SENTENCES = 100_000
TIMES = 3
KINDS = (
    "verbatim, 9 to 25 words",
    "line breaks",
    "one word changed",
    "two places, ellipsis",
    "two places, no ellipsis",
    "from a document that is not indexed",
)
_COMMAND = """
import sys, time
started = time.perf_counter()
from qa.cli import main
code = main(sys.argv[1:])
print(f"{time.perf_counter() - started:.2f}", file=sys.stderr)
"""


def build(folder: Path) -> None:
    """Index texts of the data sets until there are enough sentences."""
    library = qa.open(folder / "index", model=TinyEncoder())
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    files = sorted(DATA.rglob("corpus.jsonl")) + sorted((DATA.parent / "train").rglob("corpus.jsonl"))
    sentences = 0
    for number, file in enumerate(files):
        if sentences >= SENTENCES:
            break
        with (corpus / f"{number}.jsonl").open("w", encoding="utf-8") as lines:
            for row in map(json.loads, file.open(encoding="utf-8")):
                record = {"_id": f"{number}/{row['doc_id']}", "title": row["title"], "text": row["text"]}
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        library.add(corpus / f"{number}.jsonl")
        sentences = sum(info.sentences for info in library.documents())
        print(f"{file.parent.name}: {sentences:,} sentences", file=sys.stderr)
    library.close()


def main() -> None:
    """Print the times of a mixed list, of each kind of quotation, and of the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=Path)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    folder = options.index or Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    if not (folder / "index").exists():
        build(folder)
    library = qa.Library(folder / "index")
    infos = library.documents()
    sentences = sum(info.sentences for info in infos)
    dice = random.Random(5)
    sources = [(info.doc_id, library.document(info.doc_id).text) for info in dice.sample(infos, 1_500)]
    samples = [*make(sources, 5, 100), *foreign(5, 100)]
    mixed = dice.sample(samples, 100)
    out = [
        f"{len(infos):,} documents, {sentences:,} sentences. Seconds for 100 quotations, {TIMES} times, on one "
        f"core; the load of the machine was {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores:",
        "",
    ]
    out += ["| quotations | wall, median | wall, worst | processor, median |", "|---|---|---|---|"]
    for name, chosen in [
        ("mixed", mixed),
        *((kind, [s for s in samples if s.kind == kind][:100]) for kind in KINDS),
    ]:
        texts = tuple(Passage(str(n), sample.text) for n, sample in enumerate(chosen))
        walls, used = [], []
        for _ in range(TIMES):
            # A new library each time: nothing is cached but the files.
            with qa.Library(folder / "index") as fresh:
                fresh.check(of_passages(texts[:1]))
                started, processor = time.perf_counter(), time.process_time()
                fresh.check(of_passages(texts))
                walls.append(time.perf_counter() - started)
                used.append(time.process_time() - processor)
        cells = (statistics.median(walls), max(walls), statistics.median(used))
        out.append(f"| {name} | " + " | ".join(f"{seconds:.2f}" for seconds in cells) + " |")
        print(out[-1], file=sys.stderr)
    draft = folder / "draft.txt"
    draft.write_text("\n\n".join(f"It says “{sample.text}” there." for sample in mixed), encoding="utf-8")
    command = [sys.executable, "-c", _COMMAND, "check", str(draft), "--index", str(folder / "index")]
    runs = [subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(3)]
    seconds = statistics.median(float(run.stderr.split()[-1]) for run in runs)
    out += [
        "",
        f"The command `qa check` on a draft with these 100, with the start of the program: {seconds:.1f} s.",
    ]
    print("\n".join(out))
    if options.output:
        options.output.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
