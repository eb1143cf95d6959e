"""Keeps Gradio to what this program asks of it, whatever the environment says.

Gradio reads variables that open a public tunnel, send usage data, record questions in a bucket on a hub,
or show folders. It reads some of them when it is imported, so this comes first.
"""

from __future__ import annotations

import os


def keep_gradio_quiet() -> None:
    """Takes Gradio's variables from the environment of this process, and turns usage data off."""
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        del os.environ[name]
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
