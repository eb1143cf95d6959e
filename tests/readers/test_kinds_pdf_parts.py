"""What a PDF says beside the text of its pages: fields, notes, layers, labels, scans, attached files."""

from __future__ import annotations

import io
import shutil
import stat
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pdf_parts import HEIGHT, WIDTH, annotation, document, field, form, image, stream, text
from PIL import Image
from sample_files import read_one

from qa.errors import ReadError
from qa.readers.pdf import boxes
from qa.readers.pdf.process import end_child
from qa.types import Document, Omission
from qa.web import drawing

_BOX = form("0 0 m 8 8 l S", 12, 12)
_OCR = "recognise their text with --ocr (needs tesseract; Debian: apt install tesseract-ocr)"


def _read(data: bytes) -> Document:
    return read_one(data, "a.pdf")


def _places(read: Document) -> list[tuple[str, str, str]]:
    return [(place.kind, place.label, read.text[place.start : place.end]) for place in read.places]


def _box(name: str, left: float, bottom: float, state: str, *, on: bool, radio: bool = False) -> str:
    shown = state if on else "Off"
    return field(
        "Btn",
        name,
        (left, bottom, left + 12, bottom + 12),
        f"/{shown}",
        f"/Ff {1 << 15 if radio else 0}/AS/{shown}/AP<</N<</{state} 600 0 R/Off 600 0 R>>>>",
    )


# -- form fields ------------------------------------------------------------------------------------


def test_the_value_of_a_field_is_in_the_line_of_its_label() -> None:
    data = document(
        [text(72, 740, "Name of the ship:") + text(72, 710, "Sum claimed:") + text(72, 640, "Sign here.")],
        annotations={
            1: [
                field("Tx", "ship", (220, 735, 400, 752), "(Blue Heron)"),
                field("Tx", "sum", (220, 705, 400, 722), "(48,500 crowns)"),
            ]
        },
        is_form=True,
    )
    read = _read(data)
    assert read.text == "Name of the ship: Blue Heron\n\nSum claimed: 48,500 crowns\n\nSign here."
    assert _places(read) == [("form", "ship", "Blue Heron"), ("form", "sum", "48,500 crowns")]
    start = read.text.index("48,500")
    (box,) = boxes(data, start, start + 6)
    assert (box.left, box.right) == (220, 400)
    assert (box.top, box.bottom) == (HEIGHT - 722, HEIGHT - 705)


