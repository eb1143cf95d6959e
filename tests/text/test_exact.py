"""Exact words are matched in any typography, and no other words are."""

from __future__ import annotations

import re
import time
import unicodedata
from itertools import combinations, pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qa.text.exact import find, fold, folded_phrase


def matches(text: str, phrase: str) -> list[str]:
    return [text[start:end] for start, end in find(text, folded_phrase(phrase))]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("under\u00adwriter", "underwriter"),
        ("ware\u200bhouse\u200cman\ufeff", "warehouseman"),
        ("ware\u2060house\u200dman", "warehouseman"),
        ("under-\nwriter", "underwriter"),
        ("under\u00ad\n  writer", "underwriter"),
        ("under\u2010\r\nwriter", "underwriter"),
        ("long-\nterm loan", "long-term loan"),
        ("a state-of-the-\nart crane", "state-of-the-art"),
        ("Franco-\nGerman", "Franco-German"),
        ("1990-\n95", "1990-95"),
        ("within ninety\n    days", "ninety days"),
        ("ninety\u00a0days", "ninety days"),
        ("ninety\u2003\t days", "ninety days"),
        ("ninety\u200b days", "ninety days"),
        ("the harbour\n\nmaster", "harbour master"),
        ("船\n长通知", "船长"),
        ("船\u3000\n  长", "船长"),
        ("船\u200b长", "船长"),
        ("的，\n是", "的，是"),
        ("don’t go", "don't go"),
        ("don't go", "don’t go"),
        ("the “big” ship", 'the "big" ship'),
        ("1990–95", "1990-95"),
        ("Franco–German", "Franco-German"),
        ("free—or nearly", "free - or nearly"),
        ("free — or nearly", "free--or nearly"),
        ("the o\ufb03ce", "office"),
        ("\ufb01nal", "final"),
        ("THE CRANE", "the crane"),
        ("Straße", "STRASSE"),
        ("ＡＢＣ公司", "abc公司"),
        ("cafe\u0301", "café"),
        ("café", "cafe\u0301"),
        ("and so on …", "and so on"),
        ("ninety days.", "ninety days."),
        ("(ninety days)", "ninety days"),
        ("long-term", "term"),
        ("船长通知货主", "通知"),
    ],
)
def test_typography_lines_and_case_make_no_difference(text: str, phrase: str) -> None:
    assert len(matches(text, phrase)) == 1
    assert len(matches(f"Then {text} again", phrase)) == 1


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("party", "art"),
        ("under\u00adwriters", "underwriter"),
        ("the under\u00adwriter", "writer"),
        ("10⁹ cells", "109"),
        ("H₂O", "H2O"),
        ("½ cup", "12 cup"),
        ("café", "cafe"),
        ("cafe\u0301", "cafe"),
        ("o\ufb03ce", "of"),
        ("ninety days", "ninetydays"),
        ("see note 12", "note 1"),
        ("1-2", "12"),
        ("snake_case", "snake"),
    ],
)
def test_other_words_do_not_match(text: str, phrase: str) -> None:
    assert matches(text, phrase) == []


texts = st.text(st.one_of(st.sampled_from("ab船长-–—\u00ad\u200b \n’'ﬁé9⁹."), st.characters()), max_size=30)


@given(texts, st.integers(0, 30), st.integers(1, 10))
@example("a\u00ad-\nb", 0, 4)
def test_every_sequence_of_words_is_located(text: str, start: int, length: int) -> None:
    phrase = folded_phrase(text[start : start + length])
    for a, b in find(text, phrase):
        # Each match is a slice that folds to the phrase.
        assert fold(text[a:b]).strip("-") == phrase.strip("-")
    spans = find(text, phrase)
    assert spans == sorted(spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(st.lists(st.sampled_from(["under", "writer", "ninety", "days", "notice"]), min_size=1, max_size=5))
def test_words_between_spaces_match_in_any_layout(words: list[str]) -> None:
    text = " \n".join(word[:2] + "\u00ad" + word[2:] for word in words)
    assert matches(f"Before {text}, after", " ".join(words)) == [text]


# Few signs, so that matches occur; among them are gaps, and characters that fold to several.
SIGNS = st.text(
    alphabet="abefilnsuABÉé\u0301ßﬁﬀﬃ…ü１가각日本 \n\t-\u2013\u00ad\u200b\u2019'\"“.,1²½", max_size=40
)
GAP = re.compile(r"[\s\-\u2013\u00ad\u200b]")


def by_trying_every_slice(text: str, phrase: str) -> list[tuple[int, int]]:
    """Return the first slices that fold to a phrase and are whole words, without overlap."""
    spans: list[tuple[int, int]] = []
    for start, end in combinations(range(len(text) + 1), 2):
        is_drawn = not GAP.match(text, start) and not GAP.match(text, end - 1)
        beyond = spans[-1][1] if spans else 0
        if start >= beyond and is_drawn and fold(text[start:end]) == phrase and is_whole(text, start, end):
            spans.append((start, end))
    return spans


def is_whole(text: str, start: int, end: int) -> bool:
    """Return whether no word continues on either side of a slice."""
    seen = text.translate(dict.fromkeys(map(ord, "\u00ad\u200b")))
    first = start - sum(text[:start].count(sign) for sign in "\u00ad\u200b")
    last = first + len(text[start:end]) - sum(text[start:end].count(sign) for sign in "\u00ad\u200b")
    sides = ((seen[first - 1 : first], seen[first]), (seen[last : last + 1], seen[last - 1]))
    return not any(
        is_of_word(one) and is_of_word(two) and "日" not in (one, two) and "本" not in (one, two)
        for one, two in sides
    )


def is_of_word(sign: str) -> bool:
    return bool(sign) and (sign.isalnum() or unicodedata.category(sign).startswith("M"))


@given(SIGNS, SIGNS)
@example("a affine office", "ﬃ")
@example("ba a a", "a a")
@example("Kün-\ndigung der Kündigung", "kündigung")
@example("limi\u00ad\ntation, limi-\ntation and LIMITATION", "limitation")
@example("한국 한국", "한국")
def test_the_places_are_the_slices_that_fold_to_the_phrase(text: str, words: str) -> None:
    phrase = folded_phrase(words)
    assume(any(sign.isalnum() for sign in phrase))
    assert find(text, phrase) == by_trying_every_slice(text, phrase)


@given(SIGNS, st.sampled_from("aÉfi1"), SIGNS, st.integers(0, 4), st.integers(1, 8))
def test_the_places_of_a_stretch_are_the_slices_that_fold_to_it(
    before: str, letter: str, after: str, back: int, length: int
) -> None:
    text, start = before + letter + after, max(0, len(before) - back)
    # The stretch has a letter, so that there is something to find.
    phrase = folded_phrase(text[start : len(before) + length])
    assert find(text, phrase) == by_trying_every_slice(text, phrase)


def test_places_in_a_long_text_are_found_at_their_offsets() -> None:
    filler = "The harbour is open — “daily” — from dawn. " * 500
    text = f"{filler}Limitation of Li-\nability.{filler}limitation  of\nliability"
    assert [text[a:b] for a, b in find(text, folded_phrase("limitation of liability"))] == [
        "Limitation of Li-\nability",
        "limitation  of\nliability",
    ]


def test_long_texts_and_phrases_are_matched_quickly() -> None:
    started = time.process_time()
    for text in ("a " * 200_000, "-" * 400_000, "\u00ad" * 400_000, "ab" * 200_000, "船\n" * 100_000):
        find(text, folded_phrase("a a a a b"))
        find(text, folded_phrase("a" * 4_000))
    assert time.process_time() - started < 10
