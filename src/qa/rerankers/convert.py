"""Compiles the reader's network and checks that the compiled form returns the same logits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import from_numpy

from qa.encoders.compiled import CHECK, MODEL, TOKENIZER, ConversionError
from qa.encoders.convert import CHECKED, to_openvino
from qa.encoders.runtime import BF16, F32, has_bfloat16
from qa.errors import ModelError
from qa.rerankers.base import PassageText
from qa.rerankers.inputs import Inputs, Tokenized, collate, in_batches, windows_of
from qa.rerankers.network import ReaderNetwork, TorchNetwork
from qa.rerankers.openvino import BATCH_TOKENS, OpenVinoNetwork, Settings
from qa.rerankers.reader import Logits

MAX_DIFFERENCE = {F32: 0.001, BF16: 0.05}
"""Maximum difference from torch's logits in float32, for each precision, as a share of the largest logit.

Logits that are less than 1 count as 1. The order of sentences whose logits differ by more than twice that is
the same in both.
"""
_QUESTIONS = ("Which law governs the supply agreement?", "What did the committee buy?", "14.2(b)")


def convert(network: ReaderNetwork, tokenizer: Path, folder: Path) -> Settings:
    """Write the compiled form of the network into an empty folder, and return its settings.

    Args:
        network: The network.
        tokenizer: The file of its tokenizer.
        folder: The folder to write into.

    Raises:
        ConversionError: The compiled form has other logits, or there is none.
        OSError: The disk is full.
    """
    batches = _checked(tokenizer)
    reference = [*TorchNetwork(network).run(batches)]
    example = tuple(from_numpy(getattr(batches[0], field.name)) for field in fields(Inputs))
    to_openvino(network, example, folder / MODEL)
    (folder / TOKENIZER).write_bytes(tokenizer.read_bytes())
    measured = {F32: _max_difference(folder, F32, batches, reference)}
    settings = Settings(F32)
    if not measured[F32] <= MAX_DIFFERENCE[F32]:
        raise ConversionError(f"its logits differ by {measured[F32]:.4f}")
    if has_bfloat16():
        measured[BF16] = _max_difference(folder, BF16, batches, reference)
        if measured[BF16] <= MAX_DIFFERENCE[BF16]:
            settings = Settings(BF16)
    note = {"batches": len(batches), "largest_difference": measured, "limit": MAX_DIFFERENCE}
    (folder / CHECK).write_text(json.dumps(note, indent=1), encoding="utf-8")
    return settings


def _checked(tokenizer: Path) -> list[Inputs]:
    """Return batches of passages of all lengths, with and without a title and headings."""
    from tokenizers import Tokenizer

    tokenized = Tokenized(Tokenizer.from_file(str(tokenizer)))
    passages = [
        PassageText(text, tuple(_thirds(text)), "A title" * (at % 2), ("A heading",) * (at % 3))
        for at, text in enumerate(CHECKED[:-1])
    ]
    return [
        collate([window for _, window in batch])
        for question in _QUESTIONS
        for batch in in_batches(windows_of(question, passages, tokenized), BATCH_TOKENS)
    ]


def _thirds(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of three parts of a text."""
    cuts = [len(text) * part // 3 for part in range(4)]
    yield from pairwise(cuts)


def _max_difference(
    folder: Path, precision: str, batches: Sequence[Inputs], reference: Sequence[Logits]
) -> float:
    """Return the maximum difference of the compiled network's logits, see `MAX_DIFFERENCE`."""
    network = OpenVinoNetwork(folder, Settings(precision))
    try:
        outputs = [*network.run(batches)]
    except ModelError as error:
        raise ConversionError("its compiled form cannot be run") from error
    used = [_used(batch) for batch in batches]
    differences = []
    for kind in range(len(Logits._fields)):
        expected, actual = (
            np.concatenate([logits[kind][each[kind]] for logits, each in zip(rows, used, strict=True)])
            for rows in (reference, outputs)
        )
        differences.append(abs(actual - expected).max() / max(1.0, abs(expected).max()))
    return float(max(differences))


def _used(batch: Inputs) -> tuple[NDArray[np.bool_], ...]:
    """Return which logits of the network's three outputs are used."""
    return np.any(batch.pool, axis=2), np.equal(batch.types, 1), np.ones(len(batch.ids), dtype=np.bool_)
