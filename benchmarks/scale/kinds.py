"""Time and recall of kinds of FAISS indexes at several sizes, and what vectors of 16 bits change.

    python benchmarks/scale/kinds.py VECTORS QUESTIONS [--sizes 10000 100000 1000000] [--questions 200] [--save]

VECTORS is the file ``real.npy`` that ``grow.py`` writes: real vectors of the default model. Sizes beyond their number are
drawn around them, with a cosine similarity of 0.9. QUESTIONS is a file with a key ``question`` on each line. All but the
flat index bring 800 candidates, which are compared exactly with vectors of 16 bits; recall is against the flat index with
32 bits. With --save, writes kinds.md next to this script.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from drawn import NEAR

from qa import encoders
from qa.encoders import Vectors

K, COMPARED = 100, 800
TRAINED_MOST = 100_000
"""Number of vectors up to which the kinds are tried that take minutes to train or build beyond it."""


def sized(real: Vectors, number: int) -> Vectors:
    """Return a number of vectors: the first ones, and others drawn around all of them."""
    if number <= len(real):
        return np.array(real[:number])
    random = np.random.default_rng(1)
    vectors = np.empty((number, real.shape[1]), dtype=np.float32)
    vectors[: len(real)] = real
    for at in range(len(real), number, 65_536):
        base = real[random.integers(0, len(real), min(65_536, number - at))]
        noise = random.normal(size=base.shape).astype(np.float32)
        noise *= np.sqrt(1 / NEAR**2 - 1) / np.linalg.norm(noise, axis=1, keepdims=True)
        drawn = base + noise
        vectors[at : at + len(base)] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return vectors


def kinds(number: int, dimension: int) -> dict[str, Callable[[], faiss.Index]]:
    """Return the kinds of indexes to compare at a size."""
    metric = faiss.METRIC_INNER_PRODUCT
    lists = int(np.sqrt(number))

    def ivf(key: str) -> faiss.Index:
        index = faiss.index_factory(dimension, f"IVF{lists},{key}", metric)
        faiss.extract_index_ivf(index).nprobe = max(8, lists // 16)
        return index

    def hnsw() -> faiss.Index:
        index = faiss.index_factory(dimension, "HNSW32,SQfp16", metric)
        index.hnsw.efSearch = COMPARED
        return index

    half = faiss.ScalarQuantizer.QT_fp16
    indexes: dict[str, Callable[[], faiss.Index]] = {
        "flat, 16 bits": lambda: faiss.IndexScalarQuantizer(dimension, half, metric),
        "RaBitQ, all codes": lambda: faiss.IndexRaBitQFastScan(dimension, metric),
    }
    if number <= TRAINED_MOST:
        indexes["IVF + RaBitQ, 1/16 of the lists"] = lambda: ivf("RaBitQfs")
        indexes["IVF + 8 bits, 1/16 of the lists"] = lambda: ivf("SQ8")
        indexes["HNSW, 16 bits"] = hnsw
    return indexes


def measure(vectors: Vectors, queries: Vectors) -> list[str]:
    """Return the rows of a size."""
    exact = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(vectors)
    half = vectors.astype(np.float16)
    best, _ = exact.search(queries, K)
    lines = []
    for name, make in kinds(len(vectors), vectors.shape[1]).items():
        began = time.process_time()
        index = make()
        index.train(vectors[:65_536])
        index.add(vectors)
        built = time.process_time() - began
        times, shares, firsts = [], [], 0
        for query, nearest in zip(queries, best, strict=True):
            began = time.process_time()
            _, rows = index.search(query[None], K if "flat" in name else COMPARED)
            rows = np.sort(rows[0][rows[0] >= 0])
            scores = (half[rows].astype(np.float32) * query).sum(axis=1)
            chosen = rows[np.argsort(-scores)[:K]]
            times.append(time.process_time() - began)
            # Compared by their exact similarity: equal vectors are as near as each other.
            hits = np.sort(vectors[chosen] @ query)[::-1]
            shares.append((hits >= nearest[-1] - 1e-6).sum() / K)
            firsts += abs(float(vectors[chosen[0]] @ query) - float(nearest[0])) < 1e-6
        size = len(faiss.serialize_index(index)) / len(vectors)
        p50, p95 = np.percentile(1000 * np.array(times), (50, 95))
        lines.append(
            f"| {len(vectors):,} | {name} | {p50:.1f} / {p95:.1f} | {np.mean(shares):.4f} | "
            f"{firsts / len(queries):.3f} | {size:,.0f} | {built:.1f} |"
        )
        print(lines[-1], flush=True)
        del index
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("vectors", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=200, dest="number")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    texts = [json.loads(line)["question"] for line in options.questions.open()][: options.number]
    queries = encoders.load("all-MiniLM-L6-v2").encode(texts, query=True)
    real = np.load(options.vectors, mmap_mode="r")
    lines = [
        "# Kinds of vector indexes",
        "",
        f"`python benchmarks/scale/kinds.py`, load {os.getloadavg()[0]:.0f}: {len(queries)} questions, the {K} nearest of "
        f"each; {len(real):,} real vectors, larger sizes are drawn around them. Milliseconds and seconds are those of the "
        "processor, with one thread, p50 / p95.",
        "",
        f"| Vectors | Kind | ms | Recall at {K} | First the same | Bytes a vector | Built in, s |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for size in options.sizes:
        lines += measure(sized(real, size), queries)
    if options.save:
        Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
