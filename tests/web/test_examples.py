from __future__ import annotations

from collections.abc import Callable

from qa.record import Answer, Citation, Context, Quote
from qa.web import examples

TEXT = (
    "China calls for a shared security system. The tenant supports the plan. Given five rounds of "
    "eastward expansion, the mentality of the Cold War should end. He said so to Mr. Borrell of the "
    "UN Charter’s council."
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


def test_questions_are_made_of_the_text_s_own_words() -> None:
    made = list(examples.candidates(TEXT))
    assert "What does China call for?" in made
    assert "What does the tenant support?" not in made  # "tenant" is no name
    assert "How many rounds of eastward expansion are there?" in made
    assert "What is said about the Cold War?" in made
    assert "What is said about the UN Charter?" in made
    assert not any("Mr" in question for question in made)


def test_a_word_of_a_number_is_not_what_is_counted() -> None:
    made = list(examples.candidates("The lake holds five billion ducks, and it has two old boats."))
    assert made == ["How many old boats are there?"]


def test_only_answered_questions_are_offered_and_each_place_once() -> None:
    ask = answering(
        {
            "What does China call for?": 0,
            "What is said about the Cold War?": 50,
            "What is said about the UN Charter?": 50,
        }
    )
    assert examples.choose([TEXT], ask) == ["What does China call for?", "What is said about the Cold War?"]


def test_not_all_are_of_one_kind() -> None:
    text = " ".join(f"{name} supports it and {name} requires it." for name in ("Anna", "Bert", "Carl"))
    every = {question: at for at, question in enumerate(examples.candidates(text))}
    assert len(every) == 6
    assert len(examples.choose([text], answering(every))) == examples.OF_A_KIND


def test_a_text_without_anything_to_ask_gives_nothing() -> None:
    assert list(examples.candidates("12 34\n\n!?")) == []
    assert examples.choose([""], answering({})) == []
