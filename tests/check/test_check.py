"""Verdicts on quotations: the five kinds, and what belongs to each."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lease_texts import SOURCES

from qa import Library, Quotation
from qa.check.drafts import Passage, of_bytes, of_passages
from qa.errors import UsageError

MakeLibrary = Callable[[Mapping[str, str | bytes]], Library]

sys.path.insert(0, str(Path(__file__).parents[1] / "parsers"))

from sample_files import Words, lines, pdf  # noqa: E402


def judged(library: Library, text: str) -> Quotation:
    return library.verify_quote(text)


def kinds(quotation: Quotation) -> list[tuple[str, str, str]]:
    return [(c.kind, c.draft.strip(), c.source.strip()) for c in quotation.difference if c.kind != "same"]


CASES = [
    ("The Tenant shall not pay rent before the first day of each month", "verbatim"),
    ("Der Mieter zahlt die Miete spätestens am dritten Werktag", "verbatim"),
    ("出租人不得在没有事先通知的情况下进入房屋", "verbatim"),
    ("the tenant shall not pay rent before the first day of each month.", "typographic"),
    ("terminate the lease with thirty (30) days’ written notice, provided that the Tenant", "typographic"),
    ("held by 'First National Bank' in an interest bearing account — not by the Landlord", "typographic"),
    ("[T]he deposit of $5,000 is held by", "typographic"),
    ("The deposit [sic] of $5,000 is held by", "typographic"),
    ("… terminate the lease with thirty (30) days' written notice …", "typographic"),
    ("The deposit of $5,000 is held by (emphasis added)", "typographic"),
    ("The deposit of $5,000 is held by [the] “First National Bank”", "typographic"),
    ("The [Lessee] shall not pay rent before the first day", "stitched"),
    (
        "The Tenant shall not pay rent ... terminate the lease with thirty (30) days' written notice",
        "stitched",
    ),
    ("Die Vermieterin darf die Wohnung […] betreten; ausgenommen sind Notfälle", "stitched"),
    ("The Tenant shall pay rent before the first day of each month", "altered"),
    ("The deposit of $6,000 is held by “First National Bank”", "altered"),
    ("Der Vermieter zahlt die Miete spätestens am dritten Werktag", "altered"),
    ("terminate the lease ... The Tenant shall not pay rent before the first day", "altered"),
    ("The Tenant shall not pay rent The deposit of $5,000 is held by “First National Bank”", "altered"),
    (
        "The Tenant shall not pay rent ... terminate the contract with thirty (30) days' written notice",
        "altered",
    ),
    ("Nothing in this clause limits the Tenants rights.", "altered"),
    ("出租人可以在没有事先通知的情况下进入房屋", "altered"),
    ("A beekeeper keeps eleven hives within sight of the lighthouse", "not_found"),
    ("La locataire est arrivée hier à la gare du Nord", "not_found"),
]


@pytest.mark.parametrize(("text", "verdict"), CASES)
def test_the_verdict(lease: Library, text: str, verdict: str) -> None:
    quotation = judged(lease, text)
    assert quotation.verdict == verdict
    assert (quotation.citation is None) == (verdict == "not_found")
    assert (quotation.difference == ()) == (verdict in ("verbatim", "not_found"))
    if quotation.difference:
        assert "".join(change.draft for change in quotation.difference) == text
    if quotation.citation is not None:
        document = lease.document(quotation.citation.doc_id)
        assert document.text[quotation.citation.start : quotation.citation.end] == quotation.source


def test_the_difference_is_shown_word_by_word(lease: Library) -> None:
    quotation = judged(lease, "The Tenant shall pay the rent before the first day of each month")
    assert kinds(quotation) == [("missing", "", "not"), ("added", "the", "")]
    quotation = judged(lease, "The [Lessee] shall not pay rent before the first day")
    assert kinds(quotation) == [("announced", "[Lessee]", "Tenant")]
    quotation = judged(lease, "The Tenant shall not pay rent […] each month")
    assert kinds(quotation) == [("omitted", "[…]", "")]
    assert [part.citation.doc_id for part in quotation.parts] == ["lease.txt", "lease.txt"]


def test_brackets_replace_only_a_few_words(lease: Library) -> None:
    far = "The Tenant [and so on] will be returned within 14 days"
    assert judged(lease, far).verdict == "altered"


def test_the_citation_has_its_line_and_the_text_around_it(lease: Library) -> None:
    quotation = judged(lease, "The deposit of $5,000")
    assert quotation.citation is not None
    assert (quotation.citation.doc_id, quotation.citation.line) == ("lease.txt", 9)
    assert quotation.citation.suffix.startswith(" is held by")


def test_the_nearest_passage_is_named(lease: Library) -> None:
    quotation = judged(lease, "The landlord of the castle lost thirty days in the deep forest")
    assert quotation.verdict == "not_found"
    assert quotation.nearest is not None
    assert quotation.nearest.citation.doc_id == "lease.txt"


# -- properties -------------------------------------------------------------------------------------


@st.composite
def slices(draw: st.DrawFn) -> str:
    """Whole words of a source, with the punctuation on them."""
    text = SOURCES[draw(st.sampled_from(["lease.txt", "miete.txt"]))]
    words = [match.span() for match in re.finditer(r"\S+", text)]
    count = draw(st.integers(4, min(40, len(words))))
    first = draw(st.integers(0, len(words) - count))
    return text[words[first][0] : words[first + count - 1][1]]


@given(slices())
@settings(max_examples=200)
def test_every_slice_of_a_source_is_verbatim(lease: Library, text: str) -> None:
    quotation = judged(lease, text)
    assert quotation.verdict == "verbatim"
    assert quotation.source == text


CHANGES = {
    "spaces": lambda text, at: re.sub(r"\s+", "  ", text),
    "line breaks": lambda text, at: re.sub(r"\s+", "\r\n", text),
    "no-break spaces": lambda text, at: re.sub(r"\s+", "\u00a0", text),
    "straight marks": lambda text, at: text.translate(str.maketrans("“”’", '""\'')),
    "no marks": lambda text, at: re.sub('[“”"]', "", text),
    "dashes": lambda text, at: text.replace("–", "—"),
    "hyphens": lambda text, at: text.replace("-", "\u2011"),
    "ligatures": lambda text, at: text.replace("fi", "ﬁ").replace("fl", "ﬂ"),
    "capitals": lambda text, at: text.upper(),
    "soft hyphens": lambda text, at: re.sub(r"([a-z]{3})(?=[a-z]{3})", "\\1\u00ad", text),
    "hyphenation": lambda text, at: re.sub(r"([a-z]{4})(?=[a-z]{4})", "\\1-\n", text, count=1),
    "emphasis": lambda text, at: re.sub(r"(?<!\S)([A-Za-z]+)(?!\S)", r"**\1**", text, count=1),
    "decomposed": lambda text, at: text.replace("ö", "o\u0308").replace("ä", "a\u0308"),
}


@given(slices(), st.sets(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4), st.integers(0, 1_000))
@settings(max_examples=300)
def test_every_slice_with_other_typography_is_typographic(
    lease: Library, text: str, names: set[str], at: int
) -> None:
    changed = text
    for name in sorted(names, key=list(CHANGES).index):
        changed = CHANGES[name](changed, at)
    assume(changed != text)
    quotation = judged(lease, changed)
    assert quotation.verdict == "typographic", kinds(quotation)
    assert {change.kind for change in quotation.difference} <= {"same", "typographic"}


@given(slices(), st.integers(0, 1_000), st.sampled_from(["zebra", "never", "7", "Xylophone", "kein"]))
@settings(max_examples=300)
def test_every_slice_with_one_word_changed_is_altered(lease: Library, text: str, at: int, word: str) -> None:
    words = list(re.finditer(r"[\w$]+(?:['’,.]\w+)*", text))
    assume(len(words) >= 6)
    match = words[at % len(words)]
    assume(match[0].casefold() != word.casefold())
    changed = text[: match.start()] + word + text[match.end() :]
    quotation = judged(lease, changed)
    assert quotation.verdict == "altered"
    assert any(word in change.draft for change in quotation.difference if change.kind in ("changed", "added"))


@given(slices(), st.integers(0, 1_000))
@settings(max_examples=200)
def test_every_slice_without_one_of_its_words_is_altered(lease: Library, text: str, at: int) -> None:
    words = list(re.finditer(r"\S+\s+", text))[1:]
    assume(len(words) >= 6)
    match = words[at % len(words)]
    assume(re.search(r"\w", match[0]))
    quotation = judged(lease, text[: match.start()] + text[match.end() :])
    assert quotation.verdict == "altered"


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_any_text_gets_a_verdict(lease: Library, text: str) -> None:
    assume(text.strip())
    quotation = judged(lease, text)
    assert quotation.verdict in ("verbatim", "typographic", "stitched", "altered", "not_found")
    if quotation.difference:
        assert "".join(change.draft for change in quotation.difference) == text


@given(
    st.text(alphabet="ab “”\"'’‘«»„‚>.…[]()\n-—1 é中", max_size=200),
    st.sampled_from([".txt", ".md", ".html"]),
)
@settings(max_examples=100)
def test_any_draft_is_checked(lease: Library, text: str, extension: str) -> None:
    assume(text.strip("\n \t"))
    try:
        draft = of_bytes(text.encode("utf-8"), f"draft{extension}")
    except UsageError:
        return
    check = lease.check(draft)
    for quotation in check.quotations:
        assert draft.document.text[quotation.start : quotation.end] == quotation.text


# -- drafts -----------------------------------------------------------------------------------------


def test_a_list_of_passages_keeps_its_ids(lease: Library, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "id,question,documents\na,The Tenant shall not pay rent,\nb,The Tenant shall pay rent now,\n"
        "c,The Tenant shall not pay rent,miete.txt\n"
    )
    check = lease.check(tmp_path / "list.csv")
    assert [(q.id, q.verdict) for q in check.quotations] == [
        ("a", "verbatim"), ("b", "altered"), ("c", "not_found")
    ]  # fmt: skip
    assert not check.passes
    empty = lease.check(of_passages((Passage("1", " "), Passage("2", "The Tenant shall not pay rent"))))
    assert [(s.reason, s.text) for s in empty.skipped] == [("empty", "1")]
    assert empty.passes


def test_only_some_documents_are_searched(lease: Library) -> None:
    text = "The Tenant shall not pay rent"
    assert lease.verify_quote(text, documents=["lease*"]).verdict == "verbatim"
    assert lease.verify_quote(text, documents="miete.txt").verdict == "not_found"
    with pytest.raises(UsageError, match="no-such"):
        lease.verify_quote(text, documents="no-such.txt")


def test_a_draft_that_is_itself_indexed_is_not_its_own_source(
    library_of: MakeLibrary, tmp_path: Path
) -> None:
    draft = "He said “the moon is made of green cheese” to us."
    library = library_of({"a.txt": "The sun is bright today and warm.", "draft.txt": draft})
    check = library.check(tmp_path / "files" / "draft.txt")
    assert check.excluded == ("draft.txt",)
    assert [quotation.verdict for quotation in check.quotations] == ["not_found"]
    (tmp_path / "other.txt").write_text("Once “the moon is made of green cheese”.")
    assert library.check(tmp_path / "other.txt").quotations[0].verdict == "verbatim"


def test_no_quotation_and_no_documents(lease: Library, library_of: MakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text("Nothing is quoted here.")
    check = lease.check(tmp_path / "draft.txt")
    assert check.passes
    assert check.quotations == ()
    empty = library_of({"a.txt": "The sun is bright."})
    empty.remove("a.txt")
    with pytest.raises(UsageError, match="no documents"):
        empty.check(tmp_path / "draft.txt")
    with pytest.raises(UsageError, match="no documents"):
        Library(tmp_path / "new").check(tmp_path / "draft.txt")
    with pytest.raises(UsageError, match="no words"):
        lease.verify_quote(" ")


# -- places -----------------------------------------------------------------------------------------


def test_all_places_are_counted_and_some_are_listed(library_of: MakeLibrary) -> None:
    text = "\n\n".join(f"Clause {n}. The lease is over on day {n}." for n in range(300))
    quotation = library_of({"a.txt": text, "b.txt": "The lease is over."}).verify_quote("The lease is over")
    assert (quotation.verdict, quotation.places, len(quotation.also)) == ("verbatim", 301, 20)


def test_a_long_quotation_over_several_passages(library_of: MakeLibrary) -> None:
    paragraphs = [
        f"In year {n} the keeper counted {n * 7} lamps, {n + 3} ropes and a bell." for n in range(80)
    ]
    library = library_of({"a.txt": "\n\n".join(paragraphs)})
    long = " ".join(paragraphs[3:60])
    assert len(long.split()) > 600
    assert library.verify_quote(long).verdict == "typographic"
    assert library.verify_quote("\n\n".join(paragraphs[3:60])).verdict == "verbatim"
    altered = library.verify_quote(long.replace("210 lamps", "211 lamps"))
    assert altered.verdict == "altered"
    assert ("changed", "211", "210") in kinds(altered)


def test_a_quotation_over_a_page_break_of_a_pdf_skips_the_header(library_of: MakeLibrary) -> None:
    def page(number: int, texts: list[str]) -> list[Words]:
        return [
            Words(72, 760, "Lease of the Lighthouse"),
            *lines(72, 700, texts),
            Words(300, 40, f"Page {number}"),
        ]

    body = [
        f"Line {n} of the lease speaks about lamp {n} and rope {n * 3}, in that order." for n in range(60)
    ]
    body[19], body[20] = (
        "The keeper shall light the lamp at dusk and shall not leave",
        "the tower before the sun has risen.",
    )
    file = pdf([page(n + 1, body[n * 20 : n * 20 + 20]) for n in range(3)])
    library = library_of({"a.pdf": file})
    text = "shall light the lamp at dusk and shall not leave the tower before the sun has risen"
    quotation = library.verify_quote(text, page=1)
    assert quotation.verdict == "typographic"
    assert quotation.citation is not None
    assert quotation.citation.page == 1
    assert quotation.reference is not None
    assert quotation.reference.agrees
    assert library.verify_quote(text, page=2).reference.agrees  # type: ignore[union-attr]
    assert library.verify_quote(text, page=3).reference.agrees is False  # type: ignore[union-attr]
    assert library.verify_quote(text.replace("dusk", "dawn")).verdict == "altered"


def test_the_place_on_the_page_that_the_draft_names_comes_first(library_of: MakeLibrary) -> None:
    pages = [
        lines(72, 700, [f"Page number {n} is here.", "The lamp burns all night long."]) for n in range(1, 4)
    ]
    library = library_of({"a.pdf": pdf(pages)})
    quotation = library.verify_quote("The lamp burns all night long", page=3)
    assert quotation.citation is not None
    assert (quotation.citation.page, quotation.places) == (3, 3)
    wrong = library.verify_quote("The lamp burns all night long", page=9)
    assert wrong.verdict == "verbatim"
    assert wrong.reference is not None
    assert wrong.reference.agrees is False


def test_marks_of_footnotes_in_the_source_make_no_difference(library_of: MakeLibrary) -> None:
    library = library_of({"a.txt": "The lamp¹ burns all night,[2] and nobody sleeps beside it."})
    assert library.verify_quote("The lamp burns all night, and nobody sleeps").verdict == "typographic"
