"""Read the parts of a report in a Word file, the reverse of `qa.render.docx`."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from qa.check.report_parts import HEADING, PARAGRAPH, QUOTE, PartKind
from qa.errors import ReadError
from qa.parsers.archive import Archive, local

_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_KINDS: dict[str, PartKind] = {"heading 1": HEADING, "quote": QUOTE}
"""Parts by the names of their styles; other programs change the ids of styles."""
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n"}
_UNSEEN = frozenset({"del", "moveFrom", "instrText", "delText"})


def parts(data: bytes) -> list[tuple[PartKind, str]]:
    """Return the paragraphs of a Word file, each with its kind.

    Raises:
        ReadError: The file is damaged.
    """
    with Archive(data) as archive:
        if _DOCUMENT not in archive:
            raise ReadError("archive-damaged")
        names = _style_names(archive.xml(_STYLES)) if _STYLES in archive else {}
        body = archive.xml(_DOCUMENT)
    parts: list[tuple[PartKind, str]] = []
    for node in body.iter():
        if local(node) != "p":
            continue
        kind = _KINDS.get(names.get(_style(node), _style(node)).lower(), PARAGRAPH)
        text = "".join(_text(node))
        # The lines of a list and the cells of a table are paragraphs of the same quote.
        if kind == QUOTE and parts and parts[-1][0] == QUOTE:
            text = f"{parts.pop()[1]}\n{text}"
        parts.append((kind, text))
    return parts


def _style_names(styles: Element) -> dict[str, str]:
    """Return the names of styles by their ids."""
    return {
        _value(style, "styleId"): next((_value(child) for child in style if local(child) == "name"), "")
        for style in styles
        if local(style) == "style"
    }


def _style(paragraph: Element) -> str:
    """Return the id of the style of a paragraph."""
    for properties in paragraph:
        if local(properties) == "pPr":
            return next((_value(each) for each in properties if local(each) == "pStyle"), "")
    return ""


def _text(node: Element) -> Iterator[str]:
    """Yield the text that a person sees in a paragraph or run."""
    for child in node:
        name = local(child)
        if name in _UNSEEN or (name == "r" and _is_hidden(child)):
            continue
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name not in ("rPr", "pPr", "p"):
            yield from _text(child)


def _is_hidden(run: Element) -> bool:
    properties = (child for child in run if local(child) == "rPr")
    hidden = (each for child in properties for each in child if local(each) == "vanish")
    return any(_value(each) not in ("0", "false", "off") for each in hidden)


def _value(element: Element, name: str = "val") -> str:
    """Return an attribute, which has the namespace of its element."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
