"""Content of PDF pages that is invisible or no text: layers, scans, labels, covers, attached files."""

from __future__ import annotations

import shutil
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pdf_parts import HEIGHT, WIDTH, annotation, document, field, form, image, stream, text
from sample_files import read_one

from qa.errors import ReadError
from qa.parsers.pdf import boxes
from qa.parsers.sandbox import end_children
from qa.types import Document, Omission

_OCR = "recognise its text with --ocr (needs tesseract; Debian: apt install tesseract-ocr)"


def _read(data: bytes) -> Document:
    return read_one(data, "a.pdf")


# -- layers -----------------------------------------------------------------------------------------

_LAYERED = text(72, 720, "The fee is 6,500.") + "/OC /L BDC " + text(72, 700, "The fee is 4,000.") + "EMC"
_OFF = "/OCProperties<</OCGs[500 0 R 501 0 R]/D<<{}>>>>"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("configuration", "layer"),
    [
        ("/OFF[500 0 R]", "500 0 R"),
        ("/BaseState/OFF/ON[501 0 R]", "500 0 R"),
        ("/OFF[500 0 R]", "<</Type/OCMD/OCGs[500 0 R 501 0 R]/P/AllOn>>"),
        ("", "<</Type/OCMD/VE[/Not 501 0 R]>>"),
        ("/AS[<</Event/View/Category[/View]/OCGs[502 0 R]>>]", "502 0 R"),
    ],
)
def test_the_text_of_a_hidden_layer_is_omitted(packed: bool, configuration: str, layer: str) -> None:
    data = document(
        [_LAYERED],
        others={
            500: "<</Type/OCG/Name(Old version)>>",
            501: "<</Type/OCG/Name(Old version)>>",
            502: "<</Type/OCG/Name(N)/Usage<</View<</ViewState/OFF>>>>>>",
        },
        catalog=_OFF.format(configuration),
        resources=f"/Properties<</L {layer}>>",
        packed=packed,
    )
    read = _read(data)
    assert read.text == "The fee is 6,500."
    assert read.omissions == (Omission("hidden", "The fee is 4,000.", 1),)
    (box,) = boxes(data, 11, 16)
    assert box.top < HEIGHT - 720 < box.bottom


def test_a_visible_layer_is_read_even_with_white_or_invisible_text() -> None:
    layered = _LAYERED.replace("BDC BT", "BDC BT 1 1 1 rg 3 Tr")
    data = document(
        [layered],
        others={500: "<</Type/OCG/Name(A)>>", 501: "<</Type/OCG/Name(A)>>"},
        catalog=_OFF.format("/OFF[501 0 R]"),
        resources="/Properties<</L 500 0 R>>",
    )
    assert _read(data).text.split("\n") == ["The fee is 6,500.", "The fee is 4,000."]


@pytest.mark.parametrize("rotate", [0, 90])
def test_forms_and_marked_content_of_a_layer(rotate: int) -> None:
    properties = "/Properties<</L 500 0 R>>"
    inner = text(72, 640, "Inner, on.") + "/OC /L BDC " + text(72, 620, "Inner, off.") + "EMC"
    data = document(
        [text(72, 720, "Printed.") + "q /X Do Q q /Y Do Q /OC /L BDC q /Y Do Q EMC"],
        others={
            500: "<</Type/OCG/Name(A)>>",
            501: "<</Type/OCG/Name(B)>>",
            600: form(text(72, 680, "Whole, off."), WIDTH, HEIGHT, "/OC 500 0 R"),
            601: stream(
                inner,
                f"/Type/XObject/Subtype/Form/BBox[0 0 {WIDTH} {HEIGHT}]"
                f"/Resources<</Font<</F 3 0 R>>{properties}>>",
            ),
        },
        catalog=_OFF.format("/OFF[500 0 R]"),
        resources=f"{properties}/XObject<</X 600 0 R/Y 601 0 R>>",
        rotate=rotate,
    )
    read = _read(data)
    assert sorted(read.text.split("\n\n")) == ["Inner, on.", "Printed."]
    (omission,) = read.omissions
    # The second form is drawn twice, once inside the page's part of the layer, so all of it is hidden.
    off = [part.strip() for part in omission.text.replace("\r\n", ". ").split(".") if part.strip()]
    assert sorted(off) == ["Inner, off", "Inner, off", "Inner, on", "Whole, off"]


# -- scans and pictures -----------------------------------------------------------------------------

