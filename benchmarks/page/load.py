"""Asks a running page as many people at once and writes what came of it to load.md.

    qa serve --port 7860 &
    python benchmarks/page/load.py URL [--users 40] [--seconds 30] [--pause 2]

First one person asks alone, then all at once, each with questions of their own and a pause between
them, as people read. Every answer must be that of its own question, and the same as the one that the
person alone got. Times are those of the whole request, as the one who asks sees them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
class Found:
    """What the people saw."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0


async def ask(client: httpx.AsyncClient, url: str, question: str) -> Any:
    answer = await client.post(f"{url}/gradio_api/run/ask", json={"data": [question, None, 3]})
    answer.raise_for_status()
    return answer.json()["data"][0]


async def person(
    number: int, url: str, until: float, pause: float, right: dict[str, str], found: Found
) -> None:
    async with httpx.AsyncClient(timeout=120) as client:
        # Nobody arrives in the same moment.
        await asyncio.sleep(pause * (number % 20) / 20)
        at = number
        while time.monotonic() < until:
            question = QUESTIONS[at % len(QUESTIONS)]
            at += 1
            begun = time.monotonic()
            try:
                got = await ask(client, url, question)
            except (httpx.HTTPError, KeyError, ValueError) as error:
                found.errors.append(repr(error)[:200])
                continue
            found.seconds.append(time.monotonic() - begun)
            found.mixed += got["question"] != question or json.dumps(got) != right[question]
            await asyncio.sleep(pause)


async def run(url: str, users: int, seconds: float, pause: float) -> tuple[list[float], Found]:
    alone = []
    right = {}
    async with httpx.AsyncClient(timeout=120) as client:
        await ask(client, url, QUESTIONS[0])  # it may wait for the model
        for question in QUESTIONS * 5:
            begun = time.monotonic()
            right[question] = json.dumps(await ask(client, url, question))
            alone.append(time.monotonic() - begun)
    found = Found()
    until = time.monotonic() + seconds
    await asyncio.gather(*(person(n, url, until, pause, right, found) for n in range(users)))
    return alone, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--users", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--pause", type=float, default=2)
    given = parser.parse_args()
    alone, found = asyncio.run(run(given.url.rstrip("/"), given.users, given.seconds, given.pause))
    p50 = statistics.median(alone)
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
