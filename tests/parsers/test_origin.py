"""The author, publisher and date that a file names, and what programs write where nobody is named."""

from __future__ import annotations

import pytest

from qa.parsers import html, origin
from qa.parsers.build import TextBuilder
from qa.types import Omission


def named(*authors: str | None, publisher: str | None = None, date: str | None = None) -> dict[str, str]:
    builder = TextBuilder()
    builder.add("Text.")
    origin.add(builder, authors, publisher, date)
    omissions: tuple[Omission, ...] = builder.extract(None).omissions
    assert {each.reason for each in omissions} <= {"metadata"}
    return {each.name or "": each.text for each in omissions}


@pytest.mark.parametrize(
    "author",
    ["", " ", None, "admin", "Administrator", "User 1", "jsmith", "smith2", "WORK\\jsmith",
     "Microsoft Office User", "python-docx", "a@b.org", "https://b.org", "Unknown", "---", "A" * 300],
)  # fmt: skip
def test_what_names_nobody_is_no_author(author: str | None) -> None:
    assert named(author) == {}


def test_names_are_as_the_file_has_them() -> None:
    assert named(" Anna\nLee ", "U.S. Department of State", publisher="O'Reilly Media") == {
        "author": "Anna Lee, U.S. Department of State",
        "publisher": "O'Reilly Media",
    }
    assert named("WHO") == {"author": "WHO"}


@pytest.mark.parametrize(
    ("author", "expected"),
    [("Anna Lee", ["Anna Lee"]), ("WHO", ["WHO"]), ("Toshiba", []), ("Win", []), ("", []), (None, [])],
)
def test_the_name_of_an_account_in_an_office_file_is_no_author(
    author: str | None, expected: list[str]
) -> None:
    builder = TextBuilder()
    builder.add("Text.")
    origin.add_typist(builder, author)
    assert [each.text for each in builder.extract(None).omissions] == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2019", "2019"), ("2019/05/03", "2019-05-03"), ("2019-05-03T10:00:00Z", "2019-05-03"),
     ("2019-05", "2019-05"), ("May 2019", None), ("2019-13-40", "2019"), ("20190503", None), (None, None)],
)  # fmt: skip
def test_dates_are_those_of_iso(date: str | None, expected: str | None) -> None:
    assert named(date=date).get("date") == expected


def test_a_page_names_its_author_publisher_and_date_in_its_head() -> None:
    page = (
        b"<html><head><title>T</title><meta name='Author' content='Anna Lee'><meta name='dc.publisher' "
        b"content='Barn Press'><meta property='article:published_time' content='2020-01-14T09:00:00Z'></head>"
        b"<body><p>The barn is red.</p></body></html>"
    )
    omissions = {each.name: each.text for each in html.read(page).omissions if each.name}
    assert omissions == {"author": "Anna Lee", "publisher": "Barn Press", "date": "2020-01-14"}
