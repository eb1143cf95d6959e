"""Visible, hidden and struck text of Word files: formulas, signs, revisions, fields and controls."""

from __future__ import annotations

import pytest
from word_files import field, p, run, style, word
from word_reading import left_out, read, texts

from qa.parsers import account, docx

SUPER = '<w:vertAlign w:val="superscript"/>'
SUB = '<w:vertAlign w:val="subscript"/>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("10") + run("6", SUPER) + run(" bacteria"), "10⁶ bacteria"),
        (run("10") + run("-", SUPER) + run("3", SUPER) + run(" g"), "10⁻³ g"),
        (run("H") + run("2", SUB) + run("O"), "H₂O"),
        (run("x") + run("n+1", SUPER), "xⁿ⁺¹"),
        (run("x") + run("q/2", SUPER) + run(" and"), "x^(q/2) and"),
        (run("a") + run("max,2", SUB), "a_(max,2)"),
        (run("the 1") + run("st", SUPER) + run(" of May"), "the 1st of May"),
        (run("Lume") + run("TM", SUPER), "Lume™"),
        (run("10") + run("6 ", SUPER) + run("cells"), "10⁶ cells"),
        (run("10") + run("6", '<w:position w:val="6"/><w:sz w:val="14"/>'), "10⁶"),
        (run("10") + run("6", '<w:rStyle w:val="High"/>'), "10⁶"),
        (run("10") + run("6", '<w:rStyle w:val="High"/><w:vertAlign w:val="baseline"/>'), "106"),
        (run("All of it is high", SUPER), "All of it is high"),
        (run("Fees") + run(" *", SUPER), "Fees *"),
    ],
)
def test_superscripts_and_subscripts_are_separated(runs: str, text: str) -> None:
    high = style("High", f"<w:rPr>{SUPER}</w:rPr>", kind="character")
    assert texts(p(runs), styles=high) == [text]


def _math(inside: str) -> str:
    return p(run("So ") + f"<m:oMath>{inside}</m:oMath>" + run(" holds."))


def _r(text: str) -> str:
    return f"<m:r><w:rPr/><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<m:f><m:num>{_r('a+b')}</m:num><m:den>{_r('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:sSup><m:e>{_r('c')}</m:e><m:sup>{_r('2')}</m:sup></m:sSup>", "c^2"),
        (f"<m:sSup><m:e>{_r('x')}</m:e><m:sup>{_r('2n')}</m:sup></m:sSup>", "x^(2n)"),
        (f"<m:sSub><m:e>{_r('x')}</m:e><m:sub>{_r('i')}</m:sub></m:sSub>", "x_i"),
        (
            f"<m:sSubSup><m:e>{_r('x')}</m:e><m:sub>{_r('i')}</m:sub><m:sup>{_r('2')}</m:sup></m:sSubSup>",
            "x_i^2",
        ),
        (f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{_r("2x")}</m:e></m:rad>', "√(2x)"),
        (f"<m:rad><m:deg>{_r('3')}</m:deg><m:e>{_r('x')}</m:e></m:rad>", "³√(x)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{_r("i=1")}</m:sub>'
            f"<m:sup>{_r('n')}</m:sup><m:e>{_r('i')}</m:e></m:nary>",
            "∑_(i=1)^n i",
        ),
        (
            f"<m:nary><m:sub>{_r('0')}</m:sub><m:sup>{_r('1')}</m:sup><m:e>{_r('dx')}</m:e></m:nary>",
            "∫_0^1 dx",
        ),
        (f"<m:d><m:e>{_r('x')}</m:e><m:e>{_r('y')}</m:e></m:d>", "(x|y)"),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{_r("x")}</m:e></m:d>', "[x]"),
        (f"<m:func><m:fName>{_r('sin')}</m:fName><m:e>{_r('x')}</m:e></m:func>", "sin x"),
        (
            f"<m:m><m:mr><m:e>{_r('1')}</m:e><m:e>{_r('0')}</m:e></m:mr><m:mr><m:e>{_r('0')}</m:e>"
            f"<m:e>{_r('1')}</m:e></m:mr></m:m>",
            "1, 0; 0, 1",
        ),
        (
            f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{_r("n")}</m:num>'
            f"<m:den>{_r('k')}</m:den></m:f>",
            "n¦k",
        ),
        (f'<m:acc><m:accPr><m:chr m:val="&#x304;"/></m:accPr><m:e>{_r("x")}</m:e></m:acc>', "x\u0304"),
        (
            f"<m:limLow><m:e>{_r('lim')}</m:e><m:lim>{_r('n→∞')}</m:lim></m:limLow>",
            "lim_(n→∞)",
        ),
    ],
)
def test_formulas_are_one_line(inside: str, text: str) -> None:
    assert texts(_math(inside)) == [f"So {text} holds."]


