"""Checks every state of the page with axe-core and writes the findings to axe.md.

    npm install --prefix . --no-save axe-core; python benchmarks/page/axe.py

The states are those of tests/web/states.py; the browser is Debian's chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "web"))

from browsing import opened, served  # noqa: E402
from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from paper import LEASE, pdf  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from states import GRAVE, ROOT, axe_script, findings, states  # noqa: E402

from qa import encoders  # noqa: E402
from qa.index import Index  # noqa: E402


def main() -> None:
    if axe_script() is None:
        sys.exit(
            "axe-core is missing: npm install --prefix . --no-save axe-core, or name its axe.min.js in QA_AXE"
        )
    model = encoders.load()
    lines, grave = [], 0
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        shutil.copy(ROOT / "index" / "source.txt", folder)
        (folder / "lease.pdf").write_bytes(pdf(LEASE))
        index = Index.create(folder / "index", model)
        index.update([str(folder / "source.txt"), str(folder / "lease.pdf")], lambda: model)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        with served(index, model) as url, opened(context, url) as page:
            for state in states(page, folder):
                violations = findings(page)
                version = page.evaluate("axe.version")
                serious = sum(violation["impact"] in GRAVE for violation in violations)
                grave += serious
                details = ", ".join(
                    f"{violation['rule']} ({violation['impact']}): {violation['where'][0]}"
                    for violation in violations
                )
                lines.append(f"| {state} | {serious} | {len(violations) - serious} | {details} |")
                print(lines[-1], flush=True)
        browser.close()
    report = [
        "# The page under axe-core", "", "`python benchmarks/page/axe.py`", "",
        f"axe-core {version}, all its rules: **{grave}** serious or critical findings in {len(lines)} states.", "",
        "| state | serious or critical | other findings | details |", "| --- | --: | --: | --- |", *lines, "",
    ]  # fmt: skip
    (HERE / "axe.md").write_text("\n".join(report), encoding="utf-8")
    sys.exit(1 if grave else 0)


if __name__ == "__main__":
    main()
