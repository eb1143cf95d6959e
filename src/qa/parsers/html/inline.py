"""Handle elements within a line: links, superscripts, quotations, formulas, pictures."""

from __future__ import annotations

import re
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from qa.parsers.html import formula, letters
from qa.parsers.html.state import Attributes, Handler, State, Step, flat, leaving_out

_NOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:reference|footnote\w*|endnote\w*|note-?ref\w*|fn\w{0,4})(?:$|[\s_-])", re.I
)
_NOTE_TARGET = re.compile(r"#.{0,40}(?:fn|note|cite|ref)|#_?ftn|#_?edn", re.IGNORECASE)
_MARK = re.compile(r"[\[(]?(?:\d{1,4}|[a-z]|[ivx]{1,6}|[*†‡§¶]{1,4})[\])]?", re.IGNORECASE)
_LANGUAGE_WITHIN = 50
_INITIAL = re.compile(
    r"[\"“‘'«]?[^\W\d_]"
    r"|(?:initial|drop[ -]?cap|illuminated|decorat\w+|ornament\w*)[\w ]{0,30}?\b(?P<letter>[^\W\d_])",
    re.IGNORECASE,
)
_FORMULA_CLASS = re.compile(r"math|latex|\btex\b|equation|formula", re.IGNORECASE)
_TEX = re.compile(r"\{\\(?:display|text)style (.*)\}", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{6}")
_FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|svg|webp|tiff?|bmp)", re.IGNORECASE)
_LEAST_WORDS = 3
_LEAST_LINKED_WORDS = 5
"""Minimum words of a picture's description; in a link, a shorter one is mostly the name of a button."""


