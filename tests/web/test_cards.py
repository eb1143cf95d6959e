from __future__ import annotations

from typing import Any

import pytest
from answer_strategies import answers
from hypothesis import given
from parsed import Parsed

from qa.programs import inputs
from qa.record import REASONS, Answer, Citation, Context, Match, Quote, ReasonCode, Scope
from qa.render import displayable
from qa.render import where as in_a_terminal
from qa.render.phrases import shown_text
from qa.web import cards
from qa.web.labels import labels_in
from qa.web.suggestions import suggestions

CITATION = Citation(
    doc_id="a/lease.pdf", title="Lease", sha256="0" * 64, uri=None, page=3, line=41,
    heading=("Term", "Notice"), start=100, end=131, prefix="", suffix="",
)  # fmt: skip
QUOTE = Quote(
    rank=1, text="Notice is given <b>in</b> writing", score=0.714, matched=(Match(100, 106),),
    citation=CITATION, context=Context(start=90, end=140, text=""),
)  # fmt: skip


def record_of(
    answered: bool,
    confidence: float = 0.93,
    code: ReasonCode | None = None,
    reason: str | None = None,
    question: str = "How?",
    **more: Any,
) -> Answer:
    return Answer(
        id="1", question=question, answered=answered, confidence=confidence,
        reason=reason or (REASONS[code] if code else None), reason_code=code, quotes=(QUOTE,), **more,
    )  # fmt: skip


def card(quote: Quote) -> str:
    return cards.answer(record_of(True).model_copy(update={"quotes": (quote,)}))


def test_a_card_shows_the_quote_with_its_matches_and_its_citation() -> None:
    page = Parsed(card(QUOTE))
    assert [element.text for element in page.all(lambda e: e.tag == "blockquote")] == [QUOTE.text]
    assert [element.text for element in page.all(lambda e: e.tag == "mark")] == ["Notice"]
    cite = page.all(lambda e: e.tag == "cite")[0]
    assert cite.text == "1Lease › Term › Notice, page 3"
    assert "0.71" not in page.text  # the score is in the explanation


def test_a_card_has_the_place_at_which_its_source_opens() -> None:
    article = Parsed(card(QUOTE)).all("card")[0]
    data = {name: value for name, value in article.attributes.items() if name.startswith("data-")}
    assert data == {
        "data-document": "a/lease.pdf", "data-start": "100", "data-end": "131", "data-passage": "90-140",
        "data-matched": "100-106", "data-rank": "1",
    }  # fmt: skip


def test_the_copied_text_is_for_reading_or_exactly_the_quote() -> None:
    printed = QUOTE.model_copy(update={"text": "an obli-\ngation"})
    assert cards.copy_text(printed).startswith("“an obligation”\n— Lease")
    assert cards.exact_text(printed) == cards.copy_text(printed).replace("obligation", "obli-\ngation")
    assert cards.exact_text(QUOTE) is None


def test_quotes_far_below_the_best_and_passages_that_do_not_answer_look_weak() -> None:
    quotes = tuple(
        QUOTE.model_copy(update={"rank": rank, "score": score, "answers": answers})
        for rank, score, answers in ((1, 5.0, True), (2, 4.0, True), (3, 1.0, True), (4, 4.5, False))
    )
    page = Parsed(cards.answer(record_of(True).model_copy(update={"quotes": quotes})))
    weak = {card.attributes["data-rank"] for card in page.all("weak")}
    assert weak == {"3", "4"}


def test_lists_and_tables_are_shown_as_such() -> None:
    text = "Pay:\n\n(a) rent\nand tax;\n\n(b) fees.\n\nRent\t100"
    page = Parsed(card(QUOTE.model_copy(update={"text": text, "matched": ()})))
    assert [item.text for item in page.all("item")] == ["(a) rent and tax;\n", "(b) fees.\n"]
    assert [cell.text for cell in page.all("cell")] == ["Rent\t", "100"]
    quote = page.all(lambda e: e.tag == "blockquote")[0]
    assert quote.text == "Pay:\n(a) rent and tax;\n(b) fees.\nRent\t100"


