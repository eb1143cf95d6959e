"""Read footnotes, endnotes and comments with their printed marks, authors and dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, child, children, descendants, parse_integer, value
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
    """The numbering of one kind of notes, and its last number."""

    style: str
    start: int = 1
    restart: str = "continuous"
    last: int = 0


class Notes:
    """The notes of a document, numbered in the order of their references in the text."""

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
        self._counts = {kind: _new_count(kind, rules) for kind, rules in self._defaults.items()}

    def begin_section(self, properties: Element | None) -> None:
        """Apply the numbering rules of a section that begins."""
        for kind, previous in self._counts.items():
            count = _new_count(kind, self._defaults[kind] | _rules(properties, kind))
            count.last = count.start - 1 if count.restart != "continuous" else previous.last
            if previous.last < previous.start:
                count.last = count.start - 1
            self._counts[kind] = count

    def begin_page(self) -> None:
        """Restart the numbering that begins on every page."""
        for count in self._counts.values():
            if count.restart == "eachPage":
                count.last = count.start - 1

    def refer(self, kind: str, key: str, *, own_mark: bool, counts: bool) -> Note | None:
        """Return the note of a reference with its mark; None if it is missing or already used."""
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
        """Yield the notes without a reference, which nobody sees."""
        yield from self._unnumbered
        yield from (note for note in self._notes.values() if not note.used)


def _new_count(kind: str, rules: dict[str, str]) -> _Count:
    start = parse_integer(rules.get("numStart")) or 1
    return _Count(
        rules.get("numFmt", _FORMATS[kind]), start, rules.get("numRestart", "continuous"), start - 1
    )


def _rules(properties: Element | None, kind: str) -> dict[str, str]:
    rules = child(properties, f"{kind}Pr")
    texts = {key: value(rules, key) for key in ("numFmt", "numStart", "numRestart")}
    return {key: text for key, text in texts.items() if text is not None}


class Comments:
    """The comments beside the text, each with its replies."""

    def __init__(self, package: Package) -> None:
        self._asides: dict[str, Aside] = {}
        self._replies: dict[str, list[str]] = {}
        self._used: set[str] = set()
        # The comment of each thread.
        threads: dict[str, str] = {}
        for part in package.related(package.main, "comments"):
            self._read_comments(package, part, threads)
        for part in package.related(package.main, "commentsExtended"):
            self._read_replies(package, part, threads)

    def _read_comments(self, package: Package, part: str, threads: dict[str, str]) -> None:
        """Read the comments of a part, and add their ids to ``threads``."""
        for node in children(package.xml(part), "comment"):
            key = attribute(node, "id") or ""
            self._asides.setdefault(key, Aside(part, node, place=("comment", _signature(node))))
            for paragraph in descendants(node, "p"):
                if thread := attribute(paragraph, "paraId"):
                    threads[thread] = key

    def _read_replies(self, package: Package, part: str, threads: dict[str, str]) -> None:
        """Read which comments reply to others."""
        for node in children(package.xml(part), "commentEx"):
            reply = threads.get(attribute(node, "paraId") or "")
            parent = threads.get(attribute(node, "paraIdParent") or "")
            if reply is not None and parent is not None:
                self._replies.setdefault(parent, []).append(reply)

    def refer(self, key: str) -> list[Aside]:
        """Return the comment of a reference with its replies, once."""
        asides = []
        waiting = [key]
        while waiting:
            next_key = waiting.pop(0)
            if next_key in self._asides and next_key not in self._used:
                self._used.add(next_key)
                asides.append(self._asides[next_key])
                waiting[:0] = self._replies.get(next_key, [])
        return asides

    def unused(self) -> list[Aside]:
        """Return the comments without a reference."""
        return [aside for key in self._asides for aside in self.refer(key)]


def _signature(node: Element) -> str:
    author = attribute(node, "author") or attribute(node, "initials") or ""
    date = (attribute(node, "date") or "")[:10]
    return ", ".join(filter(None, (" ".join(author.split()), date)))
