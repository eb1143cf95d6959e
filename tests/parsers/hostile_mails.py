"""Harmful subtitles and mails, and sound ones to damage."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sample_files import Words, docx, paragraph, pdf
from sample_mails import Message, eml, file, msg, multipart, part

EXTENSIONS = (".srt", ".vtt", ".eml", ".msg")

TOKENS: dict[str, tuple[str, ...]] = {
    ".srt": (
        "\n", "\n\n", "1\n", "00:00:01,000 --> 00:00:02,000\n", "99:99:99,999 --> 0:00\n", "-->", "<i>",
        "{\\an8}", "- ", "00:00:01\n", "[00:00:02] ",
    ),
    ".vtt": (
        "\n", "\n\n", "WEBVTT", "NOTE ", "STYLE\n", "00:01.000 --> 00:02.000 align:start\n", "<v Ann>",
        "<c.x>", "<00:00:01.000>", "</v>", "&amp;", "&#x110000;",
    ),
    ".eml": (
        "\n", "\n\n", "Subject: ", "From: ", "=?utf-8?q?=FF?=", "=?b?b?",
        "Content-Type: text/plain; charset=", 'Content-Type: multipart/mixed; boundary="b"\n', "--b\n",
        "--b--\n", "Content-Type: message/rfc822\n\n", "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: x-uuencode\n",
        "Content-Disposition: attachment; filename*=utf-8''%00a.txt\n", "> ", "-----BEGIN PGP MESSAGE-----\n",
    ),
}  # fmt: skip


def inputs() -> Iterator[tuple[str, bytes, str]]:
    """Yield the name and the bytes of each hand-written file, and its weakness."""
    mixed = b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    yield "a.eml", mixed + b"--b\r\n\r\n" * 1_000_000, "a million parts"
    yield "a.eml", mixed + b"--b\r\n\r\nx\r\n" * 20_000, "twenty thousand parts"
    yield "a.eml", mixed + b"--b\r\n\r\nx\r\n" * 4_000, "four thousand parts"
    yield "a.eml", _nested(5_000), "parts in parts"
    yield "a.eml", b"Subject: a\r\nContent-Type: message/rfc822\r\n\r\n" * 5_000 + b"x", "mails in mails"
    yield "a.eml", _matryoshka(40), "mails attached to mails"
    yield "a.eml", b"Subject: " + b"a" * 20_000_000 + b"\r\n\r\nx", "a header of 20 MB"
    yield "a.eml", b"Subject: a\r\n" + b"X: y\r\n" * 2_000_000 + b"\r\nx", "two million headers"
    yield (
        "a.eml",
        b"Subject: a\r\nContent-Type: a/b; " + b'a="b";' * 300_000 + b"\r\n\r\nx",
        "many parameters",
    )
    yield "a.eml", b"Subject: " + b"=?a?q?b" * 14_000 + b"\r\n\r\nx", "encoded words without an end"
    yield "a.eml", b"Subject: a\r\n" + b"To: " + b"=?utf-8?q?=41?= " * 5_000 + b"\r\n\r\nx", "encoded words"
    base64 = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    yield "a.eml", eml(base64 + "=A!=" * 1_000_000), "base64 garbage"
    uu = "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n"
    yield "a.eml", eml(uu + "M" * 1_000_000), "uuencode without an end"
    yield (
        "a.eml",
        eml("Content-Type: text/plain\n\n" + "> " * 1_000_000 + "\n" + ">\n" * 500_000),
        "quoted marks",
    )
    yield "a.eml", eml("Content-Type: text/plain\n\n" + "-----BEGIN PGP MESSAGE-----\n" * 99_000), "armour"
    yield "a.eml", eml(part("text/html", "<div>" * 300_000)), "a page in a mail, nested deep"
    yield "a.eml", eml(multipart("mixed", *[file("a.pdf", b"x") for _ in range(2_000)])), "files of one name"
    yield "a.eml", eml(multipart("mixed", file("../" * 99 + "\0a.txt", b"Words."))), "a name that climbs"
    yield "a.emlx", b"999999999999\nSubject: a\n\nx", "a length that is too large"
    yield "a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v " * 1_000_000, "voices without an end"
    yield "a.vtt", b"00:01.000 --> 00:02.000\nx\n" * 100_000, "a hundred thousand cues"
    yield "a.srt", b"1\n" * 500_000, "numbers alone"
    yield "a.srt", b"0:00:01,0 --> 0:00:02,0\n" + b" " * 2_000_000 + b"\n" + b"a" * 2_000_000, "long lines"
    yield "a.txt", b"0:00\na\n" * 100_000, "a transcript without an end"
    yield "a.txt", b"[0:00]" * 500_000, "codes without an end"
    yield "a.txt", b"\x0c" * 2_000_000 + b"Words.", "two million pages"
    yield (
        "a.txt",
        ("ä" * 99 + "\n").encode() * 9 + b"\xe4\n" * 90_000,
        "many lines of another encoding",
    )
    yield "a.txt", bytes(5_000_000) + b"Words.", "zero bytes"
    yield "a.msg", _shared_streams(), "streams that share their bytes"
    whole = seeds()[".msg"][0]
    for at in range(512, len(whole), 512):
        # Each sector in turn, including those of the tables, points to itself.
        yield "a.msg", whole[:at] + struct.pack("<128I", *[at // 512 - 1] * 128) + whole[at + 512 :], "a loop"
    yield "a.msg", whole[:30] + b"\xff" * 40 + whole[70:], "a header that lies"


def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return small sound files."""
    srt = "1\n00:00:01,000 --> 00:00:02,000\n<i>The crane lifts</i>\neighteen\n\n"
    srt += "2\n00:00:03,000 --> 00:00:09,000\ntonnes.\n"
    vtt = "WEBVTT\n\nNOTE x\n\nSTYLE\n::cue {}\n\na\n00:01.000 --> 00:02.000 align:start\n"
    vtt += "<v Ann>The <c.x>crane</c> &amp; I.\n"
    inner = eml("Content-Type: text/plain\n\nInner words.").decode().replace("\r\n", "\n")
    body = multipart(
        "mixed",
        multipart(
            "alternative",
            part("text/plain; charset=koi8-r", "Привет, капитан.".encode("koi8_r")),
            multipart("related", part("text/html", "<p>The crane lifts <b>much</b>."), boundary="b3"),
            boundary="b2",
        ),
        file("a.txt", b"Attached words."),
        file("a.pdf", pdf([[Words(72, 700, "Printed words.")]])),
        file("a.docx", docx(paragraph("Typed words."))),
        "Content-Type: message/rfc822\n\n" + inner,
        part("text/calendar", "BEGIN:VEVENT\nLOCATION:Quay\nEND:VEVENT"),
    )
    message = Message(
        texts={0x37: "The crane", 0x1000: "It lifts much.", 0xC1A: "Ann", 0x5D01: "ann@x.example"},
        narrow={0xE04: b"Bob"},
        data={0x1013: b"<p>It lifts much.</p><p>And it is old.</p>"},
        numbers={0x39: 133_618_896_000_000_000, 0x3FFD: 1252},
        recipients=[Message(texts={0x3001: "Bob"}, numbers={0xC15: 1})],
        attachments=[
            Message(texts={0x3707: "a.txt"}, data={0x3701: b"Attached words. " * 300}, numbers={0x3705: 1}),
            Message(
                texts={0x3001: "b"}, numbers={0x3705: 5}, embedded=Message(texts={0x1000: "Inner words."})
            ),
        ],
    )
    return {".srt": (srt.encode(),), ".vtt": (vtt.encode(),), ".eml": (eml(body),), ".msg": (msg(message),)}


