"""Questions per second of `Library.ask_many` beside a loop of `ask`, its memory, and whether its answers are the same.

    python benchmarks/batch/throughput.py INDEX QUESTIONS [--n 10000] [--piece 64] [--workers 1 2]
        [--reranker none reader] [--seconds 600] [--save]

INDEX is a folder of `qa index`, QUESTIONS a file with a key ``question`` on each line. Without INDEX and QUESTIONS,
``--corpus FOLDER...`` names folders with corpus.jsonl and questions.jsonl, and an index of their sentences is built,
each text repeated with other numbers in front until there are ``--sentences``.

The loop of `ask` and `ask_many` with each number of workers take turns, some questions at a time, in one process with
the same index, each with its own caches: the noise of the machine is the same for all. Every answer of `ask_many` is compared with that of
`ask`, byte by byte. Times are seconds of the clock and seconds of the processor, which other programs disturb less.
Memory is the resident set at 10 %, 50 % and 100 % of the questions of one more run of `ask_many` alone. With --save,
writes throughput.md next to this script; a run with fewer questions than ``--n`` says so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import qa
from qa.record import to_json_line

HERE = Path(__file__).parent
Asked = Callable[[list[str]], list[str]]


def corpus(folders: list[Path], sentences: int, target: Path) -> None:
    """Write a corpus with about as many sentences, a document for each text."""
    texts = [json.loads(line) for folder in folders for line in (folder / "corpus.jsonl").open()]
    number = copy = 0
    with target.open("w") as file:
        while number < sentences:
            for text in texts:
                # A copy has its own numbers and words, so that it is another sentence and not the same vector.
                body = (
                    text["text"]
                    if not copy
                    else f"Edition {copy}. " + text["text"].replace(" the ", f" the {copy} ")
                )
                row = {"_id": f"{copy}-{text['doc_id']}", "title": text.get("title", ""), "text": body}
                file.write(json.dumps(row) + "\n")
                number += body.count(". ") + 1
                if number >= sentences:
                    break
            copy += 1


def questions_of(path: Path, number: int) -> Iterator[str]:
    """Yield questions of a file in a fixed random order, as often as needed; no question twice in the same words."""
    texts = list(dict.fromkeys(json.loads(line)["question"] for line in path.open()))
    random.Random(1).shuffle(texts)
    for at in range(number):
        copy, place = divmod(at, len(texts))
        yield texts[place] if not copy else f"{texts[place]} ({copy})"


def resident() -> float:
    """Return the resident set of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def memory(index: Path, path: Path, reranker: str, number: int) -> list[float]:
    """Return the resident set at 10 %, 50 % and 100 % of a run of ask_many, in MB."""
    marks = [number // 10, number // 2, number]
    sizes = []
    with qa.open(index, reranker=reranker, read_only=True) as library:
        for done, _ in enumerate(library.ask_many(questions_of(path, number)), start=1):
            if done in marks:
                sizes.append(resident())
    return sizes


def compare(
    opened: Callable[[], qa.Library], questions: Iterator[str], piece: int, workers: list[int], seconds: float
) -> tuple[int, dict[str, list[float]], dict[str, int]]:
    """Let the ways of asking take turns, piece by piece.

    Returns:
        The number of questions; seconds of the clock and of the processor of each way; and the number of answers of
        each way that differ from those of the loop.
    """

    def alone(part: list[str], library: qa.Library) -> list[str]:
        return [to_json_line(library.ask(question, k=3)) for question in part]

    def many(part: list[str], library: qa.Library, number: int) -> list[str]:
        answers = library.ask_many(part, workers=number)
        return [to_json_line(answer.model_copy(update={"id": "1"})) for answer in answers]

    ways: dict[str, Asked] = {"loop of ask": partial(alone, library=opened())}
    for number in workers:
        name = f"ask_many, {number} worker{'s' if number > 1 else ''}"
        ways[name] = partial(many, library=opened(), number=number)
    times: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    differ = dict.fromkeys(ways, 0)
    warm = [next(questions) for _ in range(piece)]
    for way in ways.values():
        way(warm)
    began, asked, turn = time.monotonic(), 0, 0
    while time.monotonic() - began < seconds and (
        part := [q for _, q in zip(range(piece), questions, strict=False)]
    ):
        answers = {}
        names = list(ways)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            wall, cpu = time.perf_counter(), time.process_time()
            answers[name] = ways[name](part)
            times[name][0] += time.perf_counter() - wall
            times[name][1] += time.process_time() - cpu
        for name in names[1:]:
            differ[name] += sum(a != b for a, b in zip(answers[names[0]], answers[name], strict=True))
        asked, turn = asked + len(part), turn + 1
        print(f"{asked} questions", {name: round(wall, 1) for name, (wall, _) in times.items()}, flush=True)
    return asked, dict(times), differ


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path, nargs="?")
    parser.add_argument("--corpus", type=Path, nargs="+", default=[])
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--piece", type=int, default=64)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--reranker", nargs="+", default=["none", "reader"])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--memory", type=int, metavar="N", help="measure only the memory of N questions")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    if options.corpus and not options.index.exists():
        texts = options.index.with_name(f"{options.index.name}.jsonl")
        corpus(options.corpus, options.sentences, texts)
        command = [sys.executable, "-m", "qa", "index", str(texts), "--index", str(options.index)]
        subprocess.run(command, check=True)
    path = options.questions or options.corpus[0] / "questions.jsonl"
    if options.memory:
        print(json.dumps(memory(options.index, path, options.reranker[0], options.memory)))
        return
    lines = [
        "# Questions per second of `ask_many`",
        "",
        f"`python benchmarks/batch/throughput.py` on {os.cpu_count()} cores of {platform.machine()}, with a load of "
        f"{os.getloadavg()[1]:.1f} by other programs and this one.",
        "",
    ]
    for reranker in options.reranker:
        opened = partial(qa.open, options.index, reranker=reranker, read_only=True)
        with opened() as library:
            sentences = sum(document.sentences for document in library.documents())
        questions = questions_of(path, options.n)
        asked, times, differ = compare(opened, questions, options.piece, options.workers, options.seconds)
        loop = times["loop of ask"]
        lines += [
            f"## --reranker {reranker}: {asked:,} questions of {options.n:,}, {sentences:,} sentences",
            "",
            "| | Questions/s | Times the loop | Processor ms/question | Times the loop | Other bytes |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for name, (wall, cpu) in times.items():
            lines.append(
                f"| {name} | {asked / wall:.1f} | {loop[0] / wall:.2f} | {cpu / asked * 1000:.1f} | {loop[1] / cpu:.2f} "
                f"| {differ[name]} |"
            )
        number = max(100, asked)
        command = [sys.executable, __file__, str(options.index), str(path), "--reranker", reranker]
        sizes = json.loads(subprocess.check_output([*command, "--memory", str(number)], text=True))
        lines += [
            "",
            f"Memory of {number:,} questions with `ask_many`, at 10 %, 50 % and 100 %: "
            f"{', '.join(f'{size:.0f} MB' for size in sizes)}.",
            "",
        ]
        print("\n".join(lines), flush=True)
        if options.save:
            (HERE / "throughput.md").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
