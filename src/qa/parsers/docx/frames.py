"""The headers and footers of the pages: which are shown, and each line of them once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa import lang
from qa.parsers.docx.nodes import attribute, child, is_on, name
from qa.parsers.docx.package import Package
from qa.parsers.docx.pieces import PAGE, Out
from qa.types import OmissionReason

# What is written around the number of a page: "Page 3 of 12".
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
    """Parts of headers and footers in the order of the sections, and those that no page shows."""

    headers: tuple[str, ...]
    footers: tuple[str, ...]
    unseen: tuple[str, ...]


def frames(package: Package, sections: Iterable[Element]) -> Frames:
    """Return the headers and footers of a document with these properties of sections."""
    differ = is_on(child(package.settings, "evenAndOddHeaders"))
    shown: dict[str, dict[str, None]] = {"headerReference": {}, "footerReference": {}}
    present: dict[tuple[str, str], str] = {}
    for section in sections:
        for node in section:
            if name(node) in shown:
                relation = package.relation(package.main, attribute(node, "id"))
                if relation is not None and relation.target in package.archive:
                    present[name(node), attribute(node, "type") or "default"] = relation.target
        first = is_on(child(section, "titlePg"))
        for (kind, pages), part in present.items():
            if pages == "default" or (pages == "first" and first) or (pages == "even" and differ):
                shown[kind][part] = None
    headers, footers = (tuple(parts) for parts in shown.values())
    related = [*package.related(package.main, "header"), *package.related(package.main, "footer")]
    return Frames(headers, footers, tuple(part for part in related if part not in {*headers, *footers}))


def lines(blocks: Iterable[Out], known: set[str]) -> tuple[list[Out], list[tuple[OmissionReason, str]]]:
    """Return the lines of a header that are new, and what is left out: copies and numbers of pages."""
    kept: list[Out] = []
    omitted: list[tuple[OmissionReason, str]] = []
    for block in blocks:
        text = block.text
        if block.pages:
            numbers = iter(block.pages)
            text = "\t".join(_without_pages(part, numbers, omitted) for part in block.framed.split("\t"))
            text = text.strip()
        key = " ".join(text.split()).casefold()
        if key in known:
            omitted.append(("repeated", text))
        elif any(map(str.isalnum, key)):
            known.add(key)
            kept.append(Out(text, "row" if block.kind == "row" else "paragraph", place=block.place))
    return kept, omitted


def _without_pages(part: str, numbers: Iterator[str], omitted: list[tuple[OmissionReason, str]]) -> str:
    """Return a part of a line without the numbers of pages, and what is only written around them."""

    def left_out(found: re.Match[str]) -> str:
        text = re.sub(PAGE, lambda _: next(numbers, ""), found[0])
        omitted.append(("page number", text))
        return " "

    return _NUMBERING.sub(left_out, part).strip()


def sections(root: Element) -> list[Element]:
    """Return the properties of a document's sections, but for those of former revisions."""
    # In the namespace of the root, which is quicker than in any.
    space = root.tag[: root.tag.rfind("}") + 1]
    found = list(root.iter(f"{space}sectPr"))
    former = {id(old) for each in found for change in each.iter(f"{space}sectPrChange") for old in change}
    return [section for section in found if id(section) not in former]
