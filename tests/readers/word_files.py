"""Word files with any parts, made byte by byte; every part knows the prefixes that Word uses."""

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
    """A Word file with this body and these parts by the kind of their relation.

    ``linked`` are parts by relation id, each as kind and content: XML without its root where the kind has
    one (the part is called ``word/ID.xml``), else bytes under a name: ``("aFChunk:a.html", b"...")``.
    """
    relations = []
    members: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>"}
    simple = {key: (key, text) for key, text in parts.items()}
    for key, (sort, content) in {**simple, **(linked or {})}.items():
        kind, _, given = sort.partition(":")
        name = given or f"{key}.xml"
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
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, properties: str = "") -> str:
    """A paragraph; what is no element is a run."""
    inside = "".join(one if one.startswith("<") else run(one) for one in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def numbered(text: str, level: int = 0, number: int = 1, more: str = "") -> str:
    """A paragraph of a list."""
    where = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, properties=more + where)


def level(at: int, style: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
        f'{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*levels: str, numbers: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    """A numbering part with one abstract list."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{numbers}'


def field(instructions: str, *result: str, form: str = "") -> str:
    """A field with its result; without one it has no separator either."""
    shown = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + "".join(result) if result else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{form}</w:fldChar></w:r>'
        f"<w:r><w:instrText> {instructions} </w:instrText></w:r>{shown}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def style(key: str, inside: str, kind: str = "paragraph", name: str = "", more: str = "") -> str:
    """A style."""
    return (
        f'<w:style w:type="{kind}" w:styleId="{key}" {more}><w:name w:val="{name or key}"/>{inside}</w:style>'
    )
