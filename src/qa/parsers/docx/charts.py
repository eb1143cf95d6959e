"""The words and figures of charts and diagrams, from what Word keeps of them for printing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, child, children, descendants, local_name, whole
from qa.types import BlockKind

Line = tuple[str, BlockKind]


def chart(root: Element) -> Iterator[Line]:
    """Yield titles as paragraphs, then a row for each category with the value of each series."""
    for paragraph in descendants(root, "p"):
        if text := text_of(paragraph):
            yield text, "paragraph"
    series = list(descendants(root, "ser"))
    if not series:
        yield from _points(root)
        return
    names = [_cell(child(one, "tx")) for one in series]
    if any(names):
        yield "\t".join(("", *names)), "row"
    categories = [_values(one, "cat", "xVal") for one in series]
    values = [_values(one, "val", "yVal") for one in series]
    if all(one in (categories[0], {}) for one in categories):
        for at in sorted({at for column in (categories[0], *values) for at in column}):
            yield "\t".join(column.get(at, "") for column in (categories[0], *values)), "row"
    else:
        # Each series has points of its own.
        for name, left, right in zip(names, categories, values, strict=True):
            for at in sorted({*left, *right}):
                yield "\t".join((name, left.get(at, ""), right.get(at, ""))), "row"
    for one in series:
        for size in _values(one, "bubbleSize").values():
            yield size, "row"


def diagram(root: Element) -> Iterator[Line]:
    """Yield the texts of a diagram, each under the one that it belongs to."""
    texts: dict[str, list[str]] = {}
    for point in descendants(root, "pt"):
        lines = [
            text for each in children(point, "t") for p in descendants(each, "p") if (text := text_of(p))
        ]
        texts.setdefault(attribute(point, "modelId") or str(len(texts)), []).extend(lines)
    below: dict[str, list[tuple[int, str]]] = {}
    children_of_some = set()
    for link in descendants(root, "cxn"):
        if attribute(link, "type") in {None, "parOf"}:
            source, target = attribute(link, "srcId") or "", attribute(link, "destId") or ""
            below.setdefault(source, []).append((whole(attribute(link, "srcOrd")) or 0, target))
            children_of_some.add(target)
    done: set[str] = set()
    waiting = [key for key in reversed(texts) if key not in children_of_some]
    # What a circle of links keeps apart comes last.
    waiting = [*reversed(texts), *waiting]
    while waiting:
        key = waiting.pop()
        if key in done or key not in texts:
            continue
        done.add(key)
        for text in texts[key]:
            yield text, "item"
        waiting += [target for _, target in sorted(below.get(key, ()), reverse=True)]


def _points(root: Element) -> Iterator[Line]:
    """Yield the strings and numbers of the newer charts, which keep them level by level."""
    for data in descendants(root, "data"):
        columns = [[_shown(point) for point in descendants(one, "pt")] for one in data if len(one)]
        for row in zip_longest(*columns, fillvalue=""):
            yield "\t".join(row), "row"
    for data in descendants(root, "txData"):
        if text := _shown(child(data, "v")):
            yield text, "paragraph"


def text_of(paragraph: Element) -> str:
    """Return the words of a paragraph of a drawing."""
    pieces = (
        "\n" if local_name(one.tag) == "br" else one.text or "" for one in descendants(paragraph, "t", "br")
    )
    return "".join(pieces).strip()


def _cell(node: Element | None) -> str:
    if node is None:
        return ""
    return " ".join(text for one in descendants(node, "v") if (text := _shown(one)))


def _values(series: Element, *names: str) -> dict[int, str]:
    """Return the values of one axis by their places; a place may have several levels."""
    for name in names:
        axis = child(series, name)
        if axis is None:
            continue
        found: dict[int, list[str]] = {}
        for cache in descendants(axis, "strCache", "numCache", "lvl", "strLit", "numLit"):
            percent = (getattr(child(cache, "formatCode"), "text", None) or "").endswith("%")
            for point in children(cache, "pt"):
                at = whole(attribute(point, "idx")) or 0
                # The levels come from the innermost on.
                found.setdefault(at, []).insert(0, _number(_shown(child(point, "v")), percent=percent))
        return {at: " ".join(texts) for at, texts in found.items()}
    return {}


def _shown(node: Element | None) -> str:
    return "" if node is None else (node.text or "").strip()


def _number(text: str, *, percent: bool) -> str:
    """Return a value without the noise of its last binary digits."""
    if not percent and (len(text) < 17 or "." not in text):
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return f"{number * 100:.10g}%" if percent else f"{number:.15g}"
