"""Questions to Word files: a clause by its number, a comment, a figure with its exponent."""

from __future__ import annotations

import math

import pytest
from word_files import level, lists, numbered, p, run, word

from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.index import Index
from qa.rerankers import Reranker
from qa.search.explain import LABELS

CLAUSES = lists(
    level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)"),
    level(3, "lowerRoman", "(%4)"),
)  # fmt: skip
LEASE = "".join(
    numbered(text, at)
    for text, at in (
        ("Rent", 0), ("The tenant pays the rent on the first working day of each month.", 1),
        ("Repairs", 0), ("The landlord keeps the roof and the outer walls in good repair.", 1),
        ("The tenant repairs:", 1), ("the windows and their locks; and", 2),
        ("the heating boiler, at least once a year.", 2), ("Fees", 0),
        ("A late payment costs:", 1), ("in the first month:", 2), ("two crowns a day; and", 3),
        ("four crowns on holidays.", 3),
    )
) + p("Notice under clause 2.2(b) must be in writing. Clause 3.1(a)(ii) is reviewed each year.")  # fmt: skip
THINGS = ("anchor", "boat", "crane", "derrick", "engine", "ferry", "gangway", "harbour")


def _rules(part: int) -> str:
    duties = ("each day", "before it sails", "after a storm")
    out = numbered(f"Rules of part {part}", 0)
    for rule in range(8):
        out += numbered(f"For the {THINGS[rule]} of kind {part} the operator has these duties:", 1)
        for at, duty in enumerate(duties):
            out += numbered(f"to inspect {THINGS[at + 3]} {part * 7 + rule} {duty};", 2)
    return out


@pytest.fixture(scope="module")
def answerer(model: Encoder, reader: Reranker, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("word")
    (folder / "lease.docx").write_bytes(word(LEASE, numbering=CLAUSES))
    long = "".join(map(_rules, range(40)))
    (folder / "rules.docx").write_bytes(word(long, numbering=CLAUSES))
    comment = (
        f'<w:comment w:id="0" w:author="Reviewer">{p("The board asks for five million crowns.")}</w:comment>'
    )
    draft = p(
        run("The operator insures each vessel for two million crowns.")
        + '<w:r><w:commentReference w:id="0"/></w:r>'
    )
    (folder / "draft.docx").write_bytes(word(draft, comments=comment))
    sample = p(
        run("The sample held 10")
        + run("6", '<w:vertAlign w:val="superscript"/>')
        + run(" bacteria in a litre.")
    )
    (folder / "sample.docx").write_bytes(word(sample))
    index = Index.create(folder / "index", model)
    index.update([str(folder)], lambda: model)
    return Answerer(index, model, reranker=reader)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        (
            "What does clause 2.2(b) require the tenant to repair?",
            "(b) the heating boiler, at least once a year.",
        ),
        ("What does clause 2.2 (a) require the tenant to repair?", "(a) the windows and their locks; and"),
        ("What does section 2.1 of the lease say on the roof?", "2.1 The landlord keeps the roof"),
        ("What costs does clause 3.1(a)(ii) of the lease set?", "(ii) four crowns on holidays."),
        ("What must the operator inspect under rule 37.4(c)?", "(c) to inspect ferry 255 after a storm;"),
        ("What does the board ask for?", "The board asks for five million crowns."),
        ("How many bacteria did the sample hold?", "The sample held 10⁶ bacteria in a litre."),
    ],
)
def test_the_first_quote_answers(answerer: Answerer, question: str, quote: str) -> None:
    answer = answerer.ask(question)
    assert answer.answered
    assert answer.quotes[0].text.startswith(quote)


def test_the_first_place_in_a_document_is_part_of_the_score(answerer: Answerer) -> None:
    answer = answerer.ask("What does clause 2.2(b) require?", why=True)
    assert LABELS["clause"] in [part.label for part in answer.quotes[0].why]
    for quote in answer.quotes:
        assert math.fsum(part.value for part in quote.why) == pytest.approx(quote.score, abs=1e-9)


def test_a_simple_number_in_several_documents_changes_no_order(answerer: Answerer) -> None:
    answer = answerer.ask("What does section 2 say on the windows and their locks?", why=True)
    assert "windows" in answer.quotes[0].text
    assert all(part.label != LABELS["clause"] for quote in answer.quotes for part in quote.why)
    alone = answerer.ask("What does section 2 say?", documents=["lease.docx"])
    assert alone.answered
    first, second, *_ = alone.quotes
    assert first.text.startswith("2.1 The landlord keeps the roof")
    # The lead-in and its items are one quote.
    assert second.text.startswith("2.2 The tenant repairs:")
    assert second.text.endswith("(b) the heating boiler, at least once a year.")
