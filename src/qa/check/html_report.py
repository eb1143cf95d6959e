"""Read the parts of a report in HTML, the reverse of `qa.render.html`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from qa.check.report_parts import CUT, HEADING, PARAGRAPH, PASSAGE, QUOTE, Part, PartKind
from qa.errors import QaError, UsageError
from qa.messages import Message

_BLOCKS: dict[str, PartKind] = {"h2": HEADING, "blockquote": QUOTE, "p": PARAGRAPH}
_UNSEEN = frozenset({"style", "script", "title", "template"})
_WAITING = 1 << 22
"""Characters without an end of markup above which a file is no report."""


def parts(pieces: Iterable[str], path: Path) -> Iterator[Part]:
    """Yield the headings, quotes, contexts and paragraphs.

    Args:
        pieces: The markup, piece by piece.
        path: The file, for errors.

    Raises:
        QaError: The markup is damaged.
        UsageError: It is a table of documents, whose cells have no offsets beside them.
    """
    reader = _Reader()
    for piece in pieces:
        reader.feed(piece)
        if len(reader.rawdata) > _WAITING:
            raise QaError("answers-damaged", path=path, cause=Message("check-unended"))
        if reader.has_cells:
            raise UsageError("answers-by-document", path=path)
        yield from reader.new_parts()
    reader.close()
    yield from reader.new_parts()
    if not reader.is_complete:
        yield Part(CUT, "")


class _Reader(HTMLParser):
    """Collects the parts; text that a browser does not show is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.is_complete = self.has_cells = False
        self._parts: list[Part] = []
        self._block: str | None = None
        self._text: list[str] = []
        self._unseen: list[str] = []
        self._details: list[bool] = []

    def new_parts(self) -> list[Part]:
        """Return the parts so far, each once."""
        parts, self._parts = self._parts, []
        return parts

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if self._unseen:
            self._unseen += [tag] * (tag == self._unseen[0])
        elif tag in _UNSEEN or (("hidden" in named or "display:none" in _style(named)) and tag != "br"):
            self._unseen = [tag]
        elif tag == "td":
            self.has_cells = True
        elif tag == "details":
            self._details.append(named.get("class") == "context")
        elif tag in _BLOCKS:
            self._end()
            self._block = tag
        elif tag == "br":
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
        elif tag == "html":
            self.is_complete = True
        elif tag == "details" and self._details:
            self._details.pop()
        elif tag == self._block:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._block is not None and not self._unseen:
            self._text.append(data)

    def _end(self) -> None:
        if self._block is not None:
            kind = PASSAGE if self._block == "p" and any(self._details) else _BLOCKS[self._block]
            self._parts.append(Part(kind, "".join(self._text)))
        self._block, self._text = None, []


def _style(attributes: dict[str, str | None]) -> str:
    return (attributes.get("style") or "").replace(" ", "").lower()
