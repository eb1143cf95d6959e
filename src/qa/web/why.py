"""Why a quote was found, as HTML: the parts of its score as bars, its words marked by what they add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from math import ceil

from qa.record import Part, Span
from qa.render import displayable
from qa.web.labels import ENGLISH, Labels

LEVELS = 4
"""Strengths of a mark; a word below the first has none."""
_SHOWN = 0.005
"""What is less would be shown as nothing."""


def bars(parts: Sequence[Part], labels: Labels = ENGLISH) -> str:
    """The parts of a score, each with a bar as long as its share of the greatest."""
    most = max((abs(part.value) for part in parts), default=1.0)
    listed = "".join(
        f'<li><span class="part">{escape(labels.say(part.label))}</span>'
        f'<span class="bar{" less" if part.value < 0 else ""}" aria-hidden="true">'
        f'<span style="width:{round(100 * abs(part.value) / most)}%"></span></span>'
        f'<span class="value">{labels.number(part.value, 2)}</span></li>'
        for part in parts
        if abs(part.value) >= _SHOWN
    )
    explained = f"<p>{labels('why-words')}</p>" if any(part.words for part in parts) else ""
    return f"<ul>{listed}</ul>{explained}"


def marked(text: str, quote: Span, parts: Sequence[Part]) -> str:
    """A quote of a document's text, each word marked by what it adds, in `LEVELS` steps of the greatest."""
    adds: dict[tuple[int, int], float] = defaultdict(float)
    for part in parts:
        for word in part.words:
            adds[word.start, word.end] += word.value
    most = max(adds.values(), default=0.0)
    shown = displayable(text[quote.start : quote.end])
    out: list[str] = []
    done = quote.start
    for (first, last), value in sorted(adds.items()):
        start, end = max(first, done), min(last, quote.end)
        level = ceil(LEVELS * value / most - 0.5) if most > 0 else 0
        if level < 1 or start >= end:
            continue
        out.append(escape(shown[done - quote.start : start - quote.start]))
        out.append(
            f'<mark class="adds-{level}">{escape(shown[start - quote.start : end - quote.start])}</mark>'
        )
        done = end
    return "".join([*out, escape(shown[done - quote.start :])])
