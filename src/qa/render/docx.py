"""Answers as a Word file, worded by the same functions as the other formats.

The parts of the file are written here and not with a library such as python-docx: an answer needs few kinds
of paragraph, a report of any length is written piece by piece, and the same answers give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import TYPE_CHECKING, BinaryIO, cast
from xml.sax.saxutils import escape, quoteattr

from qa.render import styles
from qa.render.phrases import (
    LOOKING_IN,
    NEAREST,
    NOT_FOUND,
    PROMISE,
    closest_passages,
    counts_in_words,
    displayable,
    fingerprints,
    incomplete,
    link_target,
    outcome,
    place,
    reason,
    scope_name,
    shown_lines,
    single_line,
    sureness,
)
from qa.render.reading import Line, Mark
from qa.render.styles import Runs, Style

if TYPE_CHECKING:  # a runtime import would load pydantic, which listing documents does not need
    from qa.record import Answer, Citation, Quote

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD_2012 = "http://schemas.microsoft.com/office/word/2012/wordml"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_TYPES}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPES}.footer+xml"/>'
    f'<Override PartName="/word/footnotes.xml" ContentType="{_TYPES}.footnotes+xml"/></Types>'
)
_PACKAGE_LINKS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_FOOTER = (
    f'<w:ftr xmlns:w="{_MAIN}"><w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
# Word requires the two separators, even if there are no other footnotes.
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{id}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
    f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
    for id, kind in ((-1, "separator"), (0, "continuationSeparator"))
)
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:footerReference w:type="default" '
    'r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" '
    'w:left="1417" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
)


def _style(id: str, name: str, paragraph: str = "", run: str = "", kind: str = "paragraph") -> str:
    based = "" if id == "Normal" or kind == "character" else '<w:basedOn w:val="Normal"/>'
    default = ' w:default="1"' if id == "Normal" else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{id}"><w:name w:val="{name}"/>{based}'
        + (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "")
        + (f"<w:rPr>{run}</w:rPr>" if run else "")
        + "</w:style>"
    )


_SOFT = '<w:color w:val="5A6169"/>'
_STYLES = (
    f'<w:styles xmlns:w="{_MAIN}">'
    + _style("Normal", "Normal", '<w:spacing w:after="120"/>', '<w:sz w:val="22"/>')
    + _style("Title", "Title", run='<w:sz w:val="40"/>')
    + _style(
        "Heading1",
        "heading 1",
        '<w:keepNext/><w:spacing w:before="360"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="28"/>',
    )
    + _style(
        "Heading2", "heading 2", '<w:keepNext/><w:spacing w:before="200"/><w:outlineLvl w:val="1"/>', _SOFT
    )
    + _style("Quote", "Quote", '<w:keepNext/><w:ind w:left="425"/>')
    + _style("Details", "Details", "<w:keepNext/>", _SOFT + '<w:sz w:val="19"/>')
    + _style("Citation", "Citation", '<w:ind w:left="425"/>', _SOFT + '<w:sz w:val="19"/>')
    + _style("BlockQuote", "Block Text", '<w:spacing w:before="120"/><w:ind w:left="425" w:right="425"/>')
    + _style("FootnoteText", "footnote text", '<w:spacing w:after="40"/>', '<w:sz w:val="19"/>')
    + _style(
        "FootnoteReference", "footnote reference", run='<w:vertAlign w:val="superscript"/>', kind="character"
    )
    + _style("TOC1", "toc 1", '<w:spacing w:after="40"/>')
    + _style("Header", "header", run=_SOFT + '<w:sz w:val="18"/>')
    + _style("Footer", "footer", run=_SOFT + '<w:sz w:val="18"/>')
    + _style("Hyperlink", "Hyperlink", run='<w:color w:val="0563C1"/><w:u w:val="single"/>', kind="character")
    + "</w:styles>"
)
_LOOKS: dict[Mark, str] = {
    "": "",
    "match": '<w:highlight w:val="yellow"/>',
    "answer": '<w:b/><w:u w:val="single"/><w:shd w:val="clear" w:color="auto" w:fill="FFB938"/>',
}
# A fixed date, because the same answers must give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_IN_MEMORY = 1 << 24
_STEP, _WIDTH = 425, 8600
"""The indentation of a quote and of each level of its lists, and the width of a table, in 1/20 point."""
_NO_INDENT = '<w:ind w:left="0"/>'


def header(title: str, answered: int, unanswered: int, failed: int) -> str:
    """Return the title and the number of questions."""
    legend = [
        run("Words that answer", mark="answer"),
        run("   "),
        run("words that match the question", mark="match"),
    ]
    return (
        paragraph([run(single_line(title))], "Title")
        + paragraph([run(f"{counts_in_words(answered, unanswered, failed)}.")])
        + paragraph([run(PROMISE)])
        + paragraph(legend, "Details")
    )


def contents_item(record: Answer, number: int) -> str:
    """Return one line of the list of questions, with a link to the answer."""
    question = single_line(record.question) or "(no question)"
    link = _link(f'w:anchor="q{number}"', run(f"{number}. {question}", style="Hyperlink"))
    return paragraph([link, run(f" ({outcome(record)})")], "TOC1")


def contents_end() -> str:
    """Return the end of the list of questions, before the first answer."""
    return ""


def footer() -> str:
    """Return the end of a report."""
    return ""


def item(record: Answer, number: int | None = None, style: Style = "plain", note: str = "") -> str:
    """Return one answer, and a person's note on it.

    Word shows the passages that are not part of the answer folded below their heading. A heading folds all
    that follows it, so they come last.

    Args:
        record: The answer.
        number: Its number in a report, where its heading is a bookmark; None outside of a report.
        style: The style of the citations.
        note: The note.
    """
    out = [_heading(record, number)]
    if record.error is not None:
        out.append(paragraph([run("Not asked: ", bold=True), run(single_line(record.error))]))
        return "".join(out)
    out += _outcome(record)
    answering, closest = record.answering, record.closest
    if closest and not answering:
        out.append(paragraph([run(f"{NEAREST}:")], keep=True))
    out += [_quote(quote, style) for quote in answering or closest]
    out += [paragraph(in_italics(entry), "Citation") for entry in styles.entries(record, style)]
    out += [paragraph([run(line)], "Citation") for line in fingerprints(record)]
    if note:
        out.append(paragraph([run("Note: ", bold=True), run(displayable(note))]))
    return "".join([*out, *(_folded(closest, style) if answering and closest else ())])


def _heading(record: Answer, number: int | None) -> str:
    question = single_line(record.question) or "(no question)"
    if number is None:
        return paragraph([run(question)], "Heading1")
    begin = f'<w:bookmarkStart w:id="{number}" w:name="q{number}"/>'
    end = f'<w:bookmarkEnd w:id="{number}"/>'
    return paragraph([begin, run(f"{number}. {question}"), end], "Heading1")


def _outcome(record: Answer) -> Iterator[str]:
    """Yield the paragraphs between a question and its quotes."""
    for question in record.understood_with:
        yield paragraph([run(f"Understood with: {single_line(question)}")], "Details")
    if record.unreachable:
        yield paragraph([run(incomplete(record.unreachable))], "Details")
    if record.scope is not None:
        yield paragraph([run(f"{LOOKING_IN}: {scope_name(record, record.scope)}")], "Details")
    if not record.answered:
        why = reason(record)
        yield paragraph([run(NOT_FOUND, bold=True), run(f" Reason: {why}." if why else "")], keep=True)
    yield paragraph([run(f"{sureness(record)}.")], "Details")


def shown(text: str) -> str:
    """Return a text as a Word file can show it, one character for one."""
    return _NOT_IN_XML.sub("\ufffd", displayable(text))


def links(record: Answer) -> dict[str, str]:
    """Return the addresses that an answer links to, by the ids of their relationships."""
    cited = [c for quote in record.quotes for c in (quote.citation, *quote.also)]
    targets = map(link_target, cited)
    return {_link_id(target): target for target in targets if target is not None}


def file(
    body: Iterable[str | bytes], title: str, links: Mapping[str, str], footnotes: Sequence[Runs] = ()
) -> BinaryIO:
    """Return the Word file with this body, which may come in pieces; the caller closes it.

    Args:
        body: The paragraphs.
        title: The title, which is also at the top of each page.
        links: The addresses that the body links to, see `links`.
        footnotes: The texts of the footnotes that the body refers to, see `footnote`.
    """
    # Programs that do not know folded headings ignore them.
    names = (
        f'xmlns:w="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:w15="{_WORD_2012}" xmlns:mc="{_COMPATIBILITY}" '
        'mc:Ignorable="w15"'
    )
    heading = paragraph([run(single_line(title))], "Header")
    notes = (_footnote_text(text, number) for number, text in enumerate(footnotes, start=1))
    parts: dict[str, Iterable[str | bytes]] = {
        "[Content_Types].xml": [_CONTENT_TYPES],
        "_rels/.rels": [_PACKAGE_LINKS],
        "word/_rels/document.xml.rels": [_relationships(links)],
        "word/styles.xml": [_STYLES],
        "word/header1.xml": [f'<w:hdr xmlns:w="{_MAIN}">{heading}</w:hdr>'],
        "word/footer1.xml": [_FOOTER],
        "word/footnotes.xml": [f'<w:footnotes xmlns:w="{_MAIN}">{_SEPARATORS}', *notes, "</w:footnotes>"],
        "word/document.xml": chain(
            [f"<w:document {names}><w:body>"], body, [f"{_SECTION}</w:body></w:document>"]
        ),
    }
    # Not directly in the target: a ZIP file on a full disk would raise again when it is collected.
    out = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in parts.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=False) as part:
                part.write(_HEAD.encode())
                for piece in pieces:
                    part.write(piece.encode() if isinstance(piece, str) else piece)
    out.seek(0)
    return cast(BinaryIO, out)


def _relationships(links: Mapping[str, str]) -> str:
    parts = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}.xml"/>'
        for number, (kind, target) in enumerate(
            (("styles", "styles"), ("header", "header1"), ("footer", "footer1"), ("footnotes", "footnotes")),
            start=1,
        )
    )
    parts += "".join(
        f'<Relationship Id="{id}" Type="{_OFFICE}/hyperlink" Target={quoteattr(target)} '
        'TargetMode="External"/>'
        for id, target in sorted(links.items())
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{parts}</Relationships>'


def footnote(number: int) -> str:
    """Return the mark of a footnote in the text, by its number from 1."""
    look = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    return f'<w:r>{look}<w:footnoteReference w:id="{number}"/></w:r>'


def _footnote_text(text: Runs, number: int) -> str:
    mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    body = paragraph([mark, run(" "), *in_italics(text)], "FootnoteText")
    return f'<w:footnote w:id="{number}">{body}</w:footnote>'


def _link_id(target: str) -> str:
    return f"u{hashlib.sha256(target.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _link(attribute: str, run: str) -> str:
    return f"<w:hyperlink {attribute}>{run}</w:hyperlink>"


def _folded(closest: Sequence[Quote], style: Style) -> Iterator[str]:
    yield paragraph([run(closest_passages(len(closest)))], "Heading2", folded=True)
    yield from (_quote(quote, style) for quote in closest)


def _quote(quote: Quote, style: Style) -> str:
    cited = [quote.citation, *quote.also]
    lines = (_cited(citation, style, "" if at else f"{quote.rank}. ") for at, citation in enumerate(cited))
    return "".join([*body(shown_lines(quote)), *(paragraph(line, "Citation") for line in lines)])


def body(lines: Sequence[Line[Mark]], style: str = "Quote", after: str = "") -> Iterator[str]:
    """Yield the paragraphs of a quote, and a table for each run of rows.

    Args:
        lines: The lines of the quote.
        style: The style of its paragraphs.
        after: A run that follows the last character.
    """
    for is_row, group in groupby(lines, key=lambda line: line.kind == "row"):
        if is_row:
            yield _table([[_runs(cell) for cell in line.cells] for line in group])
            continue
        for line in group:
            left = _STEP * (1 + line.depth + (line.kind == "item"))
            hanging = f' w:hanging="{_STEP}"' if line.kind == "item" else ""
            indent = f'<w:ind w:left="{left}"{hanging}/>'
            yield paragraph([*_runs(line.pieces), after if line is lines[-1] else ""], style, indent=indent)
    if after and not (lines and lines[-1].kind != "row"):
        yield paragraph([after], style)


def _runs(pieces: Iterable[tuple[str, Mark]]) -> list[str]:
    return [run(piece, mark=mark) for piece, mark in pieces]


def _table(rows: Sequence[Sequence[list[str]]]) -> str:
    """Return rows of cells as a table that fits between the margins."""
    width = max(map(len, rows))
    grid = f'<w:gridCol w:w="{_WIDTH // width}"/>' * width
    shown = "".join(
        f"<w:tr>{''.join(_cell(cell) for cell in (*row, *[[] for _ in range(width - len(row))]))}</w:tr>"
        for row in rows
    )
    properties = (
        f'<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblInd w:w="{_STEP}" w:type="dxa"/><w:tblBorders>'
        '<w:bottom w:val="single" w:sz="4" w:color="C8CCD0"/><w:insideH w:val="single" w:sz="4" '
        'w:color="C8CCD0"/></w:tblBorders></w:tblPr>'
    )
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{shown}</w:tbl>"


def _cell(runs: list[str]) -> str:
    return f"<w:tc>{paragraph(runs, 'Quote', indent=_NO_INDENT)}</w:tc>"


def in_italics(runs: Runs, style: str = "") -> list[str]:
    """Return the runs of a citation, some in italics."""
    return [run(text, style=style, italic=is_italic) for text, is_italic in runs]


def _cited(citation: Citation, style: Style, number: str) -> list[str]:
    target = link_target(citation)
    name = "".join(in_italics(styles.runs(citation, style), "" if target is None else "Hyperlink"))
    if target is not None:
        name = _link(f'r:id="{_link_id(target)}"', name)
    return [run(number), name, run(f" ({place(citation)})")]


def paragraph(
    runs: Iterable[str], style: str = "", *, keep: bool = False, folded: bool = False, indent: str = ""
) -> str:
    """Return a paragraph of runs, which may be kept on the page of the next one."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += "<w:keepNext/>" * keep + indent + "<w15:collapsed/>" * folded
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(runs)}</w:p>"


def run(text: str, *, bold: bool = False, italic: bool = False, mark: Mark = "", style: str = "") -> str:
    """Return a text with one look; every character that XML cannot have is replaced."""
    look = f'<w:rStyle w:val="{style}"/>' if style else "<w:b/>" if bold else _LOOKS[mark]
    look += "<w:i/>" * italic
    safe = escape(shown(text))
    lined = safe.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    lined = lined.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{lined}</w:t></w:r>'
