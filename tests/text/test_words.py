"""Words of the index and the scores: their places are slices, and their stems agree."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.text.tokens import stem, terms, tokens, unwrapped, unwrapped_places, whole_words


def words(text: str) -> list[str]:
    return [word for word, _, _ in tokens(text)]


@given(st.text())
@example("0-\ra")
def test_a_word_is_its_slice_and_follows_the_previous_one(text: str) -> None:
    previous = (-1, 0)
    for word, start, end in tokens(text):
        # A word that a line end splits comes after its first part, without the line end.
        assert word in (
            text[start:end],
            text[previous[0] : previous[1]] + text[previous[1] : end].lstrip("-\u2010\u00ad").lstrip(),
        )
        assert word
        assert previous[0] < start < end <= len(text) or (start == previous[0] and end > previous[1])
        previous = start, end


@given(st.text())
def test_every_word_character_is_in_a_word(text: str) -> None:
    covered = {at for _, start, end in tokens(text) for at in range(start, end)}
    letters = {at for at, c in enumerate(text) if c.isalnum() and ord(c) < 0x10000}
    assert letters <= covered


@given(st.text())
def test_stemming_accepts_any_word_and_returns_text(text: str) -> None:
    for word in words(text):
        assert stem(word)
        assert stem(word, "de")
        assert stem(word, "xx")


def test_words_are_separated_at_punctuation_and_keep_their_places() -> None:
    assert list(tokens("China’s no-fly zone, 2.5 km_2")) == [
        ("China", 0, 5), ("s", 6, 7), ("no", 8, 10), ("fly", 11, 14), ("zone", 15, 19),
        ("2", 21, 22), ("5", 23, 24), ("km", 25, 27), ("2", 28, 29),
    ]  # fmt: skip


def test_exponents_and_note_marks_are_separate_words_and_units_are_whole() -> None:
    text = "paid¹ in 1990² 10⁶ m² H₂O theⁱᵛ 1ˢᵗ"
    result = list(tokens(text))
    assert [word for word, _, _ in result] == [
        "paid", "¹", "in", "1990", "²", "10", "⁶", "m²", "H₂O", "the", "ⁱᵛ", "1ˢᵗ",
    ]  # fmt: skip
    assert all(text[start:end] == word for word, start, end in result)


def test_scripts_without_spaces_have_a_pair_for_each_two_neighbours() -> None:
    assert list(tokens("去北京a我")) == [("去北", 0, 2), ("北京", 1, 3), ("a", 3, 4), ("我", 4, 5)]
    assert words("ไทย") == ["ไท", "ทย"]


def test_combining_marks_do_not_split_words() -> None:
    # Python's \w does not match combining marks: every vowel of Hindi ended a word.
    assert words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]
    assert words("مَرْحَبًا بِك") == ["مَرْحَبًا", "بِك"]
    assert words("re\u0301sume\u0301 shown") == ["re\u0301sume\u0301", "shown"]


@pytest.mark.parametrize(
    ("language", "form", "other_form", "term"),
    [
        ("en", "negotiations", "Negotiation", "negoti"),
        ("en", "countries", "COUNTRY", "countri"),
        ("de", "Häuser", "häusern", "haus"),
        ("fr", "continuellement", "Continuelle", "continuel"),
        ("ru", "книги", "Книга", "книг"),
        ("xx", "Running", "running", "running"),
    ],
)
def test_forms_of_a_word_have_one_term(language: str, form: str, other_form: str, term: str) -> None:
    assert stem(form, language) == stem(other_form, language) == term


def test_accents_widths_and_points_do_not_matter() -> None:
    assert stem("Café") == stem("cafe") == stem(unicodedata.normalize("NFD", "Café"))
    assert stem("２０２０") == "2020"
    assert stem("שָׁלוֹם", "he") == "שָׁלוֹם"
    assert stem("مَرْحَبًا") == "مرحبا"


def test_vowels_of_hindi_are_not_dropped_like_accents() -> None:
    assert stem("की", "hi") != stem("के", "hi")


def test_a_ligature_of_several_words_is_a_term_without_spaces() -> None:
    # The word index splits terms at spaces, and then did not contain the term.
    assert stem("\ufdfa", "fa") == "صلىاللهعليهوسلم"


def test_numbers_are_unchanged() -> None:
    assert stem("1990s") == "1990s"


def test_terms_are_in_the_order_of_the_words() -> None:
    assert terms("Talks and negotiations began; talks ended.") == [
        "talk", "and", "negoti", "began", "talk", "end",
    ]  # fmt: skip


def test_a_word_split_at_a_line_end_is_indexed_whole_and_in_parts() -> None:
    text = "The commit-\ntee met. A long-\n  term plan of 1990-\n95."
    words = [word for word, _, _ in tokens(text)]
    assert "committee" in words
    assert {"long", "term", "longterm"} <= set(words)
    assert "199095" not in words
    spans = {word: text[start:end] for word, start, end in tokens(text)}
    assert spans["committee"] == "commit-\ntee"


def test_lines_and_split_words_are_joined_for_embedding() -> None:
    assert unwrapped("The commit-\ntee met\n on  the Franco-\nGerman bor\u00adder.") == (
        "The committee met on the Franco-German border."
    )


BROKEN = st.text(st.sampled_from("abC -\n\r\t.\u00ad\u2010\u2028\u3000é\u0301日本ก็😀"), max_size=20)


@given(BROKEN | st.text())
def test_every_embedded_character_comes_from_the_text(text: str) -> None:
    embedded, places = unwrapped(text), unwrapped_places(text)
    assert len(embedded) == len(places)
    assert places == sorted(set(places))
    for sign, at in zip(embedded, places, strict=True):
        is_blank = sign == " " and text[at].isspace()
        is_break = sign == "-" and text[at] in "\u2010\u00ad"
        assert sign == text[at] or is_blank or is_break


@given(BROKEN | st.text())
def test_whole_words_cover_every_letter_once(text: str) -> None:
    spans = whole_words(text)
    covered = [at for start, end in spans for at in range(start, end)]
    assert covered == sorted(set(covered))
    assert {at for _, start, end in tokens(text) for at in range(start, end)} == set(covered)


def test_whole_words_are_the_embedded_words() -> None:
    text = "The commit-\ntee of the Franco-\nGerman 北京 ก็ 2,5"
    assert [text[start:end] for start, end in whole_words(text)] == [
        "The", "commit-\ntee", "of", "the", "Franco", "German", "北", "京", "ก็", "2", "5",
    ]  # fmt: skip


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"])
def test_invisible_characters_split_no_word(mark: str) -> None:
    text = f"The under{mark}writer pays."
    assert terms(text) == terms("The underwriter pays.")
    assert words(text)[1] == f"under{mark}writer"
    assert [word.rstrip(mark) for word in words(f"after {mark} all{mark}")] == ["after", "all"]
    if mark not in "\u200c\u200d":
        assert unwrapped(text) == "The underwriter pays."


def test_a_line_can_end_inside_words_of_scripts_without_spaces() -> None:
    assert list(tokens("船\n长通")) == [("船\n长", 0, 3), ("长通", 2, 4)]
    assert terms("船 \n\u3000长", "zh") == terms("船长", "zh")
    assert terms("船\n\n长", "zh") == ["船", "长"]
    assert terms("船\u200b长", "zh") == ["船长"]
    assert unwrapped("船\n长通知 你\n\n好\nthe\ncaptain") == "船长通知 你好 the captain"


def test_many_invisible_marks_are_processed_quickly() -> None:
    started = time.process_time()
    for text in (
        "a" + "\u00ad" * 300_000,
        "船" + " " * 300_000,
        ("船" + "\u200b" * 9) * 30_000,
        "船\n" * 100_000,
    ):
        list(tokens(text))
        unwrapped(text)
    assert time.process_time() - started < 3
