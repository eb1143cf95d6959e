"""Sends questions of many users to a running page at once and writes the results to load.md.

    qa serve --port 7860 &
    python benchmarks/page/load.py URL [--users 40] [--seconds 120] [--pause 2]

One user asks alone, then all ask at once, each with distinct questions and a pause between them, as people
read; then one user asks alone again, so other work of the machine affects both. Every answer must belong to
its question, and must be the same record as alone. Times are those of the whole request, as the user sees
them.
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
class Measurements:
    """Times, errors and wrong answers of all users."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0


def questions(number: int) -> list[str]:
    """Return the questions of a user, which no other user asks."""
    return [f"{question} This is asked by person {number}." for question in QUESTIONS]


async def ask(client: httpx.AsyncClient, url: str, question: str) -> str:
    """Return the record as received, or an empty text if it answers another question."""
    answer = await client.post(f"{url}/gradio_api/run/ask", json={"data": [question, None, 3]})
    answer.raise_for_status()
    record = answer.json()["data"][0]
    return json.dumps(record) if record["question"] == question else ""


async def person(
    number: int, url: str, until: float, pause: float, expected: dict[str, str], measurements: Measurements
) -> None:
    async with httpx.AsyncClient(timeout=120) as client:
        # Users do not start at the same moment.
        await asyncio.sleep(pause * (number % 20) / 20)
        for question in itertools.cycle(questions(number)):
            if time.monotonic() >= until:
                return
            begun = time.monotonic()
            try:
                record = await ask(client, url, question)
            except (httpx.HTTPError, KeyError, ValueError) as error:
                measurements.errors.append(repr(error)[:200])
                continue
            measurements.seconds.append(time.monotonic() - begun)
            measurements.mixed += record != expected[question]
            await asyncio.sleep(pause)


async def alone(url: str, questions_of_all: list[str]) -> tuple[list[float], dict[str, str]]:
    seconds, expected = [], {}
    async with httpx.AsyncClient(timeout=120) as client:
        await ask(client, url, QUESTIONS[0])  # the first question may wait for the model
        for question in questions_of_all:
            begun = time.monotonic()
            expected[question] = await ask(client, url, question)
            seconds.append(time.monotonic() - begun)
    assert all(expected.values())
    return seconds, expected


async def run(url: str, users: int, seconds: float, pause: float) -> tuple[list[float], Measurements]:
    every = [question for number in range(users) for question in questions(number)]
    before, expected = await alone(url, every)
    measurements = Measurements()
    until = time.monotonic() + seconds
    await asyncio.gather(*(person(n, url, until, pause, expected, measurements) for n in range(users)))
    after, repeated = await alone(url, every)
    assert expected == repeated
    return before + after, measurements


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--users", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--pause", type=float, default=2)
    arguments = parser.parse_args()
    single, measurements = asyncio.run(
        run(arguments.url.rstrip("/"), arguments.users, arguments.seconds, arguments.pause)
    )
    p50 = statistics.median(single)
    p95 = (
        statistics.quantiles(measurements.seconds, n=20)[-1]
        if len(measurements.seconds) > 1
        else float("nan")
    )
    report = [
        "# Many users at once", "",
        f"`python benchmarks/page/load.py URL --users {arguments.users} --seconds {arguments.seconds:g} --pause {arguments.pause:g}`", "",
        f"On {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} from this and other work.", "",
        "| | |", "| --- | --: |",
        f"| users at once | {arguments.users} |",
        f"| questions answered | {len(measurements.seconds):,} |",
        f"| errors | {len(measurements.errors)} |",
        f"| answers to another question, or different from those alone | {measurements.mixed} |",
        f"| one user alone, p50 | {p50 * 1000:.0f} ms |",
        f"| all at once, p50 | {statistics.median(measurements.seconds) * 1000:.0f} ms |",
        f"| all at once, p95 | {p95 * 1000:.0f} ms |",
        f"| p95 of all / p50 of one | {p95 / p50:.1f} |", "",
        *(f"- {error}" for error in measurements.errors[:5]),
    ]  # fmt: skip
    (HERE / "load.md").write_text("\n".join(report).rstrip() + "\n", encoding="utf-8")
    print("\n".join(report))


if __name__ == "__main__":
    main()
