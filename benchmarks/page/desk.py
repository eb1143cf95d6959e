"""Measures how quickly the page answers a person, beside an earlier version, and writes it to desk.md.

    python benchmarks/page/desk.py --before FOLDER [--rounds 5]

FOLDER is a checkout of the earlier version (``git worktree add FOLDER COMMIT``). Both versions serve their own
copy of the same library in this run and are asked in turn, question by question. The times are a browser's: from
the press of Enter until the first card is painted, and from the navigation until the first paint.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "web"))

from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from load import QUESTIONS  # noqa: E402
from paper import LEASE, pdf  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

HISTORY = 300
VISITS = 7
WAIT_S = 120
# Resolves with the milliseconds from the press of Enter to the frame after the first card is in place.
WATCH = """() => { window.painted = new Promise((resolve) => {
  let begun;
  const before = document.querySelectorAll(".turn").length;
  document.addEventListener("keydown", (event) => { begun ??= event.timeStamp; }, { capture: true, once: true });
  const look = () => {
    const turns = document.querySelectorAll(".turn");
    if (turns.length === before || !turns[turns.length - 1].querySelector(".card, .calm"))
      return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
  };
  requestAnimationFrame(look);
}); }"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SIZES = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
  .map(({ name, decodedBodySize }) => [new URL(name).pathname, decodedBodySize])"""
COPIES = """async (number) => {
  const copies = (first) => Array.from({ length: number }, (_, at) => ({ ...first, key: `${first.key}-${at}` }));
  // An earlier version stores its questions as a text, this one in the browser's database.
  const text = localStorage["verbatim-history"];
  if (text) return void (localStorage["verbatim-history"] = JSON.stringify(copies(JSON.parse(text)[0])));
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const database = await done(indexedDB.open("verbatim", 1));
  const turns = database.transaction("turns", "readwrite").objectStore("turns");
  const [first] = await done(turns.getAll());
  await done(turns.clear());
  await Promise.all(copies(first).map((turn) => done(turns.put(turn))));
  database.close();
}"""


@contextmanager
def serving(source: Path, index: Path) -> Iterator[str]:
    """Serve an index with the sources of a checkout."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(source / "src")}
    command = [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", str(port), "--no-open"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + WAIT_S
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=WAIT_S).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def painted(page: Page, question: str) -> float:
    """Ask a question; return the milliseconds until its first card is painted."""
    page.fill("#question", question)
    page.evaluate(WATCH)
    page.press("#question", "Enter")
    return float(page.evaluate("window.painted"))


def first_paint(browser: Browser, address: str) -> tuple[float, dict[str, float]]:
    """Visit the page with an empty cache; return the milliseconds until the first paint, and the sizes in kB."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".document")
    paint, files = float(page.evaluate(PAINT)), page.evaluate(SIZES)
    context.close()

    def size(*endings: str) -> float:
        return sum(length for name, length in files if name.endswith(endings)) / 1000

    own = sum(length for name, length in files if name.startswith("/page/") and name.endswith(".js")) / 1000
    return paint, {"own scripts": own, "all scripts": size(".js"), "typefaces": size(".woff2")}


def history(page: Page) -> float:
    """Reload a conversation of many questions; return the milliseconds until all answers are there."""
    page.evaluate(COPIES, HISTORY)
    page.reload()
    all_answers = f"document.querySelectorAll('.turn:has(.card, .calm)').length === {HISTORY}"
    page.wait_for_function(all_answers, polling="raf")
    return float(page.evaluate("performance.now()"))


def measured(versions: dict[str, str], rounds: int) -> dict[str, dict[str, Any]]:
    """Measure the versions in turn."""
    results: dict[str, dict[str, Any]] = {name: {"asked": [], "paints": []} for name in versions}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        pages: dict[str, Page] = {}
        for name, address in versions.items():
            pages[name] = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            pages[name].set_default_timeout(WAIT_S * 1000)
            pages[name].goto(address)
            pages[name].wait_for_selector(".examples button")
            painted(pages[name], QUESTIONS[0])
        for round_ in range(rounds):
            for question in QUESTIONS:
                for name, page in pages.items():
                    # Other words at the end, so that no cache answers.
                    results[name]["asked"].append(painted(page, f"{question} {'Please. ' * round_}".strip()))
        for name, page in pages.items():
            results[name]["history"] = history(page)
            page.context.close()
        for _ in range(VISITS):
            for name, address in versions.items():
                paint, sizes = first_paint(browser, address)
                results[name]["paints"].append(paint)
                results[name]["sizes"] = sizes
        browser.close()
    return results


def report(results: dict[str, dict[str, Any]], arguments: argparse.Namespace) -> str:
    """Return the results as Markdown."""
    names = list(results)
    rows: list[tuple[str, list[str]]] = [
        ("Enter to painted card, p50", [f"{statistics.median(r['asked']):.0f} ms" for r in results.values()]),
        (
            "Enter to painted card, p95",
            [f"{statistics.quantiles(r['asked'], n=20)[-1]:.0f} ms" for r in results.values()],
        ),
        ("first paint, median", [f"{statistics.median(r['paints']):.0f} ms" for r in results.values()]),
        (f"reload with {HISTORY} questions", [f"{r['history'] / 1000:.1f} s" for r in results.values()]),
    ]
    rows += [
        (f"{key}, unpacked", [f"{r['sizes'][key]:.0f} kB" for r in results.values()])
        for key in ("own scripts", "all scripts", "typefaces")
    ]
    count = len(next(iter(results.values()))["asked"])
    lines = [
        "# The page at work", "",
        f"`python benchmarks/page/desk.py --before FOLDER --rounds {arguments.rounds}`, in a browser of 1,440 by 900",
        f"pixels: {count} questions of each version in turn, {VISITS} first visits, on {os.cpu_count()} cores with a",
        f"load of {os.getloadavg()[0]:.1f} from this and other work.", "",
        f"| | {' | '.join(names)} |", f"| --- |{' --: |' * len(names)}",
        *(f"| {name} | {' | '.join(values)} |" for name, values in rows), "",
    ]  # fmt: skip
    return "\n".join(lines)


def commit(folder: Path) -> str:
    """Return the commit of a checkout."""
    command = ["git", "-C", str(folder), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--before", type=Path, required=True, help="a checkout of the earlier version")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        (folder / "sources").mkdir()
        shutil.copy(ROOT / "index" / "source.txt", folder / "sources")
        (folder / "sources" / "lease.pdf").write_bytes(pdf(LEASE))
        versions = {}
        for name, source in ((f"before ({commit(arguments.before)})", arguments.before), ("now", ROOT)):
            index = folder / name.split()[0]
            environment = {**os.environ, "PYTHONPATH": str(source.resolve() / "src")}
            command = [sys.executable, "-m", "qa", "index", str(folder / "sources"), "--index", str(index)]
            subprocess.run(command, env=environment, check=True, capture_output=True)
            versions[name] = stack.enter_context(serving(source.resolve(), index))
        text = report(measured(versions, arguments.rounds), arguments)
    (HERE / "desk.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
