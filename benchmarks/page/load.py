"""Asks a running page as many people at once and writes what came of it to load.md.

    qa serve --port 7860 &
    python benchmarks/page/load.py URL [--users 40] [--seconds 120] [--pause 2]

One person asks alone, then all at once, each questions that nobody else asks and with a pause between
them, as people read; then one person alone again, so that what else the machine does weighs on both.
Every answer must be that of its own question, and the very record that its question got alone. Times are
those of the whole request, as the one who asks sees them.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

HERE = Path(__file__).parent
QUESTIONS = [
    "How many rounds of eastward expansion has NATO carried out?",
    "What does China call for?",
    "What does China encourage Russia and Ukraine to do?",
    "What is the capital of Australia?",
    "What should the United Nations Security Council do?",
    "Who has the best record in terms of peace and security?",
    "What must be avoided?",
    "Which mentality should be eliminated?",
]


@dataclass
class SearchResult:
    """What the people saw."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0


def questions(number: int) -> list[str]:
    """What a person asks: of every person something else."""
    return [f"{question} This is asked by person {number}." for question in QUESTIONS]


async def ask(client: httpx.AsyncClient, url: str, question: str) -> str:
    """The record, as it came."""
    answer = await client.post(f"{url}/gradio_api/run/ask", json={"data": [question, None, 3]})
    answer.raise_for_status()
    record = answer.json()["data"][0]
    return json.dumps(record) if record["question"] == question else ""


async def person(
    number: int, url: str, until: float, pause: float, right: dict[str, str], found: SearchResult
) -> None:
    async with httpx.AsyncClient(timeout=120) as client:
        # Nobody arrives in the same moment.
        await asyncio.sleep(pause * (number % 20) / 20)
        for question in itertools.cycle(questions(number)):
            if time.monotonic() >= until:
                return
            begun = time.monotonic()
            try:
                got = await ask(client, url, question)
            except (httpx.HTTPError, KeyError, ValueError) as error:
                found.errors.append(repr(error)[:200])
                continue
            found.seconds.append(time.monotonic() - begun)
            found.mixed += got != right[question]
            await asyncio.sleep(pause)


async def alone(url: str, asked: list[str]) -> tuple[list[float], dict[str, str]]:
    seconds, right = [], {}
    async with httpx.AsyncClient(timeout=120) as client:
        await ask(client, url, QUESTIONS[0])  # it may wait for the model
        for question in asked:
            begun = time.monotonic()
            right[question] = await ask(client, url, question)
            seconds.append(time.monotonic() - begun)
    assert all(right.values())
    return seconds, right


async def run(url: str, users: int, seconds: float, pause: float) -> tuple[list[float], SearchResult]:
    every = [question for number in range(users) for question in questions(number)]
    before, right = await alone(url, every)
    found = SearchResult()
    until = time.monotonic() + seconds
    await asyncio.gather(*(person(n, url, until, pause, right, found) for n in range(users)))
    after, again = await alone(url, every)
    assert right == again
    return before + after, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--users", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--pause", type=float, default=2)
    given = parser.parse_args()
    single, found = asyncio.run(run(given.url.rstrip("/"), given.users, given.seconds, given.pause))
    p50 = statistics.median(single)
    p95 = statistics.quantiles(found.seconds, n=20)[-1] if len(found.seconds) > 1 else float("nan")
    report = [
        "# Many people at once", "",
        f"`python benchmarks/page/load.py URL --users {given.users} --seconds {given.seconds:g} --pause {given.pause:g}`", "",
        f"On {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} from this and other work.", "",
        "| | |", "| --- | --: |",
        f"| people at once | {given.users} |",
        f"| questions answered | {len(found.seconds):,} |",
        f"| errors | {len(found.errors)} |",
        f"| answers of another question, or other than alone | {found.mixed} |",
        f"| one person alone, p50 | {p50 * 1000:.0f} ms |",
        f"| all at once, p50 | {statistics.median(found.seconds) * 1000:.0f} ms |",
        f"| all at once, p95 | {p95 * 1000:.0f} ms |",
        f"| p95 of all : p50 of one | {p95 / p50:.1f} |", "",
        *(f"- {error}" for error in found.errors[:5]),
    ]  # fmt: skip
    (HERE / "load.md").write_text("\n".join(report).rstrip() + "\n", encoding="utf-8")
    print("\n".join(report))


if __name__ == "__main__":
    main()
