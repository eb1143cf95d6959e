"""A hostile file affects only the child process that reads it."""

from __future__ import annotations

import json
import os
import pickle
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_files import archive, docx, epub, paragraph, read_one

from qa import parsers
from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import archive as archive_module
from qa.parsers import build, limits, sandbox, wire
from qa.parsers.build import Attachment, Extract
from qa.types import Block, Line, Omission, Page, Place

DOCUMENT = (
    '<?xml version="1.0" encoding="{encoding}"?>{doctype}'
    '<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'
)
BOMB = '<!DOCTYPE x [<!ENTITY a "{}">]>'.format("ha" * 1000)


@pytest.fixture
def fresh_child() -> Iterator[None]:
    sandbox.end_children()
    yield
    sandbox.end_children()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "cp1252", "cp037"]
)
def test_entities_are_refused_in_every_encoding(encoding: str) -> None:
    declared = "utf-16" if encoding.startswith("utf-16") else encoding
    markup = DOCUMENT.format(encoding=declared, doctype=BOMB)
    if encoding == "cp037":
        # The declaration is read as ASCII, and the rest in the encoding that it names.
        head, _, rest = markup.partition("?>")
        data = (head + "?>").encode() + rest.encode("cp037")
    else:
        data = markup.encode(encoding)
    with pytest.raises(ReadError, match=r"declares entities|damaged XML"):
        archive_module.parse_xml(data, "word/document.xml")
    with pytest.raises(ReadError, match=r"declares entities|damaged XML"):
        read_one(archive({"word/document.xml": data}), "a.docx")


def test_a_document_type_without_declarations_is_read() -> None:
    tree = archive_module.parse_xml(
        b'<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://example.org/ncx.dtd"><ncx>x</ncx>',
        "toc.ncx",
    )
    assert tree.text == "x"


@pytest.mark.parametrize("name", ["a.docx", "a.epub", "a.html", "a.md"])
def test_a_file_is_read_in_the_child(name: str, fresh_child: None) -> None:
    files = {
        "a.docx": docx(paragraph("The tenant pays.")),
        "a.epub": epub({"a.xhtml": "<p>The tenant pays.</p>"}),
        "a.html": b"<p>The tenant pays.</p>",
        "a.md": b"The tenant pays.\n",
    }
    assert not sandbox._children
    assert "The tenant pays." in read_one(files[name], name).text
    assert sandbox._children


@pytest.mark.usefixtures("fresh_child")
def test_a_file_that_fills_the_memory_is_refused_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "READ_MEMORY", 300_000_000)
    body = "".join(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>" for n in range(700_000))
    with pytest.raises(ReadError, match=r"too large for the memory|out of memory"):
        read_one(docx(body), "a.docx")
    assert read_one(docx(paragraph("Next.")), "a.docx").text == "Next."


@pytest.mark.usefixtures("fresh_child")
def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = "".join(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>" for n in range(200_000))
    monkeypatch.setattr(sandbox, "READ_SECONDS", 0.05)
    with pytest.raises(ReadError, match=r"it takes longer than 0.05 seconds to read; "):
        read_one(docx(body), "a.docx")
    monkeypatch.setattr(sandbox, "READ_SECONDS", limits.READ_SECONDS)
    assert read_one(docx(paragraph("Next.")), "a.docx").text == "Next."


@pytest.mark.usefixtures("fresh_child")
def test_every_format_stops_on_request(tmp_path: Path) -> None:
    path = tmp_path / "long.docx"
    path.write_bytes(docx("".join(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>" for n in range(300_000))))
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(parsers.read(path, "long.docx", stop=lambda: True))
    assert time.monotonic() - begun < 30
    assert not sandbox._children


def test_a_text_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.parsers import docx as module

    monkeypatch.setattr(build, "EXTRACT_CHARACTERS", 1_000)
    with pytest.raises(ReadError, match="more than 1,000 characters"):
        module.read(docx(paragraph("many words " * 100)))


@pytest.mark.usefixtures("fresh_child")
@pytest.mark.parametrize("reply", [b"no JSON", pickle.dumps(print), b'["answer",[1,2]]', b"[]", b"7"])
def test_data_from_a_child_is_never_executed(reply: bytes) -> None:
    child = sandbox._idle_child()
    sandbox._children.append(child)
    reading, writing = os.pipe()
    stdout = child._process.stdout
    assert stdout is not None
    child._process.stdout = os.fdopen(reading, "rb")
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(len(reply).to_bytes(8, "big") + reply)
    with pytest.raises(ReadError, match="crash"):
        read_one(docx(paragraph("x")), "a.docx")
    stdout.close()


def test_an_extract_arrives_unchanged() -> None:
    extract = Extract(
        "Title 🙂",
        "text \ud800 é",
        (Block(0, 4, "heading", 2),),
        (Page(1, 0, 4, "iv"), Page(2, 4, 8)),
        (Message.of("pages-scanned", where=Message.of("on-pages", n=1, pages="2")),),
        (Place(0, 4, "cells", "Sheet1!A1"),),
        (Line(0, 7),),
        (Omission("struck", "gone", 2), Omission("attachment", name="plan.dwg")),
        (Attachment("plan.pdf", b"\x00%PDF\xff"),),
    )
    assert wire.to_extract(wire.loads(wire.dumps(extract))) == extract
    assert isinstance(json.loads(wire.dumps({"bytes": b"\x00\xff"}))["bytes"], str)


def test_files_read_at_once_have_their_own_text() -> None:
    texts: dict[int, str] = {}

    def read(number: int) -> None:
        texts[number] = read_one(docx(paragraph(f"Number {number}.")), "a.docx").text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {number: f"Number {number}." for number in range(8)}
