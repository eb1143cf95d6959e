from __future__ import annotations

import time
from itertools import pairwise

import pytest
from answer_strategies import documents
from hypothesis import given
from hypothesis import strategies as st
from parsed import Parsed

from qa.record import Span
from qa.render import displayable
from qa.types import Block, Document, Page
from qa.web import source
from qa.web.labels import ENGLISH, Labels, labels_in
from qa.web.source import Marks

TEXT = "First line.\nThe second has a quote here. And more.\n\nLast line.\n"
QUOTE = Span(TEXT.index("The second"), TEXT.index(" And more"))
PASSAGE = Span(TEXT.index("The second"), TEXT.index("\n\nLast"))
MARKS = Marks(QUOTE, PASSAGE, (Span(TEXT.index("quote"), TEXT.index("quote") + 5),))


def document(text: str = TEXT, pages: tuple[Page, ...] = (), blocks: tuple[Block, ...] = ()) -> Document:
    return Document("a.txt", "A", text, "0" * 64, pages, None, blocks)


def view(document: Document, marks: Marks, labels: Labels = ENGLISH) -> str:
    """Return the HTML of all parts of a document."""
    starts = [start for start, _ in source.parts(document, 80)]
    return "".join(
        source.part(document, Span(start, end), marks, labels)
        for start, end in pairwise((*starts, len(document.text)))
    )


def marked(page: Parsed) -> str:
    return "".join(element.text for element in page.all("quote"))


def test_only_the_quote_is_marked_and_its_passage_set_off() -> None:
    page = Parsed(view(document(), MARKS))
    assert marked(page) == "The second has a quote here."
    assert [element.text for element in page.all(lambda e: e.tag == "b")] == ["quote"]
    assert [element.text for element in page.all("context")] == [" And more."]
    assert [element.text for element in page.all("near")] == ["The second has a quote here. And more.\n"]


def test_lines_are_numbered_except_blank_ones() -> None:
    lines = Parsed(view(document(), MARKS)).all("line")
    assert [(line.attributes.get("data-number"), line.text) for line in lines] == [
        ("1", "First line.\n"),
        ("2", "The second has a quote here. And more.\n"),
        (None, "\n"),
        ("4", "Last line.\n"),
    ]


def test_a_quote_over_several_lines_is_marked_in_each() -> None:
    quote = Span(3, TEXT.index("has"))
    page = Parsed(view(document(), Marks(quote, quote)))
    assert [element.text for element in page.all("quote")] == ["st line.\n", "The second "]


def test_pages_and_headings_are_shown() -> None:
    pages = (Page(1, 0, 12), Page(2, 12, len(TEXT)))
    html = view(document(pages=pages, blocks=(Block(0, 11, "heading", 1),)), MARKS)
    assert html.index("Page 1") < html.index("First line") < html.index("Page 2") < html.index("The second")
    (heading,) = Parsed(html).all("heading")
    assert heading.text == "First line.\n"
    assert (heading.attributes["role"], heading.attributes["aria-level"]) == ("heading", "3")
    assert heading.attributes["data-number"] == "1"


def test_a_heading_of_two_lines_is_one_heading_with_two_numbers() -> None:
    page = Parsed(view(document(blocks=(Block(0, 40, "heading", 2),)), MARKS))
    assert [line.attributes.get("data-number") for line in page.all("level-2")] == ["1", "2"]
    assert [line.attributes.get("aria-level") for line in page.all("level-2")] == ["3", None]


def test_a_book_is_shown_in_parts_that_join_without_gap_or_overlap() -> None:
    text = "".join(f"Sentence number {n} of the book stands here.\n" for n in range(20_000))
    book = document(text)
    starts = [start for start, _ in source.parts(book, 80)]
    assert starts[0] == 0
    assert max(end - start for start, end in pairwise(starts)) <= source.PART
    assert all(text[start - 1] == "\n" for start in starts[1:])
    lines = Parsed(view(book, Marks())).all("line")
    assert "".join(line.text for line in lines) == text
    assert [line.attributes.get("data-number") for line in lines] == [str(n + 1) for n in range(20_000)]
    offsets = [int(line.attributes["data-at"] or "") for line in lines]
    assert all(text[at:].startswith(f"Sentence number {n} ") for n, at in enumerate(offsets))


