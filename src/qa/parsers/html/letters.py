"""What a page shows by its layout and not by letters: numbers of items, raised digits, quotation marks."""

from __future__ import annotations

import re

from qa import lang

_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]*)", re.IGNORECASE)
_STYLES = {
    "none": "",
    "decimal": "1",
    "decimal-leading-zero": "01",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_CAN_RAISE = re.compile(r"[0-9+\-−=()ni]+")
_CAN_LOWER = re.compile(r"[0-9+\-−=()]+")
_RAISED_WORDS = {"tm": "™", "sm": "℠"}
_FORMULA = re.compile(r"[\w+\-−=().,/*∗⋅·′]{1,8}")
_SIMPLE = re.compile(r"\w+")
# A raised number after a word or the end of a sentence is the mark of a note; after a unit, an exponent.
_AFTER_WORD = re.compile(r"(?:[^\W\d_]{4,}|[.,;:!?”’\"'»])\Z")

_QUOTE_MARKS = frozenset("\"'“”„‚‘’«»‹›「」『』")


def list_style(kind: str | None, style: str | None) -> str:
    """Return how the items of a list are numbered: “1”, “a”, “I” and so on, “” where they are not."""
    if style and (match := _LIST_STYLE.search(style)):
        for word in match[1].lower().split():
            if word in _STYLES:
                return _STYLES[word]
    return kind if kind in {"1", "a", "A", "i", "I"} else "1"


def item_mark(number: int, style: str) -> str:
    """Return the mark before an item, as a browser shows it: “3.”, “b.”, “iv.”."""
    text = str(number)
    if style == "01":
        text = f"{number:02}"
    elif style in {"a", "A"} and 0 < number < 100_000:
        text = ""
        while number:
            number, digit = divmod(number - 1, 26)
            text = chr(ord("a") + digit) + text
    elif style in {"i", "I"} and 0 < number < 4_000:
        text = ""
        for value, sign in _ROMAN:
            text += sign * (number // value)
            number %= value
    return (text.upper() if style in {"A", "I"} else text) + "."


def raised(text: str, before: str) -> str:
    """Return superscript text as it stands in a line, ``before`` being the letters that it follows."""
    text = text.strip()
    if note := _note_mark(text, before):
        return note
    if _CAN_RAISE.fullmatch(text):
        return text.translate(_RAISED)
    if text.lower() in _RAISED_WORDS:
        return _RAISED_WORDS[text.lower()]
    if _FORMULA.fullmatch(text) and not text.isalpha():
        return "^" + (text if _SIMPLE.fullmatch(text) else f"({text})")
    is_variable = before[-1:].isalpha() and not before[-2:-1].isalnum()
    return f"^{text}" if is_variable and len(text) == 1 and text.isalpha() and text not in "oªº" else text


def lowered(text: str) -> str:
    """Return subscript text as it stands in a line."""
    text = text.strip()
    if _CAN_LOWER.fullmatch(text):
        return text.translate(_LOWERED)
    if _FORMULA.fullmatch(text):
        return "_" + (text if _SIMPLE.fullmatch(text) else f"({text})")
    return text


def note_mark(text: str) -> str:
    """Return the mark of a note so that it does not run into the word before it."""
    text = text.strip()
    return f"[{text}]" if re.fullmatch(r"\w+", text) else text


def _note_mark(text: str, before: str) -> str:
    is_mark = (text.isdigit() and len(text) <= 3) or (
        len(text) == 1 and text.islower() and before[-1:].isalpha()
    )
    return f"[{text}]" if is_mark and _AFTER_WORD.search(before) else ""


def quotation_marks(language: str, depth: int) -> str:
    """Return the opening and the closing mark of a quotation in a language, ``depth`` counting from 0."""
    marks = lang.get(language.lower().replace("_", "-").partition("-")[0]).quotation_marks
    return marks[:2] if depth % 2 == 0 else marks[2:]


def has_quotation_marks(text: str) -> bool:
    """Whether a quotation was typed with its marks."""
    text = text.strip()
    return bool(text) and text[0] in _QUOTE_MARKS and text[-1] in _QUOTE_MARKS
