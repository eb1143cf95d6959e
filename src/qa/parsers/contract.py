"""Check the guarantees of an `Extract` that an external parser returns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import get_args

from qa.messages import has_sentence
from qa.parsers.build import BlockQuote, Extract, clean
from qa.parsers.limits import EXTRACT_CHARACTERS
from qa.types import Block, BlockKind, OmissionReason, Page, Place, PlaceKind


def check(extract: Extract) -> None:
    """Check all guarantees.

    Raises:
        TypeError or ValueError: A guarantee is broken; the message says which.
    """
    _clean(extract.title, extract.text)
    length = len(extract.text)
    for name, spans in (
        ("blocks", extract.blocks),
        ("pages", extract.pages),
        ("places", extract.places),
        ("quotes", extract.quotes),
    ):
        _inside(name, spans, length)
    if any(before.end > after.start for before, after in pairwise(extract.blocks)):
        raise ValueError("its blocks overlap or are not in order")
    if any(before.end > after.start for before, after in pairwise(extract.quotes)):
        raise ValueError("its quotes overlap or are not in order")
    if extract.pages:
        _without_gaps(extract.pages, length)
    _in_order("places", [place.start for place in extract.places])
    _in_order("lines", [line.start for line in extract.lines])
    _known("block", [block.kind for block in extract.blocks], get_args(BlockKind))
    _known("place", [place.kind for place in extract.places], get_args(PlaceKind))
    _known("omission", [omission.reason for omission in extract.omissions], get_args(OmissionReason))
    if unknown := [warning for warning in extract.warnings if not has_sentence(warning)]:
        raise ValueError(f"its warnings have the unknown message {unknown[0]}")


def _clean(title: object, text: object) -> None:
    if not isinstance(text, str) or not isinstance(title, str | None):
        raise TypeError("its text or its title is not a string")
    if len(text) > EXTRACT_CHARACTERS:
        raise ValueError(f"its text has more than {EXTRACT_CHARACTERS:,} characters")
    if clean(text) != text:
        raise ValueError("its text has control characters or newlines other than \\n; use TextBuilder")


def _inside(name: str, spans: Sequence[Block | Page | Place | BlockQuote], length: int) -> None:
    if not all(isinstance(span.start, int) and isinstance(span.end, int) for span in spans):
        raise TypeError(f"its {name} have offsets that are not integers")
    if any(not 0 <= span.start <= span.end <= length for span in spans):
        raise ValueError(f"its {name} reach beyond the text")


def _in_order(name: str, starts: list[int]) -> None:
    if starts != sorted(starts):
        raise ValueError(f"its {name} are not in order")


def _without_gaps(pages: Sequence[Page], length: int) -> None:
    ends = [0, *(page.end for page in pages)]
    starts = [*(page.start for page in pages), length]
    if ends != starts or [page.number for page in pages] != list(range(1, len(pages) + 1)):
        raise ValueError("its pages have gaps, or are not numbered from 1")


def _known(name: str, kinds: Sequence[str], allowed: Sequence[str]) -> None:
    if unknown := sorted(set(kinds).difference(allowed)):
        raise ValueError(f"its {name}s have the unknown kind {unknown[0]}")
