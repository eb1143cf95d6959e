"""Mails and their attachments in the library, and hostile mails."""

from __future__ import annotations

import base64
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest
from mail_reading import CONTRACT, documents_of, mail_of
from sample_mails import Message, eml, file, msg, multipart, part
from word_encoder import WordEncoder

from qa import parsers
from qa.answer.answerer import Answerer
from qa.check.verify import verify
from qa.errors import ReadError
from qa.index import Index
from qa.index.report import Options
from qa.record import to_json_line
from qa.types import Document

# -- in the library ---------------------------------------------------------------------------------


def _library(folder: Path) -> Index:
    return Index.create(folder / "index", WordEncoder())


def _body(*files: str) -> bytes:
    return eml(multipart("mixed", part("text/plain", "The orchard is old."), *files))


def test_a_mail_is_replaced_and_removed_with_its_attachments(tmp_path: Path) -> None:
    index, path = _library(tmp_path), tmp_path / "mails" / "m.eml"
    path.parent.mkdir()

    def update(data: bytes | None) -> set[str]:
        path.unlink(missing_ok=True)
        if data is not None:
            path.write_bytes(data)
        report = index.update([str(path.parent)], WordEncoder, Options(prune=True))
        assert not report.failed
        return {document.doc_id for document in index.documents()}

    first = _body(file("a.txt", b"The dragon sleeps."), file("b.txt", b"The river is deep."))
    assert update(first) == {"m.eml", "m.eml/a.txt", "m.eml/b.txt"}
    second = _body(file("a.txt", b"The dragon wakes."), file("c.txt", b"The tower is tall."))
    assert update(second) == {"m.eml", "m.eml/a.txt", "m.eml/c.txt"}
    a = index.document("m.eml/a.txt")
    assert a is not None
    assert a.text == "The dragon wakes."
    assert update(None) == set()
    update(second)
    index.remove(["m.eml"])
    assert index.documents() == []


def test_a_corpus_keeps_ids_that_look_like_attachments(tmp_path: Path) -> None:
    index, path = _library(tmp_path), tmp_path / "c.jsonl"
    path.write_text('{"_id": "a", "text": "The dragon."}\n{"_id": "a/b", "text": "The river."}\n')
    index.update([str(path)], WordEncoder)
    index.remove(["a"])
    assert [document.doc_id for document in index.documents()] == ["a/b"]


def test_quotes_of_attachments_are_verified_in_their_mail(tmp_path: Path) -> None:
    index, path = _library(tmp_path), tmp_path / "m.eml"
    body = _body(file("b.txt", b"The kettle is on the north quay."), file("c.pdf", CONTRACT))
    path.write_bytes(body)
    index.update([str(path)], WordEncoder)
    answer = Answerer(index, WordEncoder()).ask("Where is the kettle?")
    citation = answer.quotes[0].citation
    assert citation.doc_id == "m.eml/b.txt"
    assert citation.uri == path.as_uri() + "#attachment=b.txt"
    assert parsers.original(citation.uri) == b"The kettle is on the north quay."
    assert parsers.original(path.as_uri() + "#attachment=c.pdf") == CONTRACT
    assert parsers.original(path.as_uri()) == body
    lines = [to_json_line(answer)]
    assert list(verify(lines, index.document, originals=True)) == []
    path.write_bytes(_body(file("b.txt", b"The kettle is gone.")))
    kinds = {finding.kind for finding in verify(lines, index.document, originals=True)}
    assert kinds == {"original changed"}
    path.unlink()
    kinds = {finding.kind for finding in verify(lines, index.document, originals=True)}
    assert kinds == {"original missing"}


def test_the_page_of_an_attachment_is_drawn_from_its_mail(tmp_path: Path) -> None:
    from qa.web.drawing import draw
    from qa.web.page_images import has_page_images, original_of

    path = tmp_path / "m.eml"
    path.write_bytes(_body(file("b.txt", b"Words."), file("Contract.PDF", CONTRACT)))
    mail, _, contract = [item for item in parsers.read(path, "m.eml") if isinstance(item, Document)]
    assert has_page_images(contract)
    assert not has_page_images(mail)
    assert draw(original_of(contract), 1, 200).width == 200


@pytest.mark.parametrize(
    "uri",
    [
        "http://x.example/m.eml",
        "file:///nowhere/m.eml",
        "file:///nowhere/m.eml#attachment=a.txt",
        "file://host/m.eml",
    ],
)
def test_a_missing_original_is_reported(uri: str) -> None:
    with pytest.raises(ReadError):
        parsers.original(uri)


