"""What the sentence library does not know of scripts: stops that are none, and sentences without a stop."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.lang.hi import HINDI
from qa.lang.ja import JAPANESE

CLAUSE_CHARACTERS = 160
"""In scripts without a stop, what stands between spaces is gathered up to about this length."""

# Each is replaced by a character that the library takes as it is meant, one for one, so that offsets stay.
_REPLACED = (
    # The mark of Hebrew abbreviations looks like a quote, and would hold sentences together up to the next.
    (re.compile('(?<=[\u05d0-\u05ea])["\u201d](?=[\u05d0-\u05ea])'), "\u05f4"),
    # Thai and Lao end no sentence with a full stop; they shorten words with it.
    (re.compile(r"(?<=[\u0e00-\u0eff])\."), "\u0e2f"),
    # The stops of Khmer and Tibetan.
    (re.compile("[\u17d4\u17d5](?=\\s)"), "."),
    (re.compile("[\u0f0d\u0f0e](?=\\s)"), "."),
)
_REPLACEABLE = re.compile("[\u05d0-\u05ea\u0e00-\u0fff\u17d4\u17d5]")
_ABBREVIATION = re.compile(
    # Single Arabic letters, and the commonest titles and measures of Hindi.
    r"(?:(?<![\w\u0640])[\u0621-\u064a]"
    rf"|(?<![\u0900-\u097f])(?:{'|'.join(sorted(HINDI.abbreviations.before_words))}))\.\s*$"
)
_QUOTED_END = re.compile("[。！？!?…][」』”’）)]+\\s*$")
# What goes on after a quotation: in Japanese a particle, elsewhere a comma.
_AFTER_QUOTED = re.compile(rf"[、，,]|{JAPANESE.after_quotation}")
_STOPLESS = re.compile("[\u0e00-\u0eff]")
# Not before the sign that repeats a word, nor beside a figure: those belong to the words before or after.
_SPACE = re.compile(r"(?<=[^\s\d])\s+(?=[^\s\dๆฯ])")


def as_meant(line: str) -> str:
    """The line with the punctuation of its script as the library knows it, character for character."""
    if not _REPLACEABLE.search(line):
        return line
    for pattern, replacement in _REPLACED:
        line = pattern.sub(replacement, line)
    return line


def continues(before: str, after: str) -> bool:
    """Whether the library has cut where the sentence goes on."""
    if _ABBREVIATION.search(before):
        return True
    return _QUOTED_END.search(before) is not None and _AFTER_QUOTED.match(after) is not None


def clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch of Thai or Lao cut at spaces, their only sign of an end; any other as it is."""
    if end - start > CLAUSE_CHARACTERS and 2 * len(_STOPLESS.findall(text, start, end)) > end - start:
        before = start
        for place in (found.end() for found in _SPACE.finditer(text, start + 1, end)):
            # A first word that is too long alone is left whole.
            if place - start > CLAUSE_CHARACTERS and before > start:
                yield start, before
                start = before
            before = place
        if end - start > CLAUSE_CHARACTERS and before > start:
            yield start, before
            start = before
    yield start, end