def test_the_rows_of_a_part_are_those_of_its_wrapped_lines() -> None:
    assert source.parts(document("a\n\n" + "b" * 25 + "\n"), 10) == [(0, 5)]
    assert source.parts(document(""), 10) == []


def test_a_very_long_document_has_few_parts_and_no_request_gets_it_whole() -> None:
    text = "word " * 2_000_000
    assert len(source.parts(document(text), 80)) <= 2 * source.MOST_PARTS
    (line,) = Parsed(source.part(document(text), Span(0, len(text)), Marks())).all("line")
    assert len(line.text) == source.LONGEST


def test_an_endless_line_is_cut_and_numbered_once() -> None:
    text = "word " * 100_000
    marks = Marks(Span(250_000, 250_004), Span(250_000, 250_004))
    lines = Parsed(view(document(text), marks)).all("line")
    assert max(len(line.text) for line in lines) <= source.PART
    assert [line.attributes.get("data-number") for line in lines if "data-number" in line.attributes] == ["1"]
    # The passage is a small part of the line, so the line is not marked as the passage.
    assert not Parsed(view(document(text), marks)).all("near")


def test_the_end_of_the_document_is_shown() -> None:
    assert [end.text for end in Parsed(view(document(TEXT * 500), MARKS)).all("end")] == [
        "End of the document"
    ]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a\u202egnp.exe", "\x1b[2J\x00", "&lt;b&gt; ${x} {{y}}"]
)
def test_hostile_text_in_a_source_is_harmless(text: str) -> None:
    page = Parsed(view(document(text), Marks(Span(0, len(text)), Span(0, len(text)))))
    page.assert_harmless()
    assert marked(page) == displayable(text)


@given(documents(), st.data())
def test_any_quote_of_any_document_is_marked_exactly(document: Document, data: st.DataObject) -> None:
    offsets = st.integers(0, len(document.text))
    start, end = sorted((data.draw(offsets), data.draw(offsets)))
    low, high = data.draw(st.integers(0, start)), data.draw(st.integers(end, len(document.text)))
    matched = tuple(Span(*sorted((data.draw(offsets), data.draw(offsets)))) for _ in range(2))
    page = Parsed(view(document, Marks(Span(start, end), Span(low, high), matched)))
    page.assert_harmless()
    assert "".join(line.text for line in page.all("line")) == displayable(document.text)
    assert marked(page) == displayable(document.text)[start:end]


def test_overlapping_words_are_marked_once_and_as_a_whole() -> None:
    at = QUOTE.start
    spans = (Span(at + 4, at + 9), Span(at, at + 6), Span(at + 2, at + 3), Span(at + 12, at + 14))
    page = Parsed(view(document(), Marks(QUOTE, PASSAGE, spans)))
    assert (
        "".join(element.text for element in page.all(lambda e: e.tag == "b"))
        == TEXT[at : at + 9] + TEXT[at + 12 : at + 14]
    )
    assert marked(page) == TEXT[QUOTE.start : QUOTE.end]


def test_many_marks_and_many_pages_are_cheap() -> None:
    text = "a\n" * 20_000
    pages = tuple(Page(n + 1, 2 * n, 2 * n + 2) for n in range(20_000))
    spans = tuple(Span(n, n + 5_000) for n in range(0, 20_000))
    begun = time.process_time()
    view(document(text, pages), Marks(Span(0, 15_000), Span(0, 15_000), spans))
    assert time.process_time() - begun < 5


def test_answer_words_differ_from_matching_words() -> None:
    at = QUOTE.start
    marks = Marks(QUOTE, PASSAGE, (Span(at, at + 6),), (Span(at + 4, at + 9),))
    page = Parsed(view(document(), marks, labels_in("fr")))
    bold = page.all(lambda element: element.tag == "b")
    assert [(element.text, element.attributes.get("aria-description")) for element in bold] == [
        (TEXT[at : at + 4], None),
        (TEXT[at + 4 : at + 9], "mots de la réponse"),
    ]
    assert [element.text for element in page.all("answer-word")] == [TEXT[at + 4 : at + 9]]
    assert marked(page) == TEXT[QUOTE.start : QUOTE.end]
