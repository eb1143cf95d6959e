"""What counts as the same text, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.check.difference import difference, is_typographic
from qa.check.folding import find, key, same
from qa.check.words import words_of

SAME = [
    ("long-term", "long term"), ("commit-\ntee", "committee"), ("the  tenant\nshall", "the tenant shall"),
    ("“the tenant’s” x", "'the tenant's' x"), ("5-10", "5–10"), ("plan—not", "plan - not"),
    ("word¹ next", "word next"), ("end.[12] Next", "end. Next"), ("ofﬁce", "office"),
    ("a **bold** word", "a bold word"), ("Hello , world", "Hello, world"), ("10\u00a0000", "10 000"),
    ("中文 字", "中文字"), ("co-operate", "cooperate"), ("a\u200bb", "ab"), ("café", "cafe\u0301"),
    ("… and", "... and"), ("b,\r\nc", "b, c"), ("pre-\n1990 rule", "pre-1990 rule"), ("STRASSE", "straße"),
    ("« non »", "“non”"), ("ex\u00adam\u00adple", "example"),
]  # fmt: skip
DIFFERENT = [
    ("not able", "notable"), ("tenant's", "tenants"), ("5-10", "510"), ("-5 degrees", "5 degrees"),
    ("at -5 degrees", "at 5 degrees"), ("plan—not", "plan not"), ("10²", "10"), ("2*3", "23"),
    ("a, b", "a b"),
    ("10 000", "10000"), ("für", "fur"), ("1,000", "1.000"), ("5 10", "5-10"), ("A – B", "A B"), ("(a)", "a"),
    ("isn't", "isnt"), ("3½", "31⁄2"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_typography_makes_no_difference(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)
    assert is_typographic(difference(one, other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_words_numbers_and_punctuation_make_a_difference(one: str, other: str) -> None:
    assert not same(one, other)
    assert not same(other, one)
    assert not is_typographic(difference(f"We say {one} here", f"We say {other} here"))


def test_a_text_is_found_with_other_typography_as_whole_words_only() -> None:
    text = "The com-\nmittee said “no” to it, and the committees said no."
    assert [text[a:b] for a, b in find(text, key("Committee said 'no'"))] == ["com-\nmittee said “no"]
    assert list(find(text, key("committee said no."))) == []
    assert list(find("an oﬃce", key("of"))) == []
    assert list(find(text, "")) == []


def test_numbers_and_words_with_apostrophes_are_one_word() -> None:
    keys = [
        word.key for word in words_of("The com-\nmittee's 1,000.50 tenants' rights—“no”, -5 [sic] 中文 . . .")
    ]
    assert keys == [
        *("the", "committee's", "1,000.50", "tenants", "rights", "–", "no", ",", "–", "5"),
        *("[", "sic", "]", "中", "文", "…"),
    ]  # fmt: skip


@given(st.text(), st.text())
def test_the_pieces_of_a_difference_are_the_two_texts(draft: str, source: str) -> None:
    changes = difference(draft, source)
    assert "".join(change.draft for change in changes) == draft
    assert "".join(change.source for change in changes) == source


@given(st.text())
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert same(text, text)
    assert is_typographic(difference(text, text))
    assert "".join(text[word.start : word.end] for word in words_of(text)) == "".join(
        text[word.start : word.end] for word in sorted(words_of(text), key=lambda word: word.start)
    )


def test_a_difference_is_shown_word_by_word() -> None:
    changes = difference("the Tenant shall pay $6,000", "The Tenant shall not pay $5,000")
    assert [(change.kind, change.draft, change.source) for change in changes] == [
        ("typographic", "the ", "The "),
        ("same", "Tenant shall ", "Tenant shall "),
        ("missing", "", "not "),
        ("same", "pay $", "pay $"),
        ("changed", "6,000", "5,000"),
    ]


def test_a_full_stop_may_be_the_authors_only_at_the_end() -> None:
    assert is_typographic(difference("pay the rent.", "pay the rent"))
    assert is_typographic(difference("pay the rent,", "pay the rent"))
    assert not is_typographic(difference("pay the rent?", "pay the rent"))
    assert not is_typographic(difference("pay. the rent", "pay the rent"))
    assert not is_typographic(difference("pay the rent.", "pay the rent", final=False))
