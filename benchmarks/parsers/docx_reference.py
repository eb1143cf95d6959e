"""Every text node of a Word file, independent of the parser: zip entries, and XML events.

It knows no styles, relations or stories. It ignores parts that are no content (styles, settings, building
blocks, copies of diagrams), and the older of two versions of a drawing.
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
    """Return the text nodes, with a space between any two."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if _PART.fullmatch(name)]
        # Not line by line: a hyphen at the end of a line would join two nodes.
        return " ".join(text for name in names for text in _texts(archive.read(name)))


def _texts(xml: bytes) -> list[str]:
    texts: list[str] = []
    caches: set[tuple[str, ...]] = set()
    older = 0
    for event, node in ElementTree.iterparse(BytesIO(xml), events=("start", "end")):
        name = node.tag.partition("}")[2] or node.tag
        if name == "Fallback":
            older += 1 if event == "start" else -1
        if event == "start" or older:
            continue
        if name in _TEXTS:
            texts.append(node.text or "")
        elif name in _DESCRIBED:
            texts += [node.get("title") or "", node.get("descr") or ""]
        elif name == "strCache":
            values = tuple(value.text or "" for value in node.iter() if value.tag.endswith("}v"))
            # Every series of a chart repeats the categories.
            texts += values if values not in caches else ()
            caches.add(values)
        elif name in _SAID:
            texts += [value for key, value in node.items() if key.rpartition("}")[2] == _SAID[name]]
        elif name == "shape" and node.get("alt"):
            texts.append(node.get("alt") or "")
    return [text for text in texts if text.strip()]
