"""Read the text in drawings of workbooks and presentations: shapes, tables, diagrams, charts, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.parsers.archive import local
from qa.parsers.numerals import written
from qa.parsers.office import cellformat
from qa.parsers.office.opc import attribute, child, is_on
from qa.parsers.raised import lowered, raised

# Maximum points of a chart that becomes a table; no readable chart has more.
_MOST_POINTS = 100_000
# The older copy of a drawing, properties, and the pronunciation beside a word.
_SKIPPED = frozenset(("Fallback", "rPr", "pPr", "endParaRPr", "bodyPr", "lstStyle", "rPh"))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a drawing; ``struck`` contains its struck-through words, which ``text`` lacks."""

    text: str
    level: int = 0
    is_item: bool = False
    struck: str = ""


def paragraphs(body: Element) -> Iterator[Paragraph]:
    """Yield the paragraphs of a text body, with the numbers of its lists."""
    counts: dict[int, int] = {}
    for element in _descend(body, "p"):
        properties = child(element, "pPr")
        level = _integer(properties, "lvl")
        numbering, bullet = child(properties, "buAutoNum"), child(properties, "buChar")
        text, struck = _text(element)
        number = ""
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if numbering is not None and text.strip():
            start = _integer(numbering, "startAt") or 1
            counts[level] = counts.get(level, start - 1) + 1
            number = _numbered(counts[level], attribute(numbering, "type") or "") + " "
        elif numbering is None:
            counts.pop(level, None)
        yield Paragraph(number + text, level, bool(number) or bullet is not None, struck)


def plain(body: Element) -> str:
    """Return the lines of a text body."""
    return "\n".join(filter(None, (paragraph.text.strip() for paragraph in paragraphs(body))))


def struck(body: Element) -> str:
    """Return the struck-through words of a text body."""
    return "\n".join(filter(None, (paragraph.struck for paragraph in paragraphs(body))))


def bodies(element: Element) -> Iterator[Element]:
    """Yield the text bodies of a shape, or of all shapes in a group."""
    return _descend(element, "txBody")


def picture_text(properties: Element | None) -> tuple[str, str]:
    """Return the name of a picture or another object, and its alternative text."""
    if properties is None:
        return "", ""
    heading, words = attribute(properties, "title") or "", attribute(properties, "descr") or ""
    both = ". ".join(dict.fromkeys(part.strip() for part in (heading, words) if part.strip()))
    return attribute(properties, "name") or "", both


def is_hidden(properties: Element | None) -> bool:
    """Return whether the properties of an object hide it."""
    return properties is not None and is_on(attribute(properties, "hidden"))


