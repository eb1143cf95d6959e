"""EPUB books: their chapters in reading order, each under its title."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from qa.errors import ReadError
from qa.readers import html
from qa.readers.archive import Archive, local, resolve
from qa.readers.build import Extract, TextBuilder

_MARKUP = frozenset(
    {"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"}
)
_NCX = "application/x-dtbncx+xml"


def read(data: bytes) -> Extract:
    """The text of a book; raises ReadError where it is copy-protected or damaged."""
    with Archive(data) as archive:
        package_name = _package_name(archive)
        package = archive.xml(package_name)
        manifest = {item.get("id"): item for item in _all(package, "item")}
        titles = _chapter_titles(archive, package_name, package)
        builder = TextBuilder()
        warnings = []
        # A chapter stands once in the reading order; a book that repeats it thousands of times is a bomb.
        for chapter in dict.fromkeys(reference.get("idref") for reference in _all(package, "itemref")):
            item = manifest.get(chapter)
            if item is None or item.get("media-type") not in _MARKUP or "nav" in _properties(item):
                continue
            name = resolve(package_name, unquote(item.get("href") or ""))
            if name not in archive:
                warnings.append(f"The chapter {name} is missing from the book.")
                continue
            _chapter(html.decode(archive.read(name)), titles.get(name), builder)
        title = next((element.text for element in _all(package, "title")), None)
        return builder.extract(title, warnings=tuple(warnings))


def _chapter(markup: str, title: str | None, builder: TextBuilder) -> None:
    chapter, _ = html.read_part(markup, html.Options(content=True, is_book=True))
    if title and chapter.blocks and not any(block.kind == "heading" for block in chapter.blocks):
        builder.add(title, "heading", 1)
    builder.add_all(chapter)


def _chapter_titles(archive: Archive, package_name: str, package: Element) -> dict[str, str]:
    """For each file of the book the first title that its table of contents gives it."""
    titles: dict[str, str] = {}
    for item in _all(package, "item"):
        name = resolve(package_name, unquote(item.get("href") or ""))
        if name not in archive:
            continue
        if item.get("media-type") == _NCX:
            entries = _ncx_entries(archive, name)
        elif "nav" in _properties(item):
            entries = html.links(html.decode(archive.read(name)))
        else:
            continue
        for target, title in entries:
            if title:
                titles.setdefault(resolve(name, unquote(target.partition("#")[0])), title)
    return titles


def _ncx_entries(archive: Archive, name: str) -> list[tuple[str, str]]:
    """The entries of the older kind of contents; none where it is damaged, for a book can do without."""
    try:
        tree = archive.xml(name)
    except ReadError:
        return []
    entries = []
    for point in _all(tree, "navPoint"):
        content = next((child for child in point if local(child) == "content"), None)
        label = next((child for child in point if local(child) == "navLabel"), None)
        if content is not None and label is not None:
            entries.append((content.get("src") or "", _words(label)))
    return entries


def _words(element: Element) -> str:
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def _package_name(archive: Archive) -> str:
    if "META-INF/encryption.xml" in archive and "META-INF/rights.xml" in archive:
        raise ReadError("it is copy-protected (DRM); give a copy without protection.")
    if "META-INF/container.xml" in archive:
        for root in _all(archive.xml("META-INF/container.xml"), "rootfile"):
            name = resolve("", unquote(root.get("full-path") or ""))
            if name in archive:
                return name
    raise ReadError("it names no table of its contents, so it is no EPUB book; download it again.")


def _properties(item: Element) -> list[str]:
    return (item.get("properties") or "").split()


def _all(tree: Element, name: str) -> Iterator[Element]:
    return (element for element in tree.iter() if local(element) == name)
