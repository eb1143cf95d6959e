"""Measures the frames of the page while a long source scrolls, and writes them to scrolling.md.

    python benchmarks/page/scrolling.py [--before FOLDER]

A text of 3 MB and a PDF of 600 pages scroll evenly, by a fixed distance with each frame, and then in leaps to
twenty places. ``--before`` is a checkout of an earlier version, which is measured in the same run. The browser is
Debian's chromium without a graphics card.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / "tests" / "web"), str(HERE.parents[1] / "tests")]

LINES, PAGES, LINES_OF_PAGE = 45_000, 600, 44
STEP, FRAMES = 60, 400
SCROLL = """async ([step, frames]) => {
  const node = document.querySelector(".source .text:not([hidden])") || document.querySelector(".desk");
  const frame = () => new Promise(requestAnimationFrame);
  const times = [], leaps = [];
  let last = await frame();
  for (let n = 0; n < frames; n++) {
    node.scrollTop += step;
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  const empty = () => {
    const view = node.getBoundingClientRect();
    const at = document.elementFromPoint(view.left + view.width / 2, view.top + view.height / 2);
    return !at || !at.closest(".line, img, .more, .end, .mark, .page") ;
  };
  for (let n = 0; n < 20; n++) {
    const begun = performance.now();
    node.scrollTop = node.scrollHeight * ((n * 7) % 20) / 20;
    do {
      const now = await frame();
      times.push(now - last);
      last = now;
    } while (empty() && performance.now() - begun < 20000);
    leaps.push(performance.now() - begun);
  }
  return { times, leaps, height: node.scrollHeight, view: node.clientHeight };
}"""
WORDS = tuple(
    "the tenant pays rent each month and the landlord keeps the house in good repair".split()  # noqa: SIM905
)


def line(number: int) -> str:
    """Return a line of about 70 characters."""
    return " ".join(WORDS[(number * 7 + n * 3) % len(WORDS)] for n in range(13)) + f" {number}."


def measure() -> dict[str, Any]:
    """Measure the version of the package that is imported."""
    from browsing import opened, served
    from conftest import ARGUMENTS, CHROMIUM
    from paper import pdf
    from playwright.sync_api import sync_playwright
    from word_encoder import WordEncoder

    from qa.index import Index

    model = WordEncoder()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        lines = [line(n) for n in range(LINES)]
        paragraphs = ["\n".join(lines[n : n + 6]) for n in range(0, LINES, 6)]
        (folder / "book.txt").write_text("\n\n".join(paragraphs))
        pages = [[line(44 * page + n) for n in range(LINES_OF_PAGE)] for page in range(PAGES)]
        (folder / "book.pdf").write_bytes(pdf(pages))
        index = Index.create(folder / "index", model)
        index.update([str(folder / "book.txt"), str(folder / "book.pdf")], lambda: model)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(180_000)
        with served(index, model) as url:
            for name, selector in (("book.txt", ".source .line"), ("book.pdf", ".paper img")):
                with opened(context, url, "/#doc=" + quote(name)) as page:
                    page.wait_for_selector(selector)
                    results[name] = page.evaluate(SCROLL, [STEP, FRAMES])
        browser.close()
    return results


def share(times: list[float], part: float) -> float:
    """Return a quantile."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--before", type=Path, help="a checkout of an earlier version")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure()))
        return
    trees = {"now": HERE.parents[1]}
    if arguments.before:
        trees = {"before": arguments.before, **trees}
    names = {"book.txt": "text of 3 MB", "book.pdf": f"PDF of {PAGES} pages"}
    rows = []
    for label, tree in trees.items():
        environment = {**os.environ, "PYTHONPATH": str(tree.resolve() / "src")}
        run = subprocess.run(
            [sys.executable, __file__, "--measure"], env=environment, check=True, capture_output=True
        )
        results = json.loads(run.stdout.splitlines()[-1])
        for name, title in names.items():
            result = results[name]
            times, leaps = result["times"], result["leaps"]
            screens = result["height"] / result["view"]
            rows.append(
                f"| {title} | {label} | {screens:,.0f} | {share(times, 0.5):.1f} ms | {share(times, 0.95):.1f} ms | "
                f"{max(times):.0f} ms | {share(leaps, 0.5):.0f} ms | {share(leaps, 0.95):.0f} ms |"
            )
    report = [
        "# Scrolling a source", "", "`python benchmarks/page/scrolling.py --before CHECKOUT`", "",
        f"{FRAMES} frames of {STEP} pixels each, then 20 leaps over the whole source, in Chromium without a graphics",
        f"card, on {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.1f} from this and other work. Screens are",
        "the height that scrolls; before, it was a window of the text, or one page. A leap ends when the middle of the",
        "view is drawn.", "",
        "| Source | Version | Screens | Frame p50 | Frame p95 | Longest frame | Leap p50 | Leap p95 |",
        "| --- | --- | --: | --: | --: | --: | --: | --: |", *rows, "",
    ]  # fmt: skip
    (HERE / "scrolling.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))


if __name__ == "__main__":
    main()
