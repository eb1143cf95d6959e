"""Every text node of a Word file, by other means than the reader's: zip entries, and events of the parser.

It knows nothing of styles, relations or stories. What a part that is no content says (styles, settings,
building blocks, copies of diagrams) is not asked for, and of two versions of one drawing only the newer.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

_PART = re.compile(
    r"word/(?:document\d*|footnotes|endnotes|comments|header\d*|footer\d*|charts/chart(?:Ex)?\d+|diagrams/data\d*)\.xml"
)
_TEXTS = {"t", "delText"}
_DESCRIBED = {"docPr", "cNvPr"}
_SAID = {"tblCaption": "val", "tblDescription": "val", "textpath": "string"}


def reference(data: bytes) -> str:
    """Return the text nodes, with a blank between any two."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if _PART.fullmatch(name)]
        # Not line by line: a hyphen at the end of a line would join what are two nodes.
        return " ".join(text for name in names for text in _texts(archive.read(name)))


def _texts(xml: bytes) -> list[str]:
    found: list[str] = []
    caches: set[tuple[str, ...]] = set()
    older = 0
    for event, node in ElementTree.iterparse(BytesIO(xml), events=("start", "end")):
        name = node.tag.partition("}")[2] or node.tag
        if name == "Fallback":
            older += 1 if event == "start" else -1
        if event == "start" or older:
            continue
        if name in _TEXTS:
            found.append(node.text or "")
        elif name in _DESCRIBED:
            found += [node.get("title") or "", node.get("descr") or ""]
        elif name == "strCache":
            values = tuple(value.text or "" for value in node.iter() if value.tag.endswith("}v"))
            # Every series of a chart repeats the categories.
            found += values if values not in caches else ()
            caches.add(values)
        elif name in _SAID:
            found += [value for key, value in node.items() if key.rpartition("}")[2] == _SAID[name]]
        elif name == "shape" and node.get("alt"):
            found.append(node.get("alt") or "")
    return [text for text in found if text.strip()]
