"""Compare two workbooks part by part, and two sheets cell by cell."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

from openpyxl.utils import column_index_from_string

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook by their names."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_parts(before: bytes, after: bytes) -> list[str]:
    """Return the names of the parts that were changed, added or removed."""
    old, new = parts(before), parts(after)
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def without_cells(xml: bytes, cells: set[str], new: set[str]) -> str:
    """Return a sheet's XML in canonical form without some cells, the width of new columns, and counts."""
    root = ElementTree.fromstring(xml)
    numbers = {str(column_index_from_string(letter)) for letter in new}
    for columns in root.findall(f"{_MAIN}cols"):
        for column in list(columns):
            if column.get("min") == column.get("max") in numbers:
                columns.remove(column)
        if not len(columns):
            root.remove(columns)
    for row in root.iter(f"{_MAIN}row"):
        row.attrib.pop("spans", None)
        for cell in list(row):
            if cell.get("r") in cells:
                row.remove(cell)
    for dimension in root.findall(f"{_MAIN}dimension"):
        root.remove(dimension)
    return ElementTree.canonicalize(ElementTree.tostring(root, encoding="unicode"))
