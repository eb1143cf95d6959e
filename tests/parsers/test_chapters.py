"""Chapters of plain text: their lines are headings, and no other lines are."""

from __future__ import annotations

import pytest
from sample_files import read_one

from qa.parsers.chapters import chapters, part_level
from qa.text.sentences import segment

BOOK = """War and Peace

BOOK TWO: 1805

CHAPTER III

Prince Andrew rode up the hill. He saw the field.

CHAPTER IV.
The Bridge

They crossed the Danube by the bridge.
"""


def test_a_quote_of_a_plain_text_book_has_its_book_and_chapter() -> None:
    document = read_one(BOOK.encode(), "war-and-peace.txt")
    headings_of_passages = {document.text[p.start : p.end]: p.headings for p in segment(document)}
    assert headings_of_passages["Prince Andrew rode up the hill. He saw the field."] == (
        "BOOK TWO: 1805",
        "CHAPTER III",
    )
    assert headings_of_passages["They crossed the Danube by the bridge."] == (
        "BOOK TWO: 1805",
        "CHAPTER IV. The Bridge",
    )
    assert document.text == BOOK
    assert document.title == "war-and-peace"


def test_a_text_without_chapters_has_no_blocks() -> None:
    assert chapters("One paragraph.\n\nAnother one.\n\nChapter 1\n\nOnly one such line.") == ()


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("CHAPTER IV", 5),
        ("Chapter 12. The Ball", 5),
        ("THE FIRST", 0),
        ("Book the First", 2),
        ("PART ONE", 3),
        ("ACT III. SCENE II", 4),
        ("Epilogue", 1),
        ("Chapter 3 of the report says", 5),
        ("Part of the text,", 0),
        ("Section 5, paragraph 2 applies.", 0),
        ("In chapter four he leaves.", 0),
        ("Booking two rooms", 0),
    ],
)
def test_only_a_line_that_names_a_part_is_a_heading(line: str, level: int) -> None:
    assert part_level(line) == level
