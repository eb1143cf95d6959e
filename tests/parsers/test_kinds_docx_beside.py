"""Word files beyond the body text: notes, comments, headers, pictures, charts, embedded files."""

from __future__ import annotations

import pytest
from word_files import field, p, rich, run, style, word
from word_reading import left_out, places, read, texts

from qa.parsers import account, docx


def _note(key: int, text: str, kind: str = "footnote") -> str:
    mark = f"<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:{kind}Ref/></w:r>"
    return f'<w:{kind} w:id="{key}">{p(mark + run(text))}</w:{kind}>'


def _refer(key: int, kind: str = "footnote", more: str = "") -> str:
    return f'<w:r><w:{kind}Reference {more} w:id="{key}"/></w:r>'


def test_notes_have_their_printed_marks_and_follow_their_paragraphs() -> None:
    body = p(run("It is so") + _refer(7) + run(".") + _refer(3)) + p(run("And so") + _refer(2, "endnote"))
    extract = read(
        body,
        footnotes='<w:footnote w:type="separator" w:id="0"/>' + _note(3, "Second.") + _note(7, "First."),
        endnotes=_note(2, "At the end.", "endnote"),
    )
    assert extract.text.split("\n\n") == [
        "It is so¹.²", "¹ First.", "² Second.", "And soⁱ", "ⁱ At the end.",
    ]  # fmt: skip
    assert [(kind, label) for kind, label, _ in places(extract)] == [
        ("note", "1"),
        ("note", "2"),
        ("note", "i"),
    ]


def test_adjacent_marks_are_two_numbers_and_a_custom_mark_is_kept() -> None:
    own = _refer(3, more='w:customMarkFollows="1"')
    body = p(run("Paid") + _refer(1) + _refer(2)) + p(
        run("Free") + own + run("*", "<w:b/>") + run(" always.")
    )
    extract = read(
        body, footnotes=_note(1, "a") + _note(2, "b") + f'<w:footnote w:id="3">{p("* c")}</w:footnote>'
    )
    assert extract.text.split("\n\n") == ["Paid¹ ²", "¹ a", "² b", "Free* always.", "* c"]
    assert places(extract)[-1] == ("note", "*", "* c")


def test_notes_are_numbered_as_the_file_specifies() -> None:
    settings = '<w:footnotePr><w:numFmt w:val="upperRoman"/><w:numStart w:val="3"/></w:footnotePr>'
    section = (
        '<w:sectPr><w:footnotePr><w:numFmt w:val="decimal"/><w:numRestart w:val="eachSect"/></w:footnotePr>'
        "</w:sectPr>"
    )
    first = p(run("a") + _refer(1), properties="<w:sectPr/>")
    extract = read(
        first + p(run("b") + _refer(2)), settings=settings, footnotes=_note(1, "x") + _note(2, "y")
    )
    assert [label for _, label, _ in places(extract)] == ["III", "IV"]
    extract = read(
        p(run("a") + _refer(1), properties=section) + p(run("b") + _refer(2), properties=section) + section,
        footnotes=_note(1, "x") + _note(2, "y"),
    )
    assert len(places(extract)) == 2


def test_notes_of_deleted_text_are_deleted_and_unreferenced_notes_hidden() -> None:
    deletion = f'<w:del w:id="1">{run("old").replace("w:t", "w:delText")}{_refer(1)}</w:del>'
    extract = read(
        p(run("a") + deletion + _refer(2)), footnotes=_note(1, "x") + _note(2, "y") + _note(5, "z")
    )
    assert extract.text == "a¹\n\n¹ y"
    assert left_out(extract) == [("deleted", "old"), ("deleted", "x"), ("hidden", "z")]


