"""A format added by a package is read like a built-in one, and a broken package affects no other format."""

from __future__ import annotations

import logging
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa import parsers
from qa.answer.answerer import Answerer
from qa.errors import ReadError
from qa.index import Index
from qa.parsers import registry, sandbox
from qa.types import Document

READER = """
import threading
from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import Extract, TextBuilder
from qa.types import Block

def read(data: bytes) -> Extract:
    builder = TextBuilder()
    for number, line in enumerate(data.decode().split("|"), start=1):
        builder.begin_page(f"card {number}")
        builder.add(line, "heading" if line.isupper() else "paragraph", place=("note", f"card {number}"))
    return builder.extract("A box of cards")

def beyond(data: bytes) -> Extract:
    return Extract(None, "Some text.", (Block(0, 500),))

def unclean(data: bytes) -> Extract:
    return Extract(None, "Some\\r\\ntext.")

def nothing(data: bytes) -> None:
    return None

def refusing(data: bytes) -> Extract:
    raise ReadError("uncoded", text="it has no cards; save it again.")

def endless(data: bytes) -> Extract:
    while True:
        pass

def waiting(data: bytes) -> Extract:
    threading.Event().wait()

def inventing(data: bytes) -> Extract:
    raise ReadError("no-cards-here", box=3)

def incomplete(data: bytes) -> Extract:
    raise ReadError("file-too-large")

def warning(data: bytes) -> Extract:
    return Extract(None, "Some text.", warnings=(Message("no-lid"),))
"""

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package with a module and these entry points, as a folder on the path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))

    def installed(*lines: str, package: str = "qa-cards", source: str = READER) -> Path:
        module = package.replace("-", "_")
        metadata = folder / f"{module}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("\n".join(["[qa.parsers]", *lines, ""]))
        (folder / f"{module}.py").write_text(source)
        registry.formats.cache_clear()
        sandbox.end_children()
        return folder

    yield installed
    monkeypatch.undo()
    registry.formats.cache_clear()
    sandbox.end_children()


def read(data: bytes, name: str) -> Document:
    [document] = parsers.read_bytes(data, name, name)
    assert not isinstance(document, ReadError)
    return document


def test_a_file_of_an_added_format_is_indexed_and_quoted_with_its_places(
    install: Install, tmp_path: Path, words: WordEncoder
) -> None:
    install("cards = qa_cards:read")
    (tmp_path / "box.CARDS").write_bytes(b"KITCHEN|A silver kettle.|GARDEN|The apple is under the tree.")
    index = Index.create(tmp_path / "index", words)
    report = index.update([str(tmp_path / "box.CARDS")], lambda: words)
    assert (report.added, report.failed) == (["box.CARDS"], [])
    quote = Answerer(index, words).ask("Where is the apple?").quotes[0]
    assert quote.text == "The apple is under the tree."
    citation = quote.citation
    assert (citation.title, citation.page, citation.page_label) == ("A box of cards", 4, "card 4")
    assert citation.heading[-1] == "GARDEN"
    # The package was imported in the child process only.
    assert "qa_cards" not in sys.modules


def test_a_zip_based_added_format_reads_its_own_members(install: Install) -> None:
    install("cards = qa_cards:nothing")
    with pytest.raises(ReadError, match="returns an invalid document"):
        read(b"PK\x03\x04 and more", "a.cards")


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("beyond", "its blocks reach beyond the text"),
        ("unclean", "its text has control characters"),
        ("nothing", "not iterable"),
        ("warning", "its warnings have the unknown message no-lid"),
    ],
)
def test_an_extract_that_breaks_the_contract_is_refused(install: Install, function: str, reason: str) -> None:
    install(f"cards = qa_cards:{function}")
    with pytest.raises(ReadError, match=rf"parser qa_cards:{function} returns .*{reason}.*; tell its author"):
        read(b"x", "a.cards")


def test_an_error_of_an_added_parser_is_the_reason(install: Install) -> None:
    install("cards = qa_cards:refusing")
    with pytest.raises(ReadError, match=r"^it has no cards; save it again\.$"):
        read(b"x", "a.cards")


@pytest.mark.parametrize(
    ("function", "message"), [("inventing", "no-cards-here box=3"), ("incomplete", "file-too-large")]
)
def test_a_code_without_a_sentence_is_never_shown_as_the_reason(
    install: Install, function: str, message: str
) -> None:
    install(f"cards = qa_cards:{function}")
    with pytest.raises(ReadError) as caught:
        read(b"x", "a.cards")
    assert caught.value.code == "parser-refuses"
    assert str(caught.value) == (
        f"its parser qa_cards:{function} refuses it with the unknown message {message}; "
        "tell the author of the parser."
    )


