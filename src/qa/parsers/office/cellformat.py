"""Format the values of cells as they are displayed, by their format codes."""

from __future__ import annotations

from collections.abc import Sequence

from qa.parsers.office.dateformat import format_date, to_date
from qa.parsers.office.formatcode import BUILT_IN, GENERAL, Section, parse
from qa.parsers.office.numberformat import format_number, general

__all__ = ["BUILT_IN", "GENERAL", "is_date", "number", "text"]


def is_date(code: str) -> bool:
    """Return whether numbers with this format are dates or times."""
    return any(section.is_date for section in parse(code)[:1])


def text(value: str, code: str) -> str:
    """Return a text as it is displayed; a format may add words to it or hide it."""
    sections = parse(code)
    last = sections[-1] if len(sections) in {1, 4} else None
    if last is None or (len(sections) == 1 and not any(token.text == "@" for token in last.tokens)):
        return value
    return "".join(value if token.is_mark("@") else token.literal for token in last.tokens)


def number(value: float, code: str, *, from_1904: bool = False) -> str:
    """Return a number, a date or a time as it is displayed."""
    sections = parse(code)
    section, shown = _chosen(sections, value)
    if section.is_date:
        date = to_date(shown, from_1904=from_1904)
        return general(value) if date is None else format_date(section.tokens, date, shown)
    return format_number(section.tokens, shown)


def _chosen(sections: Sequence[Section], value: float) -> tuple[Section, float]:
    """Return the section for a number, and the number without its sign if the section shows it."""
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition is None or _is_true(value, *section.condition):
                return section, value
        return sections[0], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _is_true(value: float, sign: str, limit: float) -> bool:
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]
