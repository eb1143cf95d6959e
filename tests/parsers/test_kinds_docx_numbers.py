"""Numbers that Word prints before paragraphs, and clauses identified by them."""

from __future__ import annotations

import pytest
from word_files import level, lists, numbered, p, style, word
from word_reading import read, texts

from qa.parsers import docx
from qa.parsers.docx.number_formats import formatted
from qa.text.sentences import segment
from qa.types import Document

CLAUSES = lists(
    level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)"),
    level(3, "lowerRoman", "(%4)"),
)  # fmt: skip


def test_every_level_has_its_number_and_restarts_below_the_next() -> None:
    body = "".join(
        numbered(text, at)
        for text, at in (
            ("Rent", 0), ("The tenant pays the rent.", 1), ("Repairs", 0),
            ("The landlord keeps the roof.", 1), ("The tenant repairs:", 1),
            ("the windows; and", 2), ("the boiler:", 2), ("once a year;", 3),
            ("and at the end.", 3), ("the doors.", 2), ("The costs are shared.", 1),
        )
    )  # fmt: skip
    assert texts(body, numbering=CLAUSES) == [
        "1. Rent", "1.1 The tenant pays the rent.", "2. Repairs", "2.1 The landlord keeps the roof.",
        "2.2 The tenant repairs:", "(a) the windows; and", "(b) the boiler:", "(i) once a year;",
        "(ii) and at the end.", "(c) the doors.", "2.3 The costs are shared.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("style_", "numbers"),
    [
        ("decimal", "1 2 3 28"),
        ("decimalZero", "01 02 03 28"),
        ("upperRoman", "I II III XXVIII"),
        ("lowerRoman", "i ii iii xxviii"),
        ("upperLetter", "A B C BB"),
        ("lowerLetter", "a b c bb"),
        ("ordinal", "1st 2nd 3rd 28th"),
        ("cardinalText", "One Two Three Twenty-eight"),
        ("ordinalText", "First Second Third Twenty-eighth"),
        ("decimalEnclosedCircle", "① ② ③ 28"),
        ("chineseCountingThousand", "一 二 三 二十八"),
        ("japaneseCounting", "一 二 三 二十八"),
        ("ideographTraditional", "甲 乙 丙 28"),
        ("russianLower", "а б в я"),
        ("hebrew1", "א ב ג כח"),
        ("decimalFullWidth", "１ ２ ３ ２８"),
        ("thaiNumbers", "๑ ๒ ๓ ๒๘"),
        ("chicago", "* † ‡ §§§§§§§"),
        ("somethingNew", "1 2 3 28"),
    ],
)
def test_numbers_have_the_format_of_the_level(style_: str, numbers: str) -> None:
    assert " ".join(formatted(number, style_) for number in (1, 2, 3, 28)) == numbers


def test_special_numbers_of_scripts_and_languages() -> None:
    assert [formatted(n, "hebrew1") for n in (15, 16, 115)] == ["טו", "טז", "קטו"]
    assert [formatted(n, "japaneseCounting") for n in (10, 11, 100, 111)] == ["十", "十一", "百", "百十一"]
    assert [formatted(n, "chineseCountingThousand") for n in (10, 101, 110)] == ["十", "一百零一", "一百一十"]
    assert [formatted(n, "ordinal") for n in (11, 12, 21, 112)] == ["11th", "12th", "21st", "112th"]
    assert [formatted(1, "ordinal", language) for language in ("de-DE", "fr-FR", "es-ES")] == [
        "1.",
        "1er",
        "1º",
    ]
    assert [formatted(n, "upperRoman") for n in (0, 4000, 3999)] == ["0", "4000", "MMMCMXCIX"]


def test_lists_continue_and_restart_as_specified() -> None:
    numbers = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        f"{level(0, 'upperLetter', 'Part %1')}</w:lvlOverride></w:num>"
    )
    body = (
        numbered("a") + numbered("b") + numbered("c", number=2) + numbered("d", number=3)
        + numbered("e", number=3) + numbered("f", number=4)
    )  # fmt: skip
    numbering = lists(level(0, "decimal", "%1)"), numbers=numbers)
    assert texts(body, numbering=numbering) == ["1) a", "2) b", "3) c", "5) d", "6) e", "Part G f"]


def test_levels_can_continue_start_elsewhere_or_use_digits_for_others() -> None:
    numbering = lists(
        level(0, "upperRoman", "Article %1.", start=4),
        level(1, "decimal", "%1.%2", more="<w:isLgl/>"),
        level(2, "lowerLetter", "(%3)", more='<w:lvlRestart w:val="0"/>'),
    )
    body = (
        numbered("Fees", 0) + numbered("Yearly.", 1) + numbered("by bank", 2) + numbered("Terms", 0)
        + numbered("Early.", 1) + numbered("by post", 2)
    )  # fmt: skip
    assert texts(body, numbering=numbering) == [
        "Article IV. Fees", "4.1 Yearly.", "(a) by bank", "Article V. Terms", "5.1 Early.", "(b) by post",
    ]  # fmt: skip