def _nested(levels: int) -> bytes:
    head = b"Subject: a\r\n"
    for level in range(levels):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
    return head + b"Content-Type: text/plain\r\n\r\nWords."


def _matryoshka(levels: int) -> bytes:
    inner = eml("Content-Type: text/plain\n\nWords.")
    for level in range(levels):
        if len(inner) > 3_000_000:
            break
        inner = eml(multipart("mixed", file("a.eml", inner), file("b.txt", b"Words."), boundary=f"b{level}"))
    return inner


def _shared_streams() -> bytes:
    """Return a message of two hundred attachments, each of which contains all bytes of the file."""
    big = b"The crane. " * 100_000
    parts = [Message(texts={0x3707: "0.txt"}, data={0x3701: big}, numbers={0x3705: 1})]
    parts += [Message(texts={0x3707: f"{n}.txt"}, data={0x3701: bytes(5_000)}) for n in range(1, 90)]
    whole = bytearray(msg(Message(texts={0x37: "a"}, attachments=parts)))
    place = struct.pack("<IQ", (whole.index(big) - 512) // 512, len(big))
    at, name = -1, "__substg1.0_37010102".encode("utf-16-le")
    while (at := whole.find(name, at + 1)) >= 0:
        whole[at + 116 : at + 128] = place
    return bytes(whole)
