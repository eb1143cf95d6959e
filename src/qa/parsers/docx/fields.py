"""Read fields: their displayed result is text, their instructions are not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, by_name, child, children, is_on, name, parse_integer
from qa.parsers.docx.symbols import sign
from qa.parsers.raised import raised

PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES")
# Maximum characters of the instructions that are examined.
_MAX_CHARACTERS = 2_000
_WORD = re.compile(r"\s*([A-Za-z=]+)")
_ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
_MACRO = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s+(.*?)\s*", re.IGNORECASE | re.DOTALL)
_SYMBOL = re.compile(r'\s*SYMBOL\s+(0x[0-9a-f]+|\d+)\b(?:.*?\\f\s+"?([^"\\]+))?', re.IGNORECASE | re.DOTALL)
_OPTIONS = re.compile(r"\\(?:\*|[a-z]{1,2})(?:\s*\d+)?")


@dataclass(slots=True)
class _Field:
    """An open field; ``shows`` is true once its result begins."""

    form: Element | None = None
    instructions: list[str] = field(default_factory=list)
    shows: bool = False
    kind: str = ""


class Fields:
    """The open fields at a point of a story, outermost first."""

    def __init__(self) -> None:
        self._open: list[_Field] = []
        # Number of open fields that show their result, by kind, and number of those still in their
        # instructions.
        self._showing: Counter[str] = Counter()
        self._computing = 0

    def take_mark(self, node: Element) -> Shown | None:
        """Process a field mark; return the text of a field that ends without a stored result."""
        match attribute(node, "fldCharType"):
            case "begin":
                self._open.append(_Field(child(node, "ffData")))
                self._computing += 1
            case "separate":
                if self._open and not self._open[-1].shows:
                    self._computing -= 1
                    self._show(self._open[-1])
                    # Some programs store no number here, because it differs between pages.
                    return Shown("", page=True) if self._open[-1].kind in PAGES else None
            case "end":
                if self._open:
                    ended = self._open.pop()
                    self._drop(ended)
                    return show_field("".join(ended.instructions), ended.form, has_result=ended.shows)
        return None

    def instruct(self, text: str) -> None:
        """Add a part of the innermost field's instructions."""
        if self._open and not self._open[-1].shows:
            self._open[-1].instructions.append(text)

    def enter(self, instructions: str) -> None:
        """Begin a field whose instructions are in an attribute."""
        self._open.append(_Field(None, [instructions]))
        self._show(self._open[-1])

    def leave(self) -> None:
        """End the innermost field."""
        if self._open:
            self._drop(self._open.pop())

    @property
    def is_open(self) -> bool:
        """Whether any field is open."""
        return bool(self._open)

    @property
    def computing(self) -> bool:
        """Whether the current text belongs to instructions."""
        return self._computing > 0

    def within(self, *kinds: str) -> bool:
        """Check whether the current text belongs to the result of a field of these kinds."""
        return any(self._showing[kind] for kind in kinds)

    def end_paragraph(self) -> bool:
        """Drop the fields that began but have no result; return whether there were any."""
        if not self._computing:
            return False
        self._open = [open_field for open_field in self._open if open_field.shows]
        self._computing = 0
        return True

    def _show(self, open_field: _Field) -> None:
        match = _WORD.match("".join(open_field.instructions)[:_MAX_CHARACTERS])
        open_field.kind = match[1].upper() if match else ""
        open_field.shows = True
        self._showing[open_field.kind] += 1

    def _drop(self, open_field: _Field) -> None:
        if open_field.shows:
            self._showing[open_field.kind] -= 1
        else:
            self._computing -= 1


@dataclass(frozen=True, slots=True)
class Shown:
    """The display of a field without a stored result.

    ``prompt`` is true for a request to fill in text, ``page`` for a page number that is not known yet.
    """

    text: str
    prompt: bool = False
    page: bool = False


