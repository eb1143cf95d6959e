"""Answers as a Word file, worded by the same functions as the other formats.

The parts of the file are written here: an answer needs few kinds of paragraph, fewer than would justify a
dependency on a library for Word files.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from qa.record import Answer, Quote
from qa.render import NEAREST, NOT_FOUND, displayable, in_words, single_line, where
from qa.render.phrases import (
    LOOKING_IN,
    Mark,
    closest_passages,
    counts_in_words,
    fingerprints,
    place,
    reason,
    scope_name,
    shown_pieces,
)

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD_2012 = "http://schemas.microsoft.com/office/word/2012/wordml"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
    f'Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "word/styles.xml": f'<w:styles xmlns:w="{_MAIN}">'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:pPr><w:spacing w:after="120"/></w:pPr><w:rPr><w:sz w:val="22"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>'
    '<w:rPr><w:sz w:val="40"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="360"/><w:outlineLvl w:val="0"/>'
    '</w:pPr><w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="200"/><w:outlineLvl w:val="1"/>'
    '</w:pPr><w:rPr><w:color w:val="5A6169"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:ind w:left="425"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Citation"><w:name w:val="Citation"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:ind w:left="425"/></w:pPr>'
    '<w:rPr><w:color w:val="5A6169"/><w:sz w:val="19"/></w:rPr></w:style></w:styles>',
}
_LOOKS: dict[Mark, str] = {
    "": "",
    "match": '<w:highlight w:val="yellow"/>',
    "answer": '<w:b/><w:u w:val="single"/><w:shd w:val="clear" w:color="auto" w:fill="FFB938"/>',
}
# A fixed date, because the same answers must give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def header(title: str, answered: int, unanswered: int, failed: int) -> str:
    """Return the title and the number of questions."""
    promise = "Every quote is verbatim text of the document named with it."
    return (
        _paragraph([_run(single_line(title))], "Title")
        + _paragraph([_run(f"{counts_in_words(answered, unanswered, failed)}.")])
        + _paragraph([_run(promise)])
    )


def item(record: Answer, note: str = "") -> str:
    """Return one answer, and a person's note on it.

    Word shows the passages that are not part of the answer folded below their heading. A heading folds all
    that follows it, so they come last.
    """
    out = [_paragraph([_run(single_line(record.question))], "Heading1")]
    out += [
        _paragraph([_run(f"Understood with: {single_line(question)}")], "Citation")
        for question in record.understood_with
    ]
    if record.scope is not None:
        out.append(_paragraph([_run(f"{LOOKING_IN}: {scope_name(record.scope)}")], "Citation"))
    if not record.answered:
        why = reason(record)
        out.append(_paragraph([_run(NOT_FOUND, bold=True), _run(f" Reason: {why}." if why else "")]))
    confidence = in_words(record.confidence, record.answered)
    out.append(_paragraph([_run(f"Confidence: {confidence}.")], "Citation"))
    answering, closest = record.answering, record.closest
    if closest and not answering:
        out.append(_paragraph([_run(f"{NEAREST}:")]))
    out += map(_quote, answering or closest)
    out += [_paragraph([_run(line)], "Citation") for line in fingerprints(record)]
    if note:
        out.append(_paragraph([_run("Note: ", bold=True), _run(displayable(note))]))
    return "".join([*out, *(_folded(closest) if answering and closest else ())])


def file(body: str) -> bytes:
    """Return the Word file with this body."""
    out = io.BytesIO()
    # Programs that do not know folded headings ignore them.
    names = f'xmlns:w="{_MAIN}" xmlns:w15="{_WORD_2012}" xmlns:mc="{_COMPATIBILITY}" mc:Ignorable="w15"'
    document = f"<w:document {names}><w:body>{body}</w:body></w:document>"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in {**_PARTS, "word/document.xml": document}.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), _HEAD + xml, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _folded(closest: Sequence[Quote]) -> Iterator[str]:
    yield _paragraph([_run(closest_passages(len(closest)))], "Heading2", folded=True)
    yield from map(_quote, closest)


def _quote(quote: Quote) -> str:
    runs = [_run(piece, mark=mark) for piece, mark in shown_pieces(quote)]
    cited = [quote.citation, *quote.also]
    lines = [f"{'' if at else str(quote.rank) + '. '}{where(c)} ({place(c)})" for at, c in enumerate(cited)]
    return _paragraph(runs, "Quote") + "".join(_paragraph([_run(line)], "Citation") for line in lines)


def _paragraph(runs: Iterable[str], style: str = "", *, folded: bool = False) -> str:
    fold = "<w15:collapsed/>" if folded else ""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/>{fold}</w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def _run(text: str, *, bold: bool = False, mark: Mark = "") -> str:
    look = "<w:b/>" if bold else _LOOKS[mark]
    safe = escape(_NOT_IN_XML.sub("\ufffd", text))
    lined = safe.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    lined = lined.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{lined}</w:t></w:r>'