def test_a_parser_that_only_waits_is_ended_and_the_rest_is_indexed(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: WordEncoder
) -> None:
    install("cards = qa_cards:waiting")
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.cards").write_bytes(b"x")
    (folder / "b.txt").write_text("A silver kettle.")
    index = Index.create(tmp_path / "index", words)
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "READ_WAIT_SECONDS", 1)
        report = index.update([str(folder)], lambda: words)
    assert report.added == ["b.txt"]
    assert [(failure.name, failure.message.code) for failure in report.failed] == [
        ("a.cards", "parser-endless")
    ]
    assert "qa_cards:waiting did not finish within 1 seconds" in report.failed[0].reason
    assert not sandbox._children
    assert read(b"<p>Still read.", "a.html").text == "Still read."


def test_an_added_parser_has_the_same_limits(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    install("cards = qa_cards:endless")
    monkeypatch.setattr(sandbox, "READ_SECONDS", 0.2)
    with pytest.raises(ReadError, match=r"longer than 0\.2 seconds"):
        read(b"x", "a.cards")


@pytest.mark.parametrize(
    ("line", "source", "reason"),
    [
        ("cards = qa_gone:read", READER, "ModuleNotFoundError: No module named 'qa_gone'"),
        ("cards = qa_cards:gone", READER, "AttributeError"),
        ("cards = qa_cards:read", "raise RuntimeError('old version')", "RuntimeError: old version"),
        ("cards = qa_cards:read", "read = 3", "it is not a function"),
    ],
)
def test_a_parser_that_cannot_be_loaded_fails_only_for_its_own_files(
    install: Install, line: str, source: str, reason: str
) -> None:
    install(line, source=source)
    with pytest.raises(ReadError, match=f"cannot be loaded .*{reason}.*; install its package again"):
        read(b"x", "a.cards")
    assert read(b"<p>Still read.", "a.html").text == "Still read."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("tar.gz = qa_cards:read", "its name must be a file extension such as xyz"),
        ("pdf = qa_cards:read", r"this program reads \.pdf files itself"),
        ("jsonl = qa_cards:read", r"this program reads \.jsonl files itself"),
        ("cards = qa_cards", "its value must be package.module:function"),
        ("cards = not a module", "its value must be package.module:function"),
    ],
)
def test_an_invalid_entry_point_is_one_warning_and_the_others_work(
    install: Install, line: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    install(line, "boxes = qa_cards:read")
    with caplog.at_level(logging.WARNING):
        assert ".boxes" in parsers.extensions()
        assert read(b"<p>Still read.", "a.html").text == "Still read."
    [message] = [record.getMessage() for record in caplog.records]
    assert message.startswith("The parser ")
    assert "of the package qa-cards is not used" in message
    assert re.search(reason, message)


def test_the_first_of_two_packages_by_name_reads_a_format(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    install("cards = qa_zebra:nothing", package="qa-zebra")
    install("cards = qa_cards:read")
    assert read(b"A silver kettle.", "a.cards").text == "A silver kettle."
    assert "the package qa-cards reads .cards files already" in caplog.text


def test_damaged_metadata_is_one_warning(install: Install, caplog: pytest.LogCaptureFixture) -> None:
    folder = install("boxes = qa_cards:read")
    broken = folder / "qa_broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: qa-broken\nVersion: 1.0\n")
    (broken / "entry_points.txt").write_bytes(b"[qa.parsers]\n\xff\xfe = \xff")
    registry.formats.cache_clear()
    assert ".boxes" in parsers.extensions()
    [message] = [record.getMessage() for record in caplog.records]
    assert message.startswith("The parsers of the package qa-broken are not used: its metadata is damaged")


def test_built_in_formats_are_registered_like_added_ones() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    registered = project["entry-points"][registry.GROUP]
    assert registered == {
        extension[1:]: f"{parser.module}:{parser.function}" for extension, parser in registry.OWN.items()
    }


def test_built_in_formats_need_no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "distributions", lambda: [])
    registry.formats.cache_clear()
    assert dict(registry.formats()) == dict(registry.OWN)
    assert read(b"<p>Still read.", "a.html").text == "Still read."
    registry.formats.cache_clear()
