from __future__ import annotations

from collections.abc import Callable

from qa.record import Answer, Citation, Context, Quote
from qa.web import examples

TEXT = (
    "China calls for a shared security system. The tenant supports the plan. Given five rounds of "
    "eastward expansion, the mentality of the Cold War should end. He said so to Mr. Borrell of the "
    "UN Charter’s council. After the Cold War, the UN Charter stays. The Blue Ox is named once."
)


def answering(places: dict[str, int]) -> Callable[[str], Answer]:
    def ask(question: str) -> Answer:
        at = places.get(question)
        cited = Citation(
            doc_id="a.txt", title="A", sha256="0" * 64, uri=None, page=None, line=1, start=at or 0,
            end=(at or 0) + 1, prefix="", suffix="",
        )  # fmt: skip
        context = Context(start=0, end=1, text="x")
        quote = Quote(rank=1, text="x", score=1.0, matched=(), citation=cited, context=context)
        return Answer(
            id="1", question=question, answered=at is not None, confidence=0.9, reason=None, quotes=(quote,)
        )

    return ask


def test_questions_consist_of_words_of_the_text() -> None:
    questions = list(examples.candidates(TEXT))
    assert "What does China call for?" in questions
    assert "What does the tenant support?" not in questions  # "tenant" is not a name
    assert "How many rounds of eastward expansion are there?" in questions
    assert "What is said about the Cold War?" in questions
    assert "What is said about the UN Charter?" in questions
    assert not any("Mr" in question for question in questions)
    assert not any("Blue Ox" in question for question in questions)  # no subject of the text


def test_the_word_billion_is_not_counted() -> None:
    questions = list(
        examples.candidates("The lake holds five billion kinds of ducks, and two old kinds of boats.")
    )
    assert questions == ["How many old kinds of boats are there?"]


def test_only_answered_questions_with_different_places_are_offered() -> None:
    ask = answering(
        {
            "What does China call for?": 0,
            "What is said about the Cold War?": 50,
            "What is said about the UN Charter?": 50,
        }
    )
    assert examples.choose([TEXT], ask) == ["What does China call for?", "What is said about the Cold War?"]


def test_questions_are_of_several_kinds() -> None:
    text = " ".join(f"{name} supports it and {name} requires it." for name in ("Anna", "Bert", "Carl"))
    every = {question: at for at, question in enumerate(examples.candidates(text))}
    assert len(every) == 6
    assert len(examples.choose([text], answering(every))) == examples.OF_A_KIND


def test_a_text_without_names_or_numbers_yields_no_questions() -> None:
    assert list(examples.candidates("12 34\n\n!?")) == []
    assert examples.choose([""], answering({})) == []


CONTRACT = (
    "Supply Agreement. This Agreement is made between Acme and Borg (the parties). It is governed by the "
    "laws of Delaware. Each party hereby agrees that a party gives thirty written days. Party means Acme. "
    "Confidential Information means two big secrets, and Confidential Information stays secret."
)


def test_contracts_get_the_questions_of_their_readers() -> None:
    questions = list(examples.candidates(CONTRACT))
    assert "Which law governs the agreement?" in questions
    assert not any("Confidential Information" in question for question in questions)
    # Many contracts share the questions, and each is asked once.
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return answering({question: len(asked)})(question)

    assert len(examples.choose([CONTRACT] * 3, ask)) == examples.NUMBER
    assert len(asked) == len(set(asked))


def test_counts_of_measures_and_weak_answers_are_no_examples() -> None:
    text = "It takes three long months, and it has two kinds of boats."
    (question,) = examples.candidates(text)
    assert question == "How many kinds of boats are there?"
    weak = answering({question: 0})(question)
    weak = weak.model_copy(update={"confidence": examples.LEAST_CONFIDENCE - 0.1})
    assert examples.choose([text], lambda _: weak) == []
