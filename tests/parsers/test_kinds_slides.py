"""Presentations: a slide is a page, and every word on it, in its notes and comments is accounted for."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from office_files import (
    chart_part,
    comments_part,
    diagram_part,
    framed,
    notes_part,
    pptx,
    shape,
    slide_table,
    text_paragraph,
    title,
)
from office_reference import reference
from sample_files import archive, read_one, shown, text

from qa.errors import ReadError
from qa.parsers.account import missing
from qa.parsers.build import Extract
from qa.parsers.office.layout import Box, order
from qa.types import Document


def slides(data: bytes) -> Document:
    """Return the document of a presentation after checking that every word is accounted for."""
    document = read_one(data, "talk.pptx")
    extract = Extract(document.title, document.text, omissions=document.omissions)
    assert not missing(reference(data, ".pptx"), extract)
    return document


def blocks(document: Document) -> list[str]:
    return [text(document, block) for block in document.blocks]


def omissions(document: Document) -> list[tuple[str, str, int | None]]:
    return [(omission.reason, omission.text, omission.page) for omission in document.omissions]


def text_box(words: str, at: tuple[int, int] | None = None) -> str:
    return shape(text_paragraph(words), at=at)


def test_a_slide_is_a_page_with_its_title_as_a_heading() -> None:
    document = slides(
        pptx(
            [
                shape(text_paragraph("Shops closed.") + text_paragraph("Online rose."), kind="body")
                + title("Sales fell by 9 percent in May"),
                title("Outlook") + text_box("June will be better."),
            ]
        )
    )
    assert shown(document) == [
        ("heading", 1, "Sales fell by 9 percent in May"),
        ("item", 0, "Shops closed."),
        ("item", 0, "Online rose."),
        ("heading", 1, "Outlook"),
        ("paragraph", 0, "June will be better."),
    ]
    first, second = document.pages
    assert document.text[second.start :].startswith("Outlook")
    assert (first.number, first.label, second.number) == (1, None, 2)
    assert document.title == "Sales fell by 9 percent in May"


def test_a_slide_without_a_title_is_not_cited_under_the_previous_one() -> None:
    document = slides(pptx([title("Budget") + text_box("It is small."), text_box("The roof leaks.")]))
    assert [words for kind, _, words in shown(document) if kind == "heading"] == ["Budget", "Slide 2"]
    assert [kind for kind, *_ in shown(slides(pptx([text_box("No title."), text_box("Anywhere.")])))] == [
        "paragraph"
    ] * 2


def test_printed_numbers_are_the_labels_of_pages() -> None:
    assert [page.label for page in slides(pptx([text_box("a b"), text_box("c d")], first=5)).pages] == [
        "5",
        "6",
    ]


@pytest.mark.parametrize(
    ("boxes", "read"),
    [
        # Drawn last, but above.
        ([(0, 500), (0, 100)], [1, 0]),
        # Side by side.
        ([(600, 100), (0, 100)], [1, 0]),
        # A comparison: each column from top to bottom, in the order of the file.
        ([(0, 100), (0, 300), (500, 100), (500, 300)], [0, 1, 2, 3]),
        # Labels with their texts on the right, line by line, in the order of the file.
        ([(0, 100), (500, 100), (0, 300), (500, 300)], [0, 1, 2, 3]),
        # In no order: columns.
        ([(500, 300), (0, 300), (500, 100), (0, 100)], [3, 1, 2, 0]),
        # A heading over two columns.
        ([(0, 300), (500, 300), (0, 0)], [2, 0, 1]),
    ],
)
def test_shapes_are_read_by_their_places(boxes: list[tuple[int, int]], read: list[int]) -> None:
    wide = [Box(x, y, x + (900 if (x, y) == (0, 0) else 300), y + 100) for x, y in boxes]
    assert order(wide) == read


def test_a_shape_without_a_place_stays_behind_the_previous_one() -> None:
    assert order([None, Box(0, 500, 9, 600), None, Box(0, 0, 9, 100)]) == [0, 3, 1, 2]
    assert order([Box(0, 0, 1, 1)] * 1_000) == list(range(1_000))


def test_placeholders_take_their_places_from_the_layout() -> None:
    layout = shape("", kind="body", index=1, at=(0, 900)) + shape("", kind="body", index=2, at=(0, 100))
    low = shape(text_paragraph("Below."), kind="body", index=1)
    high = shape(text_paragraph("Above."), kind="body", index=2)
    assert blocks(slides(pptx([low + high], layout=layout))) == ["Above.", "Below."]


def test_groups_are_read_as_a_unit_in_their_own_order() -> None:
    group = f"<p:grpSp><p:nvGrpSpPr/>{text_box('Second.', (0, 500))}{text_box('First.', (0, 100))}</p:grpSp>"
    assert blocks(slides(pptx([group + text_box("Third.")]))) == ["First.", "Second.", "Third."]


def test_tables_are_rows_and_a_merged_cell_is_in_each_of_its_rows() -> None:
    merged = slide_table([["Berth", "4,000"], ["", "5,000"]]).replace(
        "<a:tr><a:tc><a:txBody><a:p><a:pPr></a:pPr><a:r><a:rPr /><a:t></a:t>",
        "<a:tr><a:tc vMerge='1'><a:txBody><a:p><a:pPr></a:pPr><a:r><a:rPr /><a:t></a:t>",
    )
    document = slides(pptx([merged]))
    assert shown(document) == [("row", 0, "Berth\t4,000"), ("row", 0, "Berth\t5,000")]


def test_speaker_notes_and_comments_are_marked() -> None:
    document = slides(
        pptx(
            [title("Budget")],
            related={1: [("notesSlide", "../notesSlides/n.xml"), ("comments", "../comments/c.xml")]},
            parts={
                "ppt/notesSlides/n.xml": notes_part("Mention the strike."),
                "ppt/comments/c.xml": comments_part("Who agreed?"),
            },
        )
    )
    assert blocks(document) == ["Budget", "Mention the strike.", "Who agreed?"]
    assert [(place.kind, place.label) for place in document.places] == [
        ("speaker notes", "slide 1"),
        ("comment", "B. Jones, 2024-02-03"),
    ]


def test_charts_have_titles_and_values_and_diagrams_their_texts() -> None:
    document = slides(
        pptx(
            [framed('<c:chart r:id="r2"/>') + framed('<dgm:relIds r:dm="r3"/>')],
            related={1: [("chart", "../charts/chart1.xml"), ("diagramData", "../diagrams/data1.xml")]},
            parts={
                "ppt/charts/chart1.xml": chart_part(
                    "Share by year", {"2023": ["0.19", "0.21"], "2024": ["0.25", ""]}, ["North", "South"]
                ),
                "ppt/diagrams/data1.xml": diagram_part(["Plan", "Build"]),
            },
        )
    )
    assert blocks(document) == [
        "Share by year",
        "North\t2023: 19%\t2024: 25%",
        "South\t2023: 21%",
        "Plan",
        "Build",
    ]


def test_hidden_slides_and_shapes_are_omitted_and_pages_keep_their_numbers() -> None:
    unseen = text_box("Nobody sees this.").replace('name="Shape"', 'name="Shape" hidden="1"')
    document = slides(
        pptx([text_box("First."), text_box("Secret."), text_box("Third.") + unseen], hidden=[2])
    )
    assert blocks(document) == ["First.", "Third."]
    assert [document.text[page.start : page.end].strip() for page in document.pages] == [
        "First.",
        "",
        "Third.",
    ]
    assert omissions(document) == [("hidden", "Secret.", 2), ("hidden", "Nobody sees this.", 3)]
    assert not document.warnings


def test_text_repeated_on_every_slide_is_kept_once() -> None:
    footer = shape(text_paragraph("Quay Estate"), kind="ftr", index=10)
    number = shape('<a:p><a:fld type="slidenum"><a:t>3</a:t></a:fld></a:p>', kind="sldNum", index=11)
    typed = shape(text_paragraph("3"), kind="sldNum", index=11)
    document = slides(
        pptx(
            [text_box("One.") + footer + number, text_box("Two.") + footer + typed],
            layout=text_box("Confidential"),
        )
    )
    assert blocks(document) == ["One.", "Quay Estate", "Confidential", "Two."]
    assert ("repeated", "Quay Estate", 2) in omissions(document)
    assert ("page number", "3", 2) in omissions(document)


def test_pictures_films_and_embedded_files_are_reported() -> None:
    picture = (
        '<p:pic><p:nvPicPr><p:cNvPr id="1" name="Picture 4" descr="A quay at dusk"/></p:nvPicPr>'
        '<p:blipFill><a:blip r:embed="r2"/></p:blipFill></p:pic>'
    )
    film = (
        '<p:pic><p:nvPicPr><p:cNvPr id="1" name="Film"/><p:nvPr><a:videoFile r:link="r3"/></p:nvPr>'
        '</p:nvPicPr><p:blipFill><a:blip r:embed="r9"/></p:blipFill></p:pic>'
    )
    sheet = framed('<p:oleObj progId="Excel.Sheet.12"/>')
    document = slides(
        pptx(
            [picture + film + sheet, picture + text_box("End.")],
            related={
                1: [("image", "../media/logo.png"), ("video", "../media/talk.mp4")],
                2: [("image", "../media/logo.png")],
            },
        )
    )
    assert [(o.reason, o.name, o.page) for o in document.omissions] == [
        ("picture", "Picture 4", 1),
        ("attachment", "talk.mp4", 1),
        ("attachment", "Excel.Sheet.12", 1),
    ]
    assert [place.kind for place in document.places] == ["alternative text"] * 2
    assert any(
        "page 1 (talk.mp4, Excel.Sheet.12)" in warning for warning in tuple(map(str, document.warnings))
    )


def test_lists_have_their_numbers_and_runs_their_marks() -> None:
    numbered = '<a:buAutoNum type="alphaLcParenR"/>'
    body = (
        text_paragraph("roof", numbered)
        + text_paragraph("walls", numbered)
        + '<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>6</a:t></a:r><a:r><a:t> stones of CO</a:t></a:r><a:r><a:rPr baseline="-25000"/><a:t>2</a:t></a:r>'
        '<a:br/><a:r><a:rPr strike="sngStrike"/><a:t>gone</a:t></a:r></a:p>'
    )
    document = slides(pptx([shape(body)]))
    assert blocks(document) == ["a) roof", "b) walls", "10⁶ stones of CO₂"]
    assert omissions(document) == [("struck", "gone", 1)]


def test_the_newer_version_of_a_drawing_is_read() -> None:
    twin = (
        f"<mc:AlternateContent><mc:Choice>{text_box('New.')}</mc:Choice><mc:Fallback>{text_box('Old.')}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert blocks(slides(pptx([twin]))) == ["New."]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (archive({"ppt/other.xml": "<a/>"}), "contains no presentation"),
        (pptx([""]), "contains no text"),
        (pptx(["<p:grpSp>" * 3_000 + "</p:grpSp>" * 3_000]), "nested too deep"),
    ],
)
def test_a_file_that_is_not_a_presentation_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_one(data, "a.pptx")
    assert reason in str(caught.value)


def test_a_missing_slide_is_reported() -> None:
    whole = pptx([text_box("One."), text_box("Two.")])
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        members = {name: file.read(name) for name in file.namelist() if name != "ppt/slides/slide2.xml"}
    document = read_one(archive(dict(members)), "a.pptx")
    assert tuple(map(str, document.warnings)) == (
        "Missing from the file: page 2; save or download it again.",
    )