def test_the_copied_text_has_the_place_of_the_quote() -> None:
    assert cards.copy_text(QUOTE) == (
        "“Notice is given <b>in</b> writing”\n— Lease › Term › Notice, page 3 (a/lease.pdf:100-131)"
    )


def test_confidence_is_a_word_and_a_bar_with_its_number_on_hover() -> None:
    page = Parsed(cards.answer(record_of(True, 0.93)))
    meter = page.all("confidence")[0]
    assert meter.text == "Very likely answers this"
    assert meter.attributes["title"] == "Confidence 0.93"
    assert meter.attributes["aria-valuenow"] == "93"
    assert page.all(lambda e: e.attributes.get("style") == "width:93%")


def test_without_an_answer_no_text_calls_it_an_answer() -> None:
    meter = Parsed(cards.answer(record_of(False, 0.97))).all("confidence")[0]
    assert meter.text == meter.attributes["aria-valuetext"] == "Confidence 0.97"


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        (0.999, "über 0,99, beantwortet dies sehr wahrscheinlich"),
        (0.001, "unter 0,01, beantwortet dies sehr wahrscheinlich nicht"),
    ],
)
def test_confidence_is_worded_in_the_language_of_the_page(value: float, spoken: str) -> None:
    meter = Parsed(cards.answer(record_of(True, value), labels_in("de"))).all("confidence")[0]
    assert meter.attributes["aria-valuetext"] == spoken


def test_no_answer_is_a_separate_state_with_folded_nearest_passages() -> None:
    page = Parsed(cards.answer(record_of(False, 0.31, reason="nothing in the documents says this")))
    calm = page.all("calm")[0].text
    assert calm == "Not in your documents.Nothing in the documents says this.Confidence 0.31"
    nearest = page.all("nearest")[0]
    assert nearest.tag == "details"
    assert "open" not in nearest.attributes
    assert nearest.text.startswith("Closest passage (not an answer) 1")
    assert QUOTE.text in nearest.text
    assert page.all("card")[0].attributes["aria-label"] == "Closest passage 1 (not an answer)"


def test_an_answer_is_not_called_nearest() -> None:
    page = Parsed(cards.answer(record_of(True)))
    assert not page.all("nearest")
    assert not page.all("calm")
    assert page.all("card")[0].attributes["aria-label"] == "Quote 1"


def test_further_places_of_the_same_words_open_there() -> None:
    other = CITATION.model_copy(
        update={"doc_id": "b.txt", "title": "Copy", "start": 7, "end": 38, "page": None}
    )
    page = Parsed(card(QUOTE.model_copy(update={"also": (other,)})))
    (link,) = page.all("link")
    assert link.text == "Copy › Term › Notice, line 41"
    assert (link.attributes["data-document"], link.attributes["data-start"]) == ("b.txt", "7")


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>.txt", '"><img src=x onerror=alert(1)>', "a\u202etxt.exe"]
)
def test_hostile_names_are_harmless(name: str) -> None:
    hostile = CITATION.model_copy(update={"doc_id": name, "title": name, "heading": (name,)})
    page = Parsed(card(QUOTE.model_copy(update={"citation": hostile})))
    page.assert_harmless()
    assert displayable(name) in page.all(lambda e: e.tag == "cite")[0].text


@given(answers())
def test_any_answer_is_harmless_and_complete(answer: Answer) -> None:
    page = Parsed(cards.answer(answer))
    page.assert_harmless()
    shown = [element.text for element in page.all(lambda e: e.tag == "blockquote")]
    # A parser, like a browser, turns other line ends into line feeds; displayable text has no others.
    assert shown == [shown_text(quote) for quote in (*answer.answering, *answer.closest)]


