"""The text of a PDF, independent of the parser, for checking that the parser loses none of it.

    python benchmarks/parsers/pdf_reference.py FOLDER

The text of each page is that of pdfium, without any treatment of order or repetition. Annotations and form
fields are read from the file's own dictionaries by pypdf, which shares no code with pdfium.
"""

from __future__ import annotations

import argparse
import io
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2 as pdfium

from qa.errors import ReadError
from qa.parsers import account
from qa.parsers.pdf import reading


def reference(data: bytes, password: str | None = None) -> str:
    """Return all text of the pages, of their annotations and of the form fields."""
    return "\n".join((*pages(data, password), *parts(data, password)))


def pages(data: bytes, password: str | None = None) -> Iterator[str]:
    """Return the text of each page."""
    document = pdfium.PdfDocument(data, password=password)
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            continue
        textpage = page.get_textpage()
        yield textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()


def parts(data: bytes, password: str | None = None) -> Iterator[str]:
    """Return the contents of annotations and the values of form fields, without those that pypdf cannot read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(password or ""):
            return
        for page in reader.pages:
            for annotation in page.get("/Annots") or ():
                yield from _annotation(annotation.get_object())


def _annotation(annotation: Any) -> Iterator[str]:
    if not isinstance(annotation, pypdf.generic.DictionaryObject):
        return
    if annotation.get("/Subtype") != "/Widget":
        yield _string(annotation.get("/Contents"))
        return
    kind, flags = _inherited(annotation, "/FT"), _inherited(annotation, "/Ff") or 0
    value = _inherited(annotation, "/V")
    if kind == "/Tx" and not int(flags) & 1 << 13:
        yield _string(value)
    elif kind == "/Ch":
        for item in value if isinstance(value, list) else [value]:
            yield _string(item)
    elif kind == "/Btn" and annotation.get("/AS", "/Off") != "/Off":
        yield str(annotation["/AS"])[1:]


def _inherited(field: Any, key: str) -> Any:
    for _ in range(20):
        if key in field:
            return field[key].get_object()
        if "/Parent" not in field:
            return None
        field = field["/Parent"].get_object()
    return None


def _string(value: Any) -> str:
    if isinstance(value, pypdf.generic.StreamObject):
        return value.get_data().decode("utf-8", "replace")
    return str(value) if isinstance(value, str) and not isinstance(value, pypdf.generic.NameObject) else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    lost = 0
    for path in sorted(parser.parse_args().folder.rglob("*.[pP][dD][fF]")):
        data = path.read_bytes()
        try:
            extract = reading.read(data)
            extracted = "\n".join(parts(data))
        except ReadError as error:
            print(f"{path.name}: not read: {error}")
            continue
        except Exception as error:
            print(f"{path.name}: no reference: {type(error).__name__}")
            continue
        absent = account.missing(extracted, extract)
        print(
            f"{path.name}: {len(account.words(extracted))} words in annotations and fields, {absent.total()} lost"
        )
        for word, times in absent.most_common(20):
            print(f"    {word} {times}")
        lost += absent.total()
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
