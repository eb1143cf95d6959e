from __future__ import annotations

import pytest
from parsed import Parsed

from qa.record import Part, Span, WordPart
from qa.web import why
from qa.web.labels import labels_in

TEXT = "Before. The red <b>barn</b> is old."
QUOTE = Span(8, len(TEXT))
PARTS = [Part.model_validate(part) for part in (
    {"label": "meaning of the sentence", "value": 0.4, "words": [
        {"start": 8, "end": 11, "value": 0.01}, {"start": 12, "end": 15, "value": 0.2},
        {"start": 19, "end": 23, "value": 0.1}, {"start": 28, "end": 30, "value": -0.02},
    ]},
    {"label": "words in the sentence", "value": -0.2},
    {"label": "a new kind of evidence <i>", "value": 0.1},
    {"label": "words side by side", "value": 0.001},
)]  # fmt: skip


def test_each_part_has_its_words_its_bar_and_its_value() -> None:
    page = Parsed(why.bars(PARTS, labels_in("de")))
    page.assert_harmless()
    assert [part.text for part in page.all("part")] == [
        "Bedeutung des Satzes", "Wörter im Satz", "a new kind of evidence <i>",
    ]  # fmt: skip
    assert [value.text for value in page.all("value")] == ["0,40", "-0,20", "0,10"]
    widths = [e.attributes["style"] for e in page.all(lambda e: "style" in e.attributes)]
    assert widths == ["width:100%", "width:50%", "width:25%"]
    assert len(page.all("less")) == 1


def test_words_are_marked_by_contribution_and_the_quote_is_unchanged() -> None:
    page = Parsed(why.marked(TEXT, QUOTE, PARTS))
    page.assert_harmless()
    assert page.text == TEXT[8:]
    marks = [(mark.text, mark.classes) for mark in page.all(lambda e: e.tag == "mark")]
    assert marks == [("red", ["adds-4"]), ("barn", ["adds-2"])]


@pytest.mark.parametrize("parts", [[], [Part(label="words in the sentence", value=0.2)]])
def test_without_words_the_quote_has_no_mark(parts: list[Part]) -> None:
    assert "<mark" not in why.marked(TEXT, QUOTE, parts)
    assert "<p>" not in why.bars(parts)


def test_overlapping_and_outside_spans_lose_no_character() -> None:
    words = tuple(WordPart(start=a, end=b, value=1) for a, b in ((0, 12), (9, 14), (20, 999)))
    wild = [Part(label="x", value=1, words=words)]
    assert Parsed(why.marked(TEXT, QUOTE, wild)).text == TEXT[8:]
