"""Trains the reader on prepared questions; stops and goes on from its last checkpoint."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from qa.rerankers.network import ReaderNetwork
from training.batches import Batch, Encoded, collate, group, micro_batches
from training.loss import total
from training.model import from_packaged

SEED = 3
HEADS_RATE = 3
"""Learning rate of the heads relative to that of the encoder."""


@dataclass(frozen=True)
class Plan:
    """The settings of a training run.

    Attributes:
        questions: Number of questions to train on, over all epochs.
        batch: Questions in a step.
        negatives: Wrong passages of a question.
        rate: The learning rate at its highest.
        warmup: Share of the steps in which it rises; then it falls to 0.
        decay: Weight decay.
        tokens: Tokens of a micro-batch.
        checkpoint: Steps between checkpoints.
        minutes: Time for the whole run, stops included; the rate falls to 0 by then. 0 for no limit.
        threads: Threads of torch; 0 for its default.
        skip: Number of questions at the beginning of the order to leave out, because `start` has seen them.
        start: A checkpoint whose weights a new run starts with; empty for those of the encoder.
        hold_out: Sets that are not trained on.
    """

    questions: int = 60_000
    batch: int = 16
    negatives: int = 3
    rate: float = 1e-4
    warmup: float = 0.06
    decay: float = 0.01
    tokens: int = 4096
    checkpoint: int = 100
    minutes: float = 0.0
    threads: int = 0
    skip: int = 0
    start: str = ""
    hold_out: tuple[str, ...] = ()


def questions(prepared: Path, plan: Plan) -> list[str]:
    """Return the prepared questions as JSON, in an order that the seed determines.

    Every set is spread evenly, so that a run that is cut short has seen all of them.
    """
    placed = []
    order = random.Random(SEED)
    for path in sorted(prepared.glob("*.jsonl")):
        if path.stem in plan.hold_out:
            continue
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")  # a text may contain U+2028
        order.shuffle(lines)
        placed += [((at + order.random()) / len(lines), line) for at, line in enumerate(lines)]
    placed.sort(key=lambda pair: pair[0])
    return [line for _, line in placed]


def rate_at(progress: float, plan: Plan) -> float:
    """Return the learning rate, relative to the highest: linear rise, then linear fall.

    Args:
        progress: The share of the plan that is done, in [0, 1].
        plan: The plan.
    """
    if progress < plan.warmup:
        return (progress + 0.001) / plan.warmup
    return max(0.0, (1 - progress) / (1 - plan.warmup))


def run(prepared: Path, packaged: Path, target: Path, plan: Plan) -> None:
    """Train until the plan is done; checkpoints and a log are in the target folder."""
    torch.manual_seed(SEED)
    if plan.threads:
        torch.set_num_threads(plan.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    target.mkdir(parents=True, exist_ok=True)
    rows = questions(prepared, plan)
    encoded = Encoded(Tokenizer.from_file(str(packaged / "tokenizer.json")))
    reader = from_packaged(packaged / "model.safetensors").to(device)
    reader.word.weight.requires_grad_(False)
    if plan.start:
        reader.load_state_dict(torch.load(plan.start, weights_only=True)["reader"])
    optimizer = torch.optim.AdamW(_groups(reader, plan))
    steps = plan.questions // plan.batch
    step, spent = _resume(target, reader, optimizer)
    begun, seen = time.monotonic(), 0
    sums: dict[str, float] = {}
    while step < steps:
        progress = step / steps
        if plan.minutes:
            progress = max(progress, (spent + time.monotonic() - begun) / 60 / plan.minutes)
        if progress >= 1:
            break
        for parameters in optimizer.param_groups:
            parameters["lr"] = parameters["highest"] * rate_at(progress, plan)
        order = random.Random(SEED * 1_000_003 + step)
        block = [json.loads(rows[(plan.skip + step * plan.batch + n) % len(rows)]) for n in range(plan.batch)]
        groups = [group(row, n, encoded, order, plan.negatives) for n, row in enumerate(block)]
        losses = _losses(reader, groups, plan, device)
        losses["total"].backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seen += sum(map(len, groups))
        for name, value in losses.items():
            now = float(value.detach())
            sums[name] = 0.98 * sums.get(name, now) + 0.02 * now
        step += 1
        if step % 20 == 0:
            speed = seen / (time.monotonic() - begun)
            shown = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
            print(
                f"{step}/{steps} {progress:.3f} {shown} passages/s {speed:.1f}", file=sys.stderr, flush=True
            )
        if step % plan.checkpoint == 0:
            _save(target, step, spent + time.monotonic() - begun, reader, optimizer)
    _save(target, step, spent + time.monotonic() - begun, reader, optimizer)


def _groups(reader: ReaderNetwork, plan: Plan) -> list[dict[str, Any]]:
    """Return the parameters with their highest learning rate; the fresh heads learn faster."""
    groups = []
    for fresh in (False, True):
        for decayed in (False, True):
            chosen = [
                parameter
                for name, parameter in reader.named_parameters()
                if parameter.requires_grad
                and (name.split(".")[0] in ("sentence", "span", "whole")) == fresh
                and (parameter.dim() > 1) == decayed
            ]
            rate = plan.rate * (HEADS_RATE if fresh else 1)
            groups.append(
                {
                    "params": chosen,
                    "weight_decay": plan.decay if decayed else 0.0,
                    "lr": rate,
                    "highest": rate,
                }
            )
    return groups


def _losses(reader: ReaderNetwork, groups: list, plan: Plan, device: torch.device) -> dict[str, torch.Tensor]:
    parts = []
    batches = []
    with torch.autocast(device.type, torch.bfloat16):  # one context: the weights are cast once a step
        for _, examples in micro_batches(groups, plan.tokens):
            batch = collate(examples)
            batches.append(batch)
            parts.append(
                reader(*(each.to(device) for each in (batch.ids, batch.types, batch.mask, batch.pool)))
            )
    joined, sentences, spans, whole = _joined(batches, parts)
    moved = Batch(*(getattr(joined, each.name).to(device) for each in fields(Batch)))
    return total(moved, sentences, spans, whole, len(groups))


def _joined(batches: list[Batch], parts: list) -> tuple:
    """Return all micro-batches as one, padded to the largest."""
    from torch.nn.functional import pad

    width, height = max(b.ids.shape[1] for b in batches), max(b.labels.shape[1] for b in batches)

    def wide(tensor: torch.Tensor, value: float = 0) -> torch.Tensor:
        return pad(tensor, (0, width - tensor.shape[1]), value=value)

    def high(tensor: torch.Tensor, value: float = 0) -> torch.Tensor:
        return pad(tensor, (0, height - tensor.shape[1]), value=value)

    batch = Batch(
        ids=torch.cat([wide(b.ids) for b in batches]),
        types=torch.cat([wide(b.types) for b in batches]),
        mask=torch.cat([wide(b.mask) for b in batches]),
        pool=torch.cat(
            [pad(b.pool, (0, width - b.ids.shape[1], 0, height - b.labels.shape[1])) for b in batches]
        ),
        labels=torch.cat([high(b.labels, -1) for b in batches]),
        question=torch.cat([b.question for b in batches]),
        start=torch.cat([wide(b.start) for b in batches]),
        end=torch.cat([wide(b.end) for b in batches]),
        spans=torch.cat([b.spans for b in batches]),
    )
    sentences = torch.cat([high(part[0].float()) for part in parts])
    spans = torch.cat([pad(part[1].float(), (0, 0, 0, width - part[1].shape[1])) for part in parts])
    return batch, sentences, spans, torch.cat([part[2].float() for part in parts])


def _resume(target: Path, reader: ReaderNetwork, optimizer: torch.optim.Optimizer) -> tuple[int, float]:
    """Return the steps done and the seconds spent, after loading the last checkpoint."""
    path = target / "checkpoint.pt"
    if not path.exists():
        return 0, 0.0
    state = torch.load(path, weights_only=True)
    reader.load_state_dict(state["reader"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"]), float(state["seconds"])


def _save(
    target: Path, step: int, seconds: float, reader: ReaderNetwork, optimizer: torch.optim.Optimizer
) -> None:
    fresh = target / "checkpoint.tmp"
    state = {
        "step": step,
        "seconds": seconds,
        "reader": reader.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    torch.save(state, fresh)
    os.replace(fresh, target / "checkpoint.pt")
