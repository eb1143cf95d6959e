"""Extend Markdown to everyday use: products, formulas, notes, placeholders, rows with too many cells."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# The parser recurses for each level of quotes and lists; deeper nesting is hostile.
_MAX_NESTING = 100
_NOTE = re.compile(r"\[\^([^\]\s]{1,100})\]:")
_INDENTED = re.compile(r"(?: {2}|\t)[ \t]*\S")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DISPLAYED = re.compile(r"\$\$")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:._-]*)((?:\s[^<>]*)?)>", re.IGNORECASE)
_CLOSED = re.compile(r"</([a-z][a-z0-9:._-]*)", re.IGNORECASE)
_OPENED = re.compile(r"<([a-z][a-z0-9:._-]*)", re.IGNORECASE)
_UNCLOSED = frozenset(
    (
        *("br", "hr", "wbr", "p", "li", "td", "tr", "th", "dt", "dd", "thead", "tbody", "tfoot", "option"),
        *("colgroup", "html", "body", "head", "rt", "rp"),
    )
)
_VOID = frozenset(
    {"area", "base", "col", "embed", "img", "input", "link", "meta", "param", "source", "track"}
)
_FLAGS = frozenset(
    (
        *(
            "disabled",
            "checked",
            "hidden",
            "open",
            "controls",
            "readonly",
            "required",
            "multiple",
            "selected",
        ),
        *("autoplay", "loop", "muted", "async", "defer", "reversed", "nowrap", "noshade", "compact"),
    )
)


def parser() -> MarkdownIt:
    """Return a parser for Markdown as it is written in practice."""
    markdown = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    markdown.inline.ruler.before("escape", "formula", _formula)
    markdown.inline.ruler.before("emphasis", "product", _product)
    markdown.block.ruler.before("reference", "note", _note, {"alt": ["paragraph", "reference", "blockquote"]})
    markdown.block.ruler.before(
        "fence", "displayed", _displayed, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    markdown.core.ruler.after("block", "cells", _cells)
    return markdown


def _formula(state: StateInline, silent: bool) -> bool:
    """Keep $…$ and $$…$$ unchanged; an amount of dollars is not a formula."""
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    fence = "$$" if source.startswith("$$", start) else "$"
    inner = start + len(fence)
    end = source.find(fence, inner, state.posMax)
    while end > 0 and source[end - 1] == "\\" and end + 1 < state.posMax:
        end = source.find(fence, end + 1, state.posMax)
    if end <= inner:
        return False
    if fence == "$" and (
        source[inner].isspace() or source[end - 1].isspace() or source[end + 1 : end + 2].isdigit()
    ):
        return False
    if not silent:
        state.pending += source[start : end + len(fence)]
    state.pos = end + len(fence)
    return True


def _product(state: StateInline, silent: bool) -> bool:
    """Keep the stars of 2*3*4 and width*height unchanged."""
    source, start = state.src, state.pos
    if source[start] != "*" or start == 0:
        return False
    end = start
    while end < state.posMax and source[end] == "*":
        end += 1
    before, after = source[start - 1], source[end : min(end + 1, state.posMax)]
    if not _multiplies(before, after, end - start, is_emphasised=_has_open_star(state)):
        return False
    if not silent:
        state.pending += source[start:end]
    state.pos = end
    return True


def _multiplies(before: str, after: str, stars: int, *, is_emphasised: bool) -> bool:
    """Return whether stars between two characters multiply, rather than begin or end an emphasis."""
    if not (before.isalnum() and after.isalnum()) or _WIDE.match(before) or _WIDE.match(after):
        return False
    digits = before.isdigit() + after.isdigit()
    return digits == 2 or not (is_emphasised or (not digits and stars > 1))


def _has_open_star(state: StateInline) -> bool:
    """Return whether the last delimiter is a star that begins an emphasis."""
    last = state.delimiters[-1] if state.delimiters else None
    return last is not None and last.marker == ord("*") and bool(last.open) and not last.close


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a note, which would otherwise be joined to the next one or become the target of a link."""
    if state.is_code_block(start):
        return False
    note = _NOTE.match(_line(state, start))
    if note is None:
        return False
    if silent:
        return True
    opening = state.push("note_open", "aside", 1)
    opening.attrs = {"role": "doc-footnote", "data-qa-label": note[1]}
    opening.block = True
    first: int | None = start
    at = start
    while first is not None:
        at = _paragraph_end(state, first, end)
        _paragraph(state, first, at)
        first = _next_paragraph(state, at, end)
    state.push("note_close", "aside", -1)
    state.line = at
    return True