def show_field(instructions: str, form: Element | None, *, has_result: bool) -> Shown | None:
    """Return the display of a field without its result: a tick, a choice, a sign, a formula, a prompt."""
    instructions = instructions[:_MAX_CHARACTERS]
    box = by_name(form)
    if "checkBox" in box:
        state = by_name(box["checkBox"])
        ticked = state.get("checked", state.get("default"))
        return Shown("☒" if is_on(ticked) else "☐")
    if has_result:
        return None
    if "ddList" in box:
        return _show_choice(box["ddList"])
    if match := _MACRO.fullmatch(instructions):
        return Shown(match[1], prompt=True)
    return _show_computed(instructions)


def _show_computed(instructions: str) -> Shown | None:
    """Return the display of a field that its instructions determine, or None."""
    if symbol := _SYMBOL.match(instructions):
        return Shown(_show_symbol(symbol))
    word = _WORD.match(instructions)
    if word is None:
        return None
    kind, arguments = word[1].upper(), instructions[word.end() :]
    if kind == "EQ":
        return Shown(_show_equation(arguments))
    if kind in PAGES:
        return Shown("", page=True)
    if kind == "QUOTE" and (quoted := _ARGUMENT.match(arguments.lstrip())):
        return Shown(quoted[1] or quoted[2] or "")
    return None


def _show_symbol(symbol: re.Match[str]) -> str:
    """Return the sign of a SYMBOL field, or an empty string if it is unknown."""
    code = int(symbol[1], 16 if symbol[1][:2].lower() == "0x" else 10)
    font = (symbol[2] or "").strip()
    known = sign(font, code) if font or code > 0xFF else chr(code)
    return known or ""


def _show_choice(box: Element) -> Shown:
    state = by_name(box)
    entries = [attribute(entry, "val") or "" for entry in children(box, "listEntry")]
    at = parse_integer(attribute(state.get("result", state.get("default")), "val")) or 0
    return Shown(entries[at] if 0 <= at < len(entries) else "")


def _show_equation(text: str) -> str:
    """Return an EQ field as a line of text: fractions a/b, roots √(x), other parts in their order."""
    text = text.strip().replace(r"\,", "\0").replace(r"\(", "\1").replace(r"\)", "\2")
    for _ in range(50):
        hit = re.search(r"\\([a-z])((?:\s*\\[a-z]+(?:\s*-?\d+)?[,;]?)*)\s*\(([^()]*)\)", text, re.IGNORECASE)
        if not hit:
            break
        parts = [part.strip() for part in re.split("[,;]", hit[3])]
        match hit[1].lower():
            case "f" if len(parts) == 2:
                part_text = f"{_group(parts[0])}/{_group(parts[1])}"
            case "r":
                part_text = (
                    f"√{_enclose(parts[-1])}"
                    if len(parts) == 1
                    else f"{raised(parts[0])}√{_enclose(parts[-1])}"
                )
            case "s":
                low = "do" in hit[2].lower()
                part_text = f"{'_' if low else '^'}{_group(parts[0])}"
            case "o":
                # Signs are printed over each other; the last one is the base.
                part_text = "".join(parts)
            case "b":
                part_text = _enclose(", ".join(parts))
            case "i":
                part_text = "∫" + " ".join(parts)
            case _:
                part_text = ", ".join(parts)
        text = text[: hit.start()] + part_text.replace("(", "\1").replace(")", "\2") + text[hit.end() :]
    text = _OPTIONS.sub("", text)
    return text.replace("\0", ",").replace("\1", "(").replace("\2", ")").strip()


def _group(text: str) -> str:
    return text if re.fullmatch(r"[\w.]+", text) else _enclose(text)


def _enclose(text: str) -> str:
    return f"\1{text}\2"


def is_contents_gallery(properties: Element | None) -> bool:
    """Check whether a content control contains a table of contents."""
    parts = by_name(properties)
    holder = parts.get("docPartObj", parts.get("docPartList"))
    return "table of contents" in (attribute(child(holder, "docPartGallery"), "val") or "").lower()


def control_value(properties: Element | None) -> str:
    """Return the display of a content control without content: its box, ticked or not."""
    for node in properties if properties is not None else ():
        if name(node) == "checkbox":
            return "☒" if is_on(child(node, "checked")) else "☐"
    return ""
