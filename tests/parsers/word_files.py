"""Word files with any parts, written byte by byte; every part declares the prefixes that Word uses."""

from __future__ import annotations

import posixpath

from sample_files import archive

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = {
    "w": _WORD,
    "r": f"{_OFFICE}/relationships",
    "m": f"{_OFFICE}/math",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
}
STRICT = {
    _WORD: "http://purl.oclc.org/ooxml/wordprocessingml/main",
    f"{_OFFICE}/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    f"{_OFFICE}/math": "http://purl.oclc.org/ooxml/officeDocument/math",
}
_ROOTS = {
    "styles": "w:styles", "numbering": "w:numbering", "settings": "w:settings", "footnotes": "w:footnotes",
    "endnotes": "w:endnotes", "comments": "w:comments", "header": "w:hdr", "footer": "w:ftr",
    "commentsExtended": "w15:commentsEx", "chart": "c:chartSpace", "diagramData": "dgm:dataModel",
}  # fmt: skip


def word(
    body: str,
    *,
    strict: bool = False,
    linked: dict[str, tuple[str, str | bytes]] | None = None,
    **parts: str,
) -> bytes:
    """Return a Word file with this body and these parts by the kind of their relation.

    ``linked`` are parts by relation id, each as kind and content: XML without its root where the kind has one
    (the part is called ``word/ID.xml``), else bytes under a name: ``("aFChunk:a.html", b"...")``.
    """
    relations = []
    members: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>"}
    simple = {key: (key, text) for key, text in parts.items()}
    for key, (kind_and_name, content) in {**simple, **(linked or {})}.items():
        kind, _, part_name = kind_and_name.partition(":")
        name = part_name or f"{key}.xml"
        has_root = kind in _ROOTS and isinstance(content, str)
        members[f"word/{name}"] = _part(_ROOTS[kind], str(content)) if has_root else content
        relations.append((key, kind, name))
    members["word/document.xml"] = _part("w:document", f"<w:body>{body}</w:body>")
    members["word/_rels/document.xml.rels"] = _relations(relations)
    members["_rels/.rels"] = _relations([("doc", "officeDocument", "word/document.xml")])
    for _, _, name in relations:
        if name.startswith("header"):
            members[posixpath.join("word/_rels", f"{name}.rels")] = _relations(relations)
    if strict:
        for old, new in STRICT.items():
            members = {
                name: text.replace(f'"{old}', f'"{new}') if isinstance(text, str) else text
                for name, text in members.items()
            }
    return archive(members)


def _part(root: str, content: str) -> str:
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _SPACES.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {spaces}>{content}</{root}>'


def _relations(relations: list[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for key, kind, target in relations
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{rows}</Relationships>'


def run(text: str, properties: str = "") -> str:
    """Return a run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, properties: str = "") -> str:
    """Return a paragraph; arguments that are no elements become runs."""
    inside = "".join(argument if argument.startswith("<") else run(argument) for argument in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def numbered(text: str, level: int = 0, number: int = 1, more: str = "") -> str:
    """Return a paragraph of a list."""
    where = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, properties=more + where)


def level(at: int, style: str, text: str, more: str = "", start: int = 1) -> str:
    """Return a level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
        f'{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*levels: str, numbers: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    """Return a numbering part with one abstract list."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{numbers}'


def field(instructions: str, *result: str, form: str = "") -> str:
    """Return a field with its result; without a result it has no separator either."""
    shown = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + "".join(result) if result else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r>'
        f"<w:r><w:instrText> {instructions} </w:instrText></w:r>{shown}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def style(key: str, inside: str, kind: str = "paragraph", name: str = "", more: str = "") -> str:
    """Return a style."""
    return (
        f'<w:style w:type="{kind}" w:styleId="{key}" {more}><w:name w:val="{name or key}"/>{inside}</w:style>'
    )


def rich() -> bytes:
    """Return a small Word file with something of every kind that the parser knows."""
    drawing = (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="a" descr="A map"/><a:graphic><a:graphicData>'
        '<c:chart r:id="c1"/><dgm:relIds r:dm="d1"/><wps:wsp><wps:txbx><w:txbxContent>'
        f"{p('In a box.')}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r>"
    )
    over, under = ("<m:r><m:t>a</m:t></m:r>", "<m:r><m:t>b</m:t></m:r>")
    formula = f"<m:oMath><m:f><m:num>{over}</m:num><m:den>{under}</m:den></m:f></m:oMath>"
    control = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        + run("Click.")
        + "</w:sdtContent></w:sdt>"
    )
    body = (
        numbered("Fees") + numbered("The fee is 10", 1) + numbered("due in May; and", 2)
        + p(run("10") + run("6", '<w:vertAlign w:val="superscript"/>') + formula + control + drawing)
        + p(run("Noted") + '<w:r><w:footnoteReference w:id="1"/><w:commentReference w:id="0"/></w:r>')
        + p(field("TOC", run("Fees\t1"))) + p(field(r"EQ \f(1,2)") + field("PAGE", run("2")))
        + p("Gone ", properties='<w:rPr><w:del w:id="9"/></w:rPr>') + p(run("struck", "<w:strike/>"))
        + '<w:altChunk r:id="k1"/>' + p('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')
        + f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('x')}</w:tc></w:tr></w:tbl>"
        + '<w:sectPr><w:headerReference w:type="default" r:id="h1"/></w:sectPr>'
    )  # fmt: skip
    points = '<c:pt idx="0"><c:v>1</c:v></c:pt>'
    return word(
        body,
        numbering=lists(
            level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)")
        ),
        styles=style("Secret", "<w:rPr><w:vanish/></w:rPr>", kind="character"),
        footnotes=f'<w:footnote w:id="1">{p("A note.")}</w:footnote>',
        comments=f'<w:comment w:id="0" w:author="A" w:date="2024-01-01">{p("A comment.")}</w:comment>',
        linked={
            "h1": ("header", p(run("Header ") + field("PAGE", run("1")))),
            "k1": ("aFChunk:a.html", b"<p>A chunk.</p>"),
            "c1": (
                "chart:charts/chart1.xml",
                f"<c:ser><c:val><c:numCache>{points}</c:numCache></c:val></c:ser>",
            ),
            "d1": (
                "diagramData:diagrams/data1.xml",
                "<dgm:pt><dgm:t><a:p><a:t>A step</a:t></a:p></dgm:t></dgm:pt>",
            ),
        },
    )