def test_a_follow_up_shows_the_earlier_questions_and_can_be_asked_alone() -> None:
    record = record_of(True, understood_with=("Who leases <b>it</b>?", "For how long?"))
    page = Parsed(cards.answer(record, labels_in("fr")))
    page.assert_harmless()
    (understood,) = page.all("understood")
    assert understood.text == "Comprise comme la suite de Who leases <b>it</b>?, For how long? La poser seule"
    assert page.all(lambda e: e.attributes.get("data-do") == "ask-alone")
    assert not Parsed(cards.answer(record_of(True))).all("understood")


@pytest.mark.parametrize(
    ("code", "question", "limited", "keys"),
    [
        ("no_answer", "What is the capital of Australia?", False, ["try-words"]),
        ("no_answer", "What is the capital of Australia?", True, ["try-words", "try-all"]),
        ("no_answer", "Was ist die Hauptstadt und wo?", False, ["try-language", "try-words"]),
        ("no_answer", "Canberra?", False, ["try-words"]),
        ("phrase_not_found", '"red barn"', True, ["try-unquoted", "try-all"]),
        ("no_documents", "Is it?", False, []),
        ("language_not_supported", "Quelle est la ville et où ?", False, ["try-model", "try-words"]),
        ("language_not_supported", "Was ist die Hauptstadt und wo?", False, ["try-language", "try-words"]),
    ],
)
def test_suggestions_fit_the_question(
    code: ReasonCode, question: str, limited: bool, keys: list[str]
) -> None:
    record = record_of(False, 0.1, code, question=question)
    assert suggestions(record, limited, {"en", "fr"}) == keys
    page = Parsed(cards.answer(record, suggestions=keys))
    assert len(page.all(lambda e: e.attributes.get("data-do") == "ask-all")) == limited
    assert len(page.all("suggestions")) == bool(keys)
    assert [e.text for e in page.all("suggestions-title")] == ["What may help"] * bool(keys)


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        (0, "Not in your documents."),
        (1, "Not in the document asked."),
        (1200, "Not in the 1,200 documents asked."),
    ],
)
def test_no_answer_says_which_documents_were_asked(asked: int, title: str) -> None:
    page = Parsed(cards.answer(record_of(False, 0.1, "no_answer"), asked=asked))
    assert [element.text for element in page.all("calm-title")] == [title]


def test_a_long_title_is_marked_and_its_place_shown_in_full() -> None:
    record = record_of(True)
    short = Parsed(cards.answer(record))
    title = "Overview of the Technology Acceptance Model " * 3
    quote = QUOTE.model_copy(update={"citation": CITATION.model_copy(update={"title": title})})
    long = Parsed(cards.answer(record.model_copy(update={"quotes": (quote,)})))
    assert not short.all("long")
    assert len(long.all("long")) == 1
    for page in (short, long):
        assert page.all("place")[0].text == "page 3"
    assert long.all("name")[0].text.startswith(title.strip())


def test_a_question_is_foreign_only_with_evidence_of_another_language() -> None:
    assert (
        suggestions(record_of(False, question="What is the capital of it?"), False, {"de"})[0]
        == "try-language"
    )
    assert suggestions(record_of(False, question="Hauptstadt Australiens?"), False, {"de"}) == ["try-words"]
    assert suggestions(record_of(True), True, {"de"}) == []


def test_an_unsupported_language_is_reported_in_the_language_of_the_page() -> None:
    code: ReasonCode = "language_not_supported"
    record = record_of(False, 0.1, code, REASONS[code].format(language="Greek"))
    assert "Your question is in a language" in cards.answer(record)
    assert "Ihre Frage ist in einer Sprache" in cards.answer(record, labels=labels_in("de"))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"page_label": "iv"}, "page iv (page 3 of the file)"),
        ({"place": {"kind": "comment", "label": "A. Smith"}}, "page 3, comment (A. Smith)"),
        ({"page": None, "place": {"kind": "cells", "label": "Rent!A3:D3"}}, "Rent!A3:D3"),
        ({"place": {"kind": "speaker notes", "label": ""}}, "page 3, speaker notes"),
    ],
)
def test_a_citation_has_the_printed_page_and_the_place_in_the_file(more: Any, expected: str) -> None:
    citation = Citation.model_validate({**dict(CITATION), **more})
    expected = f"Lease › Term › Notice, {expected}"
    assert cards.where(citation) == expected
    # The page and the terminal use the same words, and the page accepts its own records.
    assert in_a_terminal(citation) == expected
    sent = record_of(True).model_copy(update={"quotes": (QUOTE.model_copy(update={"citation": citation}),)})
    assert inputs.records([sent.model_dump(mode="json")]) == [sent]


