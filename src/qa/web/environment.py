"""Removes Gradio's settings from the environment, which must not change what this program does.

Gradio reads variables that open a public tunnel, send usage data, record questions in a bucket on a hub,
or show folders. It reads some of them when it is imported, so this runs first.
"""

from __future__ import annotations

import os


def keep_gradio_quiet() -> None:
    """Remove Gradio's variables from the environment of this process, and turn usage data off."""
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        del os.environ[name]
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
