"""Measures how long `qa serve` takes to its first answer, and what of, and writes it to startup.md.

    python benchmarks/page/startup.py [--rounds 5]

Each round starts `qa serve` anew and asks at once, as a person does who has the page open already; then
it takes the same steps one after the other in a process of their own, and asks Python what its imports
cost. All times are medians, with the files in the system's cache.
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

# Whatever a step imports counts to the first step that needs it.
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
    given = parser.parse_args()
    whole: dict[str, list[float]] = defaultdict(list)
    steps: dict[str, list[float]] = defaultdict(list)
    imports: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "index"
        run = [sys.executable, "-m", "qa"]
        subprocess.run([*run, "index", "--index", str(folder), str(SOURCE)], check=True, capture_output=True)
        for number in range(given.rounds + 1):
            found = served([*run, "serve", "--index", str(folder), "--no-open"])
            stepped = json.loads(output([sys.executable, "-c", STEPS, str(folder), QUESTION]))
            imported = import_times()
            if number:  # the first round fills the system's cache
                for name, seconds in found.items():
                    whole[name].append(seconds)
                for name, seconds in stepped.items():
                    steps[name].append(seconds)
                for name, seconds in imported.items():
                    imports[name].append(seconds)
    report = [
        "# Until the first answer", "", f"`python benchmarks/page/startup.py --rounds {given.rounds}`", "",
        f"On {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} from this and other work.", "",
        "| `qa serve`, from its start | s |", "| --- | --: |", *table(whole), "",
        "| the same work, one step after the other | s |", "| --- | --: |", *table(steps),
        f"| all | {sum(map(statistics.median, steps.values())):.2f} |", "",
        "| of which the first import of | s |", "| --- | --: |", *table(imports), "",
        "A package counts what it is the first to import: pandas, fastapi and mcp are part of gradio.", "",
    ]  # fmt: skip
    (HERE / "startup.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))


def table(times: dict[str, list[float]]) -> list[str]:
    return [f"| {name} | {statistics.median(taken):.2f} |" for name, taken in times.items()]


def served(command: list[str]) -> dict[str, float]:
    """When the page answers, and when it has answered a question that was asked as soon as it did."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.monotonic()
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    found = {}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            while True:
                try:
                    client.get("/").raise_for_status()
                    break
                except httpx.TransportError:
                    time.sleep(0.02)
            found["the page is there"] = time.monotonic() - begun
            client.post("/gradio_api/run/ask", json={"data": [QUESTION, None, 3]}).raise_for_status()
            found["the first answer is there"] = time.monotonic() - begun
    finally:
        process.terminate()
        process.wait()
    return found


def import_times() -> dict[str, float]:
    """Seconds of the first import of each heavy package, with all that it imports."""
    code = (
        "import qa.web, qa.answer.answerer, qa.index.search_indexes, faiss, tantivy, qa.encoders.runtime as r; "
        "r.openvino()"
    )
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], check=True, capture_output=True, text=True
    )
    cumulative = {name: int(taken) for taken, name in _IMPORTED.findall(told.stderr)}
    return {name: cumulative[name] / 1e6 for name in HEAVY if name in cumulative}


def output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
