"""What it costs to read the sentences of an answer once more, which telling meaning by word takes.

    python benchmarks/speed/why.py INDEX QUESTIONS [--count N]

INDEX is the folder of an index, QUESTIONS a file of JSON lines with the key question. Each question is
asked plainly; then its quotes are embedded once more, at once; then it is asked with ``why``. All in one
run and by turns, so that whatever else the machine does falls on all of them alike. Written to why.md
beside this script: medians, and the median of each question's own ratio to the plain answer.
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
HEAD = """# What telling why costs

`python benchmarks/speed/why.py INDEX QUESTIONS --count {count}`: {sentences:,} sentences, {count} questions,
others for each number of quotes. Milliseconds are medians of processor time with one thread, which what else the
machine does changes least; the ratio is the median over questions of the time beside that of the plain answer.

Reading the quotes once more at each question was to be done if it cost less than a quarter of an answer. It costs
more than a whole one, so the words marked in a quote (`matched`) are those of the question, and the words that are
near to it in meaning are told on demand only.

| Quotes | Plain answer | Embedding its quotes once more, at once | Ratio | Answer with `why` | Ratio |
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
        plain, again, why = (median(column) * 1000 for column in zip(*times, strict=True))
        of_again = median(again / plain for plain, again, _ in times)
        of_why = median(why / plain for plain, _, why in times)
        rows.append(
            f"| {k} | {plain:.0f} ms | {again:.0f} ms | {of_again:.2f} | {why:.0f} ms | {of_why:.2f} |\n"
        )
    sentences = sum(document.sentences for document in index.documents())
    head = HEAD.format(count=options.count, sentences=sentences)
    Path(__file__).with_suffix(".md").write_text(head + "".join(rows), encoding="utf-8")


def timed(answerer: Answerer, encoder: encoders.Encoder, question: str, k: int) -> tuple[float, float, float]:
    """Seconds of the plain answer, of embedding its quotes once more, of the answer with ``why``.

    The plain answer comes first in its turn, when the passages of the question are not yet in the
    memory of the searcher, as they are not when people ask; the other answer has it easier.
    """
    texts: list[str] = []

    def ask() -> None:
        texts.extend(quote.text for quote in answerer.ask(question, k=k).quotes)

    plain = seconds(ask)
    again = seconds(lambda: encoder.encode(texts))
    return plain, again, seconds(lambda: answerer.ask(question, k=k, why=True))


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


if __name__ == "__main__":
    main()
