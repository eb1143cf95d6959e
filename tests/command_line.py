"""The program as a separate process."""

from __future__ import annotations

import os
import subprocess
import sys


def qa(*arguments: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return a runner for the program, in a separate process."""
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        env=os.environ | environment,
    )
