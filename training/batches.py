"""Turns prepared questions into batches of token ids."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qa.rerankers.inputs import ANSWER_TOKENS, Ints, Tokenized, Window, above_line, head_ids, space_after
from qa.rerankers.inputs import collate as collate_windows
from training.misleading import misleading

IGNORED, WRONG, GOLD = -1, 0, 1
ABSENT, MISLEADING = 0.1, 0.2
"""Shares of the answered questions that lose their answer, and that are changed if they can be."""
FACTS = ("squad", "tydiqa", "mlqa", "qed", "quoref")
"""Beginnings of the names of sets whose questions ask for a fact; a changed yes/no question still has an answer."""


@dataclass(frozen=True)
class Example:
    """One passage to read with a question.

    Attributes:
        question: Which question of the batch it belongs to.
        window: The tokens.
        labels: A label for each sentence of the window.
        spans: First and last token of each answer.
        doubtful: Whether the passage may contain the answer without a label.
    """

    question: int
    window: Window
    labels: list[int]
    spans: list[tuple[int, int]]
    doubtful: bool = False


class Encoded:
    """Passages with their questions as token ids."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenized = Tokenized(tokenizer)

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
        title = row["title"] if row["title"] and room.random() < 0.7 else ""
        before = head_ids(*self._tokenized.ids([question, above_line(title, row["headings"])]))
        [tokens] = self._tokenized.passages([row["text"]], [row["sentences"]])
        gold, ignored = set(row["gold"]), set(row["ignored"])
        tokens = tokens.part(np.isin(tokens.owners, list(keep)))
        if len(tokens) > space_after(before):
            tokens = tokens.part(_window(tokens.owners, gold, space_after(before), room))
        if not len(tokens):
            return None
        window = Window.of(before, tokens)
        read, _ = window.sentences()
        labels = [GOLD if each in gold else IGNORED if each in ignored else WRONG for each in read.tolist()]
        spans = set()
        for start, end in row["spans"]:
            inside = np.flatnonzero((tokens.spans[:, 0] < end) & (tokens.spans[:, 1] > start))
            if len(inside) and inside[-1] - inside[0] < ANSWER_TOKENS:
                spans.add((window.head + int(inside[0]), window.head + int(inside[-1])))
        return Example(number, window, labels, sorted(spans))


def _window(owners: Ints, gold: set[int], most: int, order: random.Random) -> slice:
    """Return as many tokens as there is room for, with a gold sentence among them if there is one."""
    golden = np.flatnonzero(np.isin(owners, list(gold)))
    if len(golden):
        low, high = max(0, int(golden[-1]) - most + 1), min(int(golden[0]), len(owners) - most)
        first = order.randint(min(low, high), max(low, high))
    else:
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        first = order.choice([each for each in starts.tolist() if each <= len(owners) - most])
    return slice(first, first + most)


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

    For a share of the answered questions the answer's sentences are taken out: an honest "not here". Another
    share is changed so that its passage does not answer it: a misleading question.
    """
    examples = []
    row = {**row, "question": misspelt(row["question"], order)}
    absent = bool(row["right"]) and order.random() < ABSENT
    if row["right"]:
        right = order.choice(row["right"][:3])
        if not absent and row["set"].startswith(FACTS) and order.random() < MISLEADING:
            changed = misleading(row["question"], right["text"], order)
            if changed is not None:
                row["question"] = changed
                right = {**right, "gold": [], "ignored": [], "spans": []}
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
    inputs = collate_windows([each.window for each in examples], 32)
    labels = np.full(inputs.pool.shape[:2], IGNORED, dtype=np.int64)
    start, end = np.zeros(inputs.ids.shape, dtype=np.float32), np.zeros(inputs.ids.shape, dtype=np.float32)
    for at, each in enumerate(examples):
        labels[at, : len(each.labels)] = each.labels
        for first, last in each.spans:
            start[at, first], end[at, last] = 1, 1
    question = np.array([each.question for each in examples])
    spans = start.sum(axis=1) > 0
    arrays = (inputs.ids, inputs.types, inputs.mask, inputs.pool, labels, question, start, end, spans)
    return Batch(*(torch.from_numpy(each) for each in arrays))


def micro_batches(groups: Sequence[list[Example]], most_tokens: int) -> Iterator[tuple[int, list[Example]]]:
    """Yield the passages of all questions by length, as many as fit; each with its position."""
    flat = sorted(
        (each for each_group in groups for each in each_group), key=lambda each: -len(each.window.ids)
    )
    batch: list[Example] = []
    for each in flat:
        if batch and (len(batch) + 1) * len(batch[0].window.ids) > most_tokens:
            yield len(batch), batch
            batch = []
        batch.append(each)
    if batch:
        yield len(batch), batch