# -- charts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chart:
    """Titles and labels of a chart, and a table of its values, whose first row contains the names."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def chart(root: Element) -> Chart:
    """Return the words and values of a chart, which its part stores as last drawn."""
    titles = [plain(rich) for name in ("rich", "txData") for rich in _descend(root, name)]
    titles += [node.text or "" for node in root.iter() if local(node) == "tx" and not len(node)]
    series = [element for element in root.iter() if local(element) == "ser"]
    columns = [(_first(_points(child(series_element, "tx"))), series_element) for series_element in series]
    labels: dict[int, str] = {}
    values: list[tuple[str, dict[int, str]]] = []
    for name, series_element in columns:
        for kind in ("cat", "xVal"):
            for at, label in _points(child(series_element, kind)).items():
                labels.setdefault(at, label)
        for kind in ("val", "yVal", "bubbleSize"):
            points = _points(child(series_element, kind))
            values += [(name, points)] if points else []
    positions = sorted({*labels, *(at for _, points in values for at in points)})
    if len(positions) * len(values) > _MOST_POINTS:
        rows = [(name, *points.values()) for name, points in values]
        return Chart(tuple(title for title in map(str.strip, titles) if title), tuple(rows))
    rows = [("", *(name for name, _ in values))] if values and any(name for name, _ in values) else []
    rows += [(labels.get(at, ""), *(points.get(at, "") for _, points in values)) for at in positions]
    if not series:
        titles += [node.text or "" for node in root.iter() if local(node) in {"pt", "v"} and node.text]
    return Chart(tuple(title for title in map(str.strip, titles) if title), tuple(rows))


def _points(reference: Element | None) -> dict[int, str]:
    """Return the cached values of a series by position; names on several levels are joined."""
    points: dict[int, str] = {}
    code = ""
    for point in reference.iter() if reference is not None else ():
        if local(point) == "pt" and (value := child(point, "v")) is not None and value.text:
            place = _integer(point, "idx")
            previous = points.get(place, "")
            shown = _shown(value.text, attribute(point, "formatCode") or code)
            points[place] = f"{shown} {previous}".strip() if len(previous) < 200 else previous
        elif local(point) == "formatCode":
            code = point.text or ""
        elif local(point) == "v" and not points and point.text:
            points[0] = point.text
    return points


def _shown(value: str, code: str) -> str:
    if not code or len(value) > 40:
        return value
    try:
        return cellformat.number(float(value), code)
    except (ValueError, OverflowError, ArithmeticError):
        return value


def _first(points: dict[int, str]) -> str:
    return " ".join(points[at] for at in sorted(points))


# -- diagrams ---------------------------------------------------------------------------------------


def diagram(root: Element) -> Iterator[str]:
    """Yield the texts of a diagram (SmartArt), in the order of its model."""
    for point in _descend(root, "pt"):
        if text := "\n".join(plain(body) for body in _descend(point, "t")):
            yield text


# -- text -------------------------------------------------------------------------------------------


def _text(paragraph: Element) -> tuple[str, str]:
    pieces: list[str] = []
    struck_pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        name = local(node)
        if name in _SKIPPED:
            continue
        if name in {"r", "fld"}:
            properties = child(node, "rPr")
            if name == "fld" and (attribute(node, "type") or "") == "slidenum":
                continue
            run = "".join(text.text or "" for text in node if local(text) == "t")
            if properties is not None and (attribute(properties, "strike") or "noStrike") != "noStrike":
                struck_pieces.append(run)
            else:
                pieces.append(_shifted(run, properties, pieces[-1] if pieces else ""))
        elif name == "br":
            pieces.append("\n")
        elif name == "t":
            pieces.append(node.text or "")
        elif name == "sup" and pieces:
            pieces.append("^")
            stack.extend(reversed(node))
        elif name == "den":
            pieces.append("/")
            stack.extend(reversed(node))
        else:
            stack.extend(reversed(node))
    return "".join(pieces), "".join(struck_pieces).strip()


def _shifted(run: str, properties: Element | None, before: str) -> str:
    """Return the words of a run, as superscript or subscript if its properties require it."""
    if properties is None:
        return run
    if (attribute(properties, "baseline") or "").startswith("-"):
        return lowered(run)
    return raised(run, before) if _integer(properties, "baseline") > 0 else run


def _numbered(number: int, kind: str) -> str:
    """Return the number of an item in a form such as “alphaLcParenR”."""
    form = "a" if kind.startswith("alpha") else "i" if kind.startswith("roman") else "1"
    label = written(number, form.upper() if "Uc" in kind else form)
    if kind.endswith("ParenBoth"):
        return f"({label})"
    return f"{label})" if kind.endswith("ParenR") else label if kind.endswith("Plain") else f"{label}."


def _integer(element: Element | None, name: str) -> int:
    value = None if element is None else attribute(element, name)
    return (
        int(value)
        if value
        and len(value) < 12
        and value.removeprefix("-").isascii()
        and value.removeprefix("-").isdigit()
        else 0
    )


def _descend(element: Element, name: str) -> Iterator[Element]:
    """Yield the nearest descendants of a name, without skipped elements."""
    stack: list[Element] = list(reversed(element))
    while stack:
        node = stack.pop()
        if local(node) == name:
            yield node
        elif local(node) not in _SKIPPED:
            stack.extend(reversed(node))
