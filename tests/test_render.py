"""The record's exact form, and document text that is shown without any effect."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from typing import TypeVar

import pytest
from answer_strategies import answers, citation, hostile, names
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import BaseModel

from qa.record import Answer, Citation, Context, Match, Part, Quote, Scope, not_asked, to_json_line
from qa.render import displayable, docx, html, in_words, markdown, text, where
from qa.render.phrases import pieces, single_line
from qa.types import Document, Page

Model = TypeVar("Model", bound=BaseModel)

TEXT = "One.\nIt was the best of times,\nit was the worst of times. End."
DOCUMENT = Document("two.txt", "Two Cities", TEXT, "ab" * 32, (Page(212, 0, len(TEXT)),), "file:///x/two.txt")
START, END = 5, 57
QUOTE = Quote(
    rank=1,
    text=TEXT[START:END],
    score=0.81234567,
    matched=(Match(16, 20, "lexical"), Match(45, 50)),
    citation=citation(DOCUMENT, START, END, ("Book One", "Chapter I")),
    context=Context(start=0, end=len(TEXT), text=TEXT),
)
ANSWER = Answer(id="1", question="What was it?", answered=True, confidence=0.93, reason=None, quotes=(QUOTE,))


def replace(model: Model, **fields: object) -> Model:
    """Return a model with other fields, validated like a new one."""
    return type(model)(**{**dict(model), **fields})


NO_ANSWER = replace(
    ANSWER,
    answered=False,
    confidence=0.12,
    reason="nothing close enough was found",
    reason_code="no_answer",
)
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
        "1. Two Cities › Book One › Chapter I, page 212, line 2 of the text\n"
        "    It was the best of times,\n"
        "    it was the worst of times.\n"
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
    assert "    a \n    b\n" in text(record)
    assert "a<mark> </mark>\nb" in html.item(record)


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
        for line in displayable(quote.text).split("\n"):
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
        (3, 90, ("War", "I"), "War", "War › I, page 3, line 90 of the text"),
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


class _Page(HTMLParser):
    """The elements, attributes and text that a browser would read from a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.quotes: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self._open.append(tag)
        if tag == "blockquote":
            self.quotes.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "blockquote" in self._open:
            self.quotes[-1] += data


_ALLOWED = {"html", "head", "meta", "title", "style", "body", "nav", "ol", "li", "a", "h1", "h2", "p", "bdi"}
_ALLOWED |= {"span", "section", "em", "cite", "blockquote", "mark", "details", "summary"}


def _report(face: object, records: list[object]) -> str:
    assert face in (html, markdown)
    out = [face.header("Answers", 1, 2, 3)]  # type: ignore[attr-defined]
    out += [face.contents_item(record, n) for n, record in enumerate(records, 1)]  # type: ignore[attr-defined]
    out.append(face.contents_end())  # type: ignore[attr-defined]
    out += [face.item(record, n) for n, record in enumerate(records, 1)]  # type: ignore[attr-defined]
    return "".join([*out, face.footer()])  # type: ignore[attr-defined]


@given(st.lists(answers(), max_size=2), names)
def test_html_shows_every_quote_and_executes_nothing(drawn: list[Answer], message: str) -> None:
    records = [*(answer for answer in drawn), not_asked("2", message, message)]
    page = _Page(_report(html, list(records)))
    assert set(page.elements) <= _ALLOWED
    assert page.quotes == [
        displayable(quote.text) for answer in drawn for quote in (*answer.answering, *answer.closest)
    ]
    for name, value in page.attributes:
        assert not name.startswith("on")
        assert "javascript:" not in (value or "")


def test_html_has_contents_counts_anchors_and_no_external_source() -> None:
    source = _report(html, [ANSWER, NO_ANSWER, not_asked("3", "Q", "Bad.")])
    assert "6 questions: 1 answered, 2 not in your documents, 3 failed." in source
    assert '<a href="#q2">' in source
    assert '<section id="q2">' in source
    assert "It was the <mark>best</mark> of times" in source
    assert source.count("Nearest, not an answer") == 1
    assert "Not asked:</span> Bad." in source
    assert "default-src 'none'" in source
    assert "prefers-color-scheme: dark" in source
    assert "@media print" in source


def test_a_link_opens_a_pdf_at_its_page_and_never_a_script() -> None:
    def links(uri: str) -> list[str | None]:
        cited = replace(QUOTE.citation, uri=uri)
        page = _Page(html.item(replace(ANSWER, quotes=(replace(QUOTE, citation=cited),))))
        return [value for name, value in page.attributes if name == "href"]

    assert links("file:///a.pdf") == ["file:///a.pdf#page=212"]
    assert links("file:///c.jsonl#7") == ["file:///c.jsonl#7"]
    assert links("javascript:alert(1)") == []
    assert links("http://[") == []


