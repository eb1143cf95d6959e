"""Read the fields before a Markdown text: the title, and sentences, which are text as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_YAML = re.compile(r"---[ \t]*\n(?P<fields>.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<fields>.*?\n)??\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"[\"']?(?P<key>[^\W\d][\w.-]*(?: [\w.-]+){0,2})[\"']?[ \t]*[:=](?=[ \t]|\Z)[ \t]*")
_OTHER_LINE = re.compile(r"[ \t]|-[ \t]|-\Z|#|[\]}]|\[[\w.\"-]+\]\Z")
_BLOCK_SCALAR = re.compile(r"[|>][+-]?\d?")
_TEXT_KEYS = frozenset({"description", "summary", "abstract", "subtitle", "excerpt", "lead", "teaser"})
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’)]*\Z")
_LEAST_SENTENCE, _LEAST_TEXT = 4, 10


@dataclass(frozen=True)
class FrontMatter:
    """Fields at the top of a file.

    Attributes:
        end: Offset where they end.
        lines: Number of their lines.
        title: Title, None if they have none.
        texts: Values that are text, with their line numbers.
        fields: All fields except the texts and the title.
    """

    end: int
    lines: int
    title: str | None
    texts: tuple[tuple[str, int], ...]
    fields: str


def front_matter(text: str) -> FrontMatter | None:
    """Return the fields at the top of a file; None if it begins with a rule or with text."""
    match = _YAML.match(text) or _TOML.match(text)
    if match is None:
        return None
    fields = match["fields"] or ""
    lines = fields.split("\n")
    if not _are_fields(lines):
        return None
    title = None
    texts = []
    rest = []
    for key, value, number in _values(lines):
        if key == "title" and title is None and value:
            title = value
            rest.append(key)
        elif key in _TEXT_KEYS or _is_text(value):
            texts.append((value, number + 2))
            rest.append(key)
        else:
            rest.append(f"{key}: {value}")
    return FrontMatter(match.end(), match[0].count("\n"), title, tuple(texts), "\n".join(rest))


def _are_fields(lines: list[str]) -> bool:
    if not any(lines):
        return True
    if not lines[0].startswith("#") and _KEY.match(lines[0]) is None:
        return False
    return all(not line or _KEY.match(line) or _OTHER_LINE.match(line) for line in lines)


def _values(lines: list[str]) -> Iterator[tuple[str, str, int]]:
    """Yield each field with its value on one line and the number of the line where the value begins."""
    key, start = "", 0
    parts: list[str] = []
    for number, line in [*enumerate(lines), (len(lines), "end:")]:
        match = _KEY.match(line)
        if match is None:
            parts.append(line.strip())
            continue
        if key or any(parts):
            value, shift = _value(parts)
            yield key, value, start + shift
        key, start = match["key"].lower(), number
        parts = [line[match.end() :].strip()]


def _value(parts: list[str]) -> tuple[str, int]:
    shift = 0
    if _BLOCK_SCALAR.fullmatch(parts[0]):
        parts, shift = parts[1:], 1
    value = " ".join(filter(None, parts))
    for quote in ("'''", '"""', "'", '"'):
        if len(value) >= 2 * len(quote) and value.startswith(quote) and value.endswith(quote):
            value = value[len(quote) : -len(quote)]
            break
    return value.strip(), shift


def _is_text(value: str) -> bool:
    words = len(value.split())
    return words >= _LEAST_TEXT or (words >= _LEAST_SENTENCE and _SENTENCE_END.search(value) is not None)
