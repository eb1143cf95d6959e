"""Figures of a checkpoint on the candidates of the tuning sets: alone, and together with the first stage."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from qa.encoders.runtime import core, openvino
from qa.rerankers.base import PassageText
from qa.rerankers.inputs import Inputs, Tokenized
from qa.rerankers.network import ReaderNetwork
from qa.rerankers.reader import Logits, Reader
from training.model import from_packaged


class Compiled:
    """Runs a checkpoint with OpenVINO in bfloat16; see `qa.rerankers.reader.Network`."""

    batch_tokens = 2048

    def __init__(self, network: ReaderNetwork) -> None:
        example = (torch.ones(2, 32, dtype=torch.int64),) * 3 + (torch.ones(2, 3, 32),)
        model = openvino().convert_model(network.eval(), example_input=example)
        settings = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "bf16"}
        self._model = core().compile_model(model, "CPU", settings)

    def run(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        """Yield the output for each batch in order."""
        for batch in batches:
            outputs = self._model((batch.ids, batch.types, batch.mask, batch.pool)).values()
            yield Logits(*map(np.asarray, outputs))


def reader_of(packaged: Path, checkpoint: Path) -> Reader:
    """Return the reader of a checkpoint; without one, that of the packaged encoder with fresh heads."""
    network = from_packaged(packaged / "model.safetensors")
    if checkpoint.exists():
        network.load_state_dict(torch.load(checkpoint, weights_only=True)["reader"])
    tokenizer = Tokenizer.from_file(str(packaged / "tokenizer.json"))
    return Reader(Compiled(network), Tokenized(tokenizer), str(checkpoint), None)


def texts_of(row: dict[str, Any]) -> list[PassageText]:
    """Return the passages of a question as the reader takes them."""
    return [
        PassageText(
            each["text"], tuple(map(tuple, each["sentences"])), each["title"] or "", tuple(each["headings"])
        )
        for each in row["passages"]
    ]


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the probability that a positive is above a negative."""
    a, b = np.array(positive), np.array(negative)
    return (
        float(((a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])).mean())
        if len(a) and len(b)
        else math.nan
    )


def f1(answer: str, golds: Sequence[str]) -> float:
    """Return the best token F1 with a gold answer (SQuAD)."""

    def tokens(text: str) -> list[str]:
        return [t for t in re.findall(r"\w+", text.lower()) if t not in ("a", "an", "the")]

    best = 0.0
    for gold in golds:
        common = sum((Counter(tokens(answer)) & Counter(tokens(gold))).values())
        if common:
            p, r = common / len(tokens(answer)), common / len(tokens(gold))
            best = max(best, 2 * p * r / (p + r))
    return best


def ranks(rows: Sequence[dict[str, Any]], key: str) -> list[int]:
    """Return the rank of the first right sentence of each question, 99 if there is none."""
    result = []
    for row in rows:
        order = np.argsort(-np.array(row[key]), kind="stable")
        right = np.array(row["flat"])[order]
        result.append(int(right.argmax()) if right.any() else 99)
    return result


def measure(dev: Path, packaged: Path, checkpoint: Path, limit: int) -> None:
    """Print the figures of every set."""
    reader = reader_of(packaged, checkpoint)
    print(
        f"{'set':18} {'n':>4}  first@1 @3 @10 | reader@1 @3 @10 | fused@1 @3 @10 | auroc first reader | span F1"
    )
    for path in sorted(dev.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n")][
            :limit
        ]
        spans = []
        for row in rows:
            readings = reader.read(row["question"], texts_of(row))
            row["flat"] = [each for p in row["passages"] for each in p["right"]]
            row["first"] = [each for p in row["passages"] for each in p["score"]]
            row["reader"] = np.concatenate([each.sentences for each in readings]) if readings else np.zeros(0)
            row["fused"] = row["reader"] + 6 * np.array(row["first"])
            if row["answerable"] and path.stem == "squad11":
                at = int(np.argmax(row["reader"]))
                if row["flat"][at]:
                    every = [
                        (p, b)
                        for p, each in zip(row["passages"], readings, strict=True)
                        for b in each.answers
                    ]
                    p, span = every[at]
                    spans.append(f1(p["text"][span.start : span.end], row["answers"]))
        yes = [row for row in rows if row["answerable"] and row["passages"]]
        no = [row for row in rows if not row["answerable"] and row["passages"]]
        cells = []
        for key in ("first", "reader", "fused"):
            rank = ranks(yes, key)
            cells.append(" ".join(f"{np.mean([r < k for r in rank]):.3f}" for k in (1, 3, 10)))
        scores = " ".join(
            f"{auroc([max(r[key]) for r in yes], [max(r[key]) for r in no]):.3f}"
            for key in ("first", "reader")
        )
        print(
            f"{path.stem:18} {len(yes):4}  {' | '.join(cells)} | {scores} | {np.mean(spans) if spans else math.nan:.3f}",
            flush=True,
        )
