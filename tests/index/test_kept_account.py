"""An index keeps the account of each file, and reads again what an older parser read."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa import cli, parsers
from qa.answer.citations import cite
from qa.index import Index, doctor, search_indexes
from qa.index.events import READER
from qa.index.stores.database import FILE_NAME
from qa.parsers.build import Extract
from qa.record import FilePlace, Span
from qa.types import Block, Document, Line, Omission, Page, Place

EXTRACT = Extract(
    "Lease",
    "An apple.\n\nA candle.\nA dragon.",
    (Block(0, 9), Block(11, 30)),
    (Page(1, 0, 11, "iv"), Page(2, 11, 30, "5")),
    (),
    (Place(11, 30, "comment", "A. Smith"),),
    (Line(0, 3), Line(11, 9)),
    (
        Omission("struck", "A needle.", 2),
        Omission("script", "x" * 2_000),
        Omission("attachment", name="a.zip"),
    ),
)
_read = parsers._extract


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index of one page whose parser returns `EXTRACT`."""
    monkeypatch.setattr(parsers, "_extract", lambda *_: EXTRACT)
    index = Index.create(tmp_path / "index", words)
    (tmp_path / "a.html").write_text("<p>An apple.")
    report = index.update([str(tmp_path / "a.html")], lambda: words)
    assert report.added == ["a.html"]
    assert len(report.warnings) == 2
    return index


def test_omissions_are_stored_with_the_document(index: Index) -> None:
    struck, script, attachment = index.omissions("a.html")
    assert (struck, attachment) == (EXTRACT.omissions[0], EXTRACT.omissions[2])
    # A program is not words: its beginning identifies it.
    assert script.text.startswith("xxx")
    assert script.text.endswith("… (2,000 characters)")


def test_omitted_words_are_printed(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "a.html", "--left-out", "--index", str(index.folder)]) == 0
    first, _, third = capsys.readouterr().out.splitlines()
    assert first == "struck\tpage 2\t\tA needle."
    assert third == "attachment\t\ta.zip\t(not read)"
    assert cli.main(["show", "b.html", "--left-out", "--index", str(index.folder)]) == 2


def test_the_list_warns_of_visible_text_that_cannot_be_searched(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["list", "--index", str(index.folder)])
    errors = capsys.readouterr().err
    assert "a.html: Left out: 2 words struck through: page 2" in errors
    assert "a.html: Not read: 1 attachment (a.zip)" in errors


def test_a_citation_has_the_page_line_and_place_in_the_file(index: Index) -> None:
    document = index.document("a.html")
    assert document is not None
    first, dragon = cite(document, Span(0, 9)), cite(document, Span(21, 30))
    assert (first.page, first.page_label, first.line, first.place) == (1, "iv", 3, None)
    assert (dragon.page, dragon.page_label, dragon.line) == (2, "5", 10)
    assert dragon.place == FilePlace(kind="comment", label="A. Smith")


def test_a_text_without_anchors_counts_its_own_lines() -> None:
    document = Document("a", "a", "One.\nTwo.\n\nThree.", "0" * 64)
    assert [cite(document, Span(at, at + 1)).line for at in (0, 5, 11)] == [1, 2, 4]


def test_removing_a_document_removes_its_account(index: Index) -> None:
    index.remove(["a.html"])
    with sqlite3.connect(index.folder / FILE_NAME) as connection:
        assert connection.execute("SELECT count(*) FROM omission").fetchone() == (0,)
    assert b"A needle." not in (index.folder / FILE_NAME).read_bytes()


def test_a_file_read_by_an_older_parser_is_read_again_without_embedding(
    index: Index, words: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "a.html")
    assert index.update([path], lambda: words).unchanged == ["a.html"]
    with sqlite3.connect(index.folder / FILE_NAME) as connection:
        connection.execute("UPDATE file SET reader = '1'")
    words.embedded.clear()
    assert index.update([path], lambda: words).changed == ["a.html"]
    assert words.embedded == []
    assert index.update([path], lambda: words).unchanged == ["a.html"]
    with sqlite3.connect(index.folder / FILE_NAME) as connection:
        assert connection.execute("SELECT reader FROM file").fetchone() == (READER,)
        connection.execute("UPDATE file SET reader = '1'")
    # Text that only the newer parser extracts can be searched after that.
    monkeypatch.setattr(parsers, "_extract", _read)
    assert index.update([path], lambda: words).changed == ["a.html"]
    document = index.document("a.html")
    assert document is not None
    assert (document.text, index.omissions("a.html")) == ("An apple.", ())


def test_terms_of_another_version_are_rebuilt(index: Index) -> None:
    (complete,) = (index.folder / search_indexes.FOLDER).glob("*/complete.json")
    complete.write_text(json.dumps({**json.loads(complete.read_text()), "words": "words/0"}))
    reopened = Index(index.folder)
    with reopened.snapshot() as snapshot:
        assert snapshot.indexes.sentence_terms.search(["appl"], 10)
    (complete,) = (index.folder / search_indexes.FOLDER).glob("*/complete.json")
    assert json.loads(complete.read_text())["words"] != "words/0"


def test_a_repair_keeps_the_account(index: Index, words: WordEncoder) -> None:
    with sqlite3.connect(index.folder / FILE_NAME) as connection:
        connection.execute("UPDATE sentence SET start = start + 1 WHERE id = 1")
    faults = doctor.check(index.folder)
    doctor.repair(index.folder, lambda: words, faults)
    assert doctor.check(index.folder) == []
    assert [omission.reason for omission in index.omissions("a.html")] == ["struck", "script", "attachment"]
    document = index.document("a.html")
    assert document is not None
    assert document.places == EXTRACT.places
