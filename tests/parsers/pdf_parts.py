"""PDFs with annotations, forms and layers, written part by part so that their correct reading is known."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 595, 842
_FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def text(x: float, y: float, words: str, size: float = 11) -> str:
    """Return the operators that draw words on a page."""
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F {size} Tf {x} {y} Td ({escaped}) Tj ET\n"


def stream(content: str | bytes, dictionary: str = "") -> bytes:
    data = content.encode("cp1252") if isinstance(content, str) else content
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (dictionary.encode(), len(data), data)


def form(content: str, width: float, height: float, dictionary: str = "") -> bytes:
    """Return an appearance, or another form XObject that draws something."""
    return stream(
        content,
        f"/Type/XObject/Subtype/Form/BBox[0 0 {width} {height}]/Resources<</Font<</F 3 0 R>>>>{dictionary}",
    )


def image(width: int, height: int, ink: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Return a grey picture, white except for black rectangles (left, top, right, bottom)."""
    rows = bytearray(b"\xff" * (width * height))
    for left, top, right, bottom in ink:
        for row in range(top, bottom):
            rows[row * width + left : row * width + right] = b"\0" * (right - left)
    return stream(
        zlib.compress(bytes(rows)),
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray"
        "/BitsPerComponent 8/Filter/FlateDecode",
    )


def annotation(subtype: str, rect: tuple[float, float, float, float], entries: str) -> str:
    return f"<</Type/Annot/Subtype/{subtype}/Rect[{' '.join(map(str, rect))}]{entries}>>"


def field(
    kind: str, name: str, rect: tuple[float, float, float, float], value: str = "", entries: str = ""
) -> str:
    """Return a form field with its widget; ``value`` is written as in the file: (words) or /Name."""
    return annotation("Widget", rect, f"/FT/{kind}/T({name}){f'/V{value}' if value else ''}/F 4{entries}")


def document(
    pages: Sequence[str],
    *,
    annotations: Mapping[int, Sequence[str]] | None = None,
    others: Mapping[int, str | bytes] | None = None,
    catalog: str = "",
    resources: str = "",
    is_form: bool = False,
    rotate: int = 0,
    packed: bool = False,
) -> bytes:
    """Return a PDF with the contents of its pages; ``annotations`` are by page, from 1.

    ``others`` are more objects by number, from 500. With ``packed``, the catalog is in a compressed object
    stream.
    """
    objects: dict[int, str | bytes] = {3: _FONT, **(others or {})}
    kids, fields = [], []
    following = 10
    for number, content in enumerate(pages, 1):
        page, following = following, following + 2
        objects[page + 1] = stream(content)
        references = []
        for annotation in (annotations or {}).get(number, ()):
            objects[following] = annotation
            references.append(f"{following} 0 R")
            if "/Subtype/Widget" in annotation:
                fields.append(f"{following} 0 R")
            following += 1
        objects[page] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Rotate {rotate}"
            f"/Contents {page + 1} 0 R"
            f"/Resources<</Font<</F 3 0 R>>{resources}>>/Annots[{' '.join(references)}]>>"
        )
        kids.append(f"{page} 0 R")
    if is_form:
        catalog += f"/AcroForm<</Fields[{' '.join(fields)}]/DA(/F 0 Tf 0 g)/DR<</Font<</F 3 0 R>>>>>>"
    root = f"<</Type/Catalog/Pages 2 0 R{catalog}>>"
    objects[2] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    if not packed:
        objects[1] = root
        body = _bodies(objects)
        return b"%PDF-1.7\n" + body + b"trailer <</Root 1 0 R>>\n%%EOF\n"
    head = b"1 0 "
    objects[499] = stream(
        zlib.compress(head + root.encode()), f"/Type/ObjStm/N 1/First {len(head)}/Filter/FlateDecode"
    )
    return _with_table(objects)


def _bodies(objects: Mapping[int, str | bytes]) -> bytes:
    return b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, body.encode("cp1252") if isinstance(body, str) else body)
        for number, body in sorted(objects.items())
    )


def _with_table(objects: Mapping[int, str | bytes]) -> bytes:
    """Return the file with a cross-reference stream, as files with object streams have it."""
    out = b"%PDF-1.7\n"
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += _bodies({number: body})
    last = max(objects) + 1
    rows = b""
    for number in range(last + 1):
        if number == 1:
            rows += bytes([2]) + (499).to_bytes(4, "big") + bytes([0, 0])
        else:
            place = len(out) if number == last else places.get(number, 0)
            rows += bytes([1 if place else 0]) + place.to_bytes(4, "big") + bytes([0, 0])
    table = stream(rows, f"/Type/XRef/Size {last + 1}/W[1 4 2]/Root 1 0 R")
    return out + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, table, len(out))