def test_the_page_shows_the_value_that_a_quote_is_marked_on(tmp_path: Path) -> None:
    data = document(
        [text(72, 740, "Sum claimed:")],
        annotations={1: [field("Tx", "sum", (220, 735, 400, 752), "(48,500)", "/AP<</N 600 0 R>>")]},
        others={600: form("0 0 180 17 re f", 180, 17)},
        is_form=True,
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    drawn = drawing.draw(drawing.Original(str(path), sha256(data).hexdigest()), 1, WIDTH)
    with Image.open(io.BytesIO(drawn.png)) as page:
        assert page.convert("L").getpixel((300, HEIGHT - 743)) == 0


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("is_form", [True, False])
def test_a_field_is_read_on_a_turned_page_and_without_a_form(rotate: int, is_form: bool) -> None:
    data = document(
        [text(72, 740, "Sum claimed:") + text(72, 700, "Another line.")],
        annotations={1: [field("Tx", "sum", (220, 735, 400, 752), "(48,500)")]},
        is_form=is_form,
        rotate=rotate,
    )
    assert _read(data).text.startswith("Sum claimed: 48,500\n")


def test_labels_above_fields_and_lines_to_write_on() -> None:
    data = document(
        [
            text(72, 700, "First name")
            + text(250, 700, "Last name")
            + text(72, 500, "I, ____________________, agree to pay ________ crowns.")
        ],
        annotations={
            1: [
                field("Tx", "first", (72, 680, 200, 697), "(Jan)"),
                field("Tx", "last", (250, 680, 400, 697), "(Novak)"),
                field("Tx", "who", (82, 497, 190, 512), "(Ann Smith)"),
                field("Tx", "sum", (270, 497, 320, 512), "(4,000)"),
            ]
        },
        is_form=True,
    )
    assert _read(data).text == (
        "First name Jan\tLast name Novak\n\n"
        "I, Ann Smith ____________________, agree to pay 4,000 ________ crowns."
    )


def test_many_labels_and_values_are_no_columns() -> None:
    labels = [f"The answer to question number {n} is:" for n in range(8)]
    data = document(
        ["".join(text(72, 740 - 30 * n, label) for n, label in enumerate(labels))],
        annotations={
            1: [
                field("Tx", f"f{n}", (330, 735 - 30 * n, 560, 752 - 30 * n), f"(a long answer numbered {n})")
                for n in range(8)
            ]
        },
        is_form=True,
    )
    lines = [f"{label} a long answer numbered {n}" for n, label in enumerate(labels)]
    assert _read(data).text == "\n\n".join(lines)


def test_fields_in_a_table_are_not_put_into_its_head() -> None:
    data = document(
        [text(72, 700, "Goods") + text(250, 700, "Price")],
        annotations={
            1: [
                field("Tx", f"{name}{row}", (x, 680 - 18 * row, x + 100, 697 - 18 * row), f"({name} {row})")
                for row in range(2)
                for name, x in (("rye", 72), ("sum", 250))
            ]
        },
        is_form=True,
    )
    assert _read(data).text == "Goods\tPrice\n\nrye 0\tsum 0\n\nrye 1\tsum 1"


def test_boxes_with_and_without_a_mark() -> None:
    data = document(
        [text(72, 740, "The tenant pays") + text(150, 710, "by rail") + text(260, 710, "by road")
         + text(72, 680, "Insured:")],
        annotations={
            1: [
                _box("repairs", 52, 738, "Yes", on=True),
                _box("way", 130, 708, "rail", on=False, radio=True),
                _box("way", 240, 708, "road", on=True, radio=True),
                _box("insured", 150, 678, "Yes", on=True),
            ]
        },
        others={600: _BOX},
        is_form=True,
    )  # fmt: skip
    read = _read(data)
    assert read.text == "☒ The tenant pays\n\n☐ by rail\t☒ by road\n\nInsured: ☒ Yes"
    assert ("form", "insured", "☒ Yes") in _places(read)
    assert {o.text for o in read.omissions} == {"Yes", "road"}


def test_boxes_of_a_form_that_nobody_filled_add_nothing() -> None:
    data = document(
        [text(72, 740, "The tenant pays") + text(72, 700, "Name:")],
        annotations={
            1: [_box("repairs", 52, 738, "Yes", on=False), field("Tx", "name", (150, 695, 300, 712))]
        },
        others={600: _BOX},
        is_form=True,
    )
    read = _read(data)
    assert read.text == "The tenant pays\n\nName:"
    assert read.places == read.omissions == ()


def test_choices_show_what_a_person_sees() -> None:
    data = document(
        [text(72, 740, "Country:") + text(72, 700, "Goods:")],
        annotations={
            1: [
                field("Ch", "country", (150, 735, 300, 752), "(cz)",
                      "/Ff 131072/Opt[[(cz)(Bohemia)][(d)(D)]]"),
                field("Ch", "goods", (150, 680, 300, 712), "[(rye)(oats)]",
                      "/Ff 2097152/Opt[(rye)(wheat)(oats)]"),
            ]
        },
        is_form=True,
    )  # fmt: skip
    read = _read(data)
    assert read.text == "Country: Bohemia\n\nGoods: rye, oats"
    assert read.omissions == (Omission("metadata", "cz", 1),)


def test_what_a_program_of_the_form_formats_is_read_as_it_is_drawn() -> None:
    program = r"/AA<</F<</S/JavaScript/JS(AFNumber_Format\(2\))>>>>/AP<</N 600 0 R>>"
    data = document(
        [text(72, 740, "Sum:")],
        annotations={1: [field("Tx", "sum", (150, 735, 300, 752), "(48500)", program)]},
        others={600: form(text(4, 4, "$ 48,500.00"), 150, 17)},
        is_form=True,
    )
    read = _read(data)
    assert read.text == "Sum: $ 48,500.00"
    assert read.omissions == (Omission("metadata", "48500", 1),)


def test_hidden_fields_are_left_out_and_passwords_never_read() -> None:
    data = document(
        [text(72, 740, "Name:")],
        annotations={
            1: [
                field("Tx", "name", (150, 735, 300, 752), "(Ann)"),
                annotation("Widget", (150, 700, 300, 720), "/FT/Tx/T(old)/V(Hidden words)/F 2"),
                field("Tx", "secret", (150, 650, 300, 670), "(hunter2)", f"/Ff {1 << 13}"),
                field("Btn", "go", (150, 600, 300, 620), "", f"/Ff {1 << 16}/AP<</N 600 0 R>>"),
            ]
        },
        others={600: form(text(4, 4, "Send it"), 150, 20)},
        is_form=True,
    )
    read = _read(data)
    assert read.text == "Name: Ann"
    assert read.warnings == ()
    assert set(read.omissions) == {
        Omission("hidden", "Hidden words", 1),
        Omission("placeholder", "Send it", 1),
    }


def test_a_long_answer_is_a_block_after_its_label() -> None:
    answer = (
        "The crane dropped a container.\\n" + "It fell on the wheelhouse. " * 8 + "\\n\\nNobody was hurt."
    )
    data = document(
        [text(72, 740, "Describe the accident:") + text(72, 300, "Sign below.")],
        annotations={1: [field("Tx", "what", (72, 400, 500, 730), f"({answer})", "/Ff 4096")]},
        is_form=True,
    )
    read = _read(data)
    assert read.text.startswith("Describe the accident:\n\nThe crane dropped a container.\nIt fell")
    assert read.text.endswith("wheelhouse.\n\nNobody was hurt.\n\nSign below.")
    assert {label for _, label, _ in _places(read)} == {"what"}


# -- notes ------------------------------------------------------------------------------------------

_PARAGRAPH = "".join(
    text(72, 760 - 14 * n, f"Line {n} of this paragraph goes on and on with words for the reader,")
    for n in range(4)
)


def test_notes_follow_the_paragraph_that_they_are_beside() -> None:
    data = document(
        [_PARAGRAPH + text(72, 690, "and it ends here.") + text(72, 500, "Another paragraph.")],
        annotations={
            1: [
                annotation("Text", (520, 740, 540, 760),
                           "/Contents(Is this right?)/T(A. Smith)/M(D:20240305101500Z)"),
                annotation("Text", (520, 740, 540, 760), "/Contents(Yes, it is.)/T(B. Jones)/IRT 12 0 R"),
                annotation("FreeText", (300, 470, 500, 490), "/DA(/F 9 Tf)/Contents(Rejected.\\nSee above.)"),
                annotation("Popup", (400, 600, 500, 700), "/Parent 12 0 R/Contents(Is this right?)"),
            ]
        },
    )  # fmt: skip
    read = _read(data)
    assert read.text.endswith(
        "and it ends here.\n\nIs this right?\n\nYes, it is.\n\nAnother paragraph.\n\nRejected.\nSee above."
    )
    assert _places(read) == [
        ("annotation", "A. Smith, 2024-03-05", "Is this right?"),
        ("annotation", "B. Jones", "Yes, it is."),
        ("annotation", "text box", "Rejected.\nSee above."),
    ]
    assert boxes(data, read.text.index("Rejected"), len(read.text))[0].left == 300


def test_a_note_does_not_part_a_sentence_that_the_page_cuts() -> None:
    data = document(
        [text(72, 600, "A paragraph before it.") + _PARAGRAPH.replace("760", "400"),
         text(72, 780, "and it ends here.")],
        annotations={1: [annotation("Text", (520, 740, 540, 760), "/Contents(Is this right?)")]},
    )  # fmt: skip
    read = _read(data)
    assert "for the reader,\nand it ends here." in read.text
    at = read.text.index("Is this right?")
    assert read.pages[0].start <= at < read.pages[0].end


def test_copies_hidden_notes_and_links_are_left_out_with_their_reason() -> None:
    data = document(
        [text(72, 700, "The second clause ends here.")],
        annotations={
            1: [
                annotation("Highlight", (72, 697, 200, 712), "/Contents(second clause)"),
                annotation("StrikeOut", (72, 697, 200, 712), "/Contents(Doubtful.)"),
                annotation("Text", (20, 20, 40, 40), "/Contents(Nobody sees me)/F 2"),
                annotation("Link", (72, 697, 120, 712), "/Contents(Go to page two)"),
            ]
        },
    )
    read = _read(data)
    assert read.text == "The second clause ends here.\n\nDoubtful."
    assert set(read.omissions) == {
        Omission("repeated", "second clause", 1),
        Omission("hidden", "Nobody sees me", 1),
        Omission("metadata", "Go to page two", 1),
    }


def test_a_note_of_rich_text_alone_and_one_on_a_page_without_text() -> None:
    rich = "/RC(<body><p>Rich &amp; <b>bold</b> words.</p></body>)"
    data = document(
        ["", text(72, 700, "Printed.")], annotations={1: [annotation("FreeText", (72, 200, 400, 230), rich)]}
    )
    read = _read(data)
    assert read.text == "Rich & bold words.\n\nPrinted."
    assert [(page.start, page.end) for page in read.pages] == [(0, 20), (20, 28)]


def test_stamps_say_what_they_draw() -> None:
    stamp = "/F 4/Name/{}/AP<</N {} 0 R>>"
    data = document(
        [text(72, 700, "An agreement.")],
        annotations={
            1: [
                annotation("Stamp", (300, 300, 500, 340), stamp.format("Approved", 600)),
                annotation("Stamp", (300, 200, 500, 240), stamp.format("Confidential", 601)),
            ]
        },
        others={600: form(text(4, 20, "APPROVED") + text(4, 5, "by Ann Smith"), 200, 40), 601: _BOX},
    )
    read = _read(data)
    assert read.text == "An agreement.\n\nAPPROVED\nby Ann Smith"
    assert read.omissions == (Omission("drawing", page=1, name="stamp Confidential"),)
    assert "stamp Confidential" in read.warnings[0]


def test_the_visible_text_of_a_signature_is_read() -> None:
    signature = (
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Reason(I approve)"
        "/M(D:20240305101500Z)/Contents<00>/ByteRange[0 1 2 3]>>"
    )
    data = document(
        [text(72, 700, "The parties agree.")],
        annotations={1: [field("Sig", "Buyer", (72, 200, 272, 240), " 601 0 R", "/AP<</N 600 0 R>>")]},
        others={600: form(text(4, 25, "Digitally signed by Ann Smith"), 200, 40), 601: signature},
        is_form=True,
    )
    read = _read(data)
    assert read.text == "The parties agree.\n\nDigitally signed by Ann Smith"
    assert _places(read) == [("signature", "Buyer, I approve, 2024-03-05", "Digitally signed by Ann Smith")]


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
def test_the_text_of_a_layer_that_is_off_is_left_out(packed: bool, configuration: str, layer: str) -> None:
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


def test_a_layer_that_is_on_is_read_also_where_its_text_is_white_or_unseen() -> None:
    layered = _LAYERED.replace("BDC BT", "BDC BT 1 1 1 rg 3 Tr")
    data = document(
        [layered],
        others={500: "<</Type/OCG/Name(A)>>", 501: "<</Type/OCG/Name(A)>>"},
        catalog=_OFF.format("/OFF[501 0 R]"),
        resources="/Properties<</L 500 0 R>>",
    )
    assert _read(data).text.split("\n") == ["The fee is 6,500.", "The fee is 4,000."]


@pytest.mark.parametrize("rotate", [0, 90])
def test_forms_and_marks_in_forms_that_are_of_a_layer(rotate: int) -> None:
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
    # The second form is drawn twice: once by a page's stretch of the layer, and then all of it is off.
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
    assert read.warnings == (f"Only an image, without text: pages 2–3; {_OCR}.",)


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


def test_a_page_with_nothing_but_a_rule_is_no_picture() -> None:
    data = document([text(72, 700, "Printed."), "44 44 500 1 re f", "BT /F 11 Tf 72 700 Td ( ) Tj ET"])
    assert _read(data).warnings == ()
    outlines = "".join(f"{60 + 5 * n} 700 m {62 + 5 * n} 710 l {64 + 5 * n} 700 l f " for n in range(80))
    assert "page 2" in _read(document([text(72, 700, "Printed."), outlines])).warnings[0]


def test_a_background_is_no_scan() -> None:
    assert _read(_pictured(_WHOLE + _STAMP, ink=False)).warnings == ()


def test_a_large_picture_of_text_among_text_is_a_warning() -> None:
    body = "".join(
        text(72, 800 - 14 * n, f"Line {n} of a page with a picture of a table.") for n in range(20)
    )
    (warning,) = _read(_pictured("q 500 0 0 350 40 40 cm /I Do Q " + body)).warnings
    assert warning.startswith("Not read: 1 of its pictures: page 1; if they show text, use --ocr")


@pytest.fixture
def _own_programs() -> Iterator[None]:
    """Let the process that reads PDFs keep nothing of this test's environment."""
    yield
    end_child()


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
    end_child()
    read = read_one(_pictured(_WHOLE + _STAMP), "a.pdf", ocr=True)
    assert read.text == "FILED 12 March 2020\n\nRecognised words."
    assert read.warnings == ()
    head, pixels = (tmp_path / "page.pgm").read_bytes().split(b" 255\n", 1)
    width, height = (int(number) for number in head.split()[1:])
    stamp = pixels[: width * (height * 30 // HEIGHT)]
    assert min(stamp) > 250
    assert min(pixels) < 50


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")
def test_a_scan_with_a_stamp_is_recognised_beside_the_stamp() -> None:
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


def test_pages_have_the_labels_that_are_printed_on_them() -> None:
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
def test_the_shell_of_a_program_form_is_refused(catalog: str) -> None:
    with pytest.raises(ReadError, match=r"only Adobe Reader can show \(XFA\); open it there and print it"):
        _read(_with_xfa(text(72, 700, _SHELL), catalog))


def test_a_program_form_with_fields_is_read_and_one_beside_text_is_a_warning() -> None:
    read = _read(_with_xfa(text(72, 700, "Sum:"), "", "12 0 R"))
    assert (read.text, read.warnings) == ("Sum: 48,500", ())
    body = "".join(text(72, 780 - 14 * n, f"Line {n} of a document that is long enough.") for n in range(40))
    (warning,) = _read(_with_xfa(body, "/NeedsRendering true")).warnings
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
    assert _read(data).warnings == (
        "Not read: 2 attached (plan.dwg, letter.docx); save it and give it as a file.",
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


def test_what_is_no_text_is_in_no_name() -> None:
    data = _holding(text(72, 700, "A contract.")).replace(b"plan.dwg", b"pl\\006\\n.dw")
    (warning,) = _read(data).warnings
    assert "(pl .dw, letter.docx)" in warning


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("content", [text(72, 700, "Open this PDF portfolio in a newer viewer."), ""])
def test_the_cover_of_a_portfolio_is_refused_with_the_names_of_its_files(content: str, packed: bool) -> None:
    with pytest.raises(ReadError, match=r"portfolio.* 2 files \(plan.dwg, letter.docx\); save them"):
        _read(_holding(content, "/Collection<</Type/Collection>>", packed=packed))
