"""A document has its own title, else its first heading that reads like a title, else the name of its file."""

from __future__ import annotations

import pytest

from qa.parsers.build import TextBuilder
from qa.parsers.title import choose

NOTICE = "Certain portions of this exhibit were omitted"


@pytest.mark.parametrize(
    ("headings", "title"),
    [
        ([(NOTICE, 2), ("COLLABORATION AGREEMENT", 2)], "COLLABORATION AGREEMENT"),
        ([(NOTICE, 2), ("Terms of Use", 2)], "Terms of Use"),
        ([("How to cook rice", 1), ("Ingredients", 2)], "How to cook rice"),
        ([(NOTICE, 2)], NOTICE),
        ([("1. Rent", 1), ("2. Deposit", 1)], "lease"),
    ],
)
def test_a_notice_above_the_title_is_not_the_title(headings: list[tuple[str, int]], title: str) -> None:
    builder = TextBuilder()
    for text, level in headings:
        builder.add(text, "heading", level)
    builder.add("The parties agree as follows.")
    builder.add("Another Heading", "heading", 2)
    assert choose(builder.extract(None), "lease") == title
    assert choose(builder.extract("Its own title"), "lease") == "Its own title"
