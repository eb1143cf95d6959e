"""The labels of a file's pages: what is printed on them, as roman numerals and numbers with a prefix."""

from __future__ import annotations

from typing import Any

from pypdfium2 import raw

from qa.parsers.pdf import objects

_LONGEST = 100


def labels(document: Any, count: int) -> tuple[str | None, ...]:
    """Return each page's label, or None where that is its number or there is none."""
    found = (objects.string(raw.FPDF_GetPageLabel, document.raw, page) for page in range(count))
    tidy = (" ".join(label.split())[:_LONGEST] for label in found)
    return tuple(label if label and label != str(n) else None for n, label in enumerate(tidy, 1))
