"""Questions of several users at once over HTTP: rate and waiting times, with answers compared with those alone.

    python benchmarks/speed/users.py INDEX QUESTIONS [--users 1 4 16] [--seconds 20] [--before SRC] [--save]

INDEX is the folder of an index, QUESTIONS a file of JSON lines with ``question``. Each user asks without a pause,
and no question twice. SRC is the folder `src` of another version of this project. Servers run one at a time, in
turn for each number of users, so other work of the machine affects both. With --batch, a file of questions runs on
the page meanwhile. Every answer must be the record that `qa batch` gives. With --save, writes concurrent.md next to
this script.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
BATCH = 2_000
"""Questions of the file that runs meanwhile."""


@contextmanager
def serving(index: Path, source: Path | None) -> Iterator[str]:
    """Run `qa serve`, and yield its address once it answers."""
    environment = {**os.environ, **({"PYTHONPATH": str(source.resolve())} if source else {})}
    command = [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if "The page is at" in line:
                    url = line.split()[4].rstrip("/")
                    httpx.post(f"{url}/api/ask", json={"question": "Who signs?"}, timeout=120)
                    yield url
                    return
            raise SystemExit("the page did not start")
        finally:
            process.terminate()


async def user(
    url: str, questions: Iterator[str], until: float, seconds: list[float], answers: dict[str, Any]
) -> None:
    async with httpx.AsyncClient(timeout=300) as client:
        while time.monotonic() < until:
            question = next(questions)
            begun = time.monotonic()
            response = await client.post(f"{url}/api/ask", json={"question": question})
            response.raise_for_status()
            seconds.append(time.monotonic() - begun)
            answers[question] = response.json()


async def begin_batch(url: str, questions: list[str]) -> None:
    """Upload a file of questions, and start it."""
    async with httpx.AsyncClient(timeout=120) as client:
        lines = "\n".join(questions).encode()
        sent = await client.post(f"{url}/gradio_api/upload", files={"files": ("questions.txt", lines)})
        sent.raise_for_status()
        file = {"stored": sent.json()[0], "name": "questions.txt"}
        config = (await client.get(f"{url}/config")).json()
        (component,) = (part["id"] for part in config["components"] if part["type"] == "html")
        call = {"data": {"file": file}, "component_id": component, "session_hash": "s", "fn_name": "batch"}
        begun = await client.post(f"{url}/gradio_api/component_server", json=call)
        begun.raise_for_status()
        if "run" not in begun.json():
            raise SystemExit(begun.text)


async def measure(
    url: str, questions: Iterator[str], users: int, seconds: float, answers: dict[str, Any]
) -> dict[str, float]:
    times: list[float] = []
    begun = time.monotonic()
    await asyncio.gather(*(user(url, questions, begun + seconds, times, answers) for _ in range(users)))
    elapsed = time.monotonic() - begun
    return {
        "rate": len(times) / elapsed,
        "p50": statistics.median(times),
        "p95": statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0],
        "longest": max(times),
    }


def texts(path: Path) -> Iterator[str]:
    """Yield distinct questions without end: those of a file, later ones with a number."""
    lines = path.read_text(encoding="utf-8").splitlines()
    each = list(dict.fromkeys(json.loads(line)["question"] for line in lines))
    yield from each
    for number in itertools.count(2):
        yield from (f"{question} ({number})" for question in each)


def check(index: Path, answers: dict[str, Any]) -> int:
    """Return the number of answers that differ from those asked one by one."""
    import qa

    different = 0
    with qa.open(index, create=False) as library:
        for question, answer in answers.items():
            alone = library.ask(question).model_dump(mode="json")
            if alone != answer:
                different += 1
                print("different:", question, _parts(alone, answer))
    return different


def _parts(alone: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    return [
        f"{key}: {alone[key]!s:.200} | {answer.get(key)!s:.200}"
        for key in alone
        if alone[key] != answer.get(key)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--users", type=int, nargs="*", default=[1, 4, 16])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--before", type=Path, metavar="SRC")
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    sources = {"before": options.before, "now": None} if options.before else {"now": None}
    questions = texts(options.questions)
    rows, answers, load = [], dict[str, Any](), os.getloadavg()[0]
    for batch in [False, True] if options.batch else [False]:
        for users in options.users:
            for name, source in sources.items():
                with serving(options.index, source) as url:
                    asyncio.run(measure(url, questions, users, 2, {}))
                    if batch:
                        asyncio.run(begin_batch(url, [*itertools.islice(questions, BATCH)]))
                    figures = asyncio.run(measure(url, questions, users, options.seconds, answers))
                beside = " and a file of questions" if batch else ""
                times = " | ".join(f"{1000 * figures[key]:.0f}" for key in ("p50", "p95", "longest"))
                rows.append(f"| {users}{beside} | {name} | {figures['rate']:.1f} | {times} |")
                print(rows[-1], flush=True)
    checked = dict(itertools.islice(answers.items(), 0, None, max(1, len(answers) // 300)))
    different = check(options.index, checked)
    table = "\n".join(
        ["| users | | questions/s | p50, ms | p95, ms | longest, ms |", "|--:|---|--:|--:|--:|--:|", *rows]
    )
    report = f"""# Many users at once

`python benchmarks/speed/users.py INDEX QUESTIONS --seconds {options.seconds:g}{" --batch" if options.batch else ""}`:
{os.cpu_count()} cores, with a load of {load:.1f} from other work. Each user asks the next question as soon as the
answer is there; times are those of the whole request. Of {len(checked)} answers compared with those asked one by one,
{different} differ.

{table}
"""
    print(report)
    if options.save:
        (HERE / "concurrent.md").write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
