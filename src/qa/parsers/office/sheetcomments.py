"""Read the comments on cells, in both the old and the new format, and the input messages of cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    comments: dict[int, list[Comment]] = defaultdict(list)

    def note(reference: str, author: str, text: str) -> None:
        place = area(reference.split(" ", 1)[0])
        row, column = (place.top, place.left) if place is not None else (0, 0)
        where = table.address(sheet, row, column, column) if place is not None else sheet
        if text.strip():
            comments[row].append(Comment(column, ", ".join(filter(None, (author, where))), text))

    threads: set[str] = set()
    for relation in related:
        if relation.kind == "threadedComment" and relation.target in archive:
            for comment in archive.xml(relation.target):
                reference = attribute(comment, "ref") or ""
                threads.add(reference)
                author = names.get(attribute(comment, "personId") or "", "")
                date = (attribute(comment, "dT") or "")[:10]
                words = child(comment, "text")
                text = "" if words is None else words.text or ""
                note(reference, ", ".join(filter(None, (author, date))), text)
    notes = opc.part_of(archive, related, "comments")
    authors = [author.text or "" for author in children(notes, "authors")]
    for comment in children(notes, "commentList"):
        reference = attribute(comment, "ref") or ""
        text = "".join(
            text_element.text or "" for text_element in comment.iter() if local(text_element) == "t"
        )
        if reference in threads:
            # A copy of the thread for older programs.
            builder.omit("repeated", text)
            continue
        at = attribute(comment, "authorId") or ""
        author = authors[int(at)] if at.isdecimal() and len(at) < 9 and int(at) < len(authors) else ""
        note(reference, author.strip(), text)
    for reference, prompt in prompts:
        note(reference, "input message", prompt)
    for row in comments.values():
        row.sort(key=lambda comment: comment.column)
    return comments
