"""Kills `qa batch --resume` at random instants until it is complete, and compares the file with an undisturbed run's.

    python benchmarks/batch/kills.py [--kills 200] [--real 2] [--seed 1] [--save]

Most runs are forks of this process with a tiny encoder over a small index, without a reader, so that a run takes a
fraction of a second and kills fall everywhere: before the first answer, between two answers, inside a write, while the
file of answers is written, after it. Each trial writes one format, one after the other. ``--real`` trials run the
program itself as a new process with the packaged encoder and ``--reranker none``. A kill is SIGKILL to the process.
A trial passes if the finished file has the same bytes, and nothing else is left beside it. With --save, writes
kills.md next to this script.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "library"))

from encoder import TinyEncoder  # noqa: E402

from qa import Library, encoders  # noqa: E402
from qa.batch import FORMATS  # noqa: E402
from qa.cli.main import main as program  # noqa: E402

QUESTIONS = 300
SUBJECTS = ("kettle", "river", "tower", "bridge", "garden", "lantern", "harbour", "orchard", "quarry", "mill")


@dataclass
class Trials:
    """What happened: the kills by the answers that were on the disk, and the files that differ."""

    kills: int = 0
    places: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def corpus(folder: Path) -> None:
    """Write some documents and a question file with ids and a row that cannot be asked."""
    (folder / "docs").mkdir()
    for number, subject in enumerate(SUBJECTS):
        lines = [
            f"The {subject} of room {room} was built in {1800 + 7 * room + number}." for room in range(30)
        ]
        (folder / "docs" / f"{subject}.txt").write_text("\n\n".join(lines))
    rows = ["id,question,owner"]
    for number in range(QUESTIONS):
        subject = SUBJECTS[number % len(SUBJECTS)]
        question = "" if number == 57 else f"When was the {subject} of room {number % 31} built?"
        rows.append(f"q{number},{question},team {number % 3}")
    (folder / "questions.csv").write_text("\n".join(rows) + "\n")


def arguments(folder: Path, target: Path) -> list[str]:
    """Return the arguments of the program."""
    return [
        "batch", str(folder / "questions.csv"), "--index", str(folder / "index"), "--reranker", "none",
        "--output", str(target), "--resume",
    ]  # fmt: skip


def forked(folder: Path, target: Path) -> int:
    """Start the program in a fork of this process, and return its id."""
    process = os.fork()
    if process:
        return process
    status = 70
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        status = program(arguments(folder, target))
    finally:
        os._exit(status)


def spawned(folder: Path, target: Path) -> int:
    """Start the program as a new process, and return its id."""
    command = [sys.executable, "-m", "qa", *arguments(folder, target)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL).pid


def ended(process: int, seconds: float) -> int | None:
    """Wait for a process, and kill it after some seconds; return its status, None if it was killed."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.0005)
    os.kill(process, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return None if status == -signal.SIGKILL else status


def place_of(target: Path) -> str:
    """Return where a kill fell, from what is on the disk."""
    journal = target.with_name(f"{target.name}.partial.jsonl")
    if not journal.exists():
        return "after the end" if target.exists() else "before the journal"
    content = journal.read_bytes()
    if content and not content.endswith(b"\n"):
        return "inside a line"
    answers = max(0, content.count(b"\n") - 1)
    if answers == QUESTIONS:
        return "while the file is written"
    return "before the first answer" if not answers else "between two answers"


def trial(
    start, folder: Path, ending: str, whole: bytes, duration: float, chance: random.Random, trials: Trials
) -> None:
    """Kill a run at random instants until one ends by itself, and compare the file."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        target = Path(place) / f"answers.{ending}"
        most = 0.6 * duration
        while True:
            status = ended(start(folder, target), chance.uniform(0, most))
            if status is not None:
                break
            # The machine may have become slower, and a run must get beyond its start.
            most *= 1.1
            trials.kills += 1
            trials.formats[ending] += 1
            trials.places[place_of(target)] += 1
        left = sorted(path.name for path in Path(place).iterdir())
        if status != 0:
            trials.failures.append(f"{ending}: exit code {status}")
        elif target.read_bytes() != whole:
            trials.failures.append(f"{ending}: other bytes")
        elif left != [target.name]:
            trials.failures.append(f"{ending}: left {left}")


def undisturbed(start, folder: Path, ending: str) -> tuple[bytes, float]:
    """Return the file of an undisturbed run and its seconds."""
    # As deep as the files of the trials: reports have relative links to the documents.
    with tempfile.TemporaryDirectory(dir=folder) as place:
        target = Path(place) / f"answers.{ending}"
        began = time.monotonic()
        if ended(start(folder, target), 600) != 0:
            raise SystemExit(f"the undisturbed run for {ending} failed")
        return target.read_bytes(), time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--real", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    chance, tiny, real, number = random.Random(options.seed), Trials(), Trials(), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus(folder)
        if options.real:
            command = [
                sys.executable,
                "-m",
                "qa",
                "index",
                str(folder / "docs"),
                "--index",
                str(folder / "index"),
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for at in range(options.real):
                ending = ("jsonl", "xlsx")[at % 2]
                whole, duration = undisturbed(spawned, folder, ending)
                trial(spawned, folder, ending, whole, duration, chance, real)
                print(f"program: {real.kills} kills, {len(real.failures)} failures", flush=True)
        second = folder / "tiny"
        second.mkdir()
        corpus(second)
        encoder = TinyEncoder()
        encoders.load = lambda *_, **__: encoder
        # In a fork: threads of a library would be missing in later forks.
        if not (process := os.fork()):
            with Library(second / "index", model=encoder, reranker="none") as library:
                library.add(second / "docs")
            os._exit(0)
        os.waitpid(process, 0)
        wholes = {ending: undisturbed(forked, second, ending) for ending in FORMATS}
        while tiny.kills < options.kills:
            ending = FORMATS[number % len(FORMATS)]
            number += 1
            trial(forked, second, ending, *wholes[ending], chance, tiny)
            if number % len(FORMATS) == 0:
                print(
                    f"{tiny.kills} kills, {number} files, {len(tiny.failures)} failures {tiny.failures[-2:]}",
                    flush=True,
                )
    lines = [
        "# Kills of `qa batch --resume`",
        "",
        f"`python benchmarks/batch/kills.py --kills {options.kills} --real {options.real} --seed {options.seed}`",
        "",
        f"{tiny.kills} kills of {number} runs with a tiny encoder, and {real.kills} kills of {options.real} runs of the "
        f"program with the packaged encoder; {QUESTIONS} questions each. Files with other bytes than an undisturbed "
        f"run's, another exit code than 0, or something left beside the file: {len(tiny.failures) + len(real.failures)}.",
        "",
        "| Kill | Number |",
        "|---|---:|",
        *(f"| {place} | {count} |" for place, count in (tiny.places + real.places).most_common()),
        "",
        "| Format | Kills |",
        "|---|---:|",
        *(f"| {ending} | {count} |" for ending, count in sorted((tiny.formats + real.formats).items())),
        *(f"\n- {failure}" for failure in tiny.failures + real.failures),
    ]
    report = "\n".join(lines) + "\n"
    print(report)
    if options.save:
        (HERE / "kills.md").write_text(report)
    if tiny.failures or real.failures:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
