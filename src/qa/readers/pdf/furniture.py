"""Running headers, footers and page numbers: told by coming again at the same place of many pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qa.readers.pdf.glyphs import PageGlyphs, Piece

# The part of the height, at the top and at the bottom, where they stand.
_ZONE = 0.14
# Points within which two pieces stand at the same height.
_NEAR = 4.0
# Arabic numbers anywhere, Roman ones at either end.
_NUMBERS = re.compile(r"\d+|^[ivxlc]+\b|\b[ivxlc]+$")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
# The share of pages with a header or footer that makes its place one for them.
_USUAL = 0.3
# What comes again: words at a place, with a number less the number of the page where there is one.
_Key = tuple[str, int | None, int]


def without(pages: Sequence[PageGlyphs]) -> list[list[Piece]]:
    """The pieces of each page that are content."""
    seen: Counter[_Key] = Counter()
    for number, page in enumerate(pages):
        seen.update(
            {
                (form, offset, slot + near)
                for piece in _at_edges(page)
                for form, offset, slot in _keys(piece, page, number)
                for near in (-1, 0, 1)
            }
        )

    def comes_again(key: _Key) -> bool:
        # Two numbers that count pages are no chance; the same words on two of many pages may be.
        return seen[key] >= (2 if key[0] == "#" or len(pages) <= 4 else 3)

    repeated = [
        {piece for piece in _at_edges(page) if any(map(comes_again, _keys(piece, page, number)))}
        for number, page in enumerate(pages)
    ]
    slots: Counter[int] = Counter()
    for page, pieces in zip(pages, repeated, strict=True):
        slots.update({_slot(piece, page) + near for piece in pieces for near in (-1, 0, 1)})
    usual = {slot for slot, times in slots.items() if times >= max(3, _USUAL * len(pages))}
    contents = [
        [piece for piece in page.pieces if piece not in pieces and not _is_usual(piece, page, pieces, usual)]
        for page, pieces in zip(pages, repeated, strict=True)
    ]
    # Where the same few words are all there is on every page, they are what the pages say.
    return contents if any(contents) else [list(page.pieces) for page in pages]


def _is_usual(piece: Piece, page: PageGlyphs, repeated: set[Piece], usual: set[int]) -> bool:
    """Whether a piece stands where other pages have headers, set apart from the body.

    The header of one chapter comes on a few pages only, but where the headers of others do.
    """
    if not _is_at_edge(piece, page) or _slot(piece, page) not in usual:
        return False
    at_top = piece.middle < page.height / 2
    gaps = [
        other.top - piece.bottom if at_top else piece.top - other.bottom
        for other in page.pieces
        if other not in repeated and (other.middle > piece.bottom if at_top else other.middle < piece.top)
    ]
    return not gaps or min(gaps) > 0.6 * piece.size


def _keys(piece: Piece, page: PageGlyphs, number: int) -> Iterator[_Key]:
    """What of a piece may come again: its very words, or its words with a number that counts pages."""
    text = piece.text.casefold()
    slot = _slot(piece, page)
    yield text, None, slot
    form = _NUMBERS.sub("#", text)
    for found in _NUMBERS.findall(text):
        yield form, _value(found) - number, slot


def _value(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral[:9])
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _at_edges(page: PageGlyphs) -> Iterator[Piece]:
    return (piece for piece in page.pieces if _is_at_edge(piece, page))


def _is_at_edge(piece: Piece, page: PageGlyphs) -> bool:
    return not page.height * _ZONE < piece.middle < page.height * (1 - _ZONE)


def _slot(piece: Piece, page: PageGlyphs) -> int:
    # From the nearer edge, since pages of one document may differ in height.
    place = piece.middle if piece.middle < page.height / 2 else piece.middle - page.height
    return round(place / _NEAR)