def test_comments_follow_their_paragraph_with_author_date_and_replies() -> None:
    def comment(key: int, author: str, date: str, text: str) -> str:
        written = f'w:author="{author}" w:date="{date}"'
        paragraph = p(text).replace("<w:p>", f'<w:p w14:paraId="0000000{key}">')
        return f'<w:comment w:id="{key}" {written}>{paragraph}</w:comment>'

    comments = (
        comment(0, "A. Smith", "2024-03-05T10:00:00Z", "Too little.")
        + comment(1, "B. Jones", "", "Five million.")
        + comment(2, "C. Low", "2024-04-01T00:00:00Z", "Nobody refers to this.")
    )
    body = p(
        '<w:commentRangeStart w:id="0"/>'
        + run("The sum is two million.")
        + '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
    ) + p("Next.")
    extended = (
        '<w15:commentEx w15:paraId="00000000"/>'
        '<w15:commentEx w15:paraId="00000001" w15:paraIdParent="00000000"/>'
    )
    extract = read(body, comments=comments, commentsExtended=extended)
    assert extract.text.split("\n\n") == [
        "The sum is two million.", "Too little.", "Five million.", "Next.", "Nobody refers to this.",
    ]  # fmt: skip
    assert places(extract) == [
        ("comment", "A. Smith, 2024-03-05", "Too little."),
        ("comment", "B. Jones", "Five million."),
        ("comment", "C. Low, 2024-04-01", "Nobody refers to this."),
    ]


def _section(*frames: tuple[str, str, str], more: str = "") -> str:
    references = "".join(f'<w:{kind}Reference w:type="{pages}" r:id="{key}"/>' for kind, pages, key in frames)
    return f"<w:sectPr>{references}{more}</w:sectPr>"


def test_headers_come_first_and_footers_last_each_line_once() -> None:
    number = field("PAGE", run("3"))
    body = p("Body.", properties=_section(("header", "default", "h1"), ("footer", "default", "f1"))) + p(
        "More."
    )
    extract = read(
        body + _section(("header", "default", "h2"), ("footer", "default", "f2")),
        linked={
            "h1": ("header", p("Harbour Authority") + p("Draft of May")),
            "h2": ("header", p("Harbour Authority") + p("Draft of June")),
            "f1": ("footer", p(run("Confidential") + "<w:r><w:tab/></w:r>" + run("Page ") + number)),
            "f2": ("footer", p(number)),
        },
    )
    assert extract.text.split("\n\n") == [
        "Harbour Authority", "Draft of May", "Draft of June", "Body.", "More.", "Confidential",
    ]  # fmt: skip
    assert [block.kind for block in extract.blocks] == [*["paragraph"] * 5, "running"]
    assert left_out(extract) == [
        ("repeated", "Harbour Authority"), ("page number", "Page 3"), ("page number", "3"),
    ]  # fmt: skip
    assert account.warnings(extract.omissions) == ()


@pytest.mark.parametrize(
    ("line", "text", "number"),
    [
        (run("Smith ") + field("PAGE", run("3")), "Smith", "3"),
        (
            run("Page ") + field("PAGE", run("3")) + run(" of ") + field("NUMPAGES", run("12")),
            "",
            "Page 3 of 12",
        ),
        (run("Confidential – Page ") + field("PAGE", run("3")), "Confidential", "– Page 3"),
        (run("- ") + field("PAGE", run("3")) + run(" -"), "", "- 3 -"),
        (
            run("Seite ") + field("PAGE", run("3")) + run(" von ") + field("NUMPAGES", run("9")),
            "",
            "Seite 3 von 9",
        ),
        (
            run("第") + field("PAGE", run("3")) + run("页 共") + field("NUMPAGES", run("9")) + run("页"),
            "",
            "第3页 共9页",
        ),
        (run("Rules of 1887 Page 2-") + field("PAGE"), "Rules of 1887", "Page 2-"),
        (run("Rules of 1887 Page 2-") + field("PAGE", ""), "Rules of 1887", "Page 2-"),
        (run("Rules Page ") + f'<w:fldSimple w:instr="PAGE">{run("4")}</w:fldSimple>', "Rules", "Page 4"),
        (run("Phase 12 of the works"), "Phase 12 of the works", ""),
    ],
)
def test_page_numbers_are_omitted_and_the_text_next_to_them_is_kept(
    line: str, text: str, number: str
) -> None:
    extract = read(p("Body.") + _section(("header", "default", "h1")), linked={"h1": ("header", p(line))})
    assert extract.text == (f"{text}\n\nBody." if text else "Body.")
    assert left_out(extract) == ([("page number", number)] if number else [])


