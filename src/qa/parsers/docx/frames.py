"""Select the headers and footers that pages show, with each of their lines once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa import lang
from qa.parsers.docx.nodes import attribute, child, is_on, name
from qa.parsers.docx.package import Package
from qa.parsers.docx.pieces import PAGE, DraftBlock
from qa.types import OmissionReason

_HEADER, _FOOTER = "headerReference", "footerReference"
# Words around page numbers: "Page 3 of 12".
_PAGES = rf"(?:{lang.alternatives('page_words')})"
_OF = rf"(?:{lang.alternatives('page_of')})"
_NUMBER = rf"(?:\d+\W{{1,3}})?{PAGE}"
_NUMBERING = re.compile(
    rf"[^\w{PAGE}]*(?:\b{_PAGES}\b[^\w{PAGE}]*)?[第共]?\s*{_NUMBER}(?:\s*[页頁ページ]+)?"
    rf"(?:[^\w{PAGE}]*(?:{_OF}[^\w{PAGE}]*|[第共]\s*)?{_NUMBER}(?:\s*[页頁ページ]+)?)*[^\w{PAGE}]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Frames:
    """The parts of headers and footers in the order of the sections, and the parts that no page shows."""

    headers: tuple[str, ...]
    footers: tuple[str, ...]
    unseen: tuple[str, ...]


def find_frames(package: Package, sections: Iterable[Element]) -> Frames:
    """Return the headers and footers of a document with these section properties."""
    differ = is_on(child(package.settings, "evenAndOddHeaders"))
    shown: dict[str, dict[str, None]] = {_HEADER: {}, _FOOTER: {}}
    # A section without a header has the header of the section before.
    present: dict[tuple[str, str], str] = {}
    for section in sections:
        present |= _references(package, section)
        used = {"default": True, "first": is_on(child(section, "titlePg")), "even": differ}
        for (kind, pages), part in present.items():
            if used.get(pages):
                shown[kind][part] = None
    headers, footers = (tuple(parts) for parts in shown.values())
    related = [*package.related(package.main, "header"), *package.related(package.main, "footer")]
    return Frames(headers, footers, tuple(part for part in related if part not in {*headers, *footers}))


def _references(package: Package, section: Element) -> dict[tuple[str, str], str]:
    """Return the parts of a section's headers and footers by kind and pages."""
    parts = {}
    for node in section:
        if name(node) in {_HEADER, _FOOTER}:
            relation = package.relation(package.main, attribute(node, "id"))
            if relation is not None and relation.target in package.archive:
                parts[name(node), attribute(node, "type") or "default"] = relation.target
    return parts


def new_lines(
    blocks: Iterable[DraftBlock], seen: set[str]
) -> tuple[list[DraftBlock], list[tuple[OmissionReason, str]]]:
    """Return the new lines of a header, and the omitted copies and page numbers."""
    added: list[DraftBlock] = []
    omitted: list[tuple[OmissionReason, str]] = []
    for block in blocks:
        text = block.text
        if block.pages:
            numbers = iter(block.pages)
            text = "\t".join(_without_pages(part, numbers, omitted) for part in block.framed.split("\t"))
            text = text.strip()
        key = " ".join(text.split()).casefold()
        if key in seen:
            omitted.append(("repeated", text))
        elif any(map(str.isalnum, key)):
            seen.add(key)
            added.append(DraftBlock(text, "row" if block.kind == "row" else "paragraph", place=block.place))
    return added, omitted


def _without_pages(part: str, numbers: Iterator[str], omitted: list[tuple[OmissionReason, str]]) -> str:
    """Return a part of a line without page numbers and the words around them."""

    def omit_number(match: re.Match[str]) -> str:
        text = re.sub(PAGE, lambda _: next(numbers, ""), match[0])
        omitted.append(("page number", text))
        return " "

    return _NUMBERING.sub(omit_number, part).strip()


def find_sections(root: Element) -> list[Element]:
    """Return the properties of a document's sections, without those of former revisions."""
    # Searching in the root's namespace is faster than in all namespaces.
    space = root.tag[: root.tag.rfind("}") + 1]
    nodes = list(root.iter(f"{space}sectPr"))
    former = {id(old) for node in nodes for change in node.iter(f"{space}sectPrChange") for old in change}
    return [section for section in nodes if id(section) not in former]
