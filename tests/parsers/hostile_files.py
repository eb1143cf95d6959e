"""Harmful and damaged files, one for each number: the same number returns the same file.

Shared by the tests, which read a few hundred of them, and by benchmarks/parsers/fuzz.py, which reads tens of
thousands.
"""

# ruff: noqa: E501 -- markup and objects of PDFs read best unbroken.

from __future__ import annotations

import io
import json
import random
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import hostile_mails
import hostile_office
from sample_files import Words, archive, docx, epub, lines, paragraph, pdf, table
from word_files import rich

PROSE = (
    "All human beings are born free and equal in dignity and rights. They are endowed with reason and "
    "conscience and should act towards one another in a spirit of brotherhood."
)
EXTENSIONS = (
    *(".txt", ".md", ".html", ".pdf", ".docx", ".epub", ".jsonl"),
    *hostile_mails.EXTENSIONS,
    *hostile_office.EXTENSIONS,
)
_ZIPPED = frozenset((".docx", ".epub")) | hostile_office.ZIPPED


@dataclass(frozen=True)
class Input:
    """A file by its name and bytes, with a description of how it was created."""

    description: str
    name: str
    data: bytes


Seeds = Mapping[str, Sequence[bytes]]


def hostile_input(number: int, seed: int, seeds: Seeds, only: str = "") -> Input:
    """Return the file with a number: first the hand-written ones, then damaged and random ones.

    With ``only``, the damaged and random files have this extension.
    """
    structured = hand_written()
    if number < len(structured):
        return structured[number]
    rng = random.Random(f"{seed}/{number}")
    extension = only or rng.choice(EXTENSIONS)
    kind = rng.random()
    if kind < 0.05:
        return Input(
            "random bytes", "a" + extension, _magic(rng, extension) + rng.randbytes(rng.randrange(2_000))
        )
    if kind < 0.15:
        return Input("random tokens", "a" + extension, _tokens(rng, extension))
    data = rng.choice(seeds[extension])
    if extension in _ZIPPED and kind < 0.75:
        return Input("damaged member", "a" + extension, _with_damaged_member(rng, data, seeds))
    if extension == ".pdf" and kind < 0.5:
        return Input("damaged object", "a.pdf", _with_damaged_object(rng, data))
    other = rng.choice(seeds[rng.choice(EXTENSIONS)])
    return Input("damaged bytes", "a" + extension, damaged(rng, data, other))


# -- damage -----------------------------------------------------------------------------------------


def damaged(rng: random.Random, data: bytes, foreign: bytes) -> bytes:
    """Return the bytes with a few errors: bits and bytes changed, pieces doubled, moved, removed or inserted."""
    result = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        size = len(result)
        at = rng.randrange(size + 1)
        length = rng.choice((1, 2, 8, 64, 512, 4096))
        match rng.randrange(10):
            case 0 if size:
                result[at % size] ^= 1 << rng.randrange(8)
            case 1 if size:
                result[at % size] = rng.choice((0, 0xFF, 0x80, 0x7F, 0x0A, 0x3C, 0x28, rng.randrange(256)))
            case 2:
                del result[at:]
            case 3:
                del result[:at]
            case 4:
                del result[at : at + length]
            case 5:
                result[at:at] = result[at : at + length] * rng.choice((1, 2, 50))
            case 6:
                start = rng.randrange(len(foreign) + 1)
                result[at:at] = foreign[start : start + length]
            case 7:
                result[at : at + length] = rng.randbytes(length)
            case 8:
                result[at:at] = rng.choice(_INSERTS)
            case _:
                start = rng.randrange(size + 1)
                piece = result[start : start + length]
                result[at : at + length] = piece
    return bytes(result)


_INSERTS = (
    b"\x00" * 16,
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe2\x80\xae",
    b"\r\n\x0b\x0c\x85",
    b"\x1b$)C",
    b"~{",
    b"99999999999999999999",
    b"-1",
    b"4294967296",
    b"NaN",
    b"<![CDATA[",
    b"<!--",
    b"&#x110000;",
    b"&#xD800;",
    b"\\ud800",
)


