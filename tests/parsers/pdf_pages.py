"""Read pages of a PDF."""

from __future__ import annotations

from collections.abc import Sequence

from sample_files import Words, pdf, read_one

from qa.types import Document

PROSE = [
    "The plaintiff owns a bakery on Mill Street. On the",
    "first of June the defendant closed the water main",
    "without any notice, and the ovens had to be shut",
    "down for nineteen days. The plaintiff lost orders",
    "worth eleven thousand dollars, and two of her men",
    "left for another employer. The defendant answers",
    "that the main had burst and that no notice was to",
    "be given. The court does not accept this, because",
    "the work order is dated three weeks before and no",
    "reason was given for the delay of the notice that",
]


def read(*pages: Sequence[Words]) -> Document:
    return read_one(pdf(pages), "a.pdf")


def omitted(document: Document, reason: str) -> list[str]:
    return [omission.text for omission in document.omissions if omission.reason == reason]
