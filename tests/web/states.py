"""All states of the page, one after the other, and the findings of axe-core in each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from browsing import DROP, ask, settled

from qa.web import removals

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
GRAVE = ("serious", "critical")
STATES = 21
"""Number of states."""


def axe_script() -> Path | None:
    """Return the path of axe-core (npm install --prefix . --no-save axe-core), if it is installed."""
    path = Path(os.environ.get("QA_AXE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
    return path if path.is_file() else None


def findings(page: Page) -> list[dict[str, Any]]:
    """Return the findings of axe in the current page: rule, severity and elements."""
    script = axe_script()
    assert script is not None
    # During a fade, the contrast is not yet the final one.
    settled(page)
    page.evaluate(script.read_text(encoding="utf-8") + "\n;0")
    result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        {
            "rule": violation["id"],
            "impact": violation["impact"],
            "where": [str(node["target"]) for node in violation["nodes"]],
        }
        for violation in result["violations"]
    ]


def states(page: Page, folder: Path) -> Iterator[str]:
    """Bring a page over the lease in ``paper`` and the shipped text into each of its states."""
    page.wait_for_selector(".examples button")
    yield "welcome, documents"
    page.locator("[data-do=remove]").first.click()
    yield "removing a document"
    page.click("[data-do=keep]")
    ask(page, "What is the capital of Australia?")
    yield "no answer"
    page.click(".nearest > summary")
    yield "no answer, nearest passages"
    ask(page, "How many rounds of eastward expansion has NATO carried out?")
    page.wait_for_selector("mark.quote")
    yield "answer, source as text"
    page.locator(".turn:last-child [data-do=why]").first.click()
    page.wait_for_selector(".card .why li")
    yield "why a quote was found"
    ask(page, "Who repairs the roof?")
    page.wait_for_selector(".paper .mark")
    yield "answer, source as printed page"
    page.locator(".turn:last-child [data-do=pin]").first.click()
    page.click("[data-tab=kept]")
    settled(page)
    yield "kept quotes"
    page.click("[data-tab=questions]")
    page.wait_for_selector(".past-question:nth-child(3)")
    yield "questions and notebooks"
    page.click("[data-tab=kept]")
    questions = "question\nWho repairs the roof?\nWhat is the capital of Australia?\n\n"
    (folder / "questions.csv").write_text(questions)
    page.set_input_files("input.questions", folder / "questions.csv")
    page.wait_for_selector(".so-far[hidden]", state="attached")
    page.wait_for_selector(".batch tbody tr:nth-child(2)")
    page.locator(".by-question td.answered").first.click()
    page.wait_for_selector(".by-question tr:has([aria-current])")
    page.keyboard.press("m")
    page.keyboard.press("r")
    page.wait_for_selector(".by-question td.right")
    yield "a file of questions"
    page.click("[data-view=documents]")
    page.wait_for_function("document.querySelectorAll('.by-document td:not(.empty)').length >= 4")
    page.wait_for_selector(".by-document .so-far[hidden]", state="attached")
    yield "a table by document"
    page.click("[data-view=questions]")
    page.click("[data-do=check-draft]")
    page.fill("dialog.draft textarea", "“The Tenant shall not paint the roof of the house blue.” “Short.”")
    yield "a draft to check"
    page.get_by_role("button", name="Check quotations").click()
    page.wait_for_selector(".turn:last-child .quotations")
    yield "a checked draft"
    page.click("[data-do=keys]")
    yield "keys"
    page.keyboard.press("Escape")
    page.evaluate(DROP, ["questions.txt", "Who repairs the roof?\n"])
    page.wait_for_selector("[data-do=choose-kind]")
    yield "a dropped list of questions"
    page.get_by_role("button", name="Add as a document").click()
    page.wait_for_selector(".uploads .done")
    yield "files added"
    page.click("[data-do=dismiss]")
    added = page.locator(".document", has_text="questions.txt")
    added.locator("[data-do=remove]").click()
    added.locator("[data-do=confirm]").click()
    page.wait_for_selector(".document.leaving")
    yield "a removal that can be undone"
    added.locator("[data-do=undo-remove]").click()
    with patch.object(removals, "HOLD_SECONDS", 0.1):
        added.locator("[data-do=remove]").click()
        added.locator("[data-do=confirm]").click()
        added.wait_for(state="detached")
    page.click("[data-do=new]")
    page.wait_for_selector("[data-do=undo]")
    yield "conversation cleared"
    page.click("[data-do=undo]")
    page.wait_for_selector(".batch tbody tr:nth-child(2)")
    page.click("[data-tab=kept]")
    page.locator(".tools [data-do=theme]").click()
    settled(page)
    yield "dark"
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    yield "phone, kept quotes"
    page.click("[data-do=back]")
    settled(page)
    yield "phone"
