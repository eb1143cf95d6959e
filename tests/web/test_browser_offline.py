"""A whole session in the browser's log of the network: the page contacts this machine and no other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from browsing import new_context, opened, served
from conftest import ARGUMENTS, CHROMIUM
from paper import LEASE, pdf
from states import ROOT, STATES, states

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_whole_session_contacts_only_this_machine(browser: Browser, model: Encoder, tmp_path: Path) -> None:
    shutil.copy(ROOT / "index" / "source.txt", tmp_path)
    (tmp_path / "lease.pdf").write_bytes(pdf(LEASE))
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "source.txt"), str(tmp_path / "lease.pdf")], lambda: model)
    log = tmp_path / "network.json"
    # No host name resolves: any request to another host fails and is in the log.
    alone = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--log-net-log={log}"]
    own = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *alone])
    context = new_context(own, viewport={"width": 1440, "height": 900})
    with served(index, model) as url, opened(context, url) as page:
        assert len(list(states(page, tmp_path))) == STATES
        page.set_viewport_size({"width": 1440, "height": 900})
        page.reload()
        page.wait_for_selector(".turn .card", state="attached")
        page.click("[data-tab=kept]")
        for format in ("md", "html", "docx", "json"):
            with page.expect_download():
                page.click(f".export [data-format={format}]")
    own.close()
    asked = addresses(log, url)
    assert len(asked) > 20
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(url).netloc}


def addresses(log: Path, origin: str) -> list[str]:
    """Return the URLs that pages of an origin requested, without those of the browser's own services."""
    written = json.loads(log.read_text(encoding="utf-8", errors="replace"))
    started = written["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    requests = [event.get("params", {}) for event in written["events"] if event["type"] == started]
    return [params["url"] for params in requests if params.get("initiator") == origin]