def _plain(source: str) -> tuple[set[str], str]:
    """Return the elements of rendered Markdown source, and the text it shows."""
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)
    page = HTMLParser()
    elements: set[str] = set()
    pieces: list[str] = []
    page.handle_starttag = lambda tag, attrs: elements.add(tag)  # type: ignore[method-assign]
    page.handle_data = pieces.append  # type: ignore[method-assign]
    page.feed(rendered)
    page.close()
    return elements, "".join(pieces)


def _without_white_space(source: str) -> str:
    return re.sub(r"\s+", "", source)


@given(hostile)
def test_markdown_shows_document_text_as_text(source: str) -> None:
    elements, shown = _plain(markdown.block(source))
    assert elements <= {"blockquote", "p", "br"}
    assert _without_white_space(shown) == _without_white_space(displayable(source))
    elements, shown = _plain(f"## 1. {markdown.escaped(source)}")
    assert elements == {"h2"}
    assert _without_white_space(shown) == _without_white_space("1." + single_line(source))


def test_a_markdown_block_keeps_its_lines() -> None:
    assert markdown.block("one\n  two\n\n3. *x*") == "> one\\\n> &#32;&#32;two\n>\n> 3\\. \\*x\\*"


@given(st.lists(answers(), max_size=2))
def test_a_markdown_report_contains_only_its_own_elements(drawn: list[Answer]) -> None:
    elements, _ = _plain(_report(markdown, list(drawn)))
    assert elements <= {
        "h1", "h2", "p", "ol", "li", "a", "blockquote", "br", "strong", "em", "details", "summary",
    }  # fmt: skip


def test_a_markdown_report_has_contents_counts_and_every_outcome() -> None:
    source = _report(markdown, [ANSWER, NO_ANSWER, not_asked("3", "Q", "Bad.")])
    assert "1. [What was it?](#q1) (answered, confidence 0.93)\n" in source
    assert "2. [What was it?](#q2) (not in your documents, confidence 0.12)\n" in source
    assert "3. [Q](#q3) (failed)\n" in source
    assert '<a id="q2"></a>\n\n## 2\\. What was it?' in source
    assert "> It was the best of times,\\\n> it was the worst of times.\n\n1\\. Two Cities › Book" in source
    assert "**Not in your documents.** Reason: nothing close enough was found." in source
    assert "*Nearest, not an answer:*" in source
    assert "**Not asked:** Bad." in source


# Answer words, closest passages, scope

OF_TIMES = Match(21, 29, "answer")
MARKED = replace(ANSWER, quotes=(replace(QUOTE, matched=(QUOTE.matched[0], OF_TIMES)),))
SECOND = replace(QUOTE, rank=2, answers=False, text="One.", matched=(), citation=citation(DOCUMENT, 0, 4))
FOLDED = replace(ANSWER, quotes=(QUOTE, SECOND))
SCOPED = replace(ANSWER, scope=Scope(documents=("two.txt",), title="Two <b>Cities"))


def xml(body: str) -> str:
    return zipfile.ZipFile(docx.file([body], "Answers", {})).read("word/document.xml").decode()


def test_answer_words_differ_from_matching_words() -> None:
    assert "the \x1b[1;33mbest\x1b[0m \x1b[1;4;33mof times\x1b[0m,\n" in text(MARKED, colour=True)
    assert (
        'the <mark>best</mark> <mark class="answer-word" aria-description="answer words">of times</mark>,'
        in html.item(MARKED)
    )
    assert "> It was the best **of times**,\\\n> it was" in markdown.item(MARKED)
    assert '<w:highlight w:val="yellow"/></w:rPr><w:t xml:space="preserve">best<' in (
        document := docx.item(MARKED)
    )
    assert '<w:b/><w:u w:val="single"/><w:shd ' in document
    assert 'w:fill="FFB938"/></w:rPr><w:t xml:space="preserve">of times<' in document


def test_the_legend_of_a_html_report_is_there_once_for_reports_with_answer_words() -> None:
    source = _report(html, [MARKED, MARKED])
    assert source.count('<p class="note legend">') == 1
    assert "body:has(section mark.answer-word) .legend { display: block; }" in source


