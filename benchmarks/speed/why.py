"""The cost of embedding the quotes of an answer again, which explaining meaning by word requires.

    python benchmarks/speed/why.py INDEX QUESTIONS [--count N]

INDEX is the folder of an index; QUESTIONS is a file of JSON lines with the key question. Each question is
asked plainly; then its quotes are embedded again, in one batch; then it is asked with ``why``. All run in
turns, so other work of the machine affects them equally. The results are written to why.md next to this
script: medians, and the median over questions of the ratio to the plain answer.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

from qa import encoders
from qa.answer.answerer import Answerer
from qa.index import Index

WARM = 2
QUOTES = (3, 10)
HEAD = """# The cost of explanations

`python benchmarks/speed/why.py INDEX QUESTIONS --count {count}`: {sentences:,} sentences, {count} questions,
different ones for each number of quotes. Milliseconds are medians of processor time with one thread, which other work
of the machine changes least; the ratio is the median over questions of the time divided by that of the plain answer.

The plan was to embed the quotes again for each question if that cost less than a quarter of an answer. It costs more
than a whole answer, so the words marked in a quote (`matched`) are those of the question, and the words of similar
meaning are shown on demand only.

| Quotes | Plain answer | Embedding its quotes again, in one batch | Ratio | Answer with `why` | Ratio |
|---|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--count", type=int, default=25)
    options = parser.parse_args()
    torch.set_num_threads(1)
    index, encoder = Index(options.index), encoders.load()
    answerer = Answerer(index, encoder)
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[: WARM + len(QUOTES) * options.count]]
    for question in questions[:WARM]:
        answerer.ask(question, why=True)
    rows = []
    for at, k in enumerate(QUOTES):
        first = WARM + at * options.count
        asked = questions[first : first + options.count]
        times = [timed(answerer, encoder, question, k) for question in asked]
        plain, embedding, why = (median(column) * 1000 for column in zip(*times, strict=True))
        embedding_ratio = median(embedding / plain for plain, embedding, _ in times)
        of_why = median(why / plain for plain, _, why in times)
        rows.append(
            f"| {k} | {plain:.0f} ms | {embedding:.0f} ms | {embedding_ratio:.2f} | {why:.0f} ms | {of_why:.2f} |\n"
        )
    sentences = sum(document.sentences for document in index.documents())
    head = HEAD.format(count=options.count, sentences=sentences)
    Path(__file__).with_suffix(".md").write_text(head + "".join(rows), encoding="utf-8")


def timed(answerer: Answerer, encoder: encoders.Encoder, question: str, k: int) -> tuple[float, float, float]:
    """Return the seconds of the plain answer, of embedding its quotes again, and of the answer with ``why``.

    The plain answer comes first in its turn, when the passages of the question are not yet in the memory of
    the searcher, as they are not when people ask; the other answer has it easier.
    """
    texts: list[str] = []

    def ask() -> None:
        texts.extend(quote.text for quote in answerer.ask(question, k=k).quotes)

    plain = seconds(ask)
    embedding = seconds(lambda: encoder.encode(texts))
    return plain, embedding, seconds(lambda: answerer.ask(question, k=k, why=True))


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


if __name__ == "__main__":
    main()
