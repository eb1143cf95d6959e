"""The page under axe-core: no finding of any weight in any state."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import opened, served
from paper import LEASE, pdf
from states import ROOT, STATES, axe_script, findings, states

from qa.encoders import Encoder
from qa.index import Index

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


def test_no_state_has_a_finding(context: BrowserContext, model: Encoder, tmp_path: Path) -> None:
    if axe_script() is None:
        pytest.skip("no axe-core: npm install --prefix . --no-save axe-core, or its axe.min.js in QA_AXE")
    shutil.copy(ROOT / "index" / "source.txt", tmp_path)
    (tmp_path / "lease.pdf").write_bytes(pdf(LEASE))
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "source.txt"), str(tmp_path / "lease.pdf")], lambda: model)
    with served(index, model) as url, opened(context, url) as page:
        results = {state: findings(page) for state in states(page, tmp_path)}
    assert len(results) == STATES
    assert {state: each for state, each in results.items() if each} == {}
