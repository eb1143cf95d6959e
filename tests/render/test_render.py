"""The record's exact form, and document text that is shown without any effect."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from answer_strategies import answers, hostile, names
from hypothesis import given
from rendered import ANSWER, NO_ANSWER, QUOTE, replace

from qa.record import Answer, Citation, Match, not_asked, to_json_line
from qa.render import displayable, docx, html, in_words, markdown, text, where
from qa.render.phrases import pieces, shown_text, single_line

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_the_exact_record() -> None:
    assert to_json_line(replace(ANSWER, id="q01", input={"topic": "x"})) == (
        '{"id": "q01", "question": "What was it?", "answered": true, "confidence": 0.93, "reason": null, '
        '"reason_code": null, "scope": null, "input": {"topic": "x"}, "quotes": [{"rank": 1, '
        '"text": "It was the best of times,\\nit was the worst of times.", "score": 0.812346, '
        '"answers": true, "matched": [{"start": 16, "end": 20, "kind": "lexical"}, '
        '{"start": 45, "end": 50}], '
        '"citation": {"doc_id": "two.txt", "title": "Two Cities", "sha256": "' + "ab" * 32 + '", '
        '"uri": "file:///x/two.txt", "page": 212, "line": 2, "heading": ["Book One", "Chapter I"], '
        '"start": 5, "end": 57, "prefix": "One.\\n", "suffix": " End."}, '
        '"context": {"start": 0, "end": 62, "text": '
        '"One.\\nIt was the best of times,\\nit was the worst of times. End."}}]}'
    )


def test_empty_fields_are_omitted_and_others_are_present() -> None:
    bare = replace(QUOTE, citation=replace(QUOTE.citation, heading=()))
    record = replace(ANSWER, quotes=(bare,)).model_dump(mode="json")
    assert "input" not in record
    assert "understood_with" not in record
    assert "heading" not in record["quotes"][0]["citation"]
    assert "also" not in record["quotes"][0]
    full = replace(ANSWER, quotes=(replace(QUOTE, also=(QUOTE.citation,)),), understood_with=("Before?",))
    record = full.model_dump(mode="json")
    assert record["understood_with"] == ["Before?"]
    assert record["quotes"][0]["also"] == [record["quotes"][0]["citation"]]
    assert list(record) == [
        "id",
        "question",
        "answered",
        "confidence",
        "reason",
        "reason_code",
        "scope",
        "understood_with",
        "quotes",
    ]


def test_numbers_equal_to_six_decimals_have_the_same_bytes() -> None:
    def line(score: float) -> str:
        return to_json_line(replace(ANSWER, quotes=(replace(QUOTE, score=score),)))

    assert line(0.1234561) == line(0.12345609)
    assert line(-1e-9) == line(0.0)
    assert line(0.1) != line(0.2)
    with pytest.raises(ValueError, match="finite"):
        line(float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        to_json_line(replace(ANSWER, input={"n": float("nan")}))


@given(answers(), names)
def test_a_json_line_is_one_line_and_keeps_its_values(answer: Answer, id: str) -> None:
    record = answer.model_copy(update={"id": id})
    line = to_json_line(record)
    assert line.splitlines() == [line]
    assert json.loads(line) == record.model_dump(mode="json")
    line.encode()


def test_half_a_surrogate_pair_can_be_written_and_read() -> None:
    line = to_json_line(not_asked("1", "a\ud800b", "no"))
    assert json.loads(line.encode())["question"] == "a\ud800b"


@given(answers())
def test_the_pieces_of_a_quote_are_the_quote(answer: Answer) -> None:
    for quote in answer.quotes:
        cut = list(pieces(quote))
        assert "".join(piece for piece, _ in cut) == quote.text
        at = quote.citation.start
        for piece, mark in cut:
            for place in range(at, at + len(piece)):
                kinds = {span.kind for span in quote.matched if span.start <= place < span.end}
                assert bool(mark) == bool(kinds)
                # Of overlapping marks, which the program never makes, any may be shown.
                assert mark != "answer" or "answer" in kinds
                assert mark != "match" or kinds - {"answer"}
            at += len(piece)


def test_the_terminal_text_of_an_answer() -> None:
    assert text(ANSWER) == (
        "What was it?\n\n"
        "Confidence: 0.93, very likely an answer\n\n"
        "1. Two Cities › Book One › Chapter I, page 212\n"
        "    It was the best of times, it was the worst of times.\n"
        "   [two.txt:5-57]\n"
    )


def test_the_terminal_text_of_no_answer_and_of_a_failure() -> None:
    shown = text(NO_ANSWER)
    assert "Not in your documents.\nReason: nothing close enough was found\n" in shown
    assert "Confidence: 0.12, unlikely an answer\n\nNearest, not an answer:\n\n1. Two" in shown
    assert "Nearest" not in text(replace(NO_ANSWER, quotes=()))
    assert (
        text(not_asked("1", "Who?", "The question is empty."))
        == "Who?\n\nNot asked: The question is empty.\n"
    )


def test_a_missing_reason_is_not_shown() -> None:
    record = replace(NO_ANSWER, reason=None)
    assert "Not in your documents.\nConfidence:" in text(record)
    assert "**Not in your documents.**\n" in markdown.item(record)
    assert "Not in your documents.</span></p>" in html.item(record)
    assert "</span> Reason: nothing close enough was found.</p>" in html.item(NO_ANSWER)


def test_a_cut_inside_a_windows_line_end_is_invisible() -> None:
    quote = replace(
        QUOTE, text="a\r\nb", matched=(Match(1, 2),), citation=replace(QUOTE.citation, start=0, end=4)
    )
    record = replace(ANSWER, quotes=(quote,))
    assert "    a b\n" in text(record)
    assert "a<mark> </mark>b" in html.item(record)


def test_colour_marks_the_matched_words_only() -> None:
    coloured = text(ANSWER, colour=True)
    assert "It was the \x1b[1;33mbest\x1b[0m of times," in coloured
    assert "\x1b" not in text(ANSWER)


@given(answers())
def test_colour_never_changes_a_character(answer: Answer) -> None:
    record = answer
    assert ANSI.sub("", text(record, colour=True)) == text(record)


@given(answers())
def test_terminal_text_contains_no_control_sequences(answer: Answer) -> None:
    shown = text(answer)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    for quote in answer.answering or answer.closest:
        # Harmless text is shown unchanged, line by line.
        for line in shown_text(quote).split("\n"):
            assert f"    {line}\n" in shown


def test_unsafe_characters_are_replaced_one_by_one() -> None:
    assert displayable("a\x1b[2J\u202eb\x7f\r\nc\td") == "a␛[2J\ufffdb␡ \nc\td"
    assert displayable("a\rb\x0cc\x00") == "a\nb c␀"
    assert displayable("שלום\u200f 中文 e\u0301 👩\u200d🚀") == "שלום\u200f 中文 e\u0301 👩\u200d🚀"
    assert single_line(" a\n\tb\x1b ") == "a b␛"


@given(hostile)
def test_display_keeps_every_offset(source: str) -> None:
    assert len(displayable(source)) == len(source)


@pytest.mark.parametrize(
    ("page", "line", "heading", "title", "expected"),
    [
        (None, 7, (), "source.txt", "source.txt, line 7"),
        (212, None, ("Book Two", "Chapter IV"), "War", "War › Book Two › Chapter IV, page 212"),
        (3, 90, ("War", "I"), "War", "War › I, page 3"),
        (20, None, ("WAR", "War", "Chapter IV"), "War", "War › Chapter IV, page 20"),
        (20, None, ("Book Two", "BOOK TWO", "War"), "War", "War › Book Two › War, page 20"),
        (None, None, (), " ", "a/b.txt"),
    ],
)
def test_a_citation_has_the_usual_form(
    page: int | None, line: int | None, heading: tuple[str, ...], title: str, expected: str
) -> None:
    cited = Citation(
        doc_id="a/b.txt",
        title=title,
        sha256="0" * 64,
        uri=None,
        page=page,
        line=line,
        start=0,
        end=1,
        prefix="",
        suffix="",
        heading=heading,
    )
    answer = replace(ANSWER, quotes=(replace(QUOTE, citation=cited),))
    assert where(answer.quotes[0].citation) == expected


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        (0.0, "0.00, very unlikely an answer"),
        (0.001, "under 0.01, very unlikely an answer"),
        (0.1, "0.10, unlikely an answer"),
        (0.5, "0.50, more likely than not an answer"),
        (0.75, "0.75, likely an answer"),
        (0.999, "over 0.99, very likely an answer"),
        (1.0, "1.00, very likely an answer"),
    ],
)
def test_confidence_in_words(confidence: float, expected: str) -> None:
    assert in_words(confidence) == expected


@pytest.mark.parametrize("confidence", [0.0, 0.2, 0.3, 0.49, 0.5, 0.72, 0.97, 1.0])
@pytest.mark.parametrize("face", [text, markdown.item, html.item, docx.item])
def test_unanswered_questions_have_no_words_of_likelihood(
    face: Callable[[Answer], str], confidence: float
) -> None:
    shown = face(replace(NO_ANSWER, confidence=confidence))
    assert "Not in your documents." in shown
    assert not re.search(r"(?<!un)likely|perhaps", shown)
    assert f"Confidence: {confidence:.2f}, " in shown
