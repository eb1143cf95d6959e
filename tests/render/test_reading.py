"""The reading form of quotes: only white space, line-end hyphens and invisible characters change."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

import pytest
from answer_strategies import answers, hostile
from hypothesis import given
from hypothesis import strategies as st
from rendered import ANSWER, QUOTE, replace

from qa.record import Answer, Match, Quote
from qa.render import docx, html, markdown
from qa.render.phrases import pieces, shown_lines, shown_text
from qa.render.reading import INVISIBLE, edited, edits, lines, reading

SPACE = re.compile(rf"[\s{INVISIBLE}]*")
HYPHENATED = re.compile(
    rf"[-\u2010][\s{INVISIBLE}]*[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029][\s{INVISIBLE}]*"
)
PRINTED = st.lists(
    st.sampled_from(
        [
            "obli-",
            "gation",
            "non-",
            "Word",
            "(a)",
            "1.",
            "•",
            "\n",
            "\n\n",
            "\t",
            " ",
            "—",
            "\u00ad",
            "\u200b",
            "中",
            "A-",
            ".",
        ]
    ),
    max_size=30,
).map("".join)


def quote_of(text: str, *matched: Match) -> Quote:
    return replace(
        QUOTE, text=text, matched=matched, citation=replace(QUOTE.citation, start=0, end=len(text))
    )


def answer_of(text: str, *matched: Match) -> Answer:
    return replace(ANSWER, quotes=(quote_of(text, *matched),))


@given(hostile | PRINTED)
def test_only_white_space_line_end_hyphens_and_invisible_characters_change(text: str) -> None:
    end = 0
    for edit in edits(text):
        assert end <= edit.start < edit.end
        end = edit.end
        replaced = text[edit.start : edit.end]
        assert SPACE.fullmatch(replaced) or HYPHENATED.fullmatch(replaced)
        assert edit.replacement in {"", " ", "\t", "\u00a0", "\n", "\n\n"} or replaced.isspace()
        assert not edit.replacement.strip()
    assert end <= len(text)
    drawn = [sign for sign in text if not sign.isspace() and sign not in INVISIBLE]
    shown = [sign for sign in reading(text) if not sign.isspace() and sign not in INVISIBLE]
    rest: Iterator[str] = iter(drawn)
    assert all(any(sign == other for other in rest) for sign in shown)
    assert len(drawn) - len(shown) == sum(
        len(re.findall("[-\u2010]", text[e.start : e.end])) for e in edits(text)
    )


@given(answers())
def test_the_pieces_and_the_lines_of_a_quote_make_its_reading_form(answer: Answer) -> None:
    for quote in answer.quotes:
        text = reading(quote.text)
        assert "".join(piece for piece, _ in edited(pieces(quote), edits(quote.text))) == text
        shown = lines([(text, "")])
        assert "".join(
            "".join(piece for piece, _ in line.pieces) + line.end for line in shown
        ) == text.lstrip("\n")


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("The tenant shall pay\nthe rent monthly.", "The tenant shall pay the rent monthly."),
        ("an obli-\ngation of  the tenant", "an obligation of the tenant"),
        ("an obli\u00ad\ngation, co\u00adop", "an obligation, coop"),
        ("a non-\nexclusive licence", "a non-exclusive licence"),
        (
            "so-\ncalled, protein-\nprotein, state-of-the-\nart",
            "so-called, protein-protein, state-of-the-art",
        ),
        ("Anti-\nCorruption, AGREE-\nMENT, 1990-\n1995", "Anti-Corruption, AGREEMENT, 1990-1995"),
        ("vehicle-mounted or vehicle-\nmounted", "vehicle-mounted or vehicle-mounted"),
        ("piracy—\nwill be – \nso", "piracy—will be – so"),
        ("a . . . . 5, - - - -", "a .... 5, ----"),
        ("the end of a page\n\n3\n\nis not", "the end of a page\n3 is not"),
        ("it goes on\n\nover the page.\n\nNext.", "it goes on over the page.\n\nNext."),
        ("Tenant will:\n\n(a) pay the\nrent;\n\n(b) leave.", "Tenant will:\n(a) pay the rent;\n(b) leave."),
        ("under Section 3\n(a) of this lease", "under Section 3 (a) of this lease"),
        ("Rent\t100\n\nTax\t20", "Rent\t100\nTax\t20"),
        ("中文\n继续", "中文继续"),
        ("JOHN DOE\n12 Main Street\nSpringfield", "JOHN DOE\n12 Main Street\nSpringfield"),
        ("if a {\r\n    b();\r\n}", "if a {\n    b();\n}"),
        ("pre-\nand post-closing", "pre- and post-closing"),
        ("Zahlungs-\nverkehr und\nMiete", "Zahlungsverkehr und Miete"),
    ],
)
def test_printed_lines_are_joined(printed: str, read: str) -> None:
    assert reading(printed) == read


def test_marks_stay_on_their_words() -> None:
    quote = quote_of("an obli-\ngation of\nthe tenant", Match(3, 15, "answer"), Match(18, 22))
    assert [(text, mark) for line in shown_lines(quote) for text, mark in line.pieces] == [
        ("an ", ""), ("obligation", "answer"), (" of", ""), (" the", "match"), (" tenant", ""),
    ]  # fmt: skip


def test_lists_are_lists() -> None:
    quote = quote_of("Tenant will:\n\n(a) pay:\n\n(i) rent;\n\n(ii) tax;\n\n(b) leave.")
    assert [(line.kind, line.depth) for line in shown_lines(quote)] == [
        ("text", 0), ("item", 0), ("item", 1), ("item", 1), ("item", 0),
    ]  # fmt: skip
    source = html.item(replace(ANSWER, quotes=(quote,)))
    assert '<span class="line item depth-1">(i) rent;\n</span>' in source
    assert 'w:left="1275" w:hanging="425"/></w:pPr><w:r><w:t xml:space="preserve">(i) rent;<' in docx.item(
        replace(ANSWER, quotes=(quote,))
    )
    assert [line.kind for line in shown_lines(quote_of("14.1 The term is a year."))] == ["text"]


def test_the_letter_i_after_h_is_no_numeral() -> None:
    quote = quote_of("All of:\n\n(g) a;\n\n(h) b;\n\n(i) c.")
    assert [line.depth for line in shown_lines(quote)] == [0, 0, 0, 0]


def test_tables_are_tables() -> None:
    answer = answer_of("Service\tTime\n\nFault <1>\tan hour", Match(15, 24, "answer"))
    source = html.item(answer)
    assert (
        '<span class="row"><span class="cell">Service\t</span><span class="cell">Time\n</span></span>'
        in source
    )
    assert (
        '<mark class="answer-word" aria-description="answer words">ault &lt;1&gt;</mark>\t</span>' in source
    )
    assert "> Service &#8195;Time\\\n> F**ault \\<1**\\> &#8195;an hour" in markdown.item(answer)
    with zipfile.ZipFile(docx.file([docx.item(answer)], "Answers", {})) as archive:
        document = archive.read("word/document.xml").decode()
    assert document.count("<w:tr>") == 2
    assert document.count("<w:tc>") == 4


def test_an_invisible_quote_is_shown_as_it_is() -> None:
    assert shown_text(quote_of("a\u200d\u200cb")) == "a\u200d\u200cb"
