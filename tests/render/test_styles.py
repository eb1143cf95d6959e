"""Citations in each style, with the values that the style's public guide prescribes."""

from __future__ import annotations

from typing import Any

import pytest
from handmade_answers import answer, citation, quote

from qa.errors import UsageError
from qa.record import Citation
from qa.render import html, markdown, styles
from qa.render.styles import STYLES, Style


def contract(**fields: Any) -> Citation:
    """Return a citation of a file that names neither author nor date."""
    return citation("contracts/supply.pdf", title="Supply Agreement", **fields)


def report(**fields: Any) -> Citation:
    values = {"title": "World Report", "author": "Human Rights Watch", "publisher": "Seven Stories Press",
              "date": "2020-01-14", "page": 12, **fields}  # fmt: skip
    return citation("report.pdf", **values)


TERM = ("9. Term", "9.2 Termination")

# The forms of apastyle.apa.org (quotations; missing reference information), of the Chicago Manual's citation
# quick guide (notes), of OSCOLA 4 (3.1 and 3.4.1, sources without an ISBN), and of the Bluebook (15, 18.2).
GOLDEN: list[tuple[Style, Citation, str]] = [
    ("plain", contract(page=4, heading=TERM), "Supply Agreement › 9. Term › 9.2 Termination, page 4"),
    ("apa", contract(page=4), "(Supply Agreement, n.d., p. 4)"),
    ("apa", report(), "(Human Rights Watch, 2020, p. 12)"),
    ("apa", report(page=None, heading=("Osteoarthritis",)),
     "(Human Rights Watch, 2020, Osteoarthritis section)"),
    ("apa", report(page=None, heading=("What Can You Do to Prevent Kidney Failure?",)),
     "(Human Rights Watch, 2020, “What Can You Do” section)"),
    ("apa", contract(), "(Supply Agreement, n.d.)"),
    ("chicago", contract(page=4), "Supply Agreement (n.d.), 4."),
    ("chicago", report(), "Human Rights Watch, World Report (Seven Stories Press, 2020), 12."),
    ("chicago", report(publisher=None), "Human Rights Watch, World Report (2020), 12."),
    ("chicago", contract(heading=TERM), "Supply Agreement (n.d.), under “9.2 Termination.”"),
    ("chicago", report(uri="https://hrw.org/r.pdf"),
     "Human Rights Watch, World Report (Seven Stories Press, 2020), 12, https://hrw.org/r.pdf."),
    ("oscola", contract(page=4), "‘Supply Agreement’ 4."),
    ("oscola", contract(heading=TERM), "‘Supply Agreement’ cl 9.2."),
    ("oscola", report(), "Human Rights Watch, ‘World Report’ (Seven Stories Press 2020) 12."),
    ("oscola", report(page=None, heading=("3.1 Findings",)),
     "Human Rights Watch, ‘World Report’ (Seven Stories Press 2020) s 3.1."),
    ("oscola", report(uri="https://hrw.org/r.pdf"),
     "Human Rights Watch, ‘World Report’ (Seven Stories Press 2020) 12 <https://hrw.org/r.pdf>."),
    ("bluebook", contract(page=4), "Supply Agreement 4 (n.d.)."),
    ("bluebook", contract(heading=TERM), "Supply Agreement § 9.2 (n.d.)."),
    ("bluebook", report(), "Human Rights Watch, World Report 12 (2020)."),
    ("bluebook", report(title="World Report 2020"), "Human Rights Watch, World Report 2020, at 12 (2020)."),
    ("bluebook", report(uri="https://hrw.org/r.pdf"),
     "Human Rights Watch, World Report 12 (Jan. 14, 2020), https://hrw.org/r.pdf."),
    ("bibtex", contract(page=4), r"\cite[p.~4]{supply-pdf-00000000}"),
    ("bibtex", contract(heading=TERM), r"\cite[\S~9.2]{supply-pdf-00000000}"),
    ("bibtex", contract(heading=("Annex [A]",)), r"\cite[{Annex [A]}]{supply-pdf-00000000}"),
]  # fmt: skip


