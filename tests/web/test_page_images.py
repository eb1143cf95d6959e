from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from errno import ENOMEM
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest
from paper import HEIGHT, LEADING, LEASE, LEFT, TOP, WIDTH, pdf
from PIL import Image

from qa import parsers
from qa.errors import ReadError
from qa.record import Span
from qa.types import Document
from qa.web import drawing
from qa.web.page_images import PageImages, has_page_images, page_of


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "a lease.pdf"
    path.write_bytes(pdf(LEASE))
    (document,) = parsers.read(path, "a lease.pdf")
    assert isinstance(document, Document)
    return document


@pytest.fixture(scope="module")
def images() -> Iterator[PageImages]:
    images = PageImages()
    yield images
    images.close()


def stretch(document: Document, first: str, last: str) -> Span:
    return Span(document.text.index(first), document.text.index(last) + len(last))


def ink(image: Image.Image, mark: dict[str, float]) -> tuple[int, int]:
    """Return the darkest value inside a mark, and in a box of the same size four lines below it."""
    w, h = image.size
    box = (mark["left"] * w, mark["top"] * h, mark["right"] * w, mark["bottom"] * h)
    low = h * 4 * LEADING / HEIGHT
    below = (box[0], box[1] + low, box[2], box[3] + low)
    inside, under = (image.convert("L").crop(tuple(map(round, b))).getextrema() for b in (box, below))
    return int(inside[0]), int(under[0])  # type: ignore[arg-type]


def test_a_page_is_drawn_and_marks_cover_the_quote_s_lines(images: PageImages, document: Document) -> None:
    quote = stretch(document, "Notice", "takes effect.")
    drawn = images.image(document, page_of(document.pages, quote.start), 700)
    assert (drawn["width"], drawn["height"], drawn["page"], drawn["pages"]) == (800, 1036, 2, 3)
    image = Image.open(io.BytesIO(base64.b64decode(drawn["image"].removeprefix("data:image/png;base64,"))))
    assert image.size == (800, 1036)
    marks = images.marks(document, quote)["marks"]
    assert [mark["page"] for mark in marks] == [2, 2]
    for place, mark in enumerate(marks):
        base_line = 1 - (TOP - place * LEADING) / HEIGHT
        assert mark["left"] == pytest.approx(LEFT / WIDTH, abs=0.003)
        assert mark["top"] < base_line < mark["bottom"]
        assert mark["bottom"] - mark["top"] < 1.4 * LEADING / HEIGHT
    dark, light = ink(image, marks[1])
    assert dark < 40 < 250 < light


def test_a_part_of_a_line_is_marked_exactly(images: PageImages, document: Document) -> None:
    (whole,) = images.marks(document, stretch(document, "The landlord", "roof."))["marks"]
    (part,) = images.marks(document, stretch(document, "landlord", "repairs"))["marks"]
    assert whole["left"] < part["left"] < part["right"] < whole["right"]


def test_a_different_file_at_the_same_path_is_not_shown(
    images: PageImages, document: Document, tmp_path: Path
) -> None:
    assert images.image(document, 1, 400)["page"] == 1
    (tmp_path / "a lease.pdf").write_bytes(pdf([["Something else."]]))
    with pytest.raises(ReadError, match="no longer the one that was indexed"):
        images.image(document, 1, 400)
    with pytest.raises(ReadError, match="no longer the one that was indexed"):
        images.marks(document, Span(3, 9))
    (tmp_path / "a lease.pdf").unlink()
    with pytest.raises(ReadError, match="no longer where it was"):
        images.marks(document, Span(3, 8))


def test_marks_need_a_file_with_the_same_text(images: PageImages, document: Document) -> None:
    other = replace(document, text=document.text.replace("roof", "r00f"))
    with pytest.raises(ReadError, match="cannot be determined"):
        images.marks(other, Span(0, 7))


def test_the_drawing_process_may_die_and_is_replaced(document: Document) -> None:
    worker = drawing.Worker()
    original = drawing.Original(str(Path.cwd() / "none.pdf"), "0" * 64)
    with pytest.raises(ReadError, match="no longer where it was"):
        worker.draw(original, 1, 400)
    assert worker._process is not None
    worker._process.kill()
    worker._process.join()
    with pytest.raises(ReadError, match="no longer where it was"):
        worker.draw(original, 1, 400)
    worker.close()


def test_after_a_failed_start_the_drawing_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = drawing.Worker()
    original = drawing.Original(str(Path.cwd() / "none.pdf"), "0" * 64)
    with monkeypatch.context() as without_memory:
        without_memory.setattr(SpawnProcess, "start", _cannot_start)
        for _ in range(2):
            with pytest.raises(ReadError, match="cannot be drawn"):
                worker.draw(original, 1, 400)
    with pytest.raises(ReadError, match="no longer where it was"):
        worker.draw(original, 1, 400)
    worker.close()


def _cannot_start(_: SpawnProcess) -> None:
    raise OSError(ENOMEM, "Cannot allocate memory")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [("file:///a/b.pdf", True), ("file:///a/b.PDF", True), ("file:///a/b.epub", False), (None, False),
     ("https://example.org/b.pdf", False), ("file://server/b.pdf", False), ("file://[", False)],
)  # fmt: skip
def test_only_a_pdf_on_this_machine_has_page_images(
    document: Document, uri: str | None, expected: bool
) -> None:
    assert has_page_images(replace(document, uri=uri)) is expected
    assert not has_page_images(replace(document, pages=()))
