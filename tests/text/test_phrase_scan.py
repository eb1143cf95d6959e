"""The fast scan of a text has exactly the places of `qa.text.exact.find`."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qa.text.exact import find, fold, folded_phrase
from qa.text.phrase_scan import _FOLDED_RANGES, PhraseScan, joined

# Few signs, so that matches occur; among them are gaps, and characters that fold to several.
SIGNS = st.text(
    alphabet="abefilnsuABÉé\u0301ßﬁﬀﬃ…ü１가각日本 \n\t-\u2013\u00ad\u200b\u2019'\"“.,1²½", max_size=40
)


@given(SIGNS, SIGNS)
@example("a affine office", "ﬃ")
@example("ba a a", "a a")
@example("Kün-\ndigung der Kündigung", "kündigung")
@example("limi\u00ad\ntation, limi-\ntation and LIMITATION", "limitation")
@example("한국 한국", "한국")
@example("of" + " \n" * 90 + "liability", "of liability")
def test_the_places_are_those_of_the_slow_search(text: str, words: str) -> None:
    phrase = folded_phrase(words)
    assume(phrase)
    assert PhraseScan(phrase).find(text) == find(text, phrase)


@given(SIGNS, st.integers(0, 40), st.integers(1, 8))
def test_a_stretch_of_a_text_has_the_places_of_the_slow_search(text: str, start: int, length: int) -> None:
    phrase = folded_phrase(text[start : start + length])
    assume(phrase)
    assert PhraseScan(phrase).find(text) == find(text, phrase)


def test_places_in_a_long_text_are_found_at_their_offsets() -> None:
    filler = "The harbour is open — “daily” — from dawn. " * 500
    text = f"{filler}Limitation of Li-\nability.{filler}limitation  of\nliability"
    scan = PhraseScan(folded_phrase("limitation of liability"))
    assert [text[a:b] for a, b in scan.find(text)] == [
        "Limitation of Li-\nability",
        "limitation  of\nliability",
    ]


def test_a_phrase_that_can_match_in_very_many_ways_is_found_in_time() -> None:
    phrase = folded_phrase("ée" * 60 + "x")
    text = "e" * 400 + " " + "Ée" * 60 + "X."
    assert PhraseScan(phrase).find(text) == find(text, phrase) == [(401, 522)]


def test_no_character_outside_the_ranges_folds_to_another() -> None:
    others = (
        chr(code)
        for code in range(sys.maxunicode + 1)
        if not 0xD800 <= code < 0xE000 and not any(code in each for each in _FOLDED_RANGES)
    )
    # Only these can fold to others, which is much faster to see.
    others = (sign for sign in others if sign.casefold() != sign or unicodedata.decomposition(sign))
    assert "".join(sign for sign in others if fold(sign) != sign) == ""


@pytest.mark.parametrize(
    ("spans", "expected"),
    [([], []), ([(0, 3), (2, 5), (7, 8)], [(0, 5), (7, 8)]), ([(-5, 2), (1, 1)], [(-5, 2)])],
)
def test_overlapping_spans_are_joined(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert list(joined(spans)) == expected
