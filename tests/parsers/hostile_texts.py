"""Texts, markup, records and archives written by hand, each of which attacks one weakness."""

# ruff: noqa: E501 -- markup and objects of PDFs read best unbroken.

from __future__ import annotations

import json

from sample_files import archive, docx, epub, paragraph, table

PROSE = (
    "All human beings are born free and equal in dignity and rights. They are endowed with reason and "
    "conscience and should act towards one another in a spirit of brotherhood."
)


File = tuple[str, bytes, str]


def texts() -> list[File]:
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


def markup() -> list[File]:
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


def records() -> list[File]:
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


def archives() -> list[File]:
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
