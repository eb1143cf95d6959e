"""Write MathML as a line of text: 1/2, x^2, √(a+b)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

_DEEPEST = 60
_MOST_LETTERS = 20_000
_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
_ATOM = re.compile(r"[\w.,′'∞°%\u0300-\u036f\u20d0-\u20ff]+|[(\[{|][^()\[\]{}|]*[)\]}|]|√?\w")
_SPACED = re.compile(r"[=<>≤≥≠≈≡∼≃≅∝±∓+\-−×÷→←↔⇒⇔∈∉⊂⊆∪∩∧∨]|:=|<=|>=|!=")
_LARGE = re.compile(r"[∑∏∫∮⋃⋂]|lim|max|min|sup|inf")
_ACCENTS = {
    "¯": "\u0304", "‾": "\u0304", "_": "\u0304", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303",
    "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "¨": "\u0308",
}  # fmt: skip
_ROOTS = str.maketrans("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")
_COPIES = frozenset({"annotation", "annotation-xml"})
_UNSEEN = frozenset({"mphantom", "none", "mprescripts", *_COPIES})


def linear(formula: LexborNode) -> str:
    """Return a ``math`` element as text, without its copies in other notations."""
    text = _plain(formula) if _is_vast(formula) else _of(formula)
    return _SPACE.sub(" ", text).strip()


def copies(formula: LexborNode) -> Iterator[str]:
    """Yield the annotations of a formula: copies in other notations."""
    level = [formula.iter()]
    while level:
        for child in level[-1]:
            if child.tag not in _COPIES:
                level.append(child.iter())
                break
            if text := _SPACE.sub(" ", child.text()).strip():
                yield text
        else:
            level.pop()


def _is_vast(formula: LexborNode) -> bool:
    """Return whether a formula is too large to be written by a person; it is then read as plain letters."""
    letters = depth = 0
    level = [formula.iter()]
    while level:
        for child in level[-1]:
            letters += len(child.text(deep=False) or "") + 1
            level.append(child.iter())
            break
        else:
            level.pop()
        depth = max(depth, len(level))
        if depth > _DEEPEST or letters > _MOST_LETTERS:
            return True
    return False


def _plain(formula: LexborNode) -> str:
    return formula.text(deep=True, separator=" ")


def _children(node: LexborNode) -> list[LexborNode]:
    return [child for child in node.iter() if child.tag not in _COPIES]


def _of(node: LexborNode) -> str:
    name = node.tag or ""
    if name in _UNSEEN:
        return ""
    if (write := _BY_NODE.get(name)) is not None:
        return write(node)
    parts = [_of(child) for child in _children(node)]
    if len(parts) == 2 and name in _OF_TWO:
        return _OF_TWO[name](parts[0], parts[1])
    if len(parts) == 3 and name in {"msubsup", "munderover"}:
        space = " " if _LARGE.fullmatch(parts[0].strip()) else ""
        return f"{parts[0].strip()}_{_operand(parts[1])}^{_operand(parts[2])}{space}"
    return _OF_MANY[name](parts) if name in _OF_MANY else _row(node)


def _token(node: LexborNode) -> str:
    text = _INVISIBLE.sub("", node.text())
    if node.tag == "mtext":
        return text.replace("\u00a0", " ")
    text = text.strip()
    return f'"{text}"' if node.tag == "ms" else text


def _row(node: LexborNode) -> str:
    """Join the children; operators between two others get a space on each side."""
    parts: list[str] = []
    last = ""
    for child in node.iter(include_text=True):
        if child.is_text_node:
            text = child.text_content or ""
            text = text if text.strip() else ""
        else:
            text = _of(child)
            is_infix = child.tag == "mo" and _SPACED.fullmatch(text) and last
            text = f" {text} " if is_infix and not last.endswith((" ", "(", "[", ",")) else text
        parts.append(text)
        last = text or last
    return "".join(parts)


def _operand(text: str) -> str:
    text = text.strip()
    return text if not text or _ATOM.fullmatch(text) else f"({text})"


def _fraction(above: str, below: str) -> str:
    return f"{_operand(above)}/{_operand(below)}"


def _power(base: str, exponent: str) -> str:
    if exponent.strip() in {"′", "″", "'", "°", "*", "∗"}:
        return base.strip() + exponent.strip()
    return f"{_operand(base)}^{_operand(exponent)}"


def _index(base: str, index: str) -> str:
    space = " " if _LARGE.fullmatch(base.strip()) else ""
    return f"{base.strip()}_{_operand(index)}{space}"


def _over(base: str, above: str) -> str:
    accent = _ACCENTS.get(above.strip())
    return base.strip() + accent if accent and len(base.strip()) == 1 else _power(base, above)


def _root(base: str, index: str) -> str:
    index = index.strip()
    if re.fullmatch(r"[0-9n]+", index):
        return f"{index.translate(_ROOTS)}√{_operand(base)}"
    return f"{_operand(base)}^(1/{_operand(index)})"


_OF_TWO: dict[str, Callable[[str, str], str]] = {
    "mfrac": _fraction,
    "msup": _power,
    "msub": _index,
    "munder": _index,
    "mover": _over,
    "mroot": _root,
}


def _fenced(node: LexborNode) -> str:
    attributes = node.attributes
    parts = [_of(child) for child in _children(node)]
    opening, closing = attributes.get("open", "("), attributes.get("close", ")")
    separators = attributes.get("separators", ",") or ""
    return f"{opening or ''}{f'{separators[:1]} '.join(parts)}{closing or ''}"


def _scripts(node: LexborNode) -> str:
    """Return a base with its indices and powers, starting with those before it."""
    after: list[str] = []
    before: list[str] = []
    target = after
    for child in node.iter():
        if child.tag == "mprescripts":
            target = before
        else:
            target.append(_of(child).strip())
    if not after:
        return "".join(before)

    def written(scripts: list[str]) -> str:
        return "".join(
            f"{'^' if place % 2 else '_'}{_operand(script)}" for place, script in enumerate(scripts) if script
        )

    return f"{written(before)}{after[0]}{written(after[1:])}"


_BY_NODE: dict[str, Callable[[LexborNode], str]] = {
    **dict.fromkeys(("mi", "mn", "mo", "mtext", "ms"), _token),
    "msqrt": lambda node: "√" + _operand(_row(node)),
    "mspace": lambda node: " ",
    "mfenced": _fenced,
    "mmultiscripts": _scripts,
}
_OF_MANY: dict[str, Callable[[list[str]], str]] = {
    "semantics": lambda parts: parts[0] if parts else "",
    "mtable": lambda parts: "; ".join(filter(None, parts)),
    **dict.fromkeys(("mtr", "mlabeledtr"), ", ".join),
}