def link(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a link; a note mark is separated from the word before it."""
    flow = state.flow
    if "href" not in attributes and not attributes.get("epub:type"):
        return node.iter(include_text=True), None
    flow.links += 1
    is_note = _is_note_reference(attributes)
    at = flow.position

    def leave() -> None:
        flow.links -= 1
        if is_note and at < flow.position:
            mark = flow.take_back(at)
            flow.write(letters.note_mark(mark) if _MARK.fullmatch(mark.strip()) else mark)

    return node.iter(include_text=True), leave


def _is_note_reference(attributes: Attributes) -> bool:
    return (
        attributes.get("epub:type") == "noteref"
        or attributes.get("role") == "doc-noteref"
        or (
            _NOTE_CLASS.search(attributes.get("class") or "") is not None
            and "#" in (attributes.get("href") or "")
        )
    )


def superscript(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a superscript: an exponent, an ordinal or a note mark."""
    flow = state.flow
    at = flow.position
    is_note = _has_note(node, attributes)

    def leave() -> None:
        if at > flow.position:
            return
        text = flow.take_back(at)
        if not text.strip() or "\n" in text.strip():
            flow.write(text)
        elif is_note and _MARK.fullmatch(text.strip()):
            flow.write(letters.note_mark(text))
        elif is_note:
            flow.write(text)
        else:
            flow.write(letters.raised(text, flow.before(at)))

    return node.iter(include_text=True), leave


def _has_note(node: LexborNode, attributes: Attributes) -> bool:
    if _NOTE_CLASS.search(attributes.get("class") or "") or _NOTE_TARGET.search(
        "#" + (attributes.get("id") or "")
    ):
        return True
    parent = node.parent
    for neighbour in (next(node.iter(), None), parent):
        if neighbour is not None and neighbour.tag == "a" and "#" in (neighbour.attributes.get("href") or ""):
            return True
    return False


def subscript(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a subscript."""
    flow = state.flow
    at = flow.position

    def leave() -> None:
        if at <= flow.position:
            text = flow.take_back(at)
            flow.write(letters.lowered(text) if text.strip() else text)

    return node.iter(include_text=True), leave


def quotation(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter a quotation whose marks the browser draws."""
    flow = state.flow
    at = flow.position
    marks = letters.quotation_marks(_language(node), state.quotes)
    opening, closing = marks[0], marks[1]
    state.quotes += 1

    def leave() -> None:
        state.quotes -= 1
        if at > flow.position:
            return
        text = flow.take_back(at)
        if not text.strip() or letters.has_quotation_marks(text):
            flow.write(text)
            return
        bare = text.strip()
        start = text.index(bare)
        flow.write(f"{text[:start]}{opening}{bare}{closing}{text[start + len(bare) :]}")

    return node.iter(include_text=True), leave


def _language(node: LexborNode) -> str:
    """Return the language around a quotation, which determines its marks."""
    above = node.parent
    for _ in range(_LANGUAGE_WITHIN):
        if above is None or not above.is_element_node:
            break
        if language := above.attributes.get("lang") or above.attributes.get("xml:lang"):
            return language
        above = above.parent
    return ""


def mathematics(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Write a formula as text."""
    state.flow.write(formula.linear(node) or attributes.get("alttext") or "")
    for copy in formula.copies(node):
        state.flow.omit("repeated", copy)
    return None


def script(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Leave out a script, unless it contains a formula."""
    text = node.text()
    if (attributes.get("type") or "").startswith("math/tex") and not state.preformatted:
        state.flow.write(text)
    else:
        state.flow.omit("script", text)
    return None


def style(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Leave out layout rules."""
    state.flow.omit("style", node.text())
    return None


def line_break(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Break the line."""
    state.flow.write("\n")
    return None


def abbreviation(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Enter an abbreviation; leave out its expansion, which shows only under the pointer."""
    state.flow.omit("hidden", attributes.get("title") or "")
    return node.iter(include_text=True), None


def picture(state: State, node: LexborNode, attributes: Attributes) -> Step:
    """Keep the text of a picture: a drawn initial, a formula, a sign, a description."""
    flow = state.flow
    name = _picture_name(attributes) or "picture"
    state.pictures.append(name)
    text = flat((attributes.get("alt"),))
    classes = attributes.get("class") or ""
    if not text:
        return None
    if initial := _INITIAL.fullmatch(text):
        _initial(state, node, initial["letter"] or text)
    elif "mwe-math-fallback-image" in classes:
        _copied_formula(state, node, text)
    elif _FORMULA_CLASS.search(classes) or _WORD.search(text) is None:
        flow.write(text)
    elif _says_something(text, _least_words(state)):
        flow.picture(text, name)
    else:
        flow.omit("hidden", text)
    return None


def _picture_name(attributes: Attributes) -> str:
    """Return the file name of a picture, empty if it has no file."""
    source = attributes.get("src") or attributes.get("xlink:href") or attributes.get("href") or ""
    if source.startswith("data:"):
        return ""
    return flat((unquote(source.partition("?")[0]).rpartition("/")[2][:100],))


def _initial(state: State, node: LexborNode, letter: str) -> None:
    """Write a drawn initial, which begins the word after it."""
    flow = state.flow
    if not letter[-1].isupper():
        flow.omit("hidden", letter)
        return
    following = node.next
    if flow.has_text or (
        following is not None and following.is_text_node and (following.text_content or "").strip()
    ):
        flow.write(letter)
    else:
        flow.initial = letter


def _copied_formula(state: State, node: LexborNode, text: str) -> None:
    before = node.prev
    if before is not None and before.is_element_node and before.css_first("math") is not None:
        state.flow.omit("repeated", text)
    else:
        tex = _TEX.fullmatch(text)
        state.flow.write(tex[1].strip() if tex else text)


def _least_words(state: State) -> int:
    if state.flow.links:
        return _LEAST_LINKED_WORDS
    # In Markdown, a person typed the description into the sentence.
    return 1 if state.options.lines else _LEAST_WORDS


def _says_something(text: str, least: int) -> bool:
    if _FILE_NAME.fullmatch(text):
        return False
    return len(_WORD.findall(text)) >= least or _WIDE.search(text) is not None


INLINE: dict[str, Handler] = {
    "a": link,
    "sup": superscript,
    "sub": subscript,
    "q": quotation,
    **dict.fromkeys(("del", "s", "strike"), leaving_out("struck")),
    **dict.fromkeys(("rt", "rp", "rtc"), leaving_out("pronunciation")),
    "math": mathematics,
    "script": script,
    "style": style,
    "br": line_break,
    **dict.fromkeys(("abbr", "acronym", "dfn"), abbreviation),
    **dict.fromkeys(("img", "image"), picture),
}
