"""Where the words of an earlier quote are in a document now, as a message."""

from __future__ import annotations

from functools import cached_property

from qa.check.claims import Cited, Claims
from qa.check.relocate import Finder, Outcome, Place, shown_difference
from qa.check.source_text import SourceText
from qa.messages import Message
from qa.types import Document

_EDGE = 3
"""Characters at each edge of a quote that may be marks around its words."""


class Source:
    """A document, compared with quotes of an answers file in the form in which its format shows texts."""

    def __init__(self, document: Document, claims: Claims) -> None:
        self.document = document
        self._claims = claims

    @cached_property
    def text(self) -> SourceText:
        """The text with its line ends."""
        return SourceText.of(self.document)

    def has(self, cited: Cited, quote: str) -> bool:
        """Return whether a quote is at its place."""
        text = self.text.slice(cited.start, cited.end)
        return bool(text) and self._claims.shows(text or "", quote)

    def surrounds(self, cited: Cited, passage: str) -> bool:
        """Return whether a passage, as the file shows it, is the text around a place."""
        first = max(0, cited.start - len(passage))
        text = self._shown(first, cited.end + len(passage))
        at = text.find(passage)
        while at >= 0:
            if first + at <= cited.start and cited.end <= first + at + len(passage):
                return True
            at = text.find(passage, at + 1)
        return False

    def now(self, cited: Cited, quote: str) -> tuple[Outcome | None, Message]:
        """Return where a quote is now, and the message; None if it is at its place."""
        if self.has(cited, quote):
            return None, Message("check-now-in-place")
        place = self._find(cited, quote)
        if place.outcome == "gone":
            return "gone", Message("check-now-gone")
        at = {"start": place.start, "end": place.end, "place": self._where(place.start)}
        if place.outcome == "moved":
            return "moved", Message.of("check-now-moved", **at)
        difference = shown_difference(quote, self._shown(place.start, place.end))
        if not difference:
            return "changed", Message.of("check-now-respaced", **at)
        return "changed", Message.of("check-now-changed", **at, difference=difference)

    def misquoted(self, cited: Cited, quote: str) -> Message:
        """Return how a quote differs from a document that has not changed."""
        at = {"name": cited.doc_id, "start": cited.start, "end": cited.end}
        place = self._find(cited, quote)
        if place.outcome == "gone":
            return Message.of("check-quote-differs", **at)
        span = {"first": place.start, "last": place.end}
        if place.outcome == "moved":
            return Message.of("check-quote-elsewhere", **at, **span)
        difference = shown_difference(self._shown(place.start, place.end), quote)
        if not difference:
            return Message.of("check-quote-respaced", **at, **span)
        return Message.of("check-quote-altered", **at, **span, difference=difference)

    def _find(self, cited: Cited, quote: str) -> Place:
        """Return where a quote is now; its reading form in the file is the same quote."""
        place = self._finder.find(quote, cited.start, cited.prefix, cited.suffix)
        if place.outcome != "changed" or not self._claims.is_for_reading:
            return place
        # Words are found without the quotation marks and dashes at their edges.
        for start in range(place.start, max(-1, place.start - _EDGE), -1):
            for end in range(place.end, place.end + _EDGE):
                if self._claims.shows(self.document.text[start:end], quote):
                    return Place("moved", start, end)
        return place

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._claims.shown(self.document.text))

    def _shown(self, start: int, end: int) -> str:
        return self._claims.shown(self.document.text[start:end])

    def _where(self, start: int) -> str:
        return self.text.where(start)[1].removeprefix(", ")
