"""Read the package of an EPUB book: its parts, their order, titles and pages, and copy protection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from qa.errors import ReadError
from qa.parsers import html
from qa.parsers.archive import Archive, local, resolve

_MARKUP = re.compile(r"application/(?:xhtml\+xml|x-dtbook\+xml)|text/(?:html|x-oeb1-document)|image/svg\+xml")
_MARKUP_NAME = re.compile(r".+\.x?html?", re.IGNORECASE)
_VAGUE = frozenset({"", "text/xml", "application/xml", "text/plain", "application/octet-stream"})
_NCX = "application/x-dtbncx+xml"
_FONT_LOCKS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_LOCKS = (("META-INF/license.lcpl", "LCP"), ("META-INF/sinf.xml", "FairPlay"))


@dataclass(frozen=True)
class Item:
    """A part of a book."""

    id: str
    name: str
    media_type: str
    fallback: str = ""
    properties: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """Last component of its name."""
        return self.name.rpartition("/")[2]

    @property
    def is_markup(self) -> bool:
        """Whether it contains text to read."""
        if self.media_type in _VAGUE:
            return _MARKUP_NAME.fullmatch(self.name) is not None
        return _MARKUP.fullmatch(self.media_type) is not None

    @property
    def is_picture(self) -> bool:
        """Whether it is only an image."""
        return self.media_type.startswith("image/")

    @property
    def is_navigation(self) -> bool:
        """Whether it is the table of contents."""
        return "nav" in self.properties


@dataclass(frozen=True)
class Package:
    """The parts of a book and their roles.

    Attributes:
        title: Title of the book, if it has one.
        authors: The authors.
        publisher: The publisher; empty if it names none.
        date: The date of publication; empty if it names none.
        items: Parts by id.
        spine: Ids of the parts in reading order.
        covers: Names of the cover parts.
        titles: Titles by the name of a part.
        pages: For each part, the labels of printed pages by the id of the element where the page begins.
        navigation: Names of the parts that are tables of contents.
    """

    title: str | None
    authors: tuple[str, ...]
    publisher: str
    date: str
    items: dict[str, Item]
    spine: tuple[str, ...]
    covers: frozenset[str]
    titles: dict[str, str] = field(default_factory=dict)
    pages: dict[str, dict[str, str]] = field(default_factory=dict)
    navigation: tuple[str, ...] = ()

    @classmethod
    def of(cls, archive: Archive) -> Package:
        """Read the package of a book; raise ReadError if it is missing or locked."""
        _check_locks(archive)
        name = _package_name(archive)
        root = archive.xml(name)
        items = {item.id: item for item in _items(root, name)}
        stored = [item for item in items.values() if item.name in archive]
        spine = dict.fromkeys(element.get("idref") or "" for element in _all(root, "itemref"))
        package = cls(
            title=next((element.text for element in _all(root, "title")), None),
            authors=tuple(_texts(root, "creator")),
            publisher=next(_texts(root, "publisher"), ""),
            # Other dates are those of changes to the file.
            date=next(_texts(root, "date", ("", "publication", "original-publication")), ""),
            items=items,
            spine=tuple(spine),
            covers=frozenset(_covers(root, name)),
            navigation=tuple(item.name for item in stored if item.is_navigation),
        )
        for item in stored:
            if item.media_type == _NCX or item.is_navigation:
                package._read_navigation(archive, item)
        return package

    def unlisted(self) -> Iterator[Item]:
        """Yield the texts that the reading order does not list, although links may lead to them."""
        fallbacks = {item.fallback for item in self.items.values()}
        for item in self.items.values():
            if (
                item.is_markup
                and not item.is_picture
                and item.id not in self.spine
                and item.id not in fallbacks
                and item.name not in self.navigation
            ):
                yield item

    def is_cover(self, item: Item) -> bool:
        """Return whether a part is the cover."""
        return item.name in self.covers or "cover-image" in item.properties

    def _read_navigation(self, archive: Archive, item: Item) -> None:
        if item.media_type == _NCX:
            entries, pages = _ncx_entries(archive, item.name)
        else:
            markup = html.decode(archive.read(item.name))
            entries, pages = html.links(markup), html.links(markup, "nav[epub\\:type~=page-list] a[href]")
        page_targets = {target for target, _ in pages}
        for target, title in entries:
            if title and target not in page_targets:
                self.titles.setdefault(resolve(item.name, _path(target)), title)
        for target, label in pages:
            fragment = unquote(target.partition("#")[2])
            if label:
                part = self.pages.setdefault(resolve(item.name, _path(target)), {})
                part.setdefault(fragment, label)


def _path(target: str | None) -> str:
    return unquote((target or "").partition("#")[0])


def _covers(root: Element, package_name: str) -> Iterator[str]:
    """Yield the names of the parts that the guide calls covers."""
    for element in _all(root, "reference"):
        if element.get("type") == "cover":
            yield resolve(package_name, _path(element.get("href")))


def _items(root: Element, package_name: str) -> Iterator[Item]:
    for element in _all(root, "item"):
        yield Item(
            id=element.get("id") or "",
            name=resolve(package_name, _path(element.get("href"))),
            media_type=(element.get("media-type") or "").partition(";")[0].strip().lower(),
            fallback=element.get("fallback") or "",
            properties=tuple((element.get("properties") or "").split()),
        )


def _ncx_entries(archive: Archive, name: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the entries of the older format of contents, and its pages; nothing if it is damaged.

    A book is readable without them.
    """
    try:
        tree = archive.xml(name)
    except ReadError:
        return [], []
    return list(_targets(tree, "navPoint")), list(_targets(tree, "pageTarget"))


def _targets(tree: Element, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the target and the words of each entry of a kind; its value replaces missing words."""
    for point in _all(tree, kind):
        content, label = _child(point, "content"), _child(point, "navLabel")
        value = point.get("value") or ""
        if content is not None and (label is not None or value):
            words = _words(label) if label is not None else ""
            yield content.get("src") or "", words or value


def _child(element: Element, name: str) -> Element | None:
    """Return the first child of a name."""
    return next((child for child in element if local(child) == name), None)


def _words(element: Element) -> str:
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def _package_name(archive: Archive) -> str:
    if "META-INF/container.xml" in archive:
        for root in _all(archive.xml("META-INF/container.xml"), "rootfile"):
            name = resolve("", unquote(root.get("full-path") or ""))
            if name in archive:
                return name
    raise ReadError("epub-no-contents")


def _check_locks(archive: Archive) -> None:
    for name, system in _LOCKS:
        if name in archive:
            raise ReadError("epub-protected-by", system=system)
    if "META-INF/encryption.xml" not in archive:
        return
    if "META-INF/rights.xml" in archive or _locks_content(archive):
        raise ReadError("epub-protected")


def _locks_content(archive: Archive) -> bool:
    """Return whether more than fonts is encrypted."""
    try:
        tree = archive.xml("META-INF/encryption.xml")
    except ReadError:
        return False
    for entry in _all(tree, "EncryptedData"):
        methods = [element.get("Algorithm") for element in entry if local(element) == "EncryptionMethod"]
        if not _FONT_LOCKS.issuperset(methods):
            return True
    return False


def _texts(tree: Element, name: str, events: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the texts of elements, only those of some events if these are not empty."""
    for element in _all(tree, name):
        event = next((value for key, value in element.items() if key.rpartition("}")[2] == "event"), "")
        if element.text and (not events or event in events):
            yield element.text


def _all(tree: Element, name: str) -> Iterator[Element]:
    return (element for element in tree.iter() if local(element) == name)
