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


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["Exhibit 10.20", "(TRANSLATION)", "OUTSOURCING AGREEMENT"], "OUTSOURCING AGREEMENT"),
        (["STRICTLY PRIVATE AND CONFIDENTIAL", "1 April, 2020", "SERVICE AGREEMENT"], "SERVICE AGREEMENT"),
        (["Exhibit 10.4 Consulting Agreement"], "Consulting Agreement"),
        (["Acme GmbH", "Mietvertrag für Gewerberäume"], "Mietvertrag für Gewerberäume"),
        (
            ["Contract No.: 4711", "(LEASE AGREEMENT)", "AGREEMENT", "A Guide to", "Annual Report 104"],
            "lease",
        ),
        (["The tenant shall pay the rent.", "LEASE AGREEMENT"], "lease"),
    ],
)
def test_a_line_that_names_a_kind_of_document_is_its_title(lines: list[str], title: str) -> None:
    builder = TextBuilder()
    for line in lines:
        builder.add(line)
    builder.add("This agreement is made on the first day of May and binds the parties and their successors.")
    builder.add("BACKGROUND", "heading", 1)
    # Without such a line, the first heading is the title.
    assert choose(builder.extract(None), "lease") == ("BACKGROUND" if title == "lease" else title)
    assert choose(builder.extract("Its own title"), "lease") == "Its own title"


def test_a_heading_in_brackets_is_no_title() -> None:
    builder = TextBuilder()
    builder.add("(TRANSLATION)", "heading", 1)
    builder.add("The parties agree as follows.")
    assert choose(builder.extract(None), "lease") == "lease"
