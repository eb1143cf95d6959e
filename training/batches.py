"""Turns prepared questions into batches of token ids."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

MAX_TOKENS = 320
QUESTION_TOKENS = 64
ABOVE_TOKENS = 40
CLS, SEP, PAD = 101, 102, 0
IGNORED, WRONG, GOLD = -1, 0, 1


@dataclass(frozen=True)
class Example:
    """One passage to read with a question.

    Attributes:
        question: Which question of the batch it belongs to.
        ids: The token ids.
        types: 0 for the question and what stands above the passage, 1 for the passage.
        sentences: The sentence of each token, -1 for none.
        labels: A label for each sentence.
        spans: First and last token of each answer.
        doubtful: Whether the passage may contain the answer without a label.
    """

    question: int
    ids: list[int]
    types: list[int]
    sentences: list[int]
    labels: list[int]
    spans: list[tuple[int, int]]
    doubtful: bool = False


class Encoded:
    """Token ids of texts, each tokenized once."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        tokenizer.no_padding()
        tokenizer.no_truncation()

    def ids(self, text: str, most: int) -> list[int]:
        """Return the ids of a text without special tokens."""
        return self._tokenizer.encode(text, add_special_tokens=False).ids[:most]

    def passage(
        self, row: dict[str, Any], question: str, number: int, room: random.Random, keep: Sequence[int]
    ) -> Example | None:
        """Return a passage with its question, or None if no sentence fits.

        Args:
            row: The passage.
            question: The question.
            number: The number of the question in its batch.
            room: Decides whether the title is read.
            keep: The sentences to read; the others are left out.
        """
        above = " \u203a ".join(
            [*([row["title"]] if row["title"] and room.random() < 0.7 else []), *row["headings"]]
        )
        head = [CLS, *self.ids(question, QUESTION_TOKENS), SEP]
        if above:
            head += [*self.ids(above, ABOVE_TOKENS), SEP]
        text, sentences, gold, ignored = row["text"], row["sentences"], set(row["gold"]), set(row["ignored"])
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        owner = _owners(encoding.offsets, sentences)
        kept = set(keep)
        tokens = [at for at, each in enumerate(owner) if each in kept]
        room_left = MAX_TOKENS - len(head) - 1
        if len(tokens) > room_left:
            tokens = _window(tokens, owner, gold, room_left, room)
        if not tokens:
            return None
        read = sorted({owner[at] for at in tokens})
        place = {sentence: n for n, sentence in enumerate(read)}
        labels = [GOLD if each in gold else IGNORED if each in ignored else WRONG for each in read]
        offset = len(head)
        spans = []
        for start, end in row["spans"]:
            inside = [
                n
                for n, at in enumerate(tokens)
                if encoding.offsets[at][0] < end and encoding.offsets[at][1] > start
            ]
            if inside and inside[-1] - inside[0] < 60:
                spans.append((offset + inside[0], offset + inside[-1]))
        return Example(
            number,
            [*head, *(encoding.ids[at] for at in tokens), SEP],
            [*([0] * len(head)), *([1] * (len(tokens) + 1))],
            [*([-1] * len(head)), *(place[owner[at]] for at in tokens), -1],
            labels,
            sorted(set(spans)),
        )


def _owners(offsets: Sequence[tuple[int, int]], sentences: Sequence[Sequence[int]]) -> list[int]:
    """Return the sentence of each token, -1 for a token between sentences."""
    owners, at = [], 0
    for start, end in offsets:
        while at < len(sentences) and sentences[at][1] <= start:
            at += 1
        owners.append(at if at < len(sentences) and end > sentences[at][0] else -1)
    return owners


def _window(
    tokens: list[int], owner: list[int], gold: set[int], most: int, order: random.Random
) -> list[int]:
    """Return as many tokens as there is room for, with a gold sentence among them if there is one."""
    first = 0
    golden = [n for n, at in enumerate(tokens) if owner[at] in gold]
    if golden:
        low, high = max(0, golden[-1] - most + 1), min(golden[0], len(tokens) - most)
        first = order.randint(min(low, high), max(low, high))
    else:
        starts = [
            n
            for n, at in enumerate(tokens)
            if n <= len(tokens) - most and (n == 0 or owner[at] != owner[tokens[n - 1]])
        ]
        first = order.choice(starts)
    return tokens[first : first + most]


