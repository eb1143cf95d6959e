"""Read the page labels of a file: printed page names such as Roman numerals or numbers with a prefix."""

from __future__ import annotations

from typing import Any

from pypdfium2 import raw

from qa.parsers.pdf import objects

_MAX_CHARACTERS = 100


def labels(document: Any, count: int) -> tuple[str | None, ...]:
    """Return each page's label, or None if the page has no label or the label equals its number."""
    stored = (objects.string(raw.FPDF_GetPageLabel, document.raw, page) for page in range(count))
    normalized = (" ".join(label.split())[:_MAX_CHARACTERS] for label in stored)
    return tuple(label if label and label != str(n) else None for n, label in enumerate(normalized, 1))
