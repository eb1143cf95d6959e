"""Why a quote was found, as HTML: the parts of its score as bars, its words marked by what they add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import ceil

from qa.record import Part, Span
from qa.render import displayable
from qa.search.explain import LABELS
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import render

LEVELS = 4
"""Strengths of a mark; a word below the first has none."""
_SHOWN = 0.005
"""What is less would be shown as nothing."""
_NAMES = {label: name for name, label in LABELS.items()}


def bars(parts: Sequence[Part], labels: Labels = ENGLISH) -> str:
    """Returns the parts of a score, each with a bar as long as its share of the greatest."""
    return render(
        "parts/why.html",
        parts=[part for part in parts if abs(part.value) >= _SHOWN],
        most=max((abs(part.value) for part in parts), default=1.0),
        explained=any(part.words for part in parts),
        labels=labels,
        called=_name,
    )


def marked(text: str, quote: Span, parts: Sequence[Part]) -> str:
    """Returns a quote of a document, its words marked by what they add, in `LEVELS` steps of the greatest."""
    adds: dict[tuple[int, int], float] = defaultdict(float)
    for part in parts:
        for word in part.words:
            adds[word.start, word.end] += word.value
    most = max(adds.values(), default=0.0)
    shown = displayable(text[quote.start : quote.end])
    pieces: list[tuple[str, int]] = []
    done = quote.start
    for (first, last), value in sorted(adds.items()):
        start, end = max(first, done), min(last, quote.end)
        level = ceil(LEVELS * value / most - 0.5) if most > 0 else 0
        if level < 1 or start >= end:
            continue
        pieces.append((shown[done - quote.start : start - quote.start], 0))
        pieces.append((shown[start - quote.start : end - quote.start], level))
        done = end
    pieces.append((shown[done - quote.start :], 0))
    return render("parts/marked.html", pieces=pieces)


def _name(part: Part, labels: Labels) -> str:
    """The name of a part of a score; one of another version is called as the record calls it."""
    name = _NAMES.get(part.label)
    return labels(f"part-{name.replace('_', '-')}") if name else part.label
