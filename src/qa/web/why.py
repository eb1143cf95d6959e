"""The explanation of a score as HTML: its parts as bars, the quote's words marked by their contributions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import ceil

from qa.record import Part, Span
from qa.render import displayable
from qa.render.reading import edited, edits, lines
from qa.search.explain import LABELS
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import render

LEVELS = 4
"""Number of strengths of a mark; a word below the first is not marked."""
_MIN_SHOWN = 0.005
"""Smallest value that is shown; a smaller one would round to zero."""
_NAMES = {label: name for name, label in LABELS.items()}


def bars(parts: Sequence[Part], labels: Labels = ENGLISH) -> str:
    """Return the parts of a score, each with a bar whose length is its share of the largest part."""
    return render(
        "parts/why.html",
        parts=[part for part in parts if abs(part.value) >= _MIN_SHOWN],
        largest=max((abs(part.value) for part in parts), default=1.0),
        has_words=any(part.words for part in parts),
        total=sum(part.value for part in parts),
        labels=labels,
        name=_name,
    )


def marked(text: str, quote: Span, parts: Sequence[Part]) -> str:
    """Return a quote as HTML, its words marked by their contributions in `LEVELS` steps of the largest."""
    contributions: dict[tuple[int, int], float] = defaultdict(float)
    for part in parts:
        for word in part.words:
            contributions[word.start, word.end] += word.value
    largest = max(contributions.values(), default=0.0)
    shown = text[quote.start : quote.end]
    pieces: list[tuple[str, int]] = []
    done = quote.start
    for (first, last), value in sorted(contributions.items()):
        start, end = max(first, done), min(last, quote.end)
        level = ceil(LEVELS * value / largest - 0.5) if largest > 0 else 0
        if level < 1 or start >= end:
            continue
        pieces.append((shown[done - quote.start : start - quote.start], 0))
        pieces.append((shown[start - quote.start : end - quote.start], level))
        done = end
    pieces.append((shown[done - quote.start :], 0))
    read = ((displayable(piece), level) for piece, level in edited(pieces, edits(shown)))
    return render("parts/marked.html", lines=lines(read))


def _name(part: Part, labels: Labels) -> str:
    """Return the name of a part of a score; a part that this version does not know has the record's name."""
    name = _NAMES.get(part.label)
    return labels(f"part-{name.replace('_', '-')}") if name else part.label