def test_numbers_come_from_styles_by_the_level_that_names_them() -> None:
    styles = (
        style("H1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>')
        + style("H2", '<w:basedOn w:val="H1"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>')
        + style("Off", '<w:basedOn w:val="H1"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>')
    )
    numbering = lists(
        level(0, "decimal", "%1", more='<w:pStyle w:val="H1"/>'),
        level(1, "decimal", "%1.%2", more='<w:pStyle w:val="H2"/>'),
    )
    body = "".join(
        p(text, properties=f'<w:pStyle w:val="{key}"/>{more}')
        for text, key, more in (
            ("Scope", "H1", ""), ("Ships", "H2", ""), ("Boats", "H2", ""), ("Preface", "Off", ""),
            ("Note", "H2", '<w:numPr><w:numId w:val="0"/></w:numPr>'), ("Terms", "H1", ""),
        )
    )  # fmt: skip
    extract = read(body, styles=styles, numbering=numbering)
    assert [
        (block.kind, block.level, extract.text[block.start : block.end]) for block in extract.blocks
    ] == [
        ("heading", 1, "1 Scope"), ("heading", 2, "1.1 Ships"), ("heading", 2, "1.2 Boats"),
        ("heading", 1, "Preface"), ("heading", 2, "Note"), ("heading", 1, "2 Terms"),
    ]  # fmt: skip


def test_a_list_can_be_named_by_a_numbering_style() -> None:
    styles = style("Legal", '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>', kind="numbering")
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:numStyleLink w:val="Legal"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="8">{level(0, "decimal", "§ %1")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    )
    assert texts(numbered("Fees") + numbered("Terms"), numbering=numbering, styles=styles) == [
        "§ 1 Fees",
        "§ 2 Terms",
    ]


def test_custom_formats_have_as_many_digits_as_shown() -> None:
    custom = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14">'
        '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback>'
        '<w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="[%1]"/></w:lvl>'
    )
    assert texts(numbered("Fees"), numbering=lists(custom)) == ["[001] Fees"]


def test_bullets_are_omitted_and_meaningful_signs_kept() -> None:
    def sign(at: int, text: str, font: str) -> str:
        fonts = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>'
        return f'<w:lvl w:ilvl="{at}"><w:numFmt w:val="bullet"/><w:lvlText w:val="{text}"/>{fonts}</w:lvl>'

    numbering = lists(
        sign(0, "\uf0b7", "Symbol"), sign(1, "o", "Courier New"), sign(2, "\uf0a7", "Wingdings"),
        sign(3, "\uf0fc", "Wingdings"), sign(4, "–", "Calibri"),
    )  # fmt: skip
    body = "".join(numbered(f"item {at}", at) for at in range(5))
    assert texts(body, numbering=numbering) == ["• item 0", "• item 1", "• item 2", "✓ item 3", "– item 4"]


def test_unprinted_paragraphs_do_not_count() -> None:
    deleted = '<w:rPr><w:del w:id="1"/></w:rPr>'
    body = (
        numbered("kept")
        + '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>' + deleted + "</w:pPr>"
        '<w:del w:id="2"><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>'
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + numbered("gone too") + "</w:tc></w:tr></w:tbl>"
        + numbered("last") + numbered("")
        + numbered("after an empty one")
    )  # fmt: skip
    assert texts(body, numbering=lists(level(0, "decimal", "%1."))) == [
        "1. kept",
        "2. last",
        "4. after an empty one",
    ]


def test_numbers_without_a_space_are_set_as_printed() -> None:
    numbering = lists(level(0, "decimal", "第%1条", more='<w:suff w:val="nothing"/>'))
    assert texts(numbered("定义") + numbered("A"), numbering=numbering) == ["第1条定义", "第2条A"]


def test_a_cell_of_a_layout_table_counts_once() -> None:
    table = f"<w:tbl><w:tr><w:tc>{numbered('a')}{numbered('b')}</w:tc></w:tr></w:tbl>"
    row = f"<w:tbl><w:tr><w:tc>{numbered('c')}</w:tc><w:tc>{p('fee')}</w:tc></w:tr></w:tbl>"
    assert texts(table + row + numbered("d"), numbering=lists(level(0, "decimal", "%1."))) == [
        "1. a",
        "2. b",
        "3. c\tfee",
        "4. d",
    ]


def test_clause_titles_are_headings_and_items_know_the_items_above() -> None:
    body = (
        numbered("Rent", 0) + numbered("The tenant pays the rent on the first day of each month.", 1)
        + numbered("Repairs", 0) + numbered("The landlord keeps the roof in good repair at his own cost.", 1)
        + numbered("The tenant repairs:", 1) + numbered("the windows and their locks; and", 2)
        + numbered("the heating boiler, at least once a year.", 2)
        + p("Notice must be in writing.")
    )  # fmt: skip
    extract = docx.read(word(body, numbering=CLAUSES))
    document = Document("d", "Lease", extract.text, "0", blocks=extract.blocks)
    paths = {
        document.text[sentence.start : sentence.end]: passage.headings
        for passage in segment(document)
        for sentence in passage.sentences
    }
    assert paths["(b) the heating boiler, at least once a year."] == ("2. Repairs", "2.2 The tenant repairs:")
    assert paths["2.2 The tenant repairs:"] == ("2. Repairs",)
    assert paths["Notice must be in writing."] == ("2. Repairs",)


def test_simple_lists_have_no_titles() -> None:
    numbering = lists(level(0, "decimal", "%1."))
    extract = read(numbered("Apples") + numbered("Pears") + p("Both are sold here."), numbering=numbering)
    assert [block.kind for block in extract.blocks] == ["item", "item", "paragraph"]
    bold = "".join(
        p(
            f"<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>",
            properties='<w:numPr><w:numId w:val="1"/></w:numPr>',
        )
        + p("The text of the clause.")
        for text in ("Fees", "Terms")
    )
    extract = read(bold, numbering=numbering)
    assert [block.kind for block in extract.blocks] == ["heading", "paragraph"] * 2
