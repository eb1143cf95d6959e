"""The contract of every reranker: logits and answers that depend on the question and the passage alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_models import cross_encoder, reader
from toys import ToyReranker

from qa import rerankers
from qa.rerankers import NOTHING_TO_READ, PassageText, Reading, Reranker

QUESTION = "Where is the silver kettle in the garden?"
TOLERANCE = 0.05
"""Difference of logits that bfloat16 causes in batches of other shapes."""


def passage(*sentences: str, title: str = "", headings: tuple[str, ...] = ()) -> PassageText:
    """Return a passage of sentences with a space between."""
    text, spans = "", []
    for sentence in sentences:
        text += " " if text else ""
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence
    return PassageText(text, tuple(spans), title, headings)


PASSAGES = [
    passage("It rained.", "The apple is in the garden ."),
    passage("The silver kettle is by the river.", "Nobody lives there.", title="A tale", headings=("River",)),
    passage("the garden is a garden", title="the apple"),
    passage(
        *(f"Sentence {n} of a long passage names the kettle and the garden {n % 7} times." for n in range(9))
    ),
]


@pytest.fixture(scope="module")
def tiny_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reader(tmp_path_factory.mktemp("reader"))


@pytest.fixture(scope="module", params=["openvino", "torch", "cross-encoder", "toy"])
def reranker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    if request.param == "toy":
        return ToyReranker()
    if request.param == "cross-encoder":
        loaded = rerankers.load(str(cross_encoder(tmp_path_factory.mktemp("cross-encoder"))))
    else:
        if request.param == "openvino":
            pytest.importorskip("openvino", reason="without OpenVINO there is no compiled form")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("QA_ENCODER", "openvino" if request.param == "openvino" else "sentence-transformers")
            loaded = rerankers.load(str(request.getfixturevalue("tiny_reader")))
    assert loaded is not None
    return loaded


def assert_same(one: Reading, other: Reading, atol: float = TOLERANCE) -> None:
    np.testing.assert_allclose(one.sentences, other.sentences, atol=atol)
    assert one.passage == pytest.approx(other.passage, abs=atol)


def test_a_reading_has_a_logit_and_an_answer_for_each_sentence(reranker: Reranker) -> None:
    readings = reranker.read(QUESTION, PASSAGES)
    assert len(readings) == len(PASSAGES)
    for text, reading in zip(PASSAGES, readings, strict=True):
        assert (reading.sentences.shape, reading.sentences.dtype) == ((len(text.sentences),), np.float32)
        assert (abs(reading.sentences) < abs(NOTHING_TO_READ)).all()
        assert abs(reading.passage) < abs(NOTHING_TO_READ)
        assert len(reading.answers) == len(text.sentences)


def test_an_answer_is_inside_its_sentence_and_is_not_empty(reranker: Reranker) -> None:
    for text, reading in zip(PASSAGES, reranker.read(QUESTION, PASSAGES), strict=True):
        for (start, end), answer in zip(text.sentences, reading.answers, strict=True):
            if answer is not None:
                assert start <= answer.start < answer.end <= end
                assert text.text[answer.start : answer.end].strip()
                assert np.isfinite(answer.score)


def test_a_reading_does_not_depend_on_the_other_passages(reranker: Reranker) -> None:
    together = reranker.read(QUESTION, PASSAGES)
    for text, reading in zip(PASSAGES, together, strict=True):
        [alone] = reranker.read(QUESTION, [text])
        assert_same(alone, reading)
    for reading, among_many in zip(together, reranker.read(QUESTION, PASSAGES * 12), strict=False):
        assert_same(reading, among_many)


def test_the_order_of_the_passages_changes_nothing(reranker: Reranker) -> None:
    straight = reranker.read(QUESTION, PASSAGES)
    reverse = reranker.read(QUESTION, PASSAGES[::-1])
    for one, other in zip(straight, reverse[::-1], strict=True):
        assert one.sentences.tobytes() == other.sentences.tobytes()
        assert (one.passage, one.answers) == (other.passage, other.answers)


def test_the_same_question_has_the_same_readings_bit_by_bit(reranker: Reranker) -> None:
    first = reranker.read(QUESTION, PASSAGES * 5)
    for _ in range(2):
        for one, other in zip(first, reranker.read(QUESTION, PASSAGES * 5), strict=True):
            assert one.sentences.tobytes() == other.sentences.tobytes()
            assert (one.passage, one.answers) == (other.passage, other.answers)


def test_no_passages_have_no_readings(reranker: Reranker) -> None:
    assert reranker.read(QUESTION, []) == []


def test_passages_without_words_have_nothing_to_read(reranker: Reranker) -> None:
    texts = [
        PassageText("", ()),
        PassageText("A text without sentences.", ()),
        passage(""),
        passage(" ", "\n"),
    ]
    for text, reading in zip(texts, reranker.read(QUESTION, [*texts, PASSAGES[0]]), strict=False):
        assert reading.sentences.tolist() == [NOTHING_TO_READ] * len(text.sentences)
        assert reading.passage == NOTHING_TO_READ
        assert reading.answers == (None,) * len(text.sentences)


def test_an_empty_sentence_has_nothing_to_read_and_changes_no_other(reranker: Reranker) -> None:
    [plain] = reranker.read(QUESTION, [PASSAGES[1]])
    (first, second) = PASSAGES[1].sentences
    gap = (first[1], first[1])
    [reading] = reranker.read(QUESTION, [replace(PASSAGES[1], sentences=(first, gap, second))])
    assert reading.sentences[1] == NOTHING_TO_READ
    assert reading.answers[1] is None
    np.testing.assert_allclose(reading.sentences[[0, 2]], plain.sentences, atol=TOLERANCE)
    assert reading.passage == pytest.approx(plain.passage, abs=TOLERANCE)


def test_a_very_long_passage_and_a_very_long_sentence_are_read_whole(reranker: Reranker) -> None:
    sentences = [f"The garden has an apple , and number {n} is the kettle ." for n in range(150)]
    sentences[70] = "The kettle is in the garden . " * 100
    text = passage(*sentences)
    [reading] = reranker.read(QUESTION, [text])
    assert len(reading.sentences) == 150
    assert (reading.sentences > NOTHING_TO_READ).all()
    for (start, end), answer in zip(text.sentences, reading.answers, strict=True):
        assert answer is None or start <= answer.start < answer.end <= end


@pytest.mark.parametrize(
    "sentences",
    [
        ("本契約は、署名の日から効力を生ずる。", "東京にある。"),
        ("Договор вступает в силу с момента подписания.", "Чайник у реки."),
        ("يسري هذا العقد من تاريخ توقيعه.", "في الحديقة."),
        (
            "\N{GRINNING FACE} \N{FAMILY}\N{ZERO WIDTH JOINER}\N{BOY}",
            "e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}",
        ),
        ("[SEP] [CLS] [PAD]", "\x00 and \ufffd"),
    ],
)
def test_text_in_any_script_is_read(reranker: Reranker, sentences: tuple[str, ...]) -> None:
    text = passage(*sentences)
    [reading] = reranker.read("本契約?", [text])
    assert np.isfinite(reading.sentences).all()
    for (start, end), answer in zip(text.sentences, reading.answers, strict=True):
        assert answer is None or start <= answer.start < answer.end <= end


CHANGES: list[Callable[[str, PassageText], tuple[str, PassageText]]] = [
    lambda question, text: ("a apple is the garden :", text),
    lambda question, text: (question, passage("the apple is in a garden :", "It rained.")),
]


@pytest.mark.parametrize("change", CHANGES, ids=["question", "passage"])
def test_another_question_or_passage_has_another_reading(
    reranker: Reranker, change: Callable[[str, PassageText], tuple[str, PassageText]]
) -> None:
    [before] = reranker.read(QUESTION, [PASSAGES[0]])
    question, text = change(QUESTION, PASSAGES[0])
    [after] = reranker.read(question, [text])
    assert abs(before.sentences - after.sentences).max() > 1e-3


def test_a_reranker_describes_itself(reranker: Reranker) -> None:
    assert reranker.name
    assert reranker.languages is None or all(len(code) == 2 for code in reranker.languages)