def test_standalone_and_revised_formulas() -> None:
    alone = f"<m:oMathPara><m:oMath>{_r('a=b')}</m:oMath><m:oMath>{_r('c=d')}</m:oMath></m:oMathPara>"
    assert texts(p(alone) + alone) == ["a=b\nc=d", "a=b\nc=d"]
    revised = f"<m:oMath>{_r('a=')}<w:del><m:r><w:delText>7</w:delText></m:r></w:del>{_r('9')}</m:oMath>"
    extract = read(p(revised))
    assert (extract.text, left_out(extract)) == ("a=9", [("deleted", "7")])


def test_signs_of_symbol_fonts_are_characters() -> None:
    def sign(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    signs = (
        sign("Symbol", "F061") + sign("Symbol", "F0A3") + sign("Wingdings", "F0FC")
        + sign("Wingdings", "F06F") + sign("Wingdings 2", "F052") + sign("Wingdings 3", "F067")
        + sign("Webdings", "F061") + sign("MS Gothic", "2612")
    )  # fmt: skip
    assert texts(p(signs)) == ["α≤✓□☑→✔☒"]
    in_text = run("\uf062 = 2 ", '<w:rFonts w:ascii="Symbol"/>') + run(
        "\uf0e0", '<w:rFonts w:ascii="Wingdings"/>'
    )
    assert texts(p(in_text)) == ["β = 2 →"]
    face = '<mc:AlternateContent><mc:Choice><w:symEx w:font="Segoe UI Emoji" w:char="1F60A"/></mc:Choice>'
    face += "<mc:Fallback><w:t>?</w:t></mc:Fallback></mc:AlternateContent>"
    assert texts(p(run("Good ") + f"<w:r>{face}</w:r>")) == ["Good \U0001f60a"]
    extract = read(p(run("Secret ") + sign("Own Glyphs", "F041")))
    assert extract.omissions[0].reason == "unknown letters"
    assert extract.omissions[0].name == "Own Glyphs"


@pytest.mark.parametrize("mark", ["<w:strike/>", "<w:dstrike/>", '<w:rStyle w:val="Out"/>'])
def test_struck_text_is_omitted(mark: str) -> None:
    out = style("Out", "<w:rPr><w:strike/></w:rPr>", kind="character")
    extract = read(
        p(run("The fee is ") + run("4,000 ", mark) + run("crowns", mark) + run(" 6,500 crowns.")), styles=out
    )
    assert extract.text == "The fee is 6,500 crowns."
    assert left_out(extract) == [("struck", "4,000 crowns")]
    assert "3 words struck through" in str(account.warnings(extract.omissions)[0])


def test_deleted_text_rows_cells_and_marks() -> None:
    deletion = '<w:del w:id="1"><w:r><w:delText>five</w:delText></w:r></w:del>'
    moved = f'<w:moveFrom w:id="2">{run("Dogs pay.")}</w:moveFrom>'
    row = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('Deposit')}</w:tc><w:tc>{p('900')}</w:tc></w:tr>"
    remaining_row = (
        f"<w:tr><w:tc>{p('Bond')}</w:tc><w:tc><w:tcPr><w:cellDel/></w:tcPr>{p('700')}</w:tc>"
        f"<w:tc>{p('1,200')}</w:tc></w:tr>"
    )
    body = (
        p(run("The term is ") + deletion + '<w:ins w:id="3">' + run("nine") + "</w:ins>" + run(" years."))
        + p(moved + run("Cats pay.")) + p(f'<w:moveTo w:id="4">{run("Dogs pay.")}</w:moveTo>')
        + f"<w:tbl>{row}{remaining_row}</w:tbl>"
        + p("Dogs may travel ", properties='<w:rPr><w:del w:id="5"/></w:rPr>') + p("on a lead.")
        + p("The end", properties='<w:rPr><w:del w:id="6"/></w:rPr>')
    )  # fmt: skip
    extract = read(body)
    assert [extract.text[block.start : block.end] for block in extract.blocks] == [
        "The term is nine years.", "Cats pay.", "Dogs pay.", "Bond\t\t1,200", "Dogs may travel on a lead.",
        "The end",
    ]  # fmt: skip
    assert left_out(extract) == [
        ("deleted", "five"), ("deleted", "Dogs pay."), ("deleted", "Deposit"), ("deleted", "900"),
        ("deleted", "700"),
    ]  # fmt: skip


