"""Read the inside of a paragraph: runs, fields, revisions, content controls, note marks and drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from qa.parsers.docx.drawings import Drawings
from qa.parsers.docx.fields import PAGES, Fields, control_value, is_contents_gallery
from qa.parsers.docx.formulas import linear
from qa.parsers.docx.nodes import attribute, by_name, child, is_on, local_name
from qa.parsers.docx.notes import Comments, Notes
from qa.parsers.docx.pieces import Aside, Inline, Piece, Source
from qa.parsers.docx.styles import NO_LOOK, Look, RunProperties, Style, Styles, read_run_properties
from qa.parsers.docx.symbols import decode_symbols, sign
from qa.types import OmissionReason

_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_SKIPPED = frozenset(
    (
        *("pPr", "rPr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "rubyPr", "ctrlPr"),
        *("proofErr", "bookmarkStart", "bookmarkEnd", "softHyphen", "pgNum", "annotationRef", "separator"),
        *("continuationSeparator", "delInstrText", "commentRangeStart"),
    )
)
_INLINE = frozenset({"r", "sdt", "hyperlink", "ins", "fldSimple", "del", "moveFrom"})


class Runs:
    """A parser of paragraphs in sequence; a field may begin in one paragraph and end in another."""

    def __init__(self, styles: Styles, notes: Notes, comments: Comments, drawings: Drawings) -> None:
        self._styles = styles
        self._notes = notes
        self._comments = comments
        self._drawings = drawings
        self._style = Style()
        # By paragraph style, then by character style or all properties of a run.
        self._all_looks: dict[tuple[str, ...], dict[str | RunProperties, Look]] = {}
        self._looks: dict[str | RunProperties, Look] = {}
        self._inline = Inline()
        # A note whose mark is the following text instead of a number.
        self._unmarked: Aside | None = None
        self._handlers: dict[str, Callable[[Element, Look, OmissionReason | None], None]] = {
            "instrText": self._instruct,
            "fldChar": self._field,
            "delText": self._deleted,
            "sym": self._symbol,
            "symEx": self._symbol,
            "footnoteReference": self._note,
            "endnoteReference": self._note,
            "footnoteRef": self._own_mark,
            "endnoteRef": self._own_mark,
            "commentReference": self._comment,
            "commentRangeEnd": self._comment,
            "lastRenderedPageBreak": self._page_break,
            "drawing": self._drawing,
            "pict": self._drawing,
            "object": self._drawing,
            "txbxContent": self._text_box,
            "AlternateContent": self._versions,
            "ruby": self._ruby,
            "oMath": self._formula,
            "oMathPara": self._formula,
        }
        self.fields = Fields()
        self.part = ""
        self.mark = ""
        """The printed number of the note being read."""

    def read(
        self, paragraph: Iterable[Element], style: Style, reason: OmissionReason | None = None
    ) -> Inline:
        """Return the content of a paragraph; ``reason`` says why all of it is left out."""
        self._style = style
        self._looks = self._all_looks.setdefault(style.names, {})
        inline = self._inline = Inline()
        self._walk(paragraph, reason)
        if self.fields.end_paragraph():
            # The field never ends, so its apparent instructions are the text.
            for piece in inline.pieces:
                piece.reason = reason if piece.source == "code" else piece.reason
        return inline

    def look(self, key: str) -> Look:
        """Return the look of a character style in the current paragraph."""
        cached = self._looks.get(key)
        if cached is None:
            cached = self._styles.character(key).look.within(self._style.look).over(self._styles.base)
            self._looks[key] = cached
        return cached

    def _walk(self, parent: Iterable[Element], reason: OmissionReason | None) -> None:
        for node in parent:
            kind = local_name(node.tag)
            if kind == "r":
                self._run(node, reason)
            elif kind in _SKIPPED:
                continue
            elif kind in {"del", "moveFrom"}:
                self._walk(node, reason or "deleted")
            elif kind == "fldSimple":
                self.fields.enter(attribute(node, "instr") or "")
                if self.fields.within(*PAGES):
                    self._mark_page(reason)
                self._walk(node, reason)
                self.fields.leave()
            elif kind == "sdt":
                self._control(node, reason)
            elif kind == "AlternateContent":
                self._walk(choose_version(node), reason)
            elif handler := self._handlers.get(kind):
                handler(node, NO_LOOK, reason)
            else:
                self._walk(node, reason)

    def _run(self, run: Iterable[Element], reason: OmissionReason | None, look: Look | None = None) -> None:
        look = look or self.look("")
        for node in run:
            kind = local_name(node.tag)
            if kind == "t":
                # A line break in the file is a space on the page.
                self._add((node.text or "").replace("\n", " "), look, reason)
            elif kind == "rPr":
                look = self._look_of(node)
            elif kind in _SIGNS:
                self._add(_SIGNS[kind], look, reason)
                if kind == "br" and attribute(node, "type") == "page":
                    self._notes.begin_page()
            elif kind not in _SKIPPED:
                self._special(node, kind, look, reason)

    def _look_of(self, properties: Element) -> Look:
        own = read_run_properties(properties)
        look = self._looks.get(own)
        if look is None:
            look = self._looks[own] = Look(*own[:-1]).over(self.look(own[-1]))
        return look

    def _special(self, node: Element, kind: str, look: Look, reason: OmissionReason | None) -> None:
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(node, look, reason)
        elif kind in _INLINE:
            self._walk((node,), reason)
        else:
            self._run(node, reason, look)

    def _instruct(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        self.fields.instruct(node.text or "")

    def _field(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        shown = self.fields.take_mark(node)
        if shown is not None and shown.page:
            self._mark_page(reason)
        elif shown is not None:
            self._add(shown.text, look, "placeholder" if shown.prompt else reason)

    def _mark_page(self, reason: OmissionReason | None) -> None:
        self._inline.has_fields = True
        self._inline.pieces.append(Piece("", reason, source="page"))

    def _deleted(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        self._add(node.text or "", look, reason or "deleted")

    def _own_mark(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        if self.mark:
            self._inline.pieces += (Piece(self.mark, reason, 1, "note"), Piece(" ", reason))

    def _page_break(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        self._notes.begin_page()

    def _drawing(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        self._inline.asides += self._drawings.read(node, self.part, reason or look.reason)

    def _text_box(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        self._inline.asides.append(Aside(self.part, node, reason=reason or look.reason))

    def _versions(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        self._run(choose_version(node), reason, look)

    def _add(self, text: str, look: Look, reason: OmissionReason | None, vertical: int | None = None) -> None:
        if not text:
            return
        source: Source = ""
        reason = reason or look.reason
        if self.fields.is_open:
            self._inline.has_fields = True
            source = self._source_in_field(reason)
            if source == "code":
                # Only the end of the paragraph shows whether the field has a result.
                reason = "hidden"
        if not text.isascii():
            text = decode_symbols(text, look.font or "")
        raised = look.vertical or 0 if vertical is None else vertical
        if self._unmarked is not None:
            self._unmarked.place = ("note", text.strip())
            self._unmarked, raised, source = None, 1, "note"
        self._inline.pieces.append(Piece(text, reason, raised, source, look.bold or False))

    def _source_in_field(self, reason: OmissionReason | None) -> Source:
        """Return the part of a field that the current text belongs to."""
        if self.fields.computing and reason is None:
            return "code"
        if self.fields.within("TOC"):
            return "contents"
        return "page" if self.fields.within(*PAGES) else ""

    def _symbol(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        font = attribute(node, "font") or ""
        try:
            text = sign(font, int(attribute(node, "char") or "", 16))
        except ValueError:
            text = None
        if text is None:
            self._drawings.omit("unknown letters", "", name=font or None)
        else:
            self._add(text, look, reason)

    def _note(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        kind = local_name(node.tag).removesuffix("Reference")
        reason = reason or look.reason
        key = attribute(node, "id") or ""
        own = is_on_attribute(node, "customMarkFollows")
        note = self._notes.refer(kind, key, own_mark=own, counts=reason is None)
        if note is None:
            return
        if not own:
            self._inline.pieces.append(Piece(note.mark, reason, 1, "note"))
        aside = Aside(note.part, note.element, place=("note", note.mark), reason=reason, mark=note.mark)
        self._inline.asides.append(aside)
        self._unmarked = aside if own else None

    def _comment(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        self._inline.asides += self._comments.refer(attribute(node, "id") or "")

    def _ruby(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        parts = by_name(node)
        self._walk(parts.get("rubyBase", ()), reason)
        self._walk(parts.get("rt", ()), reason or "pronunciation")

    def _formula(self, node: Element, look: Look, reason: OmissionReason | None) -> None:
        reason = reason or look.reason
        formulas = [formula for formula in node if local_name(formula.tag) == "oMath"] or [node]
        for at, formula in enumerate(formulas):
            text = linear(formula, self._drawings.omit)
            self._add(f"\n{text}" if at else text, NO_LOOK, reason, vertical=0)

    def _control(self, node: Element, reason: OmissionReason | None) -> None:
        parts = by_name(node)
        properties = parts.get("sdtPr")
        before = len(self._inline.pieces)
        self._walk(parts.get("sdtContent", ()), reason or control_reason(properties))
        added = self._inline.pieces[before:]
        if is_contents_gallery(properties):
            self._inline.has_fields = True
            for piece in added:
                piece.source = "contents"
        if not any(piece.text.strip() for piece in added):
            self._add(control_value(properties), self.look(""), reason)


def control_reason(properties: Element | None) -> OmissionReason | None:
    """Return why a control's content is left out: it is only a prompt to fill in text."""
    return "placeholder" if is_on(child(properties, "showingPlcHdr")) else None


def choose_version(node: Element) -> Element:
    """Return the version of a drawing to read: the first, which is the newest, that has content."""
    versions = [version for version in node if local_name(version.tag) in {"Choice", "Fallback"}]
    return next((version for version in versions if len(version)), node)


def is_on_attribute(node: Element, wanted: str) -> bool:
    """Check whether a switch among the attributes is turned on."""
    return attribute(node, wanted) in {"1", "true", "on"}