def _with_damaged_member(rng: random.Random, data: bytes, seeds: Seeds) -> bytes:
    """Return a sound zip file with one damaged part; damage to the container itself never reaches the parser."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members: dict[str, str | bytes] = {name: file.read(name) for name in file.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, zlib.error):
        return damaged(rng, data, data)
    name = rng.choice(list(members))
    content = members[name]
    assert isinstance(content, bytes)
    match rng.randrange(9):
        case 0:
            del members[name]
        case 1:
            members[name] = members[rng.choice(list(members))]
        case 2:
            members[name] = _swapped_words(rng, content)
        case 3 | 4 | 5:
            members[name] = hostile_office.with_strange_values(rng, content)
        case _:
            members[name] = damaged(rng, content, rng.choice(seeds[".html"]))
    return archive(members)


def _with_damaged_object(rng: random.Random, data: bytes) -> bytes:
    """Return a PDF with changed numbers, names and references, which the parser must then interpret."""
    return (
        _swapped_words(rng, data)
        if rng.random() < 0.8
        else data.replace(b"\n", rng.choice((b"", b"\r", b" ")))
    )


_WORDS = (
    b"0 -1 1 2 65535 65536 2147483647 2147483648 -2147483648 4294967295 9223372036854775807 1e308 1e-308 "
    b"0.0000001 99999999999999999999999 null true /Kids /Parent /Count /Length /Filter /Contents /Resources "
    b"/FlateDecode /LZWDecode /ASCIIHexDecode /Type /Font /XObject /Form /Rotate /MediaBox /Encrypt /Root /Prev "
    b"[ ] << >> ( ) <> 1 0 R 2 0 R 5 0 R obj endobj stream endstream Tm Tf Td Tj TJ T* BT ET q Q cm Do re f"
).split()


def _swapped_words(rng: random.Random, data: bytes) -> bytes:
    words = data.split(b" ")
    for _ in range(rng.choice((1, 2, 8, 40))):
        at = rng.randrange(len(words))
        words[at] = rng.choice((rng.choice(_WORDS), words[rng.randrange(len(words))]))
    return b" ".join(words)


# -- without a sound file ---------------------------------------------------------------------------


def _magic(rng: random.Random, extension: str) -> bytes:
    if rng.random() < 0.3:
        return b""
    if extension in _ZIPPED:
        return b"PK\x03\x04"
    return {".pdf": b"%PDF-1.7\n", ".rtf": b"{\\rtf1 "}.get(extension, b"")


_TOKENS: dict[str, tuple[str, ...]] = {
    **hostile_mails.TOKENS,
    ".txt": (
        "\n",
        "\n\n",
        "\r",
        "\x0c",
        "\u2028",
        "\ufeff",
        "\u202e",
        "\U0001f600",
        "e\u0301",
        ". ",
        "Dr. ",
        "- ",
    ),
    ".md": (
        *("# ", "## ", "* ", "- ", "> ", "1. ", "```", "~~~", "`", "**", "_", "[", "](", ")", "![", "<b>"),
        *(
            "\n",
            "\n\n",
            "    ",
            "\t",
            "---\n",
            "===\n",
            "| a | b |\n",
            "|---|---|\n",
            "\\",
            "&amp;",
            "<!--",
            "~~",
        ),
    ),
    ".html": (
        *("<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<li>", "<ul>"),
        *(
            "<select>",
            "<option>",
            "<svg>",
            "<math>",
            "<template>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<a",
        ),
        *(
            "<b>",
            "<i>",
            "</b>",
            "<pre>",
            "</pre>",
            "<code>",
            "<br>",
            "<h1>",
            "</h1>",
            "<main>",
            "<nav>",
            "<title>",
        ),
        *(
            "<![CDATA[",
            "]]>",
            "<?xml",
            "?>",
            "&",
            "&lt;",
            "&#0;",
            '"',
            "'",
            ">",
            "<",
            "<frameset>",
            "<body>",
            "\x00",
        ),
        *(
            "<ruby>",
            "<rt>",
            "<iframe>",
            "<textarea>",
            "<plaintext>",
            "<base>",
            " hidden ",
            " style='display:none'",
        ),
    ),
    ".jsonl": (
        "{",
        "}",
        '"_id"',
        '"text"',
        '"title"',
        ":",
        ",",
        "[",
        "]",
        "null",
        "1e999",
        '"\\ud800"',
        "\n",
        "NaN",
    ),
}


def _tokens(rng: random.Random, extension: str) -> bytes:
    if extension in {".docx", ".epub"}:
        inner = "".join(rng.choice((*_TOKENS[".html"], "word ")) for _ in range(rng.randrange(200)))
        return docx(inner) if extension == ".docx" else epub({"a.xhtml": inner})
    if extension == ".msg":
        return rng.choice(hostile_mails.seeds()[extension])
    if extension in hostile_office.ZIPPED:
        inner = "".join(rng.choice((*_TOKENS[".html"], "word ")) for _ in range(rng.randrange(200)))
        return hostile_office.of_tokens(extension, inner)
    if extension == ".rtf":
        pieces = (*hostile_office.TOKENS[".rtf"], "word ")
        return b"{\\rtf1 " + "".join(rng.choice(pieces) for _ in range(rng.randrange(500))).encode()
    if extension == ".pdf":
        return _pdf_of(b" ".join(rng.choice(_WORDS) for _ in range(rng.randrange(400))))
    tokens = (*(_TOKENS | hostile_office.TOKENS)[extension], "word ", "Two words. ")
    text = "".join(rng.choice(tokens) for _ in range(rng.randrange(500)))
    return text.encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-16", "cp1252")), "replace")


def _pdf_of(content: bytes, *, extra: bytes = b"", page: bytes = b"") -> bytes:
    """Return a PDF of one page with this content and no table of objects, so it must be repaired."""
    return (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>%s>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n%s\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF" % (page, len(content), content, extra)
    )


_SHOWN = b"BT /F1 10 Tf 72 700 Td (Some words to read.) Tj ET"


# -- written by hand --------------------------------------------------------------------------------


@cache
def hand_written() -> tuple[Input, ...]:
    """Return the hand-written files, each of which attacks one weakness."""
    files = (
        file
        for build in (_texts, _markup, _json, _archives, _pdfs, hostile_mails.inputs, hostile_office.files)
        for file in build()
    )
    inputs = [Input(weakness, name, data) for name, data, weakness in files]
    names = (
        *(
            "../../etc/passwd.txt",
            "/etc/passwd.txt",
            "a\nb.txt",
            "a\x00b.txt",
            "\u202egpj.txt",
            " .txt",
            "..txt.txt",
        ),
        *(
            "\udcff.txt",
            "a" * 5_000 + ".txt",
            "con.txt",
            "\x1b[31m.txt",
            "a\r\n.md",
            "\u2028.html",
            "\ufeff.jsonl",
        ),
    )
    inputs += [Input("strange name", name, PROSE.encode()) for name in names]
    return tuple(inputs)


_File = tuple[str, bytes, str]


def _texts() -> list[_File]:
    long = "word " * 200_000
    return [
        ("a.txt", b"a" * 3_000_000, "one endless word"),
        ("a.txt", long.encode(), "one endless line"),
        ("a.txt", b"\n" * 1_000_000 + b"end", "a million line ends"),
        ("a.txt", b". " * 300_000, "nothing but full stops"),
        ("a.txt", b"Dr. " * 100_000, "nothing but abbreviations"),
        ("a.txt", "\u0301".encode() * 100_000 + b"a", "a tower of accents"),
        ("a.txt", "\u202e".encode() * 1_000 + PROSE.encode(), "turned round"),
        ("a.txt", b"\x00" * 100_000 + b"a", "null bytes"),
        ("a.txt", b"a\x00" * 50_001, "UTF-16 of odd length"),
        ("a.txt", b"\x00a" * 50_000 + b"\x00\xd8", "UTF-16 with half a pair"),
        ("a.txt", b"\xff\xfe" + b"\x00\xd8" * 5_000, "halves of pairs"),
        ("a.txt", b"\xff\xfe\x00\x00" + b"\xff\xff\xff\xff" * 5_000, "UTF-32 beyond Unicode"),
        ("a.txt", b"\xed\xa0\x80" * 5_000 + b"words", "surrogates in UTF-8"),
        ("a.txt", b"\x1b$)C" + b"\x0e" * 5_000, "ISO-2022-KR that shifts only"),
        ("a.txt", b"\x1b$B" * 5_000, "ISO-2022-JP that escapes only"),
        ("a.txt", b"~{" * 20_000, "HZ that opens only"),
        ("a.txt", b"~{" + b"!!" * 20_000 + b"!", "HZ without an end"),
        ("a.txt", bytes(range(128, 256)) * 2_000, "high bytes only"),
        ("a.txt", b"(" * 200_000, "brackets"),
        ("a.txt", "“".encode() * 100_000 + b"x", "quotes that never close"),
        ("a.txt", b"a.\n" * 100_000, "a hundred thousand short lines"),
        ("a.txt", b"1. a\n" * 100_000, "a hundred thousand items"),
        ("a.txt", ("ก" * 100_000).encode(), "Thai without a space"),
        ("a.txt", ("人" * 100_000).encode(), "Chinese without a stop"),
        ("a.txt", ("人。" * 50_000).encode(), "Chinese with nothing but stops"),
        ("a.txt", b"A.B." * 50_000, "nothing but initials"),
        ("a.txt", b"a\x85\x0b\x0c\x1c\x1d\x1e" * 10_000, "every other line end"),
        ("a.txt", b" " * 500_000 + b"x" + b" " * 500_000, "white space around one letter"),
    ]


def _markup() -> list[_File]:
    deep = 60_000
    pages = [
        (b"<div>" * deep + b"x", "deep elements"),
        (b"<b><p>" * deep + b"x", "misnested elements"),
        (b"<table><tr><td>" * 20_000 + b"x", "deep tables"),
        (b"<p>" * deep + b"x", "unclosed paragraphs"),
        (b"<select>" + b"<option>a" * deep, "a list of choices"),
        (b"<select>" + b"<optgroup>a" * deep, "a list of groups of choices"),
        (b"<a href=x>y" * deep, "links that never close"),
        (b"<font>" * 9_000 + b"<p>x" * 200, "formatting that must be opened again"),
        (b"<b><i><u><s>" * 2_000 + b"<p>x" * 2_000, "formatting of many kinds"),
        (b"<svg>" * 9_000 + b"x", "deep drawings"),
        (b"<math><mi>" * 9_000 + b"x", "deep formulas"),
        (b"<template>" * 9_000 + b"x", "deep templates"),
        (b"<!--" * deep, "comments that never close"),
        (b"<!" * deep, "declarations"),
        (b"<?xml " * deep, "instructions"),
        (b"<" * 500_000, "brackets"),
        (b"&" * 500_000 + b"x", "ampersands"),
        (b"&lt;" * deep, "entities"),
        (b"&#x110000;&#xD800;&#0;&#128;&bogus;" * 1_000, "entities of no letter"),
        (b"<p " + b"a=b " * deep + b">x", "an element of many attributes"),
        (b"<p class='" + b"a " * deep + b"'>x", "an element of many classes"),
        (b"<p style='" + b"display : " * deep + b"'>x", "a long style"),
        (b"<meta " * deep + b"charset=", "declarations of the encoding"),
        (b"<meta charset=utf-7>+ADw-p+AD4-" + PROSE.encode(), "UTF-7"),
        (b"<meta charset=idna>" + b"\xe9" * 500, "an encoding that is none"),
        (b"<meta charset=punycode><p>" + b"\xe9" * 500, "punycode"),
        (b"<meta charset=rot13><p>" + b"\xe9" * 500, "a codec that is no encoding"),
        (b"<meta charset=unicode_escape><p>\\ud800" + b"\xe9" * 500, "escapes"),
        (b"<meta charset=zlib><p>" + b"\xe9" * 500, "compression as encoding"),
        (b"<meta charset=" + b"x" * 5_000 + b"><p>\xe9", "a long name of an encoding"),
        (b"<title>" + b"x" * 500_000, "a title without an end"),
        (b"<title/><p>x" * 20_000, "titles that close themselves"),
        (b"<pre>" + b"a  b\n" * deep, "long preformatted text"),
        (b"<pre>" + b"\n \n" * deep, "preformatted blank lines"),
        (b"<p>" + b"a<br>" * deep, "line breaks"),
        (b"<p>" + b" \n" * deep + b"x", "white space"),
        (b"<table><tr>" + b"<td>a" * deep, "a row of many cells"),
        (b"<table>" + b"<tr><td>a<td>b" * 20_000, "a table of many rows"),
        (b"<table>" + b"x" * 2 + b"<b>y" * 9_000, "text that tables throw out"),
        (b"<ruby>" + b"a<rt>b" * deep, "ruby"),
        (b"<frameset>" + b"<frame>" * deep, "frames"),
        (b"<plaintext>" + PROSE.encode(), "plain text to the end"),
        (b"<article>x</article>" * 20_000, "many articles"),
        (b"<header>x</header>" * 20_000, "many headers"),
        (b"<p hidden>x", "a page that is hidden"),
        (b"<html><body><script>x</script>", "a page of programs"),
        ("<p>\u202e\u0000\ufffe\U0010ffff".encode(), "characters of no meaning"),
    ]
    lines_of = [
        (b"[" * 40_000, "brackets"),
        (b"[a](" * 10_000, "links that never close"),
        (b"![" * 20_000, "pictures that never close"),
        (b"*a " * 15_000, "stars"),
        (b"**a" * 15_000, "double stars"),
        (b"_a*b" * 10_000, "emphasis of two kinds"),
        (b"`" * 40_000, "ticks"),
        (b"`a``b```" * 5_000, "ticks of many lengths"),
        (b"> " * 20_000 + b"x", "deep quotes"),
        (b"- " * 20_000 + b"x", "deep lists"),
        (b"1. " * 15_000 + b"x", "deep numbered lists"),
        (b"".join(b"  " * n + b"- x\n" for n in range(400)), "a staircase of lists"),
        (b"- x\n\n" * 10_000, "a loose list"),
        (b"|" * 40_000 + b"\n" + b"|-" * 20_000 + b"|\n", "a table of many columns"),
        (b"| a | b |\n|---|---|\n" + b"| x | y |\n" * 10_000, "a table of many rows"),
        (b"<" * 45_000, "angle brackets"),
        (b"<a" * 20_000, "tags that never close"),
        (b"<!--" * 10_000, "comments that never close"),
        (b"<![CDATA[" * 5_000, "sections that never close"),
        (b"&" * 45_000, "ampersands"),
        (b"\\" * 45_000, "backslashes"),
        (b"[a]: b\n" * 6_000, "references"),
        (b"[a]: <b> '" * 4_000, "references that never close"),
        (b"[a" * 10_000 + b"]" * 10_000, "nested brackets"),
        (b"a\n" * 20_000 + b"===", "a heading of many lines"),
        (b"~~a" * 15_000, "strikes"),
        (b"---\n" * 10_000, "front matter that never ends"),
        (b"---\ntitle: " + b" " * 100_000 + b"\n---\nx", "a title of spaces"),
        (b"```\n" * 10_000, "fences"),
        (b"\t" * 40_000 + b"x", "tabs"),
        (b"#" * 40_000, "hashes"),
        (b"# a\n" * 10_000, "headings"),
        (b"http://a." * 5_000, "addresses"),
        (b"a@b" * 10_000, "mail addresses"),
        (b"<div>\n\n" * 20_000, "deep elements"),
    ]
    return [
        *(("a.html", data, f"HTML: {weakness}") for data, weakness in pages),
        *(("a.md", data, f"Markdown: {weakness}") for data, weakness in lines_of),
    ]


def _json() -> list[_File]:
    return [
        ("a.jsonl", b"[" * 100_000, "JSON: deep lists"),
        ("a.jsonl", b'{"a":' * 100_000, "JSON: deep objects"),
        ("a.jsonl", b'{"_id":"1","text":"\\ud800 a \\udc00"}', "JSON: lone surrogates"),
        ("a.jsonl", b'{"_id":"\\ud800","title":"\\udfff","text":"a"}', "JSON: lone surrogates in the id"),
        ("a.jsonl", b'{"_id":"\\u0000","text":"a"}', "JSON: an id of nothing"),
        ("a.jsonl", b'{"_id":" ","text":"a"}', "JSON: an id of a space"),
        ("a.jsonl", b'{"_id":"a\\nb","text":"a"}', "JSON: an id of two lines"),
        ("a.jsonl", b'{"_id":"../../a","text":"a"}', "JSON: an id that climbs"),
        ("a.jsonl", b'{"_id":' + b"9" * 10_000 + b',"text":"a"}', "JSON: a huge number as id"),
        ("a.jsonl", b'{"_id":1e999,"text":"a"}', "JSON: infinity as id"),
        ("a.jsonl", b'{"_id":NaN,"text":NaN}', "JSON: no numbers"),
        ("a.jsonl", b'{"_id":true,"text":"a"}', "JSON: a truth as id"),
        ("a.jsonl", b'{"_id":"a","text":["a"]}', "JSON: a list as text"),
        ("a.jsonl", b'{"_id":"a","text":"\\u0007\\u0008"}', "JSON: a text of controls"),
        ("a.jsonl", b'{"_id":"a","title":"\\u0007","text":" "}', "JSON: nothing but white space"),
        ("a.jsonl", b'{"_id":"a","text":"a"}\n' * 2_000, "JSON: the same id again and again"),
        ("a.jsonl", b"null\n" * 2_000, "JSON: lines of nothing"),
        ("a.jsonl", b"\xff\xfe" + '{"_id":"a","text":"a"}'.encode("utf-16-le"), "JSON: UTF-16"),
        ("a.jsonl", b'{"_id":"a","text":"\xff"}', "JSON: no UTF-8"),
        (
            "a.jsonl",
            b'{"_id":"a","text":"' + b"x" * 21_000_000 + b'"}\n{"_id":"b","text":"b"}',
            "JSON: a huge line",
        ),
        ("a.jsonl", json.dumps({"_id": "a", "text": "a. " * 200_000}).encode(), "JSON: a long record"),
        ("a.jsonl", b"{" + b'"a":1,' * 100_000 + b'"_id":"a","text":"a"}', "JSON: many keys"),
    ]


def _bomb(megabytes: int) -> bytes:
    return b" " * (megabytes * 1_000_000)


def _archives() -> list[_File]:
    entities = (
        '<!DOCTYPE d [<!ENTITY a "'
        + "x" * 1_000
        + '">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 50}">' for n in range(8))
        + "]>"
    )
    external = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    words = paragraph("Some words.")
    book = {"a.xhtml": "<p>Some words.</p>"}
    deep = "<w:sdt>" * 3_000 + words + "</w:sdt>" * 3_000
    nested = "<w:tbl><w:tr><w:tc>" * 500 + words + "</w:tc></w:tr></w:tbl>" * 500
    circle = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 2_000}"/></w:style>'
        for n in range(2_000)
    )
    styled = "".join(paragraph("a", f'<w:pStyle w:val="s{n}"/>') for n in range(2_000))
    note = '<w:footnote w:id="1"><w:p><w:r><w:t>Note.</w:t><w:footnoteReference w:id="1"/></w:r></w:p></w:footnote>'
    noted = '<w:p><w:r><w:t>Text.</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    boxes = "<w:p><w:r><w:txbxContent>" * 2_000 + words + "</w:txbxContent></w:r></w:p>" * 2_000
    members = {f"word/{n}.xml": "" for n in range(21_000)}
    container = '<container><rootfiles><rootfile full-path="{}"/></rootfiles></container>'
    lying = bytearray(docx(words))
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 20 : at + 28] = b"\xff" * 8
    return [
        ("a.docx", archive({"word/document.xml": _bomb(100)}), "Word: a bomb"),
        ("a.docx", docx(words, styles=" " * 80_000_000), "Word: a bomb of styles"),
        (
            "a.docx",
            archive({f"word/{n}": _bomb(50) for n in range(4)} | {"word/document.xml": "x"}),
            "Word: bombs",
        ),
        ("a.docx", docx(words, prolog=entities), "Word: an entity bomb"),
        ("a.docx", docx(words, prolog=external), "Word: an entity that fetches a file"),
        ("a.docx", docx(deep), "Word: deep controls"),
        ("a.docx", docx(nested), "Word: deep tables"),
        ("a.docx", docx(boxes), "Word: deep text boxes"),
        ("a.docx", docx("<w:x>" * 100_000), "Word: elements that never close"),
        ("a.docx", docx("<w:x>" * 50_000 + "</w:x>" * 50_000), "Word: elements very deep"),
        ("a.docx", docx(styled, styles=circle), "Word: styles in a circle"),
        ("a.docx", docx(noted * 3, footnotes=note), "Word: a note that refers to itself"),
        ("a.docx", docx(words * 20_000), "Word: many paragraphs"),
        ("a.docx", docx(table([[words] * 20_000])), "Word: a row of many cells"),
        ("a.docx", docx(table([[words, words]] * 5_000)), "Word: a table of many rows"),
        ("a.docx", docx(paragraph("a", '<w:outlineLvl w:val="²"/>')), "Word: a level that is no number"),
        (
            "a.docx",
            docx(paragraph("a", '<w:outlineLvl w:val="99999999999999999999"/>')),
            "Word: a huge level",
        ),
        ("a.docx", docx(paragraph("&#x1;")), "Word: a control character"),
        ("a.docx", docx("<w:p><!-- a --><?b c?><w:r><w:t>Words.</w:t></w:r></w:p>"), "Word: comments"),
        ("a.docx", archive({"word/document.xml": b"\xff\xfe<\x00a\x00"}), "Word: UTF-16 that is cut"),
        (
            "a.docx",
            archive({"word/document.xml": '<?xml version="1.0" encoding="utf-7"?><a/>'}),
            "Word: UTF-7",
        ),
        ("a.docx", archive({"word/document.xml": "<a/>"} | members), "Word: very many parts"),
        (
            "a.docx",
            archive({"../../word/document.xml": "<a/>", "word/document.xml": "<a/>"}),
            "Word: names that climb",
        ),
        ("a.docx", bytes(lying), "Word: a size that is a lie"),
        ("a.docx", _encrypted_flags(docx(words)), "Word: parts that say they are encrypted"),
        ("a.docx", _method(docx(words), 99), "Word: an unknown compression"),
        ("a.docx", _method(docx(words), 12), "Word: another compression than stated"),
        ("a.epub", epub({"a.xhtml": " " * 80_000_000}), "EPUB: a bomb"),
        ("a.epub", epub({"a.xhtml": "<p>" + "x" * 500_000} | book), "EPUB: a long chapter"),
        ("a.epub", epub(book, spine=["a.xhtml"] * 20_000), "EPUB: the same chapter again and again"),
        (
            "a.epub",
            epub({"a.xhtml": "<p>" + PROSE * 3_000}, spine=["a.xhtml"] * 5_000),
            "EPUB: a chapter bomb",
        ),
        ("a.epub", epub({"../../a.xhtml": "<p>x", "%2e%2e/b": "<p>y"}), "EPUB: names that climb"),
        ("a.epub", epub({"a.xhtml": "<div>" * 60_000}), "EPUB: deep elements"),
        ("a.epub", epub({"a.xhtml": "<select>" + "<option>a" * 60_000}), "EPUB: a list of choices"),
        (
            "a.epub",
            archive({"META-INF/container.xml": container.format("META-INF/container.xml")}),
            "EPUB: a circle",
        ),
        ("a.epub", archive({"META-INF/container.xml": container.format("../../etc/passwd")}), "EPUB: climbs"),
        (
            "a.epub",
            archive({"META-INF/container.xml": entities + container.format("&h;")}),
            "EPUB: an entity bomb",
        ),
        (
            "a.epub",
            archive({"META-INF/container.xml": container.format("x\x01")}),
            "EPUB: a control character",
        ),
    ]


def _encrypted_flags(data: bytes) -> bytes:
    result = bytearray(data)
    offset = 0
    while (offset := result.find(b"PK\x01\x02", offset)) >= 0:
        result[offset + 8] |= 1
        offset += 4
    return bytes(result)


def _method(data: bytes, method: int) -> bytes:
    result = bytearray(data)
    offset = 0
    while (offset := result.find(b"PK\x01\x02", offset)) >= 0:
        result[offset + 10] = method
        offset += 4
    return bytes(result)


def _pdfs() -> list[_File]:
    def stream(number: int, dictionary: bytes, content: bytes) -> bytes:
        return b"%d 0 obj<<%s/Length %d>>stream\n%s\nendstream endobj\n" % (
            number,
            dictionary,
            len(content),
            content,
        )

    def raw(objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
        return b"%%PDF-1.7\n%s\ntrailer<<%s>>\n%%%%EOF" % (objects, trailer)

    catalog = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    circle = b"2 0 obj<</Type/Pages/Count 3/Kids[2 0 R 3 0 R 2 0 R]>>endobj\n3 0 obj<</Type/Pages/Kids[2 0 R]>>endobj\n"
    flate = zlib.compress(b" " * 300_000_000, 9)
    shown = zlib.compress(_SHOWN * 40_000, 9)
    font = (
        b"5 0 obj<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>"
        b"endobj\n7 0 obj<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(A)/Ordering(I)"
        b"/Supplement 0>>/DW 500>>endobj\n"
    )
    range_bomb = b"1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <d800> endbfrange"
    long_map = b"1 beginbfchar <0041> <" + b"0041" * 20_000 + b"> endbfchar"
    files = [
        (raw(catalog + circle), "cyclic page tree"),
        (
            raw(catalog + b"2 0 obj<</Type/Pages/Count 1/Kids 2 0 R>>endobj\n"),
            "a tree that is its own branch",
        ),
        (
            raw(catalog + b"2 0 obj<</Type/Pages/Count 2147483647/Kids[]>>endobj\n"),
            "two thousand million pages",
        ),
        (raw(catalog + b"2 0 obj<</Type/Pages/Count -5/Kids[3 0 R]>>endobj\n"), "fewer than no pages"),
        (raw(catalog + b"2 0 obj<</Type/Pages/Count 19999/Kids[]>>endobj\n"), "pages that are not there"),
        (
            raw(
                catalog + b"2 0 obj<</Type/Pages/Count 5000/Kids[" + b"3 0 R " * 5_000 + b"]>>endobj\n"
                b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
            ),
            "the same page five thousand times",
        ),
        (
            raw(
                catalog
                + b"".join(
                    b"%d 0 obj<</Type/Pages/Count 1/Kids[%d 0 R]>>endobj\n" % (n, n + 1)
                    for n in range(2, 20_000)
                )
            ),
            "a very deep page tree",
        ),
        (raw(b"1 0 obj 1 0 R endobj"), "a root that is itself"),
        (raw(b"1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj"), "a catalog of itself"),
        (raw(b"1 0 obj" + b"[" * 200_000 + b"endobj"), "deep lists"),
        (raw(b"1 0 obj" + b"<<" * 200_000 + b"endobj"), "deep dictionaries"),
        (raw(b"1 0 obj" + b"(" * 200_000 + b"endobj"), "deep strings"),
        (b"%PDF-1.7\n" + b"1 0 obj " * 100_000, "objects that never end"),
        (b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF", "a table far away"),
        (
            b"%PDF-1.7\nxref\n0 2147483647\ntrailer<</Size 2147483647/Root 1 0 R>>\nstartxref\n9\n%%EOF",
            "a huge table",
        ),
        (
            b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
            "a table in a circle",
        ),
        (b"%PDF-1.7\n" + b"%" * 500_000, "comments"),
        (b"%PDF-" * 50_000, "headers"),
        (_pdf_of(b"", extra=b""), "an empty page"),
        (_pdf_of(_SHOWN, page=b"/Rotate 2147483648"), "turned very far"),
        (_pdf_of(_SHOWN, page=b"/Rotate 45"), "turned by half"),
        (_pdf_of(_SHOWN, page=b"/MediaBox[0 0 0 0]"), "a page of no size"),
        (_pdf_of(_SHOWN, page=b"/MediaBox[0 0 1e38 1e38]"), "a page of endless size"),
        (_pdf_of(_SHOWN, page=b"/MediaBox[99999999999 -99999999999 1 nan]"), "a page of wrong size"),
        (_pdf_of(_SHOWN, page=b"/CropBox[800 800 700 700]"), "a page cut outside of itself"),
        (_pdf_of(_SHOWN, page=b"/UserUnit 1e30"), "a page of huge units"),
        (_pdf_of(_SHOWN, page=b"/Contents[4 0 R 4 0 R 3 0 R 2 0 R 99 0 R]"), "content that is a page"),
        (
            _pdf_of(
                b"/X Do",
                extra=stream(6, b"/Type/XObject/Subtype/Form/Resources<</XObject<</X 6 0 R>>>>", b"/X Do"),
            ),
            "a form of itself",
        ),
        (
            _pdf_of(
                b"/X Do",
                extra=b"".join(
                    stream(
                        6 + n,
                        b"/Type/XObject/Subtype/Form/Resources<</XObject<</X %d 0 R>>>>" % (7 + n),
                        b"/X Do " * 10,
                    )
                    for n in range(9)
                ),
            ),
            "forms of ten forms of ten forms",
        ),
        (_pdf_of(b"q " * 200_000 + _SHOWN), "states that are never given back"),
        (_pdf_of(b"BT " * 50_000 + _SHOWN), "texts that never end"),
        (_pdf_of(b"BT /F1 1e38 Tf 1e38 0 0 1e38 1e38 1e38 Tm (Huge) Tj ET"), "huge letters"),
        (_pdf_of(b"BT /F1 1e-38 Tf (Tiny) Tj ET " + _SHOWN), "tiny letters"),
        (_pdf_of(b"BT /F1 0 Tf (None) Tj ET"), "letters of no size"),
        (_pdf_of(b"BT /F1 -10 Tf 72 700 Td (Below nothing.) Tj ET"), "letters of negative size"),
        (_pdf_of(b"BT /F1 10 Tf 0 0 0 0 72 700 Tm (Flat words.) Tj ET"), "flat letters"),
        (_pdf_of(b"BT /F1 10 Tf 1e9 Tz 1e9 Tc 1e9 Tw 72 700 Td (Far apart.) Tj ET"), "letters far apart"),
        (_pdf_of(b"BT /F1 10 Tf 72 700 Td (" + b"a" * 290_000 + b") Tj ET"), "one endless word"),
        (_pdf_of(b"BT /F1 10 Tf 72 700 Td (" + b"a " * 200_000 + b") Tj ET"), "more letters than a page has"),
        (
            _pdf_of(
                b"".join(
                    b"BT /F1 1 Tf %d %d Td (ab) Tj ET " % (n % 600, n // 600 * 2)
                    for n in range(0, 200_000, 7)
                )
            ),
            "a page of dust",
        ),
        (
            _pdf_of(
                b"".join(
                    b"BT /F1 9 Tf %d %d Td (Some words here) Tj ET " % (72 + n % 2 * 300, 780 - n // 2)
                    for n in range(1_400)
                )
            ),
            "lines upon lines",
        ),
        (
            _pdf_of(
                b"".join(
                    b"BT /F1 8 Tf %d %d Td (words of it) Tj ET " % (n * 37 % 550, n * 53 % 780)
                    for n in range(4_900)
                )
            ),
            "words all over",
        ),
        (
            _pdf_of(
                b"".join(
                    b"BT /F1 8 Tf %d %d Td (x) Tj ET " % (n * 37 % 550, n * 53 % 780) for n in range(40_000)
                )
            ),
            "letters all over",
        ),
        (_pdf_of(b"BT /F1 8 Tf 72 700 Td (Over.) Tj ET " * 20_000), "the same place again and again"),
        (_pdf_of(b"[" * 100_000 + b"] TJ"), "deep lists in content"),
        (_pdf_of(b"(" * 100_000), "a string that never ends"),
        (
            _pdf_of(b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID " + b"x" * 100 + b" EI " + _SHOWN),
            "a huge image",
        ),
        (
            _pdf_of(b"/Span<</ActualText(" + b"x" * 50_000 + b")>>BDC " + _SHOWN + b" EMC"),
            "a long text in its place",
        ),
        (_pdf_of(b"/Span<</ActualText<FEFFD800>>>BDC " + _SHOWN + b" EMC"), "half a pair in its place"),
        (
            _pdf_of(b"/Span<</ActualText<FEFF202E00410042>>>BDC " + _SHOWN + b" EMC"),
            "turned text in its place",
        ),
        (
            _pdf_of(b"", page=b"/Contents 9 0 R", extra=stream(9, b"/Filter/FlateDecode", flate)),
            "a bomb of spaces",
        ),
        (
            _pdf_of(b"", page=b"/Contents 9 0 R", extra=stream(9, b"/Filter/FlateDecode", shown)),
            "a bomb of words",
        ),
        (
            _pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=stream(9, b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(flate)),
            ),
            "a bomb in a bomb",
        ),
        (
            _pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=stream(9, b"/Filter[" + b"/ASCIIHexDecode" * 5_000 + b"]", b"41>"),
            ),
            "filters upon filters",
        ),
        (
            _pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=stream(9, b"/Filter/LZWDecode", b"\x80\x0b\x60\x50\x22\x0c" * 9_000),
            ),
            "broken LZW",
        ),
        (
            _pdf_of(
                b"", page=b"/Contents 9 0 R", extra=stream(9, b"/Filter/RunLengthDecode", b"\x81 " * 100_000)
            ),
            "run lengths",
        ),
        (
            _pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=b"9 0 obj<</Length 9 0 R>>stream\n" + _SHOWN + b"\nendstream endobj",
            ),
            "a length that is itself",
        ),
        (
            _pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=b"9 0 obj<</Length 99999999999>>stream\n" + _SHOWN + b"\nendstream endobj",
            ),
            "a length that is a lie",
        ),
        (
            _pdf_of(
                b"BT /F1 10 Tf 72 700 Td <00410042D800DC00FFFF> Tj ET",
                extra=font + stream(8, b"", range_bomb),
            ),
            "letters that are halves",
        ),
        (
            _pdf_of(b"BT /F1 10 Tf 72 700 Td <0041> Tj ET", extra=font + stream(8, b"", long_map)),
            "a letter that is a book",
        ),
        (
            _pdf_of(
                b"BT /F1 10 Tf 72 700 Td <" + b"0041" * 2_000 + b"> Tj ET",
                extra=font + stream(8, b"", long_map),
            ),
            "letters that are books",
        ),
        (_pdf_of(_SHOWN, extra=font + stream(8, b"", b"<" * 100_000)), "a map that never ends"),
        (
            _pdf_of(
                _SHOWN,
                extra=b"5 0 obj<</Type/Font/Subtype/Type3/FontMatrix[0 0 0 0 0 0]/CharProcs<</a 4 0 R>>/Encoding<</Differences[0/a]>>/FirstChar 0/LastChar 255/Widths[1]>>endobj",
            ),
            "a font of this page",
        ),
        (
            _pdf_of(
                _SHOWN,
                extra=b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar -5/LastChar 2147483647/Widths[1e38]>>endobj",
            ),
            "a font of wrong widths",
        ),
        (
            _pdf_of(
                _SHOWN,
                extra=b"5 0 obj<</Type/Font/Subtype/TrueType/BaseFont/A/FontDescriptor<</FontFile2 9 0 R>>>>endobj\n"
                + stream(9, b"", b"\x00\x01\x00\x00" + b"\xff" * 500),
            ),
            "a broken font",
        ),
        (pdf([lines(72, 700, [PROSE[:60]] * 3)] * 3, title="\x00" * 50), "a title of nothing"),
        (pdf([lines(72, 700, [PROSE[:60]] * 3)] * 3, title="x" * 5_000), "a long title"),
        (
            pdf([[Words(72, 700 - n, "Words of text.") for n in range(0, 600, 12)]] * 300),
            "three hundred pages",
        ),
        (
            raw(
                catalog + b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n",
                b"/Root 1 0 R/Encrypt<</Filter/Standard/V 5/R 6/Length 256/P -1/O(x)/U(x)>>",
            ),
            "a broken lock",
        ),
        (raw(catalog, b"/Root 1 0 R/Encrypt 99 0 R"), "a lock that is not there"),
        (b"\x00" * 1_000 + b"%PDF-1.7\n", "a header late"),
    ]
    return [("a.pdf", data, f"PDF: {weakness}") for data, weakness in files]


# -- sound files to damage --------------------------------------------------------------------------


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return small sound files of every format."""
    html = (
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A Page</title><style>p{}</style></head>"
        "<body><nav><a href=/>Home</a></nav><main><h1>Title</h1><p>One <b>bold</b> <a href='x'>link</a> &amp; "
        f"more.<br>Next line.</p><h2 id=a class='b c'>Part</h2><p>{PROSE}</p><ul><li>one<li>two <ul><li>deep</ul>"
        "</ul><table><caption>T</caption><tr><th>a<th>b<tr><td>1<td>2</table><pre><code>x = 1\n\ny</code></pre>"
        "<pre>Old prose\n\nin lines.</pre><dl><dt>t<dd>d</dl><blockquote><p>Quoted.</blockquote><ruby>漢<rt>k</rt>"
        "</ruby><svg><text>no</text></svg><p hidden>no</p><!-- c --><script>no</script></main><footer>F</footer>"
    )
    latin = f"<meta charset=iso-8859-1><p>Caf\xe9 \x93quoted\x94 {PROSE}".encode("latin-1")
    markdown = (
        f"---\ntitle: T\n---\n# One\n\n{PROSE}\n\n## Two\n\n- a\n- b\n  - c\n\n1. x\n2. y\n\n> Quoted *text*.\n\n"
        "```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nSetext\n======\n\n[a](b 'c') ![i](j) `code` "
        "<b>html</b> &lt; \\* ~~s~~\n\n    indented\n\n[r]: http://a\n"
    )
    cjk = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 8
    texts = (
        PROSE.encode() * 3,
        f"Über {PROSE}\r\n\r\nÄrger.".encode("cp1252"),
        cjk.encode("shift_jis"),
        cjk.encode("utf-16"),
        cjk.encode("iso2022_jp"),
        "Все люди рождаются свободными и равными в своём достоинстве. ".encode("koi8_r") * 8,
        f"CHAPTER I\n\n{PROSE}\n\n  1. One\n  2. Two\n\n{PROSE}".encode(),
    )
    columns = [
        *lines(72, 700, [f"The left column has line {n} of its words" for n in range(8)]),
        *lines(320, 700, [f"The right column has line {n} of words" for n in range(8)]),
        Words(72, 750, "A Title of the Page", 20, bold=True),
    ]
    rows = [Words(x, 500 - 14 * y, f"c{x}{y}") for y in range(5) for x in (72, 220, 400)]
    pages = [
        columns,
        [*rows, *lines(72, 100, ["It goes on to", "the next page and"])],
        lines(72, 700, ["ends."]),
    ]
    compressed = zlib.compress(_SHOWN * 5)
    mapped = (
        b"5 0 obj<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>"
        b"endobj\n7 0 obj<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 500>>endobj\n"
        b"8 0 obj<</Length 99>>stream\n1 begincodespacerange <0000> <ffff> endcodespacerange "
        b"2 beginbfchar <0001> <0041> <0002> <D83DDE00> endbfchar endstream endobj\n"
    )
    books = {
        "a.xhtml": f"<h1>One</h1><p>{PROSE}</p>",
        "b.xhtml": f"<section epub:type='chapter'><p>{PROSE}</p><table><tr><td>a</td><td>b</td></tr></table></section>",
    }
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="L"><w:basedOn w:val="H1"/></w:style>'
    )
    notes = '<w:footnote w:id="1"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    body = (
        paragraph("Heading", '<w:pStyle w:val="H1"/>')
        + paragraph(PROSE)
        + table([[paragraph("a"), paragraph("b")], [paragraph("c"), paragraph("d")]])
        + '<w:p><w:r><w:t>Noted.</w:t><w:footnoteReference w:id="1"/><w:tab/><w:br/></w:r><w:del><w:r><w:t>x</w:t>'
        "</w:r></w:del><w:ins><w:r><w:t>y</w:t></w:r></w:ins></w:p>"
        + paragraph("item", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    )
    records = [{"_id": str(n), "title": f"T{n}", "text": f"{PROSE} {n} \u00e9\U0001f600"} for n in range(4)]
    return {
        ".txt": texts,
        ".md": (markdown.encode(), (markdown * 3).encode("utf-16")),
        ".html": (html.encode(), latin),
        ".pdf": (
            pdf(pages, title="A Title"),
            pdf([lines(72, 700, [PROSE[:60], PROSE[60:120]])], rotate=90),
            _pdf_of(_SHOWN),
            _pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=b"9 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj"
                % (len(compressed), compressed),
            ),
            _pdf_of(b"BT /F1 10 Tf 72 700 Td <000100020001> Tj [<0001> -500 <0002>] TJ ET", extra=mapped),
        ),
        ".docx": (docx(body, styles=styles, footnotes=notes, title="T"), rich()),
        ".epub": (epub(books, titles={"a.xhtml": "First", "b.xhtml": "Second"}),),
        ".jsonl": ("\n".join(map(json.dumps, records)).encode(),),
        **hostile_mails.seeds(),
        **hostile_office.seeds(),
    }


def with_files(more: Mapping[str, Sequence[bytes]]) -> dict[str, tuple[bytes, ...]]:
    """Return the seeds, and additional real files, by extension."""
    return {extension: (*own, *more.get(extension, ())) for extension, own in seeds().items()}
