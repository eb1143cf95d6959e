"""What is true of every document, and of every file that is not a document."""

from __future__ import annotations

import json

import hostile_office_seeds
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_files import Words, docx, epub, paragraph, pdf, table
from soundness import EXACT

from qa import parsers
from qa.errors import ReadError
from qa.parsers.build import has_text
from qa.types import Document

_SETTINGS = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_MAGIC = {
    **dict.fromkeys((".docx", ".epub", ".xlsx", ".pptx", ".odt"), b"PK\x03\x04"),
    **{".pdf": b"%PDF-1.7\n", ".rtf": b"{\\rtf1 "},
}


def _check(document: Document, name: str) -> None:
    document.text.encode("utf-8")
    # These texts are those of the file, including control characters.
    if not name.endswith(EXACT):
        assert not [c for c in document.text if c < " " and c not in "\n\t"]
    end = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert end <= block.start < block.end <= len(document.text)
        assert text == text.strip()
        assert not has_text(document.text[end : block.start])
        end = block.end
    end = 0
    for number, page in enumerate(document.pages, 1):
        assert (page.number, page.start) == (number, end)
        assert page.start <= page.end
        end = page.end
    if document.pages:
        assert end == len(document.text)
    assert document.title
    assert len(document.sha256) == 64


def _check_all(data: bytes, name: str) -> None:
    items: list[Document | ReadError] = []
    try:
        items.extend(parsers.read_bytes(data, name, "id"))
    except ReadError as error:
        items.append(error)
    for item in items:
        if isinstance(item, Document):
            _check(item, name)
        else:
            assert str(item).endswith((".", ".)"))
            assert "\n" not in str(item)


@pytest.mark.parametrize("extension", sorted(parsers.extensions()))
@_SETTINGS
@given(data=st.binary(max_size=400))
def test_arbitrary_bytes_return_a_document_or_a_read_error(extension: str, data: bytes) -> None:
    _check_all(data, "a" + extension)
    _check_all(_MAGIC.get(extension, b"") + data, "a" + extension)


_WHOLE = {
    ".pdf": pdf([[Words(72, 700, "Some words."), Words(72, 80, "go on")], [Words(72, 700, "to the end.")]]),
    ".docx": docx(paragraph("Some words.") + table([[paragraph("a"), paragraph("b")]])),
    ".epub": epub({"a.xhtml": "<h1>One</h1><p>Some words.</p>"}, titles={"a.xhtml": "One"}),
    **{extension: files[0] for extension, files in hostile_office_seeds.seeds().items()},
}


@pytest.mark.parametrize("extension", sorted(_WHOLE))
@_SETTINGS
@given(place=st.floats(0, 1, exclude_max=True), junk=st.binary(min_size=1, max_size=8), cut=st.booleans())
def test_damaged_files_return_a_document_or_a_read_error(
    extension: str, place: float, junk: bytes, cut: bool
) -> None:
    whole = _WHOLE[extension]
    at = int(place * len(whole))
    _check_all(whole[:at] if cut else whole[:at] + junk + whole[at + len(junk) :], "a" + extension)


@_SETTINGS
@given(text=_TEXT)
def test_any_text_can_be_in_any_format(text: str) -> None:
    _check_all(text.encode(), "a.txt")
    _check_all(text.encode(), "a.md")
    _check_all(text.encode("utf-16"), "a.txt")
    _check_all(f"<p>{text}<td>{text}<pre>{text}\n\n{text}".encode(), "a.html")
    _check_all(json.dumps({"_id": text, "title": text, "text": text}).encode(), "a.jsonl")


@_SETTINGS
@given(
    pages=st.lists(
        st.lists(
            st.builds(
                Words,
                st.floats(0, 600),
                st.floats(0, 790),
                st.text("ab .-,1\u2022", max_size=12),
                st.sampled_from([6, 10, 10, 20]),
                st.booleans(),
            ),
            max_size=12,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_words_anywhere_on_pages_are_text_separated_by_page(pages: list[list[Words]]) -> None:
    _check_all(pdf(pages), "a.pdf")
