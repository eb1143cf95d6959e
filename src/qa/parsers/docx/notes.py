"""Footnotes, endnotes and comments: their printed marks, and who wrote them when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, child, children, descendants, name, value, whole
from qa.parsers.docx.number_formats import formatted
from qa.parsers.docx.package import Package
from qa.parsers.docx.pieces import Aside

_FORMATS = {"footnote": "decimal", "endnote": "lowerRoman"}


@dataclass(slots=True)
class Note:
    """A note with its printed mark."""

    part: str
    element: Element
    mark: str = ""
    used: bool = False


@dataclass(slots=True)
class _Count:
    """How the notes of one kind are numbered, and how far that has come."""

    style: str
    start: int = 1
    restart: str = "continuous"
    last: int = 0


class Notes:
    """The notes of a document, numbered in the order in which the text refers to them."""

    def __init__(self, package: Package) -> None:
        self._notes: dict[tuple[str, str], Note] = {}
        self._unnumbered: list[Note] = []
        for kind in _FORMATS:
            for part in package.related(package.main, f"{kind}s"):
                for node in children(package.xml(part), kind):
                    ordinary = attribute(node, "type") in {None, "normal"}
                    if ordinary:
                        self._notes.setdefault((kind, attribute(node, "id") or ""), Note(part, node))
                    else:
                        self._unnumbered.append(Note(part, node))
        self._defaults = {kind: _rules(package.settings, kind) for kind in _FORMATS}
        self._counts = {kind: _counted(kind, rules) for kind, rules in self._defaults.items()}

    def begin_section(self, properties: Element | None) -> None:
        """Take the rules of a section that begins."""
        for kind, before in self._counts.items():
            count = _counted(kind, self._defaults[kind] | _rules(properties, kind))
            count.last = count.start - 1 if count.restart != "continuous" else before.last
            if before.last < before.start:
                count.last = count.start - 1
            self._counts[kind] = count

    def begin_page(self) -> None:
        """Begin to count again where each page does."""
        for count in self._counts.values():
            if count.restart == "eachPage":
                count.last = count.start - 1

    def referred(self, kind: str, key: str, *, own_mark: bool, counts: bool) -> Note | None:
        """Return a note that the text refers to, with its mark; None where it is there already."""
        note = self._notes.get((kind, key))
        if note is None or note.used:
            return None
        note.used = True
        if counts and not own_mark:
            count = self._counts[kind]
            count.last += 1
            note.mark = formatted(count.last, count.style)
        return note

    def unused(self) -> Iterator[Note]:
        """Yield what no text refers to: nobody sees it."""
        yield from self._unnumbered
        yield from (note for note in self._notes.values() if not note.used)


def _counted(kind: str, rules: dict[str, str]) -> _Count:
    start = whole(rules.get("numStart")) or 1
    return _Count(
        rules.get("numFmt", _FORMATS[kind]), start, rules.get("numRestart", "continuous"), start - 1
    )


def _rules(properties: Element | None, kind: str) -> dict[str, str]:
    rules = child(properties, f"{kind}Pr")
    found = {key: value(rules, key) for key in ("numFmt", "numStart", "numRestart")}
    return {key: text for key, text in found.items() if text is not None}


class Comments:
    """The comments beside the text, each with the replies to it."""

    def __init__(self, package: Package) -> None:
        self._asides: dict[str, Aside] = {}
        self._replies: dict[str, list[str]] = {}
        self._used: set[str] = set()
        threads: dict[str, str] = {}
        for part in package.related(package.main, "comments"):
            for node in children(package.xml(part), "comment"):
                key = attribute(node, "id") or ""
                self._asides.setdefault(key, Aside(part, node, place=("comment", _signature(node))))
                for paragraph in descendants(node, "p"):
                    if thread := attribute(paragraph, "paraId"):
                        threads[thread] = key
        for part in package.related(package.main, "commentsExtended"):
            for node in package.xml(part):
                reply = threads.get(attribute(node, "paraId") or "")
                parent = threads.get(attribute(node, "paraIdParent") or "")
                if name(node) == "commentEx" and reply is not None and parent is not None:
                    self._replies.setdefault(parent, []).append(reply)

    def referred(self, key: str) -> list[Aside]:
        """Return a comment that the text refers to and its replies, once."""
        found = []
        waiting = [key]
        while waiting:
            one = waiting.pop(0)
            if one in self._asides and one not in self._used:
                self._used.add(one)
                found.append(self._asides[one])
                waiting[:0] = self._replies.get(one, [])
        return found

    def unused(self) -> list[Aside]:
        """Return the comments that no text refers to."""
        return [aside for key in self._asides for aside in self.referred(key)]


def _signature(node: Element) -> str:
    author = attribute(node, "author") or attribute(node, "initials") or ""
    date = (attribute(node, "date") or "")[:10]
    return ", ".join(filter(None, (" ".join(author.split()), date)))
