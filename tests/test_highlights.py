"""Copies of PDF files with highlighted places, read back by another PDF library."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from parsers.sample_files import lines, pdf
from pypdf import PdfReader
from word_encoder import WordEncoder

import qa
from qa.errors import QaError, UsageError

FIRST = ["The silver kettle is in the tower and", "the lantern is by the river. A dragon", "drinks."]


@pytest.fixture(params=[0, 90, 180, 270])
def library(request: pytest.FixtureRequest, tmp_path: Path, words: WordEncoder) -> qa.Library:
    docs = tmp_path / "docs"
    (docs / "more").mkdir(parents=True)
    pages = [lines(72, 700, FIRST), lines(72, 700, ["An apple is on the second page."])]
    (docs / "a.pdf").write_bytes(pdf(pages, rotate=request.param))
    (docs / "more" / "A.pdf").write_bytes(pdf([lines(72, 700, ["Another lantern is here."])]))
    (docs / "b.txt").write_text("A lantern.")
    library = qa.open(tmp_path / "index", model=words, reranker="none")
    library.add(docs)
    return library


def highlights(path: Path) -> list[tuple[int, str, str]]:
    """Return page, note and covered text of each highlight, the text from the positions of the letters."""
    result = []
    for number, page in enumerate(PdfReader(path).pages, start=1):
        letters: list[tuple[float, float, str]] = []

        def visit(text, cm, tm, font, size, letters=letters):  # type: ignore[no-untyped-def]
            letters.append((tm[4], tm[5], text))

        page.extract_text(visitor_text=visit)
        for annotation in page.get("/Annots", ()):
            mark = annotation.get_object()
            assert mark["/Subtype"] == "/Highlight"
            points = [float(value) for value in mark["/QuadPoints"]]
            rows = [points[at : at + 8] for at in range(0, len(points), 8)]
            covered = "|".join(
                text.strip()
                for quad in rows
                for _, y, text in letters
                if text.strip() and min(quad[1::2]) - 1 <= y <= max(quad[1::2])
            )
            result.append((number, str(mark["/Contents"]), covered))
    return result


def test_the_places_are_highlighted_on_their_lines(library: qa.Library, tmp_path: Path) -> None:
    original = (tmp_path / "docs" / "a.pdf").read_bytes()
    mentions = library.find("tower and the lantern").mentions + library.find("apple").mentions
    [copy] = library.highlight((mention.citation for mention in mentions), tmp_path / "copies")
    assert (copy.doc_id, copy.places, copy.reason) == ("a.pdf", 2, None)
    assert copy.path == tmp_path / "copies" / "a-highlighted.pdf"
    first, second = highlights(copy.path)
    assert first[:2] == (1, f"a.pdf:{mentions[0].citation.start}-{mentions[0].citation.end}")
    assert first[2] == f"{FIRST[0]}|{FIRST[1]}"
    assert (second[0], second[2]) == (2, "An apple is on the second page.")
    assert (tmp_path / "docs" / "a.pdf").read_bytes() == original
    # The text of the copy is that of the original.
    texts = [[page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
             for data in (original, copy.path.read_bytes())]  # fmt: skip
    assert texts[0] == texts[1]


def test_a_document_without_a_copy_has_a_reason_and_names_are_unique(
    library: qa.Library, tmp_path: Path
) -> None:
    citations = [mention.citation for mention in library.find("lantern").mentions]
    results = {each.doc_id: each for each in library.highlight(citations, tmp_path / "copies")}
    assert results["b.txt"].reason is not None
    assert results["b.txt"].reason.code == "highlight-no-pdf"
    names = {each.path.name for each in results.values() if each.path}
    assert names == {"a-highlighted.pdf", "A-2-highlighted.pdf"}
    path = tmp_path / "docs" / "a.pdf"
    path.write_bytes(path.read_bytes() + b"\n")
    [changed] = library.highlight(citations[:1], tmp_path / "copies")
    assert (changed.path, changed.reason and changed.reason.code) == (None, "original-changed")


def test_a_folder_that_cannot_be_written_is_refused(library: qa.Library, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    citations = [mention.citation for mention in library.find("apple").mentions]
    with pytest.raises(QaError, match="another folder"):
        library.highlight(citations, tmp_path / "file")
    with pytest.raises(UsageError, match="citations"):
        library.highlight(["a.pdf:1-2"], tmp_path)  # type: ignore[list-item]
