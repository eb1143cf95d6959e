from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from sample_files import archive, docx, pdf, read_one

from qa import parsers
from qa.errors import ReadError
from qa.parsers import sandbox
from qa.types import Document


def test_importing_the_parsers_loads_no_heavy_library() -> None:
    code = (
        "import sys, qa.parsers; print([name for name in ('pypdfium2', 'docx', 'lxml', 'selectolax', "
        "'chardet', 'markdown_it') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_a_file_becomes_one_document_with_hash_and_uri(tmp_path: Path) -> None:
    path = tmp_path / "a b.txt"
    path.write_bytes(b"One line.\r\nAnother.")
    assert list(parsers.read(path, "folder/a b.txt")) == [
        Document(
            doc_id="folder/a b.txt",
            title="a b",
            text="One line.\r\nAnother.",
            sha256=sha256(b"One line.\r\nAnother.").hexdigest(),
            uri=path.resolve().as_uri(),
        )
    ]


def test_extensions_are_case_insensitive() -> None:
    assert read_one(b"Words.", "A.TXT").text == "Words."


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf\n", b"\x00\x00\x00\x00"])
@pytest.mark.parametrize("extension", sorted(parsers.extensions() - {".jsonl"}))
def test_a_file_without_text_is_refused(data: bytes, extension: str) -> None:
    with pytest.raises(ReadError):
        list(parsers.read_bytes(data, f"empty{extension}", "empty"))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.doc", b"x", ".doc files cannot be read; save it as .docx or .pdf."),
        ("a.xls", b"x", ".xls files cannot be read; save it as .xlsx or .csv."),
        ("a.pptm", b"x", ".pptm files cannot be read; save it as .pptx or .pdf."),
        ("a.PNG", b"x", ".png files cannot be read; convert it to .pdf and add that with --ocr."),
        ("a.zip", b"x", ".zip files cannot be read; unpack it and add its files."),
        (
            "README",
            b"x",
            "files without an extension cannot be read; supported formats: "
            + " ".join(sorted(parsers.extensions()))
            + ".",
        ),
        (
            "a.pdf",
            b"\x89PNG\r\n\x1a\n\x00\x00",
            "it is really a PNG image, not a .pdf file; convert it to .pdf and add that with --ocr.",
        ),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "it is really an old Word document (.doc), not a .docx file; save it as .docx or .pdf.",
        ),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "it has a password; save it as .docx without a password.",
        ),
        (
            "a.docx",
            b"<!DOCTYPE html><html><body>Hello</body></html>",
            "it is really an HTML page, not a .docx file; rename it to .html.",
        ),
        (
            "a.docx",
            archive({"xl/workbook.xml": "<x/>"}),
            "it is really an Excel workbook (.xlsx), not a .docx file; rename it to .xlsx.",
        ),
        ("a.txt", pdf([[]]), "it is really a PDF, not a .txt file; rename it to .pdf."),
        ("a.md", docx(""), "it is really a Word document (.docx), not a .md file; rename it to .docx."),
        (
            "a.pdf",
            b"Just some words.",
            "its content is not that of a .pdf file; save or download it again.",
        ),
        (
            "a.txt",
            b"{\\rtf1 Hello}",
            "it is really an RTF document, not a .txt file; rename it to .rtf.",
        ),
        ("a.csv", b"{\\rtf1 Hello}", "it is really an RTF document, not a .csv file; rename it to .rtf."),
        ("a.rtf", b"Just words.", "its content is not that of a .rtf file; save or download it again."),
        (
            "a.xlsx",
            archive({"ppt/presentation.xml": "<x/>"}),
            "it is really a PowerPoint presentation (.pptx), not a .xlsx file; rename it to .pptx.",
        ),
        (
            "a.odt",
            archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "it is really an OpenDocument spreadsheet (.ods), not a .odt file; save it as .xlsx or .csv.",
        ),
        (
            "a.pptx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "PowerPoint Document".encode("utf-16-le"),
            "it is really an old PowerPoint presentation (.ppt), not a .pptx file; save it as .pptx or .pdf.",
        ),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
            "it is really an old Excel workbook (.xls), not a .xlsx file; save it as .xlsx or .csv.",
        ),
    ],
)
def test_an_unreadable_file_is_reported_with_a_remedy(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_one(data, name)
    assert str(caught.value) == reason


def test_a_missing_file_has_the_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"^it cannot be opened: No such file or directory\.$"):
        list(parsers.read(tmp_path / "gone.txt", "gone"))


def test_a_folder_with_the_name_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(ReadError, match="not a regular file"):
        list(parsers.read(tmp_path / "folder.txt", "folder"))


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(ReadError, match=r"larger than the limit of 200 MB for \.txt files; split it"):
        list(parsers.read(path, "huge"))


def test_an_unexpected_error_of_a_library_becomes_a_read_error() -> None:
    with pytest.raises(ReadError, match=r"damaged in a way that its parser cannot handle \(\w+\)"):
        sandbox.call("qa.parsers.docx", "read", b"", "an argument too many")


@pytest.mark.parametrize(
    ("title", "chosen"),
    [
        ("Rental Agreement", "Rental Agreement"),
        ("Untitled", "file"),
        ("Microsoft Word - draft7.doc", "file"),
        ("14773_01.qxd", "file"),
        ("  ", "file"),
    ],
)
def test_a_title_invented_by_a_program_is_ignored(title: str, chosen: str) -> None:
    data = pdf([[*_plain_page()]], title=title)
    assert read_one(data, "file.pdf").title == chosen


def _plain_page() -> list[object]:
    from sample_files import lines

    return list(lines(72, 700, ["Some words that stand on a line of text here."] * 3))
