"""Convert formulas (Office Math) to one line of text: (a+b)/2, x^2, √(x), ∑_(i=1)^n."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, by_name, child, children, is_on, local_name, value
from qa.parsers.raised import raised
from qa.types import OmissionReason

Omit = Callable[[OmissionReason, str], None]

# A number, a letter, a sign or a whole word; "2n" and "ab" are products.
_SINGLE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]{4,}|.['′″]*")
_PROPERTIES = frozenset(
    (
        *("rPr", "ctrlPr", "fPr", "sSupPr", "sSubPr", "sSubSupPr", "sPrePr", "radPr", "naryPr", "dPr"),
        *("funcPr", "limLowPr", "limUppPr", "accPr", "barPr", "mPr", "eqArrPr", "boxPr"),
        *("borderBoxPr", "groupChrPr", "phantPr", "oMathParaPr", "argPr", "pPr"),
    )
)


def linear(node: Element, omit: Omit) -> str:
    """Return a formula as one line; ``omit`` receives its deleted and invisible parts."""
    return _Formula(omit).inside(node).strip()


class _Formula:
    def __init__(self, omit: Omit) -> None:
        self._omit = omit
        self._converters: dict[str, Callable[[Element], str]] = {
            "t": self._text,
            "del": self._deleted,
            "moveFrom": self._deleted,
            "br": self._break,
            "f": self._fraction,
            "rad": self._root,
            "nary": self._nary,
            "d": self._delimited,
            "m": self._matrix,
            "acc": self._accented,
            "bar": self._accented,
            "eqArr": self._stacked,
            "phant": self._phantom,
            "func": self._function,
        }
        for kind in ("sSup", "sSub", "sSubSup", "sPre", "limLow", "limUpp"):
            self._converters[kind] = self._scripted

    def inside(self, node: Element | None) -> str:
        """Return the content of an element in its order."""
        if node is None:
            return ""
        return "".join(
            self._convert(element) for element in node if local_name(element.tag) not in _PROPERTIES
        )

    def _convert(self, node: Element) -> str:
        converter = self._converters.get(local_name(node.tag))
        return self.inside(node) if converter is None else converter(node)

    def _text(self, node: Element) -> str:
        return node.text or ""

    def _deleted(self, node: Element) -> str:
        self._omit("deleted", "".join(element.text or "" for element in node.iter() if not len(element)))
        return ""

    def _break(self, node: Element) -> str:
        return "\n"

    def _scripted(self, node: Element) -> str:
        """Return a base followed by its subscripts and superscripts, including the limits of operators."""
        parts = by_name(node)
        kind = local_name(node.tag)
        base = self.inside(parts.get("e"))
        limit = self.inside(parts.get("lim"))
        low = limit if kind == "limLow" else self.inside(parts.get("sub"))
        high = limit if kind == "limUpp" else self.inside(parts.get("sup"))
        scripts = (f"_{_group(low)}" if low else "") + (f"^{_group(high)}" if high else "")
        if kind == "sPre":
            return f"{scripts}{_group(base)}"
        return f"{base if limit else _group(base)}{scripts}"

    def _stacked(self, node: Element) -> str:
        return "; ".join(self.inside(row) for row in children(node, "e"))

    def _fraction(self, node: Element) -> str:
        parts = by_name(node)
        over, under = self.inside(parts.get("num")), self.inside(parts.get("den"))
        if value(parts.get("fPr"), "type") == "noBar":
            return f"{over}¦{under}"
        return f"{_group(over)}/{_group(under)}"

    def _root(self, node: Element) -> str:
        parts = by_name(node)
        degree = self.inside(parts.get("deg"))
        if not degree or is_on(child(parts.get("radPr"), "degHide")):
            return f"√({self.inside(parts.get('e'))})"
        # Raised as in print: "3√(x)" would be three times the root.
        return f"{raised(degree)}√({self.inside(parts.get('e'))})"

    def _nary(self, node: Element) -> str:
        parts = by_name(node)
        sign = child(parts.get("naryPr"), "chr")
        out = "∫" if sign is None else attribute(sign, "val") or ""
        low, high = self.inside(parts.get("sub")), self.inside(parts.get("sup"))
        out += f"_{_group(low)}" if low else ""
        out += f"^{_group(high)}" if high else ""
        return f"{out} {self.inside(parts.get('e'))}"

    def _delimited(self, node: Element) -> str:
        signs = by_name(by_name(node).get("dPr"))
        begin, part, end = (
            default if key not in signs else attribute(signs[key], "val") or ""
            for key, default in (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
        )
        return begin + part.join(self.inside(element) for element in children(node, "e")) + end

    def _matrix(self, node: Element) -> str:
        rows = (", ".join(self.inside(cell) for cell in children(row, "e")) for row in children(node, "mr"))
        return "; ".join(rows)

    def _accented(self, node: Element) -> str:
        parts = by_name(node)
        base = self.inside(parts.get("e"))
        if local_name(node.tag) == "acc":
            sign = attribute(child(parts.get("accPr"), "chr"), "val") or "\u0302"
        else:
            sign = "\u0304" if value(parts.get("barPr"), "pos") == "top" else "\u0332"
        # Over several letters, the accent would only apply to the last one.
        return base + sign if len(base) == 1 else base

    def _function(self, node: Element) -> str:
        parts = by_name(node)
        called, argument = self.inside(parts.get("fName")), self.inside(parts.get("e"))
        return f"{called}{'' if argument.startswith('(') else ' '}{argument}"

    def _phantom(self, node: Element) -> str:
        parts = by_name(node)
        text = self.inside(parts.get("e"))
        show = child(parts.get("phantPr"), "show")
        if show is None or is_on(show):
            return text
        self._omit("hidden", text)
        return ""


def _group(text: str) -> str:
    """Return a part of a formula in brackets, unless it is a single number, word or sign."""
    text = text.strip()
    return text if not text or _SINGLE.fullmatch(text) or _bracketed(text) else f"({text})"


def _bracketed(text: str) -> bool:
    """Check whether the last bracket of a text closes the first one."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at == len(text) - 1
    return False