@pytest.mark.parametrize(("style", "cited", "expected"), GOLDEN)
def test_a_citation_has_the_form_of_its_style(style: Style, cited: Citation, expected: str) -> None:
    assert styles.cited(cited, style) == expected


def test_titles_are_in_italics_where_the_style_has_them() -> None:
    italic = {
        style: [text for text, is_italic in styles.runs(report(), style) if is_italic] for style in STYLES
    }
    assert italic == {"plain": [], "apa": [], "chicago": ["World Report"], "oscola": [],
                      "bluebook": ["World Report"], "bibtex": []}  # fmt: skip
    # Without an author, the title is in its place.
    assert ("Supply Agreement", True) in styles.runs(contract(), "apa")


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        (contract(page=4), "Supply Agreement. (n.d.)."),
        (report(), "Human Rights Watch. (2020, January 14). World Report. Seven Stories Press."),
        (report(date="2020", publisher="Human Rights Watch"), "Human Rights Watch. (2020). World Report."),
        (report(author=None, date="2020-01", uri="https://hrw.org/r.pdf"),
         "World Report. (2020, January). Seven Stories Press. https://hrw.org/r.pdf"),
    ],
)  # fmt: skip
def test_the_list_of_references_of_apa(cited: Citation, expected: str) -> None:
    assert styles.text(styles.entry(cited, "apa")) == expected


def test_a_copy_has_the_quotation_marks_and_the_sources_of_its_style() -> None:
    copies = {style: styles.copied("Thirty days.", contract(page=4), style) for style in STYLES}
    assert copies["apa"] == "“Thirty days.” (Supply Agreement, n.d., p. 4)\n\nSupply Agreement. (n.d.)."
    assert copies["chicago"] == "“Thirty days.”\n\nSupply Agreement (n.d.), 4."
    assert copies["oscola"] == "‘Thirty days.’\n\n‘Supply Agreement’ 4."
    assert copies["bluebook"] == "“Thirty days.”\n\nSupply Agreement 4 (n.d.)."
    assert copies["bibtex"].startswith("@misc{supply-pdf-00000000-0-1,\n  title = {{Supply Agreement}},\n")
    assert "annote = {Thirty days.}" in copies["bibtex"]


def test_a_footnote_of_several_places_ends_with_one_full_stop() -> None:
    notes = styles.footnote([contract(page=4), report()], "oscola")
    assert styles.text(notes) == (
        "‘Supply Agreement’ 4; Human Rights Watch, ‘World Report’ (Seven Stories Press 2020) 12."
    )


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(UsageError, match="mla"):
        styles.style_of("mla")


HOSTILE = "<script>alert(1)</script> *bold* \x1b[2J"


@pytest.mark.parametrize("style", STYLES)
def test_titles_and_authors_stay_text_in_every_style(style: Style) -> None:
    record = answer(quote("Words.", "d.html", title=HOSTILE, author=HOSTILE, heading=(HOSTILE,)))
    page = html.item(record, 1, style)
    assert "<script" not in page
    assert "\x1b" not in page + markdown.item(record, 1, style) + styles.cited(
        record.quotes[0].citation, style
    )
    outside = markdown.item(record, 1, style).split("```")[0]
    assert "<script" not in outside.replace(r"\<", "")
    assert r"\*bold\*" in outside or style == "bibtex"


def test_an_entry_in_markdown_ends_before_what_follows_it() -> None:
    page = markdown.item(answer(quote("One.", "a.pdf", title="A")), 1, "bibtex")
    lines = page.split("```bibtex\n")[1].splitlines()
    assert lines[lines.index("}") + 1] == "```"


def test_each_document_is_listed_once() -> None:
    first, second = quote("One.", "a.pdf", title="A"), quote("Two.", "a.pdf", rank=2, start=5, title="A")
    record = answer(first, second)
    assert len(styles.entries(record, "apa")) == len(styles.entries(record, "bibtex")) == 1
    assert styles.entries(record, "chicago") == []
