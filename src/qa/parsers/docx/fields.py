"""Fields: what one shows is text, how it is computed is none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, by_name, child, children, is_on, name, whole
from qa.parsers.docx.symbols import sign
from qa.parsers.raised import raised

PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES")
# No field that shows anything by itself is longer.
_LONGEST = 2_000
_WORD = re.compile(r"\s*([A-Za-z=]+)")
_ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
_MACRO = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s+(.*?)\s*", re.IGNORECASE | re.DOTALL)
_SYMBOL = re.compile(r'\s*SYMBOL\s+(0x[0-9a-f]+|\d+)\b(?:.*?\\f\s+"?([^"\\]+))?', re.IGNORECASE | re.DOTALL)
_OPTIONS = re.compile(r"\\(?:\*|[a-z]{1,2})(?:\s*\d+)?")


@dataclass(slots=True)
class _Field:
    """One that has begun: ``shows`` once its result has."""

    form: Element | None = None
    instructions: list[str] = field(default_factory=list)
    shows: bool = False
    kind: str = ""


class Fields:
    """The fields that are open at a point of a story, outermost first."""

    def __init__(self) -> None:
        self._open: list[_Field] = []
        # How many of them show their result, by kind, and how many do not yet.
        self._showing: Counter[str] = Counter()
        self._computing = 0

    def mark(self, node: Element) -> Shown | None:
        """Take a mark of a field; what it shows by itself comes where it ends without a result."""
        match attribute(node, "fldCharType"):
            case "begin":
                self._open.append(_Field(child(node, "ffData")))
                self._computing += 1
            case "separate":
                if self._open and not self._open[-1].shows:
                    self._computing -= 1
                    self._show(self._open[-1])
                    # Some programs store no number here, since it differs from page to page.
                    return Shown("", page=True) if self._open[-1].kind in PAGES else None
            case "end":
                if self._open:
                    ended = self._open.pop()
                    self._drop(ended)
                    return shown("".join(ended.instructions), ended.form, has_result=ended.shows)
        return None

    def instruct(self, text: str) -> None:
        """Take a piece of the innermost field's instructions."""
        if self._open and not self._open[-1].shows:
            self._open[-1].instructions.append(text)

    def enter(self, instructions: str) -> None:
        """Begin a field whose instructions are in an attribute."""
        self._open.append(_Field(None, [instructions]))
        self._show(self._open[-1])

    def leave(self) -> None:
        """End it again."""
        if self._open:
            self._drop(self._open.pop())

    @property
    def is_open(self) -> bool:
        """Whether any field is."""
        return bool(self._open)

    @property
    def computing(self) -> bool:
        """Whether what comes now is part of instructions."""
        return self._computing > 0

    def within(self, *kinds: str) -> bool:
        """Say whether what comes now is part of the result of a field of these kinds."""
        return any(self._showing[kind] for kind in kinds)

    def end_paragraph(self) -> bool:
        """Drop the fields that began and never got to a result; say whether there were any."""
        if not self._computing:
            return False
        self._open = [one for one in self._open if one.shows]
        self._computing = 0
        return True

    def _show(self, one: _Field) -> None:
        found = _WORD.match("".join(one.instructions)[:_LONGEST])
        one.kind = found[1].upper() if found else ""
        one.shows = True
        self._showing[one.kind] += 1

    def _drop(self, one: _Field) -> None:
        if one.shows:
            self._showing[one.kind] -= 1
        else:
            self._computing -= 1


@dataclass(frozen=True, slots=True)
class Shown:
    """What a field without a stored result shows.

    ``prompt`` says that it only asks to be filled in, ``page`` that it is a number of a page, not yet known.
    """

    text: str
    prompt: bool = False
    page: bool = False


def shown(instructions: str, form: Element | None, *, has_result: bool) -> Shown | None:
    """Return what a field shows by itself: a tick, a choice, a sign, a formula, a prompt."""
    instructions = instructions[:_LONGEST]
    box = by_name(form)
    if "checkBox" in box:
        state = by_name(box["checkBox"])
        ticked = state.get("checked", state.get("default"))
        return Shown("☒" if is_on(ticked) else "☐")
    if has_result:
        return None
    if "ddList" in box:
        return _choice(box["ddList"])
    if found := _MACRO.fullmatch(instructions):
        return Shown(found[1], prompt=True)
    return _computed(instructions)


def _computed(instructions: str) -> Shown | None:
    if found := _SYMBOL.match(instructions):
        code = int(found[1], 16 if found[1][:2].lower() == "0x" else 10)
        font = (found[2] or "").strip()
        known = sign(font, code) if font or code > 0xFF else chr(code)
        return Shown(known or "")
    word = _WORD.match(instructions)
    rest = instructions[word.end() :] if word else ""
    if word and word[1].upper() == "EQ":
        return Shown(_equation(rest))
    if word and word[1].upper() in PAGES:
        return Shown("", page=True)
    if word and word[1].upper() == "QUOTE" and (found := _ARGUMENT.match(rest.lstrip())):
        return Shown(found[1] or found[2] or "")
    return None


def _choice(box: Element) -> Shown:
    state = by_name(box)
    entries = [attribute(entry, "val") or "" for entry in children(box, "listEntry")]
    at = whole(attribute(state.get("result", state.get("default")), "val")) or 0
    return Shown(entries[at] if 0 <= at < len(entries) else "")


def _equation(text: str) -> str:
    """Return an EQ field as a line of text: fractions a/b, roots √(x), and all else in its order."""
    text = text.strip().replace(r"\,", "\0").replace(r"\(", "\1").replace(r"\)", "\2")
    for _ in range(50):
        found = re.search(
            r"\\([a-z])((?:\s*\\[a-z]+(?:\s*-?\d+)?[,;]?)*)\s*\(([^()]*)\)", text, re.IGNORECASE
        )
        if not found:
            break
        parts = [part.strip() for part in re.split("[,;]", found[3])]
        match found[1].lower():
            case "f" if len(parts) == 2:
                made = f"{_grouped(parts[0])}/{_grouped(parts[1])}"
            case "r":
                made = (
                    f"√{_enclosed(parts[-1])}"
                    if len(parts) == 1
                    else f"{raised(parts[0])}√{_enclosed(parts[-1])}"
                )
            case "s":
                low = "do" in found[2].lower()
                made = f"{'_' if low else '^'}{_grouped(parts[0])}"
            case "o":
                # Signs over one another: the last is what the others stand on.
                made = "".join(parts)
            case "b":
                made = _enclosed(", ".join(parts))
            case "i":
                made = "∫" + " ".join(parts)
            case _:
                made = ", ".join(parts)
        text = text[: found.start()] + made.replace("(", "\1").replace(")", "\2") + text[found.end() :]
    text = _OPTIONS.sub("", text)
    return text.replace("\0", ",").replace("\1", "(").replace("\2", ")").strip()


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"[\w.]+", text) else _enclosed(text)


def _enclosed(text: str) -> str:
    return f"\1{text}\2"


def is_contents_gallery(properties: Element | None) -> bool:
    """Say whether a content control holds a table of contents."""
    parts = by_name(properties)
    holder = parts.get("docPartObj", parts.get("docPartList"))
    return "table of contents" in (attribute(child(holder, "docPartGallery"), "val") or "").lower()


def control_value(properties: Element | None) -> str:
    """Return what a content control without content stands for: its box, ticked or not."""
    for node in properties if properties is not None else ():
        if name(node) == "checkbox":
            return "☒" if is_on(child(node, "checked")) else "☐"
    return ""
