"""Quotation marks of any language, nested, mixed and unbalanced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.check.marks import scan


def inside(text: str) -> list[str]:
    return [text[m.start : m.end] for m in scan(text, 0, len(text)).marked]


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ("He said “the tenant pays” today.", ["the tenant pays"]),
        ("„Der Mieter zahlt“ und »sie auch«, «là».", ["Der Mieter zahlt", "sie auch", "là"]),
        ("« le texte » est « là »", [" le texte ", " là "]),
        ('"one" and a 12" pipe and "the 12" pipe is long" end', ["one", 'the 12" pipe is long']),
        ("'I saw the boys' dog,' he said, 'and left.' it's", ["I saw the boys' dog,", "and left."]),
        ("‘He said “yes” and left’ the tenants’ rights", ["He said “yes” and left"]),
        ("“outer ‘inner it’s’ outer”", ["outer ‘inner it’s’ outer"]),
        ("”svenska ord” här", ["svenska ord"]),
        ("「日本語『中』です」", ["日本語『中』です"]),
        ("(\"in parens\") and word\"word ``latex text'' end", ["in parens", "latex text"]),
        ("“mixed\" and \"mixed” x", ["mixed", "mixed"]),
        ("the tenants’ rights and ’tis the ’90s, the dogs' bowls and the cats' toys", []),
        ('צה"ל אמר "שלום לכולם" היום', ["שלום לכולם"]),
        ("»Tysk« and «Fransk»", ["Tysk", "Fransk"]),
        ("She said: 'It's the tenants' duty to pay.' Then", ["It's the tenants' duty to pay."]),
        ("Das „Er sagte ‚nein‘ dazu“ gilt", ["Er sagte ‚nein‘ dazu"]),
        ("don't can't won't o'clock", []),
        ("6'2\" tall and 5'11\" tall", []),
    ],
)  # fmt: skip
def test_the_outermost_marks_count(text: str, quotations: list[str]) -> None:
    assert inside(text) == quotations


def test_marks_without_a_partner_are_reported() -> None:
    text = "“unclosed and “second one” here"
    result = scan(text, 0, len(text))
    assert [text[m.start : m.end] for m in result.marked] == ["second one"]
    assert result.unclosed == ("“", 0)
    assert scan("the end” of it", 0, 14).unopened == (("”", 7),)


@given(st.text(alphabet="ab '\"“”„‘’‚«»‹›「」.,\n`5"))
def test_stretches_are_in_order_and_inside_their_marks(text: str) -> None:
    before = 0
    for marked in scan(text, 0, len(text)).marked:
        assert before <= marked.outer_start < marked.start <= marked.end < marked.outer_end <= len(text)
        before = marked.outer_end
