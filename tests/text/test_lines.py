from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from qa.text.lines import line_ends, line_number, with_uniform_lines

_TEXT = st.text(st.sampled_from("ab \n\r\x0b\x0c\x85\u2028\x00\u00e9"), max_size=12)


@given(_TEXT)
def test_lines_are_those_that_python_reads_from_a_file(text: str) -> None:
    lines = io.StringIO(text, newline="").readlines()
    at = 0
    for number, line in enumerate(lines, 1):
        assert {line_number(text, at + place) for place in range(len(line))} == {number}
        at += len(line)
    ended = [len("".join(lines[: place + 1])) - 1 for place in range(len(lines))]
    assert line_ends(text) == [end for end in ended if text[end] in "\r\n"]


@given(_TEXT)
def test_a_normalised_text_has_the_same_letters_in_the_same_places(text: str) -> None:
    uniform = with_uniform_lines(text)
    assert len(uniform) == len(text)
    for before, after in zip(text, uniform, strict=True):
        assert before == after or (before < " " or (before in "\x85\u2028" and after in " \n"))
    assert not set(uniform) & set("\r\x0b\x0c\x85\u2028\x00")


def test_a_form_feed_next_to_a_line_end_separates_no_paragraphs() -> None:
    assert with_uniform_lines("a\n\x0cb\x0c\r\nc\x0cd") == "a\n b  \nc\nd"
