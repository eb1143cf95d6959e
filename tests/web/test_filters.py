from __future__ import annotations

from typing import Any

import pytest

from qa.errors import UsageError
from qa.index import DocumentInfo
from qa.web.filters import Filter, choices


def info(doc_id: str, day: str = "2026-02-03", uri: str | None = None) -> DocumentInfo:
    at = f"{day}T10:11:12+00:00"
    return DocumentInfo(1, doc_id, doc_id, "0" * 64, uri, "en", 0, 10, 1_234, 99, at, ())


DOCUMENTS = [
    info("leases/old/barn.pdf", "2025-12-31"),
    info("leases/mill.PDF"),
    info("letters/mill.txt", "2026-03-01"),
    info("row-7", uri="file:///data/rows.jsonl#7"),
]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"search": "mill"}, [1, 2]),
        ({"folder": "leases"}, [0, 1]),
        ({"folder": "leases/old"}, [0]),
        ({"folder": "lease"}, []),
        ({"format": "pdf"}, [0, 1]),
        ({"format": "jsonl"}, [3]),
        ({"since": "2026-01-01"}, [1, 2, 3]),
        ({"since": "2026-02-03", "until": "2026-02-03"}, [1, 3]),
        ({"among": ["row-7", "gone.txt"]}, [3]),
        ({"among": []}, []),
        ({"search": "mill", "folder": "letters", "format": "txt"}, [2]),
    ],
)
def test_documents_are_filtered(asked: dict[str, Any], expected: list[int]) -> None:
    chosen = Filter.of(asked)
    assert chosen.matching(DOCUMENTS) == [DOCUMENTS[at] for at in expected]
    assert chosen.is_empty == (asked == {})


def test_the_choices_count_the_documents() -> None:
    assert choices(DOCUMENTS) == {
        "folders": [("leases", 2), ("leases/old", 1), ("letters", 1)],
        "formats": [("jsonl", 1), ("pdf", 2), ("txt", 1)],
    }


def test_an_invalid_filter_is_refused() -> None:
    with pytest.raises(UsageError):
        Filter.of({"folder": {"a": 1}})
    with pytest.raises(UsageError):
        Filter.of({"among": "a"})