ANSWERED = QUOTE.model_copy(update={"matched": (Match(100, 106, "lexical"), Match(119, 121, "answer"))})
FAR = QUOTE.model_copy(update={"rank": 2, "answers": False, "text": "Far"})


def with_quotes(*quotes: Quote, **more: Any) -> Answer:
    return record_of(True, **more).model_copy(update={"quotes": quotes})


@pytest.mark.parametrize(
    ("language", "spoken", "legend"),
    [("en", "answer words", "words that match the question"),
     ("de", "Wörter der Antwort", "Wörter, die zur Frage passen")],
)  # fmt: skip
def test_answer_words_have_their_own_mark_a_description_and_one_legend(
    language: str, spoken: str, legend: str
) -> None:
    record = with_quotes(ANSWERED, ANSWERED.model_copy(update={"rank": 2}))
    page = Parsed(cards.answer(record, labels_in(language)))
    marks = [
        (mark.text, mark.attributes.get("class"), mark.attributes.get("aria-description"))
        for mark in page.all(lambda e: e.tag == "mark")
    ]
    quote = [("Notice", None, None), ("in", "answer-word", spoken)]
    assert marks == [(spoken, "answer-word", None), (legend, None, None), *quote, *quote]
    assert len(page.all("legend")) == 1
    assert not Parsed(card(QUOTE)).all("legend")


def test_the_source_gets_answer_words_and_matching_words_apart() -> None:
    article = Parsed(card(ANSWERED)).all("card")[0]
    assert (article.attributes["data-matched"], article.attributes["data-answers"]) == ("100-106", "119-121")


def test_closest_passages_are_folded_below_the_answer() -> None:
    page = Parsed(cards.answer(with_quotes(QUOTE, FAR)))
    (fold,) = page.all("nearest")
    assert (fold.tag, "open" in fold.attributes) == ("details", False)
    assert fold.text.startswith("Closest passage (not an answer) 1Far")
    assert QUOTE.text not in fold.text
    labelled = [element.attributes["aria-label"] for element in page.all("card")]
    assert labelled == ["Quote 1", "Closest passage 2 (not an answer)"]
    assert [element.attributes["data-rank"] for element in page.all("card")] == ["1", "2"]
    assert "Closest passages (not an answer)" in cards.answer(with_quotes(QUOTE, FAR, FAR))


def test_closest_passages_without_an_answering_quote_are_unfolded() -> None:
    (fold,) = Parsed(cards.answer(with_quotes(FAR))).all("nearest")
    assert "open" in fold.attributes


def test_the_named_documents_are_above_the_answer_and_all_can_be_asked() -> None:
    scope = Scope(documents=("a/lease.pdf",), title="Lease <b>of</b> Ann")
    for record in (record_of(True, scope=scope), record_of(False, scope=scope)):
        page = Parsed(cards.answer(record, labels_in("de")))
        page.assert_harmless()
        (line,) = page.all("looking-in")
        assert line.text == "Gesucht in: Lease <b>of</b> Ann"
        (all_documents,) = page.all(lambda e: e.attributes.get("data-do") == "ask-everywhere")
        assert all_documents.attributes["aria-label"] == "In allen Dokumenten suchen"
    several = record_of(True, scope=Scope(documents=("a", "b"), title="Leases"))
    assert Parsed(cards.answer(several)).all("looking-in")[0].text == "Looking in: Leases, 2 documents"
    assert not Parsed(cards.answer(record_of(True))).all("looking-in")
