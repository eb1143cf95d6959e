"""PDFs written byte by byte, with known positions of the text on their pages."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter

WIDTH, HEIGHT = 612, 792
LEFT, TOP, LEADING = 72, 720, 14


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with these lines of 12 points on its pages; the base line of the first is at ``TOP``."""
    objects = ["", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    kids = []
    for lines in pages:
        content = "".join(
            f"BT /F1 12 Tf 1 0 0 1 {LEFT} {TOP - place * LEADING} Tm ({line}) Tj ET\n"
            for place, line in enumerate(lines)
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = "<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode("cp1252")
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    return (
        out
        + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def locked(plain: bytes, password: str) -> bytes:
    """Return a PDF that opens only with a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain)))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


LEASE = [
    ["The tenant pays the rent on the first day of each month.", "The landlord repairs the roof."],
    ["Notice of the end of the lease is given in writing,", "six months before it takes effect.",
     "The garden belongs to the house."],
    ["The deposit is returned within sixty days."],
]  # fmt: skip
