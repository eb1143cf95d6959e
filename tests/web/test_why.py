from __future__ import annotations

import pytest
from parsed import Parsed

from qa.render import PartRecord
from qa.types import Span
from qa.web import why
from qa.web.labels import labels_in

TEXT = "Before. The red <b>barn</b> is old."
QUOTE = Span(8, len(TEXT))
PARTS: list[PartRecord] = [
    {"label": "meaning of the sentence", "value": 0.4, "words": [
        {"start": 8, "end": 11, "value": 0.01}, {"start": 12, "end": 15, "value": 0.2},
        {"start": 19, "end": 23, "value": 0.1}, {"start": 28, "end": 30, "value": -0.02},
    ]},
    {"label": "words in the sentence", "value": -0.2},
    {"label": "a new kind of evidence <i>", "value": 0.1},
    {"label": "words side by side", "value": 0.001},
]  # fmt: skip


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


def test_words_are_marked_by_what_they_add_and_the_quote_stays_as_it_is() -> None:
    page = Parsed(why.marked(TEXT, QUOTE, PARTS))
    page.assert_harmless()
    assert page.text == TEXT[8:]
    marks = [(mark.text, mark.classes) for mark in page.all(lambda e: e.tag == "mark")]
    assert marks == [("red", ["adds-4"]), ("barn", ["adds-2"])]


@pytest.mark.parametrize("parts", [[], [{"label": "words in the sentence", "value": 0.2}]])
def test_without_words_the_quote_has_no_mark(parts: list[PartRecord]) -> None:
    assert "<mark" not in why.marked(TEXT, QUOTE, parts)
    assert "<p>" not in why.bars(parts)


def test_spans_beyond_the_quote_or_one_another_lose_no_character() -> None:
    wild: list[PartRecord] = [{"label": "x", "value": 1, "words": [
        {"start": 0, "end": 12, "value": 1}, {"start": 9, "end": 14, "value": 1},
        {"start": 20, "end": 999, "value": 1},
    ]}]  # fmt: skip
    assert Parsed(why.marked(TEXT, QUOTE, wild)).text == TEXT[8:]
