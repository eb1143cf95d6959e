"""Duration of a question on an opened index: with the reader, without it, and beside txtai's hybrid search.

    python benchmarks/speed/question.py INDEX QUESTIONS [--count 200] [--peer PYTHON] [--save]

INDEX is a folder of `qa index`, QUESTIONS a file with a key ``question`` on each line. PYTHON is the interpreter of an
environment with benchmarks/peers/requirements.txt: txtai indexes the same sentences with the same model, and embeds the
question itself. The three take turns, question by question, after as many others for warming up. Times are from the
text of the question to the finished record, in milliseconds. With --save, writes question.md next to this script.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
K = 3


def peer(work: Path, model: str) -> None:
    """Index the sentences with txtai, then answer each line of the standard input with its time."""
    from txtai import Embeddings

    texts = json.loads((work / "texts.json").read_text())
    embeddings = Embeddings(path=model, hybrid=True, content=False)
    embeddings.index([(at, text, None) for at, text in enumerate(texts)])
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        embeddings.search(json.loads(line), K)
        print(time.perf_counter() - began, flush=True)


def start_peer(python: str, index: Path, work: Path) -> Callable[[str], float]:
    """Return a function that asks txtai, and returns the seconds that it took."""
    from qa.encoders.models import packaged
    from qa.index import Index
    from qa.index.search_indexes import sentence_texts

    texts = []
    with Index(index).snapshot() as snapshot:
        for row in snapshot.store.passages(snapshot.store.passage_keys()):
            texts += [text for _, text in sentence_texts(row)]
    (work / "texts.json").write_text(json.dumps(texts))
    command = [python, __file__, "--as-peer", str(work), str(packaged()[0])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    sent, received = process.stdin, process.stdout
    while received.readline().strip() != "ready":
        if process.poll() is not None:
            raise SystemExit("txtai did not start")

    def ask(question: str) -> float:
        sent.write(json.dumps(question) + "\n")
        sent.flush()
        return float(received.readline())

    return ask


def timed(ask: Callable[[str], object]) -> Callable[[str], float]:
    def seconds(question: str) -> float:
        began = time.perf_counter()
        ask(question)
        return time.perf_counter() - began

    return seconds


def main() -> None:
    if sys.argv[1:2] == ["--as-peer"]:
        peer(Path(sys.argv[2]), sys.argv[3])
        return
    from qa import encoders, rerankers
    from qa.answer.answerer import Answerer
    from qa.index import Index

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--peer", help="the interpreter of an environment with txtai")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    index, encoder = Index(options.index), encoders.load()
    asked = [json.loads(line)["question"] for line in options.questions.read_text().splitlines()]
    ways: dict[str, Callable[[str], float]] = {
        "with the reader": timed(Answerer(index, encoder, reranker=rerankers.load()).ask),
        "without the reader": timed(Answerer(index, encoder).ask),
    }
    with tempfile.TemporaryDirectory() as work:
        if options.peer:
            ways["txtai, hybrid"] = start_peer(options.peer, options.index, Path(work))
        times: dict[str, list[float]] = {name: [] for name in ways}
        for number, question in enumerate(asked[: 2 * options.count]):
            for name, ask in ways.items():
                seconds = ask(question)
                if number >= options.count:
                    times[name].append(1000 * seconds)
    with index.snapshot() as snapshot:
        sentences = len(snapshot.indexes.sentences)
    lines = [
        "# Duration of a question",
        "",
        f"`python benchmarks/speed/question.py INDEX QUESTIONS --count {options.count} --peer PYTHON --save`:",
        f"{sentences:,} sentences, {options.count} questions, from the text of the question to {K} quotes with",
        "citations and confidence, warm, on two cores. txtai returns ids of sentences. All take turns in one run.",
        "",
        "| | p50 | p95 | p50 relative to txtai |",
        "|---|---|---|---|",
    ]
    base = float(np.median(times.get("txtai, hybrid", [np.nan])))
    for name, values in times.items():
        p50, p95 = np.percentile(values, (50, 95))
        lines.append(f"| {name} | {p50:.1f} ms | {p95:.1f} ms | {p50 / base:.2f} |")
    print("\n".join(lines))
    if options.save:
        (HERE / "question.md").write_text("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
