"""Texts for references, and the text that LaTeX shows for an escaped one."""

from __future__ import annotations

import re

from hypothesis import strategies as st

PLAIN = st.text(max_size=30) | st.text(alphabet='{}\\"@%#\r\n\t ,=~^_&$§\u2028\ud800', max_size=20)


def latex_text(escaped: str) -> str:
    """Return the text that LaTeX shows for these escaped signs."""
    names = {"textbackslash{}": "\\", "textasciitilde{}": "~", "textasciicircum{}": "^"}
    return re.sub(
        r"\\(textbackslash\{\}|textasciitilde\{\}|textasciicircum\{\}|.)",
        lambda match: names.get(match[1], match[1]),
        escaped,
    )
