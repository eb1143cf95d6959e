"""The reader's input: the sequence, the windows of long passages, and the batches."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qa.encoders.models import packaged
from qa.rerankers.base import PassageText
from qa.rerankers.inputs import (
    ABOVE_TOKENS,
    CLS,
    MAX_TOKENS,
    PAD,
    QUESTION_TOKENS,
    SEP,
    Tokenized,
    Window,
    collate,
    head_ids,
    parts,
    windows_of,
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(packaged()[0] / "tokenizer.json"))


def windows(question: str, passage: PassageText, tokenizer: Tokenizer) -> list[Window]:
    return [window for _, window in windows_of(question, [passage], Tokenized(tokenizer))]


def test_a_sequence_is_question_above_and_passage(tokenizer: Tokenizer) -> None:
    text = "The cat sleeps. -- It purrs."
    passage = PassageText(text, ((0, 15), (19, 28)), "Cats", ("At night", "In bed"))
    [window] = windows("Who sleeps?", passage, tokenizer)
    shown = tokenizer.decode(window.ids, skip_special_tokens=False)
    # The dashes between the sentences are not read.
    assert shown == ("[CLS] who sleeps? [SEP] cats › at night › in bed [SEP] the cat sleeps. it purrs. [SEP]")
    assert window.ids[window.head - 1] == SEP
    assert window.tokens.owners.tolist() == [0] * 4 + [1] * (len(window.tokens) - 4)
    assert [text[start:end] for start, end in window.tokens.spans.tolist()][:5] == [
        "The", "cat", "sleeps", ".", "It",
    ]  # fmt: skip


def test_a_passage_without_title_and_headings_has_no_part_above(tokenizer: Tokenizer) -> None:
    [window] = windows("Who?", PassageText("The cat.", ((0, 8),)), tokenizer)
    assert tokenizer.decode(window.ids, skip_special_tokens=False) == "[CLS] who? [SEP] the cat. [SEP]"


def test_question_and_headings_are_cut() -> None:
    ids = head_ids([7] * 500, [8] * 500)
    assert ids == (CLS, *[7] * QUESTION_TOKENS, SEP, *[8] * ABOVE_TOKENS, SEP)


def test_a_batch_has_types_a_mask_and_the_mean_of_each_sentence(tokenizer: Tokenizer) -> None:
    long, short = (
        windows("Who?", PassageText(text, spans), tokenizer)[0]
        for text, spans in (("The cat sleeps. It eats now.", ((0, 15), (16, 28))), ("Yes.", ((0, 4),)))
    )
    batch = collate([long, short], 16)
    assert batch.ids.shape == batch.types.shape == batch.mask.shape == (2, 16)
    assert batch.ids[1].tolist() == [*short.ids, *[PAD] * (16 - len(short.ids))]
    assert batch.mask.sum(axis=1).tolist() == [len(long.ids), len(short.ids)]
    assert batch.types[0].tolist() == [0] * 4 + [1] * 9 + [0] * 3
    # The sentences have 4 and 4 tokens; what is not a sentence of a passage has no weight.
    assert batch.pool[0].tolist() == [
        [0] * 4 + [0.25] * 4 + [0] * 8,
        [0] * 8 + [0.25] * 4 + [0] * 4,
    ]
    assert batch.pool[1].tolist() == [[0] * 4 + [0.5] * 2 + [0] * 10, [0] * 16]


def test_a_long_passage_is_cut_at_sentences_that_overlap_by_one() -> None:
    # Sentences of 4, 4, 3, 5, 9 and 2 tokens.
    owners = np.repeat([0, 1, 2, 3, 4, 6], [4, 4, 3, 5, 9, 2])
    read = [owners[part].tolist() for part in parts(owners, 8)]
    assert read == [
        [0] * 4 + [1] * 4,
        [1] * 4 + [2] * 3,
        [2] * 3 + [3] * 5,
        [4] * 8,  # cut, and there is no room for the sentence before it
        [6] * 2,
    ]


@given(st.lists(st.integers(1, 30), min_size=0, max_size=40), st.integers(1, 50))
def test_every_sentence_is_read_from_its_start(lengths: list[int], most: int) -> None:
    owners = np.repeat(np.arange(len(lengths)), lengths)
    read = [owners[part] for part in parts(owners, most)]
    counts = [np.bincount(part, minlength=len(lengths)) for part in read]
    for part, count in zip(read, counts, strict=True):
        assert 0 < len(part) <= most
        # Whole sentences, or a single cut sentence.
        cut = [at for at in np.flatnonzero(count) if count[at] < lengths[at]]
        assert not cut or (len(set(part.tolist())) == 1 and len(part) == most)
    covered = np.max(counts, axis=0, initial=0) if counts else np.zeros(0)
    assert covered.tolist() == [min(length, most) for length in lengths]
    # One sentence of overlap at most, and each part goes on.
    for before, after in pairwise(read):
        assert after[0] - before[-1] in (0, 1)
        assert after[-1] > before[-1]


def test_windows_have_no_more_tokens_than_the_model_reads(tokenizer: Tokenizer) -> None:
    sentence = "The supplier shall deliver the goods. "
    text = sentence * 200
    spans = tuple((at, at + len(sentence) - 1) for at in range(0, len(text), len(sentence)))
    read = windows("When? " * 100, PassageText(text, spans, "A very long title " * 50), tokenizer)
    assert len(read) > 5
    assert all(len(window.ids) <= MAX_TOKENS for window in read)
    assert {owner for window in read for owner in window.tokens.owners.tolist()} == set(range(200))


def test_a_word_that_continues_on_the_next_line_is_read_as_one(tokenizer: Tokenizer) -> None:
    text = "The commit-\ntee met in Paris."
    [broken], [whole] = (
        list(Tokenized(tokenizer).passages([each], [[(0, len(each))]]))
        for each in (text, text.replace("-\n", ""))
    )
    assert broken.ids.tolist() == whole.ids.tolist()
    assert [text[start:end] for start, end in broken.spans.tolist()] == [
        "The", "commit-\ntee", "met", "in", "Paris", ".",
    ]  # fmt: skip
