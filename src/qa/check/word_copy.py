"""Write comments beside the quotations in a copy of a Word draft.

Tags are inserted into the bytes of the parts; no part is parsed and written again. Every other part of the
file keeps its bytes. At the edges of a quotation a run of text is cut in two, both with the run's formatting.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from html import escape

from qa.check import phrases
from qa.check.places import MarkupText
from qa.check.record import DraftCheck, Quotation
from qa.check.word_runs import Runs, Text, runs_of
from qa.errors import ReadError, UsageError
from qa.parsers.archive import Archive, resolve
from qa.parsers.docx.package import Package

AUTHOR = "qa check"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_TYPES = "[Content_Types].xml"
_ID = re.compile(rb'<(?:\w+:)?comment\b[^>]*?\b(?:\w+:)?id="(\d{1,9})"')
_RELATION_ID = re.compile(rb'\bId="rId(\d{1,9})"')
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Insert = tuple[int, bytes]


def word_copy(data: bytes, check: DraftCheck) -> tuple[bytes, int]:
    """Return a copy of a Word file with a comment at each quotation, and the number of those elsewhere.

    The comment on a quotation in a footnote is at the footnote's mark. If a quotation has no place in the
    text, such as one in a text box, its comment is at the beginning of the document.

    Raises:
        UsageError: The file is damaged.
    """
    try:
        with Archive(data) as archive:
            package = Package(archive)
            main = package.main
            parts = {main: archive.read(main)}
            comments = next(iter(package.related(main, "comments")), None)
            notes = {kind: package.related(main, f"{kind}s") for kind in ("footnote", "endnote")}
            for name in (comments, *notes["footnote"], *notes["endnote"], _TYPES, _relations(main)):
                if name is not None and name in archive:
                    parts[name] = archive.read(name)
        body = runs_of(parts[main])
        in_notes = [(kind, runs_of(parts[name])) for kind, names in notes.items() for name in names]
    except (ReadError, KeyError, ValueError) as error:
        raise UsageError("draft-copy-failed", name=check.draft) from error
    number = 1 + max((int(m[1]) for m in _ID.finditer(parts.get(comments or "", b""))), default=-1)
    placed, missing = _placed(body, in_notes, check.quotations, number)
    changed = {main: _inserted(parts[main], placed)}
    written = b"".join(_comment(number + at, each) for at, each in enumerate(check.quotations))
    if comments is not None:
        changed[comments] = _before_end(parts[comments], b"comments", _own_prefix(parts[comments], written))
    else:
        changed |= _new_part(parts, main, written)
    return _rezipped(data, changed), missing


def _relations(main: str) -> str:
    folder, _, base = main.rpartition("/")
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"


def _placed(
    body: Runs, notes: list[tuple[str, Runs]], quotations: Iterable[Quotation], number: int
) -> tuple[list[Insert], int]:
    """Return what to insert into the main part, and the number of quotations without a place."""
    text = MarkupText([each.text for each in body.texts])
    others = [(kind, runs, MarkupText([each.text for each in runs.texts])) for kind, runs in notes]
    cuts: dict[int, list[tuple[int, bytes]]] = {}
    inserts: list[Insert] = []
    missing = 0
    for id, quotation in enumerate(quotations, start=number):
        start, end = _start(body, id), _end(body, id)
        # A quotation in a note may be in the body too, so its place in the draft decides.
        spans = text.find(quotation.text)
        if spans:
            cuts.setdefault(spans[0][0], []).append((spans[0][1], start))
            cuts.setdefault(spans[-1][0], []).append((spans[-1][2], end))
            continue
        mark = next(
            (place for kind, runs, t in others if (place := _note_mark(body, kind, runs, t, quotation))), None
        )
        missing += mark is None
        at = mark or body.first_run
        if at is not None:
            inserts += [(at[0], start), (at[1], end)]
    for piece, tags in cuts.items():
        inserts += _cut(body, body.texts[piece], tags)
    return inserts, missing


def _note_mark(
    body: Runs, kind: str, runs: Runs, text: MarkupText, quotation: Quotation
) -> tuple[int, int] | None:
    """Return the run with the mark of the note that has a quotation."""
    spans = text.find(quotation.text)
    return body.references.get((kind, runs.texts[spans[0][0]].note)) if spans else None


def _start(body: Runs, id: int) -> bytes:
    return f'<{body.prefix}commentRangeStart {body.prefix}id="{id}"/>'.encode()


def _end(body: Runs, id: int) -> bytes:
    p = body.prefix
    return f'<{p}commentRangeEnd {p}id="{id}"/><{p}r><{p}commentReference {p}id="{id}"/></{p}r>'.encode()


def _cut(body: Runs, text: Text, tags: list[tuple[int, bytes]]) -> list[Insert]:
    """Return what to insert into the run of a text: tags at its edges, and cuts of the run between."""
    p = body.prefix.encode()
    inserts: list[Insert] = []
    is_cut = False
    for at, tag in sorted(tags, key=lambda each: each[0]):
        if at == 0 and text.is_first:
            inserts.append((text.run_start, tag))
        elif at == len(text.text) and text.is_last:
            inserts.append((text.run_end, tag))
        else:
            is_cut = True
            again = text.run_tag + text.properties + b"<" + p + b't xml:space="preserve">'
            inserts.append((text.byte(at), b"</" + p + b"t></" + p + b"r>" + tag + again))
    if is_cut and not text.preserves:
        inserts.append((text.tag_end, b' xml:space="preserve"'))
    return inserts


def _comment(id: int, quotation: Quotation) -> bytes:
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(_NOT_IN_XML.sub(chr(0xFFFD), line))}</w:t></w:r></w:p>'
        for line in phrases.comment(quotation)
    )
    return f'<w:comment w:id="{id}" w:author="{AUTHOR}" w:initials="qa">{lines}</w:comment>'.encode()


def _own_prefix(part: bytes, written: bytes) -> bytes:
    """Return comments for a part whose prefix of the main namespace may be another."""
    if f'xmlns:w="{_MAIN}"'.encode() in part:
        return written
    return written.replace(b"<w:comment ", f'<w:comment xmlns:w="{_MAIN}" '.encode())


def _new_part(parts: dict[str, bytes], main: str, written: bytes) -> dict[str, bytes]:
    """Return the part with the comments, and the parts that name it."""
    folder = main.rpartition("/")[0]
    name = resolve(main, "comments-qa.xml")
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    part = head + f'<w:comments xmlns:w="{_MAIN}">'.encode() + written + b"</w:comments>"
    relations = _relations(main)
    known = parts.get(relations)
    if known is None:
        namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
        known = head + f'<Relationships xmlns="{namespace}"></Relationships>'.encode()
    id = 1 + max((int(match[1]) for match in _RELATION_ID.finditer(known)), default=0)
    relation = f'<Relationship Id="rId{id}" Type="{_RELATION}" Target="comments-qa.xml"/>'
    override = f'<Override PartName="/{folder}/comments-qa.xml" ContentType="{_TYPE}"/>'
    return {
        name: part,
        relations: _before_end(known, b"Relationships", relation.encode()),
        _TYPES: _before_end(parts[_TYPES], b"Types", override.replace("//", "/").encode()),
    }


def _before_end(part: bytes, element: bytes, content: bytes) -> bytes:
    """Return a part with more content at the end of its root element."""
    at = re.search(rb"</((?:\w+:)?)" + element + rb"\s*>\s*(?:<!--.*?-->\s*)*\Z", part, re.DOTALL)
    if at is not None:
        return part[: at.start()] + content + part[at.start() :]
    # The root element is empty: <w:comments ... />
    empty = re.search(rb"<((?:\w+:)?" + element + rb")\b([^>]*)/>\s*\Z", part)
    if empty is None:
        return part
    return part[: empty.start()] + b"<%s%s>%s</%s>" % (empty[1], empty[2], content, empty[1])


def _inserted(part: bytes, inserts: list[Insert]) -> bytes:
    out: list[bytes] = []
    at = 0
    for place, content in sorted(inserts, key=lambda insert: insert[0]):
        out += [part[at:place], content]
        at = place
    return b"".join([*out, part[at:]])


def _rezipped(data: bytes, changed: dict[str, bytes]) -> bytes:
    """Return a zip file with some parts changed or added, and all others with their bytes and dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.comment = old.comment
        for info in old.infolist():
            part = changed.pop(info.filename) if info.filename in changed else old.read(info)
            new.writestr(info, part, info.compress_type)
        for name, part in changed.items():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
