"""Measures how long `qa serve` takes to its first answer, by step, and writes it to startup.md.

    python benchmarks/page/startup.py [--rounds 5]

Each round starts `qa serve` and asks at once, like a user who already has the page open. Then a separate
process takes the same steps one after the other, and Python reports the cost of its imports. All times are
medians, with the files in the system's cache.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import httpx

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "index" / "source.txt"
QUESTION = "How many rounds of eastward expansion has NATO carried out?"
HEAVY = (
    "gradio",
    "pandas",
    "mcp",
    "fastapi",
    "pydantic",
    "openvino",
    "faiss",
    "tantivy",
    "numpy",
)

_IMPORTED = re.compile(r"import time:\s+\d+ \|\s+(\d+) \|\s+(\S+)")

# The cost of an import counts for the first step that needs it.
STEPS = """
import json, sys, time
from pathlib import Path
begun = time.perf_counter()
def step(name):
    global begun
    now = time.perf_counter()
    taken[name] = now - begun
    begun = time.perf_counter()
taken = {}
import qa.cli
step("the program's own imports")
from qa import Library
from qa.index import Index
step("imports of the index")
library = Library(Path(sys.argv[1]))
with Index(library.folder).snapshot():
    pass
step("opening the index (numpy, faiss, tantivy)")
import qa.web
step("imports of the page (gradio)")
page = qa.web.build(library)
step("building the page")
library.load()
step("loading the model (openvino)")
library.ask(sys.argv[2])
step("the first answer")
library.ask(sys.argv[2])
step("a second answer")
print(json.dumps(taken))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    whole: dict[str, list[float]] = defaultdict(list)
    steps: dict[str, list[float]] = defaultdict(list)
    imports: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "index"
        run = [sys.executable, "-m", "qa"]
        subprocess.run([*run, "index", "--index", str(folder), str(SOURCE)], check=True, capture_output=True)
        for number in range(arguments.rounds + 1):
            times_to_answer = served([*run, "serve", "--index", str(folder), "--no-open"])
            stepped = json.loads(output([sys.executable, "-c", STEPS, str(folder), QUESTION]))
            imported = import_times()
            if number:  # the first round fills the system's cache
                for name, seconds in times_to_answer.items():
                    whole[name].append(seconds)
                for name, seconds in stepped.items():
                    steps[name].append(seconds)
                for name, seconds in imported.items():
                    imports[name].append(seconds)
    report = [
        "# Time to the first answer", "", f"`python benchmarks/page/startup.py --rounds {arguments.rounds}`", "",
        f"On {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} from this and other work.", "",
        "| `qa serve`, from its start | s |", "| --- | --: |", *table(whole), "",
        "| the same work, one step after the other | s |", "| --- | --: |", *table(steps),
        f"| all | {sum(map(statistics.median, steps.values())):.2f} |", "",
        "| of which the first import of | s |", "| --- | --: |", *table(imports), "",
        "A package includes the packages that it imports first: pandas, fastapi and mcp are part of gradio.", "",
    ]  # fmt: skip
    (HERE / "startup.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))


def table(times: dict[str, list[float]]) -> list[str]:
    return [f"| {name} | {statistics.median(seconds):.2f} |" for name, seconds in times.items()]


def served(command: list[str]) -> dict[str, float]:
    """Return the seconds until the page answers, and until it answers a question asked at that moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.monotonic()
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    times = {}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            while True:
                try:
                    client.get("/").raise_for_status()
                    break
                except httpx.TransportError:
                    time.sleep(0.02)
            times["the page is there"] = time.monotonic() - begun
            client.post("/gradio_api/run/ask", json={"data": [QUESTION, None, 3]}).raise_for_status()
            times["the first answer is there"] = time.monotonic() - begun
    finally:
        process.terminate()
        process.wait()
    return times


def import_times() -> dict[str, float]:
    """Return the seconds of the first import of each heavy package, including its imports."""
    code = (
        "import qa.web, qa.answer.answerer, qa.index.search_indexes, faiss, tantivy, qa.encoders.runtime as r; "
        "r.openvino()"
    )
    completed = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], check=True, capture_output=True, text=True
    )
    cumulative = {name: int(microseconds) for microseconds, name in _IMPORTED.findall(completed.stderr)}
    return {name: cumulative[name] / 1e6 for name in HEAVY if name in cumulative}


def output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
