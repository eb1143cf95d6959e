"""Raised characters in plain text: 10⁶ is “10^6” and never 106."""

from __future__ import annotations

import re

_FIGURES = re.compile(r"[-−+–]?[\d.,\s*†‡]+|[-−+–]?[a-zA-Z]?|[-−+]")


def raised(before: str, text: str) -> str:
    """Return a raised text as it is appended to what stands before it.

    Figures and single letters are marked, since they would join the word before; “1st” and “3rd” stay.
    """
    mark = text.strip()
    follows = before[-1:].isalnum() or before[-1:] in {")", "]", ".", ",", "”", '"', "’"}
    if not mark or not follows or not _FIGURES.fullmatch(mark):
        return text
    if mark.isalpha() and before[-1:].isdigit():
        return text
    return f"^{text}"