@pytest.mark.parametrize(
    ("section", "settings", "shown"),
    [
        ("", "", False),
        ("<w:titlePg/>", "", True),
        ('<w:titlePg w:val="0"/>', "", False),
    ],
)
def test_the_first_page_header_counts_if_it_is_shown(section: str, settings: str, shown: bool) -> None:
    body = p("Body.") + _section(("header", "first", "h1"), more=section)
    extract = read(body, linked={"h1": ("header", p("On the first page"))})
    assert extract.text == ("On the first page\n\nBody." if shown else "Body.")
    assert left_out(extract) == ([] if shown else [("hidden", "On the first page")])


def test_the_even_page_header_counts_if_enabled() -> None:
    body = p("Body.") + _section(("header", "even", "h1"))
    linked = {"h1": ("header", p("On even pages"))}
    assert read(body, linked=linked).text == "Body."
    assert read(body, linked=linked, settings="<w:evenAndOddHeaders/>").text == "On even pages\n\nBody."


def _drawing(properties: str, inside: str = "", size: int = 900000) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{size}" cy="{size}"/><wp:docPr id="1" {properties}'
        f"<a:graphic><a:graphicData>{inside}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


PICTURE = (
    '<pic:pic><pic:nvPicPr><pic:cNvPr id="2" name="x"/></pic:nvPicPr><pic:blipFill><a:blip r:embed="i1"/>'
    "</pic:blipFill></pic:pic>"
)
IMAGE = {"i1": ("image:media/map.png", b"png")}


def test_pictures_have_their_alternative_text_or_are_reported() -> None:
    described = p(_drawing('name="Pic" title="Map" descr="The spill is three miles north."/>', PICTURE))
    extract = read(p("Text.") + described, linked=IMAGE)
    assert extract.text.split("\n\n") == ["Text.", "Map", "The spill is three miles north."]
    assert places(extract)[1] == ("alternative text", "Pic", "The spill is three miles north.")
    assert extract.omissions == ()
    bare = p(_drawing('name="Pic"/>', PICTURE))
    extract = read(p("Text.") + bare + bare, linked=IMAGE)
    assert [(omission.reason, omission.name) for omission in extract.omissions] == [("picture", "map.png")]
    assert "map.png" in str(account.warnings(extract.omissions)[0])


@pytest.mark.parametrize(
    "drawing",
    [
        _drawing(
            'name="a"><a:extLst><a:ext><adec:decorative val="1"/></a:ext></a:extLst></wp:docPr>', PICTURE
        ),
        _drawing('name="a"/>', PICTURE, size=90000),
        _drawing('name="a"/>', "<wps:wsp/>"),
    ],
    ids=["decorative", "tiny", "a line"],
)
def test_decorative_drawings_are_not_reported(drawing: str) -> None:
    assert read(p("Text." + "") + p(drawing), linked=IMAGE).omissions == ()


def test_a_file_name_is_no_description() -> None:
    extract = read(p("Text.") + p(_drawing('name="a" descr="scan_004.png"/>', PICTURE)), linked=IMAGE)
    assert [omission.reason for omission in extract.omissions] == ["metadata", "picture"]


def test_text_boxes_word_art_and_older_drawings() -> None:
    content = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    older = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
    box = f"<wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp>"
    twin = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{_drawing("/>", box)[5:-6]}</mc:Choice>'
        f"<mc:Fallback>{older}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(p(run("Around ") + twin + run("it."))) == ["Around it.", "In the box."]
    assert texts(p(run("Around it.") + f"<w:r>{older}</w:r>")) == ["Around it.", "In the box."]
    art = '<w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>'
    assert texts(p("Text.") + p(art)) == ["Text.", "DRAFT"]
    image = '<w:r><w:pict><v:shape alt="A ferry"><v:imagedata r:id="i1"/></v:shape></w:pict></w:r>'
    extract = read(p("Text.") + p(image), linked=IMAGE)
    assert (extract.text, extract.omissions) == ("Text.\n\nA ferry", ())
    bare = '<w:r><w:pict><v:shape><v:imagedata r:id="i1"/></v:shape></w:pict></w:r>'
    assert read(p("Text.") + p(bare), linked=IMAGE).omissions[0].reason == "picture"


