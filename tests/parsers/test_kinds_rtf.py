r"""Rich text: letters of every encoding, and groups that are text, belong next to the text, or are not shown."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from office_files import rtf
from office_reference import reference
from sample_files import read_one, shown, text

from qa.errors import ReadError
from qa.parsers.account import missing
from qa.parsers.build import Extract
from qa.types import Document


def document_of(body: str | bytes, *, head: str = "") -> Document:
    """Return the document of a rich text after checking that every word is accounted for."""
    data = rtf(body, head=head)
    parsed = read_one(data, "a.rtf")
    extract = Extract(parsed.title, parsed.text, omissions=parsed.omissions)
    assert not missing(reference(data, ".rtf"), extract)
    return parsed


def blocks(parsed: Document) -> list[str]:
    return [text(parsed, block) for block in parsed.blocks]


def omissions(parsed: Document) -> list[tuple[str, str]]:
    return [(omission.reason, omission.text) for omission in parsed.omissions]


# -- letters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (r"r\'e9sum\'e9", "résumé"),
        (r"\u8364\'80 and \u8364?", "€ and €"),
        (r"\uc0\u1055\u1088\u1080", "При"),
        (r"\uc2\u26085\'93\'fa x", "日 x"),
        # No replacement character follows, so no letter may be lost.
        (r"\u1055\u1088\u1080? x", "При x"),
        # Half a character at a time, with negative numbers.
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"\u-10179? alone", "\ufffd alone"),
        (r"{\f1\'cf\'f0\'e8}", "При"),
        (r"{\f2\'93\'fa\'96{}}", "日\ufffd"),
        # The second byte of a letter may look like a separate one.
        (r"{\f2\'83A\'83C}", "アイ"),
        (r"a\emdash b\~c\_d\lquote e\rquote \bullet", "a—b\u00a0c\u2011d‘e’•"),
        (r"\{x\}\\y", r"{x}\y"),
        ("wrap\nped wo\r\nrds", "wrapped words"),
        (
            r"10{\super 6} litres of H{\sub 2}O on the 1{\super st} floor",
            "10⁶ litres of H₂O on the 1st floor",
        ),
    ],
)
def test_letters_are_decoded(body: str, words: str) -> None:
    assert blocks(document_of_unchecked(body)) == [words]


def document_of_unchecked(body: str) -> Document:
    return read_one(rtf(body), "a.rtf")


@pytest.mark.parametrize(
    ("page", "byte"), [(1250, b"\xb9"), (1251, b"\xe6"), (437, b"\x82"), (932, b"\x93\xfa")]
)
def test_bytes_are_decoded_with_the_code_page_of_the_file(page: int, byte: bytes) -> None:
    escaped = "".join(rf"\'{number:02x}" for number in byte)
    data = rf"{{\rtf1\ansi\ansicpg{page} \pard {escaped} word\par}}".encode()
    assert read_one(data, "a.rtf").text == byte.decode(f"cp{page}") + " word"


def test_utf_8_bytes_are_decoded_as_utf_8() -> None:
    assert read_one("{\\rtf1\\ansi caf\u00e9 \u65e5}".encode(), "a.rtf").text == "caf\u00e9 \u65e5"


# -- paragraphs ---------------------------------------------------------------------------------------


def test_headings_are_recognised_by_outline_level_or_style() -> None:
    styles = r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 Kop;}{\s2 heading 2;}{\*\cs10 heading 3;}}"
    body = r"\pard\s1 One\par\pard\s2 Two\par\pard\outlinelevel2 Three\par\pard\s0 Text.\par"
    assert shown(document_of(body, head=styles)) == [
        ("heading", 1, "One"),
        ("heading", 2, "Two"),
        ("heading", 3, "Three"),
        ("paragraph", 0, "Text."),
    ]


def test_items_have_their_printed_numbers() -> None:
    body = r"{\listtext\pard 2.1\tab}roof\par{\pntext (b)\tab}walls\par{\listtext\'b7\tab}dot\par"
    assert shown(document_of(body)) == [
        ("item", 0, "2.1 roof"),
        ("item", 0, "(b) walls"),
        ("item", 0, "· dot"),
    ]


def test_tables_are_rows() -> None:
    body = (
        r"\trowd\cellx1\cellx2\pard\intbl Item\cell Fee\cell\row"
        r"\trowd\clvmgf\cellx1\cellx2\pard\intbl Berth\cell 4,000\par net\cell\row"
        r"\trowd\clvmrg\cellx1\cellx2\pard\intbl\cell 5,000\cell\row\pard After.\par"
    )
    assert shown(document_of(body)) == [
        ("row", 0, "Item\tFee"),
        ("row", 0, "Berth\t4,000\nnet"),
        ("row", 0, "Berth\t5,000"),
        ("paragraph", 0, "After."),
    ]


def test_a_nested_table_and_an_unfinished_one_are_kept() -> None:
    nested = (
        r"\trowd\cellx1\cellx2\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\cellx1\nestrow}"
        r"{\nonesttables\par}\pard\intbl\itap1 c\cell d\cell\row\pard"
    )
    assert blocks(document_of(nested)) == ["a\tb\nc\td"]
    assert blocks(document_of(r"\trowd\cellx1\pard\intbl one\cell two")) == ["one\ttwo"]
    assert blocks(document_of(r"\trowd\cellx1\pard\intbl one\cell two\cell\pard After.\par")) == [
        "one\ttwo",
        "After.",
    ]


# -- next to the text ---------------------------------------------------------------------------------


def test_notes_and_comments_follow_their_paragraph() -> None:
    date = (6 << 29 | 124 << 20 | 2 << 16 | 3 << 11) - (1 << 32)
    body = (
        r"The quay{\super\chftn}{\footnote\pard\plain{\super\chftn} Since 1901.\par} is wet."
        r"{\*\atnid BJ}{\*\atnauthor B. Jones}\chatn{\*\annotation{\*\atnref 1}{\*\atndate " + str(date) + "}"
        r"\pard Is it so?\par}\par Next{\footnote\ftnalt At the end.}.\par"
    )
    parsed = document_of(body)
    assert blocks(parsed) == ["The quay is wet.", "Since 1901.", "Is it so?", "Next.", "At the end."]
    assert [(place.kind, place.label) for place in parsed.places] == [
        ("note", "1"),
        ("comment", "B. Jones, 2024-02-03"),
        ("note", "2"),
    ]


def test_fields_show_their_results() -> None:
    body = (
        r'See {\field{\*\fldinst HYPERLINK "http://a.b"}{\fldrslt the lease}} of {\field{\*\fldinst SYMBOL 945 \\f "Symbol"}}.'
        r"\par{\field{\*\fldinst TOC \\o}{\fldrslt Premises\tab 1\par Roof\tab 2}}\par"
    )
    parsed = document_of(body)
    assert blocks(parsed) == ["See the lease of α."]
    assert omissions(parsed) == [("contents", "Premises\t1"), ("contents", "Roof\t2")]


def test_page_headers_and_footers_are_kept_once() -> None:
    body = (
        r"{\header\pard Quay Estate\par}{\headerf\pard Quay Estate\par}"
        r"{\footer\pard Page {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}{\footerr Draft\par}The body.\par"
    )
    parsed = document_of(body)
    assert blocks(parsed) == ["Quay Estate", "The body.", "Draft"]
    assert [block.kind for block in parsed.blocks] == ["paragraph", "paragraph", "running"]
    assert omissions(parsed) == [("repeated", "Quay Estate"), ("page number", "Page"), ("page number", "1")]


def test_text_boxes_pictures_and_objects_are_accounted_for() -> None:
    body = (
        r"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv A quay at dusk}}{\shptxt\pard In a box.\par}}"
        r"{\shprslt{\*\do\dptxbx{\dptxbxtext In a box.\par}}}}Text.\par"
        r"{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 0102}}{\object\objemb{\*\objdata 0102}"
        r"{\result{\pict\wmetafile8 0102}}}\par{\*\do\dptxbx{\dptxbxtext An old box.\par}}\par"
    )
    parsed = document_of(body)
    assert sorted(blocks(parsed)) == ["A quay at dusk", "An old box.", "In a box.", "Text."]
    assert omissions(parsed) == [("picture", ""), ("attachment", "")]
    assert [place.kind for place in parsed.places] == ["alternative text"]


# -- omissions ----------------------------------------------------------------------------------------


def test_hidden_deleted_and_struck_words_are_omitted() -> None:
    body = (
        r"Cats {\v secretly }{\deleted not }are \strike un \strike0 welcome."
        r"{\v{\b deep }{\v0 shown}}\par{\v\footnote A hidden note.\par}\par"
    )
    parsed = document_of(body)
    assert blocks(parsed) == ["Cats are welcome.shown"]
    assert omissions(parsed) == [
        ("hidden", "secretly deep"),
        ("deleted", "not"),
        ("struck", "un"),
        ("hidden", "A hidden note."),
    ]


def test_the_title_is_read_and_other_properties_are_no_text() -> None:
    parsed = document_of("Text.", head=r"{\info{\title The Lease \u8364?}{\author Nobody}{\*\company None}}")
    assert parsed.title == "The Lease €"
    assert parsed.text == "Text."


def test_optional_groups_are_skipped_and_visible_ones_read() -> None:
    body = r"{\*\generator Writer;}{\*\unheard of{\b words}}{\upr{twin ?}{\*\ud twin \u945?}} end{\*\bkmkstart a}"
    assert blocks(document_of_unchecked(body)) == ["twin α end"]


# -- damaged and hostile --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{\\rtf1 Never closed", "Never closed"),
        (b"{\\rtf1 Closed}}} too often", "Closed too often"),
        (b"{\\rtf1 a\\bin5 {}{}}b}", "ab"),
        (b"{\\rtf1 a\\bin99999999999 b}", "a"),
        (b"{\\rtf1 a\\bin-5 b}", "ab"),
        (b"{\\rtf1\\uc1000000000\\u945 ?b}", None),
        (b"\xef\xbb\xbf\n{\\rtf1 Late.}", "Late."),
        (b"{\\rtf1\\ansicpg99999 a}", "a"),
        (b"{\\rtf1 a\\u99999999 ?b}", "a\ufffdb"),
        (b"{\\rtf1 a\\'zzb\\", "azzb"),
    ],
)
def test_damaged_files_lose_only_the_damaged_part(data: bytes, words: str | None) -> None:
    parsed = read_one(data, "a.rtf")
    assert words is None or parsed.text == words


def test_deep_groups_are_refused() -> None:
    with pytest.raises(ReadError, match="nested too deep"):
        read_one(b"{\\rtf1 " + b"{" * 100_000, "a.rtf")
