"""Helpers for browser tests: a browser, the served page, and the actions that all tests use."""

from __future__ import annotations

import math
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from waiting import DEADLINE, MILLISECONDS, eventually

from qa import Library
from qa.encoders import Encoder
from qa.index import Index
from qa.rerankers import Reranker
from qa.search.fitted import WEIGHTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

# Elements that overflow the window horizontally.
STICKING_OUT = """() => [...document.querySelectorAll(".verbatim *")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }))
  .filter((node) => !node.closest(".unseen, .toast, svg"))
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([node, at]) => at.width && (at.left < -1 || at.right > innerWidth + 1))
  .map(([node]) => node.tagName + "." + node.className)"""
# Drops a file with a name and a text.
DROP = """([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  const event = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
  document.querySelector(".verbatim").dispatchEvent(event);
}"""


# Calls a function with the stored turns of all notebooks, and stores what it returns.
CHANGE_TURNS = """async () => {
  const change = CHANGE;
  const opening = indexedDB.open("verbatim", 1);
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(opening);
  const turns = database.transaction("turns", "readwrite").objectStore("turns");
  const stored = await done(turns.getAll());
  for (const turn of change(stored)) turns.put(turn);
  database.close();
  return stored;
}"""


# No animation runs: those started in this frame or the next are finished.
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime ?? 0);
  return !document.getAnimations().some((one) => one.playState === "running" && ends(one));
}"""


@contextmanager
def served(index: Index, model: Encoder, reranker: Reranker | None = None, **options: Any) -> Iterator[str]:
    """Serve the page over an index at a local address while the context lasts.

    Without a reranker, all quotes of an answer count as part of it, so the page shows three cards.
    """
    from qa.web import serve

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stop = threading.Event()
    options = {"port": port, "wait": stop.wait, **options}
    library = Library(index.folder, model=model, reranker=reranker or "none")
    server = threading.Thread(target=serve, args=(library,), kwargs=options)
    server.start()
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            urllib.request.urlopen(url, timeout=DEADLINE).close()
        except OSError:
            return not server.is_alive()
        return True

    patch = pytest.MonkeyPatch()
    if reranker is None:
        patch.setattr("qa.answer.answerer.SHOWN_WITHIN", dict.fromkeys(WEIGHTS, math.inf))
    try:
        eventually(answers)
        yield url
    finally:
        patch.undo()
        # A server that runs on after a failure would prevent the tests from ending.
        stop.set()
        server.join(DEADLINE)


def is_aborted(request: Request) -> bool:
    """Return whether a page that is left or loaded again ended its own request."""
    return request.failure == "net::ERR_ABORTED" and "/component_server/" in request.url


@contextmanager
def watched(page: Page, address: str = "") -> Iterator[list[str]]:
    """Watch a page, and check afterwards that nothing left the machine, failed, or was executed.

    Yields the requested URLs; the only host may be ``address``.
    """
    requested: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on(
        "requestfailed",
        lambda request: is_aborted(request) or wrong.append(f"{request.url}: {request.failure}"),
    )
    page.on("response", lambda response: response.status >= 400 and wrong.append(response.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda entry: entry.type in ("error", "warning") and wrong.append(entry.text))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    yield requested
    assert page.evaluate("window.harmed") is None
    assert not wrong, wrong
    own = tuple(filter(None, (address, "data:", "blob:", "file:", "about:")))
    assert [url for url in requested if not url.startswith(own)] == []


@contextmanager
def opened(context: BrowserContext, address: str, path: str = "") -> Iterator[Page]:
    """Open the page and watch it; see `watched`."""
    page = context.new_page()
    with watched(page, address) as requested:
        page.goto(address + path)
        page.wait_for_selector("#question")
        page.wait_for_selector(".document", state="attached")
        yield page
        assert len(requested) > 5


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Create a separate window with a long timeout."""
    context = browser.new_context(**options)
    context.set_default_timeout(MILLISECONDS)
    return context


def settled(page: Page) -> None:
    """Wait until no animation runs."""
    # `wait_for_function` does not wait for the value of a promise, `evaluate` does.
    eventually(lambda: page.evaluate(SETTLED))


def function_of(request: Request) -> str | None:
    """Return the name of the server's function that a request calls."""
    return request.post_data_json["fn_name"] if "component_server" in request.url else None


def ask(page: Page, question: str) -> None:
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function(
        f"document.querySelectorAll('.turn').length === {before + 1}"
        " && !document.querySelector('.turn:last-child .waiting')"
    )


def stored_turns(page: Page, change: str = "(turns) => []") -> list[dict[str, Any]]:
    """Return the turns in the browser's database; store those that a function in JavaScript returns."""
    turns: list[dict[str, Any]] = page.evaluate(CHANGE_TURNS.replace("CHANGE", change))
    return turns
