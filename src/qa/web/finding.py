"""Find words in one document as a reader types them: parts of words count, and words over a line break."""

from __future__ import annotations

import re

MOST_HITS = 10_000
"""Maximum number of places that are returned; all are counted."""
MOST_WORDS = 200
"""Maximum characters of the words."""
# A word may be split at the end of a line, with a hyphen or a soft hyphen.
_SPLIT = "(?:[-\u00ad\u2010]\\s*\n\\s*|\u00ad)?"
_ALIKE = {"'": "['’‘ʼ]", '"': '["“”„«»]', "-": "[-\u2010-\u2015]"}


def find(text: str, words: str) -> tuple[list[tuple[int, int]], int]:
    """Return the places of words in a text, in order, and the number of all places.

    Args:
        text: The text.
        words: The words; case and the kind of white space, of quotation marks and of dashes do not count.
    """
    parts = words[:MOST_WORDS].split()
    if not parts:
        return [], 0
    pattern = re.compile(r"\s+".join(_SPLIT.join(map(_sign, part)) for part in parts), re.IGNORECASE)
    spans = [match.span() for match in pattern.finditer(text)]
    return spans[:MOST_HITS], len(spans)


def _sign(sign: str) -> str:
    return _ALIKE.get(sign) or re.escape(sign)
