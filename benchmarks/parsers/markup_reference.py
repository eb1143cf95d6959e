"""Every word of HTML, MHTML, EPUB and Markdown, independent of the parsers.

`reference` is what the accounts of the parsers are checked against: all text nodes of a page by the standard
library's parser, those of every chapter of a book, and the words of a Markdown file that are no markup. As a
program it checks files and prints the missing words:

    python benchmarks/parsers/markup_reference.py FILE...
"""

from __future__ import annotations

import email
import io
import posixpath
import re
import sys
import zipfile
from email import policy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import chardet

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table"),
        *("tbody", "td", "text", "tfoot", "th", "thead", "title", "tr", "ul", "script", "style", "select"),
    )
)
_FORMATS = frozenset({"b", "i", "em", "strong", "font", "u", "small", "big", "mark", "wbr", "tt", "code"})
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MARKUP = frozenset({"application/xhtml+xml", "text/html", "image/svg+xml"})
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ZERO_WIDTH = re.compile("[\u00ad\u200b\u2060\ufeff]")


def reference(data: bytes, extension: str) -> str:
    """Return all words of a file."""
    if extension == ".epub":
        return _of_book(data)
    if extension in {".md", ".markdown"}:
        return _of_markdown(_decoded(data))
    if re.match(rb"[\w-]+:[^\n]*\n(?:[\w-]+:|[ \t])", data) and b"\nMIME-Version:" in data[:4_000]:
        message = email.message_from_bytes(data, policy=policy.default)
        pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
        return "\n".join(_of_page(str(part.get_content())) for part in pages)
    return _of_page(_decoded(data))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"):
        try:
            return data.decode(encoding)
        except ValueError:
            continue
    if declared := _CHARSET.search(data[:4_000]):
        try:
            return data.decode(declared[1].decode().lower().replace("iso-8859-1", "cp1252"), "replace")
        except LookupError:
            pass
    best = chardet.detect(data)["encoding"]
    return data.decode(best or "latin-1", "replace")


class _Texts(HTMLParser):
    """Collects all text nodes, including those of pages in attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._part(tag)
        for name, value in attrs:
            if name == "srcdoc" and value:
                self.parts.append(f"\n{_of_page(value)}\n")

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)

    def _part(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag not in _FORMATS:
            # Notes, numbers and the like are omitted from a line, or are separate on the page.
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _of_page(markup: str) -> str:
    # Self-closed elements would make the parser read the text after them as that of a script.
    markup = re.sub(r"<(script|style|title|textarea)\b([^<>]*)/>", r"<\1\2></\1>", markup)
    texts = _Texts()
    texts.feed(re.sub(r"<!\[CDATA\[|\]\]>", "", _DOCTYPE.sub("", markup, count=1)))
    texts.close()
    return _ZERO_WIDTH.sub("", "".join(texts.parts))


def _of_book(data: bytes) -> str:
    parts = []
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        container = ElementTree.fromstring(book.read("META-INF/container.xml"))
        package_name = next(
            str(element.get("full-path")) for element in container.iter() if "full-path" in element.attrib
        )
        package = ElementTree.fromstring(book.read(package_name))
        for item in package.iter():
            if item.tag.rpartition("}")[2] == "item" and item.get("media-type") in _MARKUP:
                name = posixpath.normpath(
                    posixpath.join(posixpath.dirname(package_name), unquote(item.get("href") or ""))
                )
                if name in book.namelist():
                    parts.append(_decoded(book.read(name)))
    return "\n".join(map(_of_page, parts))


def _of_markdown(text: str) -> str:
    text = re.sub(r"\]\((?:[^()\s]|\([^()\s]*\))*", "]( ", text)
    text = re.sub(r"^ {0,3}\[(?!\^)([^\]]+)\]:\s*\S+", r"\1 ", text, flags=re.MULTILINE)
    text = re.sub(r"</?(?:[a-z][a-z0-9]*)(?:\s[^<>]*=[^<>]*)?/?>", " ", text)
    return _of_page(re.sub(r"<(?![a-zA-Z/!])|<!--|-->", " ", text))


def main() -> None:
    """Check the named files."""
    from qa.parsers import account, epub, html, markdown

    readers = {".epub": epub.read, ".md": markdown.read, ".markdown": markdown.read}
    failed = False
    for path in map(Path, sys.argv[1:]):
        data = path.read_bytes()
        extension = path.suffix.lower()
        absent = account.missing(reference(data, extension), readers.get(extension, html.read)(data))
        print(f"{path.name}: {sum(absent.values())} words missing {dict(absent.most_common(12)) or ''}")
        failed = failed or bool(absent)
    sys.exit(failed)


if __name__ == "__main__":
    main()
