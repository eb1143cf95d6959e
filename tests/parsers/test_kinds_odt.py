"""OpenDocument texts: every word is kept, omitted for a reason, or reported as unread."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from office_files import odt, open_paragraph, open_table
from office_reference import reference
from sample_files import archive, read_one, shown, text

from qa.errors import ReadError
from qa.parsers.account import missing
from qa.parsers.build import Extract
from qa.types import Document

STYLES = """
<style:style style:name="Hidden" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Based" style:family="text" style:parent-style-name="Hidden"/>
<style:style style:name="Struck" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="Raised" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="Lowered" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="HiddenP" style:family="paragraph"><style:text-properties text:display="none"/></style:style>
<style:style style:name="HiddenRow" style:family="table-row"><style:table-row-properties table:visibility="collapse"/></style:style>
<text:list-style style:name="L1">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>
<text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="3"/>
</text:list-style>
<text:list-style style:name="B1"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
"""
OUTLINE = (
    '<text:outline-style><text:outline-level-style text:level="1" style:num-format="I"/>'
    '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
)


def document(data: bytes) -> Document:
    """Return the document of a text after checking that every word is accounted for."""
    parsed = read_one(data, "lease.odt")
    extract = Extract(parsed.title, parsed.text, omissions=parsed.omissions)
    assert not missing(reference(data, ".odt"), extract)
    return parsed


def document_of(body: str, *, styles: str = "", master: str = "") -> Document:
    return document(odt(body, automatic=STYLES, styles=styles, master=master))


def blocks(parsed: Document) -> list[str]:
    return [text(parsed, block) for block in parsed.blocks]


def omissions(parsed: Document) -> list[tuple[str, str]]:
    return [(omission.reason, omission.text) for omission in parsed.omissions]


def item(*paragraphs: str) -> str:
    return f"<text:list-item>{''.join(paragraphs)}</text:list-item>"


def test_headings_paragraphs_and_the_title() -> None:
    parsed = document(
        odt(
            '<text:h text:outline-level="1">Premises</text:h>'
            + open_paragraph('The quay<text:s text:c="2"/>is<text:tab/>wet.<text:line-break/>It   leaks.')
            + '<text:section><text:h text:outline-level="2">Roof</text:h></text:section>',
            title="The Lease",
        )
    )
    assert shown(parsed) == [
        ("heading", 1, "Premises"),
        ("paragraph", 0, "The quay  is\twet.\nIt leaks."),
        ("heading", 2, "Roof"),
    ]
    assert parsed.title == "The Lease"


def test_headings_have_their_numbers() -> None:
    body = "".join(
        f'<text:h text:outline-level="{level}">{words}</text:h>'
        for level, words in ((1, "One"), (2, "Two"), (2, "Three"), (1, "Four"), (2, "Five"))
    )
    numbered = [words for _, _, words in shown(document_of(body, styles=OUTLINE))]
    assert numbered == ["I One", "I.1 Two", "I.2 Three", "II Four", "II.1 Five"]


def test_items_have_their_numbers_through_levels_and_continued_lists() -> None:
    inner = f"<text:list>{item(open_paragraph('inside'))}{item(open_paragraph('outside'))}</text:list>"
    first = f'<text:list text:style-name="L1">{item(open_paragraph("roof"))}{item(open_paragraph("walls"), inner)}</text:list>'
    more = f'<text:list text:style-name="L1" text:continue-numbering="true">{item(open_paragraph("boiler"), open_paragraph("and its pipes"))}</text:list>'
    second_list = f'<text:list text:style-name="L1">{item(open_paragraph("again"))}</text:list>'
    bullets = f'<text:list text:style-name="B1">{item(open_paragraph("dot"))}</text:list>'
    assert shown(document_of(first + more + second_list + bullets)) == [
        ("item", 0, "1. roof"),
        ("item", 0, "2. walls"),
        ("item", 0, "(a) inside"),
        ("item", 0, "(b) outside"),
        ("item", 0, "3. boiler"),
        ("item", 0, "and its pipes"),
        ("item", 0, "1. again"),
        ("item", 0, "dot"),
    ]


def test_an_explicit_number_in_the_file_is_used() -> None:
    listed = f'<text:list text:style-name="L1"><text:list-item><text:number>7)</text:number>{open_paragraph("roof")}</text:list-item></text:list>'
    assert blocks(document_of(listed)) == ["7) roof"]


def test_tables_are_rows_and_a_cell_over_several_rows_is_in_each() -> None:
    spanned = open_table([["Berth", "4,000"], ["", "5,000"]]).replace(
        "<table:table-cell>", '<table:table-cell table:number-rows-spanned="2">', 1
    )
    spanned = spanned.replace(
        f"<table:table-cell>{open_paragraph('')}</table:table-cell>", "<table:covered-table-cell/>"
    )
    assert shown(document_of(spanned)) == [("row", 0, "Berth\t4,000"), ("row", 0, "Berth\t5,000")]


def test_a_layout_table_is_its_paragraphs() -> None:
    nested = (
        "<table:table><table:table-row><table:table-cell>"
        + open_table([["a", "b"]])
        + f"</table:table-cell><table:table-cell>{open_paragraph('c')}</table:table-cell></table:table-row></table:table>"
    )
    assert shown(document_of(nested)) == [("row", 0, "a\tb"), ("paragraph", 0, "c")]
    assert blocks(document_of(open_table([["word " * 200, "b"]])))[1] == "b"


def test_notes_comments_and_text_boxes_follow_their_paragraph() -> None:
    note = '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Since 1901.</text:p></text:note-body></text:note>'
    comment = "<office:annotation><dc:creator>B. Jones</dc:creator><dc:date>2024-02-03T10:00:00</dc:date><text:p>Is it?</text:p></office:annotation>"
    box = "<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame>"
    parsed = document_of(open_paragraph(f"The quay{note} is{comment} wet.{box}") + open_paragraph("End."))
    assert blocks(parsed) == ["The quay is wet.", "Since 1901.", "Is it?", "In a box.", "End."]
    assert [(place.kind, place.label) for place in parsed.places] == [
        ("note", "1"),
        ("comment", "B. Jones, 2024-02-03"),
    ]


def test_notes_and_comments_in_cells_follow_the_row() -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>In May.</text:p></text:note-body></text:note>"
    parsed = document_of(
        open_table([[f"Fee{note}", '<text:span text:style-name="Hidden">x </text:span>4,000']])
    )
    assert blocks(parsed) == ["Fee\t4,000", "In May."]
    assert omissions(parsed) == [("hidden", "x")]


def test_deleted_hidden_and_struck_words_are_omitted() -> None:
    tracked = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>'
        "<dc:creator>A</dc:creator></office:change-info><text:p>Dogs are forbidden.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    body = (
        tracked
        + open_paragraph(
            'Cats<text:change text:change-id="c1"/> are <text:span text:style-name="Struck">not </text:span>'
            '<text:span text:style-name="Hidden">secretly </text:span><text:span text:style-name="Based">too </text:span>welcome.'
        )
        + open_paragraph("A hidden paragraph.", "HiddenP")
        + f'<text:section text:display="none">{open_paragraph("A hidden section.")}</text:section>'
        + open_paragraph('Seen.<text:hidden-text text:string-value="A hidden field."/>')
        + open_table([["Shown", "row"], ["Folded", "row"]])[::-1].replace(
            "<table:table-row>"[::-1], '<table:table-row table:style-name="HiddenRow">'[::-1], 1
        )[::-1]
    )
    parsed = document_of(body)
    assert blocks(parsed) == ["Cats are welcome.", "Seen.", "Shown\trow"]
    assert omissions(parsed) == [
        ("deleted", "Dogs are forbidden."),
        ("struck", "not"),
        ("hidden", "secretly too"),
        ("hidden", "A hidden paragraph."),
        ("hidden", "A hidden section."),
        ("hidden", "A hidden field."),
        ("hidden", "Folded"),
        ("hidden", "row"),
    ]


def test_superscripts_and_subscripts_are_marked() -> None:
    parsed = document_of(
        open_paragraph(
            '10<text:span text:style-name="Raised">6</text:span> litres of H<text:span text:style-name="Lowered">2</text:span>O '
            'on the 1<text:span text:style-name="Raised">st</text:span> floor'
        )
    )
    assert blocks(parsed) == ["10⁶ litres of H₂O on the 1st floor"]


def test_tables_of_contents_fields_and_ruby_are_omitted() -> None:
    body = (
        "<text:table-of-content><text:table-of-content-source/><text:index-body><text:p>Premises 1</text:p></text:index-body></text:table-of-content>"
        + open_paragraph(
            "<text:placeholder text:placeholder-type='text'>&lt;Name&gt;</text:placeholder> signs."
        )
        + open_paragraph(
            "<text:ruby><text:ruby-base>東京</text:ruby-base><text:ruby-text>とうきょう</text:ruby-text></text:ruby>"
        )
    )
    parsed = document_of(body)
    assert blocks(parsed) == ["signs.", "東京"]
    assert omissions(parsed) == [
        ("contents", "Premises 1"),
        ("placeholder", "<Name>"),
        ("pronunciation", "とうきょう"),
    ]


def test_page_headers_and_footers_are_kept_once() -> None:
    page = (
        '<style:master-page style:name="{}"><style:header><text:p>Quay Estate</text:p></style:header>'
        "<style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>"
        "<style:footer-left><text:p>Draft</text:p></style:footer-left></style:master-page>"
    )
    parsed = document_of(open_paragraph("The body."), master=page.format("Standard") + page.format("First"))
    assert blocks(parsed) == ["Quay Estate", "The body.", "Draft"]
    assert [block.kind for block in parsed.blocks] == ["paragraph", "paragraph", "running"]
    assert ("repeated", "Quay Estate") in omissions(parsed)
    assert ("page number", "1") in omissions(parsed)


def test_pictures_formulas_charts_and_forms_are_accounted_for() -> None:
    picture = '<draw:frame draw:name="Image1"><draw:image xlink:href="Pictures/a.png"/><svg:desc>A quay at dusk</svg:desc></draw:frame>'
    formula = (
        '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="x.png"/></draw:frame>'
    )
    chart = '<draw:frame><draw:object xlink:href="./Object 2"/></draw:frame>'
    attached = '<draw:frame draw:name="Plan"><draw:object-ole xlink:href="./x"/></draw:frame>'
    form = '<office:forms><form:form><form:textarea form:name="Tenant" form:current-value="Harbor Mills"/></form:form></office:forms>'
    parsed = document(
        odt(
            form + open_paragraph(picture + formula + chart + attached),
            parts={
                "Object 1/content.xml": "<math:math @NS><math:semantics><math:msup><math:mi>x</math:mi><math:mn>2</math:mn></math:msup>"
                "<math:annotation>x^2</math:annotation></math:semantics></math:math>",
                "Object 2/content.xml": "<office:document-content @NS><office:body><office:chart><chart><text:p>Rents by year</text:p>"
                + open_table([["2023", "4,000"]])
                + "</chart></office:chart></office:body></office:document-content>",
            },
        )
    )
    assert blocks(parsed) == ["Harbor Mills", "A quay at dusk", "x^2", "Rents by year", "2023\t4,000"]
    assert [(place.kind, place.label) for place in parsed.places] == [
        ("form", "Tenant"),
        ("alternative text", "Image1"),
    ]
    assert [(o.reason, o.name) for o in parsed.omissions] == [("picture", "Image1"), ("attachment", "Plan")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (archive({"mimetype": "application/vnd.oasis.opendocument.text"}), "contains no OpenDocument text"),
        (odt(""), "contains no text"),
        (
            odt("<text:p>x</text:p>", parts={"META-INF/manifest.xml": "<m><f><encryption-data/></f></m>"}),
            "it is encrypted; save it without a password.",
        ),
        (odt("<text:section>" * 3_000 + "</text:section>" * 3_000), "nested too deep"),
        (odt("<text:p>"), "damaged XML"),
    ],
)
def test_a_file_that_is_not_an_opendocument_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_one(data, "a.odt")
    assert reason in str(caught.value)


def test_repeated_spaces_and_cells_are_cheap() -> None:
    parsed = document_of(
        open_paragraph('a<text:s text:c="999999999"/>b')
        + '<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384">'
        "<text:p>c</text:p></table:table-cell><table:table-cell><text:p>d</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert len(parsed.text) < 1_000


def test_cyclic_styles_and_objects_end() -> None:
    circle = '<style:style style:name="A" style:family="text" style:parent-style-name="A"/>'
    data = odt(
        open_paragraph(
            '<text:span text:style-name="A">x</text:span><draw:frame><draw:object xlink:href="./O"/></draw:frame>'
        ),
        automatic=circle,
        parts={
            "O/content.xml": "<office:document-content @NS><office:body><text:p>y</text:p><draw:frame>"
            '<draw:object xlink:href="./O"/></draw:frame></office:body></office:document-content>'
        },
    )
    assert blocks(document(data)) == ["x", "y"]