def test_signature_lines_name_the_signer() -> None:
    line = '<o:signatureline o:suggestedsigner="Ada Lund" o:suggestedsigner2="Harbour master"/>'
    extract = read(p("Signed:") + p(f'<w:r><w:pict><v:shape alt="Line">{line}</v:shape></w:pict></w:r>'))
    assert places(extract)[-2:] == [("signature", "", "Ada Lund"), ("signature", "", "Harbour master")]


def test_diagrams_are_read_in_the_order_of_their_links() -> None:
    def point(key: str, text: str, kind: str = "node") -> str:
        content = f"<dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t>"
        return f'<dgm:pt modelId="{key}" type="{kind}">{content}</dgm:pt>'

    links = "".join(
        f'<dgm:cxn modelId="9{at}" srcId="{source}" destId="{target}" srcOrd="{at}"/>'
        for at, (source, target) in enumerate((("0", "1"), ("0", "2"), ("1", "3")))
    )
    points = (
        point("0", "", "doc")
        + point("2", "Ships pay")
        + point("1", "The master approves")
        + point("3", "by night")
    )
    data = f"<dgm:ptLst>{points}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst>"
    body = p("Plan.") + p(_drawing('name="d"/>', '<dgm:relIds r:dm="d1"/>'))
    assert texts(body, linked={"d1": ("diagramData:diagrams/data1.xml", data)}) == [
        "Plan.", "The master approves", "by night", "Ships pay",
    ]  # fmt: skip
    missing = read(body)
    assert [omission.reason for omission in missing.omissions] == ["missing"]


CHART = (
    "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Fees</a:t></a:r><a:r><a:t> by year</a:t></a:r></a:p>"
    "</c:rich></c:tx></c:title><c:plotArea><c:barChart>{series}</c:barChart></c:plotArea></c:chart>"
)


def _series(name: str, values: tuple[str, ...], form: str = "General") -> str:
    def points(texts: tuple[str, ...]) -> str:
        return "".join(f'<c:pt idx="{at}"><c:v>{text}</c:v></c:pt>' for at, text in enumerate(texts))

    return (
        f"<c:ser><c:tx><c:strRef><c:strCache>{points((name,))}</c:strCache></c:strRef></c:tx>"
        f"<c:cat><c:strRef><c:strCache>{points(('2023', '2024'))}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:numCache><c:formatCode>{form}</c:formatCode>{points(values)}</c:numCache></c:numRef>"
        "</c:val></c:ser>"
    )


def test_charts_are_tables_under_their_title() -> None:
    series = _series("Ferries", ("10", "12.300000000000001")) + _series("Growth", ("0.1", "0.25"), "0%")
    extract = read(
        p("Text.") + p(_drawing('name="c" descr="Two bars"/>', '<c:chart r:id="c1"/>')),
        linked={"c1": ("chart:charts/chart1.xml", CHART.format(series=series))},
    )
    assert extract.text.split("\n\n") == [
        "Text.", "Two bars", "Fees by year", "Ferries\tGrowth", "2023\t10\t10%", "2024\t12.3\t25%",
    ]  # fmt: skip


