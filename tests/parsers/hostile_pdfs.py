"""PDFs written by hand, each of which attacks one weakness."""

# ruff: noqa: E501 -- markup and objects of PDFs read best unbroken.

from __future__ import annotations

import zlib

from hostile_texts import PROSE, File
from sample_files import Words, lines, pdf


def pdf_of(content: bytes, *, extra: bytes = b"", page: bytes = b"") -> bytes:
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


SHOWN = b"BT /F1 10 Tf 72 700 Td (Some words to read.) Tj ET"


def pdfs() -> list[File]:
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
    shown = zlib.compress(SHOWN * 40_000, 9)
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
        (pdf_of(b"", extra=b""), "an empty page"),
        (pdf_of(SHOWN, page=b"/Rotate 2147483648"), "turned very far"),
        (pdf_of(SHOWN, page=b"/Rotate 45"), "turned by half"),
        (pdf_of(SHOWN, page=b"/MediaBox[0 0 0 0]"), "a page of no size"),
        (pdf_of(SHOWN, page=b"/MediaBox[0 0 1e38 1e38]"), "a page of endless size"),
        (pdf_of(SHOWN, page=b"/MediaBox[99999999999 -99999999999 1 nan]"), "a page of wrong size"),
        (pdf_of(SHOWN, page=b"/CropBox[800 800 700 700]"), "a page cut outside of itself"),
        (pdf_of(SHOWN, page=b"/UserUnit 1e30"), "a page of huge units"),
        (pdf_of(SHOWN, page=b"/Contents[4 0 R 4 0 R 3 0 R 2 0 R 99 0 R]"), "content that is a page"),
        (
            pdf_of(
                b"/X Do",
                extra=stream(6, b"/Type/XObject/Subtype/Form/Resources<</XObject<</X 6 0 R>>>>", b"/X Do"),
            ),
            "a form of itself",
        ),
        (
            pdf_of(
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
        (pdf_of(b"q " * 200_000 + SHOWN), "states that are never given back"),
        (pdf_of(b"BT " * 50_000 + SHOWN), "texts that never end"),
        (pdf_of(b"BT /F1 1e38 Tf 1e38 0 0 1e38 1e38 1e38 Tm (Huge) Tj ET"), "huge letters"),
        (pdf_of(b"BT /F1 1e-38 Tf (Tiny) Tj ET " + SHOWN), "tiny letters"),
        (pdf_of(b"BT /F1 0 Tf (None) Tj ET"), "letters of no size"),
        (pdf_of(b"BT /F1 -10 Tf 72 700 Td (Below nothing.) Tj ET"), "letters of negative size"),
        (pdf_of(b"BT /F1 10 Tf 0 0 0 0 72 700 Tm (Flat words.) Tj ET"), "flat letters"),
        (pdf_of(b"BT /F1 10 Tf 1e9 Tz 1e9 Tc 1e9 Tw 72 700 Td (Far apart.) Tj ET"), "letters far apart"),
        (pdf_of(b"BT /F1 10 Tf 72 700 Td (" + b"a" * 290_000 + b") Tj ET"), "one endless word"),
        (pdf_of(b"BT /F1 10 Tf 72 700 Td (" + b"a " * 200_000 + b") Tj ET"), "more letters than a page has"),
        (
            pdf_of(
                b"".join(
                    b"BT /F1 1 Tf %d %d Td (ab) Tj ET " % (n % 600, n // 600 * 2)
                    for n in range(0, 200_000, 7)
                )
            ),
            "a page of dust",
        ),
        (
            pdf_of(
                b"".join(
                    b"BT /F1 9 Tf %d %d Td (Some words here) Tj ET " % (72 + n % 2 * 300, 780 - n // 2)
                    for n in range(1_400)
                )
            ),
            "lines upon lines",
        ),
        (
            pdf_of(
                b"".join(
                    b"BT /F1 8 Tf %d %d Td (words of it) Tj ET " % (n * 37 % 550, n * 53 % 780)
                    for n in range(4_900)
                )
            ),
            "words all over",
        ),
        (
            pdf_of(
                b"".join(
                    b"BT /F1 8 Tf %d %d Td (x) Tj ET " % (n * 37 % 550, n * 53 % 780) for n in range(40_000)
                )
            ),
            "letters all over",
        ),
        (pdf_of(b"BT /F1 8 Tf 72 700 Td (Over.) Tj ET " * 20_000), "the same place again and again"),
        (pdf_of(b"[" * 100_000 + b"] TJ"), "deep lists in content"),
        (pdf_of(b"(" * 100_000), "a string that never ends"),
        (
            pdf_of(b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID " + b"x" * 100 + b" EI " + SHOWN),
            "a huge image",
        ),
        (
            pdf_of(b"/Span<</ActualText(" + b"x" * 50_000 + b")>>BDC " + SHOWN + b" EMC"),
            "a long text in its place",
        ),
        (pdf_of(b"/Span<</ActualText<FEFFD800>>>BDC " + SHOWN + b" EMC"), "half a pair in its place"),
        (
            pdf_of(b"/Span<</ActualText<FEFF202E00410042>>>BDC " + SHOWN + b" EMC"),
            "turned text in its place",
        ),
        (
            pdf_of(b"", page=b"/Contents 9 0 R", extra=stream(9, b"/Filter/FlateDecode", flate)),
            "a bomb of spaces",
        ),
        (
            pdf_of(b"", page=b"/Contents 9 0 R", extra=stream(9, b"/Filter/FlateDecode", shown)),
            "a bomb of words",
        ),
        (
            pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=stream(9, b"/Filter[/FlateDecode/FlateDecode]", zlib.compress(flate)),
            ),
            "a bomb in a bomb",
        ),
        (
            pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=stream(9, b"/Filter[" + b"/ASCIIHexDecode" * 5_000 + b"]", b"41>"),
            ),
            "filters upon filters",
        ),
        (
            pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=stream(9, b"/Filter/LZWDecode", b"\x80\x0b\x60\x50\x22\x0c" * 9_000),
            ),
            "broken LZW",
        ),
        (
            pdf_of(
                b"", page=b"/Contents 9 0 R", extra=stream(9, b"/Filter/RunLengthDecode", b"\x81 " * 100_000)
            ),
            "run lengths",
        ),
        (
            pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=b"9 0 obj<</Length 9 0 R>>stream\n" + SHOWN + b"\nendstream endobj",
            ),
            "a length that is itself",
        ),
        (
            pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=b"9 0 obj<</Length 99999999999>>stream\n" + SHOWN + b"\nendstream endobj",
            ),
            "a length that is a lie",
        ),
        (
            pdf_of(
                b"BT /F1 10 Tf 72 700 Td <00410042D800DC00FFFF> Tj ET",
                extra=font + stream(8, b"", range_bomb),
            ),
            "letters that are halves",
        ),
        (
            pdf_of(b"BT /F1 10 Tf 72 700 Td <0041> Tj ET", extra=font + stream(8, b"", long_map)),
            "a letter that is a book",
        ),
        (
            pdf_of(
                b"BT /F1 10 Tf 72 700 Td <" + b"0041" * 2_000 + b"> Tj ET",
                extra=font + stream(8, b"", long_map),
            ),
            "letters that are books",
        ),
        (pdf_of(SHOWN, extra=font + stream(8, b"", b"<" * 100_000)), "a map that never ends"),
        (
            pdf_of(
                SHOWN,
                extra=b"5 0 obj<</Type/Font/Subtype/Type3/FontMatrix[0 0 0 0 0 0]/CharProcs<</a 4 0 R>>/Encoding<</Differences[0/a]>>/FirstChar 0/LastChar 255/Widths[1]>>endobj",
            ),
            "a font of this page",
        ),
        (
            pdf_of(
                SHOWN,
                extra=b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar -5/LastChar 2147483647/Widths[1e38]>>endobj",
            ),
            "a font of wrong widths",
        ),
        (
            pdf_of(
                SHOWN,
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