def _paragraph_end(state: StateBlock, first: int, end: int) -> int:
    """Return the line after a paragraph: a blank one, or the start of another block."""
    terminators = state.md.block.ruler.getRules("paragraph")
    at = first + 1
    while at < end and not state.isEmpty(at) and not any(rule(state, at, end, True) for rule in terminators):
        at += 1
    return at


def _next_paragraph(state: StateBlock, at: int, end: int) -> int | None:
    """Return the first line of a note's next paragraph, which is indented after blank lines, if any."""
    following = at
    while following < end and state.isEmpty(following):
        following += 1
    if at < following < end and _INDENTED.match(_whole_line(state, following)):
        return following
    return None


def _whole_line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] : state.eMarks[number]]


def _paragraph(state: StateBlock, start: int, end: int) -> None:
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start, end]
    inline = state.push("inline", "", 0)
    inline.content = "\n".join(_line(state, number).strip() for number in range(start, end))
    inline.map = [start, end]
    inline.children = []
    state.push("paragraph_close", "p", -1)


def _displayed(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a formula on separate lines, whose signs at line starts are not lists or headings."""
    first = _line(state, start)
    if not first.startswith("$$") or state.is_code_block(start):
        return False
    at = start
    if _DISPLAYED.search(first[2:]) is None:
        at += 1
        while at < end and "$$" not in _line(state, at):
            if state.isEmpty(at):
                return False
            at += 1
        if at >= end:
            return False
    if first[2:].find("$$") >= 0 and not first.rstrip().endswith("$$"):
        return False
    if not silent:
        _paragraph(state, start, at + 1)
        state.line = at + 1
    return True


def _cells(state: StateCore) -> None:
    """Add the cells that the parser drops from rows with more cells than the table head."""
    tokens: list[Token] = []
    columns = 0
    lines = state.src.split("\n")
    for token in state.tokens:
        if token.type == "tr_open":
            row, columns = token, 0
        columns += token.type in {"td_open", "th_open"}
        if token.type == "tr_close" and row.map:
            tokens += _left_over(lines[row.map[0]], columns, row.level + 1) if columns else []
        tokens.append(token)
    state.tokens = tokens


def _left_over(line: str, columns: int, level: int) -> list[Token]:
    cells = [cell.strip() for cell in escapedSplit(line.strip())]
    cells = cells[1:] if cells and not cells[0] else cells
    tokens = []
    for cell in cells[columns:]:
        if cell:
            inline = Token("inline", "", 0, content=cell, children=[], level=level + 1)
            tokens += [
                Token("td_open", "td", 1, level=level),
                inline,
                Token("td_close", "td", -1, level=level),
            ]
    return tokens


class Tags:
    """The HTML tags of a text, as distinct from placeholders that the user is to fill in."""

    def __init__(self, text: str) -> None:
        self._closed = {name.lower() for name in _CLOSED.findall(text)}
        self._opened = {name.lower() for name in _OPENED.findall(text)}

    def is_markup(self, tag: str) -> bool:
        """Return whether a tag is an HTML element, not a placeholder."""
        match = _TAG.fullmatch(tag)
        if match is None:
            return True
        name, attributes = match[2].lower(), match[3].strip()
        if match[1]:
            return name in self._opened
        if attributes.endswith("/") or name in _UNCLOSED or name in self._closed:
            return True
        if name in _VOID:
            return bool(attributes) and ("=" in attributes or attributes.lower() in _FLAGS)
        return False