_INK = [(60 + 14 * x, 80 + 24 * y, 69 + 14 * x, 92 + 24 * y) for x in range(50) for y in range(30)]
_WHOLE = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /I Do Q "
_STAMP = text(72, 822, "FILED 12 March 2020")


def _pictured(*pages: str, ink: bool = True) -> bytes:
    inside = form(_WHOLE, WIDTH, HEIGHT).replace(b"/Font<<", b"/XObject<</I 520 0 R>>/Font<<")
    return document(
        pages,
        others={520: image(850, 1100, _INK if ink else ()), 521: inside},
        resources="/XObject<</I 520 0 R/J 521 0 R>>",
    )


@pytest.mark.parametrize("content", [_WHOLE + _STAMP, f"q /J Do Q {_STAMP}", "".join(
    f"q {WIDTH} 0 0 100 0 {y} cm /I Do Q " for y in range(0, HEIGHT, 100)) + _STAMP])  # fmt: skip
def test_a_scan_with_a_stamp_is_a_scan(content: str) -> None:
    read = _read(_pictured(text(72, 700, "Printed page."), content, content.replace("FILED", "Seen")))
    assert read.text == "Printed page.\n\nFILED 12 March 2020\n\nSeen 12 March 2020"
    assert tuple(map(str, read.warnings)) == (f"Only an image, without text: pages 2–3; {_OCR}.",)


@pytest.mark.parametrize(
    "content",
    [
        _WHOLE + text(72, 700, "Recognised words.").replace("BT", "BT 3 Tr"),
        text(72, 700, "Recognised words.") + _WHOLE,
        "q 100 0 0 100 40 40 cm /I Do Q " + text(72, 700, "Recognised words."),
    ],
)
def test_recognised_scans_and_small_pictures_are_no_warning(content: str) -> None:
    read = _read(_pictured(content))
    assert read.text == "Recognised words."
    assert read.warnings == ()


def test_a_page_with_only_a_rule_is_no_picture() -> None:
    data = document([text(72, 700, "Printed."), "44 44 500 1 re f", "BT /F 11 Tf 72 700 Td ( ) Tj ET"])
    assert _read(data).warnings == ()
    outlines = "".join(f"{60 + 5 * n} 700 m {62 + 5 * n} 710 l {64 + 5 * n} 700 l f " for n in range(80))
    assert "page 2" in str(_read(document([text(72, 700, "Printed."), outlines])).warnings[0])


def test_a_background_is_no_scan() -> None:
    assert _read(_pictured(_WHOLE + _STAMP, ink=False)).warnings == ()


def test_a_large_picture_of_text_among_text_is_a_warning() -> None:
    body = "".join(
        text(72, 800 - 14 * n, f"Line {n} of a page with a picture of a table.") for n in range(20)
    )
    (warning,) = tuple(map(str, _read(_pictured("q 500 0 0 350 40 40 cm /I Do Q " + body)).warnings))
    assert warning.startswith("Not read: 1 picture: page 1; if it contains text, use --ocr")


@pytest.fixture
def _own_programs() -> Iterator[None]:
    """Start a new PDF process with this test's environment, and stop it afterwards."""
    yield
    end_children()


