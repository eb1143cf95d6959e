"""Copies of drafts with comments and marks, which change nothing else."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lease_texts import LEASE
from office import archive, docx, paragraph

from qa import Library
from qa.check.drafts import Draft, of_bytes
from qa.check.html_copy import html_copy
from qa.check.places import MarkupText
from qa.check.word_copy import word_copy
from qa.check.word_runs import runs_of
from qa.errors import UsageError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
GOOD = "The Tenant shall not pay rent before the first day of each month"
BAD = "The Tenant shall pay rent before the first day of each month"


def run(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{look}<w:t>{text}</w:t></w:r>"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def words(part: bytes) -> list[tuple[str, str]]:
    """Return the text of each run with its formatting, neighbours of one formatting as one."""
    runs: list[tuple[str, str]] = []
    for node in ElementTree.fromstring(part).iter(f"{W}r"):
        look = "".join(child.tag for child in node.find(f"{W}rPr") or ())
        text = "".join(each.text or "" for each in node.iter(f"{W}t"))
        if runs and runs[-1][0] == look:
            runs[-1] = look, runs[-1][1] + text
        elif text:
            runs.append((look, text))
    return runs


def commented(part: bytes) -> dict[str, str]:
    """Return the text inside of the range of each comment."""
    texts: dict[str, str] = {}
    active: set[str] = set()
    for node in ElementTree.fromstring(part).iter():
        if node.tag == f"{W}commentRangeStart":
            active.add(node.get(f"{W}id", ""))
        elif node.tag == f"{W}commentRangeEnd":
            active.discard(node.get(f"{W}id", ""))
        elif node.tag == f"{W}t":
            for id in active:
                texts[id] = texts.get(id, "") + (node.text or "")
    return texts


def comments(part: bytes) -> dict[str, str]:
    nodes = ElementTree.fromstring(part).iter(f"{W}comment")
    return {node.get(f"{W}id", ""): "\n".join("".join(p.itertext()) for p in node) for node in nodes}


def copied(library: Library, draft: Draft) -> tuple[bytes, int]:
    return word_copy(draft.data, library.check(draft))


def test_each_quotation_of_a_word_draft_has_a_comment_exactly_at_its_words(lease: Library) -> None:
    body = (
        f"<w:p>{run('He said “The Tenant ')}{run('shall not', '<w:b/>')}"
        f"{run(' pay rent before the first day of each month” &amp; “' + BAD + '” too.')}</w:p>"
        + paragraph("Nothing is quoted here.")
    )
    data = docx(body)
    copy, missing = copied(lease, of_bytes(data, "draft.docx"))
    before, after = parts(data), parts(copy)
    assert missing == 0
    assert commented(after["word/document.xml"]) == {"0": GOOD, "1": BAD}
    notes = comments(after["word/comments-qa.xml"])
    assert notes["0"].startswith("Verbatim: ")
    assert "Source: lease › 1. Rent, line 3 [lease.txt:9-73]" in notes["0"]
    assert notes["1"].startswith("Altered: ")
    assert "The Tenant shall [-not-] pay rent" in notes["1"]
    assert words(after["word/document.xml"]) == words(before["word/document.xml"])
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {
        "word/document.xml", "word/comments-qa.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
    }  # fmt: skip
    assert b'PartName="/word/comments-qa.xml"' in after["[Content_Types].xml"]
    assert b'Target="comments-qa.xml"' in after["word/_rels/document.xml.rels"]
    # Without the tags of the comments, only cuts of runs remain.
    again = of_bytes(copy, "draft.docx").document
    assert GOOD in again.text


def test_comments_are_added_to_those_that_a_draft_has(lease: Library) -> None:
    own = '<w:comment w:id="7" w:author="A"><w:p><w:r><w:t>Really?</w:t></w:r></w:p></w:comment>'
    body = (
        f'<w:p><w:commentRangeStart w:id="7"/>{run("It says “" + BAD + "”.")}<w:commentRangeEnd w:id="7"/>'
        '<w:r><w:commentReference w:id="7"/></w:r></w:p>'
    )
    data = docx(body, comments=own)
    copy, _ = copied(lease, of_bytes(data, "draft.docx"))
    after = parts(copy)
    notes = comments(after["word/comments.xml"])
    assert list(notes) == ["7", "8"]
    assert notes["7"] == "Really?"
    assert "word/comments-qa.xml" not in after
    assert commented(after["word/document.xml"])["8"] == BAD


def test_a_quotation_in_a_footnote_is_commented_at_its_mark(lease: Library) -> None:
    body = f'<w:p>{run("See the lease")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(".")}</w:p>'
    notes = f'<w:footnote w:id="2"><w:p>{run("It says “" + BAD + "”.")}</w:p></w:footnote>'
    data = docx(body, footnotes=notes)
    copy, missing = copied(lease, of_bytes(data, "draft.docx"))
    document = parts(copy)["word/document.xml"].decode()
    assert missing == 0
    assert re.search(r'commentRangeStart w:id="0"/><w:r><w:footnoteReference', document)
    assert parts(copy)["word/footnotes.xml"] == parts(data)["word/footnotes.xml"]


def test_quotations_in_tables_links_and_tracked_changes(lease: Library) -> None:
    table = (
        f"<w:tbl><w:tr><w:tc>{paragraph('A cell “' + GOOD + '”')}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    )
    inserted = (
        f"<w:p><w:ins w:id='1'>{run('New “' + BAD)}</w:ins><w:del w:id='2'><w:r><w:delText>gone</w:delText>"
    )
    inserted += f"</w:r></w:del>{run('”.')}</w:p>"
    link = f"<w:p><w:hyperlink>{run('Link “Der Mieter zahlt die Miete spätestens” end')}</w:hyperlink></w:p>"
    data = docx(table + inserted + link)
    copy, missing = copied(lease, of_bytes(data, "draft.docx"))
    assert missing == 0
    ranges = commented(parts(copy)["word/document.xml"])
    assert ranges == {"0": GOOD, "1": BAD, "2": "Der Mieter zahlt die Miete spätestens"}


def test_a_quotation_without_a_place_is_counted_and_commented_at_the_beginning(lease: Library) -> None:
    box = (
        "<w:r><w:pict><w:txbxContent>"
        + paragraph("In a box “" + BAD + "”")
        + "</w:txbxContent></w:pict></w:r>"
    )
    data = docx(f"<w:p>{run('First words. ')}{box}</w:p>")
    draft = of_bytes(data, "draft.docx")
    if not lease.check(draft).quotations:
        pytest.skip("text boxes of this kind are not read")
    copy, missing = copied(lease, draft)
    assert missing == 1
    assert commented(parts(copy)["word/document.xml"])["0"].startswith("First words")


def test_a_damaged_word_file_is_one_sentence(lease: Library) -> None:
    check = lease.check(of_bytes(docx(paragraph("It says “" + GOOD + "”.")), "draft.docx"))
    for data in (b"PK", archive({"word/document.xml": "<w:document>"}), archive({"a": "b"})):
        with pytest.raises(UsageError, match="is damaged"):
            word_copy(data, check)


@given(st.lists(st.text(alphabet="abc &<>\"'é中\n", min_size=1, max_size=20), min_size=1, max_size=5))
@settings(max_examples=100)
def test_the_bytes_of_each_character_are_known(texts: list[str]) -> None:
    from xml.sax.saxutils import escape

    part = docx("".join(f"<w:p>{run(escape(text))}</w:p>" for text in texts))
    document = parts(part)["word/document.xml"]
    runs = runs_of(document)
    assert [each.text for each in runs.texts] == texts
    for each in runs.texts:
        for at, sign in enumerate(each.text):
            first, end = each.byte(at), each.byte(at + 1)
            assert document[first:end].decode() in (sign, escape(sign))


# -- HTML -------------------------------------------------------------------------------------------


def without_marks(html: str) -> str:
    html = re.sub(r"<style>\n\.qa-check.*?</style>\n", "", html, flags=re.DOTALL)
    return re.sub(r'<mark class="qa-check[^>]*>|</mark>', "", html).removeprefix("\ufeff")


def test_quotations_of_an_html_draft_are_marked_and_nothing_else_changes(lease: Library) -> None:
    page = (
        "<!DOCTYPE html>\n<html><head><title>“"
        + BAD
        + "”</title><script>var a = '<b>“x” &amp;';</script></head>\n"
        "<body class=x>\n<p>He said &ldquo;The Tenant <b>shall not</b> pay rent before the first day of each"
        f"&nbsp;month&rdquo; and\r\n<q>{BAD}</q> &amp; more<br>é</p></body></html>\n"
    )
    draft = of_bytes(page.encode(), "draft.html")
    check = lease.check(draft)
    copy, missing = html_copy(draft.data, check)
    marked = copy.decode("utf-8-sig")
    assert missing == 0
    assert without_marks(marked) == page
    assert re.findall(r'qa-check qa-(\w+)"', marked) == ["typographic"] * 4 + ["altered"]
    assert '>The Tenant </mark><b><mark class="qa-check' in marked
    assert "[-not-]" in marked
    assert marked.index("<style>") < marked.index("</head>")


def test_hostile_html_stays_text(lease: Library) -> None:
    page = f"<p title='\"><script>alert(1)</script>'>“{BAD}” <script>alert(2)</script><!-- “{BAD}”"
    draft = of_bytes(page.encode(), "draft.html")
    copy, _ = html_copy(draft.data, lease.check(draft))
    assert without_marks(copy.decode("utf-8-sig")) == page


@given(st.text(alphabet="ab “”\"'<>&;#x/!-=\n", max_size=150))
@settings(max_examples=100)
def test_any_html_is_kept(lease: Library, text: str) -> None:
    page = f"{text}<p>“{GOOD}” {text}"
    try:
        draft = of_bytes(page.encode(), "draft.html")
    except UsageError:
        return
    copy, _ = html_copy(draft.data, lease.check(draft))
    assert without_marks(copy.decode("utf-8-sig")) == page


def test_places_are_found_in_order_and_across_pieces() -> None:
    text = MarkupText(["One ", "two", " three. One ", "two three"])
    assert text.find("One two") == [(0, 0, 4), (1, 0, 3)]
    assert text.find("one TWO") == [(2, 8, 12), (3, 0, 3)]
    assert text.find("one two") == [(0, 0, 4), (1, 0, 3)]
    assert text.find("four") == []
    assert text.find("…") == []


def test_the_lease_is_the_text_that_these_tests_quote() -> None:
    assert GOOD in LEASE
    assert BAD not in LEASE
