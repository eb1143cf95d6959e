"""Answers as HTML, Markdown and Word: what each shows, and that document text has no effect."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from answer_strategies import answers, citation, hostile, names
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rendered import ANSWER, DOCUMENT, NO_ANSWER, QUOTE, replace

from qa.record import Answer, Match, Part, Scope, not_asked
from qa.render import displayable, docx, html, markdown, text
from qa.render.phrases import shown_text, single_line


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


_ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "nav",
    "ol",
    "li",
    "a",
    "h1",
    "h2",
    "p",
    "bdi",
}
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
        shown_text(quote) for answer in drawn for quote in (*answer.answering, *answer.closest)
    ]
    for name, value in page.attributes:
        assert not name.startswith("on")
        assert "javascript:" not in (value or "")


def test_html_has_contents_counts_anchors_and_no_external_source() -> None:
    source = _report(html, [ANSWER, NO_ANSWER, not_asked("3", "Q", "Bad.")])
    assert "6 questions: 1 answered, 2 not in your documents, 3 failed." in source
    assert '<a href="#q2">' in source
    assert '<section id="q2">\n<h2>2. <bdi>What was it?</bdi></h2>' in source
    assert "It was the <mark>best</mark> of times" in source
    assert source.count("Nearest, not an answer") == 1
    assert "Not asked:</span> Bad." in source
    assert "default-src 'none'" in source
    assert "prefers-color-scheme: dark" in source
    assert "@media print" in source


def test_a_link_opens_a_pdf_at_its_page_and_never_a_script_or_a_folder_of_this_machine() -> None:
    def links(uri: str) -> list[str | None]:
        cited = replace(QUOTE.citation, uri=uri)
        page = _Page(html.item(replace(ANSWER, quotes=(replace(QUOTE, citation=cited),))))
        return [value for name, value in page.attributes if name == "href"]

    assert links("https://example.org/a.pdf") == ["https://example.org/a.pdf#page=212"]
    assert links("beside/c.jsonl#7") == ["beside/c.jsonl#7"]
    assert links("file:///home/zora/a.pdf") == []
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
    assert "> It was the best of times, it was the worst of times.\n\n1\\. Two Cities › Book" in source
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
    assert "the \x1b[1;33mbest\x1b[0m \x1b[1;4;33mof times\x1b[0m, it" in text(MARKED, colour=True)
    assert (
        'the <mark>best</mark> <mark class="answer-word" aria-description="answer words">of times</mark>,'
        in html.item(MARKED)
    )
    assert "> It was the best **of times**, it was" in markdown.item(MARKED)
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
        ("two.\n\nParagraphs", (0, 16), "**two**. **Paragraphs**"),
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
        assert _without_white_space(shown) == _without_white_space(shown_text(quote))


def test_a_question_is_on_the_page_of_its_first_quote_in_word() -> None:
    with zipfile.ZipFile(docx.file([docx.item(NO_ANSWER, 1)], "Answers", {})) as archive:
        styles, document = (archive.read(f"word/{name}.xml").decode() for name in ("styles", "document"))
    above = document[: document.index('<w:pStyle w:val="Quote"/>')].split("<w:p>")[1:-1]
    assert len(above) == 4
    for paragraph in above:
        style = re.search(r'pStyle w:val="(\w+)"', paragraph)
        assert "<w:keepNext/>" in paragraph or (
            style and re.search(f'w:styleId="{style[1]}">(?:(?!</w:style>).)*<w:keepNext/>', styles)
        )


def test_closest_passages_are_folded_below_the_answer() -> None:
    assert text(FOLDED).endswith(
        "   [two.txt:5-57]\n\nClosest passages (1):\n2. Two Cities, page 212 [two.txt:0-4]\n"
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
    assert "Closest passages (1):\n2. Two Cities, page 212\n    One.\n" in shown
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
    cited = replace(QUOTE.citation, doc_id="a", name="Lease (Ann / Bob)")
    contract = replace(
        SCOPED, scope=Scope(documents=("a",), title="LEASE"), quotes=(replace(QUOTE, citation=cited),)
    )
    for face in (text, html.item, markdown.item, docx.item):
        assert "Lease (Ann / Bob)" in face(contract).replace("\\", "").partition("Confidence")[0]
        assert "Looking" not in face(ANSWER)