@pytest.mark.usefixtures("_own_programs")
def test_only_the_picture_of_a_stamped_scan_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\nif [ "$1" = --list-langs ]; then printf "List:\\neng\\n"; exit; fi\n'
        f'cat > {tmp_path}/page.pgm; printf "Recognised words.\\n"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    end_children()
    read = read_one(_pictured(_WHOLE + _STAMP), "a.pdf", ocr=True)
    assert read.text == "FILED 12 March 2020\n\nRecognised words."
    assert read.warnings == ()
    head, pixels = (tmp_path / "page.pgm").read_bytes().split(b" 255\n", 1)
    width, height = (int(number) for number in head.split()[1:])
    stamp = pixels[: width * (height * 30 // HEIGHT)]
    assert min(stamp) > 250
    assert min(pixels) < 50


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")
def test_a_stamped_scan_is_recognised_in_addition_to_the_stamp() -> None:
    words = text(40, 500, "The lorry was nine tonnes", 30) + text(40, 450, "too heavy for the bridge.", 30)
    bitmap = pdfium.PdfDocument(document([words]))[0].render(scale=3, grayscale=True)
    rows = [bytes(bitmap.buffer)[row * bitmap.stride :][: bitmap.width] for row in range(bitmap.height)]
    scanned = stream(
        zlib.compress(b"".join(rows)),
        f"/Type/XObject/Subtype/Image/Width {bitmap.width}/Height {bitmap.height}/ColorSpace/DeviceGray"
        "/BitsPerComponent 8/Filter/FlateDecode",
    )
    data = document([_WHOLE + _STAMP], others={520: scanned}, resources="/XObject<</I 520 0 R>>")
    read = read_one(data, "a.pdf", ocr=True)
    words = "FILED 12 March 2020 The lorry was nine tonnes too heavy for the bridge."
    assert " ".join(read.text.split()) == words
    assert read.warnings == ()


# -- labels, covers, attached files -----------------------------------------------------------------


def test_pages_have_their_printed_labels() -> None:
    data = document(
        [text(72, 700, f"Words {n}.") for n in range(5)],
        catalog="/PageLabels<</Nums[0<</S/r>>2<</S/D>>4<</P(A-)/S/D/St 7>>]>>",
    )
    assert [page.label for page in _read(data).pages] == ["i", "ii", "1", "2", "A-7"]
    data = document([text(72, 700, "Words.")] * 2, catalog="/PageLabels<</Nums[0<</S/D>>]>>")
    assert [page.label for page in _read(data).pages] == [None, None]


_SHELL = "Please wait... If this message is not eventually replaced, open it in another viewer."
_FILE = "<</Type/Filespec/F({0})/UF({0})/EF<</F 510 0 R>>>>"


def _with_xfa(content: str, catalog: str, fields: str = "") -> bytes:
    others = {511: stream("<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'></xdp:xdp>")}
    own = {1: [field("Tx", "sum", (110, 695, 200, 712), "(48,500)")]} if fields else {}
    form_entry = f"/AcroForm<</XFA 511 0 R/Fields[{fields}]>>{catalog}"
    return document([content], annotations=own, others=others, catalog=form_entry)


@pytest.mark.parametrize("catalog", ["/NeedsRendering true", ""])
def test_the_shell_of_an_xfa_form_is_refused(catalog: str) -> None:
    with pytest.raises(ReadError, match=r"only Adobe Reader can show \(XFA\); open it there and print it"):
        _read(_with_xfa(text(72, 700, _SHELL), catalog))


def test_an_xfa_form_with_fields_is_read_and_one_next_to_text_is_a_warning() -> None:
    read = _read(_with_xfa(text(72, 700, "Sum:"), "", "12 0 R"))
    assert (read.text, tuple(map(str, read.warnings))) == ("Sum: 48,500", ())
    body = "".join(text(72, 780 - 14 * n, f"Line {n} of a document that is long enough.") for n in range(40))
    (warning,) = tuple(map(str, _read(_with_xfa(body, "/NeedsRendering true")).warnings))
    assert warning.startswith("Not read: a form that a program draws")


def _holding(content: str, catalog: str = "", *, packed: bool = False) -> bytes:
    names = "".join(f"({name}){_FILE.format(name)}" for name in ("plan.dwg", "letter.docx"))
    return document(
        [content],
        others={510: stream("x", "/Type/EmbeddedFile")},
        catalog=f"/Names<</EmbeddedFiles<</Names[{names}]>>>>{catalog}",
        packed=packed,
    )


def test_attached_files_are_a_warning() -> None:
    data = _holding(text(72, 700, "A contract."))
    assert tuple(map(str, _read(data).warnings)) == (
        "Not read: 2 attachments (plan.dwg, letter.docx); save them and add them as files.",
    )
    data = document(
        [text(72, 700, "A contract.")],
        annotations={
            1: [
                annotation(
                    "FileAttachment", (20, 60, 40, 80), f"/Contents(The deck)/FS{_FILE.format('a.dwg')}"
                )
            ]
        },
        others={510: stream("x", "/Type/EmbeddedFile")},
    )
    read = _read(data)
    assert read.text == "A contract.\n\nThe deck"
    assert read.omissions == (Omission("attachment", page=1, name="a.dwg"),)


def test_unprintable_characters_are_removed_from_names() -> None:
    data = _holding(text(72, 700, "A contract.")).replace(b"plan.dwg", b"pl\\006\\n.dw")
    (warning,) = tuple(map(str, _read(data).warnings))
    assert "(pl .dw, letter.docx)" in warning


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("content", [text(72, 700, "Open this PDF portfolio in a newer viewer."), ""])
def test_the_cover_of_a_portfolio_is_refused_with_the_names_of_its_files(content: str, packed: bool) -> None:
    with pytest.raises(ReadError, match=r"portfolio.* 2 files \(plan.dwg, letter.docx\); save them"):
        _read(_holding(content, "/Collection<</Type/Collection>>", packed=packed))
