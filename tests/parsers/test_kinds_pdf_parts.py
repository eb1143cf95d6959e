"""PDF text beyond the page content: values of fields, notes, stamps, signatures."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import pytest
from pdf_parts import HEIGHT, WIDTH, annotation, document, field, form, text
from PIL import Image
from sample_files import read_one

from qa.parsers.pdf import boxes
from qa.types import Document, Omission
from qa.web import drawing

_BOX = form("0 0 m 8 8 l S", 12, 12)


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
def test_a_field_is_read_on_a_rotated_page_and_without_a_form(rotate: int, is_form: bool) -> None:
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


def test_fields_in_a_table_are_not_in_its_header() -> None:
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


def test_checked_and_unchecked_boxes() -> None:
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


def test_boxes_of_an_empty_form_add_nothing() -> None:
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


def test_choices_show_the_visible_label() -> None:
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


def test_a_value_formatted_by_a_script_is_read_as_drawn() -> None:
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


def test_hidden_fields_are_omitted_and_passwords_never_read() -> None:
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


def test_notes_follow_the_paragraph_next_to_them() -> None:
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


def test_a_note_does_not_split_a_sentence_across_pages() -> None:
    data = document(
        [text(72, 600, "A paragraph before it.") + _PARAGRAPH.replace("760", "400"),
         text(72, 780, "and it ends here.")],
        annotations={1: [annotation("Text", (520, 740, 540, 760), "/Contents(Is this right?)")]},
    )  # fmt: skip
    read = _read(data)
    assert "for the reader,\nand it ends here." in read.text
    at = read.text.index("Is this right?")
    assert read.pages[0].start <= at < read.pages[0].end


def test_copies_hidden_notes_and_links_are_omitted_with_their_reason() -> None:
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


def test_a_rich_text_note_and_one_on_a_page_without_text() -> None:
    rich = "/RC(<body><p>Rich &amp; <b>bold</b> words.</p></body>)"
    data = document(
        ["", text(72, 700, "Printed.")], annotations={1: [annotation("FreeText", (72, 200, 400, 230), rich)]}
    )
    read = _read(data)
    assert read.text == "Rich & bold words.\n\nPrinted."
    assert [(page.start, page.end) for page in read.pages] == [(0, 20), (20, 28)]


def test_stamps_have_the_text_they_draw() -> None:
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
    assert "stamp Confidential" in str(read.warnings[0])


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
