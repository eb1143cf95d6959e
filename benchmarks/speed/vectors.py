"""Time and recall of the vector index: a scan of codes with exact similarities, beside the exact search.

    python benchmarks/speed/vectors.py INDEX QUESTIONS [--sizes 10000 100000 1000000] [--questions 200] [--save]

INDEX is a folder of `qa index` with the default model, QUESTIONS a file with a key ``question`` on each line. Up to
the number of its sentences, the vectors are those of INDEX. Beyond it, vectors are drawn around these: each has a
cosine similarity of 0.9 on average with a real one. Both ways search the same vectors in turns, one question at a
time. With --save, writes vectors.md next to this script.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path

import faiss
import numpy as np

from qa import encoders
from qa.encoders import Vectors
from qa.index.vectors.faiss import FaissIndex

K = 100
NEAR = 0.9


def real_vectors(folder: Path) -> Vectors:
    """Return the vectors of the sentences of an index."""
    newest = max((folder / "derived").iterdir(), key=lambda path: int(path.name))
    index = FaissIndex.load(newest / "sentences.faiss")
    return index.vectors([key for key, _ in index.entries()])


def sized(vectors: Vectors, number: int) -> Vectors:
    """Return a number of vectors: the first ones, and others drawn around all of them."""
    if number <= len(vectors):
        return vectors[:number]
    random = np.random.default_rng(1)
    parts = [vectors]
    while (missing := number - sum(map(len, parts))) > 0:
        base = vectors[random.permutation(len(vectors))[:missing]]
        noise = random.normal(size=base.shape).astype(np.float32)
        noise *= np.sqrt(1 / NEAR**2 - 1) / np.linalg.norm(noise, axis=1, keepdims=True)
        drawn = base + noise
        parts.append(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
    return np.concatenate(parts)


def measure(vectors: Vectors, queries: Vectors) -> str:
    """Return the row of a size."""
    began = time.perf_counter()
    coded = FaissIndex.create(vectors.shape[1])
    coded.add(range(1, len(vectors) + 1), [1] * len(vectors), vectors)
    built = time.perf_counter() - began
    exact = FaissIndex(coded._index, coded._keys, coded._documents)
    codes = 0 if coded._codes is None else len(faiss.serialize_index(coded._codes))
    ways: dict[str, list[float]] = {"exact": [], "coded": []}
    shares, firsts = [], 0
    for query in queries:
        hits = {}
        for name, index in (("exact", exact), ("coded", coded)):
            began = time.perf_counter()
            hits[name] = index.search(query, K)
            ways[name].append(time.perf_counter() - began)
        # Equal vectors are as near as each other, so a search may return any of them.
        least = hits["exact"][-1][1] - 1e-6
        shares.append(sum(score >= least for _, score in hits["coded"]) / K)
        firsts += abs(hits["exact"][0][1] - hits["coded"][0][1]) < 1e-6
    cells = [f"{np.percentile(1000 * np.array(ways[name]), q):.1f}" for name in ways for q in (50, 95)]
    return (
        f"| {len(vectors):,} | {cells[0]} / {cells[1]} | {cells[2]} / {cells[3]} | {np.mean(shares):.4f} | "
        f"{firsts / len(queries):.3f} | {codes / 1e6:.1f} | {built:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=200, dest="number")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    texts = [json.loads(line)["question"] for line in options.questions.open()][: options.number]
    queries = encoders.load("all-MiniLM-L6-v2").encode(texts, query=True)
    vectors = real_vectors(options.index)
    lines = [
        "# The vector index: codes beside the exact search",
        "",
        f"`python benchmarks/speed/vectors.py` on {os.cpu_count()} cores of {platform.machine()}, load "
        f"{os.getloadavg()[0]:.1f}: {len(queries)} questions, the {K} nearest of each, {len(vectors):,} real vectors; "
        "larger sizes are drawn around these. Milliseconds are p50 / p95.",
        "",
        f"| Vectors | Exact, ms | Codes, ms | Recall at {K} | First the same | Codes, MB | Built in, s |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for size in options.sizes:
        lines.append(measure(sized(vectors, size), queries))
        print(lines[-1], flush=True)
    if options.save:
        Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