HIDDEN = (
    style("Secret", "<w:rPr><w:vanish/></w:rPr>", kind="character")
    + style("Deeper", '<w:basedOn w:val="Secret"/>', kind="character")
    + style("Shown", '<w:basedOn w:val="Secret"/><w:rPr><w:vanish w:val="0"/></w:rPr>', kind="character")
    + style("HiddenPara", "<w:rPr><w:vanish/></w:rPr>")
)


@pytest.mark.parametrize(
    ("paragraph", "text", "hidden"),
    [
        (p(run("a ") + run("b", "<w:vanish/>")), "a", "b"),
        (p(run("a ") + run("b", '<w:rStyle w:val="Secret"/>')), "a", "b"),
        (p(run("a ") + run("b", '<w:rStyle w:val="Deeper"/>')), "a", "b"),
        (p(run("a ") + run("b", '<w:rStyle w:val="Shown"/>')), "a b", ""),
        (p(run("a ") + run("b", '<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>')), "a b", ""),
        (p(run("a ") + run("b", '<w:vanish w:val="false"/>')), "a b", ""),
        (p("a") + p("b", properties='<w:pStyle w:val="HiddenPara"/>'), "a", "b"),
        # Both styles together hide the text, and this one shows it again.
        (p(run("a", '<w:rStyle w:val="Secret"/>'), properties='<w:pStyle w:val="HiddenPara"/>'), "a", ""),
        (
            p("a") + f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{p('b')}</w:tc></w:tr></w:tbl>",
            "a",
            "b",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>"
            + p("b")
            + f"</w:tc><w:tc>{p('a')}</w:tc></w:tr></w:tbl>",
            "a",
            "b",
        ),
    ],
)
def test_hidden_text_is_omitted_for_every_way_of_hiding(paragraph: str, text: str, hidden: str) -> None:
    extract = read(paragraph, styles=HIDDEN)
    assert extract.text.strip() == text
    assert left_out(extract) == ([("hidden", hidden)] if hidden else [])
    assert account.warnings(extract.omissions) == ()


def test_text_can_be_hidden_by_default_and_shown_explicitly() -> None:
    defaults = "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"
    extract = read(p(run("a") + run("b", '<w:vanish w:val="0"/>')), styles=defaults)
    assert (extract.text, left_out(extract)) == ("b", [("hidden", "a")])


def test_a_hidden_paragraph_mark_joins_and_a_heading_stays_a_heading() -> None:
    mark = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"
    heading = p("Fees.", properties=f'<w:outlineLvl w:val="1"/>{mark}')
    extract = read(heading + p("The fee is due.") + p("It is ", properties=mark) + p("large."))
    assert [block.kind for block in extract.blocks] == ["heading", "paragraph", "paragraph"]
    assert extract.text.endswith("It is large.")


def test_fields_show_their_results_and_no_instructions() -> None:
    link = field('HYPERLINK "http://a.example"', run("the form"))
    nested = field("IF ", run("yes")).replace(
        "<w:instrText> IF  ",
        "<w:instrText> IF </w:instrText></w:r>" + field("REF x", run("seven")) + "<w:r><w:instrText>",
    )
    simple = f'<w:fldSimple w:instr=" REF b ">{run("Clause 3")}</w:fldSimple>'
    extract = read(p(run("See ") + link + run(", ") + simple + run(": ") + nested))
    assert (extract.text, left_out(extract)) == ("See the form, Clause 3: yes", [("hidden", "seven")])
    never = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("Everything is text.")
    assert texts(p(never) + p("And so is this.")) == ["Everything is text.", "And so is this."]


def test_form_fields_have_their_values() -> None:
    ticked = field("FORMCHECKBOX", form="<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>")
    empty = field("FORMCHECKBOX", form='<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>')
    choice = field(
        "FORMDROPDOWN",
        form='<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Ferry"/>'
        '<w:listEntry w:val="Barge"/></w:ddList></w:ffData>',
    )
    body = p(ticked + run(" goods ") + empty + run(" dogs")) + p(run("Vessel: ") + choice)
    assert texts(body + p(run("Agent: ") + field("FORMTEXT", run("Northern Shipping")))) == [
        "☒ goods ☐ dogs", "Vessel: Barge", "Agent: Northern Shipping",
    ]  # fmt: skip


def test_fields_without_results_show_signs_formulas_and_prompts() -> None:
    assert texts(p(run("a ") + field(r'SYMBOL 163 \f "Symbol" \s 12') + run(" b"))) == ["a ≤ b"]
    assert texts(p(field(r"EQ \f(a+b,2)") + run(" = ") + field(r"EQ \r(3,x)"))) == ["(a+b)/2 = ³√(x)"]
    extract = read(p(run("To: ") + field("MACROBUTTON NoMacro [Click and type a name]")))
    assert (extract.text, left_out(extract)) == ("To:", [("placeholder", "[Click and type a name]")])


