"""Measures the time that the page adds to the engine and writes it to overhead.md.

    python benchmarks/page/overhead.py [--rounds 25]

Each question goes to the engine, and then over HTTP to the same engine in the same process, in turn, under
equal conditions. The overhead of the page is the difference, question by question.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "web"))

from browsing import served  # noqa: E402
from load import QUESTIONS  # noqa: E402

from qa import encoders  # noqa: E402
from qa.answer.answerer import Answerer  # noqa: E402
from qa.index import Index  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    arguments = parser.parse_args()
    model = encoders.load()
    direct, over, added = [], [], []
    with tempfile.TemporaryDirectory() as temporary:
        index = Index.create(Path(temporary) / "index", model)
        index.update([str(HERE.parents[1] / "index" / "source.txt")], lambda: model)
        answerer = Answerer(index, model)
        with served(index, model) as url, httpx.Client(timeout=60) as client:
            asked = [question for _ in range(arguments.rounds) for question in QUESTIONS]
            for number, question in enumerate(asked):
                begun = time.perf_counter()
                answerer.ask(question).model_dump()
                middle = time.perf_counter()
                client.post(
                    f"{url}/gradio_api/run/ask", json={"data": [question, None, 3]}
                ).raise_for_status()
                end = time.perf_counter()
                if number >= len(QUESTIONS):  # the first round warms up both
                    direct.append(middle - begun)
                    over.append(end - middle)
                    added.append(over[-1] - direct[-1])
    rows = [
        f"| {name} | {statistics.median(times) * 1000:.1f} ms | {statistics.quantiles(times, n=20)[-1] * 1000:.1f} ms |"
        for name, times in (("engine", direct), ("page, over HTTP", over), ("added by the page", added))
    ]
    report = [
        "# Overhead of the page", "", f"`python benchmarks/page/overhead.py --rounds {arguments.rounds}`", "",
        f"{len(added)} questions on {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} "
        "from this and other work.", "",
        "| | p50 | p95 |", "| --- | --: | --: |", *rows, "",
    ]  # fmt: skip
    (HERE / "overhead.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))


if __name__ == "__main__":
    main()
