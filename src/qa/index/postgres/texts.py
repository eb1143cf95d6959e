"""Texts with null characters, which PostgreSQL cannot store."""

from __future__ import annotations

from collections.abc import Sequence

_NULL, _MARK = "\0", "\ufdd0"
# Two characters that are no letters in any text; the mark itself is stored with the second.
_AS_NULL, _AS_MARK = _MARK + "\ufdd1", _MARK + "\ufdd2"
_PLACE = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """Return a text without null characters, from which `restored` returns the text."""
    if _NULL not in text and _MARK not in text:
        return text
    return text.replace(_MARK, _AS_MARK).replace(_NULL, _AS_NULL)


def restored(text: str) -> str:
    """Return the text that `storable` changed."""
    return text if _MARK not in text else text.replace(_AS_NULL, _NULL).replace(_AS_MARK, _MARK)


def without_nulls(text: str) -> tuple[str, list[int]]:
    """Return a text of the same length without null characters, and where these were."""
    if _NULL not in text:
        return text, []
    return text.replace(_NULL, _PLACE), [at for at, character in enumerate(text) if character == _NULL]


def with_nulls(text: str, places: Sequence[int], start: int = 0) -> str:
    """Return a slice, from ``start``, of the text that `without_nulls` changed."""
    inside = [place - start for place in places if 0 <= place - start < len(text)]
    if not inside:
        return text
    characters = list(text)
    for place in inside:
        characters[place] = _NULL
    return "".join(characters)
