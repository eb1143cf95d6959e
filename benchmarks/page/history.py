"""Measures a long conversation on the page, here and at another commit, and writes it to history.md.

    python benchmarks/page/history.py [--questions 300] [--rounds 5] [--commit 4c1b3d5]

A conversation of questions about the sample text is stored in the browser. Each round reloads the page and
measures, from the start of the navigation: the newest answer is on the page, and all answers are. Then it asks
a question, from Enter until its first card is painted. The other commit is unpacked into a separate folder
and served by the same Python.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "web"))

from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from load import QUESTIONS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Times in milliseconds since the navigation began, seen by the page itself at each frame.
WATCH = """(wanted) => {
  window.times = {};
  const look = () => {
    const all = document.querySelectorAll(".turn");
    const done = [...all].filter((turn) => turn.querySelector(".card")).length;
    if (!times.newest && all.length && all[all.length - 1].querySelector(".card")) times.newest = performance.now();
    if (!times.all && done >= wanted) times.all = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""
ASK = """(question) => new Promise((resolve) => {
  const before = document.querySelectorAll(".turn").length;
  const box = document.querySelector("#question");
  box.value = question;
  const begun = performance.now();
  box.form.requestSubmit();
  const look = () => {
    const all = document.querySelectorAll(".turn");
    const isThere = all.length > before && all[all.length - 1].querySelector(".card");
    // The frame after this one has painted the card.
    if (isThere) requestAnimationFrame(() => resolve(performance.now() - begun));
    else requestAnimationFrame(look);
  };
  look();
})"""
LATENCY = """() => new Promise((resolve) => {
  const box = document.querySelector("#question");
  const begun = performance.now();
  box.value += "a";
  box.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
})"""
ROWS = {
    "newest": "reload, until the newest answer is there",
    "all": "reload, until all answers are there",
    "ask": "Enter to the painted card, below all of them",
    "key": "a letter in the box, until it is painted",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commit", default="4c1b3d5")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder, other = Path(temporary), Path(temporary) / "other"
        archive = subprocess.run(
            ["git", "-C", str(ROOT), "archive", arguments.commit, "src"], check=True, capture_output=True
        )
        other.mkdir()
        subprocess.run(["tar", "-x", "-C", str(other)], input=archive.stdout, check=True)
        index = [
            sys.executable, "-m", "qa", "index", "--index", str(folder / "index"),
            str(ROOT / "index" / "source.txt"),
        ]  # fmt: skip
        subprocess.run(index, check=True, capture_output=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        times = {
            name: measured(browser, source, folder / "index", arguments.questions, arguments.rounds)
            for name, source in ((arguments.commit, other / "src"), ("now", ROOT / "src"))
        }
        browser.close()
    report = [
        "# A long conversation", "",
        f"`python benchmarks/page/history.py --questions {arguments.questions} --rounds {arguments.rounds} "
        f"--commit {arguments.commit}`", "",
        f"{arguments.questions} questions, {arguments.rounds} rounds, on {os.cpu_count()} cores with a load of "
        f"{os.getloadavg()[0]:.1f} from this and other work.", "Medians, and the slowest round in brackets.", "",
        f"| | {' | '.join(times)} |", "| --- | --: | --: |", *rows(times), "",
    ]  # fmt: skip
    (HERE / "history.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))


def rows(times: dict[str, dict[str, list[float]]]) -> list[str]:
    def cell(values: list[float]) -> str:
        return f"{statistics.median(values):,.0f} ms ({max(values):,.0f})"

    return [
        f"| {label} | {' | '.join(cell(measured[key]) for measured in times.values())} |"
        for key, label in ROWS.items()
    ]


def measured(
    browser: Browser, source: Path, index: Path, questions: int, rounds: int
) -> dict[str, list[float]]:
    """Return the times of each round with the page of a source folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", str(port), "--no-open"]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=source
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(180_000)
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector(".examples button")
        records = [answer(url, question) for question in QUESTIONS]
        # Both versions read the form of the older one.
        turns = [
            {"key": f"m{at:07}0", "record": records[at % len(records)], "documents": []}
            for at in range(questions)
        ]
        page.evaluate("(turns) => localStorage.setItem('verbatim-history', JSON.stringify(turns))", turns)
        page.reload()
        times: dict[str, list[float]] = {key: [] for key in ROWS}
        page.add_init_script(f"addEventListener('DOMContentLoaded', () => ({WATCH})({questions}))")
        for number in range(rounds + 1):
            page.reload()
            page.wait_for_function("window.times?.all")
            seen = page.evaluate("times")
            seen["ask"] = page.evaluate(ASK, QUESTIONS[number % len(QUESTIONS)])
            seen["key"] = page.evaluate(LATENCY)
            if number:  # the first round moves the history and fills the caches
                for key, value in seen.items():
                    times[key].append(value)
        context.close()
        return times
    finally:
        server.terminate()
        server.wait()


def wait_for(url: str) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            threading.Event().wait(0.05)


def answer(url: str, question: str) -> dict[str, object]:
    """Return the answer record of a question."""
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{url}/api/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        record: dict[str, object] = json.load(response)
    return record


if __name__ == "__main__":
    main()
