"""The losses of the reader."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.batches import GOLD, IGNORED, Batch

LOW = -1e4
PASSAGE, SPAN = 0.5, 0.5
"""Weights of the passage's own loss and of the answer's place beside that of the order."""


def total(batch: Batch, sentences: Tensor, spans: Tensor, whole: Tensor, questions: int) -> dict[str, Tensor]:
    """Return the losses of a batch: of the order, of each passage alone, of the answer's place.

    The order is a softmax over every sentence of every passage of a question and a null of logit 0, which is
    right where no sentence is. Sentences that may answer but are not labelled are left out. Each passage alone
    is a softmax over its sentences and the null, and its own logit says the same.
    """
    sentences, spans, whole = sentences.float(), spans.float(), whole.float()
    read = sentences.masked_fill(batch.labels == IGNORED, LOW)
    gold = sentences.masked_fill(batch.labels != GOLD, LOW)
    each_all, each_gold = torch.logsumexp(read, 1), torch.logsumexp(gold, 1)
    has_gold = (batch.labels == GOLD).any(1)
    null = torch.zeros_like(each_all)
    alone = torch.logaddexp(each_all, null) - torch.where(has_gold, each_gold, null)
    answers = functional.binary_cross_entropy_with_logits(whole, has_gold.float(), reduction="none")
    # One softmax for each question, over its passages and the null.
    order = _each(each_all, batch.question, questions, 0.0) - torch.where(
        _any(has_gold, batch.question, questions),
        _each(each_gold.masked_fill(~has_gold, LOW), batch.question, questions, LOW),
        torch.zeros(questions, device=each_all.device),
    )
    result = {
        "order": order.mean(),
        "passage": (alone.mean() + answers.mean()) / 2,
    }
    if bool(batch.spans.any()):
        outside = (batch.pool.sum(1) == 0)[batch.spans]
        place = spans[batch.spans].masked_fill(outside[:, :, None], LOW)
        log = place.log_softmax(1)
        start = torch.logsumexp(log[:, :, 0].masked_fill(batch.start[batch.spans] == 0, LOW), 1)
        end = torch.logsumexp(log[:, :, 1].masked_fill(batch.end[batch.spans] == 0, LOW), 1)
        result["span"] = -(start.mean() + end.mean()) / 2
    else:
        result["span"] = order[0] * 0
    result["total"] = result["order"] + PASSAGE * result["passage"] + SPAN * result["span"]
    return result


def _each(values: Tensor, question: Tensor, questions: int, null: float) -> Tensor:
    """Return the log of the sum of exponentials of the values of each question and of one more value."""
    table = values.new_full((questions, len(values) + 1), LOW)
    table[:, 0] = null
    return table.index_put(
        (question, torch.arange(1, len(values) + 1, device=values.device)), values
    ).logsumexp(1)


def _any(values: Tensor, question: Tensor, questions: int) -> Tensor:
    """Return whether any value of each question is true."""
    return torch.zeros(questions, device=values.device).index_add(0, question, values.float()) > 0
