"""Builds a large library for the measurements of this folder; a stopped run goes on where it was.

    python benchmarks/scale/grow.py FOLDER --sentences 1000000 --texts FOLDER... --vectors INDEX [--minutes 5]

The texts are the real sentences of JSONL files, and beyond their number sentences recombined from their halves.
Vectors are drawn around the real ones of INDEX, an index with the default model.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import texts
from drawn import DrawnEncoder, real_vectors

from qa.index import Index


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", type=int, default=1_000_000)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--minutes", type=float, default=1000)
    options = parser.parse_args()
    began = time.monotonic()
    options.folder.mkdir(parents=True, exist_ok=True)
    docs = options.folder / "docs"
    if not (docs / "done").exists():
        real = texts.real_sentences(options.texts)
        print(f"{len(real):,} real sentences", flush=True)
        texts.write(docs, options.sentences, real)
        (docs / "done").touch()
    encoder = DrawnEncoder(real_vectors(options.folder / "real.npy", options.vectors))
    index = Index.create(options.folder / "index", encoder)
    stop_at = began + 60 * options.minutes
    report = index.update(
        [str(docs / "*" / "*.md")], lambda: encoder, stop=lambda: time.monotonic() > stop_at
    )
    sentences = sum(info.sentences for info in index.documents())
    print(f"{sentences:,} sentences after {time.monotonic() - began:.0f} s, {len(report.failed)} failed")
    return 2 if report.interrupted else 0


if __name__ == "__main__":
    sys.exit(main())
