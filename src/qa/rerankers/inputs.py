"""Turns a question and passages into the token ids that the reader reads.

One sequence is ``[CLS] question [SEP] title › headings [SEP] passage [SEP]``, with token type 1 from the
passage on. A passage that is too long is read in several windows. Training uses the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.encoders.batches import batches_of, padded
from qa.rerankers.base import PassageText
from qa.text.tokens import has_split_words, unwrapped, unwrapped_places

MAX_TOKENS = 320
"""Maximum tokens of a sequence."""
QUESTION_TOKENS = 64
ABOVE_TOKENS = 40
"""Maximum tokens of the question, and of the title and headings."""
ANSWER_TOKENS = 60
"""Maximum tokens of an answer."""
CLS, SEP, PAD = 101, 102, 0
WIDTH = 16
"""The length of a batch is a multiple of this: a compiled model prepares itself for each new shape."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoding:
    """The tokens of a passage that are in its sentences.

    Attributes:
        ids: Their ids.
        spans: Start and end of each in code points of the text, shape ``(tokens, 2)``.
        owners: The sentence of each, ascending.
    """

    ids: Ints
    spans: Ints
    owners: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, chosen: slice | Ints) -> Encoding:
        """Return some of the tokens."""
        return Encoding(self.ids[chosen], self.spans[chosen], self.owners[chosen])


@dataclass(frozen=True, slots=True)
class Window:
    """A question with a passage, or with a part of a long one.

    Attributes:
        ids: The whole sequence.
        head: Number of tokens before those of the passage.
        tokens: The tokens of the passage.
    """

    ids: tuple[int, ...]
    head: int
    tokens: Encoding

    @classmethod
    def of(cls, head: Sequence[int], tokens: Encoding) -> Window:
        """Return the window of the ids before a passage and of its tokens."""
        return cls((*head, *tokens.ids.tolist(), SEP), len(head), tokens)

    def sentences(self) -> tuple[Ints, Ints]:
        """Return the sentences that are read, and for each token the position of its sentence among them."""
        return np.unique(self.tokens.owners, return_inverse=True)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A batch as the network reads it.

    Attributes:
        ids: Token ids, shape ``(windows, tokens)``.
        types: 0 for the question and what is above the passage, 1 for the passage; the same shape.
        mask: 1 for a token, 0 for padding; the same shape.
        pool: The share of each token in the mean of each sentence, shape ``(windows, sentences, tokens)``.
    """

    ids: Ints
    types: Ints
    mask: Ints
    pool: NDArray[np.float32]


class Tokenized:
    """Token ids of texts, from a tokenizer of the library ``tokenizers``."""

    def __init__(self, tokenizer: Any) -> None:
        """Take a tokenizer; it no longer truncates or pads."""
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of texts without special tokens."""
        return [each.ids for each in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Sequence[int]]]
    ) -> Iterator[Encoding]:
        """Yield the tokens of passages, each with start and end of its sentences.

        A word that continues on the next line is read as one.
        """
        read = [unwrapped(text) if has_split_words(text) else text for text in texts]
        encodings = self._tokenizer.encode_batch(read, add_special_tokens=False)
        for encoding, text, each in zip(encodings, texts, sentences, strict=True):
            ids = np.array(encoding.ids, dtype=np.int64)
            spans = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
            if has_split_words(text) and len(spans):
                places = np.array(unwrapped_places(text), dtype=np.int64)
                spans = np.stack([places[spans[:, 0]], places[spans[:, 1] - 1] + 1], axis=1)
            owners = _owners(spans, np.array(each, dtype=np.int64).reshape(-1, 2))
            yield Encoding(ids, spans, owners).part(np.flatnonzero(owners >= 0))


def _owners(spans: Ints, sentences: Ints) -> Ints:
    """Return the sentence of each token, -1 for a token between sentences."""
    owners = np.searchsorted(sentences[:, 1], spans[:, 0], side="right")
    is_inside = owners < len(sentences)
    is_inside[is_inside] = spans[is_inside, 1] > sentences[owners[is_inside], 0]
    return np.where(is_inside, owners, -1)


def above_line(title: str, headings: Sequence[str]) -> str:
    """Return the title and the headings in one line."""
    return " \u203a ".join([*([title] if title else []), *headings])


def head_ids(question: Sequence[int], above: Sequence[int]) -> tuple[int, ...]:
    """Return the ids before a passage, from those of the question and of what is above the passage."""
    ids = (CLS, *question[:QUESTION_TOKENS], SEP)
    return (*ids, *above[:ABOVE_TOKENS], SEP) if above else ids


def space_after(head: Sequence[int]) -> int:
    """Return the number of tokens of a passage that fit behind a head."""
    return MAX_TOKENS - len(head) - 1


def windows_of(
    question: str, passages: Sequence[PassageText], tokenized: Tokenized
) -> Iterator[tuple[int, Window]]:
    """Yield the sequences to read, each with the position of its passage.

    A passage without a word has none.
    """
    asked, *rest = tokenized.ids([question, *(above_line(each.title, each.headings) for each in passages)])
    encodings = tokenized.passages([each.text for each in passages], [each.sentences for each in passages])
    for at, (above_ids, tokens) in enumerate(zip(rest, encodings, strict=True)):
        before = head_ids(asked, above_ids)
        for part in parts(tokens.owners, space_after(before)):
            yield at, Window.of(before, tokens.part(part))


def parts(owners: Ints, most: int) -> Iterator[slice]:
    """Yield the parts of a passage that are read together, each from the start of a sentence.

    A part begins with the last sentence of the part before it, if there is room for that and the next one. A
    sentence that is too long for a part is cut.

    Args:
        owners: The sentence of each token, ascending.
        most: Maximum tokens of a part.
    """
    starts = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist()] if len(owners) else []
    ends = [*starts[1:], len(owners)]
    first = 0
    while first < len(starts):
        last = first
        while last + 1 < len(starts) and ends[last + 1] - starts[first] <= most:
            last += 1
        yield slice(starts[first], min(ends[last], starts[first] + most))
        following = last + 1
        overlaps = first < last and following < len(starts) and ends[following] - starts[last] <= most
        first = last if overlaps else following


def in_batches(windows: Iterable[tuple[int, Window]], most_tokens: int) -> list[list[tuple[int, Window]]]:
    """Return batches of windows of similar length, the longest first.

    A window is in the same batch regardless of the order in which they come.

    Args:
        windows: The windows, each with the position of its passage.
        most_tokens: Maximum tokens of a batch of several windows, padding included.
    """
    placed = sorted(windows, key=lambda each: (-len(each[1].ids), each[1].ids))
    lengths = [len(window.ids) for _, window in placed]
    return [[placed[at] for at in batch] for batch in batches_of(lengths, most_tokens)]


def collate(windows: Sequence[Window], multiple: int = WIDTH) -> Inputs:
    """Return a batch, padded to a multiple of a number of tokens."""
    ids, mask = padded([window.ids for window in windows], PAD, multiple)
    heads = np.array([window.head for window in windows])
    types = mask * (np.arange(ids.shape[1]) >= heads[:, None])
    places = [window.sentences()[1] for window in windows]
    pool = np.zeros((len(windows), max(map(np.max, places)) + 1, ids.shape[1]), dtype=np.float32)
    for at, (start, sentences) in enumerate(zip(heads, places, strict=True)):
        pool[at, sentences, start + np.arange(len(sentences))] = 1
    pool /= np.maximum(pool.sum(axis=2, keepdims=True), 1)
    return Inputs(ids, types, mask, pool)