def _control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_controls_have_their_values_and_placeholders_are_omitted() -> None:
    prompt = "<w:showingPlcHdr/>"
    body = (
        p(run("Vessel: ") + _control("<w:dropDownList/>", run("Blue Heron")))
        + p(run("Length: ") + _control(prompt, run("Click here.")))
        + p(_control('<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>', "") + run(" goods"))
        + _control(prompt, p("Choose a date."))
        + "<w:tbl><w:tr>" + _control(prompt, f"<w:tc>{p('Cell prompt')}</w:tc>")
        + f"<w:tc>{p('x')}</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    extract = read(body)
    assert extract.text.split("\n\n") == ["Vessel: Blue Heron", "Length:", "☒ goods", "x"]
    assert [text for _, text in left_out(extract)] == ["Click here.", "Choose a date.", "Cell prompt"]
    assert {reason for reason, _ in left_out(extract)} == {"placeholder"}


def _contents(*lines: str) -> str:
    first, *middle, last = lines
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return p(begin + run(first)) + "".join(p(line) for line in middle) + p(run(last) + end)


HEADINGS = (
    p("Fees", properties='<w:outlineLvl w:val="0"/>')
    + p("They are due.")
    + p("Terms of notice", properties='<w:outlineLvl w:val="0"/>')
)


def test_tables_of_contents_are_omitted_if_the_text_has_their_lines() -> None:
    lines = ("Fees\t1", "Terms of notice\t12")
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    toc = style("Verzeichnis1", "", name="toc 1")
    by_style = "".join(p(line, properties='<w:pStyle w:val="Verzeichnis1"/>') for line in lines)
    for contents in (
        _contents(*lines),
        _control(gallery, p("Contents") + "".join(p(line) for line in lines)),
        by_style,
    ):
        extract = read(contents + HEADINGS + p("Notice is given in writing."), styles=toc)
        assert extract.text.startswith("Fees\n\nThey are due.")
        assert [reason for reason, _ in left_out(extract)] == ["contents"]
        assert "Terms of notice\t12" in extract.omissions[0].text
        assert " of a table of contents" in str(account.warnings(extract.omissions)[0])


def test_a_table_of_contents_of_other_text_is_kept() -> None:
    assert texts(_contents("Volume two: harbours\t1", "Volume three: ships\t90")) == [
        "Volume two: harbours\t1",
        "Volume three: ships\t90",
    ]


def test_ruby_drop_caps_and_hyphenation_hints() -> None:
    parts = f"<w:rt>{run('かな')}</w:rt><w:rubyBase>{run('漢字')}</w:rubyBase>"
    ruby = f"<w:r><w:ruby><w:rubyPr/>{parts}</w:ruby></w:r>"
    extract = read(p(ruby + run("を読む")))
    assert (extract.text, left_out(extract)) == ("漢字を読む", [("pronunciation", "かな")])
    drop = p("T", properties='<w:framePr w:dropCap="drop" w:lines="3"/>') + p("he tenant pays.")
    assert texts(drop) == ["The tenant pays."]
    soft = p(
        run("under\u00adwriter ware\u200bhouse ") + "<w:r><w:t>re</w:t><w:softHyphen/><w:t>pay</w:t></w:r>"
    )
    assert texts(soft) == ["underwriter warehouse repay"]
    assert texts(p("ไทย\u200bภาษา")) == ["ไทย\u200bภาษา"]
    assert texts(p("<w:r><w:t>pages 3</w:t><w:noBreakHyphen/><w:t>5</w:t></w:r>")) == ["pages 3\u20115"]


def test_wrapper_elements_are_read() -> None:
    inside = run("a") + '<w:smartTag w:element="x">' + run("b") + "</w:smartTag>"
    inside += '<w:customXml w:element="y"><w:hyperlink>' + run("c") + "</w:hyperlink></w:customXml>"
    inside += f'<w:bdo w:val="rtl">{run("d")}</w:bdo>'
    body = f'<w:customXml w:element="z">{p(inside, properties="<w:bidi/>")}</w:customXml>'
    assert texts(body) == ["abcd"]


def test_strict_files_are_read_like_others() -> None:
    body = p(run("10") + run("6", SUPER)) + p(run("It is so") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    notes = f'<w:footnote w:id="2">{p("A note.")}</w:footnote>'
    extract = docx.read(word(body, strict=True, footnotes=notes))
    assert extract.text == "10⁶\n\nIt is so¹\n\nA note."
    assert extract.places[0].kind == "note"