@pytest.mark.parametrize(
    ("words", "span", "shown"),
    [
        ("costs $5,000.", (6, 12), "costs $**5,000**."),
        ("a (b) c", (2, 5), "a (**b**) c"),
        ("two\nlines here", (0, 9), "**two** **lines** here"),
        ("e\u0301a!", (0, 4), "**e\u0301a**!"),
        ("…", (0, 1), "…"),
        ("1. one", (0, 2), "**1**. one"),
        ("- a", (0, 3), "- **a**"),
        ("hours", (1, 4), "h**our**s"),
        ("三十天内", (0, 3), "**三十天**内"),
    ],
)
def test_answer_words_are_bold_in_markdown_and_their_text_stays(
    words: str, span: tuple[int, int], shown: str
) -> None:
    cited = replace(QUOTE.citation, start=0, end=len(words))
    quote = replace(QUOTE, text=words, matched=(Match(*span, "answer"),), citation=cited)
    source = markdown.item(replace(ANSWER, quotes=(quote,)))
    block = source[source.index("> ") : source.index("\n\n1")]
    rendered = MarkdownIt("commonmark").render(block)
    bold = rendered.replace("<strong>", "**").replace("</strong>", "**")
    assert " ".join(_plain(bold)[1].split()) == shown
    assert {"strong"} <= _plain(block)[0] or "**" not in shown


def test_answer_words_side_by_side_are_bold_together_in_markdown() -> None:
    cited = replace(QUOTE.citation, start=0, end=3)
    matched = (Match(0, 2, "answer"), Match(2, 3, "answer"))
    quote = replace(QUOTE, text="abc", matched=matched, citation=cited)
    assert "\n> **abc**\n" in markdown.item(replace(ANSWER, quotes=(quote,)))


@given(answers())
def test_markdown_with_answer_words_shows_the_quote(answer: Answer) -> None:
    for quote in answer.quotes:
        record = replace(answer, answered=True, quotes=(replace(quote, answers=True),), scope=None)
        source = markdown.item(record)
        block = source[source.index("\n>") + 1 :].split(f"\n\n{quote.rank}\\.")[0]
        _, shown = _plain(block)
        assert _without_white_space(shown) == _without_white_space(displayable(quote.text))


def test_closest_passages_are_folded_below_the_answer() -> None:
    assert text(FOLDED).endswith(
        "   [two.txt:5-57]\n\nClosest passages (1):\n"
        "2. Two Cities, page 212, line 1 of the text [two.txt:0-4]\n"
    )
    assert (
        '<details class="closest"><summary>Closest passages (1)</summary>\n<blockquote dir="auto">One.<'
        in html.item(FOLDED)
    )
    assert "\n<details>\n<summary>Closest passages (1)</summary>\n\n> One.\n" in markdown.item(FOLDED)
    folded = xml(docx.item(FOLDED, note="A note."))
    assert folded.index("A note.") < folded.index("<w15:collapsed/>") < folded.index(">One.<")
    for face in (text, html.item, markdown.item, docx.item):
        assert "Nearest" not in face(FOLDED)
        assert "Closest" not in face(ANSWER)


def test_scores_of_folded_passages_are_explained_on_request() -> None:
    why = (Part(label="words in the sentence", value=0.5),)
    shown = text(replace(FOLDED, quotes=(QUOTE, replace(SECOND, why=why))))
    assert "Closest passages (1):\n2. Two Cities, page 212, line 1 of the text\n    One.\n" in shown
    assert "0.500  words in the sentence" in shown


@pytest.mark.parametrize("face", [text, markdown.item, html.item, docx.item])
def test_passages_are_shown_in_full_if_no_quote_answers(face: Callable[[Answer], str]) -> None:
    shown = face(replace(ANSWER, quotes=(SECOND,)))
    assert "Nearest, not an answer" in shown
    assert "One." in shown
    assert not re.search("Closest|details class=.closest|collapsed", shown)


def test_the_documents_that_the_question_named_are_above_the_answer() -> None:
    assert text(SCOPED).startswith(
        "What was it?\n\nLooking in: Two <b>Cities (--everywhere asks all documents)\n\nConfidence: 0.93"
    )
    assert (
        '<p class="note">Looking in: <bdi>Two &lt;b&gt;Cities</bdi></p>\n<p class="note">Conf'
        in html.item(SCOPED)
    )
    assert "Looking in: Two \\<b\\>Cities\n\nConfidence" in markdown.item(SCOPED)
    assert "Looking in: Two &lt;b&gt;Cities" in docx.item(SCOPED)
    several = replace(ANSWER, scope=Scope(documents=("a", "b", "c"), title="Leases"))
    assert "Looking in: Leases (3 documents) (--everywhere" in text(several)
    for face in (text, html.item, markdown.item, docx.item):
        assert "Looking" not in face(ANSWER)
