"""Markdown in common use: no text of the file is lost, and each block knows its line."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from sample_files import read_one, text

from qa.types import Document


def _read(source: str) -> Document:
    return read_one(source.encode(), "a.md")


def _blocks(source: str) -> list[str]:
    document = _read(source)
    return [text(document, block) for block in document.blocks]


def _left_out(document: Document) -> list[tuple[str, str]]:
    return [(omission.reason, omission.text) for omission in document.omissions]


@pytest.mark.parametrize(
    "source",
    [
        "---\n\nThe quarry is closed.\n\n---\n\nMore.\n",
        "---\nThe quarry is closed.\n---\nMore.\n",
        "---\n- The quarry is closed.\n---\nMore.\n",
        "+++\nThe quarry is closed.\n+++\nMore.\n",
        "----\ntitle: The quarry is closed.\n---\nMore.\n",
    ],
)
def test_text_below_a_rule_is_no_front_matter(source: str) -> None:
    document = _read(source)
    assert "The quarry is closed." in document.text
    assert not _left_out(document)


def test_front_matter_has_the_title_and_its_sentences_are_text() -> None:
    document = _read(
        "---\ntitle: 'The Minutes'\ntags:\n  - a\n  - b\nsummary: >\n  The board rejected\n  the merger\n"
        "note: The ferry leaves at nine.\nauthor: Ann\n---\n# Present\n"
    )
    assert document.title == "The Minutes"
    assert document.text == "The board rejected the merger\n\nThe ferry leaves at nine.\n\nPresent"
    assert [line.number for line in document.lines] == [7, 9, 12]
    assert _left_out(document) == [("metadata", "title\ntags: - a - b\nsummary\nnote\nauthor: Ann")]
    assert _read('+++\ntitle = "T"\ndraft = true\n+++\nBody.\n').title == "T"
    assert _read("---\n---\nBody.\n").text == "Body."


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("2*3*4 and 2**10**3", "2*3*4 and 2**10**3"),
        ("width*height*depth or a*b*c", "width*height*depth or a*b*c"),
        (
            "snake_case_name and _em_ and *em*s and **bold**text",
            "snake_case_name and em and ems and boldtext",
        ),
        ("*.csv and *.txt", "*.csv and *.txt"),
        ("*the sum 2*3 is six*", "the sum 2*3 is six"),
        ("这是**重点**内容", "这是重点内容"),
        ("$x_1*y_2*z$ is $$a*b*c$$", "$x_1*y_2*z$ is $$a*b*c$$"),
        ("from $5 to *ten* dollars, $10", "from $5 to ten dollars, $10"),
        ("`a*b*c`", "a*b*c"),
        (
            "See [[Harbour office|the office]] and ![[map.png]]",
            "See [[Harbour office|the office]] and ![[map.png]]",
        ),
        (
            "cp <source> <target-file> or <your name here> </x>",
            "cp <source> <target-file> or <your name here> </x>",
        ),
        ("List<String> of <b>bold</b><br>and <kbd>K</kbd>", "List<String> of bold\nand K"),
        ("<title> of <object>", "<title> of <object>"),
        ("<https://a.b> H~2~O ==x==", "https://a.b H~2~O ==x=="),
    ],
)
def test_inline_text_is_kept_as_intended(source: str, shown: str) -> None:
    assert _blocks(source) == [shown]


def test_formulas_on_separate_lines_begin_no_lists() -> None:
    assert _blocks("Text:\n$$\n- a + b\n= c\n$$\nNext.") == ["Text:", "$$ - a + b = c $$", "Next."]
    assert _blocks("$$ never closed\n\n- item") == ["$$ never closed", "item"]


def test_list_numbers_are_kept_as_written() -> None:
    assert _blocks("3. three\n4. four\n   - sub\n\n1) a\n1) b\n\n- [x] done") == [
        *("3. three", "4. four", "sub", "1) a", "1) b", "[x] done"),
    ]


def test_every_note_is_a_block_with_its_mark() -> None:
    document = _read(
        "Built[^1], raised[^b].\n\n[^1]: Interview\ngoes on.\n\n    More of it.\n[^b]: Smith1974\n# Head"
    )
    assert [text(document, block) for block in document.blocks] == [
        "Built[^1], raised[^b].",
        "[^1]: Interview goes on.",
        "More of it.",
        "[^b]: Smith1974",
        "Head",
    ]
    assert [(place.kind, place.label) for place in document.places] == [
        ("note", "1"),
        ("note", "1"),
        ("note", "b"),
    ]


def test_cells_beyond_the_table_head_are_kept() -> None:
    assert _blocks("| a | b |\n|---|---|\n| 1 | 2 | more \\| words |\n| 3 |") == [
        *("a\tb", "1\t2\tmore | words", "3"),
    ]


def test_invisible_text_is_omitted_with_its_reason() -> None:
    document = _read(
        "~~Old~~ new. <!-- a secret --> [a](b 'Tip')\n\n<!--\nBlock\n-->\n\n[r]: http://x 'Name'\n\n"
        "```py title=x\ncode\n```\n\n<div hidden>no</div>\n"
    )
    assert document.text == "new. a\n\ncode"
    assert sorted(_left_out(document)) == [
        ("hidden", "Block"),
        ("hidden", "R Name"),
        ("hidden", "Tip"),
        ("hidden", "a secret"),
        ("hidden", "no"),
        ("metadata", "py title=x"),
        ("struck", "Old"),
    ]


def test_every_block_and_every_line_of_a_paragraph_knows_its_line() -> None:
    source = (
        "# One\n\n\nFirst line of\nthe paragraph. It\nends here.  \nHard.\n\n<!-- a\nb -->\n\n```\n\ncode\nmore\n```\n"
        "\n| a |\n|---|\n| cell |\n\n1. item\n\n   inner\n\n> quote\n> goes on\n\n<div>\nHTML text\n<p>para</p>\n</div>\n"
    )
    document = _read(source)
    lines = source.split("\n")
    anchors = {line.start: line.number for line in document.lines}
    for start, number in anchors.items():
        word = document.text[start:].split(maxsplit=1)[0].strip("1.")
        assert word in lines[number - 1], (word, number)
    assert len(anchors) == 14
    assert anchors[document.text.index("ends here")] == 6
    assert anchors[document.text.index("goes on")] == 27
    assert anchors[document.text.index("HTML text")] == 30


def test_lines_count_from_the_top_of_the_file() -> None:
    document = _read("---\ntitle: T\n---\n\nText.\n")
    assert [(line.start, line.number) for line in document.lines] == [(0, 5)]


def test_source_that_the_parser_would_drop_is_kept_unchanged() -> None:
    deep = "> " * 150 + "deep words"
    document = _read(f"Top.\n\n{deep}\n")
    assert document.text == f"Top.\n\n{deep}\n"
    assert document.lines == ()


def test_alternative_texts_of_pictures_are_text() -> None:
    document = read_one(b"The plan ![harbour map](m.png) is good.", "a.md")
    assert document.text == "harbour map\n\nThe plan is good."
    assert [(place.kind, place.label) for place in document.places] == [("alternative text", "m.png")]
