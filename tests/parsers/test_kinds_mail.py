"""Mails: all visible text is read, and each attached file is a separate document."""

from __future__ import annotations

import base64
import struct
import time
from contextlib import suppress
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from sample_files import Words, docx, paragraph, pdf
from sample_mails import HEADERS, Message, compound, eml, file, msg, multipart, part
from word_encoder import WordEncoder

from qa import parsers
from qa.answer.answerer import Answerer
from qa.check.verify import verify
from qa.errors import ReadError
from qa.index import Index
from qa.index.report import Options
from qa.parsers import account
from qa.parsers.build import Extract
from qa.record import to_json_line
from qa.types import Document

PLAIN = (
    "The crane lifts eighteen tonnes.\n\n> How much does it lift?\n> Nobody knows\n> yet.\n\nRegards,\nZoë\n"
)
CONTRACT = pdf([[Words(72, 700, "The fee is due within thirty days.")]])


def _read(data: bytes, name: str = "m.eml") -> list[Document]:
    items = list(parsers.read_bytes(data, name, name, uri=f"file:///x/{name}"))
    assert all(isinstance(item, Document) for item in items)
    return [item for item in items if isinstance(item, Document)]


def _mail(data: bytes) -> Document:
    return _read(data)[0]


def test_headers_and_body_are_the_text() -> None:
    mail = _mail(eml("Content-Type: text/plain; charset=utf-8\n\n" + PLAIN))
    assert mail.text == (
        "From: Zoë Hale <zoe@harbour.example>\n\nTo: Bob <bob@quay.example>\n\n"
        "Date: Mon, 3 Jun 2024 09:00:00 +0200\n\nSubject: The crane\n\nThe crane lifts eighteen tonnes.\n\n"
        "How much does it lift?\nNobody knows\nyet.\n\nRegards,\nZoë"
    )
    assert mail.title == "The crane"
    assert [(p.kind, p.label) for p in mail.places] == [
        ("headers", "From"), ("headers", "To"), ("headers", "Date"), ("headers", "Subject"),
    ]  # fmt: skip
    assert [o.reason for o in mail.omissions] == ["metadata"]
    assert mail.warnings == ()


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "Größe: fünf Meter."),
        ("koi8-r", "Привет, капитан."),
        ("iso-2022-jp", "渡し船は一日に二回。"),
        ("windows-1250", "Żółta łódź."),
        ("gb2312", "渡船每天往返海岛两次。"),
    ],
)
def test_each_part_is_decoded_with_its_own_encoding(charset: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"] = text
    message["From"] = f"{text} <a@b.example>"
    message.set_content(text, charset=charset)
    mail = _mail(message.as_bytes())
    assert mail.title == text
    assert mail.text.endswith(text)
    assert mail.warnings == ()


def test_bytes_beyond_ascii_in_headers_are_read() -> None:
    raw = "From: Zoë <a@b>\r\nSubject: Größe\r\n\r\nWords.".encode()
    assert _mail(raw).text == "From: Zoë <a@b>\n\nSubject: Größe\n\nWords."
    # An unknown charset, and a wrong one.
    assert _mail(
        b"Subject: a\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nW\xf6rter und Gr\xf6\xdfe"
    ).text.endswith("Wörter und Größe")
    assert _mail(b"Subject: =?x?b?!!!?=\r\n\r\nWords.").text.endswith("Words.")


HTML = (
    "<html><head><title>x</title></head><body><p>The crane lifts <b>eighteen</b> tonnes.</p>{}</body></html>"
)


@pytest.mark.parametrize("more", ["", "<p>It was built in 1911, and moved in 1924.</p>"])
def test_one_complete_alternative_of_a_mail_is_read(more: str) -> None:
    body = multipart(
        "alternative",
        part("text/plain; charset=utf-8", "The crane lifts eighteen tonnes."),
        part("text/html; charset=utf-8", HTML.format(more)),
    )
    mail = _mail(eml(body))
    assert mail.text.count("The crane lifts eighteen tonnes.") == 1
    assert ("1924" in mail.text) == bool(more)
    (copy,) = [o for o in mail.omissions if o.reason == "repeated"]
    assert "eighteen tonnes" in copy.text
    assert mail.warnings == ()


def test_a_single_page_is_decoded_with_the_charset_of_its_part() -> None:
    page = '<meta charset="utf-8"><p>Die Größe des Krans.</p>'.encode("iso-8859-1")
    assert _mail(eml(part("text/html; charset=iso-8859-1", page))).text.endswith("Die Größe des Krans.")


def test_pictures_in_a_page_are_reported_and_other_files_of_it_are_read() -> None:
    related = multipart(
        "related",
        part("text/html", HTML.format("")),
        part("image/png", b"\x89PNG", "Content-ID: <1>\nContent-Disposition: inline; filename=plan.png\n"),
        file("notes.txt", b"The mast is thirty metres tall."),
        boundary="b2",
    )
    body = multipart("alternative", part("text/plain", "The crane lifts eighteen tonnes."), related)
    mail, notes = _read(eml(body))
    assert [o.name for o in mail.omissions if o.reason == "picture"] == ["plan.png"]
    assert "plan.png" in str(mail.warnings[0])
    assert notes.text == "The mast is thirty metres tall."


def test_attachments_are_separate_documents() -> None:
    word = docx(paragraph("The tenant pays the rent."))
    body = multipart(
        "mixed",
        part("text/plain", "See the contract."),
        file("contract.pdf", CONTRACT, "application/pdf"),
        file("contract.pdf", b"x" * 9, "application/pdf"),
        file("../lease.docx", word),
        file("plan.dwg", b"AC1027"),
        file("empty.txt", b""),
        part("text/plain", "-- \nSent from the quay."),
    )
    mail, contract, lease = _read(eml(body))
    assert mail.text.endswith("See the contract.\n\n--\nSent from the quay.")
    assert (contract.doc_id, contract.uri) == (
        "m.eml/contract.pdf",
        "file:///x/m.eml#attachment=contract.pdf",
    )
    assert contract.text == "The fee is due within thirty days."
    assert contract.title == "contract (attached to The crane)"
    assert contract.sha256 == sha256(CONTRACT).hexdigest()
    assert [page.number for page in contract.pages] == [1]
    assert (lease.doc_id, lease.text) == ("m.eml/lease.docx", "The tenant pays the rent.")
    unread = [o.name or "" for o in mail.omissions if o.reason == "attachment"]
    assert [name.partition(":")[0] for name in unread] == ["contract (2).pdf", "plan.dwg", "empty.txt"]
    assert ".dwg files cannot be read" in unread[1]
    (warning,) = tuple(map(str, mail.warnings))
    assert warning.startswith("Not read: 3 attached (contract (2).pdf: ")


def test_an_attached_mail_and_its_files_are_documents() -> None:
    inner = eml(
        multipart("mixed", part("text/plain", "Inner words."), file("a.txt", b"Deep words."))
    ).decode()
    inner = inner.replace("\r\n", "\n")
    body = multipart(
        "mixed", part("text/plain", "Outer words."), "Content-Type: message/rfc822\n\n" + inner, boundary="b0"
    )
    outer, forwarded, deep = _read(eml(body, HEADERS.replace("The crane", "Fwd: The crane")))
    assert outer.text.endswith("Outer words.")
    assert (forwarded.doc_id, forwarded.title) == (
        "m.eml/The crane.eml",
        "The crane (attached to Fwd: The crane)",
    )
    assert forwarded.text.endswith("Inner words.")
    assert (deep.doc_id, deep.text) == ("m.eml/The crane.eml/a.txt", "Deep words.")
    assert deep.uri == "file:///x/m.eml#attachment=The%20crane.eml/a.txt"


@pytest.mark.parametrize(
    ("body", "has", "name"),
    [
        (
            multipart(
                "encrypted",
                part("application/pgp-encrypted", "Version: 1"),
                part("application/octet-stream", "-----BEGIN PGP MESSAGE-----"),
            ),
            "Subject: The crane",
            "multipart/encrypted",
        ),
        (
            part("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"\x30\x80"),
            "Subject: The crane",
            "smime.p7m",
        ),
        (
            "Content-Type: text/plain\n\nBefore.\n\n-----BEGIN PGP MESSAGE-----\nhQEMA\n-----END PGP X",
            "Before.",
            "PGP message",
        ),
    ],
)
def test_encrypted_parts_are_reported(body: str, has: str, name: str) -> None:
    mail = _mail(eml(body))
    assert has in mail.text
    assert "hQEMA" not in mail.text
    assert tuple(map(str, mail.warnings)) == (
        f"Not read because protected ({name}); use a copy without protection.",
    )


def test_signatures_are_no_words_and_the_signed_text_is_read() -> None:
    signed = multipart(
        "signed",
        part("text/plain", "Signed words."),
        part("application/pkcs7-signature; name=smime.p7s", b"\x30\x80"),
    )
    clear = (
        "Content-Type: text/plain\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSigned words.\n"
        + ("-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n-----END PGP SIGNATURE-----\n")
    )
    for body in (signed, clear):
        mail = _mail(eml(body))
        assert "Signed words." in mail.text
        assert "iQEz" not in mail.text
        assert mail.warnings == ()


def test_an_invitation_has_its_time_and_place() -> None:
    ics = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:77\nDTSTART:20240611T090000Z\nLOCATION:North quay\\, shed 4\n"
    ics += "DESCRIPTION:We inspect\n  the crane.\nEND:VEVENT\nEND:VCALENDAR\n"
    mail = _mail(
        eml(
            multipart("mixed", part("text/plain", "Please come."), part("text/calendar; method=REQUEST", ics))
        )
    )
    assert "LOCATION:North quay, shed 4" in mail.text
    assert "DESCRIPTION:We inspect the crane." in mail.text
    assert not account.missing(ics.replace("\n  ", " "), Extract(None, mail.text, omissions=mail.omissions))


def test_a_delivery_report_is_read() -> None:
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; quay.example\n\nStatus: 5.1.1\n"
    mail = _mail(eml(multipart("report", part("text/plain", "It was not delivered."), status)))
    assert "It was not delivered." in mail.text
    assert "Status: 5.1.1" in mail.text


def test_apple_mail_is_read() -> None:
    data = eml("Content-Type: text/plain\n\nWords.")
    (mail,) = _read(b"%d\n%s<?xml version='1.0'?><plist/>" % (len(data), data), "m.emlx")
    assert mail.text.endswith("Words.")


def test_a_file_without_a_mail_is_refused() -> None:
    for data in (b"Just words.\n\nMore.", b"\n\nWords", b"x" * 100):
        with pytest.raises(ReadError):
            _read(data)


# -- Outlook ----------------------------------------------------------------------------------------

OUTLOOK = Message(
    texts={
        0x37: "The crane",
        0x1000: "The crane lifts eighteen tonnes.\r\n\r\nSee the contract.",
        0xC1A: "Zoë Hale",
        0x5D01: "zoe@harbour.example",
    },
    numbers={0x39: 133_618_896_000_000_000},
    recipients=[
        Message(texts={0x3001: "Bob", 0x39FE: "bob@quay.example"}, numbers={0xC15: 1}),
        Message(texts={0x3001: "Eve", 0x3003: "/o=x/cn=eve"}, numbers={0xC15: 2}),
    ],
    attachments=[
        Message(texts={0x3707: "contract.pdf"}, data={0x3701: CONTRACT}, numbers={0x3705: 1}),
        Message(texts={0x3707: "logo.png", 0x3712: "1"}, data={0x3701: b"\x89PNG"}, numbers={0x3705: 1}),
        Message(
            texts={0x3001: "Old mail"},
            numbers={0x3705: 5},
            embedded=Message(
                texts={0x37: "Older", 0x1000: "Older words."},
                attachments=[
                    Message(texts={0x3707: "a.txt"}, data={0x3701: b"Deep words."}, numbers={0x3705: 1})
                ],
            ),
        ),
    ],
)


def test_an_outlook_mail_is_read_like_any_other() -> None:
    mail, contract, older, deep = _read(msg(OUTLOOK), "m.msg")
    assert mail.text == (
        "From: Zoë Hale <zoe@harbour.example>\n\nTo: Bob <bob@quay.example>\n\nCc: Eve\n\n"
        "Date: Mon, 03 Jun 2024 12:00:00 +0000\n\nSubject: The crane\n\nThe crane lifts eighteen tonnes.\n\n"
        "See the contract."
    )
    assert mail.title == "The crane"
    assert [o.name for o in mail.omissions if o.reason == "picture"] == ["logo.png"]
    assert (contract.doc_id, contract.text) == ("m.msg/contract.pdf", "The fee is due within thirty days.")
    assert (older.doc_id, older.text) == ("m.msg/Old mail.eml", "Subject: Older\n\nOlder words.")
    assert (deep.doc_id, deep.text) == ("m.msg/Old mail.eml/a.txt", "Deep words.")


def test_an_outlook_mail_can_have_headers_a_page_and_old_encodings() -> None:
    transport = "From: Zoë <z@x.example>\r\nTo: Bob <b@x.example>\r\nX-Spam: no\r\n\r\n"
    (mail,) = _read(
        msg(
            Message(
                texts={0x7D: transport},
                narrow={0x37: "Größe".encode("cp1252"), 0x1000: "Die Größe.".encode("cp1252")},
                data={0x1013: "<p>Die Größe.</p><p>Und mehr Wörter, die fehlten.</p>".encode()},
                numbers={0x3FFD: 1252},
            )
        ),
        "m.msg",
    )
    assert mail.text == (
        "From: Zoë <z@x.example>\n\nTo: Bob <b@x.example>\n\nSubject: Größe\n\nDie Größe.\n\n"
        "Und mehr Wörter, die fehlten."
    )
    assert {o.reason for o in mail.omissions} == {"metadata", "repeated"}


def test_damaged_outlook_mails_are_refused() -> None:
    whole = msg(OUTLOOK)
    for data in (whole[:600], whole[:512] + bytes(len(whole) - 512), whole[:-700]):
        with suppress(ReadError):
            _read(data, "m.msg")
    with pytest.raises(ReadError, match="really an old Word document"):
        _read(compound({"WordDocument": b"x"}), "m.msg")


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
        _read(HOSTILE[name])
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
        _read(bytes(patched), "m.msg")


def test_base64_in_lines_of_any_length_is_read() -> None:
    data = base64.b64encode(b"The crane lifts eighteen tonnes.").decode()
    mail = _mail(eml("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + "\n".join(data)))
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
    mail = _mail(eml("Content-Type: multipart/alternative; boundary=C\n\n" + _between(plain, rich)))
    assert mail.text.count("The deposit is forty crowns.") == (own == "plain")
    repeated = [o.text for o in mail.omissions if o.reason == "repeated"]
    assert len(repeated) == 1
    assert "deposit" not in repeated[0]


def _between(plain: str, rich: str) -> str:
    return (
        f"--C\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n"
        f"--C\nContent-Type: text/html; charset=utf-8\n\n{rich}\n--C--\n"
    )
