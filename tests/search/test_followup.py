"""Follow-ups are distinguished from complete questions, and answered with the questions they refer to."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from readings import WordReranker

from qa.answer.answerer import Answerer, is_joint_better
from qa.encoders import Encoder
from qa.errors import QuestionError
from qa.evaluate import folded
from qa.index import Index
from qa.record import to_json_line
from qa.search.explain import LABELS
from qa.search.followups import LOOKED_AT, content, leans_on, sign, together
from qa.search.query import analyse

TEXT = """The observatory on Mount Arden was founded in 1887 by Clara Winslow.
She led it for twenty-three years, until an illness forced her to resign.
Her successor was Edgar Lunn, who had built the great telescope.
The telescope was sold because the roof of the dome had rusted through.
The dome itself still stands and can be visited on Sundays.

The railway to Port Hale carried coal and timber from the inland mines.
It was closed in 1954, since lorries had become cheaper than trains.
Today a footpath follows the old line for forty kilometres.

The village council decides about the use of the common meadow.
Sheep graze there from May until the first snow.
Bees are kept along its northern edge by the school.
"""
FOUNDED = "Who founded the observatory on Mount Arden?"
CLOSED = "When was the railway to Port Hale closed?"


@pytest.fixture(scope="module")
def answerer(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("followups")
    (folder / "valley.txt").write_text(TEXT)
    index = Index.create(folder / "index", model)
    index.update([str(folder / "valley.txt")], lambda: model)
    return Answerer(index, model)


@pytest.mark.parametrize(
    "text",
    ["Why?", "When?", "How?", "What for?", "How many?", "And Russia?", "But why not?", "So what?",
     "What about the others?", "How about France?", "When was he born?", "Who was her successor?",
     "What did they say?", "Is that true?", "Did it win a Grammy?", "How did it go?", "What grazes there?",
     "Where do they live?",
     "What is their name?", "What else must be avoided?", "Who else was there?", "And in 2005?",
     "How much does it cost?", "Und Russland?", "Warum?", "Was ist mit Frankreich?",
     "Wann wurde er geboren?", "Et la Russie ?", "Pourquoi ?", "¿Y Rusia?", "¿Por qué?"],
)  # fmt: skip
def test_a_clear_follow_up_is_recognised(text: str) -> None:
    assert sign(text) == "strong"


@pytest.mark.parametrize(
    "text",
    [
        "Who bought it in 2005?",
        "How do regimes fight against it?",
        "What did the court say he was entitled to?",
    ],
)
def test_a_possible_follow_up_is_recognised(text: str) -> None:
    assert sign(text) == "weak"


@pytest.mark.parametrize(
    "text",
    ["How many rounds of eastward expansion has NATO carried out?", "What is the capital of Australia?",
     "Which NFL team won Super Bowl 50?", "Where did Luther explain his idea of justification?",
     "Is my information shared with others?", "Who pays?", "Why do you keep my data?", "Who was the mayor?",
     "What is diffuse nebulae?", "Is this an exclusive agreement?",
     "And when was the railway to Port Hale closed?", "How old was Warhol when his dad died?",
     "Wer zahlt?", "Qui paie ?", "¿Quién paga?",
     "Who gave her royal assent to the Scotland Act of 1998?", "Does this website collect my contact data?",
     "How many stars are there in the Milky Way galaxy?", "Is it true that Mount Arden has an observatory?",
     "When did Tesla admit that he had sacrificed too much?",
     "Which parties that lost seats in 2011 changed their leaders?",
     "Où se trouve la tour Eiffel à Paris en France ?",
     "In welchem Jahr wurde die Sternwarte auf dem Hügel gegründet?"],
)  # fmt: skip
def test_a_complete_question_is_no_follow_up(text: str) -> None:
    assert sign(text) == "none"
    assert leans_on(text, [FOUNDED]) == ()


def test_a_follow_up_includes_all_questions_it_refers_to() -> None:
    assert leans_on("Why?", []) == ()
    assert leans_on("Why?", [FOUNDED, CLOSED]) == (CLOSED,)
    assert leans_on("Why?", [CLOSED, FOUNDED, "And when?"]) == (FOUNDED, "And when?")
    assert leans_on("Why?", [FOUNDED, *["And then?"] * 9]) == ("And then?",) * LOOKED_AT


def test_invalid_earlier_questions_are_skipped() -> None:
    hostile = ["", "   ", "?!", "-word", "x" * 100_000, "\x00\x1b"]
    assert leans_on("Why?", hostile) == ()
    assert leans_on("Why?", [CLOSED, *hostile]) == (CLOSED,)


def test_the_words_of_a_follow_up() -> None:
    assert content("And how many of them were indicted?") == ("indicted",)
    assert content("Why?") == content("How old was he then?") == ()


def test_its_own_words_weigh_most_and_older_questions_least() -> None:
    first, second = analyse("How many ships sank in 1914?"), analyse("And who built the harbour?")
    combined = together(analyse("And when was the harbour mended?"), [first, second])
    assert [combined.lighter.get((stem,)) for stem in ("mend", "harbour", "built", "ship")] == [
        None,
        None,
        0.5,
        0.25,
    ]
    assert together(analyse("And in 1916?"), [first]).words[("ship",)] == "ships"
    assert together(analyse("Why?"), [first]).terms == first.terms
    assert together(second, []) == second


def test_a_question_without_a_topic_is_always_combined() -> None:
    assert is_joint_better("Why?", 0.99, 0.01)
    assert is_joint_better("And payment?", 0.8, 0.7)
    assert not is_joint_better("And payment?", 0.99, 0.01)
    assert is_joint_better("Who bought it in 2005?", 0.2, 0.8)
    assert not is_joint_better("Who bought it in 2005?", 0.6, 0.95)  # it has its own answer
    assert not is_joint_better("Who bought it in 2005?", 0.01, 0.3)  # neither reading has an answer


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [(FOUNDED, "Who was her successor?", "Edgar Lunn"), (FOUNDED, "And how long did she lead it?", "three"),
     (CLOSED, "Why?", "lorries"), ("Who built the great telescope?", "Why was it sold?", "rusted"),
     ("Who decides about the common meadow?", "What grazes there?", "Sheep")],
)  # fmt: skip
def test_a_follow_up_is_answered_and_names_the_question_before(
    answerer: Answerer, first: str, second: str, words: str
) -> None:
    answer = answerer.ask(second, after=[first])
    assert answer.understood_with == (first,)
    assert any(folded(words) in folded(quote.text) for quote in answer.quotes)
    assert answer == answerer.ask(second, after=[first])
    assert answer.question == second


def test_a_follow_up_is_read_twice_and_a_complete_question_once(model: Encoder, tmp_path: Path) -> None:
    (tmp_path / "valley.txt").write_text(TEXT)
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / "valley.txt")], lambda: model)
    reader = WordReranker({"lorries": 4.0})
    answerer = Answerer(index, model, reranker=reader)
    for question in ("Who keeps bees?", "Was it sold?"):
        answerer.ask(question, after=[CLOSED])
    assert reader.questions == ["Who keeps bees?", "Was it sold?", f"Was it sold? {CLOSED}"]


def test_without_earlier_questions_the_answer_does_not_change(answerer: Answerer) -> None:
    alone = answerer.ask("Why?")
    assert alone.understood_with == ()
    assert "understood_with" not in alone.model_dump()
    assert "lorries" not in alone.quotes[0].text or alone.confidence < 0.5


def test_the_previous_quote_is_not_simply_repeated(answerer: Answerer) -> None:
    before = answerer.ask(CLOSED).quotes[0].text
    assert answerer.ask("What follows it today?", after=[CLOSED]).quotes[0].text != before


def test_the_penalty_for_matching_only_the_previous_question_is_part_of_the_score(answerer: Answerer) -> None:
    first = "Who decides about the common meadow?"
    before = answerer.ask(first).quotes[0].text
    after = answerer.ask("And what happened then?", after=[first], why=True)
    repeated = next(quote for quote in after.quotes if quote.text == before)
    assert repeated.rank == 2
    assert repeated.why[-1].label == LABELS["repeated"]
    assert repeated.why[-1].value < 0
    for quote in after.quotes:
        assert math.fsum(part.value for part in quote.why) == pytest.approx(quote.score, abs=1e-9)


@pytest.mark.parametrize(
    "question",
    [FOUNDED, "And when was the railway to Port Hale closed?", "So who keeps bees along the meadow?",
     "What does the village council decide about?"],
)  # fmt: skip
def test_a_new_topic_has_the_same_record_as_alone(answerer: Answerer, question: str) -> None:
    unrelated = "How do I bake a sourdough loaf at home?"
    alone, after = answerer.ask(question), answerer.ask(question, after=[unrelated])
    assert to_json_line(alone) == to_json_line(after)


def test_a_conversation_continues(answerer: Answerer) -> None:
    answer = answerer.ask("And why?", after=[FOUNDED, CLOSED])
    assert answer.understood_with == (CLOSED,)
    third = answerer.ask("And who came after her?", after=[CLOSED, FOUNDED, "How long did she lead it?"])
    assert third.understood_with == (FOUNDED, "How long did she lead it?")
    assert any("Edgar Lunn" in quote.text for quote in third.quotes)


def test_a_follow_up_keeps_to_the_named_documents(model: Encoder, tmp_path: Path) -> None:
    paragraphs = TEXT.split("\n\n")
    for at, text in enumerate(paragraphs):
        (tmp_path / f"{at}.txt").write_text(text)
    index = Index.create(tmp_path / "index", model)
    index.update([str(tmp_path / f"{at}.txt") for at in range(len(paragraphs))], lambda: model)
    answer = Answerer(index, model).ask("Why?", after=[CLOSED], documents=["0.txt"])
    assert {quote.citation.doc_id for quote in answer.quotes} == {"0.txt"}


def test_an_empty_question_is_still_an_error(answerer: Answerer) -> None:
    with pytest.raises(QuestionError):
        answerer.ask(" ", after=[FOUNDED])


def test_an_empty_index_has_nothing_to_refer_to(model: Encoder, tmp_path: Path) -> None:
    index = Index.create(tmp_path / "index", model)
    assert Answerer(index, model).ask("Why?", after=[FOUNDED]).quotes == ()
