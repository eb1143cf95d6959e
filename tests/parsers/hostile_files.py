"""Harmful and damaged files, one for each number: the same number returns the same file.

Shared by the tests, which read a few hundred of them, and by benchmarks/parsers/fuzz.py, which reads tens of
thousands.
"""

# ruff: noqa: E501 -- markup and objects of PDFs read best unbroken.

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import hostile_mails
import hostile_office
import hostile_office_seeds
from hostile_pdfs import pdf_of, pdfs
from hostile_seeds import seeds
from hostile_texts import PROSE, archives, markup, records, texts
from sample_files import archive, docx, epub

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
            members[name] = hostile_office_seeds.with_strange_values(rng, content)
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
        return hostile_office_seeds.of_tokens(extension, inner)
    if extension == ".rtf":
        pieces = (*hostile_office_seeds.TOKENS[".rtf"], "word ")
        return b"{\\rtf1 " + "".join(rng.choice(pieces) for _ in range(rng.randrange(500))).encode()
    if extension == ".pdf":
        return pdf_of(b" ".join(rng.choice(_WORDS) for _ in range(rng.randrange(400))))
    tokens = (*(_TOKENS | hostile_office_seeds.TOKENS)[extension], "word ", "Two words. ")
    text = "".join(rng.choice(tokens) for _ in range(rng.randrange(500)))
    return text.encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-16", "cp1252")), "replace")


# -- written by hand --------------------------------------------------------------------------------


@cache
def hand_written() -> tuple[Input, ...]:
    """Return the hand-written files, each of which attacks one weakness."""
    files = (
        file
        for build in (texts, markup, records, archives, pdfs, hostile_mails.inputs, hostile_office.files)
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


def with_files(more: Mapping[str, Sequence[bytes]]) -> dict[str, tuple[bytes, ...]]:
    """Return the seeds, and additional real files, by extension."""
    return {extension: (*own, *more.get(extension, ())) for extension, own in seeds().items()}
