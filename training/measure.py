"""Figures of a checkpoint on the candidates of the tuning sets: alone, and together with the first stage."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.batches import ABOVE_TOKENS, CLS, MAX_TOKENS, QUESTION_TOKENS, SEP, Encoded, _owners
from training.model import Reader, from_packaged

LOW = -30.0


def compiled(reader: Reader) -> Any:
    """Return the reader as a function of arrays, compiled for this machine."""
    import openvino as ov

    reader.eval()
    example = (
        torch.ones(2, 32, dtype=torch.int64),
        torch.ones(2, 32, dtype=torch.int64),
        torch.ones(2, 32, dtype=torch.int64),
        torch.ones(2, 3, 32),
    )
    model = ov.convert_model(reader, example_input=example)
    kind = ov.properties.hint.inference_precision()
    return (
        ov.Core().compile_model(
            model, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "bf16"}
        )
        if kind
        else None
    )


class Runner:
    """Reads passages with a checkpoint."""

    def __init__(self, packaged: Path, checkpoint: Path) -> None:
        reader = from_packaged(packaged / "model.safetensors")
        if checkpoint.exists():
            reader.load_state_dict(torch.load(checkpoint, weights_only=True)["reader"])
        self._model = compiled(reader)
        self._encoded = Encoded(Tokenizer.from_file(str(packaged / "tokenizer.json")))
        self._tokenizer = Tokenizer.from_file(str(packaged / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def read(self, question: str, passages: Sequence[dict[str, Any]]) -> list[tuple[NDArray, float, list]]:
        """Return for each passage its sentences' logits, its own logit, and the best span of each sentence."""
        prepared = []
        for number, passage in enumerate(passages):
            above = " \u203a ".join([*([passage["title"]] if passage["title"] else []), *passage["headings"]])
            head = [CLS, *self._encoded.ids(question, QUESTION_TOKENS), SEP]
            if above:
                head += [*self._encoded.ids(above, ABOVE_TOKENS), SEP]
            encoding = self._tokenizer.encode(passage["text"], add_special_tokens=False)
            owner = _owners(encoding.offsets, passage["sentences"])
            tokens = [at for at, each in enumerate(owner) if each >= 0]
            room = MAX_TOKENS - len(head) - 1
            for start in range(0, max(1, len(tokens)), room):
                window = tokens[start : start + room]
                if window:
                    prepared.append((number, head, window, encoding, owner))
        result = [
            (np.full(len(p["sentences"]), LOW, dtype=np.float32), [LOW], [None] * len(p["sentences"]))
            for p in passages
        ]
        prepared.sort(key=lambda each: -len(each[1]) - len(each[2]))
        for first in range(0, len(prepared), 8):
            block = prepared[first : first + 8]
            width = max(len(head) + len(window) + 1 for _, head, window, _, _ in block)
            height = max(len({owner[at] for at in window}) for _, _, window, _, owner in block)
            ids, types = np.zeros((len(block), width), np.int64), np.zeros((len(block), width), np.int64)
            mask, pool = (
                np.zeros((len(block), width), np.int64),
                np.zeros((len(block), height, width), np.float32),
            )
            reads = []
            for at, (_, head, window, encoding, owner) in enumerate(block):
                row = [*head, *(encoding.ids[t] for t in window), SEP]
                ids[at, : len(row)], mask[at, : len(row)], types[at, len(head) : len(row)] = row, 1, 1
                read = sorted({owner[t] for t in window})
                reads.append(read)
                for n, sentence in enumerate(read):
                    mine = [len(head) + i for i, t in enumerate(window) if owner[t] == sentence]
                    pool[at, n, mine] = 1 / len(mine)
            sentences, spans, whole = (
                np.asarray(out) for out in self._model((ids, types, mask, pool)).values()
            )
            for at, (number, head, window, encoding, owner) in enumerate(block):
                scores, own, best = result[number]
                own[0] = max(own[0], float(whole[at]))
                for n, sentence in enumerate(reads[at]):
                    if sentences[at, n] > scores[sentence]:
                        scores[sentence] = sentences[at, n]
                        mine = [i for i, t in enumerate(window) if owner[t] == sentence]
                        begin, end = (
                            spans[at, [len(head) + i for i in mine], 0],
                            spans[at, [len(head) + i for i in mine], 1],
                        )
                        pairs = begin[:, None] + end[None, :]
                        pairs[np.tril_indices(len(mine), -1)] = -1e9
                        pairs[np.triu_indices(len(mine), 30)] = -1e9
                        s, e = np.unravel_index(int(pairs.argmax()), pairs.shape)
                        best[sentence] = (
                            encoding.offsets[window[mine[s]]][0],
                            encoding.offsets[window[mine[e]]][1],
                        )
        return [(scores, own[0], best) for scores, own, best in result]


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
    runner = Runner(packaged, checkpoint)
    print(
        f"{'set':18} {'n':>4}  first@1 @3 @10 | reader@1 @3 @10 | fused@1 @3 @10 | auroc first reader | span F1"
    )
    for path in sorted(dev.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n")][
            :limit
        ]
        spans = []
        for row in rows:
            readings = runner.read(row["question"], row["passages"])
            row["flat"] = [each for p in row["passages"] for each in p["right"]]
            row["first"] = [each for p in row["passages"] for each in p["score"]]
            row["reader"] = np.concatenate([each[0] for each in readings]) if readings else np.zeros(0)
            row["fused"] = row["reader"] + 6 * np.array(row["first"])
            if row["answerable"] and path.stem == "squad11":
                at = int(np.argmax(row["reader"]))
                if row["flat"][at]:
                    every = [
                        (p, b) for p, each in zip(row["passages"], readings, strict=True) for b in each[2]
                    ]
                    p, span = every[at]
                    spans.append(f1(p["text"][span[0] : span[1]], row["answers"]))
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
