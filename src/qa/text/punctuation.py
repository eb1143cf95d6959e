"""Correct the sentence library where it misreads a script: wrong or missing full stops."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.lang.hi import HINDI
from qa.lang.ja import JAPANESE

CLAUSE_CHARACTERS = 160
"""Approximate length, in characters, of the pieces that a text without full stops is cut into."""

# Each match is replaced by one character that the library reads correctly, which keeps all offsets.
_REPLACED = (
    # The mark of Hebrew abbreviations looks like a quotation mark and would join sentences.
    (re.compile('(?<=[\u05d0-\u05ea])["\u201d](?=[\u05d0-\u05ea])'), "\u05f4"),
    # Thai and Lao use the full stop for abbreviations only, never at the end of a sentence.
    (re.compile(r"(?<=[\u0e00-\u0eff])\."), "\u0e2f"),
    # Full stops of Khmer and Tibetan.
    (re.compile("[\u17d4\u17d5](?=\\s)"), "."),
    (re.compile("[\u0f0d\u0f0e](?=\\s)"), "."),
)
_REPLACEABLE = re.compile("[\u05d0-\u05ea\u0e00-\u0fff\u17d4\u17d5]")
_ABBREVIATION = re.compile(
    # Single Arabic letters, and the most common titles and measures of Hindi.
    r"(?:(?<![\w\u0640])[\u0621-\u064a]"
    rf"|(?<![\u0900-\u097f])(?:{'|'.join(sorted(HINDI.abbreviations.before_words))}))\.\s*$"
)
_QUOTED_END = re.compile("[。！？!?…][」』”’）)]+\\s*$")
# What continues a sentence after a quotation: a particle in Japanese, a comma elsewhere.
_AFTER_QUOTED = re.compile(rf"[、，,]|{JAPANESE.after_quotation}")
_STOPLESS = re.compile("[\u0e00-\u0eff]")
# Not before the sign that repeats a word, and not beside a figure: these belong to their neighbours.
_SPACE = re.compile(r"(?<=[^\s\d])\s+(?=[^\s\dๆฯ])")


def as_meant(line: str) -> str:
    """Return the line with punctuation that the library understands, one character for one character."""
    if not _REPLACEABLE.search(line):
        return line
    for pattern, replacement in _REPLACED:
        line = pattern.sub(replacement, line)
    return line


def continues(before: str, after: str) -> bool:
    """Return whether the library has cut in the middle of a sentence."""
    if _ABBREVIATION.search(before):
        return True
    return _QUOTED_END.search(before) is not None and _AFTER_QUOTED.match(after) is not None


def clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a Thai or Lao stretch, cut at spaces, its only marks; other stretches unchanged."""
    if end - start > CLAUSE_CHARACTERS and 2 * len(_STOPLESS.findall(text, start, end)) > end - start:
        before = start
        for place in (space.end() for space in _SPACE.finditer(text, start + 1, end)):
            # A first word longer than the limit stays whole.
            if place - start > CLAUSE_CHARACTERS and before > start:
                yield start, before
                start = before
            before = place
        if end - start > CLAUSE_CHARACTERS and before > start:
            yield start, before
            start = before
    yield start, end
