"""Large XML parts of workbooks read event by event: a tree of a million cells would fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from qa.errors import ReadError

Attributes = dict[str, str]


def parse(
    data: bytes,
    name: str,
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    words: Callable[[str], None],
) -> None:
    """Call back for each element, by its name without a prefix, and for the words between.

    Raises ReadError where the part is damaged, or declares entities, which no honest file does.
    """

    def doctype(root: str, system_id: str | None, public_id: str | None, internal_subset: int) -> None:
        raise ReadError("xml-entities")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = lambda tag, attributes: begin(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = words
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ReadError("xml-damaged", part=name[:100]) from error


def attribute(attributes: Attributes, name: str) -> str | None:
    """Return an attribute by its name without a prefix."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), None)
