"""Read the comments on cells, in both the old and the new format, and the input messages of cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.parsers import table
from qa.parsers.archive import Archive, local
from qa.parsers.build import TextBuilder
from qa.parsers.office import opc
from qa.parsers.office.opc import Relation, attribute, child, children
from qa.parsers.office.sheet import area


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; its label is its author, its date if it has one, and its cell."""

    column: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class _Aside:
    """A text beside a cell, with the reference to the cell as stored."""

    reference: str
    label: str
    text: str


def people(root: Element | None) -> dict[str, str]:
    """Return the names of the authors of threads, by their ids."""
    return {
        attribute(person, "id") or "": attribute(person, "displayName") or "" for person in children(root)
    }


def read_comments(
    archive: Archive,
    related: Sequence[Relation],
    sheet: str,
    prompts: Sequence[tuple[str, str]],
    names: Mapping[str, str],
    builder: TextBuilder,
) -> dict[int, list[Comment]]:
    """Return the comments of a sheet by row; copies of threads become omissions of ``builder``."""
    asides = list(_threads(archive, related, names))
    in_threads = {aside.reference for aside in asides}
    for note in _notes(opc.part_of(archive, related, "comments")):
        if note.reference in in_threads:
            # A copy of the thread for older programs.
            builder.omit("repeated", note.text)
        else:
            asides.append(note)
    asides += (_Aside(reference, "input message", prompt) for reference, prompt in prompts)
    comments: dict[int, list[Comment]] = defaultdict(list)
    for aside in asides:
        if aside.text.strip():
            row, comment = _placed(aside, sheet)
            comments[row].append(comment)
    for row_comments in comments.values():
        row_comments.sort(key=lambda comment: comment.column)
    return comments


def _threads(archive: Archive, related: Sequence[Relation], names: Mapping[str, str]) -> Iterator[_Aside]:
    """Yield the comments in the new format, each with its author and its day."""
    for relation in related:
        if relation.kind != "threadedComment" or relation.target not in archive:
            continue
        for comment in archive.xml(relation.target):
            author = names.get(attribute(comment, "personId") or "", "")
            date = (attribute(comment, "dT") or "")[:10]
            words = child(comment, "text")
            text = "" if words is None else words.text or ""
            label = ", ".join(filter(None, (author, date)))
            yield _Aside(attribute(comment, "ref") or "", label, text)


def _notes(root: Element | None) -> Iterator[_Aside]:
    """Yield the comments in the old format, each with its author."""
    authors = [author.text or "" for author in children(root, "authors")]
    for comment in children(root, "commentList"):
        text = "".join(element.text or "" for element in comment.iter() if local(element) == "t")
        at = attribute(comment, "authorId") or ""
        author = authors[int(at)] if at.isdecimal() and len(at) < 9 and int(at) < len(authors) else ""
        yield _Aside(attribute(comment, "ref") or "", author.strip(), text)


def _placed(aside: _Aside, sheet: str) -> tuple[int, Comment]:
    """Return the row of a text, 0 if its reference is invalid, and the text as a comment on its cell."""
    place = area(aside.reference.split(" ", 1)[0])
    if place is None:
        return 0, Comment(0, ", ".join(filter(None, (aside.label, sheet))), aside.text)
    where = table.address(sheet, place.top, place.left, place.left)
    return place.top, Comment(place.left, ", ".join(filter(None, (aside.label, where))), aside.text)
