"""Questions that are answered together have the answers of questions asked one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest
from word_encoder import WordEncoder

import qa
from qa.batch import EarlierAnswers, Row
from qa.encoders.batches import even_batches_of
from qa.record import Answer, to_json_line
from qa.rerankers import PassageText, Reading

SUBJECTS = ("kettle", "river", "tower", "bridge", "garden", "lantern", "harbour", "orchard")


class Together:
    """A reranker that counts how many questions it reads together."""

    name, languages = "together", None

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def read(self, question: str, passages: list[PassageText]) -> list[Reading]:
        def logit(passage: PassageText, start: int, end: int) -> float:
            words = set(question.lower().rstrip("?").split())
            return float(len(words & set(passage.text[start:end].lower().rstrip(".").split()))) - 4.0

        return [
            Reading(np.array(logits, dtype=np.float32), max(logits), (None,) * len(logits))
            for passage in passages
            if (logits := [logit(passage, *span) for span in passage.sentences])
        ]

    def read_many(self, requests: list[tuple[str, list[PassageText]]]) -> list[list[Reading]]:
        self.sizes.append(len(requests))
        return [self.read(question, passages) for question, passages in requests]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("many")
    for number, subject in enumerate(SUBJECTS):
        lines = [
            f"The {subject} of room {room} was built in {1700 + 7 * room + number} by Ada {room % 5}. "
            f"It is {room % 3} metres high."
            for room in range(40)
        ]
        (place / f"{subject}.txt").write_text("\n\n".join(lines))
    return place


def questions() -> list[dict[str, object] | str]:
    chance = random.Random(4)
    texts: list[dict[str, object] | str] = [
        f"When was the {chance.choice(SUBJECTS)} of room {chance.randrange(45)} built?" for _ in range(60)
    ]
    return [
        *texts,
        "",
        'Where is "room 7" mentioned?',
        "What does kettle.txt say about Ada 3?",
        {"question": "How high is it?", "documents": ["river.txt", "t*.txt"], "k": 7},
        {"question": "How high is it?", "documents": ["none.txt"]},
        {"question": 5},
        "word " * 5000,
        "Quelle est la hauteur de la tour ?",
        *texts[:20],
    ]


def lines(answers: Iterator[Answer]) -> list[str]:
    return [to_json_line(answer) for answer in answers]


def test_the_number_of_questions_together_is_chosen(folder: Path, tmp_path: Path, words: WordEncoder) -> None:
    answers: dict[int | None, list[str]] = {}
    for together in (None, 1, 4, -1):
        reranker = Together()
        with qa.open(tmp_path / "index", model=words, reranker=reranker) as library:
            library.add(folder)
            each = library.ask_many(questions(), workers=1, together=together)
            answers[together] = [to_json_line(answer) for answer in each]
        assert max(reranker.sizes) <= (16 if together is None else max(1, together))
    assert len(set(map(tuple, answers.values()))) == 1


@pytest.mark.parametrize("has_reader", [False, True])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_are_those_of_ask(
    folder: Path, tmp_path: Path, words: WordEncoder, has_reader: bool, workers: int
) -> None:
    reader = Together() if has_reader else None
    with qa.Library(tmp_path / "index", model=words, reranker=reader or "none") as library:
        library.add(folder)
        together = lines(library.ask_many(questions(), workers=workers))
        alone = [line for question in questions() for line in lines(library.ask_many([question]))]
        for at, question in enumerate(questions()):
            if isinstance(question, str) and question and len(question) < 1000:
                answer = library.ask(question, k=3).model_copy(update={"id": "1"})
                assert to_json_line(answer) == alone[at]
    assert [Answer.model_validate_json(line).id for line in together] == [
        str(number) for number in range(1, len(together) + 1)
    ]
    for line, single in zip(together, alone, strict=True):
        number = Answer.model_validate_json(line).id
        assert line.replace(f'"id": "{number}"', '"id": "1"', 1) == single
    errors = [answer for line in together if (answer := Answer.model_validate_json(line)).error]
    assert len(errors) == 4
    if reader:
        assert max(reader.sizes) > 8


def test_questions_are_read_a_bounded_number_ahead(folder: Path, tmp_path: Path, words: WordEncoder) -> None:
    with qa.Library(tmp_path / "index", model=words, reranker="none") as library:
        library.add(folder / "kettle.txt")
        read: list[int] = []

        def endless() -> Iterator[str]:
            for number in count():
                read.append(number)
                yield f"When was the kettle of room {number} built?"

        answers = library.ask_many(endless())
        assert not read
        assert [answer.id for answer in islice(answers, 40)] == [str(number) for number in range(1, 41)]
        assert len(read) < 150


def test_earlier_answers_keep_their_places(folder: Path, tmp_path: Path, words: WordEncoder) -> None:
    with qa.Library(tmp_path / "index", model=words, reranker="none") as library:
        library.add(folder)
        texts = [f"When was the river of room {number} built?" for number in range(50)]
        first = tmp_path / "a.jsonl"
        first.write_text("".join(f"{line}\n" for line in lines(library.ask_many(texts[::3]))))
        earlier = EarlierAnswers(first, library.documents())
        earlier.newer = 0
        answers = list(library.ask_many((Row(text, text) for text in texts), earlier=earlier))
    assert [answer.id for answer in answers] == texts
    assert [answer.id for answer in answers if answer.reused] == texts[::3]


def test_batches_of_questions_need_no_padding() -> None:
    lengths = [5, 7, 5, 5, 7, 9, 5, 5]
    batches = list(even_batches_of(lengths, 3))
    assert batches == [[0, 2, 3], [6, 7], [1, 4], [5]]
