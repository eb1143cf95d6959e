"""Runs of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TEXT = "The garden holds an apple. A silver kettle stands by the river.\n\nThe tower has a lantern.\n"


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Qa = Callable[..., Run]


def assert_message(run: Run, code: int, *parts: str) -> None:
    """Check the exit code, and that the one message contains these parts."""
    assert (run.code, run.out) == (code, "")
    [line] = [line for line in run.err.splitlines() if line.startswith("qa: ")]
    for part in parts:
        assert part in line
    assert line.endswith((".", "...", "qa list", "SOURCE..."))
