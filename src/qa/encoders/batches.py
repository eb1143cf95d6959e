"""Batches of token ids: texts of similar length together, padded to the longest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray


def batches_of(lengths: Sequence[int], most_tokens: int) -> Iterator[list[int]]:
    """Yield batches of texts of similar length, the longest first. They depend on the lengths alone.

    Args:
        lengths: Number of tokens of each text.
        most_tokens: Maximum tokens of a batch of several texts, padding included.

    Yields:
        The positions of the texts of a batch.
    """
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > most_tokens:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def even_batches_of(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield batches of texts of the same length, which need no padding.

    Args:
        lengths: Number of tokens of each text.
        most: Maximum texts of a batch.

    Yields:
        The positions of the texts of a batch.
    """
    order = sorted(range(len(lengths)), key=lambda at: lengths[at])
    for _, same in groupby(order, key=lambda at: lengths[at]):
        while batch := [*islice(same, most)]:
            yield batch


def padded(
    texts: Sequence[Sequence[int]], padding: int, multiple: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the token ids of texts and their mask.

    Args:
        texts: The token ids of each text.
        padding: The id of the padding token, which fills up each text at its end.
        multiple: The length is a multiple of this.

    Returns:
        The token ids, and 1 where a text has a token, 0 for padding; shape ``(len(texts), length)``.
    """
    lengths = np.array([len(ids) for ids in texts])
    width = -(-lengths.max() // multiple) * multiple
    mask = np.arange(width) < lengths[:, None]
    ids = np.full(mask.shape, padding, dtype=np.int64)
    ids[mask] = np.concatenate([np.asarray(tokens, dtype=np.int64) for tokens in texts])
    return ids, mask.astype(np.int64)
