"""Which words of a draft are quotations, and what belongs to them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from qa.check import drafts
from qa.check.drafts import Draft, of_bytes
from qa.check.quotations import find_quotations
from qa.errors import UsageError


def draft(text: str, name: str = "draft.txt") -> Draft:
    return of_bytes(text.encode("utf-8"), name)


def texts(text: str, name: str = "draft.txt") -> list[str]:
    each = draft(text, name)
    quotations, _ = find_quotations(each)
    for quotation in quotations:
        assert len(quotation.text) == quotation.end - quotation.start
    return [each.document.text[q.start : q.end] for q in quotations]


def skipped(text: str) -> list[tuple[str, str]]:
    each = draft(text)
    return [(p.reason, each.document.text[p.start : p.end]) for p in find_quotations(each)[1]]


def test_short_words_and_titles_are_no_quotations_unless_a_reference_follows() -> None:
    assert texts("The “so-called” rent is in “The Old Man and the Sea”.") == []
    assert skipped("The “so-called” rent is in “The Old Man and the Sea”, he said.") == [
        ("short", "so-called"), ("title", "The Old Man and the Sea")
    ]  # fmt: skip
    assert texts("The “so-called” (p. 12) rent, “not now”¹ and “The Old Man and the Sea” (2019).") == [
        "so-called", "not now", "The Old Man and the Sea"
    ]  # fmt: skip
    assert texts("“the rent is due”") == ["the rent is due"]
    assert texts("他说“承租人应当支付租金”。") == ["承租人应当支付租金"]


def test_block_quotes_of_each_format() -> None:
    words = "The tenant shall pay the rent on the first day."
    assert texts(f"He wrote:\n\n> {words}\n\nSo it is.", "a.md") == [words]
    assert texts(f"<p>He wrote:<blockquote><p>{words}</p></blockquote><p>So.", "a.html") == [words]
    assert texts("He wrote:\n\n> The tenant shall pay\n> the rent on the first day.\n\nSo.") == [
        "The tenant shall pay\n> the rent on the first day."
    ]


def test_the_attribution_and_the_reference_of_a_block_quote_are_no_part_of_it() -> None:
    words = "The tenant shall pay the rent."
    each = draft(f"> {words}\n>\n> — Lease, p. 12\n", "a.md")
    [quotation] = find_quotations(each)[0]
    assert (quotation.text, quotation.pages and quotation.pages.first) == (words, 12)
    each = draft(f"> {words} (Smith 2019: 45)\n", "a.md")
    [quotation] = find_quotations(each)[0]
    assert (quotation.text, quotation.pages and quotation.pages.first) == (words, 45)
    assert texts(f"> “{words}”\n> — Lease\n", "a.md") == [words]
    assert texts("> [!NOTE]\n> This is only a note of the author.\n", "a.md") == []


def test_a_quotation_of_several_paragraphs_repeats_its_opening_mark() -> None:
    text = "“The first paragraph is here.\n\n“The second paragraph ends it.” And then “one more of them”."
    assert texts(text) == [
        "The first paragraph is here.\n\n“The second paragraph ends it.",
        "one more of them",
    ]


def test_a_quotation_goes_on_in_the_next_block_if_that_begins_with_its_end() -> None:
    text = "He said “the rent is\n\ndue on the first day” and left."
    assert texts(text) == ["the rent is\n\ndue on the first day"]


def test_an_unclosed_mark_is_reported_and_hides_nothing() -> None:
    text = "He said “the rent is due.\n\nThen “the rent is paid” again."
    assert texts(text) == ["the rent is paid"]
    assert skipped(text)[0][0] == "unclosed"


@pytest.mark.parametrize(
    ("behind", "pages"),
    [
        (" (p. 12)", (12, 12)), (" (pp. 12–14)", (12, 14)), (", at 12.", (12, 12)),
        (" (Smith 2019: 45)", (45, 45)),
        (" (S. 12 f.)", (12, 13)), (" (S. 12 ff.)", (12, 16)), (" (Seite 7)", (7, 7)),
        (" (p. 123-5)", (123, 125)),
        (" (第12页)", (12, 12)), (" at 12 o'clock", None), (" at 12%", None), (" and 12 others", None),
    ],
)  # fmt: skip
def test_the_page_behind_a_quotation(behind: str, pages: tuple[int, int] | None) -> None:
    [quotation] = find_quotations(draft(f"It says “the rent is due now”{behind}"))[0]
    assert (quotation.pages and (quotation.pages.first, quotation.pages.last)) == pages


def test_a_page_belongs_to_one_quotation() -> None:
    text = "It says “the rent is due now” (p. 3). Later it says “the rent was due then”."
    first, second = find_quotations(draft(text))[0]
    assert first.pages is not None
    assert first.pages.first == 3
    assert second.pages is None
    [before] = find_quotations(draft("On page 9 it says “the rent is due now”."))[0]
    assert before.pages is not None
    assert before.pages.first == 9


def test_the_page_in_a_footnote() -> None:
    text = "It says “the rent is due now”[^1] and more.\n\n[^1]: The Lease, p. 44.\n"
    each = draft(text, "a.md")
    [quotation] = find_quotations(each)[0]
    assert quotation.pages is not None
    assert quotation.pages.first == 44
    assert each.document.text[quotation.pages.start : quotation.pages.end] == "p. 44"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_offsets_are_those_of_the_text_with_any_line_end(end: str) -> None:
    text = f"One.{end}{end}He said “the rent{end}is due now” today.{end}"
    each = draft(text)
    [quotation] = find_quotations(each)[0]
    assert each.document.text[quotation.start : quotation.end].split() == ["the", "rent", "is", "due", "now"]


def test_a_long_draft_is_read_in_linear_time() -> None:
    part = 'He said “the rent is due now” and ‘it\'s the tenants\' duty’. "One" 12" \n\n'
    times = []
    for count in (500, 4_000):
        each = draft(part * count)
        started = time.process_time()
        assert len(find_quotations(each)[0]) == 2 * count
        times.append(time.process_time() - started)
    assert times[1] < 30 * max(times[0], 0.05)


def test_drafts_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    for name, content, part in (
        ("a.docx", b"no zip", "a.docx"), ("a.xyz", b"text", "a.xyz"), ("a.txt", b"", "empty"),
        ("a.pdf", b"%PDF-1.4", "a.pdf"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError, match=r"cannot be read: .*") as caught:
            drafts.read(tmp_path / name)
        assert part in str(caught.value)
        assert str(caught.value).endswith(".")
    with pytest.raises(UsageError, match="is a folder"):
        drafts.read(tmp_path)
    with pytest.raises(UsageError, match="does not exist"):
        drafts.read(tmp_path / "none.txt")
