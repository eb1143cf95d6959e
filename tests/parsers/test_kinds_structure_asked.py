"""The same agreement in each format: lists, labels, titles and clauses are quoted as its structure says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answering import check_citations
from readings import WordReranker
from sample_files import Words, docx, pdf
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.index import Index

FIRST = "The supplier brings flour and sugar to the bakery on each working day of the year."
TERM = "Each party may end this agreement by a letter of three months to the other party."
LAST = "A change of this agreement has no effect without the signature of both of the parties."
LINES = [
    ("title", "Supply Agreement"),
    ("contents", "12. Subject ............ 1"),
    ("contents", "13. Duties ............ 2"),
    ("contents", "14. Termination ............ 3"),
    ("heading", "12. Subject"),
    ("text", FIRST),
    ("heading", "13. Duties"),
    ("text", "The supplier of the bakery undertakes:"),
    ("item", "(a) to keep the scales clean;"),
    ("item", "(b) to pay the carrier in time; and"),
    ("item", "(c) to insure the van."),
    ("heading", "14. Termination"),
    ("text", TERM),
    ("text", "If to the owner:"),
    ("address", "Anna Baker\n12 Mill Street\nHarbour 12345\nTel: 555-123-4567"),
    ("heading", "15. Changes"),
    ("text", LAST),
]


def as_text() -> bytes:
    return "\n\n".join(text for _, text in LINES).encode()


def as_markdown() -> bytes:
    marks = {"title": "# ", "heading": "## "}
    return "\n\n".join(marks.get(kind, "") + text.replace("\n", "  \n") for kind, text in LINES).encode()


def as_html() -> bytes:
    tags = {"title": "h1", "heading": "h2"}
    body = "".join(
        f"<{tags.get(kind, 'p')}>{text.replace(chr(10), '<br>')}</{tags.get(kind, 'p')}>"
        for kind, text in LINES
    )
    return f"<!doctype html><title>Supply Agreement</title><body>{body}".encode()


def as_word() -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in (1, 2)
    )
    body = ""
    for kind, text in LINES:
        style = {"title": '<w:pStyle w:val="H1"/>', "heading": '<w:pStyle w:val="H2"/>'}.get(kind, "")
        runs = "<w:br/>".join(f"<w:t>{line}</w:t>" for line in text.split("\n"))
        body += f"<w:p><w:pPr>{style}</w:pPr><w:r>{runs}</w:r></w:p>"
    return docx(body, styles=styles)


def as_pdf() -> bytes:
    words, y = [], 740.0
    for kind, text in LINES:
        is_title = kind in ("title", "heading")
        for line in text.split("\n"):
            words.append(Words(72, y, line, size=14 if is_title else 10, bold=is_title))
            y -= 12
        y -= 14
    return pdf([words])


FORMATS: dict[str, Callable[[], bytes]] = {
    "txt": as_text,
    "md": as_markdown,
    "html": as_html,
    "docx": as_word,
    "pdf": as_pdf,
}


@pytest.fixture(scope="module", params=FORMATS)
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Index, WordEncoder]:
    folder = tmp_path_factory.mktemp(request.param)
    words = WordEncoder()
    (folder / f"agreement.{request.param}").write_bytes(FORMATS[request.param]())
    index = Index.create(folder / "index", words)
    assert index.update([str(folder)], lambda: words).failed == []
    return index, words


def first(index: tuple[Index, WordEncoder], question: str, word: str = "") -> str:
    """Return the first quote, with one blank for white space, of a question that a word answers."""
    answerer = Answerer(*index, reranker=WordReranker({word: 9.0} if word else {}))
    answer = answerer.ask(question)
    check_citations(answer, index[0])
    return " ".join(answer.quotes[0].text.split())


def test_a_lead_in_is_quoted_with_its_list(index: tuple[Index, WordEncoder]) -> None:
    items = "(a) to keep the scales clean; (b) to pay the carrier in time; and (c) to insure the van."
    assert (
        first(index, "What are the duties?", "undertakes")
        == f"The supplier of the bakery undertakes: {items}"
    )


def test_an_item_is_quoted_with_its_lead_in(index: tuple[Index, WordEncoder]) -> None:
    quote = first(index, "Who pays the carrier?", "carrier")
    assert quote.startswith("The supplier of the bakery undertakes: (a)")
    assert quote.endswith("(b) to pay the carrier in time; and")


def test_a_label_is_quoted_with_its_address(index: tuple[Index, WordEncoder]) -> None:
    address = "Anna Baker 12 Mill Street Harbour 12345 Tel: 555-123-4567"
    assert first(index, "Where does a letter to the owner go?", "owner") == f"If to the owner: {address}"


def test_an_address_that_is_not_asked_for_is_not_first(index: tuple[Index, WordEncoder]) -> None:
    answer = Answerer(*index, reranker=WordReranker({"Street": -1.0})).ask("Who mends the roof?")
    assert not answer.answered
    assert all("Mill Street" not in quote.text for quote in answer.quotes[:1])


@pytest.mark.parametrize(
    "question", ["termination", "14. Termination", "14. Termination ............ 3", "clause 14"]
)
def test_a_title_a_contents_line_and_a_number_lead_to_the_section(
    question: str, index: tuple[Index, WordEncoder]
) -> None:
    assert first(index, question) == TERM
    assert Answerer(*index, reranker=WordReranker({})).ask(question).answered
