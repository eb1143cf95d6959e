"""Read EPUB books: their chapters in reading order, each under its title, with the printed pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.parsers import html, origin
from qa.parsers.archive import Archive
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.epub_package import Item, Package

_LONGEST_CHAIN = 10


def read(data: bytes) -> Extract:
    """Return the text of a book; raise ReadError if it is copy-protected or damaged."""
    with Archive(data) as archive:
        package = Package.of(archive)
        book = _Book(archive, package)
        builder = TextBuilder()
        for reference in package.spine:
            book.add(reference, builder)
        for item in package.unlisted():
            book.add(item.id, builder)
        for name in package.navigation:
            if name not in book.read:
                builder.omit("metadata", book.words(name))
        origin.add(builder, package.authors, package.publisher, package.date)
        return builder.extract(package.title)


@dataclass
class _Book:
    """A book that is being read, chapter by chapter."""

    archive: Archive
    package: Package
    read: set[str] = field(default_factory=set)

    def add(self, reference: str, builder: TextBuilder) -> None:
        """Add the content of an entry of the reading order, or record that it cannot be read."""
        item = self.package.items.get(reference)
        if item is None:
            builder.omit("missing", name=reference)
            return
        chain = list(self._fallbacks(item))
        readable = next(
            (candidate for candidate in chain if candidate.is_markup and candidate.name in self.archive), None
        )
        if readable is not None:
            # A real book shows a chapter once; thousands of repetitions are a bomb.
            if readable.name not in self.read:
                self.read.add(readable.name)
                self._chapter(readable, builder)
        elif item.name not in self.archive:
            builder.omit("missing", name=item.name)
        elif item.is_picture:
            self._picture(item, item.file_name, builder)
        else:
            builder.omit("attachment", name=item.file_name)

    def _fallbacks(self, item: Item) -> Iterator[Item]:
        """Yield an item, its fallback, the fallback of that, and so on."""
        for _ in range(_LONGEST_CHAIN):
            yield item
            following = self.package.items.get(item.fallback)
            if following is None:
                return
            item = following

    def _chapter(self, item: Item, builder: TextBuilder) -> None:
        options = html.Options(content=True, is_book=True, pages=self.package.pages.get(item.name, {}))
        chapter, pictures = html.read_part(html.decode(self.archive.read(item.name)), options)
        title = self.package.titles.get(item.name)
        if label := options.pages.get(""):
            builder.begin_page(label)
        if title and chapter.blocks and not any(block.kind == "heading" for block in chapter.blocks):
            builder.add(title, "heading", 1)
        builder.add_all(chapter)
        if not chapter.blocks:
            for name in pictures:
                self._picture(item, name, builder)

    def _picture(self, item: Item, name: str, builder: TextBuilder) -> None:
        # The cover shows the title, which the document has already.
        if "cover" not in f"{item.id} {item.file_name} {name}".lower() and not self.package.is_cover(item):
            builder.omit("picture", name=name)

    def words(self, name: str) -> str:
        """Return all words of a part that is not shown as a chapter."""
        part, _ = html.read_part(html.decode(self.archive.read(name)), html.Options(content=True))
        extract = part.extract(None)
        return "\n".join((extract.text, *(omission.text for omission in extract.omissions)))
