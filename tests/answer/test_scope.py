"""A question that names documents is asked of these, unless the answer is clearly elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from answering import document, index_of_documents

from qa.answer.answerer import Answerer
from qa.encoders import Encoder
from qa.types import Sentence

FILLER = [
    document(f"note_{at}.txt", f"Note {at} is about the {thing}. It has nothing to say on anything else.")
    for at, thing in enumerate(("garden", "harbour", "kettle", "lantern", "mirror", "orchard", "quarry"))
]
DOCUMENTS = [
    document(
        "tillcot.txt",
        "SERVICE AGREEMENT\n\nThis agreement is made between Tillcot Limited (“Tillcot”) and the city.\n\n"
        "This agreement is governed by the law of Ohio.\n\nEither side may end it with a notice of "
        "ninety days.",
        title="Service Agreement",
    ),
    document(
        "norvane.txt",
        "LICENCE AGREEMENT\n\nThis agreement is made between Norvane GmbH (“Norvane”) and the city.\n\n"
        "This agreement is governed by the law of Utah.",
        title="Licence Agreement",
    ),
    document(
        "minutes.txt",
        "The council met in June.\n\nTillcot was founded in 1987 by two brothers in a barn near the "
        "river.\n\n"
        "The meeting ended at noon.",
        title="Minutes",
    ),
    *FILLER,
]


@pytest.fixture(scope="module")
def answerer(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder: Path = tmp_path_factory.mktemp("scope")
    return Answerer(index_of_documents(folder, model, DOCUMENTS), model)


def test_the_named_document_is_asked(answerer: Answerer) -> None:
    answer = answerer.ask("Which law governs the agreement with Norvane?")
    assert answer.answered
    assert answer.scope is not None
    assert (answer.scope.documents, answer.scope.title) == (("norvane.txt",), "Licence Agreement")
    assert answer.question == "Which law governs the agreement with Norvane?"
    assert "law of Utah" in answer.quotes[0].text
    assert {quote.citation.doc_id for quote in answer.quotes} == {"norvane.txt"}


def test_names_can_be_ignored(answerer: Answerer) -> None:
    answer = answerer.ask("Which law governs the agreement with Norvane?", k=5, named=False)
    assert answer.scope is None
    assert len({quote.citation.doc_id for quote in answer.quotes}) > 1


def test_a_question_without_a_name_has_no_scope(answerer: Answerer) -> None:
    answer = answerer.ask("When did the council meet?")
    assert answer.scope is None
    assert "June" in answer.quotes[0].text


def test_the_documents_of_the_user_are_never_left(answerer: Answerer) -> None:
    question = "Which law governs the agreement with Norvane?"
    answer = answerer.ask(question, documents=["tillcot.txt", "note_*"])
    assert answer.scope is None
    assert "norvane.txt" not in {quote.citation.doc_id for quote in answer.quotes}
    assert answerer.ask(question, documents=["norvane.txt"]).scope is None
    chosen = answerer.ask(question, documents=["norvane.txt", "tillcot.txt"])
    assert chosen.scope is not None
    assert chosen.scope.documents == ("norvane.txt",)


def test_an_answer_about_the_name_elsewhere_is_better_than_none(answerer: Answerer) -> None:
    answer = answerer.ask("In which year was Tillcot founded by the two brothers?")
    assert answer.answered
    assert answer.scope is None
    assert "1987" in answer.quotes[0].text


def test_the_answer_of_another_agreement_is_not_given(answerer: Answerer) -> None:
    question = "How many days of notice end the agreement with Norvane?"
    everywhere = answerer.ask(question, named=False)
    assert "ninety days" in everywhere.quotes[0].text
    answer = answerer.ask(question)
    assert answer.scope is not None
    assert not any("ninety days" in quote.text for quote in answer.quotes)


def test_a_follow_up_stays_with_the_document(answerer: Answerer) -> None:
    before = "Which law governs the agreement with Norvane?"
    answer = answerer.ask("And who are the parties to it?", after=[before])
    assert answer.understood_with == (before,)
    assert answer.scope is not None
    assert answer.scope.documents == ("norvane.txt",)
    assert {quote.citation.doc_id for quote in answer.quotes} == {"norvane.txt"}


def test_the_parts_of_a_score_are_those_of_the_named_documents(answerer: Answerer) -> None:
    question = "Which law governs the agreement with Norvane?"
    answer = answerer.ask(question, why=True)
    citation = answer.quotes[0].citation
    place = Sentence(citation.doc_id, citation.start, citation.end)
    assert answerer.why(question, place) == answer.quotes[0].why
    assert answerer.why(question, place, named=False) != answer.quotes[0].why
