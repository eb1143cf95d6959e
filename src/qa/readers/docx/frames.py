"""The headers and footers of the pages: which are shown, and each line of them once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.readers.docx.nodes import attribute, child, is_on, name
from qa.readers.docx.package import Package
from qa.readers.docx.pieces import Out
from qa.types import OmissionReason

_WORD = re.compile(r"[^\W\d_]+")
# "Page 3 of 12" has two words beside its numbers.
_MOST_PAGE_WORDS = 2


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
            text = "\t".join(_without_page(part, omitted) for part in text.split("\t")).strip()
        key = " ".join(text.split()).casefold()
        if key in known:
            omitted.append(("repeated", text))
        elif key:
            known.add(key)
            kept.append(Out(text, "row" if block.kind == "row" else "paragraph", place=block.place))
    return kept, omitted


def _without_page(part: str, omitted: list[tuple[OmissionReason, str]]) -> str:
    """Return a part of a line, or nothing where it only numbers the page."""
    if any(map(str.isdigit, part)) and len(_WORD.findall(part)) <= _MOST_PAGE_WORDS:
        omitted.append(("page number", part))
        return ""
    return part


def sections(root: Element) -> list[Element]:
    """Return the properties of a document's sections, but for those of former revisions."""
    # In the namespace of the root, which is quicker than in any.
    space = root.tag[: root.tag.rfind("}") + 1]
    found = list(root.iter(f"{space}sectPr"))
    former = {id(old) for each in found for change in each.iter(f"{space}sectPrChange") for old in change}
    return [section for section in found if id(section) not in former]