def test_embedded_files_and_objects_are_reported() -> None:
    sheet = (
        '<w:r><w:object><v:shape><v:imagedata r:id="i1"/></v:shape>'
        '<o:OLEObject ProgID="Excel.Sheet.12" r:id="e1"/></w:object></w:r>'
    )
    equation = '<w:r><w:object><o:OLEObject ProgID="Equation.3" r:id="e2"/></w:object></w:r>'
    linked = {**IMAGE, "e1": ("package:embeddings/costs.xlsx", b"PK")}
    extract = read(p("Text.") + p(sheet) + p(equation), linked=linked)
    assert [(omission.reason, omission.name) for omission in extract.omissions] == [
        ("attachment", "costs.xlsx"), ("drawing", "Equation.3"),
    ]  # fmt: skip


CHUNK = p("Before.") + '<w:altChunk r:id="k1"/>' + p("After.")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("aFChunk:chunk.html", b"<html><body><h2>Terms</h2><p>The fee is due.</p></body></html>"),
        ("aFChunk:chunk.txt", b"Terms\n\nThe fee is due."),
        ("aFChunk:chunk.docx", word(p("Terms") + p("The fee is due."))),
        ("aFChunk:chunk.dat", b"<!DOCTYPE html><html><h2>Terms</h2><p>The fee is due.</p></html>"),
        (
            "aFChunk:chunk.mht",
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
            b"--x\nContent-Type: text/html\n\n<html><h2>Terms</h2><p>The fee is due.</p></html>\n--x--\n",
        ),
    ],
)
def test_chunks_of_other_formats_are_read_in_place(kind: str, content: bytes) -> None:
    assert texts(CHUNK, linked={"k1": (kind, content)}) == ["Before.", "Terms", "The fee is due.", "After."]


def test_unreadable_chunks_are_reported_and_cycles_end() -> None:
    for linked in (
        {"k1": ("aFChunk:odd.bin", b"\x00\x01")},
        {"k1": ("aFChunk:torn.docx", b"PK\x03\x04torn")},
        {},
    ):
        extract = read(CHUNK, linked=linked)
        assert [omission.reason for omission in extract.omissions] == ["attachment"]
    nested = word(CHUNK, linked={"k1": ("aFChunk:a.txt", b"Inside.")})
    for _ in range(8):
        nested = word(CHUNK, linked={"k1": ("aFChunk:a.docx", nested)})
    extract = docx.read(nested)
    assert extract.text.count("Before.") < 8
    assert extract.omissions[0].reason == "attachment"


def test_tables_keep_each_cell_once_with_its_notes() -> None:
    span = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    rows = (
        f"<w:tr><w:tc>{span}{p('Fares')}</w:tc><w:tc>{p(run('2024') + _refer(1))}</w:tc></w:tr>"
        f'<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("North")}</w:tc>'
        f"<w:tc>{p('Adult')}</w:tc><w:tc>{p('14')}</w:tc></w:tr>"
        f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{p('')}</w:tc>"
        f"<w:tc>{p('Child')}</w:tc><w:tc>{p('6')}</w:tc></w:tr>"
    )
    about = '<w:tblPr><w:tblCaption w:val="Fares of the ferry"/></w:tblPr>'
    extract = read(p("See:") + f"<w:tbl>{about}{rows}</w:tbl>", footnotes=_note(1, "In crowns."))
    assert [extract.text[block.start : block.end] for block in extract.blocks] == [
        "See:", "Fares of the ferry", "Fares\t2024¹", "¹ In crowns.", "North\tAdult\t14", "Child\t6",
    ]  # fmt: skip


def test_a_style_for_headers_does_not_make_them_headings() -> None:
    styles = style("H", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')
    extract = read(
        p("Body.") + _section(("header", "default", "h1")),
        styles=styles,
        linked={"h1": ("header", p("Harbour", properties='<w:pStyle w:val="H"/>'))},
    )
    assert [block.kind for block in extract.blocks] == ["paragraph", "paragraph"]


def test_a_sample_with_every_kind_is_read_completely() -> None:
    text = docx.read(rich()).text
    for words in (
        "Header", "I. Fees", "I.1 The fee is 10", "(a) due in May; and", "10⁶a/b", "A map", "A step",
        "In a box.",        "Noted¹", "A note.", "A comment.", "1/2", "Gone", "A chunk.", "✓",
    ):  # fmt: skip
        assert words in text
