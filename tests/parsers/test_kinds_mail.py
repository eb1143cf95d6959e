"""Mails are read with their headers, parts and attachments."""

from __future__ import annotations

from contextlib import suppress
from email.message import EmailMessage
from hashlib import sha256

import pytest
from mail_reading import CONTRACT, PLAIN, documents_of, mail_of
from sample_files import docx, paragraph
from sample_mails import HEADERS, Message, compound, eml, file, msg, multipart, part

from qa.errors import ReadError
from qa.parsers import account
from qa.parsers.build import Extract


def test_headers_and_body_are_the_text() -> None:
    mail = mail_of(eml("Content-Type: text/plain; charset=utf-8\n\n" + PLAIN))
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
    mail = mail_of(message.as_bytes())
    assert mail.title == text
    assert mail.text.endswith(text)
    assert mail.warnings == ()


def test_bytes_beyond_ascii_in_headers_are_read() -> None:
    raw = "From: Zoë <a@b>\r\nSubject: Größe\r\n\r\nWords.".encode()
    assert mail_of(raw).text == "From: Zoë <a@b>\n\nSubject: Größe\n\nWords."
    # An unknown charset, and a wrong one.
    assert mail_of(
        b"Subject: a\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nW\xf6rter und Gr\xf6\xdfe"
    ).text.endswith("Wörter und Größe")
    assert mail_of(b"Subject: =?x?b?!!!?=\r\n\r\nWords.").text.endswith("Words.")


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
    mail = mail_of(eml(body))
    assert mail.text.count("The crane lifts eighteen tonnes.") == 1
    assert ("1924" in mail.text) == bool(more)
    (copy,) = [o for o in mail.omissions if o.reason == "repeated"]
    assert "eighteen tonnes" in copy.text
    assert mail.warnings == ()


def test_a_single_page_is_decoded_with_the_charset_of_its_part() -> None:
    page = '<meta charset="utf-8"><p>Die Größe des Krans.</p>'.encode("iso-8859-1")
    assert mail_of(eml(part("text/html; charset=iso-8859-1", page))).text.endswith("Die Größe des Krans.")


def test_pictures_in_a_page_are_reported_and_other_files_of_it_are_read() -> None:
    related = multipart(
        "related",
        part("text/html", HTML.format("")),
        part("image/png", b"\x89PNG", "Content-ID: <1>\nContent-Disposition: inline; filename=plan.png\n"),
        file("notes.txt", b"The mast is thirty metres tall."),
        boundary="b2",
    )
    body = multipart("alternative", part("text/plain", "The crane lifts eighteen tonnes."), related)
    mail, notes = documents_of(eml(body))
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
    mail, contract, lease = documents_of(eml(body))
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
    assert warning.startswith("Not read: 3 attachments (contract (2).pdf: ")


def test_an_attached_mail_and_its_files_are_documents() -> None:
    inner = eml(
        multipart("mixed", part("text/plain", "Inner words."), file("a.txt", b"Deep words."))
    ).decode()
    inner = inner.replace("\r\n", "\n")
    body = multipart(
        "mixed", part("text/plain", "Outer words."), "Content-Type: message/rfc822\n\n" + inner, boundary="b0"
    )
    outer, forwarded, deep = documents_of(eml(body, HEADERS.replace("The crane", "Fwd: The crane")))
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
    mail = mail_of(eml(body))
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
        mail = mail_of(eml(body))
        assert "Signed words." in mail.text
        assert "iQEz" not in mail.text
        assert mail.warnings == ()


def test_an_invitation_has_its_time_and_place() -> None:
    ics = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:77\nDTSTART:20240611T090000Z\nLOCATION:North quay\\, shed 4\n"
    ics += "DESCRIPTION:We inspect\n  the crane.\nEND:VEVENT\nEND:VCALENDAR\n"
    mail = mail_of(
        eml(
            multipart("mixed", part("text/plain", "Please come."), part("text/calendar; method=REQUEST", ics))
        )
    )
    assert "LOCATION:North quay, shed 4" in mail.text
    assert "DESCRIPTION:We inspect the crane." in mail.text
    assert not account.missing(ics.replace("\n  ", " "), Extract(None, mail.text, omissions=mail.omissions))


def test_a_delivery_report_is_read() -> None:
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; quay.example\n\nStatus: 5.1.1\n"
    mail = mail_of(eml(multipart("report", part("text/plain", "It was not delivered."), status)))
    assert "It was not delivered." in mail.text
    assert "Status: 5.1.1" in mail.text


def test_apple_mail_is_read() -> None:
    data = eml("Content-Type: text/plain\n\nWords.")
    (mail,) = documents_of(b"%d\n%s<?xml version='1.0'?><plist/>" % (len(data), data), "m.emlx")
    assert mail.text.endswith("Words.")


def test_a_file_without_a_mail_is_refused() -> None:
    for data in (b"Just words.\n\nMore.", b"\n\nWords", b"x" * 100):
        with pytest.raises(ReadError):
            documents_of(data)


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
    mail, contract, older, deep = documents_of(msg(OUTLOOK), "m.msg")
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
    (mail,) = documents_of(
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
            documents_of(data, "m.msg")
    with pytest.raises(ReadError, match="really an old Word document"):
        documents_of(compound({"WordDocument": b"x"}), "m.msg")