# -- hostile ----------------------------------------------------------------------------------------


def _nested(levels: int) -> bytes:
    head = b"Subject: a\r\n"
    for level in range(levels):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
    return head + b"Content-Type: text/plain\r\n\r\nWords."


def _forwarded(levels: int) -> bytes:
    return b"Subject: a\r\nContent-Type: message/rfc822\r\n\r\n" * levels + b"Subject: b\r\n\r\nWords."


HOSTILE = {
    "a million parts": b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\n" * 1_000_000,
    "many parts": b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 20_000,
    "nested": _nested(3_000),
    "forwarded": _forwarded(3_000),
    "a long header": b"Subject: " + b"a" * 5_000_000 + b"\r\n\r\nWords.",
    "many headers": b"Subject: a\r\n" + b"X-A: b\r\n" * 400_000 + b"\r\nWords.",
    "parameters": b"Subject: a\r\nContent-Type: multipart/mixed; " + b'a="b";' * 200_000 + b"\r\n\r\nWords.",
    "encoded words": b"Subject: " + b"=?a?q?b" * 14_000 + b"\r\n\r\nWords.",
    "addresses": b"To: " + b"<" * 50_000 + b"," * 50_000 + b"\r\nSubject: a\r\n\r\nWords.",
    "base64 garbage": eml(
        "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + "=A!=" * 200_000
    ),
    "quoted": eml("Content-Type: text/plain\n\n" + "> " * 300_000 + "\n" + ">\n" * 100_000),
    "armour": eml("Content-Type: text/plain\n\n" + "-----BEGIN PGP MESSAGE-----\n" * 50_000),
    "unended": eml('Content-Type: multipart/mixed; boundary="b"\n\n--b\n' + "--b" * 100_000),
    "calendar": eml("Content-Type: text/calendar\n\n" + "LOCATION:\n " * 100_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_are_read_quickly(name: str) -> None:
    began = time.process_time()
    with suppress(ReadError):
        documents_of(HOSTILE[name])
    assert time.process_time() - began < 6


def test_streams_that_all_claim_the_file_are_not_read_repeatedly() -> None:
    big = b"The crane. " * 40_000
    whole = msg(Message(texts={0x37: "a"}, attachments=[
        Message(texts={0x3707: f"{n}.txt"}, data={0x3701: bytes(5_000) if n else big})
        for n in range(90)
    ]))  # fmt: skip
    # Make every attachment's stream the first one's.
    first = whole.index(big)
    start = (first - 512) // 512
    patched = bytearray(whole)
    at = -1
    name = "__substg1.0_37010102".encode("utf-16-le")
    while (at := whole.find(name, at + 1)) >= 0:
        patched[at + 116 : at + 128] = struct.pack("<IQ", start, len(big))
    with pytest.raises(ReadError, match="larger than the file"):
        documents_of(bytes(patched), "m.msg")


def test_base64_in_lines_of_any_length_is_read() -> None:
    data = base64.b64encode(b"The crane lifts eighteen tonnes.").decode()
    mail = mail_of(eml("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + "\n".join(data)))
    assert mail.text.endswith("The crane lifts eighteen tonnes.")


@pytest.mark.parametrize(
    ("plain", "rich", "own"),
    [
        (
            "The rent is nine. The deposit is forty crowns.",
            "<p>The rent is nine.</p><p>" + "Word " * 30,
            "plain",
        ),
        ("Hello.\nThe rent is nine.\n", "<p>Hello.</p><p>The rent is nine.</p>", ""),
        (
            "See the\nplan <https://x.example/p> today.",
            "<p>See the <a href='https://x.example/p'>plan</a> today.",
            "",
        ),
    ],
)
def test_sentences_in_only_one_alternative_are_text(plain: str, rich: str, own: str) -> None:
    mail = mail_of(eml("Content-Type: multipart/alternative; boundary=C\n\n" + _between(plain, rich)))
    assert mail.text.count("The deposit is forty crowns.") == (own == "plain")
    repeated = [o.text for o in mail.omissions if o.reason == "repeated"]
    assert len(repeated) == 1
    assert "deposit" not in repeated[0]


def _between(plain: str, rich: str) -> str:
    return (
        f"--C\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n"
        f"--C\nContent-Type: text/html; charset=utf-8\n\n{rich}\n--C--\n"
    )
