from __future__ import annotations

import pytest

from qa.web.finding import MOST_HITS, find


@pytest.mark.parametrize(
    ("text", "words", "stretches"),
    [
        ("The Heron. The herons.", "heron", ["Heron", "heron"]),
        ("blue\nboat, blue  boat", "Blue boat", ["blue\nboat", "blue  boat"]),
        ("a govern-\nment, a govern\u00adment", "government", ["govern-\nment", "govern\u00adment"]),
        ("the landlord\u2019s \u201croof\u201d", 'landlord\'s "roof"', ["landlord\u2019s \u201croof\u201d"]),
        ("1990\u20131991", "1990-1991", ["1990\u20131991"]),
        ("a.b", "a.c", []),
        ("(a+)+$", "(a+)+$", ["(a+)+$"]),
        ("anything", " ", []),
    ],
)
def test_words_are_found_as_a_reader_types_them(text: str, words: str, stretches: list[str]) -> None:
    hits, total = find(text, words)
    assert [text[start:end] for start, end in hits] == stretches
    assert total == len(stretches)


def test_all_places_are_counted_although_not_all_are_returned() -> None:
    hits, total = find("a " * (MOST_HITS + 5), "a")
    assert (len(hits), total) == (MOST_HITS, MOST_HITS + 5)
