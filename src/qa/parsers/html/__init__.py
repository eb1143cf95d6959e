"""Read HTML: the words that a visitor of the page sees, block by block, and an account of the others."""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qa.parsers import encoding, mime, origin
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.html.markup import decode, decode_with_doubts, parse
from qa.parsers.html.page import Options, Page
from qa.parsers.html.walk import Walk

__all__ = ["Options", "decode", "links", "read", "read_part"]

_SPACE = re.compile("[ \t\n\r\f]+")
_SHADOW = re.compile(r"<template\b[^<>]*\bshadowroot", re.IGNORECASE)
_DATES = (
    "citation_publication_date", "citation_date", "article:published_time", "dc.date",
    "dcterms.issued", "date",
)  # fmt: skip
_LITTLE = 500
"""Characters of text below which a page probably shows little without its scripts."""


def read(data: bytes) -> Extract:
    """Return the content of a page and its title; the page may be saved with its parts as MHTML."""
    saved = mime.saved_page(data)
    if saved is not None:
        return _read_saved(saved)
    markup, doubts = decode_with_doubts(data, None)
    tree = parse(markup)
    builder, _ = _read(tree, markup, Options(), Page(tree).content())
    _add_origin(builder, tree)
    return builder.extract(_title(tree), warnings=doubts)


def _read_saved(saved: mime.SavedPage) -> Extract:
    """Return the content of a page that was saved with its parts in one file."""
    markup, doubts = decode_with_doubts(saved.page, saved.charset)
    tree = parse(markup)
    options = Options(parts={name: decode(part) for name, part in saved.parts.items()}, is_saved=True)
    builder, walk = _read(tree, markup, options, Page(tree).content())
    # Frames that nothing on the page shows are content too.
    for part in dict.fromkeys(options.parts.values()):
        if part not in walk.shown:
            builder.add_all(read_part(part, options)[0])
    for text, charset in saved.texts:
        words, more_doubts = encoding.decode_with_doubts(text, charset)
        doubts = (*doubts, *more_doubts)
        _add_plain(builder, words)
    _add_origin(builder, tree)
    title = _title(tree)
    if saved.subject and title:
        builder.omit("metadata", saved.subject)
    return builder.extract(title or saved.subject, warnings=doubts)


def _add_plain(builder: TextBuilder, words: str) -> None:
    """Append a plain text, unless the page contains the same words, as in a mail saved as a page."""
    if " ".join(words.split()) in " ".join(builder.text.split()):
        builder.omit("repeated", words)
        return
    for paragraph in re.split(r"\n\s*\n", words):
        builder.add(paragraph)


def _title(tree: LexborHTMLParser) -> str | None:
    """Return the title of a page, None if it has none."""
    title = tree.css_first("head > title")
    return _SPACE.sub(" ", title.text()).strip() if title else None


def _add_origin(builder: TextBuilder, tree: LexborHTMLParser) -> None:
    """Record the author, publisher and date that a page names in its head."""
    values: dict[str, list[str]] = {}
    for node in tree.css("head > meta"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        values.setdefault(name, []).append(node.attributes.get("content") or "")

    def first(*names: str) -> list[str]:
        return next((values[name] for name in names if any(values.get(name, ()))), [""])

    origin.add(
        builder,
        first("citation_author", "author", "dc.creator", "dcterms.creator"),
        first("citation_publisher", "dc.publisher", "dcterms.publisher", "publisher")[0],
        first(*_DATES)[0],
    )


def read_part(markup: str, options: Options) -> tuple[TextBuilder, list[str]]:
    """Return the blocks of a piece of HTML or XHTML, and the names of its pictures."""
    builder, walk = _read(parse(markup), markup, options, None)
    return builder, walk.pictures


def links(markup: str, selector: str = "a[href]") -> list[tuple[str, str]]:
    """Return the target and the words of all links, or of those that match a CSS selector."""
    return [
        (node.attributes.get("href") or "", _SPACE.sub(" ", node.text()).strip())
        for node in parse(markup).css(selector)
    ]


def _read(
    tree: LexborHTMLParser, markup: str, options: Options, content: LexborNode | None
) -> tuple[TextBuilder, Walk]:
    has_shadows = _SHADOW.search(markup) is not None

    def walk(options: Options) -> tuple[TextBuilder, Walk]:
        builder = TextBuilder()
        walk = Walk(Page(tree), builder, options, has_shadows=has_shadows)
        if (root := tree.body or tree.css_first("frameset")) is not None:
            walk.run(root, head=tree.head, content=content)
        for address in walk.missing:
            builder.omit("missing", name=address)
        return builder, walk

    builder, first_walk = walk(options)
    limit = 0.2 * builder.length if builder.length < _LITTLE else builder.length
    if first_walk.noscript > limit:
        return walk(replace(options, noscript=True))
    return builder, first_walk
