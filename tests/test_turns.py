"""Questions of people go before long work, and have the same answers beside it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from word_encoder import WordEncoder

import qa
from qa import turns
from qa.record import to_json_line
from qa.turns import Turns


def long_step(turns: Turns, done: threading.Event) -> threading.Thread:
    """Start a step of long work in another thread."""

    def work() -> None:
        with turns.long_work():
            turns.step()
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_long_work_waits_until_the_last_question_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.turns.STEP_SECONDS", 600)
    own, done, waits = Turns(), threading.Event(), threading.Event()
    wait_for = own._changed.wait_for

    def waiting(*arguments: object) -> bool:
        waits.set()
        return wait_for(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(own._changed, "wait_for", waiting)
    with own.question():
        with own.question():
            thread = long_step(own, done)
            assert waits.wait(60)
        assert not done.is_set()
    thread.join(60)
    assert done.is_set()


def test_long_work_goes_on_however_many_questions_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.turns.STEP_SECONDS", 0.001)
    own, done = Turns(), threading.Event()
    with own.question():
        long_step(own, done).join(60)
        assert done.is_set()


def test_only_long_work_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.turns.STEP_SECONDS", 600)
    own = Turns()
    with own.question():
        own.step()
        with own.long_work(), own.question():
            # A question that long work asks does not hold up other long work.
            assert own._questions == 1
    with own.long_work():
        own.step()


def test_answers_under_load_are_those_alone(source_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[bool] = []
    step = turns.TURNS.step

    def counted() -> None:
        steps.append(turns.TURNS.is_long and turns.TURNS._questions > 0)
        step()

    monkeypatch.setattr(turns.TURNS, "step", counted)
    questions = [
        f"{question} This is question {number}."
        for number in range(6)
        for question in ("What does China call for?", "What is the capital of Australia?")
    ]
    with qa.open(source_folder, create=False) as library:
        alone = [to_json_line(library.ask(question)) for question in questions]
        with ThreadPoolExecutor(5) as pool:
            long = pool.submit(lambda: [*library.ask_many(questions, workers=1, together=2, give_way=True)])
            beside = [*pool.map(lambda question: to_json_line(library.ask(question)), questions)]
        assert beside == alone
        assert [to_json_line(answer.model_copy(update={"id": "1"})) for answer in long.result()] == alone
    assert any(steps)


def test_embedding_documents_is_long_work(tmp_path: Path, words: WordEncoder) -> None:
    seen: list[bool] = []

    class Watching(WordEncoder):
        def encode(self, texts: list[str], *, query: bool = False):  # type: ignore[no-untyped-def]
            seen.append(turns.TURNS.is_long)
            return super().encode(texts, query=query)

    (tmp_path / "a.txt").write_text("An apple. A garden.")
    with qa.open(tmp_path / "index", model=Watching(words.vocabulary), reranker="none") as library:
        library.add(tmp_path / "a.txt")
        assert seen == [True]
        library.ask("Where is the garden?")
        assert seen[1:] == [False]
