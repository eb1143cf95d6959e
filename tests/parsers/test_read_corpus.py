from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from qa import parsers
from qa.errors import ReadError
from qa.types import Document


def _read(*lines: bytes) -> list[Document | ReadError]:
    return list(parsers.read_bytes(b"\n".join(lines), "corpus.jsonl", "unused", uri="file:///corpus.jsonl"))


def test_each_line_is_a_separate_document(tmp_path: Path) -> None:
    first = b'{"_id": "d/1", "title": "One", "text": "First.\\r\\nLine"}'
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(first + b'\r\n\n{"_id": "d2", "text": "Second."}\n')
    assert list(parsers.read(path, "unused")) == [
        Document("d/1", "One", "First.\r\nLine", sha256(first).hexdigest(), uri=path.as_uri() + "#d%2F1"),
        Document(
            "d2",
            "d2",
            "Second.",
            sha256(b'{"_id": "d2", "text": "Second."}').hexdigest(),
            uri=path.as_uri() + "#d2",
        ),
    ]


def test_a_bad_line_is_reported_and_the_rest_is_read() -> None:
    read = _read(
        b'{"_id": "1", "text": "One."}',
        b"not json",
        b'["a"]',
        b'{"text": "No id."}',
        b'{"_id": "2", "text": ["no", "string"]}',
        b'{"_id": "3", "text": "  "}',
        b'{"_id": "1", "text": "Again."}',
        b'\xff{"_id": "4", "text": "x"}',
        b'{"doc_id": "5", "text": "Five."}',
        b'{"id": 6, "title": "Only a title", "text": ""}',
    )
    assert [item.doc_id for item in read if isinstance(item, Document)] == ["1", "5", "6"]
    assert [item.text for item in read if isinstance(item, Document)] == ["One.", "Five.", ""]
    assert [str(item)[:30] for item in read if isinstance(item, ReadError)] == [
        "line 2: it is not a JSON objec",
        "line 3: it must be a JSON obje",
        "line 4: it has no id; add one ",
        'line 5: "title" and "text" mus',
        "line 6: it contains no text; a",
        'line 7: the id "1" was used be',
        "line 8: it is not a JSON objec",
    ]


def test_a_deeply_nested_line_is_a_bad_line_and_no_crash() -> None:
    read = _read(b'{"_id": "1", "text": ' + b"[" * 1_000_000, b'{"_id": "2", "text": "Two."}')
    assert isinstance(read[0], ReadError)
    assert isinstance(read[1], Document)


def test_an_endless_line_is_skipped_without_being_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.parsers import beir

    monkeypatch.setattr(beir, "RECORD_BYTES", 100)
    read = _read(b"x" * 5000, b'{"_id": "2", "text": "Two."}')
    assert str(read[0]).startswith("line 1 is longer than")
    assert isinstance(read[1], Document)
    assert read[1].doc_id == "2"


def test_documents_are_returned_before_the_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b"".join(b'{"_id": "%d", "text": "Words."}\n' % n for n in range(100_000)))
    first = next(iter(parsers.read(path, "unused")))
    assert isinstance(first, Document)
    assert first.doc_id == "0"


def test_half_a_surrogate_pair_can_be_stored() -> None:
    line = json.dumps({"_id": "a\ud800", "title": "t\ud800", "text": "x \ud800 y"}).encode()
    (document,) = _read(line)
    assert isinstance(document, Document)
    assert (document.doc_id, document.title, document.text) == ("a\ufffd", "t\ufffd", "x \ufffd y")


def test_a_corpus_without_documents_is_refused() -> None:
    with pytest.raises(ReadError, match="contains no documents"):
        _read(b"", b" ")


def test_a_file_that_is_not_a_corpus_is_refused_once() -> None:
    reported = []
    with pytest.raises(ReadError, match="its first 100 lines contain no document"):
        reported.extend(parsers.read_bytes(b"no json\n" * 1000, "a.jsonl", "unused"))
