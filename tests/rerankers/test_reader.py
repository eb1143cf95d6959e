"""Readings are put together from the network's output: windows, sentences, answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from tokenizers import Tokenizer

from qa.encoders.models import packaged
from qa.rerankers.base import NOTHING_TO_READ, PassageText
from qa.rerankers.inputs import Inputs, Tokenized
from qa.rerankers.reader import Logits, Reader


class WordNetwork:
    """A network whose logits can be computed by hand: of a sentence, the mean id of its tokens / 1000."""

    batch_tokens = 700

    def __init__(self) -> None:
        self.batches: list[Inputs] = []

    def run(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        for batch in batches:
            self.batches.append(batch)
            ids = batch.ids.astype(np.float32)
            sentences = np.einsum("bst,bt->bs", batch.pool, ids) / 1000
            spans = np.stack([ids, ids], axis=2)
            yield Logits(sentences, spans, sentences.max(axis=1))


@pytest.fixture
def network() -> WordNetwork:
    return WordNetwork()


@pytest.fixture
def reader(network: WordNetwork) -> Reader:
    tokenizer = Tokenizer.from_file(str(packaged()[0] / "tokenizer.json"))
    return Reader(network, Tokenized(tokenizer), "words", frozenset({"en"}))


def test_a_sentence_has_its_own_logit_and_its_best_span(reader: Reader) -> None:
    # The ids are 1996 (the), 4937 (cat) and 1012 (.).
    text = "The cat. The the the. Cat"
    [reading] = reader.read("Who?", [PassageText(text, ((0, 8), (9, 21), (22, 25)), "Title")])
    assert reading.sentences.tolist() == pytest.approx(
        [(1996 + 4937 + 1012) / 3000, (3 * 1996 + 1012) / 4000, 4.937]
    )
    assert reading.passage == pytest.approx(4.937)
    words = [text[answer.start : answer.end] for answer in reading.answers if answer]
    assert words == ["cat", "The", "Cat"]
    assert [answer.score for answer in reading.answers if answer] == [2 * 4937, 2 * 1996, 2 * 4937]


def test_a_passage_in_several_windows_is_one_reading(reader: Reader, network: WordNetwork) -> None:
    sentences = ["the " * 99 + "cat" if at == 7 else "the " * 100 for at in range(12)]
    text, spans = "", []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence.strip())))
        text += sentence + " "
    [reading] = reader.read("Who?", [PassageText(text, tuple(spans))])
    assert sum(len(batch.ids) for batch in network.batches) > 1
    assert reading.sentences.argmax() == 7
    assert reading.sentences.tolist() == pytest.approx([1.996] * 7 + [2.02541] + [1.996] * 4, rel=1e-4)
    assert reading.passage == pytest.approx(2.02541, rel=1e-4)
    answer = reading.answers[7]
    assert answer is not None
    assert text[answer.start : answer.end] == "cat"
    assert answer.start == spans[7][1] - 3


def test_batches_contain_windows_of_similar_length_up_to_a_limit(
    reader: Reader, network: WordNetwork
) -> None:
    passages = [PassageText("cat " * words, ((0, 4 * words),)) for words in (3, 100, 5, 250, 90, 1, 4)]
    readings = reader.read("Who?", [*passages, PassageText("", ())])
    assert len(readings) == 8
    assert readings[-1].passage == NOTHING_TO_READ
    lengths = [batch.mask.sum(axis=1).tolist() for batch in network.batches]
    assert [length for batch in lengths for length in batch] == [255, 105, 95, 10, 9, 8, 6]
    for batch in network.batches:
        assert len(batch.ids) == 1 or batch.ids.size <= network.batch_tokens + 16 * len(batch.ids)
    assert len(network.batches) > 1
