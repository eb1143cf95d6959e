"""Read the words and numbers of charts and diagrams from the copies that Word stores for printing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, child, children, descendants, local_name, parse_integer
from qa.types import BlockKind

Line = tuple[str, BlockKind]


def read_chart(root: Element) -> Iterator[Line]:
    """Yield titles as paragraphs, then a row for each category with the value of each series."""
    for paragraph in descendants(root, "p"):
        if text := text_of(paragraph):
            yield text, "paragraph"
    series = list(descendants(root, "ser"))
    if series:
        yield from _series_rows(series)
    else:
        yield from _points(root)


def _series_rows(series: Sequence[Element]) -> Iterator[Line]:
    """Yield the names of the series as a header, then their values, then the sizes of bubbles."""
    names = [_cell(child(node, "tx")) for node in series]
    if any(names):
        yield "\t".join(("", *names)), "row"
    categories = [_values(node, "cat", "xVal") for node in series]
    values = [_values(node, "val", "yVal") for node in series]
    if all(column in (categories[0], {}) for column in categories):
        yield from _rows((categories[0], *values))
    else:
        # Every series has separate points.
        for name, *columns in zip(names, categories, values, strict=True):
            yield from _rows(columns, name)
    for node in series:
        for size in _values(node, "bubbleSize").values():
            yield size, "row"


def _rows(columns: Sequence[dict[int, str]], *label: str) -> Iterator[Line]:
    """Yield a row for each index in any of the columns, which begins with the label."""
    for at in sorted(set().union(*columns)):
        yield "\t".join((*label, *(column.get(at, "") for column in columns))), "row"


def read_diagram(root: Element) -> Iterator[Line]:
    """Yield the texts of a diagram, each below its parent."""
    texts = _point_texts(root)
    links = _links(root)
    targets = {target for linked in links.values() for _, target in linked}
    done: set[str] = set()
    # Points that only a circle of links reaches come last.
    waiting = [*reversed(texts), *(key for key in reversed(texts) if key not in targets)]
    while waiting:
        key = waiting.pop()
        if key in done or key not in texts:
            continue
        done.add(key)
        for text in texts[key]:
            yield text, "item"
        waiting += [target for _, target in sorted(links.get(key, ()), reverse=True)]


def _point_texts(root: Element) -> dict[str, list[str]]:
    """Return the texts of a diagram's points by their ids."""
    texts: dict[str, list[str]] = {}
    for point in descendants(root, "pt"):
        paragraphs = (paragraph for body in children(point, "t") for paragraph in descendants(body, "p"))
        lines = filter(None, map(text_of, paragraphs))
        texts.setdefault(attribute(point, "modelId") or str(len(texts)), []).extend(lines)
    return texts


def _links(root: Element) -> dict[str, list[tuple[int, str]]]:
    """Return the children of a diagram's points by the id of the point, each with its position."""
    links: dict[str, list[tuple[int, str]]] = {}
    for link in descendants(root, "cxn"):
        if attribute(link, "type") in {None, "parOf"}:
            source, target = attribute(link, "srcId") or "", attribute(link, "destId") or ""
            links.setdefault(source, []).append((parse_integer(attribute(link, "srcOrd")) or 0, target))
    return links


def _points(root: Element) -> Iterator[Line]:
    """Yield the strings and numbers of newer charts, which store them by level."""
    for data in descendants(root, "data"):
        columns = [[_text(point) for point in descendants(column, "pt")] for column in data if len(column)]
        for row in zip_longest(*columns, fillvalue=""):
            yield "\t".join(row), "row"
    for data in descendants(root, "txData"):
        if text := _text(child(data, "v")):
            yield text, "paragraph"


def text_of(paragraph: Element) -> str:
    """Return the words of a drawing's paragraph."""
    pieces = (
        "\n" if local_name(node.tag) == "br" else node.text or ""
        for node in descendants(paragraph, "t", "br")
    )
    return "".join(pieces).strip()


def _cell(node: Element | None) -> str:
    if node is None:
        return ""
    return " ".join(text for value_node in descendants(node, "v") if (text := _text(value_node)))


def _values(series: Element, *names: str) -> dict[int, str]:
    """Return the values of one axis by their indices; an index may have several levels."""
    for name in names:
        axis = child(series, name)
        if axis is None:
            continue
        texts_by_index: dict[int, list[str]] = {}
        for cache in descendants(axis, "strCache", "numCache", "lvl", "strLit", "numLit"):
            percent = (getattr(child(cache, "formatCode"), "text", None) or "").endswith("%")
            for point in children(cache, "pt"):
                at = parse_integer(attribute(point, "idx")) or 0
                # The levels are stored from the innermost outwards.
                texts_by_index.setdefault(at, []).insert(
                    0, _number(_text(child(point, "v")), percent=percent)
                )
        return {at: " ".join(texts) for at, texts in texts_by_index.items()}
    return {}


def _text(node: Element | None) -> str:
    return "" if node is None else (node.text or "").strip()


def _number(text: str, *, percent: bool) -> str:
    """Return a value without the rounding errors of its last binary digits."""
    if not percent and (len(text) < 17 or "." not in text):
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return f"{number * 100:.10g}%" if percent else f"{number:.15g}"