def misspelt(question: str, order: random.Random) -> str:
    """Return a question, sometimes without its mark, sometimes with two letters of a word exchanged."""
    if order.random() < 0.1:
        question = question.rstrip("?! ")
    words = question.split()
    long = [n for n, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if long and order.random() < 0.06:
        n = order.choice(long)
        at = order.randrange(1, len(words[n]) - 2)
        words[n] = words[n][:at] + words[n][at + 1] + words[n][at] + words[n][at + 2 :]
        return " ".join(words)
    return question


def group(
    row: dict[str, Any], number: int, encoded: Encoded, order: random.Random, negatives: int
) -> list[Example]:
    """Return the passages to read for a question: one right, some of the hybrid's best wrong ones.

    For a share of the answered questions the answer's sentences are taken out: an honest "not here".
    """
    examples = []
    row = {**row, "question": misspelt(row["question"], order)}
    absent = bool(row["right"]) and order.random() < 0.1
    if row["right"]:
        right = order.choice(row["right"][:3])
        everything = range(len(right["sentences"]))
        if absent:
            hidden = set(right["gold"]) | set(right["ignored"])
            keep = [n for n in everything if n not in hidden]
            examples.append(
                encoded.passage(
                    {**right, "gold": [], "ignored": [], "spans": []}, row["question"], number, order, keep
                )
            )
        else:
            examples.append(encoded.passage(right, row["question"], number, order, everything))
    # The best of the hybrid are the most useful; some from further down keep the model general.
    wrong = row["wrong"]
    own = [each for each in wrong if each.get("own") and not row["right"]][:1]
    count = min(negatives + (not row["right"]), len(wrong))
    chosen = list(own)
    while len(chosen) < count:
        pick = wrong[min(int(order.expovariate(0.25)), len(wrong) - 1)]
        if all(pick is not each for each in chosen):
            chosen.append(pick)
    examples += [
        encoded.passage(each, row["question"], number, order, range(len(each["sentences"])))
        for each in chosen
    ]
    return [each for each in examples if each is not None]


@dataclass(frozen=True)
class Batch:
    """Passages of several questions, padded.

    Attributes:
        ids, types, mask: Shape (passages, tokens).
        pool: The share of each token in the mean of each sentence; shape (passages, sentences, tokens).
        labels: Shape (passages, sentences); sentences that do not exist are ignored.
        question: The question of each passage.
        start, end: 1 at the first and last token of an answer; shape (passages, tokens).
        spans: Whether a passage has an answer's place.
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    pool: Tensor
    labels: Tensor
    question: Tensor
    start: Tensor
    end: Tensor
    spans: Tensor


def collate(examples: Sequence[Example]) -> Batch:
    """Return a batch of passages."""
    number, width = len(examples), max(len(each.ids) for each in examples)
    width = -(-width // 32) * 32
    height = max(len(each.labels) for each in examples)
    ids = np.full((number, width), PAD, dtype=np.int64)
    types, mask = np.zeros_like(ids), np.zeros_like(ids)
    pool = np.zeros((number, height, width), dtype=np.float32)
    labels = np.full((number, height), IGNORED, dtype=np.int64)
    start, end = np.zeros((number, width), dtype=np.float32), np.zeros((number, width), dtype=np.float32)
    for at, each in enumerate(examples):
        length = len(each.ids)
        ids[at, :length], types[at, :length], mask[at, :length] = each.ids, each.types, 1
        owner = np.array(each.sentences)
        tokens = np.flatnonzero(owner >= 0)
        pool[at, owner[tokens], tokens] = 1
        labels[at, : len(each.labels)] = each.labels
        for first, last in each.spans:
            start[at, first], end[at, last] = 1, 1
    pool /= np.maximum(pool.sum(axis=2, keepdims=True), 1)
    question = np.array([each.question for each in examples])
    spans = start.sum(axis=1) > 0
    arrays = (ids, types, mask, pool, labels, question, start, end, spans)
    return Batch(*(torch.from_numpy(each) for each in arrays))


def micro_batches(groups: Sequence[list[Example]], most_tokens: int) -> Iterator[tuple[int, list[Example]]]:
    """Yield the passages of all questions by length, as many as fit; each with its position."""
    flat = sorted((each for each_group in groups for each in each_group), key=lambda each: -len(each.ids))
    batch: list[Example] = []
    for each in flat:
        if batch and (len(batch) + 1) * len(batch[0].ids) > most_tokens:
            yield len(batch), batch
            batch = []
        batch.append(each)
    if batch:
        yield len(batch), batch
