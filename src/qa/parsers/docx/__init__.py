"""Word documents: everything that a reader of the pages sees, in its order, and an account of the rest.

Paragraphs have their printed numbers. Notes, comments and text boxes follow the paragraph that they hang
on; the headers of the pages come first and their footers last, each line once.
"""

from __future__ import annotations

from qa.errors import ReadError
from qa.parsers.archive import Archive
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.docx import outline
from qa.parsers.docx.body import Body
from qa.parsers.docx.chunks import Budget, Chunks
from qa.parsers.docx.drawings import Drawings
from qa.parsers.docx.frames import frames, lines, sections
from qa.parsers.docx.nodes import child
from qa.parsers.docx.notes import Comments, Notes
from qa.parsers.docx.numbering import Numbering
from qa.parsers.docx.package import Package
from qa.parsers.docx.pieces import Out
from qa.parsers.docx.styles import Styles


def read(data: bytes) -> Extract:
    """Return the text of a .docx file; raise ReadError where it is damaged or none."""
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
        found = sections(root)
        shown = frames(package, found)
        known: set[str] = set()
        headers = _frames(package, body, drawings, shown.headers, known)
        notes.begin_section(found[0] if found else None)
        body.story(content, package.main)
        body.add_asides(comments.unused())
        blocks, body.out = body.out, []
        footers = _frames(package, body, drawings, shown.footers, known)
        _unseen(package, body, notes, shown.unseen)
        builder = TextBuilder()
        outline.build([*headers, *blocks, *footers], builder)
        for one in drawings.omissions:
            builder.omit(one.reason, one.text, page=one.page, name=one.name)
        return builder.extract(package.title, warnings=chunks.warnings)


def _frames(
    package: Package, body: Body, drawings: Drawings, parts: tuple[str, ...], known: set[str]
) -> list[Out]:
    """Return the lines of headers or footers that are not there yet."""
    found: list[Out] = []
    for part in parts:
        body.out = []
        body.story(package.xml(part), part)
        kept, omitted = lines(body.out, known)
        found += kept
        for reason, text in omitted:
            drawings.omit(reason, text)
    body.out = []
    return found


def _unseen(package: Package, body: Body, notes: Notes, frames: tuple[str, ...]) -> None:
    """Account for what no page shows."""
    for part in frames:
        body.story(package.xml(part), part, reason="hidden")
    for note in notes.unused():
        body.story(note.element, note.part, reason="hidden")
