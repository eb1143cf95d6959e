"""The number before a question is not one of its words; a number in the question is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.numbering import without_number


@pytest.mark.parametrize(
    "number",
    [
        "1. ", "12. ", "2.1. ", "12) ", "(12) ", "[3] ", "12: ", "3 - ", "3 – ", "Q12: ", "q3. ", "Q3) ",
        "Q 3: ", "Q: ", "Question 3: ", "Question 3 - ", "question 4 ", "Question: ", "Frage 3: ",
        "Nr. 7: ", "No. 7. ", "a) ", "(b) ", "c. ", "iv) ", "(ii) ", "- ", "• ", "* 3. ", "  4.  ", "7.",
    ],
)  # fmt: skip
def test_a_number_or_a_bullet_before_a_question_is_removed(number: str) -> None:
    for question in ("Who pays the fee?", '"underwriter" ninety days', "May the buyer cancel?"):
        if number == "7." and not question[0].isupper():
            continue
        assert without_number(number + question) == question


@pytest.mark.parametrize("number", ["1、", "问题1：", "第三题：", "第3题", "1. ", "(1) "])
def test_numbers_in_chinese(number: str) -> None:
    assert without_number(f"{number}谁付款？") == "谁付款？"


@pytest.mark.parametrize(
    "question",
    [
        "12 men went where?",
        "3.5 million people live where?",
        "12.5% of what is paid?",
        "1990: what happened?",
        "911: who called?",
        "12. September 2001, what happened?",
        "3. Oktober 1990: was geschah da?",
        "2. Weltkrieg: wann begann er, und wer war daran beteiligt?",
        "No one knows what?",
        "No. 5 Chanel was made by whom?",
        "No 10 Downing Street is where?",
        "J. Smith wrote what?",
        "Quebec is where?",
        "Questions about tax?",
        "Q3 2020 revenue?",
        "Q1 results were what?",
        "5G networks are what?",
        "-5 degrees where?",
        "第二次世界大战何时结束？",
        "第1条规定了什么？",
        "12.",
        "Q12:",
        "1. 2. 3.",
        "",
    ],
)
def test_a_number_that_is_asked_about_is_kept(question: str) -> None:
    assert without_number(question) == question


def test_a_number_before_a_german_question_word_is_removed() -> None:
    assert without_number("1. Wer zahlt die Gebühr?") == "Wer zahlt die Gebühr?"


@given(st.text())
def test_the_result_is_the_end_of_the_question(question: str) -> None:
    left = without_number(question)
    assert question.endswith(left)
    assert bool(left) == bool(question)
    assert any(map(str.isalpha, left)) or left == question
