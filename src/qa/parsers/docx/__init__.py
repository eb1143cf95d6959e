"""Read Word documents: all text that a person sees on the pages, in order, and a report of the rest.

Paragraphs include their printed numbers. Notes, comments and text boxes follow the paragraph that refers to
them. Page headers come first and footers last, each line once.
"""

from __future__ import annotations

from qa.errors import ReadError
from qa.parsers import origin
from qa.parsers.archive import Archive
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.docx import outline
from qa.parsers.docx.body import Body
from qa.parsers.docx.chunks import Budget, Chunks
from qa.parsers.docx.drawings import Drawings
from qa.parsers.docx.frames import find_frames, find_sections, new_lines
from qa.parsers.docx.nodes import child
from qa.parsers.docx.notes import Comments, Notes
from qa.parsers.docx.numbering import Numbering
from qa.parsers.docx.package import Package
from qa.parsers.docx.pieces import DraftBlock
from qa.parsers.docx.styles import Styles


def read(data: bytes) -> Extract:
    """Return the text of a .docx file; raise ReadError if it is damaged or not a Word document."""
    return _read(data, Budget(), 0)


def _read(data: bytes, budget: Budget, depth: int) -> Extract:
    with Archive(data) as archive:
        package = Package(archive)
        root = package.xml(package.main)
        content = child(root, "body")
        if content is None:
            raise ReadError("docx-no-body")
        styles = Styles(package.first("styles"))
        notes, comments, drawings = Notes(package), Comments(package), Drawings(package)
        chunks = Chunks(package, lambda inner: _read(inner, budget, depth + 1), budget, depth)
        numbering = Numbering(package.first("numbering"), styles)
        body = Body(package, styles, numbering, notes, comments, drawings, chunks)
        section_properties = find_sections(root)
        shown = find_frames(package, section_properties)
        seen: set[str] = set()
        headers = _new_frame_lines(package, body, drawings, shown.headers, seen)
        notes.begin_section(section_properties[0] if section_properties else None)
        body.story(content, package.main)
        body.add_asides(comments.unused())
        blocks, body.out = body.out, []
        footers = _new_frame_lines(package, body, drawings, shown.footers, seen)
        for block in footers:
            block.kind = "running"
        _omit_unseen(package, body, notes, shown.unseen)
        builder = TextBuilder()
        outline.build([*headers, *blocks, *footers], builder)
        for omission in drawings.omissions:
            builder.omit(omission.reason, omission.text, page=omission.page, name=omission.name)
        origin.add_typist(builder, package.author)
        return builder.extract(package.title, warnings=chunks.warnings)


def _new_frame_lines(
    package: Package, body: Body, drawings: Drawings, parts: tuple[str, ...], seen: set[str]
) -> list[DraftBlock]:
    """Return the lines of headers or footers that are not in the text yet."""
    blocks: list[DraftBlock] = []
    for part in parts:
        body.out = []
        body.story(package.xml(part), part)
        added, omitted = new_lines(body.out, seen)
        blocks += added
        for reason, text in omitted:
            drawings.omit(reason, text)
    body.out = []
    return blocks


def _omit_unseen(package: Package, body: Body, notes: Notes, parts: tuple[str, ...]) -> None:
    """Report the content that no page shows."""
    for part in parts:
        body.story(package.xml(part), part, reason="hidden")
    for note in notes.unused():
        body.story(note.element, note.part, reason="hidden")
