"""Read the text in drawings of workbooks and presentations: shapes, tables, diagrams, charts, pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
# Signs before the power and the denominator of a formula.
_OPERATORS = {"sup": "^", "den": "/"}
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
    series = [element for element in root.iter() if local(element) == "ser"]
    titles = list(_chart_titles(root))
    if not series:
        titles += [node.text or "" for node in root.iter() if local(node) in {"pt", "v"}]
    return Chart(tuple(title for title in map(str.strip, titles) if title), tuple(_chart_rows(series)))


def _chart_titles(root: Element) -> Iterator[str]:
    """Yield the titles of a chart and its axes, perhaps empty."""
    for name in ("rich", "txData"):
        yield from map(plain, _descend(root, name))
    for node in root.iter():
        if local(node) == "tx" and not len(node):
            yield node.text or ""


def _chart_rows(series: Sequence[Element]) -> list[tuple[str, ...]]:
    """Return the values of a chart: a row of names, then one row per position with its label."""
    labels, values = _labels(series), list(_values(series))
    positions = sorted({*labels, *(at for _, points in values for at in points)})
    if len(positions) * len(values) > _MOST_POINTS:
        return [(name, *points.values()) for name, points in values]
    names = [name for name, _ in values]
    rows = [("", *names)] if any(names) else []
    return rows + [(labels.get(at, ""), *(points.get(at, "") for _, points in values)) for at in positions]


def _labels(series: Sequence[Element]) -> dict[int, str]:
    """Return the labels of positions; the first series that labels a position decides."""
    labels: dict[int, str] = {}
    for element in series:
        for kind in ("cat", "xVal"):
            for at, label in _points(child(element, kind)).items():
                labels.setdefault(at, label)
    return labels


def _values(series: Sequence[Element]) -> Iterator[tuple[str, dict[int, str]]]:
    """Yield the values of series by position, with the name of the series."""
    for element in series:
        name = _first(_points(child(element, "tx")))
        for kind in ("val", "yVal", "bubbleSize"):
            if points := _points(child(element, kind)):
                yield name, points


def _points(reference: Element | None) -> dict[int, str]:
    """Return the cached values of a series by position; names on several levels are joined."""
    points: dict[int, str] = {}
    code = ""
    if reference is None:
        return points
    for element in reference.iter():
        match local(element):
            case "pt":
                _add_point(points, element, code)
            case "formatCode":
                code = element.text or ""
            case "v" if not points and element.text:
                points[0] = element.text
    return points


def _add_point(points: dict[int, str], element: Element, code: str) -> None:
    """Add a value of a series; a name on a further level comes before the previous one."""
    value = child(element, "v")
    if value is None or not value.text:
        return
    place = _integer(element, "idx")
    previous = points.get(place, "")
    shown = _shown(value.text, attribute(element, "formatCode") or code)
    points[place] = f"{shown} {previous}".strip() if len(previous) < 200 else previous


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
    """Return the words of a paragraph, and its struck-through words."""
    pieces: list[str] = []
    struck_pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        name = local(node)
        match name:
            case _ if name in _SKIPPED:
                pass
            case "r" | "fld":
                _add_run(node, pieces, struck_pieces)
            case "br":
                pieces.append("\n")
            case "t":
                pieces.append(node.text or "")
            case _:
                if name == "den" or (name == "sup" and pieces):
                    pieces.append(_OPERATORS[name])
                stack.extend(reversed(node))
    return "".join(pieces), "".join(struck_pieces).strip()


def _add_run(node: Element, pieces: list[str], struck_pieces: list[str]) -> None:
    """Append a run of text to the words of its paragraph; the number of the slide is left out."""
    if local(node) == "fld" and attribute(node, "type") == "slidenum":
        return
    properties = child(node, "rPr")
    run = "".join(text.text or "" for text in node if local(text) == "t")
    if properties is not None and (attribute(properties, "strike") or "noStrike") != "noStrike":
        struck_pieces.append(run)
    else:
        pieces.append(_shifted(run, properties, pieces[-1] if pieces else ""))


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
