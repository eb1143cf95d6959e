from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from paper import LEASE, LEFT, WIDTH, pdf
from word_encoder import WordEncoder

from qa import Library
from qa.errors import UsageError
from qa.index import Index
from qa.record import Answer
from qa.web.source_endpoints import SourceEndpoints
from qa.web.titles import Titles

GUIDE = "# Guide\n\nRead on.\n\n## Roof\n\nThe landlord repairs\nthe roof.\n"


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SourceEndpoints]:
    folder = tmp_path_factory.mktemp("sources")
    (folder / "lease.pdf").write_bytes(pdf(LEASE))
    (folder / "guide.md").write_text(GUIDE)
    model = WordEncoder()
    index = Index.create(tmp_path_factory.mktemp("index"), model)
    index.update([str(folder)], lambda: model)
    library = Library(index.folder, model=model, reranker="none")
    endpoints = SourceEndpoints(library, Titles(library))
    yield endpoints
    endpoints.close()


def request(endpoints: SourceEndpoints, name: str, **more: Any) -> dict[str, Any]:
    return {"document": name, "sha256": endpoints.document(name).sha256, **more}


def test_a_selection_becomes_a_record_with_the_exact_slice(endpoints: SourceEndpoints) -> None:
    text = endpoints.document("guide.md").text
    start = text.index("The landlord")
    data = request(endpoints, "guide.md", start=start - 1, end=len(text) + 5)
    answer = endpoints.own_quote(data)
    record = Answer.model_validate(answer["record"])
    (quote,) = record.quotes
    assert quote.text == text[start:].strip()
    assert (quote.citation.start, quote.citation.end) == (start, start + len(quote.text))
    assert quote.citation.heading == ("Guide", "Roof")
    assert quote.text in answer["copy"]


def test_a_selection_in_another_version_and_an_empty_one_are_refused(endpoints: SourceEndpoints) -> None:
    with pytest.raises(UsageError):
        endpoints.own_quote({**request(endpoints, "guide.md", start=0, end=5), "sha256": "0" * 64})
    with pytest.raises(UsageError):
        endpoints.own_quote(request(endpoints, "guide.md", start=3, end=3))


def test_headings_have_their_depths_and_offsets(endpoints: SourceEndpoints) -> None:
    text = endpoints.document("guide.md").text
    assert endpoints.outline(request(endpoints, "guide.md"))["headings"] == [
        {"title": "Guide", "depth": 1, "start": text.index("Guide")},
        {"title": "Roof", "depth": 2, "start": text.index("Roof")},
    ]


def test_pages_have_sizes_and_the_edges_of_their_text(endpoints: SourceEndpoints) -> None:
    pages = endpoints.pages(request(endpoints, "lease.pdf", page=1))
    assert pages["sizes"] == [[612.0, 792.0]] * 3
    left, right = pages["column"]
    assert left == pytest.approx(LEFT / WIDTH, abs=0.01)
    assert 0.5 < right < 0.8


def test_the_lines_of_a_page_have_their_offsets_in_the_text(endpoints: SourceEndpoints) -> None:
    text = endpoints.document("lease.pdf").text
    lines = endpoints.page_lines(request(endpoints, "lease.pdf", page=2))["lines"]
    assert [line for _, line, *_ in lines] == LEASE[1]
    assert all(text[start:].startswith(line) for start, line, *_ in lines)
    assert all(left == pytest.approx(LEFT / WIDTH, abs=0.01) for _, _, left, *_ in lines)
    assert endpoints.page_lines(request(endpoints, "lease.pdf", page=9))["lines"] == []


def test_the_other_document_is_the_one_with_the_nearest_name(endpoints: SourceEndpoints) -> None:
    answer = endpoints.compare(request(endpoints, "guide.md"))
    assert answer["other"] == "lease.pdf"
    assert [name for name, _ in answer["documents"]] == ["lease.pdf"]
    assert answer["differences"] > 0
